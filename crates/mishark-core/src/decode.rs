//! A flow and the keys that are known, joined: what was said, and whether that
//! is proved. The only place that knows both a flow and the protocol.
//!
//! ```text
//! Flow ──carrier──▶ form ──recognise──▶ opening: find the key, open, check
//!   │                 └─ none: foreign, or half of it is lost
//!   └──response──────────────────────▶ answer: base64, RC4, gzip, or clear
//! ```

use crate::flow::{Body, Flow};
use crate::protocol::base64;
use crate::protocol::key::KeyId;
use crate::protocol::plaintext::{GUNZIP_LIMIT, Step};
use crate::protocol::request::{KeystreamMode, Place, Scheme, SealedRequest, Style};
use crate::protocol::signature::Check;
use crate::session::Keyring;

mod answer;
mod carrier;
mod opening;
mod reason;
pub mod stages;
#[cfg(test)]
mod tests;

pub use reason::Reason;

use answer::{as_is, dropped, read_response, response_as_is};
use carrier::carrier;
use opening::Opening;

/// How far a flow could be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// What was mended, lost or odd on this side, in words.
    pub warnings: Vec<String>,
}

/// A flow, opened as far as possible. Never a `Result`: a flow whose response
/// is broken still shows its request.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            ..Self::foreign(Side::default(), None)
        }
    }

    fn foreign(request: Side, response: Option<Side>) -> Self {
        Self {
            state: State::Foreign,
            scheme: None,
            style: None,
            nonce: None,
            key: None,
            signature: Check::Absent,
            rc4_hash: Check::Absent,
            reason: None,
            request,
            response,
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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            gunzip_limit: GUNZIP_LIMIT,
        }
    }
}

/// Opens a flow with the key that fits, and checks what can be checked.
pub fn decode(flow: &Flow, ring: &Keyring, options: Options) -> Decoded {
    let algorithm = flow.request.headers.get("miot-encrypt-algorithm");
    let mut decoded = match carrier(flow) {
        _ if flow.exported.is_some() => exported(flow, options),
        None => without_form(flow, algorithm, options),
        Some((step, form)) => {
            let known = known_algorithm(flow);
            match (SealedRequest::recognise(&form, known), algorithm) {
                (_, Some(name)) if known.is_none() && !name.trim().is_empty() => {
                    let reason = Reason::UnknownAlgorithm(name.trim().to_owned());
                    closed(flow, State::Unreadable, reason, options)
                }
                (Some(sealed), _) => Opening::new(flow, ring, options, &form, sealed, step).run(),
                (None, _) => without_form(flow, algorithm, options),
            }
        }
    };
    for warning in &flow.warnings {
        let of_response = warning.starts_with("/res");
        match &mut decoded.response {
            Some(response) if of_response => response.warnings.push(warning.clone()),
            _ => decoded.request.warnings.push(warning.clone()),
        }
    }
    decoded
}

/// The encryption that the request names, if it is the one there is.
fn known_algorithm(flow: &Flow) -> Option<&str> {
    let algorithm = flow.request.headers.get("miot-encrypt-algorithm");
    algorithm.filter(|name| name.trim().eq_ignore_ascii_case("ENCRYPT-RC4"))
}

/// Where a request goes, as far as it is signed.
fn place(flow: &Flow) -> Place<'_> {
    Place {
        method: &flow.request.method,
        host: flow.request.url.host(),
        path: flow.request.url.path(),
    }
}

/// A flow without an envelope: foreign, or the request's half was lost.
fn without_form(flow: &Flow, algorithm: Option<&str>, options: Options) -> Decoded {
    let answered_sealed = flow.response.as_ref().is_some_and(|response| {
        let header = |name| response.headers.get(name).is_some();
        (header("miot-content-encoding") || header("miot-encrypt-algorithm"))
            && response.body.bytes().is_some_and(|body| {
                !body.is_empty() && !body.starts_with(b"{") && base64::decode(body).is_ok()
            })
    });
    if algorithm.is_some() || answered_sealed {
        return closed(flow, State::Unreadable, Reason::RequestMissing, options);
    }
    without_envelope(flow, options)
}

fn without_envelope(flow: &Flow, options: Options) -> Decoded {
    Decoded::foreign(
        as_is(
            &flow.request.body,
            flow.request.headers.get("content-encoding"),
            options,
        ),
        flow.response
            .as_ref()
            .map(|response| response_as_is(response, options)),
    )
}

/// A flow out of one of our own exports: its bodies are plaintext already, and
/// what was proved then can not be proved again.
fn exported(flow: &Flow, options: Options) -> Decoded {
    let mut decoded = without_envelope(flow, options);
    let was = flow.exported.as_deref().unwrap_or_default();
    if was != State::Foreign.name() {
        decoded.state = State::Plain;
        decoded.signature = Check::Unknown;
        decoded.reason = Some(Reason::Exported(was.to_owned()));
    }
    decoded
}

/// A flow that stays shut; what the server said in the clear is shown.
fn closed(flow: &Flow, state: State, reason: Reason, options: Options) -> Decoded {
    let mut request = Side::default();
    if let Body::Dropped { size } = flow.request.body {
        request.warnings.push(dropped(size));
    }
    let mut decoded = Decoded {
        state,
        reason: Some(reason),
        ..Decoded::foreign(request, None)
    };
    decoded.response = read_response(flow, None, false, options, &mut decoded);
    decoded
}
