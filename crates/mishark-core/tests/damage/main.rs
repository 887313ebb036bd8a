//! What recorders get wrong, and files that are damaged: an entry is lost at
//! most, never the file, and what was mended or lost is said.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod entries;
mod files;
mod slips;
mod written;

use std::ops::ControlFlow;

use mishark_core::capture::{Capture, Error, Source};
use mishark_core::flow::{Body, Flow};

pub(crate) fn index(bytes: &[u8]) -> Result<Capture, Error> {
    let source = Source::from_bytes("x.har", bytes.to_vec())?;
    Capture::index(source, &mut |_| ControlFlow::Continue(()))
}

pub(crate) fn har(entries: &[&[u8]]) -> Vec<u8> {
    let head: &[u8] =
        br#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":["#;
    [head, &entries.join(&b","[..]), b"]}}"].concat()
}

/// The only entry of a HAR made of this one.
#[track_caller]
pub(crate) fn read(entry: &[u8]) -> Flow {
    let capture = index(&har(&[entry])).unwrap();
    let shown = String::from_utf8_lossy(entry);
    let [row] = capture.entries() else {
        panic!("one entry in, {} out: {shown}", capture.entries().len());
    };
    assert_eq!(row.error, None, "{shown}");
    let flow = capture.flow(row).unwrap();
    // A list must not show another flow than the one that opens.
    assert_eq!(row.started, flow.started, "{shown}");
    assert_eq!(row.duration_ms, flow.duration_ms, "{shown}");
    assert_eq!(&*row.method, flow.request.method, "{shown}");
    assert_eq!(&*row.host, flow.request.url.host(), "{shown}");
    let status = flow.response.as_ref().and_then(|response| response.status);
    assert_eq!(row.status, status, "{shown}");
    flow
}

/// An entry with this request and response, but for `url` and `method`.
pub(crate) fn entry(request: &str, response: &str) -> Vec<u8> {
    format!(
        r#"{{"startedDateTime":"2026-11-23T16:15:32.292Z","time":12,"request":{{"method":"POST","url":"https://h.example/p"{request}}},"response":{response}}}"#
    )
    .into_bytes()
}

pub(crate) fn bytes(text: &str) -> Body {
    Body::Bytes(text.as_bytes().to_vec())
}

/// A whole entry, pretty or not, with a number to know it by.
pub(crate) fn numbered(number: usize) -> String {
    format!(
        "{{\n \"startedDateTime\": \"2026-11-23T16:15:32.292Z\",\n \"request\": {{\"method\": \"GET\", \"url\": \"http://h.example/{number}\", \"headers\": [{{\"name\": \"a\", \"value\": \"}}]\\\"\"}}]}},\n \"response\": {{\"status\": 200, \"content\": {{\"size\": 2, \"text\": \"ok\"}}}}\n}}"
    )
}
