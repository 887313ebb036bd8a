//! whistle's own session list, as its interface exports it and as its
//! `get-data` endpoint answers.
//!
//! The top-level `body` of a session is a size for showing, never a body.

use serde::Deserialize;

use super::error::EntryError;
use super::lenient::{self, Any, Members, duration, is_set, members, number, size, status, text};
use super::{Row, body};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

#[derive(Deserialize)]
struct Session<'a> {
    #[serde(borrow)]
    url: Any<'a>,
    #[serde(borrow, rename = "startTime")]
    start_time: Any<'a>,
    #[serde(borrow, rename = "endTime")]
    end_time: Any<'a>,
    #[serde(borrow)]
    req: Option<Side<'a>>,
    #[serde(borrow)]
    res: Option<Side<'a>>,
    #[serde(borrow, rename = "useH2")]
    use_h2: Any<'a>,
    #[serde(borrow, rename = "reqError")]
    req_error: Any<'a>,
    #[serde(borrow, rename = "resError")]
    res_error: Any<'a>,
    #[serde(borrow, rename = "captureError")]
    capture_error: Any<'a>,
}

#[derive(Deserialize)]
struct Side<'a> {
    #[serde(borrow)]
    method: Any<'a>,
    #[serde(borrow, rename = "httpVersion")]
    http_version: Any<'a>,
    #[serde(borrow, rename = "statusCode")]
    status_code: Any<'a>,
    #[serde(borrow)]
    headers: Any<'a>,
    #[serde(borrow, rename = "rawHeaderNames")]
    raw_header_names: Any<'a>,
    #[serde(borrow)]
    base64: Any<'a>,
    #[serde(borrow)]
    body: Any<'a>,
    #[serde(borrow)]
    size: Any<'a>,
}

impl<'a> Side<'a> {
    /// From members of which some may stand twice.
    fn of(members: &Members<'a>) -> Self {
        Self {
            method: members.get("method"),
            http_version: members.get("httpVersion"),
            status_code: members.get("statusCode"),
            headers: members.get("headers"),
            raw_header_names: members.get("rawHeaderNames"),
            base64: members.get("base64"),
            body: members.get("body"),
            size: members.get("size"),
        }
    }
}

/// Whether an object's keys are those of a session.
pub(super) fn is_session(members: &Members<'_>) -> bool {
    members.get("url").is_some() && members.get("req").is_some()
}

/// The fields of a list row.
pub(super) fn row(raw: &[u8], start: u64) -> Result<Row, EntryError> {
    let Ok(session) = serde_json::from_slice::<Session<'_>>(raw) else {
        return read(raw, start).map(|flow| Row::of(&flow));
    };
    let url = Url::new(text(session.url).ok_or_else(|| EntryError::missing("/url", start))?);
    let method = session.req.as_ref().and_then(|req| text(req.method));
    let res = session.res.as_ref();
    Ok(Row {
        started: moment(session.start_time),
        duration_ms: elapsed(session.start_time, session.end_time),
        method: method.unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: res.and_then(|res| status(res.status_code)),
        response_size: res.and_then(|res| size(res.size)),
    })
}

/// One whole session.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    match serde_json::from_slice::<Session<'_>>(raw) {
        Ok(session) => flow(session, Vec::new(), start),
        Err(_) => lenient::mended(raw, start, |raw, warnings| piecewise(raw, start, warnings)),
    }
}

fn piecewise(raw: &[u8], start: u64, mut warnings: Vec<String>) -> Result<Flow, EntryError> {
    let members = serde_json::from_slice::<Members<'_>>(raw);
    let members = members.map_err(|_| lenient::syntax_error(raw, start))?;
    let session = Session {
        url: members.get("url"),
        start_time: members.get("startTime"),
        end_time: members.get("endTime"),
        req: members
            .read("req", "", &mut warnings)
            .map(|req| Side::of(&req)),
        res: members
            .read("res", "", &mut warnings)
            .map(|res| Side::of(&res)),
        use_h2: members.get("useH2"),
        req_error: members.get("reqError"),
        res_error: members.get("resError"),
        capture_error: members.get("captureError"),
    };
    flow(session, warnings, start)
}

