//! The two signatures, the rc4 hash, and the path they sign.

use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::base64;
use super::key::{Nonce, SignedNonce, Ssecurity};

/// What recomputing a signature or a hash showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Check {
    /// Not sent, so there is nothing to compare.
    #[default]
    Absent,
    /// Recomputed and equal.
    Match,
    /// Recomputed and different.
    Mismatch {
        /// What we computed (base64), for the path and order that come first.
        expected: String,
        /// What was sent.
        found: String,
    },
    /// Could not be recomputed: no key is known, or a value is no base64.
    Unknown,
}

impl Check {
    /// The word for it: `absent`, `match`, `mismatch` or `unknown`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Match => "match",
            Self::Mismatch { .. } => "mismatch",
            Self::Unknown => "unknown",
        }
    }
}

/// A name and the bytes signed beside it.
pub type Pair<'a> = (&'a str, &'a [u8]);

/// A string that is signed or hashed. It holds the signed nonce: a secret.
#[derive(Clone, Copy)]
pub struct SignedString<'a> {
    algorithm: Algorithm<'a>,
    path: &'a str,
    pairs: &'a [Pair<'a>],
    signed_nonce: &'a SignedNonce,
}

#[derive(Clone, Copy)]
enum Algorithm<'a> {
    Hmac { nonce: &'a Nonce },
    Sha1 { method: &'a str },
}

impl<'a> SignedString<'a> {
    /// That of the encrypted form, for its hash (values in plaintext) and its
    /// signature (values as base64 ciphertext):
    /// `METHOD & path & k=v & … & signed_nonce`, hashed with SHA-1.
    ///
    /// The method is signed in upper case; `path` is the
    /// [signed one](signed_path); `pairs` stand in signing order.
    pub fn sha1(
        method: &'a str,
        path: &'a str,
        pairs: &'a [Pair<'a>],
        signed_nonce: &'a SignedNonce,
    ) -> Self {
        Self {
            algorithm: Algorithm::Sha1 { method },
            path,
            pairs,
            signed_nonce,
        }
    }

    /// That of the unencrypted form: `path & signed_nonce & nonce & k=v & …`,
    /// HMAC-SHA-256 with the signed nonce.
    ///
    /// `pairs` are sorted by name, as far as is known; with none the app signs
    /// the item `data=`.
    pub fn hmac(
        nonce: &'a Nonce,
        path: &'a str,
        pairs: &'a [Pair<'a>],
        signed_nonce: &'a SignedNonce,
    ) -> Self {
        Self {
            algorithm: Algorithm::Hmac { nonce },
            path,
            pairs,
            signed_nonce,
        }
    }

    fn parts(&self, mut push: impl FnMut(&[u8])) {
        let key = self.signed_nonce.text().as_bytes();
        match self.algorithm {
            Algorithm::Hmac { nonce } => {
                for part in [
                    self.path.as_bytes(),
                    b"&",
                    key,
                    b"&",
                    nonce.text().as_bytes(),
                ] {
                    push(part);
                }
                if self.pairs.is_empty() {
                    push(b"&data=");
                }
            }
            Algorithm::Sha1 { method } => {
                push(method.to_ascii_uppercase().as_bytes());
                push(b"&");
                push(self.path.as_bytes());
            }
        }
        for (name, value) in self.pairs {
            push(b"&");
            push(name.as_bytes());
            push(b"=");
            push(value);
        }
        if let Algorithm::Sha1 { .. } = self.algorithm {
            push(b"&");
            push(key);
        }
    }

    /// The very string.
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.parts(|part| text.extend_from_slice(part));
        text
    }

    /// Base64 of its SHA-1 or HMAC-SHA-256.
    pub fn hash(&self) -> String {
        match self.algorithm {
            Algorithm::Hmac { .. } => {
                let mut mac = Hmac::<Sha256>::new_from_slice(self.signed_nonce.bytes())
                    .expect("HMAC takes a key of any length");
                self.parts(|part| mac.update(part));
                base64::encode(&mac.finalize().into_bytes())
            }
            Algorithm::Sha1 { .. } => {
                let mut sha1 = Sha1::new();
                self.parts(|part| sha1.update(part));
                base64::encode(&sha1.finalize())
            }
        }
    }
}

/// Which form of a URL's path is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathForm {
    /// The path without its leading `/app`: the rule of `api.io.mi.com`.
    Stripped,
    /// The whole path: Mi Fitness (`hlth` hosts) and paths without `/app/`.
    Whole,
}

/// The path as that form signs it.
pub fn signed_path(path: &str, form: PathForm) -> &str {
    match form {
        PathForm::Whole => path,
        PathForm::Stripped => match path.strip_prefix("/app") {
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        },
    }
}

/// The forms worth trying for a host, the usual one first.
///
/// The app signs the path it was asked for and adds `/app` afterwards; Mi
/// Fitness signs the path with `/app`. Peers' shortcuts (`split("com")`,
/// `replace("/app","")`) break on `/common/app/…` and on `mijia.tech`.
pub fn path_forms(host: &str, path: &str) -> &'static [PathForm] {
    if signed_path(path, PathForm::Stripped) == path {
        &[PathForm::Whole]
    } else if host.split('.').any(|label| label == "hlth") {
        &[PathForm::Whole, PathForm::Stripped]
    } else {
        &[PathForm::Stripped, PathForm::Whole]
    }
}

/// The `clientSign` that a login's last hop is called with, which ties the
/// token it sets to the key: `base64(SHA-1("nonce=" nonce "&" ssecurity))`.
///
/// `nonce` is the login answer's, a decimal number: no [`Nonce`].
pub fn client_sign(nonce: &str, ssecurity: &Ssecurity) -> String {
    let mut sha1 = Sha1::new_with_prefix(b"nonce=");
    sha1.update(nonce);
    sha1.update(b"&");
    sha1.update(ssecurity.encode());
    base64::encode(&sha1.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_sign_is_the_hash_of_nonce_and_key() {
        let ssecurity = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
        let sign = client_sign("1234567890123456789", &ssecurity);
        assert_eq!(sign, "EEQwjhG50+50VcmvV7jmp2R2kH4=");
    }

    #[test]
    fn only_a_leading_app_segment_is_stripped() {
        let usual = |host, path| signed_path(path, path_forms(host, path)[0]);
        let api = "api.io.mi.com";
        assert_eq!(usual(api, "/app/home/device_list"), "/home/device_list");
        assert_eq!(usual(api, "/app/x/app/y"), "/x/app/y");
        assert_eq!(usual(api, "/app"), "/app");
        assert_eq!(usual(api, "/appgateway/x"), "/appgateway/x");
        let camera = "business.smartcamera.api.io.mi.com";
        assert_eq!(usual(camera, "/common/app/get"), "/common/app/get");
        assert_eq!(usual("de.hlth.io.mi.com", "/app/v1/data"), "/app/v1/data");
    }
}
