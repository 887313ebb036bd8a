//! HAR 1.1 to 1.3, and what recorders make of it.
//!
//! Every member is optional but the request's URL. Quirks are named where they
//! are handled; `base64` is whistle's, `_file` Playwright's, `_content` HTTP
//! Toolkit's.

use serde::Deserialize;

use super::error::EntryError;
use super::files::Files;
use super::lenient::{self, Any, Members, duration, size, status, text};
use super::{Row, body};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

#[derive(Deserialize)]
struct RowEntry<'a> {
    #[serde(borrow, rename = "startedDateTime")]
    started: Any<'a>,
    #[serde(borrow)]
    time: Any<'a>,
    #[serde(borrow)]
    request: Option<RowRequest<'a>>,
    #[serde(borrow)]
    response: Option<RowResponse<'a>>,
}

#[derive(Deserialize)]
struct RowRequest<'a> {
    #[serde(borrow)]
    method: Any<'a>,
    #[serde(borrow)]
    url: Any<'a>,
}

#[derive(Deserialize)]
struct RowResponse<'a> {
    #[serde(borrow)]
    status: Any<'a>,
    #[serde(borrow)]
    content: Option<RowContent<'a>>,
}

#[derive(Deserialize)]
struct RowContent<'a> {
    #[serde(borrow)]
    size: Any<'a>,
}

#[derive(Deserialize)]
struct HarEntry<'a> {
    /// Our own member: this file is one of our exports.
    #[serde(borrow, rename = "_mishark")]
    mishark: Any<'a>,
    #[serde(borrow, rename = "startedDateTime")]
    started: Any<'a>,
    #[serde(borrow)]
    time: Any<'a>,
    #[serde(borrow)]
    request: Option<HarRequest<'a>>,
    #[serde(borrow)]
    response: Option<HarResponse<'a>>,
}

#[derive(Deserialize, Default)]
struct HarRequest<'a> {
    #[serde(borrow)]
    method: Any<'a>,
    #[serde(borrow)]
    url: Any<'a>,
    #[serde(borrow, rename = "httpVersion")]
    http_version: Any<'a>,
    #[serde(borrow)]
    headers: Option<Vec<Pair<'a>>>,
    #[serde(borrow, rename = "postData")]
    post_data: Option<PostData<'a>>,
    #[serde(borrow, rename = "bodySize")]
    body_size: Any<'a>,
    #[serde(borrow, rename = "_content")]
    content: Option<Content<'a>>,
}

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    name: Any<'a>,
    #[serde(borrow)]
    value: Any<'a>,
}

#[derive(Deserialize)]
struct PostData<'a> {
    #[serde(borrow, rename = "mimeType")]
    mime_type: Any<'a>,
    #[serde(borrow)]
    text: Any<'a>,
    #[serde(borrow)]
    base64: Any<'a>,
    #[serde(borrow)]
    encoding: Any<'a>,
    #[serde(borrow)]
    params: Any<'a>,
    #[serde(borrow, rename = "_file")]
    file: Any<'a>,
}

#[derive(Deserialize, Default)]
struct HarResponse<'a> {
    #[serde(borrow)]
    status: Any<'a>,
    #[serde(borrow)]
    headers: Option<Vec<Pair<'a>>>,
    #[serde(borrow)]
    content: Option<Content<'a>>,
    #[serde(borrow, rename = "bodySize")]
    body_size: Any<'a>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    size: Any<'a>,
    #[serde(borrow)]
    text: Any<'a>,
    #[serde(borrow)]
    encoding: Any<'a>,
    #[serde(borrow)]
    base64: Any<'a>,
    #[serde(borrow, rename = "_file")]
    file: Any<'a>,
}

/// Whether an object's keys are those of an entry, in a list without a `log`.
pub(super) fn is_entry(members: &Members<'_>) -> bool {
    members.get("request").is_some()
        && (members.get("startedDateTime").is_some() || members.get("response").is_some())
}

/// The fields of a list row; bodies are passed over.
pub(super) fn row(raw: &[u8], start: u64, files: &Files) -> Result<Row, EntryError> {
    let Ok(entry) = serde_json::from_slice::<RowEntry<'_>>(raw) else {
        return read(raw, start, files).map(|flow| Row::of(&flow));
    };
    let url = entry.request.as_ref().and_then(|request| text(request.url));
    let url = Url::new(url.ok_or_else(|| EntryError::missing("/request/url", start))?);
    let method = entry
        .request
        .as_ref()
        .and_then(|request| text(request.method));
    let response = entry.response.as_ref();
    Ok(Row {
        started: text(entry.started).and_then(|text| Moment::parse(&text)),
        duration_ms: duration(entry.time),
        method: method.unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: response.and_then(|response| status(response.status)),
        response_size: response.and_then(|response| size(response.content.as_ref()?.size)),
    })
}

