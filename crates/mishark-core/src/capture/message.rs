//! HTTP messages as bytes, the way Burp, Fiddler and curl keep them.
//!
//! A message read here has its start line and fields apart and chunked framing
//! undone; content encodings stay, since `decode` undoes them by their magic.
//! Reading is lenient, these are records and not a connection: bare line feeds
//! pass, and whatever follows the head is the body.

use super::fields::MAX_FIELDS;
use crate::flow::{Body, Headers, Request, Response, Url};

/// Empty lines before a start line: old servers send one after a body.
const MAX_LEADING_LINES: usize = 8;

/// Answers before the final one (`100 Continue`, a proxy's answer to CONNECT).
const MAX_INTERIM: usize = 8;

/// A chunk's size line: eight hex digits, and room for extensions.
const MAX_CHUNK_LINE: usize = 256;

/// Reads a request. Its URL is the target as sent, often only a path: see
/// [`absolute`].
pub(super) fn request(raw: &[u8], warnings: &mut Vec<String>) -> Option<Request> {
    let (line, rest) = start_line(raw)?;
    let (method, rest_of_line) = line.split_once(' ')?;
    if method.is_empty() || !method.bytes().all(is_token) {
        return None;
    }
    // From the back: careless clients leave spaces in the target.
    let (target, version) = match rest_of_line.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => (target, version),
        _ => (rest_of_line, ""),
    };
    let (headers, rest) = fields(rest);
    let bytes = body(rest, &headers, "/request/body", warnings);
    Some(Request {
        method: method.to_owned(),
        url: Url::new(target.trim()),
        http_version: version.to_owned(),
        body: match length(&headers) {
            size @ Some(1..) if bytes.is_empty() => Body::Dropped { size },
            _ if bytes.is_empty() => Body::Absent,
            _ => Body::Bytes(bytes),
        },
        headers,
    })
}

/// Reads a response; of several answers in a row the final one.
pub(super) fn response(raw: &[u8], warnings: &mut Vec<String>) -> Option<Response> {
    let mut raw = raw;
    for _ in 0..MAX_INTERIM {
        let (line, rest) = start_line(raw)?;
        let (version, words) = line.split_once(' ').unwrap_or((&line, ""));
        if !version.starts_with("HTTP/") {
            return None;
        }
        // whistle's SAZ has `captureError` where the code should be.
        let code = words.split(' ').next().unwrap_or_default();
        let status: Option<u16> = code.parse().ok().filter(|code| (100..1000).contains(code));
        let (headers, rest) = fields(rest);
        let interim = matches!(status, Some(100 | 102..=199))
            || words
                .to_ascii_lowercase()
                .contains("connection established");
        if interim && rest.starts_with(b"HTTP/") {
            raw = rest;
            continue;
        }
        let bytes = body(rest, &headers, "/response/body", warnings);
        let none_due = matches!(status, Some(100..=199 | 204 | 304));
        return Some(Response {
            status,
            body: match length(&headers) {
                size @ Some(1..) if bytes.is_empty() && !none_due => Body::Dropped { size },
                _ => Body::Bytes(bytes),
            },
            headers,
        });
    }
    None
}

/// A URL out of a request's target: whole already, or a path that belongs to
/// the host its fields name.
pub(super) fn absolute(request: &Request, scheme: &str) -> Url {
    let target = request.url.as_str();
    match request.headers.get("host") {
        Some(host) if target.starts_with('/') || target == "*" => {
            Url::new(format!("{scheme}://{}{target}", host.trim()))
        }
        _ => Url::new(target),
    }
}

/// Undoes chunked framing. `None` if the bytes are not framed so; else what
/// the chunks hold, and whether the last one was there.
pub(super) fn dechunk(raw: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    let mut whole_chunks = 0;
    while !rest.is_empty() {
        let window = &rest[..rest.len().min(MAX_CHUNK_LINE)];
        let Some(end) = memchr::memchr(b'\n', window) else {
            break;
        };
        let Some(size) = chunk_size(&rest[..end]) else {
            // Something that is no chunk behind whole ones: damage, not a cut.
            return (whole_chunks > 0).then_some((out, false));
        };
        rest = &rest[end + 1..];
        if size == 0 {
            return Some((out, true));
        }
        if size > rest.len() {
            // A number with nothing behind it may be a body of its own.
            let is_chunk = whole_chunks > 0 || !rest.is_empty();
            out.extend_from_slice(rest);
            return is_chunk.then_some((out, false));
        }
        let (data, behind) = rest.split_at(size);
        let Some(behind) = without_line_end(behind) else {
            let is_chunk = whole_chunks > 0 || behind.is_empty();
            out.extend_from_slice(data);
            return is_chunk.then_some((out, false));
        };
        out.extend_from_slice(data);
        whole_chunks += 1;
        rest = behind;
    }
    (whole_chunks > 0).then_some((out, false))
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn without_line_end(bytes: &[u8]) -> Option<&[u8]> {
    bytes
        .strip_prefix(b"\r\n")
        .or_else(|| bytes.strip_prefix(b"\n"))
}

/// The body's bytes with chunked framing undone, if the fields say so and the
/// bytes agree: whistle undoes it and keeps the field, in HAR and elsewhere.
fn body(rest: &[u8], headers: &Headers, pointer: &str, warnings: &mut Vec<String>) -> Vec<u8> {
    let chunked = headers
        .all("transfer-encoding")
        .any(|value| value.to_ascii_lowercase().contains("chunked"));
    match dechunk(rest).filter(|_| chunked) {
        Some((bytes, whole)) => {
            if !whole {
                warnings.push(format!("{pointer}: the last chunk is missing"));
            }
            bytes
        }
        None => rest.to_vec(),
    }
}

pub(super) fn length(headers: &Headers) -> Option<u64> {
    headers.get("content-length")?.trim().parse().ok()
}

/// The first line that is not empty, and what follows it.
fn start_line(raw: &[u8]) -> Option<(String, &[u8])> {
    let mut rest = raw;
    for _ in 0..MAX_LEADING_LINES {
        let (line, behind) = line(rest)?;
        if !line.is_empty() {
            return Some((String::from_utf8_lossy(line).into_owned(), behind));
        }
        rest = behind;
    }
    None
}

/// The header fields up to the empty line, and what follows it.
fn fields(raw: &[u8]) -> (Headers, &[u8]) {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut rest = raw;
    while let Some((text, behind)) = line(rest) {
        rest = behind;
        if text.is_empty() {
            break;
        }
        let text = String::from_utf8_lossy(text);
        let full = fields.len() == MAX_FIELDS;
        match (text.starts_with([' ', '\t']), fields.last_mut()) {
            // Folded over two lines, as old clients do.
            (true, Some((_, value))) => {
                value.push(' ');
                value.push_str(text.trim());
            }
            _ if full => {}
            _ => fields.extend(field(&text)),
        }
    }
    (fields.into_iter().collect(), rest)
}

/// One field; none for HTTP/2's pseudo headers.
pub(super) fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    (!name.is_empty()).then(|| (name.trim().to_owned(), value.trim().to_owned()))
}

