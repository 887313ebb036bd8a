//! HAR 1.1 to 1.3, and what recorders make of it.
//!
//! Every member is optional but the request's URL. Quirks are named where they
//! are handled; `base64` is whistle's, `_file` Playwright's, `_content` HTTP
//! Toolkit's.

use serde_json::value::RawValue;

use super::body;
use super::entry::Row;
use super::error::EntryError;
use super::fields::{headers, pairs};
use super::files::Files;
use super::lenient::{
    Any, Members, duration, is_set, members, moment, objects, size, status, text,
};
use super::{frames, mend};
use crate::flow::{Body, Flow, Headers, Request, Response, Url};

objects! {
    struct Entry {
        /// Our own member: this file is one of our exports.
        mishark: Any = "_mishark",
        started: Any = "startedDateTime",
        time: Any = "time",
        request: Sent = "request",
        response: Answer = "response",
        messages: Any = "_webSocketMessages",
    }

    struct Sent {
        method: Any = "method",
        url: Any = "url",
        http_version: Any = "httpVersion",
        headers: Any = "headers",
        cookies: Any = "cookies",
        post_data: Content = "postData",
        body_size: Any = "bodySize",
        content: Content = "_content",
    }

    struct Answer {
        status: Any = "status",
        headers: Any = "headers",
        content: Content = "content",
        body_size: Any = "bodySize",
    }

    struct Content {
        mime_type: Any = "mimeType",
        size: Any = "size",
        text: Any = "text",
        encoding: Any = "encoding",
        base64: Any = "base64",
        params: Any = "params",
        file: Any = "_file",
    }
}

/// Whether an object's keys are those of an entry, in a list without a `log`.
pub(super) fn is_entry(members: &Members<'_>) -> bool {
    let answer = members.get("response").map(RawValue::get);
    let is_answer = answer.is_some_and(|answer| !answer.contains("\"statusCode\""));
    // whistle's request is a time, Charles' transactions have a host, and
    // mockttp calls a status by another name.
    let request = members.get("request").map(RawValue::get);
    request.is_some_and(|request| request.starts_with('{'))
        && (members.has("startedDateTime") || is_answer && !members.has("host"))
}

/// The fields of a list row; bodies are passed over.
pub(super) fn row(raw: &[u8]) -> Option<Row> {
    let entry: Entry<'_> = serde_json::from_slice(raw).ok()?;
    let url = Url::new(text(entry.request.url)?);
    let response = &entry.response;
    Some(Row {
        started: moment(entry.started),
        duration_ms: duration(entry.time),
        method: text(entry.request.method).unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: status(response.status),
        response_size: size(response.content.size),
    })
}

/// One whole entry.
pub(super) fn read(raw: &[u8], start: u64, files: &Files) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let entry = serde_json::from_slice::<Entry<'_>>(raw)?;
        Ok(flow(&entry, warnings, start, files))
    })
}

fn flow(
    entry: &Entry<'_>,
    mut warnings: Vec<String>,
    start: u64,
    files: &Files,
) -> Result<Flow, EntryError> {
    entry.found.object(start)?;
    let (request, response) = (&entry.request, &entry.response);
    request.found.note("/request", &mut warnings);
    response.found.note("/response", &mut warnings);
    let url = text(request.url).ok_or_else(|| EntryError::missing("/request/url", start))?;
    let mut bodies = Bodies {
        files,
        warnings: &mut warnings,
    };
    let sent = bodies.sent(request);
    let answer = bodies.answered(response);
    let answer = frames::or(entry.messages, answer, &mut warnings);
    Ok(Flow {
        started: moment(entry.started),
        duration_ms: duration(entry.time),
        request: Request {
            method: text(request.method).unwrap_or_default().into_owned(),
            url: Url::new(url),
            http_version: text(request.http_version).unwrap_or_default().into_owned(),
            headers: with_cookies(headers(request.headers), request.cookies),
            body: sent,
        },
        response: Response::unless_empty(
            status(response.status),
            headers(response.headers),
            answer,
        ),
        // The state our own export names.
        exported: members(entry.mishark)
            .and_then(|ours| Some(text(ours.get("state"))?.into_owned())),
        warnings,
    })
}

