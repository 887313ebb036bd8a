//! mitmweb's `/flows` and `/flows/ID/{request,response}/content.data`, read from
//! mitmproxy 11.0.2 (`tools/web/app.py`).
//!
//! The list has all flows each time, without their bodies; an ETag tells when
//! nothing has changed. Bodies come with their content encoding undone, and are
//! fetched one by one, once each. Later versions want a token with every
//! question, which their printed address has.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::client::Client;
use super::error::Trouble;
use super::poll::{INTERVAL, Places, Poll};
use crate::capture::Arrival;
use crate::capture::mitmproxy::url::{self, Asked};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

/// How many bytes the list may have: two thousand a flow, so this is a list of
/// more than a hundred thousand.
const LIST_LIMIT: u64 = 256 << 20;

/// How many bytes a body may have; larger ones are told and left there.
const BODY_LIMIT: u64 = 64 << 20;

/// More header fields than this are no message of any client.
const MAX_FIELDS: usize = 4096;

/// Bodies fetched for one poll, so that the first flows of a long list are there
/// before its last.
const FETCHED_AT_ONCE: usize = 100;

/// A flow without an answer is shown after so many polls, and anew when its
/// answer comes.
const PATIENCE: u32 = 20;

/// The list costs the server a hash over every body it holds, so it is not
/// asked more often than a fifth of its time.
const SHARE: u32 = 4;

/// How far one is with a mitmweb.
#[derive(Debug, Default)]
pub(super) struct Mitmweb {
    known: HashMap<String, Known>,
    places: Places,
    etag: Option<String>,
    /// How long the last list took.
    took: Duration,
    /// The list at which a flow was last seen.
    round: u64,
}

/// A flow that was in the list.
#[derive(Debug)]
struct Known {
    place: Option<usize>,
    is_over: bool,
    asked: u32,
    round: u64,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    timestamp_created: Option<f64>,
    request: Option<Message>,
    response: Option<Message>,
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Message {
    method: Option<String>,
    scheme: Option<String>,
    host: Option<String>,
    /// What the client named, without a port.
    pretty_host: Option<String>,
    port: Option<u16>,
    path: Option<String>,
    http_version: Option<String>,
    status_code: Option<u16>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(rename = "contentLength")]
    content_length: Option<u64>,
    timestamp_start: Option<f64>,
    timestamp_end: Option<f64>,
}

impl Mitmweb {
    pub(super) fn poll(&mut self, client: &Client, poll: &mut Poll) -> Result<(), Trouble> {
        let since = Instant::now();
        let answer = client.get("/flows", self.etag.as_deref(), LIST_LIMIT)?;
        self.took = since.elapsed();
        match answer.status {
            200 => {}
            304 => return Ok(()),
            403 if answer.body.windows(9).any(|part| part == b"rebinding") => {
                return Err(Trouble::ByNumberOnly);
            }
            403 => return Err(Trouble::Refused { status: 403 }),
            _ if !answer.server.starts_with("mitmproxy") => return Err(Trouble::Neither),
            status => return Err(Trouble::Status(status)),
        }
        // Each on its own: one that is not understood does not hide the others.
        let list: Vec<&serde_json::value::RawValue> = serde_json::from_slice(&answer.body)
            .map_err(|_| {
                if answer.server.starts_with("mitmproxy") {
                    Trouble::NotUnderstood
                } else {
                    Trouble::Neither
                }
            })?;
        self.round += 1;
        let mut fetched = 0;
        let mut is_all = true;
        for raw in list {
            let Ok(listed) = serde_json::from_str::<Listed>(raw.get()) else {
                continue;
            };
            let is_plain = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
            let is_ours = listed.kind == "http" && listed.request.is_some();
            if !is_ours || !listed.id.bytes().all(is_plain) || listed.id.len() > 64 {
                continue;
            }
            let known = self.known.entry(listed.id.clone()).or_insert(Known {
                place: None,
                is_over: false,
                asked: 0,
                round: 0,
            });
            known.round = self.round;
            if known.is_over {
                continue;
            }
            let answer = listed.response.as_ref();
            let is_over = listed.error.is_some()
                || answer.is_some_and(|answer| answer.timestamp_end.is_some());
            known.asked += 1;
            if !is_over && known.asked != PATIENCE {
                is_all = false;
                continue;
            }
            if fetched >= FETCHED_AT_ONCE {
                is_all = false;
                poll.more = true;
                known.asked -= 1;
                continue;
            }
            fetched += 2;
            let flow = flow(client, &listed)?;
            let place = self
                .places
                .show(known.place, Ok(Arc::new(flow)), &mut poll.arrivals);
            known.place = Some(place);
            known.is_over = is_over;
        }
        // What the server was told to forget is forgotten here, too.
        self.known.retain(|_, known| known.round == self.round);
        // With something open the list is wanted again, changed or not.
        self.etag = answer.etag.filter(|_| is_all);
        Ok(())
    }

