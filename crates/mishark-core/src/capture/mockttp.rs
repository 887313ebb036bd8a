//! mockttp's seen requests, as `JSON.stringify` writes them: a request, with its
//! response beside it or inside it. Bodies are as on the wire, content encodings
//! too.

use super::body::words;
use super::error::EntryError;
use super::fields::headers;
use super::lenient::{Any, Members, elapsed, members, moment, objects, status, text};
use super::mend;
use crate::flow::{Body, Flow, Headers, Request, Response, Url};
use crate::protocol::base64;

objects! {
    struct Exchange {
        request: Sent = "request",
        response: Answer = "response",
    }

    struct Sent {
        method: Any = "method",
        url: Any = "url",
        http_version: Any = "httpVersion",
        headers: Any = "headers",
        raw_headers: Any = "rawHeaders",
        body: Kept = "body",
        times: Times = "timingEvents",
    }

    struct Answer {
        status: Any = "statusCode",
        headers: Any = "headers",
        raw_headers: Any = "rawHeaders",
        body: Kept = "body",
    }

    struct Kept {
        buffer: Any = "buffer",
        /// Of a buffer that was not wrapped.
        data: Any = "data",
    }

    struct Times {
        start: Any = "startTime",
        begun: Any = "startTimestamp",
        answered: Any = "responseSentTimestamp",
    }
}

/// Whether an object's keys are those of a request, or of one with its response.
pub(super) fn is_exchange(object: &Members<'_>) -> bool {
    let is_request = |request: &Members<'_>| {
        let marks = ["rawHeaders", "timingEvents", "matchedRuleId"];
        request.has("url") && marks.iter().any(|mark| request.has(mark))
    };
    is_request(object) || members(object.get("request")).is_some_and(|inner| is_request(&inner))
}

/// One whole exchange.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let exchange = serde_json::from_slice::<Exchange<'_>>(raw)?;
        let sent = match exchange.request.url {
            Some(_) => exchange.request,
            None => serde_json::from_slice(raw)?,
        };
        Ok(flow(&sent, &exchange.response, warnings, start))
    })
}

fn flow(
    sent: &Sent<'_>,
    answer: &Answer<'_>,
    warnings: Vec<String>,
    start: u64,
) -> Result<Flow, EntryError> {
    let url = text(sent.url).ok_or_else(|| EntryError::missing("/url", start))?;
    let version = text(sent.http_version).unwrap_or_default();
    let response = Response::unless_empty(
        status(answer.status),
        fields(answer.raw_headers, answer.headers),
        answer.body.body(),
    );
    Ok(Flow {
        started: moment(sent.times.start),
        duration_ms: elapsed(sent.times.begun, sent.times.answered),
        request: Request {
            method: text(sent.method).unwrap_or_default().into_owned(),
            url: Url::new(url),
            http_version: match &*version {
                "" => String::new(),
                version => format!("HTTP/{version}"),
            },
            headers: fields(sent.raw_headers, sent.headers),
            // A GET, too, has an empty one.
            body: match sent.body.body() {
                Body::Bytes(bytes) if bytes.is_empty() => Body::Absent,
                body => body,
            },
        },
        response,
        warnings,
        ..Flow::default()
    })
}

/// Fields with their names as sent, where they are told.
fn fields(raw: Any<'_>, lower: Any<'_>) -> Headers {
    match headers(raw) {
        fields if fields == Headers::default() => headers(lower),
        fields => fields,
    }
}

impl Kept<'_> {
    /// A buffer, or base64 where it came through mockttp's own server.
    fn body(&self) -> Body {
        if let Some(text) = self.found.text() {
            let decoded = base64::decode(text.as_bytes()).map(|decoded| decoded.bytes);
            return Body::Bytes(decoded.unwrap_or_else(|_| text.as_bytes().to_vec()));
        }
        let data = self
            .data
            .and_then(|data| serde_json::from_str(data.get()).ok());
        match words(self.buffer) {
            Some(bytes) => Body::Bytes(bytes.into_owned()),
            None => data.map_or(Body::Absent, Body::Bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_read_however_it_was_saved() {
        let request = r#""protocol":"https","httpVersion":"2.0","method":"POST","url":"https://h.io/a?b",
            "headers":{"host":"h.io"},"rawHeaders":[[":path","/a?b"],["Host","h.io"]],
            "body":{"buffer":{"type":"Buffer","data":[100,61,49]}},
            "timingEvents":{"startTime":1795974821652,"startTimestamp":10.5,"responseSentTimestamp":12}"#;
        let response = r#"{"statusCode":200,"headers":{"a":["b","c"]},"body":"aGk="}"#;
        for text in [
            format!(r#"{{"request":{{{request}}},"response":{response}}}"#),
            format!(r#"{{{request},"response":{response}}}"#),
        ] {
            let members = serde_json::from_str(&text).unwrap();
            assert!(is_exchange(&members) && !super::super::har::is_entry(&members));
            let flow = read(text.as_bytes(), 0).unwrap();
            assert_eq!(flow.request.url.as_str(), "https://h.io/a?b");
            assert_eq!(flow.request.http_version, "HTTP/2.0");
            assert_eq!(
                flow.request.headers.iter().collect::<Vec<_>>(),
                [("Host", "h.io")]
            );
            assert_eq!(flow.request.body.bytes(), Some(&b"d=1"[..]));
            assert_eq!(
                (flow.started.unwrap().as_millis(), flow.duration_ms),
                (1_795_974_821_652, Some(1.5))
            );
            let response = flow.response.unwrap();
            assert_eq!(
                (response.status, response.headers.iter().count()),
                (Some(200), 2)
            );
            assert_eq!(response.body.bytes(), Some(&b"hi"[..]));
            for end in 0..text.len() {
                assert!(read(&text.as_bytes()[..end], 7).is_err());
            }
        }
    }
}
