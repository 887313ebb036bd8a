//! The steps on which a flow's plaintext came about, so that a person sees
//! where it stops and can check each step by hand.
//!
//! ```text
//! request   form → base64 → nonce → key → signed nonce → rc4 → gzip → json
//!           signature, rc4_hash                     (checks, at the end)
//! response  transport → base64 → rc4 → gzip → json
//! ```
//!
//! [`explain`](super::explain) yields them: what went in, what came out, and
//! why one is the last. What a step yields may be large or a secret, so a
//! [`Stage`] holds its first bytes only;
//! [`whole_of_stage`](super::whole_of_stage) yields all of it when someone wants
//! to copy it.

use std::fmt;

/// How many bytes that came out of a step are kept to be shown.
pub const HEAD: usize = 16;

/// Which half of a flow a stage belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Which {
    /// What was asked.
    Request,
    /// What was answered.
    Response,
}

/// What kind of step or check a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Base64 text is decoded.
    Base64,
    /// There is no body to take a step with.
    Body,
    /// Plaintext already: the flow comes out of an export of mishark.
    Export,
    /// The fields of an urlencoded body are read.
    Form,
    /// Gzip inside the encryption is undone.
    Gzip,
    /// The plaintext is read as JSON.
    Json,
    /// The account's key is found, or tried.
    Key,
    /// The request's nonce is read.
    Nonce,
    /// The recorder's own list of parameters is read, for want of a body.
    Params,
    /// The passport prefix `&&&START&&&` is taken off.
    Prefix,
    /// The fields of the URL's query are read.
    Query,
    /// RC4 is undone.
    Rc4,
    /// The check of the hash of the plaintext, `rc4_hash__`.
    Rc4Hash,
    /// The check of `signature`: SHA-1 or HMAC-SHA-256 of the signed string.
    Signature,
    /// Key and nonce are made into the flow's own key.
    SignedNonce,
    /// A compression of HTTP's is undone that the recorder had left in.
    Transport,
}

impl Kind {
    /// Its name on the screen and in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Body => "body",
            Self::Export => "export",
            Self::Form => "form",
            Self::Gzip => "gzip",
            Self::Json => "json",
            Self::Key => "key",
            Self::Nonce => "nonce",
            Self::Params => "params",
            Self::Prefix => "prefix",
            Self::Query => "query",
            Self::Rc4 => "rc4",
            Self::Rc4Hash => "rc4_hash",
            Self::Signature => "signature",
            Self::SignedNonce => "signed nonce",
            Self::Transport => "transport",
        }
    }

    /// Whether it proves something, and yields nothing that a next step takes.
    pub fn is_check(self) -> bool {
        matches!(self, Self::Rc4Hash | Self::Signature)
    }
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Recomputed, and not equal to what was sent; or a key that does not fit.
    Differs,
    /// Done; of a check: recomputed and equal.
    Done,
    /// Tried, and it broke.
    Failed,
    /// Not called for: no gzip, no signature sent, a clear answer.
    Skipped,
    /// Cannot be done; a step's words say why it stops here.
    Unknown,
}

/// What a copy of a stage copies; [`whole_of_stage`](super::whole_of_stage) makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// What it is, as in `copied the signed string`.
    pub what: &'static str,
    /// Whether it is text; otherwise bytes that a terminal must not get.
    pub is_text: bool,
}

/// One step on the way from the wire to plaintext, or one check.
#[derive(Clone, PartialEq, Eq)]
pub struct Stage {
    /// The half of the flow it belongs to.
    pub side: Which,
    /// What kind of step it is.
    pub kind: Kind,
    /// What happened, in one line: no secret, safe to print.
    pub says: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The first bytes that came out, [`HEAD`] at most.
    pub head: Vec<u8>,
    /// How many bytes came out, where any did.
    pub size: Option<usize>,
    /// What a copy copies, if there is anything to copy.
    pub whole: Option<Whole>,
    /// Whether `head` and the whole are keys or hold one, and are to be masked
    /// until they are revealed. Plaintext, and a body on the way to it, are never
    /// marked: which of their members are secrets is for their reader to say.
    pub is_secret: bool,
}

impl Stage {
    /// The name of its kind.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

impl fmt::Debug for Stage {
    /// Without the first bytes, which may be those of a key or a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage")
            .field("side", &self.side)
            .field("kind", &self.kind)
            .field("says", &self.says)
            .field("outcome", &self.outcome)
            .field("head", &format_args!("({} bytes)", self.head.len()))
            .field("size", &self.size)
            .field("whole", &self.whole)
            .field("is_secret", &self.is_secret)
            .finish()
    }
}

/// The step at which one side of a flow stops, or `None` if it goes through to
/// the end: the first that broke or cannot be done. Where there is plaintext
/// all the same, only what broke inside it counts.
pub fn stops_at(stages: &[Stage], side: Which) -> Option<&Stage> {
    let steps = || {
        let stages = stages.iter().filter(move |stage| stage.side == side);
        stages.filter(|stage| !stage.kind.is_check())
    };
    if steps().any(|stage| stage.kind == Kind::Json) {
        let inside = [Kind::Gzip, Kind::Json, Kind::Transport];
        return steps()
            .filter(|stage| inside.contains(&stage.kind))
            .find(|stage| stage.outcome == Outcome::Failed);
    }
    steps().find(|stage| matches!(stage.outcome, Outcome::Failed | Outcome::Unknown))
}
