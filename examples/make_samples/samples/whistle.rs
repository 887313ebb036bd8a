//! whistle's own session list, as the `.txt` export of its interface has it:
//! an array of sessions, bodies in base64, and beside them what the interface
//! works out for its table.

use mishark_core::flow::{Moment, Url};
use mishark_core::protocol::base64;
use serde_json::{Map, Value, json};

use super::exchange::{Answer, Exchange, Headers, Kept, START, value};

/// A whole file.
pub(super) fn file(exchanges: &[Exchange]) -> Vec<u8> {
    let sessions: Vec<Value> = exchanges
        .iter()
        .enumerate()
        .map(|(order, exchange)| session(order, exchange))
        .collect();
    serde_json::to_vec_pretty(&sessions).expect("a JSON value can be written")
}

fn session(order: usize, exchange: &Exchange) -> Value {
    let start = START + exchange.at;
    let end = start + exchange.took;
    let mut session = json!({
        "useH2": exchange.http2,
        "startTime": start,
        "ttfb": exchange.took - 1,
        "id": format!("{start}-{order:03}"),
        "url": exchange.url,
        "req": request(exchange),
        "res": response(exchange.answer.as_ref()),
        "rules": {},
        "rulesHeaders": {},
        "version": "2.10.10",
        "nodeVersion": "20.20.2",
        "dnsTime": start,
        "requestTime": start + 1,
        "connectTime": start + 1,
        "responseTime": end - 1,
        "isSse": false,
        "endTime": end,
    });
    if exchange.answer.is_none() {
        session["resError"] = true.into();
    }
    if let (Some(session), Value::Object(columns)) =
        (session.as_object_mut(), columns(order, exchange))
    {
        session.extend(columns);
    }
    session
}

/// What the interface shows of a session. Its `body` is a text about sizes.
fn columns(order: usize, exchange: &Exchange) -> Value {
    let url = Url::new(exchange.url.as_str());
    let answer = exchange.answer.as_ref();
    let result: Value = answer.map_or_else(|| "aborted".into(), |answer| answer.status.into());
    let (asked, answered) = (
        exchange.body.size(),
        answer.map_or(0, |answer| answer.body.size()),
    );
    let kind = answer.and_then(|answer| value(&answer.headers, "content-type"));
    let kind = kind.and_then(|kind| kind.split(';').next());
    json!({
        "method": exchange.method,
        "appName": if exchange.http2 { "android" } else { "" },
        "hostIp": "203.0.113.10",
        "clientIp": "192.0.2.20",
        "date": date(START + exchange.at),
        "clientPort": "50000",
        "serverPort": "443",
        "contentEncoding": "",
        "body": format!("{asked}, {answered}"),
        "bodySize": asked + answered,
        "result": result,
        "type": kind.unwrap_or_default(),
        "time": format!("{}ms", exchange.took),
        "download": "1ms",
        "response": format!("{}ms", exchange.took - 2),
        "request": "1ms",
        "dns": "0ms",
        "hostname": url.host(),
        "path": exchange.url.split_once(url.host()).map_or("", |(_, path)| path),
        "protocol": if exchange.http2 { "H2" } else { "HTTPS" },
        "order": order + 1,
        "hide": false,
        "lost": true,
        "selected": false,
        "active": false,
    })
}

/// `date` is what the browser's language makes of the time: here China's.
fn date(millis: i64) -> String {
    const EIGHT_HOURS: i64 = 8 * 3600 * 1000;
    let local = Moment::from_millis(millis + EIGHT_HOURS).expect("a sample's time is a time");
    local.to_string().trim_end_matches('Z').replace('T', " ")
}

fn request(exchange: &Exchange) -> Value {
    let mut side = json!({
        "method": exchange.method,
        "httpVersion": if exchange.http2 { "2.0" } else { "1.1" },
        "ip": "192.0.2.20",
        "port": "50000",
    });
    add_headers(&mut side, &exchange.headers);
    add_body(&mut side, &exchange.body);
    side
}

fn response(answer: Option<&Answer>) -> Value {
    let mut side = json!({"ip": "203.0.113.10", "port": "443"});
    let Some(answer) = answer else {
        side["statusCode"] = "aborted".into();
        return side;
    };
    side["statusCode"] = answer.status.into();
    side["statusMessage"] = "".into();
    add_headers(&mut side, &answer.headers);
    add_body(&mut side, &answer.body);
    side
}

/// `headers` in lower case, the names as sent, and both together.
fn add_headers(side: &mut Value, headers: &Headers) {
    let (mut lower, mut names, mut raw) = (Map::new(), Map::new(), Map::new());
    for (name, value) in headers {
        let key = name.to_ascii_lowercase();
        let same = headers.iter().filter(|(other, _)| other == name);
        let value: Value = match same.clone().count() {
            1 => value.as_str().into(),
            _ => same.map(|(_, value)| value.as_str()).collect(),
        };
        if key != *name {
            names.insert(key.clone(), name.as_str().into());
        }
        lower.insert(key, value.clone());
        raw.insert(name.clone(), value);
    }
    side["rawHeaderNames"] = names.into();
    side["headers"] = lower.into();
    side["rawHeaders"] = raw.into();
}

/// A body in base64; `false` for none, or for one that was dropped, which has
/// a size.
fn add_body(side: &mut Value, body: &Kept) {
    side["size"] = body.size().into();
    match body {
        Kept::Bytes(bytes) if !bytes.is_empty() => {
            side["body"] = "".into();
            side["base64"] = base64::encode(bytes).into();
        }
        _ => side["body"] = false.into(),
    }
}
