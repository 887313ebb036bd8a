//! The way of a response, and of a body that is no envelope.

use std::borrow::Cow;

use super::trail::Trail;
use super::{Kind, MAX_TAKEN_APART, Outcome, words};
use crate::decode::answer::{dropped, encoding, hints, is_sealed, is_shut};
use crate::decode::{Decoded, Options, Reason, Side};
use crate::flow::{Body, Flow, Response, transport};
use crate::protocol::base64;
use crate::protocol::cipher::{DROP, Keystream};
use crate::protocol::plaintext::{Gunzip, Step, gunzip, is_gzip};
use crate::protocol::response::{self, GzipWish, ResponseHints, open_response};
use crate::protocol::signature::Check;
use crate::text;

/// The response to an envelope, opened or not.
pub(super) fn walk(
    trail: &mut Trail,
    flow: &Flow,
    decoded: &Decoded,
    options: Options,
    mut keystream: Option<Keystream>,
) {
    let Some((response, body)) = body(trail, flow) else {
        return;
    };
    let side = decoded.response.as_ref();
    if body.len() > MAX_TAKEN_APART {
        return too_large(trail, side, body.len());
    }
    let body = undo_transport(trail, body, encoding(response, body), options);
    if body.len() > MAX_TAKEN_APART {
        return too_large(trail, side, body.len());
    }
    let proved = decoded.signature == Check::Match || decoded.rc4_hash == Check::Match;
    let hints = hints(response, proved, options);
    // Judged as it was judged when it was opened; gzip is a step of its own.
    let opened = open_response(
        &body,
        keystream.as_mut(),
        ResponseHints {
            gzip: GzipWish::No,
            ..hints
        },
    );
    let is_shown = !(is_sealed(decoded) && is_shut(opened.outcome, response));
    match opened.outcome {
        response::Outcome::Empty => words::plaintext(trail, "", &body),
        response::Outcome::Clear => {
            let says = format!("clear text, begins {}", words::begins(&body));
            trail.say(Kind::Base64, Outcome::Skipped, says);
            let text = &opened.plaintext.bytes;
            if opened.plaintext.steps.contains(&Step::Prefix) {
                let (from, to) = (words::bytes(body.len()), words::bytes(text.len()));
                let says = format!("&&&START&&& taken off: {from} → {to}");
                trail.say(Kind::Prefix, Outcome::Done, says);
                trail.gives("the answer", text);
            }
            words::plaintext(trail, "", text);
        }
        response::Outcome::NotBase64 { at } if is_shown => {
            let at = words::grouped(at);
            let says = format!("not base64 at byte {at}: not encrypted, shown as it is");
            trail.say(Kind::Base64, Outcome::Skipped, says);
            words::plaintext(trail, "", &body);
        }
        response::Outcome::NeedsKey if is_shown => {
            let says = "the request is not encrypted: shown as it is";
            trail.say(Kind::Base64, Outcome::Skipped, says);
            words::plaintext(trail, "", &body);
        }
        _ => decrypt(
            trail,
            &body,
            keystream.as_mut(),
            opened.outcome,
            hints,
            decoded,
        ),
    }
}

/// Base64, RC4 and gzip, as far as they go.
fn decrypt(
    trail: &mut Trail,
    body: &[u8],
    keystream: Option<&mut Keystream>,
    outcome: response::Outcome,
    hints: ResponseHints,
    decoded: &Decoded,
) {
    let mut bytes = match base64::decode(body) {
        Ok(decoded) => {
            let text = decoded.text.as_bytes();
            words::base64(trail, "", text, Ok(&decoded.bytes), decoded.repairs);
            decoded.bytes
        }
        Err(error) => {
            let says = format!("{error}; the recorder probably saved text for bytes");
            trail.say(Kind::Base64, Outcome::Failed, says);
            return;
        }
    };
    let Some(keystream) = keystream else {
        let reason = decoded.reason.as_ref().map(Reason::message);
        let says = reason.unwrap_or_else(|| "no key is known to open it with".to_owned());
        trail.say(Kind::Rc4, Outcome::Unknown, words::line(&says));
        return;
    };
    keystream.apply(0, &mut bytes);
    let at = format!("drop {DROP}, at offset 0");
    if outcome == response::Outcome::Noise {
        let says = format!("{at}: {}", Reason::ResponseNoise.message());
        trail.say(Kind::Rc4, Outcome::Failed, says);
        trail.gives("the noise", &bytes);
        return;
    }
    let says = format!("{at}: {}", words::bytes(bytes.len()));
    trail.say(Kind::Rc4, Outcome::Done, says);
    trail.gives("the decrypted bytes", &bytes);
    let bytes = unzip(trail, bytes, hints);
    words::plaintext(trail, "", &bytes);
}

