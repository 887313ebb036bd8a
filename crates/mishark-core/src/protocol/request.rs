//! Opening and checking a request's form.

use std::borrow::Cow;
use std::fmt;

use super::base64::{self, Repairs};
use super::cipher::Keystream;
use super::error::Error;
use super::form::Form;
use super::key::{Nonce, SignedNonce, Ssecurity};
use super::signature::{Check, Pair, PathForm, SignedString, path_forms, signed_path};

mod reading;
mod strings;
#[cfg(test)]
mod tests;

pub use reading::Layout;

/// The hash of the plaintext, itself encrypted.
pub const RC4_HASH: &str = "rc4_hash__";

/// Fields that carry the envelope and are never signed as parameters.
/// `yetAnotherServiceToken` is appended to camera URLs after signing.
pub const ENVELOPE_FIELDS: [&str; 5] = [
    "signature",
    "_nonce",
    "nonce",
    "ssecurity",
    "yetAnotherServiceToken",
];

/// Which of the two forms a request is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Signed with HMAC-SHA-256, nothing encrypted.
    Hmac,
    /// Every value RC4, signed and hashed with SHA-1.
    Rc4,
}

impl Scheme {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hmac => "hmac",
            Self::Rc4 => "rc4",
        }
    }
}

/// Where in the keystream each value starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeystreamMode {
    /// Where the value before it stopped: the app and half of its imitators.
    Chained,
    /// At the beginning, for every value: the other half.
    Fresh,
    /// Not proved: nothing stands before the hash, or no hash matches.
    Undecided,
}

impl KeystreamMode {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chained => "chained",
            Self::Fresh => "fresh",
            Self::Undecided => "undecided",
        }
    }
}

/// In which order the parameters are signed and (chained) encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// By name, the hash among them: the app.
    Sorted,
    /// As they stand in the form.
    Received,
}

/// How a client builds its forms; proved by opening one, used to seal the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    /// Encrypted or only signed.
    pub scheme: Scheme,
    /// One keystream for all values, or a new one for each.
    pub keystream: KeystreamMode,
    /// Signing order.
    pub order: Order,
    /// What of the path is signed.
    pub path: PathForm,
    /// Whether the form carries `ssecurity`.
    pub sends_ssecurity: bool,
    /// Whether the nonce is called `nonce`, as in the article, or `_nonce`.
    pub plain_nonce_name: bool,
    /// Whether parameters without a value are passed over, as the app does: in
    /// the HMAC form they are sent unsigned, in the encrypted one not at all.
    /// A form without such a parameter can not tell: one that is sorted counts
    /// as the app's.
    pub skips_empty: bool,
}

impl fmt::Display for Style {
    /// `rc4, chained keystream, parameters sorted, path without /app`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme.name())?;
        if self.scheme == Scheme::Rc4 {
            write!(f, ", {} keystream", self.keystream.name())?;
        }
        f.write_str(match self.order {
            Order::Received => ", parameters as received",
            Order::Sorted => ", parameters sorted",
        })?;
        f.write_str(match self.path {
            PathForm::Stripped => ", path without /app",
            PathForm::Whole => ", whole path",
        })
    }
}

/// Where a request goes, as far as it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The URL's host; it decides which form of the path comes first.
    pub host: &'a str,
    /// The URL's path as sent: `%XX` kept, no query.
    pub path: &'a str,
}

/// What a matching signature proves besides the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The form of the path that was signed.
    pub path: PathForm,
    /// The order the parameters were signed in.
    pub order: Order,
    /// Whether parameters without a value were left out.
    pub skips_empty: bool,
}

/// A request's form, recognised as an envelope but not opened.
#[derive(Debug)]
pub struct SealedRequest<'a> {
    scheme: Scheme,
    params: Vec<SealedParam<'a>>,
    /// Indexes into `params` by name, for the app's order.
    sorted: Vec<usize>,
    nonce: Option<Result<Nonce, Error>>,
    plain_nonce_name: bool,
    signature: Option<String>,
    ssecurity: Option<Result<Ssecurity, Error>>,
    signature_repairs: Repairs,
    ssecurity_repairs: Repairs,
}

