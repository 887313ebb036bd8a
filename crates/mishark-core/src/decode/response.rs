//! Bodies: the response to an envelope, and what is shown as it is.

use std::borrow::Cow;

use super::stages::{Kind, Outcome as StageOutcome};
use super::trail::Trail;
use super::{Decoded, Options, Reason, Side, State};
use crate::flow::{Body, Flow, Response, lines, transport};
use crate::protocol::cipher::Keystream;
use crate::protocol::plaintext::{Step, is_gzip, is_text, odd_byte};
use crate::protocol::request::Scheme;
use crate::protocol::response::{
    GzipWish, OpenedResponse, Outcome, ResponseHints, open_response_heard,
};

/// Opens the response and lets it have its say on state and reason.
///
/// With the keystream comes whether its key is proved.
pub(super) fn read_response(
    flow: &Flow,
    (keystream, key_proved): (Option<&mut Keystream>, bool),
    options: Options,
    decoded: &mut Decoded,
    trail: &mut Trail,
) -> Option<Side> {
    trail.enter_response();
    let settled = matches!(decoded.state, State::Locked | State::Unreadable);
    let Some(response) = &flow.response else {
        none(trail);
        if !settled {
            decoded.reason.get_or_insert(Reason::NoResponse);
        }
        return None;
    };
    let mut side = Side::default();
    let encoding = encoding(response);
    let Some(body) = bytes(&response.body, encoding, options, &mut side, trail) else {
        if matches!(response.body, Body::Dropped { .. }) && !settled {
            decoded.reason.get_or_insert(Reason::ResponseDropped);
        }
        return Some(side);
    };
    // A request that is only signed is answered in the clear.
    let sealed = decoded.scheme != Some(Scheme::Hmac);
    let has_key = keystream.is_some();
    let header = response.headers.get("miot-content-encoding");
    let says_gzip = header.is_some_and(|value| value.trim().eq_ignore_ascii_case("gzip"));
    let hints = ResponseHints {
        says_gzip,
        key_proved,
        gzip: GzipWish::Auto,
        gunzip_limit: options.gunzip_limit,
    };
    let not_base64_is_shut = sealed && !is_media(response);
    let opened = open_response_heard(&body, keystream, hints, &mut |layer| {
        if sealed || has_key {
            trail.layer(&layer, not_base64_is_shut);
        }
    });
    let shut = match opened.outcome {
        Outcome::NeedsKey | Outcome::Noise => sealed,
        Outcome::NotBase64 { .. } => not_base64_is_shut,
        _ => false,
    };
    if !settled && sealed {
        judge(&opened, shut, options, decoded);
    }
    if !opened.repairs.is_none() {
        side.warnings
            .push(format!("base64 repaired: {}", opened.repairs));
    }
    if opened.gzip_missing {
        side.warnings
            .push("the header says gzip and there is none; shown as it is".to_owned());
    }
    let plaintext = opened.plaintext;
    let is_zipped = plaintext.steps.contains(&Step::Gzip);
    match opened.outcome {
        Outcome::Clear => trail.clear(&body, &plaintext.bytes),
        Outcome::NeedsKey if shut => trail.stops(Kind::Rc4, decoded.reason.as_ref()),
        Outcome::NeedsKey => trail.say(
            Kind::Base64,
            StageOutcome::Skipped,
            "the request is not encrypted: shown as it is",
        ),
        Outcome::Opened if !is_zipped => trail.no_gzip(&plaintext.bytes, says_gzip),
        _ => {}
    }
    if opened.outcome == Outcome::Opened && !is_text(&plaintext.bytes) {
        match odd_byte(&plaintext.bytes) {
            Some(at) => side.warnings.push(format!(
                "JSON but for byte {at}, which is no text; copies are the bytes as they came"
            )),
            None if is_zipped => {}
            None => side.warnings.push(
                "decrypts to neither text nor gzip: binary data, or another request's answer"
                    .to_owned(),
            ),
        }
    }
    side.repairs = opened.repairs;
    side.steps.extend(plaintext.steps);
    // Ciphertext is never passed off as plaintext.
    if !shut {
        trail.plaintext(&plaintext.bytes);
        side.plaintext = Some(plaintext.bytes);
    }
    Some(side)
}

