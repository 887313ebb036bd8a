//! One JSON object a line and entry, with the same members in the same order
//! always. Plaintext goes in as the text it is, never re-serialised.

use std::str;

use serde::Serialize;

use super::record::Record;
use super::told::{Opened, Params, steps};
use crate::decode;
use crate::json;
use crate::protocol::base64;
use crate::verdict::{Place, Verdict};

/// An entry as its line has it.
#[derive(Serialize)]
struct Line<'a> {
    capture: &'a str,
    index: usize,
    started: Option<String>,
    duration_ms: Option<f64>,
    method: Option<&'a str>,
    url: Option<&'a str>,
    host: Option<&'a str>,
    path: Option<&'a str>,
    status: Option<u16>,
    #[serde(flatten)]
    opened: Opened<'a>,
    verdict: Judged,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<&'a str>,
    request: Option<Side<'a>>,
    response: Option<Side<'a>>,
}

/// Whether the cloud did it.
#[derive(Serialize)]
struct Judged {
    outcome: &'static str,
    place: Option<&'static str>,
    code: Option<i64>,
    text: String,
}

#[derive(Serialize)]
struct Side<'a> {
    plaintext: Option<&'a str>,
    /// Of what is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext_base64: Option<String>,
    params: Params<'a>,
    steps: Vec<&'static str>,
    warnings: &'a [String],
}

/// Appends one line, with its line break.
pub fn line(record: &Record<'_>, out: &mut Vec<u8>) {
    let decoded = record.decoded;
    let request = record.flow.map(|flow| &flow.request);
    let url = request.map(|request| &request.url);
    let response = record.flow.and_then(|flow| flow.response.as_ref());
    let line = Line {
        capture: record.capture,
        index: record.index,
        started: record.entry.started.map(|time| time.to_string()),
        duration_ms: record.flow.and_then(|flow| flow.duration_ms),
        method: request.map(|request| request.method.as_str()),
        url: url.map(|url| url.as_str()),
        host: url.map(|url| url.host()),
        path: url.map(|url| url.path()),
        status: response.and_then(|response| response.status),
        opened: Opened::of(decoded),
        verdict: judged(record),
        says: record.says,
        request: request.map(|_| side(&decoded.request)),
        response: decoded.response.as_ref().map(side),
    };
    json::write(&line, out).expect("a Vec takes every byte, and a line is plain data");
    out.push(b'\n');
}

fn judged(record: &Record<'_>) -> Judged {
    let verdict = record.flow.map(|flow| Verdict::of(flow, record.decoded));
    let verdict = verdict.unwrap_or_default();
    Judged {
        outcome: verdict.outcome.name(),
        place: verdict.place.map(Place::name),
        code: verdict.code,
        text: verdict.to_string(),
    }
}

fn side(side: &decode::Side) -> Side<'_> {
    let bytes = side.plaintext.as_deref();
    let text = bytes.and_then(|bytes| str::from_utf8(bytes).ok());
    let binary = bytes.filter(|_| text.is_none());
    Side {
        plaintext: text,
        plaintext_base64: binary.map(base64::encode),
        params: Params(&side.params),
        steps: steps(side),
        warnings: &side.warnings,
    }
}
