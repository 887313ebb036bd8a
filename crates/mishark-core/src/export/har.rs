//! A HAR with plaintext bodies, valid by type: written through the `har`
//! crate, entry by entry, so that the file may be larger than memory.

use har::v1_2;
use serde_json::{Value, json};

use super::Record;
use crate::decode::Side;
use crate::flow::{Body, Flow, Headers};
use crate::protocol::base64;

/// What stands before the first entry. Entries are joined by commas.
pub fn head() -> String {
    let log = v1_2::Log {
        creator: v1_2::Creator {
            name: "mishark".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            comment: None,
        },
        pages: Some(Vec::new()),
        ..v1_2::Log::default()
    };
    let document = har::Har {
        log: har::Spec::V1_2(log),
    };
    let text = serde_json::to_string(&document).expect("a log without entries is plain data");
    // The list is empty, and no other member of the head holds brackets.
    let end = text.find("\"entries\":[]").expect("a log has entries") + "\"entries\":[".len();
    // What follows `entries` must not be lost; with no comment that is nothing.
    text[..end].to_owned()
}

/// What stands behind the last entry.
pub const TAIL: &str = "]}}\n";

/// One entry as JSON.
pub fn entry(record: &Record<'_>) -> Vec<u8> {
    let empty = Flow::default();
    let flow = record.flow.unwrap_or(&empty);
    let decoded = record.decoded;
    let wait = flow.duration_ms.unwrap_or(0.0);
    let typed = v1_2::Entries {
        started_date_time: flow.started.map_or_else(
            || "1970-01-01T00:00:00.000Z".to_owned(),
            |time| time.to_string(),
        ),
        time: wait,
        request: request(flow, &decoded.request),
        response: response(flow, decoded.response.as_ref()),
        timings: v1_2::Timings {
            wait,
            ..v1_2::Timings::default()
        },
        ..v1_2::Entries::default()
    };
    let mut value = serde_json::to_value(typed).expect("an entry is plain data");
    if let Some(bytes) = binary(&decoded.request) {
        // HAR knows no binary request bodies; readers that know this member
        // get them back.
        value["request"]["postData"]["text"] = base64::encode(bytes).into();
        value["request"]["postData"]["encoding"] = "base64".into();
    }
    // Messages are written as others write them; they may be redacted by now.
    if let Some(response) = &flow.response
        && matches!(response.body, Body::Frames(_))
    {
        let text = decoded
            .response
            .as_ref()
            .and_then(|side| side.plaintext.as_deref());
        let lines = text.unwrap_or_default().split(|byte| *byte == b'\n');
        let messages = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        value["_webSocketMessages"] = messages.collect();
        value["_resourceType"] = "websocket".into();
    }
    value["_mishark"] = mishark(record);
    serde_json::to_vec(&value).expect("a value is plain data")
}

/// State and checks, in the words of the JSON lines.
fn mishark(record: &Record<'_>) -> Value {
    let decoded = record.decoded;
    let params = |side: &Side| -> serde_json::Map<String, Value> {
        side.params
            .iter()
            .map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into()))
            .collect()
    };
    let steps =
        |side: &Side| -> Vec<&'static str> { side.steps.iter().map(|step| step.name()).collect() };
    json!({
        "capture": record.capture,
        "index": record.index,
        "state": decoded.state.name(),
        "scheme": decoded.scheme.map(|scheme| scheme.name()),
        "keystream": decoded.keystream().map(|mode| mode.name()),
        "nonce": decoded.nonce,
        "key": decoded.key.as_ref().map(|key| json!({"id": key.id.to_string(), "from": key.from})),
        "signature": decoded.signature.word(),
        "rc4_hash": decoded.rc4_hash.word(),
        "reason": decoded.reason.as_ref().map(|reason| json!({
            "code": reason.code(),
            "message": reason.message(),
            "hint": reason.hint(),
        })),
        "params": params(&decoded.request),
        "request_steps": steps(&decoded.request),
        "response_steps": decoded.response.as_ref().map(steps),
    })
}

fn request(flow: &Flow, side: &Side) -> v1_2::Request {
    let request = &flow.request;
    let bytes = side.plaintext.as_deref();
    let pairs = request.url.query().unwrap_or_default().split('&');
    v1_2::Request {
        method: request.method.clone(),
        url: request.url.as_str().to_owned(),
        http_version: or(&request.http_version, "HTTP/1.1"),
        headers: headers(&request.headers),
        query_string: pairs
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                v1_2::QueryString {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    comment: None,
                }
            })
            .collect(),
        post_data: bytes.map(|bytes| v1_2::PostData {
            mime_type: mime_type(bytes, request.headers.get("content-type"), side),
            text: Some(String::from_utf8_lossy(bytes).into_owned()),
            ..v1_2::PostData::default()
        }),
        headers_size: -1,
        body_size: bytes.map_or(0, |bytes| bytes.len() as i64),
        ..v1_2::Request::default()
    }
}

fn response(flow: &Flow, side: Option<&Side>) -> v1_2::Response {
    let Some(response) = &flow.response else {
        return v1_2::Response {
            http_version: "HTTP/1.1".to_owned(),
            content: v1_2::Content {
                mime_type: Some("x-unknown".to_owned()),
                ..v1_2::Content::default()
            },
            redirect_url: Some(String::new()),
            headers_size: -1,
            body_size: -1,
            ..v1_2::Response::default()
        };
    };
    let empty = Side::default();
    let side = side.unwrap_or(&empty);
    let bytes = side.plaintext.as_deref().unwrap_or_default();
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (base64::encode(bytes), Some("base64".to_owned())),
    };
    v1_2::Response {
        status: response.status.map_or(0, i64::from),
        http_version: or(&flow.request.http_version, "HTTP/1.1"),
        headers: headers(&response.headers),
        content: v1_2::Content {
            size: bytes.len() as i64,
            mime_type: Some(mime_type(bytes, response.headers.get("content-type"), side)),
            text: side.plaintext.is_some().then_some(text),
            encoding,
            ..v1_2::Content::default()
        },
        redirect_url: Some(
            response
                .headers
                .get("location")
                .unwrap_or_default()
                .to_owned(),
        ),
        headers_size: -1,
        body_size: bytes.len() as i64,
        ..v1_2::Response::default()
    }
}

/// The bytes of a side that is no text.
fn binary(side: &Side) -> Option<&[u8]> {
    side.plaintext
        .as_deref()
        .filter(|bytes| std::str::from_utf8(bytes).is_err())
}

/// What the body is now: JSON where something was opened, else what it was.
fn mime_type(bytes: &[u8], header: Option<&str>, side: &Side) -> String {
    if !side.steps.is_empty() && crate::json::looks_like(bytes) {
        return "application/json".to_owned();
    }
    or(header.unwrap_or_default(), "x-unknown")
}

fn or(text: &str, otherwise: &str) -> String {
    if text.is_empty() { otherwise } else { text }.to_owned()
}

fn headers(headers: &Headers) -> Vec<v1_2::Headers> {
    headers
        .iter()
        .map(|(name, value)| v1_2::Headers {
            name: name.to_owned(),
            value: value.to_owned(),
            comment: None,
        })
        .collect()
}