    /// What waits is asked for again as soon as the server is back.
    pub(super) fn flush(&mut self, _: &mut Vec<Arrival>) {
        self.etag = None;
    }

    pub(super) fn wait(&self) -> Duration {
        INTERVAL.max(self.took * SHARE)
    }
}

fn flow(client: &Client, listed: &Listed) -> Result<Flow, Trouble> {
    let mut warnings = Vec::new();
    let Some(sent) = &listed.request else {
        return Ok(Flow::default());
    };
    let headers = headers(sent);
    let method = sent.method.clone().unwrap_or_default();
    let request = Request {
        url: url(sent, &headers, &method),
        http_version: sent.http_version.clone().unwrap_or_default(),
        // A GET, too, has an empty content.
        body: match body(client, &listed.id, "request", sent, &mut warnings)? {
            Body::Bytes(bytes) if bytes.is_empty() => Body::Absent,
            body => body,
        },
        headers,
        method,
    };
    let response = match &listed.response {
        Some(answer) => Some(Response {
            status: answer.status_code,
            headers: self::headers(answer),
            body: body(client, &listed.id, "response", answer, &mut warnings)?,
        }),
        None => None,
    };
    if listed.error.is_some() {
        warnings.push(url::NOTED.to_owned());
    }
    let begun = sent.timestamp_start.or(listed.timestamp_created);
    let done = listed.response.as_ref();
    let done = done.and_then(|answer| answer.timestamp_end);
    let elapsed = begun.zip(done).map(|(begun, done)| (done - begun) * 1000.0);
    Ok(Flow {
        started: begun.and_then(Moment::from_epoch),
        duration_ms: elapsed.filter(|elapsed| *elapsed >= 0.0),
        request,
        response,
        exported: None,
        warnings,
    })
}

fn body(
    client: &Client,
    id: &str,
    side: &str,
    message: &Message,
    warnings: &mut Vec<String>,
) -> Result<Body, Trouble> {
    let size = match message.content_length {
        // It was streamed through.
        None => return Ok(Body::Dropped { size: None }),
        Some(0) => return Ok(Body::Bytes(Vec::new())),
        Some(size) => size,
    };
    let path = format!("/flows/{id}/{side}/content.data");
    match client.get(&path, None, BODY_LIMIT) {
        Ok(answer) if answer.status == 200 => Ok(Body::Bytes(answer.body)),
        // The flow was deleted between list and body, or changed its mind.
        Ok(answer) => {
            warnings.push(format!("/{side}: HTTP {} for its body", answer.status));
            Ok(Body::Dropped { size: Some(size) })
        }
        Err(Trouble::TooBig { limit }) => {
            warnings.push(format!("/{side}: its body has more than {limit} bytes"));
            Ok(Body::Dropped { size: Some(size) })
        }
        Err(trouble) => Err(trouble),
    }
}

fn headers(message: &Message) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in message.headers.iter().take(MAX_FIELDS) {
        headers.push(name.as_str(), value.as_str());
    }
    headers
}

/// HTTP/2 has no `Host` field, so the host that the client named stands in for
/// it.
fn url(sent: &Message, headers: &Headers, method: &str) -> Url {
    let host = sent.pretty_host.as_ref().or(sent.host.as_ref());
    url::asked(&Asked {
        method,
        scheme: sent.scheme.as_deref().unwrap_or_default(),
        named: None,
        headers,
        host: host.map_or("", String::as_str),
        port: sent.port,
        path: sent.path.as_deref().unwrap_or_default(),
    })
}