/// Gzip inside the encryption: the bytes tell, and not the header.
fn unzip(trail: &mut Trail, bytes: Vec<u8>, hints: ResponseHints) -> Vec<u8> {
    let begins = words::begins(&bytes);
    if !is_gzip(&bytes) {
        let header = if hints.says_gzip {
            ", though the header says so"
        } else {
            ""
        };
        let says = if bytes.is_empty() {
            format!("empty: no gzip{header}")
        } else {
            format!("begins {begins}: no gzip{header}")
        };
        trail.say(Kind::Gzip, Outcome::Skipped, says);
        return bytes;
    }
    let from = words::bytes(bytes.len());
    let (outcome, how, out) = match gunzip(&bytes, hints.gunzip_limit) {
        Gunzip::Whole(out) => (Outcome::Done, "", out),
        Gunzip::Broken(out) => (Outcome::Failed, ", where it breaks off", out),
        Gunzip::TooBig(out) => (Outcome::Failed, ", where the limit is", out),
    };
    let to = words::bytes(out.len());
    let says = format!("begins {begins}: {from} → {to}{how}");
    trail.say(Kind::Gzip, outcome, says);
    trail.gives("the unpacked bytes", &out);
    out
}

/// A body that nothing encrypts: what a recorder left in of HTTP's compression
/// is all there is to undo.
pub(super) fn as_is(
    trail: &mut Trail,
    body: &Body,
    encoding: Option<&str>,
    side: Option<&Side>,
    options: Options,
) {
    let Some(bytes) = kept(trail, body) else {
        return;
    };
    if bytes.len() > MAX_TAKEN_APART {
        return too_large(trail, side, bytes.len());
    }
    let bytes = undo_transport(trail, bytes, encoding, options);
    words::plaintext(trail, "", &bytes);
}

/// The response's body, if there is one to take a step with.
fn body<'f>(trail: &mut Trail, flow: &'f Flow) -> Option<(&'f Response, &'f [u8])> {
    let Some(response) = &flow.response else {
        no_response(trail);
        return None;
    };
    Some((response, kept(trail, &response.body)?))
}

/// Says that there is nothing to walk along.
pub(super) fn no_response(trail: &mut Trail) {
    trail.say(Kind::Body, Outcome::Unknown, "no response in the capture");
}

/// The bytes of a body, or why there are none.
pub(super) fn kept<'b>(trail: &mut Trail, body: &'b Body) -> Option<&'b [u8]> {
    match body {
        Body::Absent => trail.say(Kind::Body, Outcome::Skipped, "no body"),
        Body::Bytes(bytes) => return Some(bytes),
        Body::Dropped { size } => trail.say(Kind::Body, Outcome::Unknown, dropped(*size)),
        Body::Params(params) => {
            let names = words::names(params.iter().map(|(name, _)| name.as_str()));
            let count = text::count(params.len(), "parameter");
            let says = format!("the recorder kept {count}, not the body: {names}");
            trail.say(Kind::Params, Outcome::Done, says);
        }
    }
    None
}

/// Undoes HTTP's own compression, should it still be there.
fn undo_transport<'b>(
    trail: &mut Trail,
    body: &'b [u8],
    encoding: Option<&str>,
    options: Options,
) -> Cow<'b, [u8]> {
    let undone = transport::undo(body, encoding, options.gunzip_limit);
    let encoding = encoding
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    let (from, to) = (words::bytes(body.len()), words::bytes(undone.bytes.len()));
    let (outcome, says) = match (undone.warning, encoding) {
        (Some(warning), _) => (Outcome::Failed, warning),
        (None, Some(name)) if undone.changed => {
            let says = format!("{}: {from} → {to}", words::short(name));
            (Outcome::Done, says)
        }
        (None, Some(name)) => {
            let says = format!("{}, undone by the recorder", words::short(name));
            (Outcome::Skipped, says)
        }
        (None, None) => (Outcome::Skipped, "no compression".to_owned()),
    };
    trail.say(Kind::Transport, outcome, says);
    trail.gives("the body", &undone.bytes);
    undone.bytes
}

/// Names the steps of a body that is not taken apart a second time.
pub(super) fn too_large(trail: &mut Trail, side: Option<&Side>, size: usize) {
    let size = words::bytes(size);
    for step in side.iter().flat_map(|side| &side.steps) {
        let says = format!("done; {size} are too many to show the steps of");
        trail.say((*step).into(), Outcome::Done, says);
    }
    let plaintext = side.and_then(|side| side.plaintext.as_deref());
    match plaintext {
        Some(plaintext) => words::plaintext(trail, "", plaintext),
        None => {
            let says = format!("{size} are too many to show where it stops");
            trail.say(Kind::Body, Outcome::Unknown, says);
        }
    }
}
