//! Flows as programs write them which have one in their hands: a JSON object
//! each.
//!
//! ```json
//! {"method":"POST","url":"https://api.io.mi.com/app/home/list",
//!  "headers":{"Cookie":"serviceToken=…"},"body":"data=…&_nonce=…",
//!  "response":{"status":200,"headers":[["date","…"]],"body":"…"}}
//! ```
//!
//! Only `url` has to be there. `headers` is an object, whose values may be
//! lists, or a list of pairs. `body` is text; `body_base64` holds bytes and goes
//! before it. `started` is a time in RFC 3339 or milliseconds since 1970, and
//! `duration_ms` is a number.

use super::body;
use super::error::EntryError;
use super::fields::headers;
use super::lenient::{Any, Members, duration, moment, objects, status, text};
use super::mend;
use crate::flow::{Body, Flow, Request, Response, Url};

objects! {
    struct Plain {
        url: Any = "url",
        method: Any = "method",
        http_version: Any = "http_version",
        started: Any = "started",
        duration_ms: Any = "duration_ms",
        headers: Any = "headers",
        body: Any = "body",
        body_base64: Any = "body_base64",
        response: Answer = "response",
    }

    struct Answer {
        status: Any = "status",
        headers: Any = "headers",
        body: Any = "body",
        body_base64: Any = "body_base64",
    }
}

/// Whether an object's keys are those of a flow in the plain shape.
pub(super) fn is_flow(members: &Members<'_>) -> bool {
    members.has("url")
        && ["method", "body", "response"]
            .iter()
            .any(|name| members.has(name))
}

/// One flow in the plain shape.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let line = serde_json::from_slice::<Plain<'_>>(raw)?;
        let mut flow = flow(&line, warnings, start);
        if let Ok(flow) = &mut flow
            && (flow.response.is_none() || flow.request.body == Body::Absent)
        {
            flow.warnings.extend(unknown(raw));
        }
        Ok(flow)
    })
}

fn flow(line: &Plain<'_>, mut warnings: Vec<String>, start: u64) -> Result<Flow, EntryError> {
    line.found.object(start)?;
    let url = text(line.url).ok_or_else(|| EntryError::missing("/url", start))?;
    let sent = side_body(line.body, line.body_base64, "", &mut warnings);
    let method = text(line.method).unwrap_or_else(|| match &sent {
        Body::Absent => "GET".into(),
        _ => "POST".into(),
    });
    let answer = &line.response;
    answer.found.note("/response", &mut warnings);
    let body = match answer.found.text() {
        Some(text) => Body::Bytes(text.as_bytes().to_vec()),
        None => side_body(answer.body, answer.body_base64, "/response", &mut warnings),
    };
    Ok(Flow {
        started: moment(line.started),
        duration_ms: duration(line.duration_ms),
        request: Request {
            method: method.into_owned(),
            url: Url::new(url),
            http_version: text(line.http_version).unwrap_or_default().into_owned(),
            headers: headers(line.headers),
            body: sent,
        },
        response: Response::unless_empty(status(answer.status), headers(answer.headers), body),
        warnings,
        ..Flow::default()
    })
}

/// Says which members are none of this shape: a part of the flow may be there.
fn unknown(raw: &[u8]) -> Option<String> {
    /// More names than this say no more.
    const MAX_NAMES: usize = 8;
    /// A longer one, or one with other characters, may be a value.
    const MAX_NAME: usize = 40;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let members = serde_json::from_slice::<Members<'_>>(raw).ok()?;
    let names: Vec<&str> = members
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !Plain::NAMES.contains(name))
        .filter(|name| name.len() <= MAX_NAME && name.bytes().all(is_plain))
        .take(MAX_NAMES)
        .collect();
    (!names.is_empty()).then(|| format!("members not understood: {}", names.join(", ")))
}

fn side_body(words: Any<'_>, base64: Any<'_>, pointer: &str, warnings: &mut Vec<String>) -> Body {
    let at = format!("{pointer}/body_base64");
    match body::base64_member(base64, &at, warnings) {
        Some(bytes) => Body::Bytes(bytes),
        None => body::of_any(words),
    }
}