/// One whole entry.
pub(super) fn read(raw: &[u8], start: u64, files: &Files) -> Result<Flow, EntryError> {
    match serde_json::from_slice::<HarEntry<'_>>(raw) {
        Ok(entry) => flow(entry, Vec::new(), start, files),
        Err(_) => lenient::mended(raw, start, |raw, warnings| {
            piecewise(raw, start, warnings, files)
        }),
    }
}

/// Reads an entry member by member, leaving out what is not of its type.
fn piecewise(
    raw: &[u8],
    start: u64,
    mut warnings: Vec<String>,
    files: &Files,
) -> Result<Flow, EntryError> {
    let members = serde_json::from_slice::<Members<'_>>(raw);
    let members = members.map_err(|_| lenient::syntax_error(raw, start))?;
    let request = members
        .read::<Members<'_>>("request", "", &mut warnings)
        .map(|request| {
            let at = "/request";
            HarRequest {
                method: request.get("method"),
                url: request.get("url"),
                http_version: request.get("httpVersion"),
                headers: list(request.get("headers")),
                post_data: request
                    .read("postData", at, &mut warnings)
                    .map(|post_data| PostData::of(&post_data)),
                body_size: request.get("bodySize"),
                content: request
                    .read("_content", at, &mut warnings)
                    .map(|content| Content::of(&content)),
            }
        });
    let response = members
        .read::<Members<'_>>("response", "", &mut warnings)
        .map(|response| {
            let at = "/response";
            HarResponse {
                status: response.get("status"),
                headers: list(response.get("headers")),
                content: response
                    .read("content", at, &mut warnings)
                    .map(|content| Content::of(&content)),
                body_size: response.get("bodySize"),
            }
        });
    let entry = HarEntry {
        mishark: members.get("_mishark"),
        started: members.get("startedDateTime"),
        time: members.get("time"),
        request,
        response,
    };
    flow(entry, warnings, start, files)
}

fn flow(
    entry: HarEntry<'_>,
    mut warnings: Vec<String>,
    start: u64,
    files: &Files,
) -> Result<Flow, EntryError> {
    let request = entry.request.unwrap_or_default();
    let url = text(request.url).ok_or_else(|| EntryError::missing("/request/url", start))?;
    let body = request_body(&request, files, &mut warnings);
    let request = Request {
        method: text(request.method).unwrap_or_default().into_owned(),
        url: Url::new(url),
        http_version: text(request.http_version).unwrap_or_default().into_owned(),
        headers: headers(request.headers),
        body,
    };
    let response = entry
        .response
        .and_then(|response| read_response(response, files, &mut warnings));
    Ok(Flow {
        started: text(entry.started).and_then(|text| Moment::parse(&text)),
        duration_ms: duration(entry.time),
        request,
        response,
        exported: exported(entry.mishark),
        warnings,
    })
}

impl<'a> PostData<'a> {
    /// From members of which some may stand twice.
    fn of(members: &Members<'a>) -> Self {
        Self {
            mime_type: members.get("mimeType"),
            text: members.get("text"),
            base64: members.get("base64"),
            encoding: members.get("encoding"),
            params: members.get("params"),
            file: members.get("_file"),
        }
    }
}

impl<'a> Content<'a> {
    /// From members of which some may stand twice.
    fn of(members: &Members<'a>) -> Self {
        Self {
            size: members.get("size"),
            text: members.get("text"),
            encoding: members.get("encoding"),
            base64: members.get("base64"),
            file: members.get("_file"),
        }
    }
}

