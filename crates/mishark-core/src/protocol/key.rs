//! Key material: the account's `ssecurity`, a request's nonce, and the signed
//! nonce made of both.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::base64::{self, Repairs};
use super::error::Error;

/// The account key of one login (`sid`), 16 bytes in practice.
///
/// Its length is not part of the algorithm. It opens everything the account
/// says, so it never shows in `Debug` and is wiped when dropped.
#[derive(Clone, PartialEq, Eq, Hash, Zeroize, ZeroizeOnDrop)]
pub struct Ssecurity(Vec<u8>);

impl Ssecurity {
    /// Reads base64 as a form, a login answer or a person gives it.
    ///
    /// # Errors
    /// If the text is empty, not base64, cut, or has stray bits.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        Ok(Self(base64::decode_exact(text)?.bytes))
    }

    /// Standard base64, as it stands in a form.
    pub fn encode(&self) -> String {
        base64::encode(&self.0)
    }

    /// The bytes, for a person who asked to see them.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A short name that tells keys apart and gives nothing of them away.
    pub fn id(&self) -> KeyId {
        let digest = Sha256::new_with_prefix(b"mishark key id\0")
            .chain_update(&self.0)
            .finalize();
        KeyId([digest[0], digest[1], digest[2], digest[3]])
    }
}

impl fmt::Debug for Ssecurity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ssecurity(…)")
    }
}

/// The fingerprint of an [`Ssecurity`]: four bytes of its SHA-256, prefixed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The per-request bytes a client makes up, sent in the clear as `_nonce`.
///
/// 8 random bytes, then the minutes since 1970 as a big-endian `i32`. Clients
/// differ: some write the minutes in fewer bytes, one sends 12 random bytes, and
/// all are accepted, so any length is read.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce {
    bytes: Vec<u8>,
    /// The text as received, blanks and leftover url-encoding undone.
    text: String,
    repairs: Repairs,
}

/// Minutes since 1970 between which a nonce's tail is taken for a time:
/// 2015-01-01 to 2100-01-01.
const PLAUSIBLE_MINUTES: std::ops::Range<i32> = 23_667_840..68_374_080;

impl Nonce {
    /// Makes the nonce of a new request, as the app and most clients do.
    ///
    /// `minutes` is `floor(milliseconds since 1970 / 60 000)`.
    pub fn new(random: [u8; 8], minutes: i32) -> Self {
        let mut bytes = random.to_vec();
        bytes.extend_from_slice(&minutes.to_be_bytes());
        let text = base64::encode(&bytes);
        Self {
            bytes,
            text,
            repairs: Repairs::NONE,
        }
    }

    /// Reads the `_nonce` field.
    ///
    /// # Errors
    /// If the text is empty, not base64, cut, or has stray bits.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let decoded = base64::decode_exact(text)?;
        // Padding that was missing stays missing: the HMAC form signs the text
        // as it was sent.
        let text = if decoded.repairs.contains(Repairs::PADDING) {
            decoded.text.trim_end_matches('=').to_owned()
        } else {
            decoded.text.into_owned()
        };
        Ok(Self {
            bytes: decoded.bytes,
            text,
            repairs: decoded.repairs,
        })
    }

    /// The text as it stands in the form and in the HMAC string.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes that are hashed into the signed nonce.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes it has; 12 when made as the app does.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Always false: an empty nonce is not read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What had to be repaired in the text.
    pub fn repairs(&self) -> Repairs {
        self.repairs
    }

    /// The client's clock in minutes since 1970, if the tail looks like one.
    /// Never proof of anything: one working client sends random bytes here.
    pub fn minutes(&self) -> Option<i32> {
        let tail = self.bytes.get(8..12)?;
        if self.bytes.len() != 12 {
            return None;
        }
        let minutes = i32::from_be_bytes(tail.try_into().ok()?);
        PLAUSIBLE_MINUTES.contains(&minutes).then_some(minutes)
    }

    /// `signed_nonce = SHA-256(ssecurity ‖ nonce)`.
    pub fn sign(&self, ssecurity: &Ssecurity) -> SignedNonce {
        SignedNonce::new(
            Sha256::new_with_prefix(&ssecurity.0)
                .chain_update(&self.bytes)
                .finalize()
                .into(),
        )
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({})", self.text)
    }
}

/// The key of one flow: RC4 key and HMAC key as bytes, and, as base64 text, a
/// part of every signed string.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SignedNonce {
    bytes: [u8; 32],
    text: String,
}

impl SignedNonce {
    fn new(bytes: [u8; 32]) -> Self {
        Self {
            bytes,
            text: base64::encode(&bytes),
        }
    }

    /// Reads a signed nonce that a person has at hand; exactly 32 bytes.
    ///
    /// # Errors
    /// If the text is not base64 of 32 bytes.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let bytes = base64::decode_exact(text)?.bytes;
        let bytes: [u8; 32] = bytes
            .try_into()
            .map_err(|_| Error::AlteredBase64(text.len()))?;
        Ok(Self::new(bytes))
    }

    /// The 32 bytes that key RC4 and HMAC.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Base64, as it stands in signed strings. As secret as the bytes.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SignedNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedNonce(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_debug() {
        let ssecurity = Ssecurity::parse(b"AAECAwQFBgcICQoLDA0ODw==").unwrap();
        let nonce = Nonce::new([7; 8], 28_872_833);
        assert_eq!(format!("{ssecurity:?}"), "Ssecurity(…)");
        assert_eq!(format!("{:?}", nonce.sign(&ssecurity)), "SignedNonce(…)");
    }

    #[test]
    fn a_nonce_tells_its_minute_only_when_it_looks_like_one() {
        assert_eq!(Nonce::new([1; 8], 28_872_833).minutes(), Some(28_872_833));
        assert_eq!(Nonce::new([1; 8], 0).minutes(), None);
        assert_eq!(Nonce::parse(b"AAAAAAAAAAA=").unwrap().minutes(), None);
    }

    #[test]
    fn a_nonce_keeps_the_text_it_was_sent_as() {
        assert_eq!(Nonce::parse(b"zzw").unwrap().text(), "zzw");
        assert_eq!(Nonce::parse(b" zzz").unwrap().text(), "+zzz");
    }
}
