//! whistle's own session list, as its interface exports it and as its
//! `get-data` endpoint answers.
//!
//! The top-level `body` of a session is a size for showing, never a body.

use super::body;
use super::entry::Row;
use super::error::EntryError;
use super::fields::headers_named;
use super::lenient::{Any, Members, elapsed, is_set, members, moment, objects, size, status, text};
use super::{frames, mend};
use crate::flow::{Body, Flow, Request, Response, Url};

objects! {
    struct Session {
        url: Any = "url",
        start_time: Any = "startTime",
        end_time: Any = "endTime",
        req: Side = "req",
        res: Side = "res",
        use_h2: Any = "useH2",
        req_error: Any = "reqError",
        res_error: Any = "resError",
        capture_error: Any = "captureError",
        frames: Any = "frames",
    }

    struct Side {
        method: Any = "method",
        http_version: Any = "httpVersion",
        status_code: Any = "statusCode",
        headers: Any = "headers",
        raw_header_names: Any = "rawHeaderNames",
        base64: Any = "base64",
        body: Any = "body",
        size: Any = "size",
    }
}

/// Whether an object's keys are those of a session.
pub(super) fn is_session(members: &Members<'_>) -> bool {
    members.has("url") && members.has("req")
}

/// The fields of a list row.
pub(super) fn row(raw: &[u8]) -> Option<Row> {
    let session: Session<'_> = serde_json::from_slice(raw).ok()?;
    let url = Url::new(text(session.url)?);
    Some(Row {
        started: moment(session.start_time),
        duration_ms: elapsed(session.start_time, session.end_time),
        method: text(session.req.method).unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: status(session.res.status_code),
        response_size: size(session.res.size),
    })
}

/// One whole session.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let session = serde_json::from_slice::<Session<'_>>(raw)?;
        Ok(flow(&session, warnings, start))
    })
}

fn flow(session: &Session<'_>, mut warnings: Vec<String>, start: u64) -> Result<Flow, EntryError> {
    session.found.object(start)?;
    let url = text(session.url).ok_or_else(|| EntryError::missing("/url", start))?;
    let (req, res) = (&session.req, &session.res);
    let req_failed = is_set(session.capture_error) || is_set(session.req_error);
    let res_failed = req_failed || is_set(session.res_error);
    let sent = side_body(req, req_failed, "/req", &mut warnings);
    let answer = side_body(res, res_failed, "/res", &mut warnings);
    let answer = frames::or(session.frames, answer, &mut warnings);
    Ok(Flow {
        started: moment(session.start_time),
        duration_ms: elapsed(session.start_time, session.end_time),
        request: Request {
            method: text(req.method).unwrap_or_default().into_owned(),
            url: Url::new(url),
            http_version: match text(req.http_version).as_deref() {
                Some("") | None if is_set(session.use_h2) => "HTTP/2.0".to_owned(),
                Some("") | None => String::new(),
                Some(version) => format!("HTTP/{version}"),
            },
            headers: headers(req),
            body: sent,
        },
        response: Response::unless_empty(status(res.status_code), headers(res), answer),
        warnings,
        ..Flow::default()
    })
}

fn headers(side: &Side<'_>) -> crate::flow::Headers {
    let names = members(side.raw_header_names).unwrap_or_default();
    headers_named(side.headers, &names)
}

/// A side's body. whistle drops a body whole when it is over its limit
/// (`body: false`, a size, no `base64`), or when the interface took the
/// session too early (a size and nothing else).
fn side_body(side: &Side<'_>, failed: bool, pointer: &str, warnings: &mut Vec<String>) -> Body {
    side.found.note(pointer, warnings);
    if let Some(text) = side.found.text() {
        return Body::Bytes(text.as_bytes().to_vec());
    }
    let at = format!("{pointer}/base64");
    if let Some(bytes) = body::base64_member(side.base64, &at, warnings) {
        return Body::Bytes(bytes);
    }
    let is_word = |raw: &&serde_json::value::RawValue| raw.get().starts_with(['"', '{']);
    let words = body::words(side.body.filter(is_word));
    match (&words, size(side.size)) {
        // With an error flag it is whistle's message or a stack trace, not traffic.
        (Some(words), _) if !words.is_empty() && !failed => Body::Bytes(words.to_vec()),
        (_, Some(0)) => Body::Bytes(Vec::new()),
        (_, size @ Some(_)) => Body::Dropped { size },
        (Some(_), None) => Body::Bytes(Vec::new()),
        (None, None) => Body::Absent,
    }
}
