//! HAR 1.2 as mitmproxy and Chrome write it: form parameters decoded beside
//! their text, binary bodies in base64, status 0 for what was aborted.

use mishark_core::flow::{Moment, Url};
use mishark_core::protocol::base64;
use mishark_core::protocol::form::Form;
use serde_json::{Map, Value, json};

use super::exchange::{Answer, Exchange, Headers, Kept, START, value};

/// A whole file.
pub(super) fn file(exchanges: &[Exchange]) -> Vec<u8> {
    let har = json!({
        "log": {
            "version": "1.2",
            "creator": {"name": "mishark samples", "version": "1", "comment": "all made up"},
            "pages": [],
            "entries": exchanges.iter().map(entry).collect::<Vec<_>>(),
        }
    });
    let mut text = serde_json::to_vec_pretty(&har).expect("a JSON value can be written");
    text.push(b'\n');
    text
}

/// One entry.
fn entry(exchange: &Exchange) -> Value {
    let started = Moment::from_millis(START + exchange.at).expect("a sample's time is a time");
    let version = if exchange.http2 {
        "HTTP/2.0"
    } else {
        "HTTP/1.1"
    };
    let mut entry = json!({
        "startedDateTime": started.to_string(),
        "time": exchange.took,
        "request": request(exchange, version),
        "response": response(exchange.answer.as_ref(), version),
        "cache": {},
        "timings": {"send": 1, "wait": exchange.took - 2, "receive": 1},
        "serverIPAddress": "203.0.113.10",
    });
    if exchange.answer.is_none() {
        entry["response"]["_error"] = "net::ERR_ABORTED".into();
    }
    entry
}

fn request(exchange: &Exchange, version: &str) -> Value {
    let url = Url::new(exchange.url.as_str());
    let mut request = json!({
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": version,
        "cookies": pairs(
            value(&exchange.headers, "cookie")
                .into_iter()
                .flat_map(|line| line.split("; "))
                .filter_map(|pair| pair.split_once('=')),
        ),
        "headers": headers(&exchange.headers),
        "queryString": params(url.query().unwrap_or_default()),
        "headersSize": -1,
        "bodySize": exchange.body.size(),
    });
    let body = exchange.body.bytes();
    if !body.is_empty() {
        let text = String::from_utf8_lossy(body);
        request["postData"] = json!({
            "mimeType": value(&exchange.headers, "content-type").unwrap_or_default(),
            "text": text,
            "params": params(&text),
        });
    }
    request
}

fn response(answer: Option<&Answer>, version: &str) -> Value {
    let Some(answer) = answer else {
        return json!({
            "status": 0,
            "statusText": "",
            "httpVersion": version,
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": "x-unknown"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        });
    };
    let cookies = answer
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        .filter_map(|(_, line)| line.split(';').next()?.split_once('='));
    json!({
        "status": answer.status,
        "statusText": "",
        "httpVersion": version,
        "cookies": pairs(cookies),
        "headers": headers(&answer.headers),
        "content": content(answer),
        "redirectURL": value(&answer.headers, "location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": answer.body.size(),
    })
}

fn content(answer: &Answer) -> Map<String, Value> {
    let mut content = Map::new();
    content.insert("size".into(), answer.body.size().into());
    let kind = value(&answer.headers, "content-type").unwrap_or_default();
    content.insert("mimeType".into(), kind.into());
    if let Kept::Bytes(bytes) = &answer.body {
        match std::str::from_utf8(bytes) {
            Ok(text) => content.insert("text".into(), text.into()),
            Err(_) => {
                content.insert("text".into(), base64::encode(bytes).into());
                content.insert("encoding".into(), "base64".into())
            }
        };
    }
    content
}

fn headers(headers: &Headers) -> Value {
    let fields = headers.iter();
    pairs(fields.map(|(name, value)| (name.as_str(), value.as_str())))
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    pairs
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

/// The fields of a query or a body, decoded.
fn params(text: &str) -> Value {
    let form = Form::parse(text.as_bytes()).unwrap_or_default();
    let fields = form.fields().iter();
    fields
        .map(|field| {
            let value = String::from_utf8_lossy(field.value());
            json!({"name": field.name(), "value": value})
        })
        .collect()
}
