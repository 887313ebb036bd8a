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

use std::borrow::Cow;

pub(super) use locate::locate;
use netstring::{Value, Values, length, member, value};

use super::error::{EntryError, Reason};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

/// A request or response with more header fields than this is no genuine one.
const MAX_HEADERS: usize = 4096;

/// Whether a file starts with a dictionary whose first key is a field's name.
pub(super) fn is(head: &[u8]) -> bool {
    let Some((_, rest)) = length(head) else {
        return false;
    };
    let Some((len, key)) = length(rest) else {
        return false;
    };
    // mitmproxy writes keys as text, its versions for Python 2 as bytes.
    let key = usize::try_from(len).ok().and_then(|len| key.get(..=len));
    key.and_then(<[u8]>::split_last)
        .is_some_and(|(kind, name)| {
            matches!(kind, b';' | b',')
                && !name.is_empty()
                && name
                    .iter()
                    .all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        })
}

/// One whole flow.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    let damaged = |pointer: &str, reason| EntryError {
        pointer: pointer.to_owned(),
        reason,
        byte: Some(start),
    };
    let Some((Value::Dictionary(flow), [])) = value(raw) else {
        return Err(damaged("", Reason::Unclosed));
    };
    let Some(Value::Dictionary(sent)) = member(flow, "request") else {
        return Err(damaged("/request", Reason::Missing));
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
    if let Some(Value::Dictionary(error)) = member(flow, "error")
        && let Some(words) = member(error, "msg").and_then(Value::text)
    {
        warnings.push(format!("mitmproxy noted: {}", shortened(&words)));
    }
    Ok(Flow {
        // Saturates, and is then refused as out of range.
        started: begun.and_then(|begun| Moment::from_millis((begun * 1000.0) as i64)),
        duration_ms: elapsed.filter(|elapsed| *elapsed >= 0.0),
        request,
        response: answer.map(|answer| response(answer, &mut warnings)),
        exported: None,
        warnings,
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
///
/// `host` and `port` are where mitmproxy connected to, which is the proxy's
/// upstream or an address where a capture was redirected or transparent. What
/// the client meant stands in `authority` (HTTP/2) or the `Host` header.
fn url(sent: &[u8], headers: &Headers, method: &str) -> Url {
    let scheme = text(sent, "scheme").unwrap_or_default();
    let authority = text(sent, "authority").filter(|authority| !authority.is_empty());
    let authority = authority.or_else(|| headers.get("host").map(|host| host.trim().to_owned()));
    let authority = authority.filter(|authority| !authority.is_empty());
    let authority = authority.unwrap_or_else(|| {
        let host = text(sent, "host").unwrap_or_default();
        let default = match scheme.as_str() {
            "https" => 443,
            _ => 80,
        };
        match number(sent, "port") {
            Some(port) if port != default => format!("{host}:{port}"),
            _ => host,
        }
    });
    if method.eq_ignore_ascii_case("CONNECT") {
        return Url::new(authority);
    }
    let path = text(sent, "path").unwrap_or_default();
    // Versions before 7 kept the target of a proxy request as it came.
    if path.contains("://") && !path.starts_with('/') {
        return Url::new(path);
    }
    let scheme = if scheme.is_empty() { "http" } else { &scheme };
    Url::new(format!("{scheme}://{authority}{path}"))
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
        .take(MAX_HEADERS)
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
            "{pointer}/headers: only the first {MAX_HEADERS} are shown"
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

/// An error's words, of a length to be shown.
fn shortened(words: &str) -> String {
    const LONGEST: usize = 200;
    words.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests;