/// One parameter of a form, not opened.
pub struct SealedParam<'a> {
    name: &'a str,
    /// What is signed: repaired base64, or the value as it is.
    text: Cow<'a, [u8]>,
    /// What is to be decrypted.
    bytes: Result<Vec<u8>, Error>,
    repairs: Repairs,
}

impl SealedParam<'_> {
    /// Its name; that of [`RC4_HASH`] too.
    pub fn name(&self) -> &str {
        self.name
    }

    /// What the signature covers: the base64 after repairs; in the HMAC form,
    /// and where it is no base64, the value as it is.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The ciphertext, empty in the HMAC form.
    ///
    /// # Errors
    /// If the value is no base64.
    pub fn bytes(&self) -> Result<&[u8], &Error> {
        self.bytes.as_deref()
    }

    /// What of its base64 was repaired.
    pub fn repairs(&self) -> Repairs {
        self.repairs
    }
}

impl fmt::Debug for SealedParam<'_> {
    /// In the HMAC form the text is the plaintext, so only its size shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=({} bytes)", self.name, self.text.len())
    }
}

/// A signature, recomputed with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What that showed; a match proves the key, the nonce, the path and, of
    /// the encrypted form, the method and every ciphertext.
    pub check: Check,
    /// What it was recomputed with: where it matches, what is proved; else the
    /// app's own path and order.
    pub proof: Proof,
}

/// A request's form with all values decrypted and both hashes checked.
pub struct OpenedRequest {
    /// The decrypted values, one for each of [`SealedRequest::params`] in their
    /// order, or why there is none; empty in the HMAC form.
    pub values: Vec<Result<Vec<u8>, Error>>,
    /// The signature.
    pub signed: Signed,
    /// The hash of the plaintexts; always absent in the HMAC form.
    pub rc4_hash: Check,
    /// How the client built this form, as far as it is proved.
    pub style: Style,
    /// Where the values were read; `None` in the HMAC form.
    pub layout: Option<Layout>,
}

impl fmt::Debug for OpenedRequest {
    /// Without the values, which are plaintext.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedRequest")
            .field("signed", &self.signed)
            .field("rc4_hash", &self.rc4_hash)
            .field("style", &self.style)
            .finish_non_exhaustive()
    }
}

impl<'a> SealedRequest<'a> {
    /// Recognises an envelope by its fields, never by the host.
    ///
    /// `algorithm` is the value of the `MIOT-ENCRYPT-ALGORITHM` header: it
    /// tells a form without `rc4_hash__` that is encrypted all the same.
    /// `None` if the form is nobody's envelope.
    pub fn recognise(form: &'a Form, algorithm: Option<&str>) -> Option<Self> {
        let hash = form.has(RC4_HASH);
        let nonce = form.has("_nonce") || form.has("nonce");
        let ours = form.has("signature") && (nonce || algorithm.is_some());
        if !hash && !ours {
            return None;
        }
        let json = form
            .get("data")
            .is_none_or(|data| matches!(data.trim_ascii().first(), Some(b'{' | b'[')));
        let scheme = if hash || (algorithm.is_some() && !json) {
            Scheme::Rc4
        } else {
            Scheme::Hmac
        };
        let params: Vec<_> = form
            .fields()
            .iter()
            .filter(|field| !ENVELOPE_FIELDS.contains(&field.name()))
            .map(|field| SealedParam::read(field.name(), field.value(), scheme))
            .collect();
        let mut sorted: Vec<usize> = (0..params.len()).collect();
        sorted.sort_by_key(|index| params[*index].name);
        let (nonce, plain_nonce_name) = read_nonce(form);
        let signature = form.get("signature").map(|text| {
            base64::decode(text).map_or_else(
                |_| String::from_utf8_lossy(text).into_owned(),
                |decoded| decoded.text.into_owned(),
            )
        });
        let repairs = |name| {
            let decoded = base64::decode(form.get(name)?).ok()?;
            Some(decoded.repairs)
        };
        Some(Self {
            scheme,
            params,
            sorted,
            nonce,
            plain_nonce_name,
            signature,
            ssecurity: form.get("ssecurity").map(Ssecurity::parse),
            signature_repairs: repairs("signature").unwrap_or(Repairs::NONE),
            ssecurity_repairs: repairs("ssecurity").unwrap_or(Repairs::NONE),
        })
    }

