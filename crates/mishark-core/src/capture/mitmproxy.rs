//! mitmproxy's own flow file (`-w`, `save.file`): tnetstrings side by side.
//!
//! Read from mitmproxy 11.0.2, whose flows say `version: 21`; the names older
//! versions used for the same fields are in its `io/compat.py`.
//!
//! A tnetstring says its length first, so a flow is found without reading it:
//! `LENGTH:PAYLOAD` and one letter for the type. Nothing here recurses, however
//! deep a file nests: a list or dictionary is only walked where it is asked for.

mod locate;
mod netstring;
pub(crate) mod url;

use std::borrow::Cow;

pub(super) use locate::locate;
pub(super) use netstring::is;
use netstring::{Value, Values, member, value};
use url::Asked;

use super::error::{EntryError, Reason};
use super::fields::MAX_FIELDS;
use super::frames::MAX_FRAMES;
use crate::flow::{Body, Flow, Frame, Headers, Moment, Request, Response, Url};

/// One whole flow.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    let Some((Value::Dictionary(flow), [])) = value(raw) else {
        return Err(EntryError::at(start, Reason::Unclosed));
    };
    let Some(Value::Dictionary(sent)) = member(flow, "request") else {
        return Err(EntryError::missing("/request", start));
    };
    let mut warnings = Vec::new();
    let request = request(sent, &mut warnings);
    let answer = match member(flow, "response") {
        Some(Value::Dictionary(answer)) => Some(answer),
        _ => None,
    };
    let begun = seconds(sent, "timestamp_start").or_else(|| seconds(flow, "timestamp_created"));
    let done = answer.and_then(|answer| seconds(answer, "timestamp_end"));
    let elapsed = begun.zip(done).map(|(begun, done)| (done - begun) * 1000.0);
    if let Some(Value::Dictionary(_)) = member(flow, "error") {
        warnings.push(url::NOTED.to_owned());
    }
    Ok(Flow {
        started: begun.and_then(Moment::from_epoch),
        duration_ms: elapsed.filter(|elapsed| *elapsed >= 0.0),
        request,
        response: answer.map(|answer| match frames(flow) {
            frames if frames.is_empty() => response(answer, &mut warnings),
            frames => Response {
                body: Body::Frames(frames),
                ..response(answer, &mut warnings)
            },
        }),
        warnings,
        ..Flow::default()
    })
}

fn request(sent: &[u8], warnings: &mut Vec<String>) -> Request {
    let headers = headers(sent, "/request", warnings);
    let method = text(sent, "method").unwrap_or_default();
    Request {
        url: url(sent, &headers, &method),
        http_version: http_version(sent),
        // A GET, too, has an empty content.
        body: match content(sent, &headers) {
            Body::Bytes(bytes) if bytes.is_empty() => Body::Absent,
            body => body,
        },
        headers,
        method,
    }
}

fn response(answer: &[u8], warnings: &mut Vec<String>) -> Response {
    let headers = headers(answer, "/response", warnings);
    let status = number(answer, "status_code").or_else(|| number(answer, "code"));
    Response {
        status: status
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (100..1000).contains(status)),
        body: content(answer, &headers),
        headers,
    }
}

/// The URL the client asked for.
fn url(sent: &[u8], headers: &Headers, method: &str) -> Url {
    let word = |name: &str| text(sent, name).unwrap_or_default();
    let authority = word("authority");
    let port = number(sent, "port").and_then(|port| u16::try_from(port).ok());
    let path = word("path");
    // Versions before 7 kept the target of a proxy request as it came.
    if path.contains("://") && !path.starts_with('/') {
        return Url::new(path);
    }
    url::asked(&Asked {
        method,
        scheme: &word("scheme"),
        named: Some(&*authority).filter(|authority| !authority.is_empty()),
        headers,
        host: &word("host"),
        port,
        path: &path,
    })
}

/// The messages of a websocket: `[type, from_client, content, timestamp, …]`.
fn frames(flow: &[u8]) -> Vec<Frame> {
    let Some(Value::Dictionary(socket)) = member(flow, "websocket") else {
        return Vec::new();
    };
    let Some(Value::List(messages)) = member(socket, "messages") else {
        return Vec::new();
    };
    let messages = Values(messages).take(MAX_FRAMES);
    let frame = |message| {
        let Value::List(message) = message else {
            return None;
        };
        let mut parts = Values(message);
        let mut next = || parts.next().and_then(Value::text);
        let (kind, from_client) = (next()?, next()?);
        let Some(Value::Bytes(content)) = parts.next() else {
            return None;
        };
        let at = parts.next().and_then(Value::text);
        Some(Frame {
            sent: from_client == "true",
            at: at.and_then(|at| Moment::from_epoch(at.parse().ok()?)),
            is_text: kind == "1",
            bytes: content.to_vec(),
        })
    };
    messages.filter_map(frame).collect()
}

/// `HTTP/2.0`; versions before 0.17 wrote `[1, 1]`.
fn http_version(sent: &[u8]) -> String {
    match member(sent, "http_version").or_else(|| member(sent, "httpversion")) {
        Some(Value::List(parts)) => {
            let parts: Vec<_> = Values(parts).take(2).filter_map(Value::text).collect();
            format!("HTTP/{}", parts.join("."))
        }
        Some(value) => value.text().map(Cow::into_owned).unwrap_or_default(),
        None => String::new(),
    }
}

/// The body as it was on the wire, less its chunks. `null` where mitmproxy
/// streamed it through.
fn content(message: &[u8], headers: &Headers) -> Body {
    match member(message, "content") {
        Some(Value::Bytes(bytes)) => Body::Bytes(bytes.to_vec()),
        _ => Body::Dropped {
            size: headers
                .get("content-length")
                .and_then(|size| size.trim().parse().ok()),
        },
    }
}

fn headers(message: &[u8], pointer: &str, warnings: &mut Vec<String>) -> Headers {
    let Some(Value::List(fields)) = member(message, "headers") else {
        return Headers::default();
    };
    let mut fields = Values(fields);
    let headers = fields
        .by_ref()
        .take(MAX_FIELDS)
        .filter_map(|field| {
            let Value::List(pair) = field else {
                return None;
            };
            let mut pair = Values(pair);
            let name = pair.next()?.text()?.into_owned();
            let value = pair.next().and_then(Value::text).unwrap_or_default();
            Some((name, value.into_owned()))
        })
        .collect();
    if fields.next().is_some() {
        warnings.push(format!(
            "{pointer}/headers: only the first {MAX_FIELDS} are shown"
        ));
    }
    headers
}

fn text(dictionary: &[u8], name: &str) -> Option<String> {
    member(dictionary, name)?.text().map(Cow::into_owned)
}

fn number(dictionary: &[u8], name: &str) -> Option<i64> {
    member(dictionary, name)?.text()?.parse().ok()
}

fn seconds(dictionary: &[u8], name: &str) -> Option<f64> {
    let seconds: f64 = member(dictionary, name)?.text()?.parse().ok()?;
    seconds.is_finite().then_some(seconds)
}

#[cfg(test)]
mod tests;
