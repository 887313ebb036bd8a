//! What comes of opening a flow: how far it went, and what was said.

use super::Reason;
use crate::protocol::base64::Repairs;
use crate::protocol::key::KeyId;
use crate::protocol::plaintext::{GUNZIP_LIMIT, Step};
use crate::protocol::request::{KeystreamMode, Scheme, Style};
use crate::protocol::signature::Check;

/// How far a flow could be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum State {
    /// Encrypted and opened; signature and rc4 hash both recomputed equal.
    Verified,
    /// Encrypted and opened; one of them differs.
    Decrypted,
    /// Encrypted, and no known key fits.
    Locked,
    /// A Mi Home request that is signed only.
    Plain,
    /// Should open and does not, or is no readable entry.
    Unreadable,
    /// Carries no Mi Home envelope.
    #[default]
    Foreign,
}

impl State {
    /// All states in the order they are counted in.
    pub const ALL: [Self; 6] = [
        Self::Verified,
        Self::Decrypted,
        Self::Locked,
        Self::Plain,
        Self::Unreadable,
        Self::Foreign,
    ];

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Decrypted => "decrypted",
            Self::Locked => "locked",
            Self::Plain => "plain",
            Self::Unreadable => "unreadable",
            Self::Foreign => "foreign",
        }
    }

    /// Its letter in lists.
    pub fn letter(self) -> char {
        match self {
            Self::Verified => 'D',
            Self::Decrypted => 'd',
            Self::Locked => 'K',
            Self::Plain => 'P',
            Self::Unreadable => '!',
            Self::Foreign => '.',
        }
    }
}

/// The key that opened a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Its fingerprint.
    pub id: KeyId,
    /// Where it came from, in words.
    pub from: String,
}

/// One side of a flow after everything that could be undone was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Side {
    /// A Mi request's `data`, or the body; `None` if there is none to show.
    pub plaintext: Option<Vec<u8>>,
    /// The other opened parameters, in the order of the form.
    pub params: Vec<(String, Vec<u8>)>,
    /// What was undone, in order.
    pub steps: Vec<Step>,
    /// What of its base64 was mended; the warnings say in which field.
    pub repairs: Repairs,
    /// What was mended, lost or odd on this side, in words.
    pub warnings: Vec<String>,
}

/// A flow, opened as far as possible. Never a `Result`: a flow whose response
/// is broken still shows its request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    /// How far it could be opened.
    pub state: State,
    /// The envelope's kind; `None` for a foreign flow.
    pub scheme: Option<Scheme>,
    /// How the client built its form, once that is opened.
    pub style: Option<Style>,
    /// The nonce's text as received.
    pub nonce: Option<String>,
    /// The key that opened it, or by which an HMAC was checked.
    pub key: Option<KeyUse>,
    /// The request's signature.
    pub signature: Check,
    /// The hash of the request's plaintext.
    pub rc4_hash: Check,
    /// Why it is not verified, or what else is to be said; with a hint.
    pub reason: Option<Reason>,
    /// The request.
    pub request: Side,
    /// The response; `None` if none came or none was kept.
    pub response: Option<Side>,
}

impl Decoded {
    /// Whether the flow has a Mi Home envelope, readable or not.
    pub fn is_mi(&self) -> bool {
        self.state != State::Foreign
    }

    /// What stands for an entry that could not be read at all.
    pub fn unreadable(reason: Reason) -> Self {
        Self {
            state: State::Unreadable,
            reason: Some(reason),
            ..Self::default()
        }
    }

    /// How the keystream was used; `None` where nothing was decrypted.
    pub fn keystream(&self) -> Option<KeystreamMode> {
        let style = self.style.filter(|style| style.scheme == Scheme::Rc4)?;
        Some(style.keystream)
    }
}

/// What the user can turn.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many bytes one gunzip may yield.
    pub gunzip_limit: u64,
    /// How many bytes a packed capture may unpack to, if that was said.
    pub unpack_limit: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            gunzip_limit: GUNZIP_LIMIT,
            unpack_limit: None,
        }
    }
}