    /// Encrypted or only signed.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The parameters in the order of the form, the hash among them.
    pub fn params(&self) -> &[SealedParam<'a>] {
        &self.params
    }

    /// The nonce, or what is wrong with it; `None` if the form has none.
    pub fn nonce(&self) -> Option<Result<&Nonce, &Error>> {
        self.nonce.as_ref().map(Result::as_ref)
    }

    /// The key the form itself carries, or what is wrong with it.
    pub fn ssecurity(&self) -> Option<Result<&Ssecurity, &Error>> {
        self.ssecurity.as_ref().map(Result::as_ref)
    }

    /// What had to be repaired in base64, all fields together.
    pub fn repairs(&self) -> Repairs {
        self.repaired()
            .fold(Repairs::NONE, |all, (_, repairs)| all.and(repairs))
    }

    /// What had to be repaired in the field of that name.
    pub fn repairs_of(&self, name: &str) -> Repairs {
        let mut all = self.repaired();
        all.find(|(field, _)| *field == name)
            .map_or(Repairs::NONE, |(_, repairs)| repairs)
    }

    /// The fields whose base64 had to be repaired, and what of it.
    pub fn repaired(&self) -> impl Iterator<Item = (&str, Repairs)> {
        let nonce = if self.plain_nonce_name {
            "nonce"
        } else {
            "_nonce"
        };
        let nonce_repairs = match &self.nonce {
            Some(Ok(text)) => text.repairs(),
            _ => Repairs::NONE,
        };
        let envelope = [
            ("signature", self.signature_repairs),
            ("ssecurity", self.ssecurity_repairs),
            (nonce, nonce_repairs),
        ];
        let params = self.params.iter().map(|param| (param.name, param.repairs));
        params
            .chain(envelope)
            .filter(|(_, repairs)| !repairs.is_none())
    }

    /// Recomputes the signature. Needs no decryption, so it is the way to find
    /// the key.
    pub fn check_signature(&self, place: Place<'_>, signed_nonce: &SignedNonce) -> Signed {
        let first = self.proofs(place).next().unwrap_or(Proof {
            path: PathForm::Whole,
            order: Order::Sorted,
            skips_empty: false,
        });
        let shows = |check, proof| Signed { check, proof };
        let (found, nonce) = match (&self.signature, &self.nonce) {
            (None, _) => return shows(Check::Absent, first),
            (Some(found), Some(Ok(nonce))) => (found, nonce),
            (Some(_), _) => return shows(Check::Unknown, first),
        };
        let mut expected = None;
        for proof in self.proofs(place) {
            let pairs = self.signed_pairs(proof.order, proof.skips_empty);
            let string = self.signed_string(place, proof.path, nonce, &pairs, signed_nonce);
            let hash = string.hash();
            if hash == *found {
                return shows(Check::Match, proof);
            }
            expected.get_or_insert(hash);
        }
        let check = Check::Mismatch {
            expected: expected.unwrap_or_default(),
            found: found.clone(),
        };
        shows(check, first)
    }

    /// Every path, order and way with empty values worth trying, the app's
    /// path and order first; one at least.
    pub fn proofs(&self, place: Place<'_>) -> impl Iterator<Item = Proof> + use<'_, 'a> {
        let orders: &[Order] = if self.sorted.is_sorted() {
            &[Order::Sorted]
        } else {
            &[Order::Sorted, Order::Received]
        };
        // The app leaves parameters without a value out of its HMAC. Out of the
        // encrypted form it leaves them altogether, so none is there to tell.
        let may_skip =
            self.scheme == Scheme::Hmac && self.params.iter().any(|param| param.text.is_empty());
        let skips: &[bool] = if may_skip { &[false, true] } else { &[false] };
        let paths = path_forms(place.host, place.path);
        skips.iter().flat_map(move |skips_empty| {
            paths
                .iter()
                .flat_map(move |path| orders.iter().map(move |order| (*path, *order)))
                .map(|(path, order)| Proof {
                    path,
                    order,
                    skips_empty: *skips_empty,
                })
        })
    }