/// The header fields, with the cookies that a recorder has only in a list.
fn with_cookies(mut headers: Headers, cookies: Any<'_>) -> Headers {
    if headers.get("cookie").is_none() {
        let cookies = pairs(cookies).into_iter();
        let cookies = cookies.map(|(name, value)| format!("{name}={value}"));
        let line = cookies.collect::<Vec<_>>().join("; ");
        if !line.is_empty() {
            headers.push("Cookie", line);
        }
    }
    headers
}

/// Where bodies come from, and what is to be said of them.
struct Bodies<'a> {
    files: &'a Files,
    warnings: &'a mut Vec<String>,
}

impl Bodies<'_> {
    fn sent(&mut self, request: &Sent<'_>) -> Body {
        if let Some(bytes) = self.bytes(&request.content, "/request/_content") {
            return Body::Bytes(bytes);
        }
        let wire_size = size(request.body_size).filter(|size| *size > 0);
        let (post, at) = (&request.post_data, "/request/postData");
        if let Some(body) = self.packed(post, wire_size, at) {
            return body;
        }
        let bytes = self.bytes(post, at).unwrap_or_default();
        // whistle writes its own error text where the request was aborted.
        let is_aborted = text(post.mime_type).as_deref() == Some("none") && bytes == b"aborted";
        if !bytes.is_empty() && !is_aborted {
            return Body::Bytes(bytes);
        }
        let params = pairs(post.params);
        match (params.is_empty(), wire_size) {
            _ if is_aborted => Body::Absent,
            (false, _) => Body::Params(params),
            (true, Some(_)) => Body::Dropped { size: wire_size },
            (true, None) => Body::Absent,
        }
    }

    fn answered(&mut self, response: &Answer<'_>) -> Body {
        let (content, at) = (&response.content, "/response/content");
        // Playwright's file of a websocket has its messages, which are no body.
        if status(response.status) == Some(101) && is_set(content.file) {
            return Body::Absent;
        }
        if let Some(body) = self.packed(content, size(content.size), at) {
            return body;
        }
        let wanted = size(content.size).or_else(|| size(response.body_size));
        let wanted = wanted.filter(|size| *size > 0);
        match self.bytes(content, at) {
            // Playwright's `omit`, HTTP Toolkit's 500 kB limit, DevTools' eviction.
            Some(bytes) if bytes.is_empty() && wanted.is_some() => Body::Dropped { size: wanted },
            Some(bytes) => Body::Bytes(bytes),
            None if wanted.is_some() => Body::Dropped { size: wanted },
            None if size(content.size) == Some(0) => Body::Bytes(Vec::new()),
            None => Body::Absent,
        }
    }

    /// The body as whistle keeps it, or in the file that Playwright's `attach`
    /// names.
    fn packed(&mut self, content: &Content<'_>, size: Option<u64>, at: &str) -> Option<Body> {
        let pointer = format!("{at}/base64");
        if let Some(bytes) = body::base64_member(content.base64, &pointer, self.warnings) {
            return Some(Body::Bytes(bytes));
        }
        let name = text(content.file).filter(|name| !name.is_empty())?;
        Some(match self.files.body(&name, at, self.warnings) {
            Ok(bytes) => Body::Bytes(bytes),
            Err(why) => {
                let what = format!("{at}/_file: the body's file {why}");
                self.warnings.push(what);
                Body::Dropped { size }
            }
        })
    }

    /// The body as text; where text stands instead of an object, that is it.
    fn bytes(&mut self, content: &Content<'_>, at: &str) -> Option<Vec<u8>> {
        content.found.note(at, self.warnings);
        let text = content.found.text().map(|text| text.as_bytes().to_vec());
        text.or_else(|| body::decoded(content.text, content.encoding, at, self.warnings))
    }
}
