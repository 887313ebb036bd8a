//! Why a flow is not simply verified, in one sentence, and what to do.
//!
//! All words of these explanations stand here, so that a second language can
//! follow.

use crate::capture::EntryError;
use crate::capture::error::Reason as EntryReason;
use crate::flow::Headers;
use crate::protocol::base64::Repairs;
use crate::protocol::error::Error;
use crate::redact::{masked, masked_account};
use crate::session::Session;

/// One cause. [`code`](Self::code) is stable and for programs;
/// [`message`](Self::message) and [`hint`](Self::hint) are for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Opened by the form's own key or an account's, but nothing verifies.
    BothDiffer,
    /// The form's own key yields noise.
    DoesNotVerify {
        /// The first bytes of the noise.
        head: Vec<u8>,
    },
    /// The entry itself could not be read.
    Entry(EntryError),
    /// Written by mishark, in this state, as plaintext.
    Exported(String),
    /// The header promised gzip inside the encryption; there is none.
    GzipMissing,
    /// Gzip inside the encryption broke off.
    GunzipBroken {
        /// How many bytes came out.
        after: usize,
    },
    /// Gzip inside the encryption yields more than the limit.
    GunzipTooBig {
        /// The limit in bytes.
        limit: u64,
    },
    /// No `rc4_hash__` was sent.
    HashAbsent,
    /// `rc4_hash__` differs.
    HashDiffers,
    /// The form's ssecurity is damaged, and no other key is known.
    KeyDamaged(Error),
    /// No key in the flow and none known.
    NoKey,
    /// The nonce is missing, or no nonce.
    NoNonce {
        /// What stands there instead.
        found: Option<String>,
    },
    /// The request is whole, and no response was recorded.
    NoResponse,
    /// The form names a key that does not fit; another one does.
    OwnKeyDiffers,
    /// The server answered in clear text.
    PlainAnswer {
        /// The server's own message, if it has one.
        message: Option<String>,
    },
    /// Base64 was damaged, repaired, and verifies.
    Repaired(Repairs),
    /// Only the answer was recorded.
    RequestMissing,
    /// A parameter that should be base64 is not.
    RequestNotBase64 {
        /// Its name.
        param: String,
        /// Where, and what stands there.
        error: Error,
    },
    /// The recorder dropped the response body.
    ResponseDropped,
    /// The response decrypts to noise.
    ResponseNoise,
    /// The response should be base64 and is not.
    ResponseNotBase64 {
        /// The first byte that is not.
        at: usize,
    },
    /// No signature was sent.
    SignatureAbsent,
    /// The signature differs.
    SignatureDiffers,
    /// A signed form, and no key to check it with.
    SignatureUnchecked,
    /// Not encrypted, and its HMAC is right.
    SignedOnly,
    /// An encryption that is not known.
    UnknownAlgorithm(String),
    /// Keys are known, and none fits.
    WrongKeys {
        /// Each key: fingerprint and origin.
        keys: Vec<String>,
        /// How many more were tried.
        more: usize,
        /// The request's account, masked, if it is none of theirs.
        account: Option<String>,
    },
}

/// How many keys an explanation names.
const NAMED_KEYS: usize = 4;

impl Reason {
    /// Says which keys were tried, and whether the account is another one's.
    pub(super) fn wrong_keys(ring: &[&Session], headers: &Headers) -> Self {
        let account = headers
            .cookie("userId")
            .or_else(|| headers.cookie("cUserId"));
        let is_known = |account: &str| {
            ring.iter().any(|session| {
                session.user_id.as_deref() == Some(account)
                    || session.c_user_id.as_deref() == Some(account)
            })
        };
        let keys = ring.iter().take(NAMED_KEYS);
        Self::WrongKeys {
            keys: keys
                .map(|session| format!("{} ({})", session.id(), session.origin))
                .collect(),
            more: ring.len().saturating_sub(NAMED_KEYS),
            account: account
                .filter(|account| !is_known(account))
                .map(masked_account),
        }
    }

    /// Takes the server's message out of a clear answer.
    pub(super) fn plain_answer(body: &[u8]) -> Self {
        #[derive(serde::Deserialize)]
        struct Envelope {
            message: Option<String>,
        }
        // Longer than this it is no message but an answer.
        const LONGEST: usize = 200;
        let message = serde_json::from_slice::<Envelope>(body)
            .ok()
            .and_then(|envelope| envelope.message)
            .filter(|message| message.len() <= LONGEST);
        Self::PlainAnswer { message }
    }