fn flow(session: Session<'_>, mut warnings: Vec<String>, start: u64) -> Result<Flow, EntryError> {
    let url = text(session.url).ok_or_else(|| EntryError::missing("/url", start))?;
    let failed = is_set(session.capture_error);
    let request = match &session.req {
        Some(req) => Request {
            method: text(req.method).unwrap_or_default().into_owned(),
            url: Url::new(url),
            http_version: http_version(text(req.http_version).as_deref(), session.use_h2),
            headers: headers(req),
            body: side_body(
                req,
                failed || is_set(session.req_error),
                "/req",
                &mut warnings,
            ),
        },
        None => Request {
            url: Url::new(url),
            ..Request::default()
        },
    };
    let response = session.res.as_ref().and_then(|res| {
        let errors = failed || is_set(session.res_error) || is_set(session.req_error);
        let body = side_body(res, errors, "/res", &mut warnings);
        Response::unless_empty(status(res.status_code), headers(res), body)
    });
    Ok(Flow {
        started: moment(session.start_time),
        duration_ms: elapsed(session.start_time, session.end_time),
        request,
        response,
        exported: None,
        warnings,
    })
}

fn moment(value: Any<'_>) -> Option<Moment> {
    Moment::from_millis(number(value)? as i64)
}

fn elapsed(start: Any<'_>, end: Any<'_>) -> Option<f64> {
    Some(duration(end)? - number(start)?).filter(|elapsed| *elapsed >= 0.0)
}

fn http_version(version: Option<&str>, use_h2: Any<'_>) -> String {
    match version {
        Some("") | None if is_set(use_h2) => "HTTP/2.0".to_owned(),
        Some("") | None => String::new(),
        Some(version) => format!("HTTP/{version}"),
    }
}

/// Header fields with the names as they were sent, where whistle tells: its
/// map of names also lists names that were never sent, so it is only looked up.
fn headers(side: &Side<'_>) -> Headers {
    let names = members(side.raw_header_names);
    let mut headers = Headers::default();
    let Some(fields) = members(side.headers) else {
        return headers;
    };
    for (key, value) in fields.iter() {
        let name = names.as_ref().and_then(|names| text(names.get(key)));
        let name = name.as_deref().unwrap_or(key);
        match serde_json::from_str::<Vec<Any<'_>>>(value.get()) {
            Ok(values) => values
                .into_iter()
                .filter_map(text)
                .for_each(|value| headers.push(name, value)),
            Err(_) => {
                if let Some(value) = text(Some(value)) {
                    headers.push(name, value);
                }
            }
        }
    }
    headers
}

/// A side's body. whistle drops a body whole when it is over its limit
/// (`body: false`, a size, no `base64`), or when the interface took the
/// session too early (a size and nothing else).
fn side_body(side: &Side<'_>, failed: bool, pointer: &str, warnings: &mut Vec<String>) -> Body {
    if let Some(bytes) = body::base64_member(side.base64, pointer, warnings) {
        return Body::Bytes(bytes);
    }
    let is_text = side.body.is_some_and(|raw| raw.get().starts_with('"'));
    let words = if is_text { text(side.body) } else { None };
    let words = words.filter(|words| !words.is_empty());
    // With an error flag it is whistle's message or a stack trace, not traffic.
    if let Some(words) = words.filter(|_| !failed) {
        return Body::Bytes(words.into_owned().into_bytes());
    }
    match size(side.size) {
        Some(0) => Body::Bytes(Vec::new()),
        Some(size) => Body::Dropped { size: Some(size) },
        None if is_text => Body::Bytes(Vec::new()),
        None => Body::Absent,
    }
}