/// A line without its end, and what follows; `None` where nothing is left.
fn line(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    if raw.is_empty() {
        return None;
    }
    let end = memchr::memchr(b'\n', raw).unwrap_or(raw.len());
    let line = &raw[..end];
    Some((
        line.strip_suffix(b"\r").unwrap_or(line),
        raw.get(end + 1..).unwrap_or_default(),
    ))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_request(raw: &[u8]) -> Option<Request> {
        request(raw, &mut Vec::new())
    }

    fn read_response(raw: &[u8]) -> Option<Response> {
        response(raw, &mut Vec::new())
    }

    #[test]
    fn a_request_comes_apart() {
        let raw = b"POST /app/x?a=b HTTP/2\r\n:path: /app/x\r\nHost: h.io\r\nX: 1\r\n 2\r\n\r\na=1";
        let request = read_request(raw).unwrap();
        assert_eq!(
            (&*request.method, &*request.http_version),
            ("POST", "HTTP/2")
        );
        assert_eq!(
            absolute(&request, "https").as_str(),
            "https://h.io/app/x?a=b"
        );
        assert_eq!(request.headers.get("x"), Some("1 2"));
        assert_eq!(request.headers.iter().count(), 2);
        assert_eq!(request.body.bytes(), Some(&b"a=1"[..]));
    }

    #[test]
    fn bare_line_feeds_and_a_missing_version_pass() {
        let request = read_request(b"\nGET /a b\nHost: h\n\n").unwrap();
        assert_eq!(request.url.as_str(), "/a b");
        assert_eq!(request.headers.get("host"), Some("h"));
        assert_eq!(request.body, Body::Absent);
        let raw = b"POST / HTTP/1.1\nContent-Length: 9\n\n";
        let dropped = Body::Dropped { size: Some(9) };
        assert_eq!(read_request(raw).unwrap().body, dropped);
    }

    #[test]
    fn the_final_answer_counts() {
        let raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nA: b\r\n\r\nx";
        let response = read_response(raw).unwrap();
        assert_eq!(response.status, Some(404));
        assert_eq!(response.body.bytes(), Some(&b"x"[..]));
        let response = read_response(b"HTTP/1.1 captureError unknown\r\n\r\n").unwrap();
        assert_eq!(response.status, None);
        assert_eq!(read_response(b"HTTP/2 200").unwrap().status, Some(200));
    }

    #[test]
    fn chunks_are_joined_only_if_there_are_any() {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
        let of = |body: &str| {
            let mut warnings = Vec::new();
            let raw = format!("{head}{body}");
            let response = response(raw.as_bytes(), &mut warnings).unwrap();
            let bytes = response.body.bytes().unwrap().to_vec();
            (String::from_utf8(bytes).unwrap(), warnings.len())
        };
        let table = [
            ("3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n", "abcde", 0),
            ("3\nabc\n0\n\n", "abc", 0),
            ("3\r\nabc\r\n9\r\nde", "abcde", 1),
            ("9\r\nde", "de", 1),
            ("3\r\nabc", "abc", 1),
            ("3\r\nabc\r\nwhat", "abc", 1),
            ("{\"code\":0}", "{\"code\":0}", 0),
            ("3\r\nabcd", "3\r\nabcd", 0),
            ("ffffffffffffffffff\r\nx", "ffffffffffffffffff\r\nx", 0),
            ("dead", "dead", 0),
            ("", "", 0),
        ];
        for (framed, plain, warnings) in table {
            assert_eq!(of(framed), (plain.to_owned(), warnings), "{framed:?}");
        }
    }

    #[test]
    fn no_prefix_of_a_message_panics_and_fields_are_bounded() {
        let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        for end in 0..raw.len() {
            let _ = read_response(&raw[..end]);
            let _ = read_request(&raw[end..]);
        }
        let many = format!("GET / HTTP/1.1\n{}\n", "a: b\n".repeat(MAX_FIELDS + 9));
        let request = read_request(many.as_bytes()).unwrap();
        assert_eq!(request.headers.iter().count(), MAX_FIELDS);
        assert_eq!(request.body, Body::Absent);
    }
}