/// The names and values in a list, without what is no such pair.
fn list(value: Any<'_>) -> Option<Vec<Pair<'_>>> {
    let text = value?.get();
    if let Ok(pairs) = serde_json::from_str(text) {
        return pairs;
    }
    let items: Vec<Any<'_>> = serde_json::from_str(text).ok()?;
    let pairs = items.into_iter().flatten().filter_map(|item| {
        let members: Members<'_> = serde_json::from_str(item.get()).ok()?;
        Some(Pair {
            name: members.get("name"),
            value: members.get("value"),
        })
    });
    Some(pairs.collect())
}

/// The state our own export names.
fn exported(mishark: Any<'_>) -> Option<String> {
    let members: Members<'_> = serde_json::from_str(mishark?.get()).ok()?;
    text(members.get("state")).map(Into::into)
}

/// Header fields; DevTools and Playwright list HTTP/2's pseudo headers too.
fn headers(pairs: Option<Vec<Pair<'_>>>) -> Headers {
    pairs
        .unwrap_or_default()
        .into_iter()
        .filter_map(|pair| Some((text(pair.name)?, text(pair.value).unwrap_or_default())))
        .filter(|(name, _)| !name.starts_with(':'))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn request_body(request: &HarRequest<'_>, files: &Files, warnings: &mut Vec<String>) -> Body {
    let wire_size = size(request.body_size).filter(|size| *size > 0);
    let at = "/request/postData";
    if let Some(content) = &request.content
        && let Some(bytes) = body::decoded(
            content.text,
            content.encoding,
            "/request/_content",
            warnings,
        )
    {
        return Body::Bytes(bytes);
    }
    let Some(post) = &request.post_data else {
        return match wire_size {
            Some(_) => Body::Dropped { size: wire_size },
            None => Body::Absent,
        };
    };
    if let Some(bytes) = body::base64_member(post.base64, at, warnings) {
        return Body::Bytes(bytes);
    }
    if let Some(body) = body_file(post.file, wire_size, at, files, warnings) {
        return body;
    }
    // whistle writes its own error text where the request was aborted.
    if text(post.mime_type).as_deref() == Some("none") {
        return Body::Absent;
    }
    let bytes = body::decoded(post.text, post.encoding, at, warnings).unwrap_or_default();
    if !bytes.is_empty() {
        return Body::Bytes(bytes);
    }
    let params = params(post.params);
    match (params.is_empty(), wire_size) {
        (false, _) => Body::Params(params),
        (true, Some(_)) => Body::Dropped { size: wire_size },
        (true, None) => Body::Absent,
    }
}

/// The body in the file that Playwright's `attach` names.
fn body_file(
    file: Any<'_>,
    size: Option<u64>,
    pointer: &str,
    files: &Files,
    warnings: &mut Vec<String>,
) -> Option<Body> {
    let name = text(file).filter(|name| !name.is_empty())?;
    Some(match files.body(&name, pointer, warnings) {
        Ok(bytes) => Body::Bytes(bytes),
        Err(why) => {
            warnings.push(format!("{pointer}/_file: the body's file {why}"));
            Body::Dropped { size }
        }
    })
}

/// Whether a row's body may be in another file.
pub(super) fn names_files(raw: &[u8]) -> bool {
    memchr::memmem::find(raw, b"\"_file\"").is_some()
}

fn params(value: Any<'_>) -> Vec<(String, String)> {
    list(value)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|pair| {
            let value = text(pair.value).unwrap_or_default().into_owned();
            Some((text(pair.name)?.into_owned(), value))
        })
        .collect()
}

fn read_response(
    response: HarResponse<'_>,
    files: &Files,
    warnings: &mut Vec<String>,
) -> Option<Response> {
    let status = status(response.status);
    let body = response_body(&response, files, warnings);
    let headers = headers(response.headers);
    Response::unless_empty(status, headers, body)
}

fn response_body(response: &HarResponse<'_>, files: &Files, warnings: &mut Vec<String>) -> Body {
    let at = "/response/content";
    let wire_size = size(response.body_size).filter(|size| *size > 0);
    let Some(content) = &response.content else {
        return match wire_size {
            Some(_) => Body::Dropped { size: wire_size },
            None => Body::Absent,
        };
    };
    if let Some(bytes) = body::base64_member(content.base64, at, warnings) {
        return Body::Bytes(bytes);
    }
    // Playwright's file of a websocket has its messages, which are no body.
    if status(response.status) == Some(101) && lenient::is_set(content.file) {
        return Body::Absent;
    }
    if let Some(body) = body_file(content.file, size(content.size), at, files, warnings) {
        return body;
    }
    let wanted = size(content.size).filter(|size| *size > 0);
    match body::decoded(content.text, content.encoding, at, warnings) {
        // Playwright's `omit`, HTTP Toolkit's 500 kB limit, DevTools' eviction.
        Some(bytes) if bytes.is_empty() && wanted.is_some() => Body::Dropped { size: wanted },
        Some(bytes) => Body::Bytes(bytes),
        None if wanted.is_some() => Body::Dropped { size: wanted },
        None if size(content.size) == Some(0) => Body::Bytes(Vec::new()),
        None => Body::Absent,
    }
}