    /// The string of the signature, over pairs in that order.
    fn signed_string<'s>(
        &self,
        place: Place<'s>,
        path: PathForm,
        nonce: &'s Nonce,
        pairs: &'s [Pair<'s>],
        signed_nonce: &'s SignedNonce,
    ) -> SignedString<'s> {
        let path = signed_path(place.path, path);
        match self.scheme {
            Scheme::Hmac => SignedString::hmac(nonce, path, pairs, signed_nonce),
            Scheme::Rc4 => SignedString::sha1(place.method, path, pairs, signed_nonce),
        }
    }

    fn order(&self, order: Order) -> Vec<usize> {
        match order {
            Order::Sorted => self.sorted.clone(),
            Order::Received => (0..self.params.len()).collect(),
        }
    }

    fn signed_pairs(&self, order: Order, skips_empty: bool) -> Vec<Pair<'_>> {
        self.order(order)
            .into_iter()
            .map(|index| &self.params[index])
            .filter(|param| !(skips_empty && param.text.is_empty()))
            .map(|param| (param.name, &*param.text))
            .collect()
    }

    /// Decrypts every value and checks both hashes.
    ///
    /// Chained and fresh, sorted and received, stripped and whole path are
    /// tried; the combination whose hash matches is proved and reported. With
    /// no match the likelier reading is shown: the one that is text.
    pub fn open(
        &self,
        place: Place<'_>,
        signed_nonce: &SignedNonce,
        keystream: &mut Keystream,
    ) -> OpenedRequest {
        let signed = self.check_signature(place, signed_nonce);
        let proof = signed.proof;
        let style = Style {
            scheme: self.scheme,
            keystream: KeystreamMode::Undecided,
            order: proof.order,
            path: proof.path,
            sends_ssecurity: self.ssecurity.is_some(),
            plain_nonce_name: self.plain_nonce_name,
            skips_empty: self.skips_empty(proof),
        };
        let mut opened = OpenedRequest {
            values: Vec::new(),
            signed,
            rc4_hash: Check::Absent,
            style,
            layout: None,
        };
        if self.scheme == Scheme::Hmac {
            return opened;
        }
        let proved = Some(proof).filter(|_| opened.signed.check == Check::Match);
        let reading = self.read_rc4(place, proved, signed_nonce, keystream);
        let style = &mut opened.style;
        style.keystream = reading.mode;
        if proved.is_none() {
            style.path = reading.layout.path;
        }
        // A reading whose hash does not match unproves no order.
        if proved.is_none() || reading.check == Check::Match {
            style.order = reading.layout.order;
            style.skips_empty = self.skips_empty(Proof {
                order: reading.layout.order,
                ..proof
            });
        }
        opened.values = reading.values;
        opened.rc4_hash = reading.check;
        opened.layout = Some(reading.layout);
        opened
    }

    fn skips_empty(&self, proof: Proof) -> bool {
        if self
            .params
            .iter()
            .any(|param| param.name.is_empty() || param.text.is_empty())
        {
            proof.skips_empty
        } else {
            proof.order == Order::Sorted
        }
    }
}

impl<'a> SealedParam<'a> {
    fn read(name: &'a str, value: &'a [u8], scheme: Scheme) -> Self {
        let as_is = |bytes| Self {
            name,
            text: Cow::Borrowed(value),
            bytes,
            repairs: Repairs::NONE,
        };
        if scheme == Scheme::Hmac {
            return as_is(Ok(Vec::new()));
        }
        match base64::decode(value) {
            Err(error) => as_is(Err(error)),
            Ok(decoded) => Self {
                name,
                text: match decoded.text {
                    Cow::Borrowed(text) => text.as_bytes().into(),
                    Cow::Owned(text) => text.into_bytes().into(),
                },
                bytes: Ok(decoded.bytes),
                repairs: decoded.repairs,
            },
        }
    }
}

/// The nonce, `_nonce` before `nonce`, and whether it is the latter.
fn read_nonce(form: &Form) -> (Option<Result<Nonce, Error>>, bool) {
    match (form.get("_nonce"), form.get("nonce")) {
        (Some(text), None) => (Some(Nonce::parse(text)), false),
        (None, Some(text)) => (Some(Nonce::parse(text)), true),
        (None, None) => (None, false),
        (Some(text), Some(other)) => match Nonce::parse(text) {
            Ok(nonce) => (Some(Ok(nonce)), false),
            Err(_) => (Some(Nonce::parse(other)), true),
        },
    }
}
