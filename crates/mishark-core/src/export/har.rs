//! A HAR with plaintext bodies, valid by type: written through the `har`
//! crate, entry by entry, so that the file may be larger than memory.

use har::v1_2;
use serde::Serialize;
use serde_json::Value;

use super::record::Record;
use super::told::{Opened, Params, steps};
use crate::decode::Side;
use crate::flow::{Body, Flow, Headers, Moment, Request, Url};
use crate::json;
use crate::protocol::base64;

/// What stands before the first entry. Entries are joined by commas.
pub fn head() -> String {
    let creator = json::to_text(&v1_2::Creator {
        name: "mishark".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        comment: None,
    });
    format!(r#"{{"log":{{"version":"1.2","creator":{creator},"pages":[],"entries":["#)
}

/// What stands behind the last entry.
pub const TAIL: &str = "]}}\n";

/// One entry as JSON.
pub fn entry(record: &Record<'_>) -> Vec<u8> {
    let unreadable = unreadable();
    let flow = record.flow.unwrap_or(&unreadable);
    let decoded = record.decoded;
    let wait = flow.duration_ms.unwrap_or(0.0);
    let typed = v1_2::Entries {
        started_date_time: flow
            .started
            .map_or_else(|| Moment::UNKNOWN.to_owned(), |time| time.to_string()),
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
    // What HAR has no room for stands in members that other writers use, too;
    // readers that know them get the bytes back.
    if let Some(bytes) = decoded.request.plaintext.as_deref() {
        let request = &mut value["request"];
        let (text, encoding) = text(bytes);
        if !may_have_body(flow) {
            request["_content"]["text"] = text.into();
            request["_content"]["encoding"] = encoding.into();
        } else if encoding.is_some() {
            request["postData"]["text"] = text.into();
            request["postData"]["encoding"] = encoding.into();
        }
    }
    // Messages are written as others write them; they may be redacted by now.
    if let Some(response) = &flow.response
        && matches!(response.body, Body::Frames(_))
    {
        let side = decoded.response.as_ref();
        let text = side.and_then(|side| side.plaintext.as_deref());
        let lines = text.unwrap_or_default().split(|byte| *byte == b'\n');
        let messages = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        value["_webSocketMessages"] = messages.collect();
        value["_resourceType"] = "websocket".into();
    }
    let own = Own {
        capture: record.capture,
        index: record.index,
        opened: Opened::of(decoded),
        params: Params(&decoded.request.params),
        request_steps: steps(&decoded.request),
        response_steps: decoded.response.as_ref().map(steps),
    };
    value["_mishark"] = serde_json::to_value(own).expect("it is plain data");
    json::to_text(&value).into_bytes()
}

/// What stands for an entry that could not be read: a name that is nobody's
/// (RFC 2606), since importers want one and stop where there is none.
fn unreadable() -> Flow {
    Flow {
        request: Request {
            method: "GET".to_owned(),
            url: Url::new("http://unreadable.invalid/"),
            ..Request::default()
        },
        ..Flow::default()
    }
}

/// State and checks, in the words of the JSON lines.
#[derive(Serialize)]
struct Own<'a> {
    capture: &'a str,
    index: usize,
    #[serde(flatten)]
    opened: Opened<'a>,
    params: Params<'a>,
    request_steps: Vec<&'static str>,
    response_steps: Option<Vec<&'static str>>,
}

fn request(flow: &Flow, side: &Side) -> v1_2::Request {
    let request = &flow.request;
    let body = side.plaintext.as_deref().filter(|_| may_have_body(flow));
    let pairs = request.url.query().unwrap_or_default().split('&');
    v1_2::Request {
        method: request.method.clone(),
        url: url(&request.url),
        http_version: or(&request.http_version, "HTTP/1.1"),
        headers: headers(&request.headers, body, side),
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
        post_data: body.map(|bytes| v1_2::PostData {
            mime_type: mime_type(bytes, &request.headers, side),
            text: Some(String::from_utf8_lossy(bytes).into_owned()),
            ..v1_2::PostData::default()
        }),
        headers_size: -1,
        body_size: body.map_or(0, |bytes| bytes.len() as i64),
        ..v1_2::Request::default()
    }
}

/// Whether importers take a body with the request's method.
fn may_have_body(flow: &Flow) -> bool {
    let method = &flow.request.method;
    !["GET", "HEAD"]
        .iter()
        .any(|without| method.eq_ignore_ascii_case(without))
}

/// The URL with a scheme. Tunnels are recorded as host and port alone, where
/// importers stop and lose all that follows.
fn url(url: &Url) -> String {
    let text = url.as_str();
    let port = text.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    match port {
        Some(Ok(80)) if !text.contains('/') => format!("http://{text}/"),
        Some(Ok(_)) if !text.contains('/') => format!("https://{text}/"),
        _ => text.to_owned(),
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
    let (text, encoding) = text(bytes);
    let location = response.headers.get("location").unwrap_or_default();
    v1_2::Response {
        status: response.status.map_or(0, i64::from),
        http_version: or(&flow.request.http_version, "HTTP/1.1"),
        headers: headers(&response.headers, side.plaintext.as_deref(), side),
        content: v1_2::Content {
            size: bytes.len() as i64,
            mime_type: Some(mime_type(bytes, &response.headers, side)),
            text: side.plaintext.is_some().then_some(text),
            encoding: encoding.map(str::to_owned),
            ..v1_2::Content::default()
        },
        redirect_url: Some(location.to_owned()),
        headers_size: -1,
        body_size: bytes.len() as i64,
        ..v1_2::Response::default()
    }
}

/// Bytes as a HAR's text, and how that is encoded.
fn text(bytes: &[u8]) -> (String, Option<&'static str>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (base64::encode(bytes), Some("base64")),
    }
}

/// What the body is now: JSON where something was opened, else what it was.
fn mime_type(bytes: &[u8], headers: &Headers, side: &Side) -> String {
    if is_opened_json(bytes, side) {
        return JSON.to_owned();
    }
    or(headers.get("content-type").unwrap_or_default(), "x-unknown")
}

const JSON: &str = "application/json";

fn is_opened_json(bytes: &[u8], side: &Side) -> bool {
    !side.steps.is_empty() && json::looks_like(bytes)
}

fn or(text: &str, otherwise: &str) -> String {
    if text.is_empty() { otherwise } else { text }.to_owned()
}

/// The fields that tell of the body that stands there, which is what was opened
/// and not what was sent.
fn headers(headers: &Headers, body: Option<&[u8]>, side: &Side) -> Vec<v1_2::Headers> {
    let told_of_sent = |name: &str| {
        let is = |other: &&str| name.eq_ignore_ascii_case(other);
        let of_envelope = name.len() > 5 && name.as_bytes()[..5].eq_ignore_ascii_case(b"miot-");
        of_envelope || CODINGS.iter().any(is)
    };
    let is_json = body.is_some_and(|body| is_opened_json(body, side));
    let kept = headers
        .iter()
        .filter(|(name, _)| body.is_none() || !told_of_sent(name));
    kept.map(|(name, value)| v1_2::Headers {
        name: name.to_owned(),
        value: match name.eq_ignore_ascii_case("content-type") && is_json {
            true => JSON.to_owned(),
            false => value.to_owned(),
        },
        comment: None,
    })
    .collect()
}

/// Fields that speak of a body as it was on the wire.
const CODINGS: [&str; 3] = ["content-encoding", "content-length", "transfer-encoding"];