    /// A word that stays the same for ever.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BothDiffer => "both-differ",
            Self::DoesNotVerify { .. } => "does-not-verify",
            Self::Entry(_) => "bad-entry",
            Self::Exported(_) => "exported",
            Self::GunzipBroken { .. } => "gzip-broken",
            Self::GunzipTooBig { .. } => "gzip-too-big",
            Self::GzipMissing => "gzip-missing",
            Self::HashAbsent => "hash-absent",
            Self::HashDiffers => "hash-differs",
            Self::KeyDamaged(_) => "key-damaged",
            Self::NoKey => "no-key",
            Self::NoNonce { .. } => "no-nonce",
            Self::NoResponse => "no-response",
            Self::OwnKeyDiffers => "own-key-differs",
            Self::PlainAnswer { .. } => "plain-answer",
            Self::Repaired(_) => "repaired",
            Self::RequestMissing => "request-missing",
            Self::RequestNotBase64 { .. } => "request-not-base64",
            Self::ResponseDropped => "response-dropped",
            Self::ResponseNoise => "response-noise",
            Self::ResponseNotBase64 { .. } => "response-not-base64",
            Self::SignatureAbsent => "signature-absent",
            Self::SignatureDiffers => "signature-differs",
            Self::SignatureUnchecked => "signature-unchecked",
            Self::SignedOnly => "signed-only",
            Self::UnknownAlgorithm(_) => "unknown-algorithm",
            Self::WrongKeys { .. } => "wrong-keys",
        }
    }

    /// The reason in a few words, for a list that has a line for each flow.
    pub fn short(&self) -> &'static str {
        match self {
            Self::BothDiffer => "signature and rc4_hash__ differ",
            Self::DoesNotVerify { .. } => "its own key does not open it",
            Self::Entry(_) => "the entry can not be read",
            Self::Exported(_) => "exported by mishark",
            Self::GunzipBroken { .. } => "gzip breaks off",
            Self::GunzipTooBig { .. } => "unpacks to too much",
            Self::GzipMissing => "gzip announced, but none",
            Self::HashAbsent => "no rc4_hash__",
            Self::HashDiffers => "rc4_hash__ differs",
            Self::KeyDamaged(_) => "ssecurity is damaged",
            Self::NoKey => "needs a key",
            Self::NoNonce { found: None } => "_nonce is missing",
            Self::NoNonce { found: Some(_) } => "_nonce is damaged",
            Self::NoResponse => "no response recorded",
            Self::OwnKeyDiffers => "opened by another key than its own",
            Self::PlainAnswer { .. } => "answered in clear text",
            Self::Repaired(_) => "base64 repaired",
            Self::RequestMissing => "request not recorded",
            Self::RequestNotBase64 { .. } => "request is not base64",
            Self::ResponseDropped => "response not kept",
            Self::ResponseNoise => "response decrypts to noise",
            Self::ResponseNotBase64 { .. } => "response is not base64",
            Self::SignatureAbsent => "no signature",
            Self::SignatureDiffers => "signature differs",
            Self::SignatureUnchecked => "signature not checked",
            Self::SignedOnly => "signed, not encrypted",
            Self::UnknownAlgorithm(_) => "unknown encryption",
            Self::WrongKeys { .. } => "needs another key",
        }
    }

    /// Whether it tells of something amiss, and not only of something to know.
    pub fn is_problem(&self) -> bool {
        !matches!(
            self,
            Self::Exported(_)
                | Self::GzipMissing
                | Self::NoResponse
                | Self::PlainAnswer { .. }
                | Self::Repaired(_)
                | Self::ResponseDropped
                | Self::SignedOnly
        )
    }

    /// The cause in one sentence.
    pub fn message(&self) -> String {
        match self {
            Self::BothDiffer => {
                "Opened and reads as JSON, but neither signature nor rc4_hash__ matches.".into()
            }
            Self::DoesNotVerify { head } => {
                let head: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
                format!(
                    "The key is in the flow but the result does not verify; first bytes {} are not JSON.",
                    head.join(" ")
                )
            }
            Self::Entry(error) => format!("The entry can not be read: {error}."),
            Self::Exported(state) => {
                format!("Plaintext that mishark exported; it was {state} then.")
            }
            Self::GunzipBroken { after } => {
                format!("Gunzip broke off after {after} bytes; shown so far.")
            }
            Self::GunzipTooBig { limit } => {
                format!("The answer unpacks to more than {limit} bytes; shown so far.")
            }
            Self::GzipMissing => {
                "The header says gzip, but the data is none; shown as it is.".into()
            }
            Self::HashAbsent => {
                "The form has no rc4_hash__, so the plaintext is not proved.".into()
            }
            Self::HashDiffers => {
                "The signature matches but rc4_hash__ differs from the plaintext.".into()
            }
            Self::KeyDamaged(error) => format!("The form's ssecurity is damaged: {error}."),
            Self::NoKey => "This flow carries no ssecurity and no key is known.".into(),
            Self::NoNonce { found: None } => {
                "_nonce is missing in the form; nothing can be opened without it.".into()
            }
            Self::NoNonce { found: Some(_) } => {
                "_nonce is damaged: it is not whole base64; nothing can be opened without it."
                    .into()
            }
            Self::NoResponse => "No response in the capture. The request is complete.".into(),
            Self::OwnKeyDiffers => {
                "The form's own ssecurity does not fit; another known key does.".into()
            }
            Self::PlainAnswer {
                message: Some(message),
            } => {
                format!("The server answered in clear text: {}.", masked(message))
            }
            Self::PlainAnswer { message: None } => "The server answered in clear text.".into(),
            Self::Repaired(repairs) => {
                format!("Base64 was damaged ({repairs}); repaired, and it opens.")
            }
            Self::RequestMissing => {
                "Only the response was recorded; it needs the request's _nonce.".into()
            }
            Self::RequestNotBase64 { param, error } => format!("The request's {param} is {error}."),
            Self::ResponseDropped => "The recorder did not keep the response body.".into(),
            Self::ResponseNoise => {
                "The response decrypts to noise: its key or nonce is not this request's.".into()
            }
            Self::ResponseNotBase64 { at } => format!(
                "The response is not base64 at byte {at}; the recorder probably saved text for bytes."
            ),
            Self::SignatureAbsent => "The form has no signature.".into(),
            Self::SignatureDiffers => "The signature differs from what the request says.".into(),
            Self::SignatureUnchecked => {
                "Signed only, nothing encrypted; no key is known to check the signature with."
                    .into()
            }
            Self::SignedOnly => {
                "Signed only, nothing encrypted; the HMAC signature matches.".into()
            }
            Self::UnknownAlgorithm(name) => {
                let name = masked(name);
                format!("miot-encrypt-algorithm: {name} is not known here.")
            }
            Self::WrongKeys {
                keys,
                more,
                account,
            } => {
                let count = keys.len() + more;
                let (noun, verb) = if count == 1 {
                    ("key", "does")
                } else {
                    ("keys", "do")
                };
                let account = account.as_ref().map_or_else(String::new, |account| {
                    format!(" The request's account {account} is none of theirs.")
                });
                let more = if *more > 0 {
                    format!(", {more} more")
                } else {
                    String::new()
                };
                format!(
                    "{count} known {noun} {verb} not fit (signature differs): {}{more}.{account}",
                    keys.join(", ")
                )
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BothDiffer => {
                "Treat it with care: method or path may have been rewritten on the way, or the body edited."
            }
            Self::DoesNotVerify { .. } | Self::RequestNotBase64 { .. } => {
                "Likely a lost +, a cut body or a proxy's edit: record again, with whistle or mitmproxy."
            }
            Self::Entry(error) if error.reason == EntryReason::Changed => {
                "Open it again, or with --follow, which reads on as it is written."
            }
            Self::Entry(_) => "The other entries are not affected; record this one again.",
            Self::Exported(_) => "Open the capture it came from to prove it again.",
            Self::GunzipBroken { .. } => {
                "The recorder cut the body; raise its size limit and record again."
            }
            Self::GunzipTooBig { .. } => "Raise the limit with --gunzip-limit.",
            Self::GzipMissing | Self::Repaired(_) | Self::SignedOnly => "Nothing needs to be done.",
            Self::HashAbsent => "The signature still proves the ciphertext.",
            Self::HashDiffers => {
                "An odd client, or the body was changed before it was encrypted; the ciphertext is genuine."
            }
            Self::KeyDamaged(_) | Self::NoKey | Self::WrongKeys { .. } => {
                "Give a key with --ssecurity-file, or load the capture that has this account's login too."
            }
            Self::NoNonce { .. } => {
                "Look at the raw form; with the nonce at hand, `mishark body --nonce` opens the body."
            }
            Self::NoResponse => "Record until the answer is there.",
            Self::OwnKeyDiffers => {
                "The ssecurity field was changed after signing; the rest is genuine."
            }
            Self::PlainAnswer { .. } => {
                "Nothing to decrypt; if it is an error, the session may have expired."
            }
            Self::RequestMissing => {
                "Record the request body too; with the nonce at hand, `mishark body --nonce` opens the answer."
            }
            Self::ResponseDropped => {
                "Raise the recorder's limit (whistle: enable://bigData) or choose a format that embeds bodies."
            }
            Self::ResponseNoise => "Record again; the pair may have been mixed up.",
            Self::ResponseNotBase64 { .. } => {
                "Export in another format: whistle .txt, or mitmproxy's HAR, keeps the bytes."
            }
            Self::SignatureAbsent => "The rc4_hash__ still proves the plaintext.",
            Self::SignatureDiffers => {
                "Method, path or a field was changed after signing, or the client is at fault."
            }
            Self::SignatureUnchecked => "Give a key with --ssecurity-file to check it.",
            Self::UnknownAlgorithm(_) => {
                "Look at it raw, and report it: no client is known to send this."
            }
        }
    }
}
