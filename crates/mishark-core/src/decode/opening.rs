//! A flow as a whole: what it is, and who opens it.

use std::cell::OnceCell;

use super::request::Opening;
use super::response::{as_is, bytes, read_response, response_as_is};
use super::stages::Stage;
use super::trail::Trail;
use super::{Decoded, Options, Reason, Side, State};
use crate::flow::Flow;
use crate::flow::carrier::carrier;
use crate::protocol::base64;
use crate::protocol::request::SealedRequest;
use crate::protocol::signature::Check;
use crate::session::Keyring;

/// Opens a flow with the key that fits, and checks what can be checked.
pub fn decode(flow: &Flow, ring: &Keyring, options: Options) -> Decoded {
    open(flow, ring, options, &mut Trail::default())
}

/// Opens a flow as [`decode`] does, and tells each step that it took: the
/// request's steps and checks, then the response's steps.
pub fn explain(flow: &Flow, ring: &Keyring, options: Options) -> (Decoded, Vec<Stage>) {
    let mut trail = Trail::listening(None);
    let decoded = open(flow, ring, options, &mut trail);
    (decoded, trail.into_told().0)
}

/// Makes what a copy of the stage at `index` of [`explain`] copies.
///
/// `None` if that stage has nothing to copy, or there is no such stage.
pub fn whole_of_stage(
    flow: &Flow,
    ring: &Keyring,
    options: Options,
    index: usize,
) -> Option<Vec<u8>> {
    let mut trail = Trail::listening(Some(index));
    open(flow, ring, options, &mut trail);
    trail.into_told().1
}

fn open(flow: &Flow, ring: &Keyring, options: Options, trail: &mut Trail) -> Decoded {
    let algorithm = flow.request.headers.get("miot-encrypt-algorithm");
    // There is one encryption.
    let known = algorithm.filter(|name| name.trim().eq_ignore_ascii_case("ENCRYPT-RC4"));
    let carried = carrier(flow, options.gunzip_limit).filter(|_| flow.exported.is_none());
    let sealed = carried.as_ref().and_then(|carried| {
        let sealed = SealedRequest::recognise(&carried.form, known)?;
        Some((carried, sealed))
    });
    let mut decoded = match (sealed, algorithm) {
        _ if flow.exported.is_some() => exported(flow, options, trail),
        (_, Some(name)) if carried.is_some() && known.is_none() && !name.trim().is_empty() => {
            let reason = Reason::UnknownAlgorithm(name.trim().to_owned());
            closed(flow, reason, options, trail)
        }
        (Some((carried, sealed)), _) => {
            let opening = Opening {
                flow,
                path: flow.request.url.wire_path(),
                ring,
                options,
                carried,
                sealed,
                candidates: OnceCell::new(),
            };
            opening.run(trail)
        }
        (None, _) if is_half(flow) => closed(flow, Reason::RequestMissing, options, trail),
        (None, _) => without_envelope(flow, options, trail),
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

/// Whether a flow without an envelope lacks the request's half.
fn is_half(flow: &Flow) -> bool {
    let answered_sealed = flow.response.as_ref().is_some_and(|response| {
        let header = |name| response.headers.get(name).is_some();
        (header("miot-content-encoding") || header("miot-encrypt-algorithm"))
            && response.body.bytes().is_some_and(|body| {
                !body.is_empty() && !body.starts_with(b"{") && base64::decode(body).is_ok()
            })
    });
    answered_sealed || flow.request.headers.get("miot-encrypt-algorithm").is_some()
}

fn without_envelope(flow: &Flow, options: Options, trail: &mut Trail) -> Decoded {
    let request = &flow.request;
    let encoding = request.headers.get("content-encoding");
    let request = as_is(&request.body, encoding, options, trail);
    Decoded {
        request,
        response: response_as_is(flow.response.as_ref(), options, trail),
        ..Decoded::default()
    }
}

/// A flow out of one of our own exports: its bodies are plaintext already, and
/// what was proved then can not be proved again.
fn exported(flow: &Flow, options: Options, trail: &mut Trail) -> Decoded {
    let was = flow.exported.as_deref().unwrap_or_default();
    let reason = (was != State::Foreign.name()).then(|| Reason::Exported(was.to_owned()));
    trail.exported(reason.as_ref());
    let mut decoded = without_envelope(flow, options, trail);
    if reason.is_some() {
        decoded.state = State::Plain;
        decoded.signature = Check::Unknown;
        decoded.reason = reason;
    }
    decoded
}

/// A flow that stays shut; what the server said in the clear is shown.
fn closed(flow: &Flow, reason: Reason, options: Options, trail: &mut Trail) -> Decoded {
    let mut request = Side::default();
    let body = flow.request.body.bytes();
    if body.is_none() {
        bytes(&flow.request.body, None, options, &mut request, trail);
    }
    trail.closed(body, &reason);
    let mut decoded = Decoded {
        reason: Some(reason),
        state: State::Unreadable,
        request,
        ..Decoded::default()
    };
    decoded.response = read_response(flow, (None, false), options, &mut decoded, trail);
    decoded
}
