//! Flows as recorded, as HAR entries: bodies are the bytes of the wire.

use serde_json::{Map, Value, json};

use crate::flow::{Body, Flow, Headers, lines};
use crate::protocol::base64;

/// A flow as one HAR entry.
pub(super) fn entry(flow: &Flow) -> Vec<u8> {
    let request = &flow.request;
    let mut asked = json!({
        "method": request.method,
        "url": request.url.as_str(),
        "httpVersion": request.http_version,
        "headers": headers(&request.headers),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": size(&request.body),
    });
    if let Some(body) = post_data(&request.body, request.headers.get("content-type")) {
        asked["postData"] = body;
    }
    let mut entry = json!({
        "startedDateTime": flow.started.map(|time| time.to_string()),
        "time": flow.duration_ms,
        "request": asked,
        "response": response(flow),
        "cache": {},
        "timings": {"send": 0, "wait": flow.duration_ms, "receive": 0},
    });
    if let Some(state) = &flow.exported {
        entry["_mishark"] = json!({ "state": state });
    }
    let body = flow.response.as_ref().map(|response| &response.body);
    if let Some(Body::Frames(frames)) = body {
        let lines = lines(frames);
        let messages = lines.split(|byte| *byte == b'\n');
        let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        entry["_webSocketMessages"] = messages.collect();
        entry["_resourceType"] = "websocket".into();
    }
    entry.to_string().into_bytes()
}

/// What stands for an entry that can not be read: one that can not be, either.
pub(super) fn broken() -> Vec<u8> {
    br#"{"request":{"method":"GET"}}"#.to_vec()
}

fn response(flow: &Flow) -> Value {
    let Some(response) = &flow.response else {
        return json!({"status": 0, "statusText": "", "httpVersion": "", "headers": [],
            "cookies": [], "content": {}, "redirectURL": "", "headersSize": -1, "bodySize": -1});
    };
    let mut content = Map::new();
    let kind = response.headers.get("content-type").unwrap_or_default();
    content.insert("mimeType".to_owned(), kind.into());
    if response.body != Body::Absent {
        content.insert("size".to_owned(), size(&response.body).into());
    }
    if let Body::Bytes(bytes) = &response.body {
        let (text, encoding) = text(bytes);
        content.insert("text".to_owned(), text.into());
        if let Some(encoding) = encoding {
            content.insert("encoding".to_owned(), encoding.into());
        }
    }
    json!({
        "status": response.status.unwrap_or(0),
        "statusText": "",
        "httpVersion": flow.request.http_version,
        "headers": headers(&response.headers),
        "cookies": [],
        "content": content,
        "redirectURL": response.headers.get("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": size(&response.body),
    })
}

fn post_data(body: &Body, kind: Option<&str>) -> Option<Value> {
    let kind = kind.unwrap_or_default();
    match body {
        Body::Bytes(bytes) => {
            let (text, encoding) = text(bytes);
            let mut data = json!({"mimeType": kind, "text": text});
            if let Some(encoding) = encoding {
                data["encoding"] = encoding.into();
            }
            Some(data)
        }
        Body::Params(params) => {
            let pair = |(name, value): &(String, String)| json!({"name": name, "value": value});
            let params: Vec<Value> = params.iter().map(pair).collect();
            Some(json!({"mimeType": kind, "params": params}))
        }
        Body::Absent | Body::Dropped { .. } | Body::Frames(_) => None,
    }
}

/// The size of a body as recorders tell it; -1 where nobody knows.
fn size(body: &Body) -> i64 {
    let len = match body {
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        // That there was one is told by a size above 0.
        Body::Dropped { size } => Some(size.unwrap_or(1)),
        Body::Absent => Some(0),
        Body::Params(_) | Body::Frames(_) => None,
    };
    len.and_then(|len| i64::try_from(len).ok()).unwrap_or(-1)
}

fn text(bytes: &[u8]) -> (String, Option<&'static str>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (base64::encode(bytes), Some("base64")),
    }
}

fn headers(headers: &Headers) -> Vec<Value> {
    let field = |(name, value)| json!({"name": name, "value": value});
    headers.iter().map(field).collect()
}
