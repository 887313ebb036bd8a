//! Bodies: the response to an envelope, and what is shown as it is.

use std::borrow::Cow;

use super::{Decoded, Options, Reason, Side, State};
use crate::flow::{Body, Flow, Response, transport};
use crate::protocol::base64::Repairs;
use crate::protocol::cipher::Keystream;
use crate::protocol::plaintext::{Step, is_gzip, is_text};
use crate::protocol::request::Scheme;
use crate::protocol::response::{GzipWish, OpenedResponse, Outcome, ResponseHints, open_response};

/// Opens the response and lets it have its say on state and reason.
pub(super) fn read_response(
    flow: &Flow,
    keystream: Option<&mut Keystream>,
    key_proved: bool,
    options: Options,
    decoded: &mut Decoded,
) -> Option<Side> {
    let settled = matches!(decoded.state, State::Locked | State::Unreadable);
    let Some(response) = &flow.response else {
        if !settled {
            decoded.reason.get_or_insert(Reason::NoResponse);
        }
        return None;
    };
    let mut side = Side::default();
    let body = match &response.body {
        Body::Bytes(bytes) => bytes,
        other => {
            if let Body::Dropped { size } = other {
                side.warnings.push(dropped(*size));
                if !settled {
                    decoded.reason.get_or_insert(Reason::ResponseDropped);
                }
            }
            return Some(side);
        }
    };
    let encoding = encoding(response, body);
    let (body, step) = unpack(body, encoding, options, &mut side.warnings);
    side.steps.extend(step);
    let opened = open_response(&body, keystream, hints(response, key_proved, options));
    let sealed = is_sealed(decoded);
    let shut = is_shut(opened.outcome, response);
    if !settled && sealed {
        judge(&opened, shut, options, decoded);
    }
    if !opened.repairs.is_none() {
        side.warnings.push(repaired(opened.repairs));
    }
    if opened.gzip_missing {
        side.warnings
            .push("the header says gzip and there is none; shown as it is".to_owned());
    }
    let bytes = &opened.plaintext.bytes;
    let odd = !(opened.plaintext.steps.contains(&Step::Gzip) || is_text(bytes));
    if opened.outcome == Outcome::Opened && odd {
        side.warnings.push(
            "decrypts to neither text nor gzip: binary data, or another request's answer"
                .to_owned(),
        );
    }
    side.steps.extend(opened.plaintext.steps);
    // Ciphertext is never passed off as plaintext.
    side.plaintext = (!(shut && sealed)).then_some(opened.plaintext.bytes);
    Some(side)
}

/// The compression of HTTP's that may still be in an answer.
///
/// No answer of Mi Home's starts as gzip does, unless the recorder left the
/// transport's in; a recorder may have lost the header.
pub(super) fn encoding<'r>(response: &'r Response, body: &[u8]) -> Option<&'r str> {
    match response.headers.get("content-encoding") {
        Some(header) if header.to_ascii_lowercase().contains("gzip") => Some(header),
        _ if is_gzip(body) && !is_media(response) => Some("gzip"),
        header => header,
    }
}

/// What is known of an answer before it is opened.
pub(super) fn hints(response: &Response, key_proved: bool, options: Options) -> ResponseHints {
    let header = response.headers.get("miot-content-encoding");
    ResponseHints {
        says_gzip: header.is_some_and(|value| value.trim().eq_ignore_ascii_case("gzip")),
        key_proved,
        gzip: GzipWish::Auto,
        gunzip_limit: options.gunzip_limit,
    }
}

/// Whether the answer should be encrypted, the request being so.
pub(super) fn is_sealed(decoded: &Decoded) -> bool {
    decoded.scheme != Some(Scheme::Hmac)
}

/// Whether an answer that ended so is ciphertext, and no plaintext to show.
pub(super) fn is_shut(outcome: Outcome, response: &Response) -> bool {
    match outcome {
        Outcome::NeedsKey | Outcome::Noise => true,
        Outcome::NotBase64 { .. } => !is_media(response),
        _ => false,
    }
}

/// What the response to an encrypted request changes in the flow's state and
/// reason.
fn judge(opened: &OpenedResponse, shut: bool, options: Options, decoded: &mut Decoded) {
    let bytes = &opened.plaintext.bytes;
    let failure = match opened.outcome {
        Outcome::Empty | Outcome::NeedsKey => None,
        Outcome::Clear => {
            decoded.reason.get_or_insert(Reason::plain_answer(bytes));
            None
        }
        Outcome::Opened => {
            if opened.gzip_missing {
                decoded.reason.get_or_insert(Reason::GzipMissing);
            } else if !opened.repairs.is_none() {
                decoded
                    .reason
                    .get_or_insert(Reason::Repaired(opened.repairs));
            }
            None
        }
        Outcome::GunzipBroken => Some(Reason::GunzipBroken { after: bytes.len() }),
        Outcome::GunzipTooBig => Some(Reason::GunzipTooBig {
            limit: options.gunzip_limit,
        }),
        Outcome::NotBase64 { at } => shut.then_some(Reason::ResponseNotBase64 { at }),
        Outcome::Noise => Some(Reason::ResponseNoise),
    };
    if let Some(failure) = failure {
        decoded.state = State::Unreadable;
        decoded.reason = Some(failure);
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

pub(super) fn repaired(repairs: Repairs) -> String {
    let names: Vec<&str> = repairs.names().collect();
    format!("base64 repaired: {}", names.join(", "))
}

pub(super) fn response_as_is(response: &Response, options: Options) -> Side {
    as_is(
        &response.body,
        response.headers.get("content-encoding"),
        options,
    )
}

/// A body as it is, but for a compression the recorder left in.
pub(super) fn as_is(body: &Body, encoding: Option<&str>, options: Options) -> Side {
    let mut side = Side::default();
    match body {
        Body::Absent => {}
        Body::Bytes(bytes) => {
            let (bytes, step) = unpack(bytes, encoding, options, &mut side.warnings);
            side.plaintext = Some(bytes.into_owned());
            side.steps.extend(step);
        }
        Body::Dropped { size } => side.warnings.push(dropped(*size)),
        Body::Params(params) => {
            side.warnings
                .push("the recorder kept the parameters, not the body".to_owned());
            side.steps.push(Step::Params);
            side.params = params
                .iter()
                .map(|(name, value)| (name.clone(), value.as_bytes().to_vec()))
                .collect();
        }
    }
    side
}

pub(super) fn dropped(size: Option<u64>) -> String {
    match size {
        Some(size) => format!("the recorder did not keep the body ({size} bytes)"),
        None => "the recorder did not keep the body".to_owned(),
    }
}

/// Undoes HTTP's own compression where the recorder has left it in.
fn unpack<'a>(
    bytes: &'a [u8],
    encoding: Option<&str>,
    options: Options,
    warnings: &mut Vec<String>,
) -> (Cow<'a, [u8]>, Option<Step>) {
    let undone = transport::undo(bytes, encoding, options.gunzip_limit);
    warnings.extend(undone.warning);
    let step = undone.changed.then_some(Step::Transport);
    (undone.bytes, step)
}