/// The compression of HTTP's that may still be in an answer.
///
/// No answer of Mi Home's starts as gzip does, unless the recorder left the
/// transport's in; a recorder may have lost the header.
fn encoding(response: &Response) -> Option<&str> {
    let is_zipped = || response.body.bytes().is_some_and(is_gzip) && !is_media(response);
    match response.headers.get("content-encoding") {
        Some(header) if header.to_ascii_lowercase().contains("gzip") => Some(header),
        _ if is_zipped() => Some("gzip"),
        header => header,
    }
}

/// What the response to an encrypted request changes in the flow's state and
/// reason.
fn judge(opened: &OpenedResponse, shut: bool, options: Options, decoded: &mut Decoded) {
    let bytes = &opened.plaintext.bytes;
    let remark = match opened.outcome {
        Outcome::Clear => Reason::plain_answer(bytes),
        Outcome::Opened if opened.gzip_missing => Reason::GzipMissing,
        Outcome::Opened if !opened.repairs.is_none() => Reason::Repaired(opened.repairs),
        Outcome::GunzipBroken => Reason::GunzipBroken { after: bytes.len() },
        Outcome::GunzipTooBig => Reason::GunzipTooBig {
            limit: options.gunzip_limit,
        },
        Outcome::NotBase64 { at } if shut => Reason::ResponseNotBase64 { at },
        Outcome::Noise => Reason::ResponseNoise,
        Outcome::Empty | Outcome::NeedsKey | Outcome::NotBase64 { .. } | Outcome::Opened => return,
    };
    if matches!(opened.outcome, Outcome::Clear | Outcome::Opened) {
        decoded.reason.get_or_insert(remark);
    } else {
        decoded.state = State::Unreadable;
        decoded.reason = Some(remark);
    }
}

/// Camera pictures and films come in an encrypted session and are not.
fn is_media(response: &Response) -> bool {
    let kind = response.headers.get("content-type").unwrap_or_default();
    let kinds = ["image/", "video/", "audio/", "application/octet-stream"];
    kinds
        .iter()
        .any(|known| kind.trim().to_ascii_lowercase().starts_with(known))
}

/// The answer to a request without an envelope.
pub(super) fn response_as_is(
    response: Option<&Response>,
    options: Options,
    trail: &mut Trail,
) -> Option<Side> {
    trail.enter_response();
    let Some(response) = response else {
        none(trail);
        return None;
    };
    let encoding = response.headers.get("content-encoding");
    Some(as_is(&response.body, encoding, options, trail))
}

fn none(trail: &mut Trail) {
    trail.say(
        Kind::Body,
        StageOutcome::Unknown,
        "no response in the capture",
    );
}

/// A body as it is, but for a compression the recorder left in.
pub(super) fn as_is(
    body: &Body,
    encoding: Option<&str>,
    options: Options,
    trail: &mut Trail,
) -> Side {
    let mut side = Side::default();
    if let Some(bytes) = bytes(body, encoding, options, &mut side, trail) {
        trail.plaintext(&bytes);
        side.plaintext = Some(bytes.into_owned());
    }
    side
}

/// The bytes of a body with HTTP's own compression undone, where the recorder
/// has left it in; or what there is instead.
pub(super) fn bytes<'b>(
    body: &'b Body,
    encoding: Option<&str>,
    options: Options,
    side: &mut Side,
    trail: &mut Trail,
) -> Option<Cow<'b, [u8]>> {
    match body {
        Body::Bytes(bytes) => {
            let undone = transport::undo(bytes, encoding, options.gunzip_limit);
            trail.transport(bytes, encoding, &undone);
            side.warnings.extend(undone.warning);
            side.steps.extend(undone.changed.then_some(Step::Transport));
            return Some(undone.bytes);
        }
        Body::Frames(frames) => return Some(Cow::Owned(lines(frames))),
        Body::Absent => trail.say(Kind::Body, StageOutcome::Skipped, "no body"),
        Body::Dropped { size } => {
            let dropped = dropped(*size);
            trail.say(Kind::Body, StageOutcome::Unknown, &dropped);
            side.warnings.push(dropped);
        }
        Body::Params(params) => {
            trail.params(params);
            side.warnings
                .push("the recorder kept the parameters, not the body".to_owned());
            side.steps.push(Step::Params);
            side.params = params
                .iter()
                .map(|(name, value)| (name.clone(), value.as_bytes().to_vec()))
                .collect();
        }
    }
    None
}

fn dropped(size: Option<u64>) -> String {
    match size {
        Some(size) => format!("the recorder did not keep the body ({size} bytes)"),
        None => "the recorder did not keep the body".to_owned(),
    }
}
