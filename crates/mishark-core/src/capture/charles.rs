//! Charles' JSON session (`.chlsj`): an array of transactions.
//!
//! Its other files are recognised and refused with a hint.

use super::archive::Archive;
use super::error::EntryError;
use super::lenient::{self, Any, Members, duration, is_set, members, size, status, text};
use super::{Row, body};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

/// What to do with a file of Charles' that is not read.
const HINT: &str = "export it from Charles as JSON Session File or HAR, or run \
                    `charles convert in.chls out.chlsj`";

/// How a stream of Java's serialisation starts: magic number and version 5.
const JAVA_STREAM: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

/// The root element of a `.chlsx` stands this near to the start.
const ROOT_WITHIN: usize = 512;

/// Whether an object's keys are those of a transaction.
pub(super) fn is_transaction(members: &Members<'_>) -> bool {
    let has = |name| members.get(name).is_some();
    has("host") && has("request") && (has("protocolVersion") || has("actualPort") || has("times"))
}

/// What a file of Charles' is called that can not be read, and what to do. A
/// `.chls` of Charles 3 and 4 is a Java stream.
pub(super) fn refusal(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(&JAVA_STREAM) {
        return Some(("Charles' binary session (.chls)", HINT));
    }
    let start = &head[..head.len().min(ROOT_WITHIN)];
    memchr::memmem::find(start, b"<charles-session")
        .map(|_| ("Charles' XML session (.chlsx)", HINT))
}

/// The same for an archive: Charles 5's `.chlz` has `0-meta.json`, `0-req.json`,
/// `0-res.dat` and so on.
pub(super) fn refusal_of_archive(archive: &Archive) -> Option<(&'static str, &'static str)> {
    let is_meta = |name: &str| {
        let number = name.strip_suffix("-meta.json");
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut members = archive.members().iter();
    members
        .any(|member| is_meta(&member.name))
        .then_some(("Charles 5's session (.chlz)", HINT))
}

/// The fields of a list row.
pub(super) fn row(raw: &[u8], start: u64) -> Result<Row, EntryError> {
    let Ok(transaction) = serde_json::from_slice::<Members<'_>>(raw) else {
        return read(raw, start).map(|flow| Row::of(&flow));
    };
    let request = members(transaction.get("request"));
    let response = members(transaction.get("response"));
    let (url, _) = url_and_headers(&transaction, request.as_ref(), start)?;
    Ok(Row {
        started: started(&transaction),
        duration_ms: elapsed(&transaction),
        method: text(transaction.get("method"))
            .unwrap_or_default()
            .into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: response
            .as_ref()
            .and_then(|side| status(side.get("status"))),
        response_size: response.as_ref().and_then(body_size),
    })
}

/// One whole transaction.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    if let Ok(transaction) = serde_json::from_slice(raw) {
        return flow(&transaction, Vec::new(), start);
    }
    lenient::mended(raw, start, |raw, warnings| {
        let transaction = serde_json::from_slice(raw);
        let transaction = transaction.map_err(|_| lenient::syntax_error(raw, start))?;
        flow(&transaction, warnings, start)
    })
}

fn flow(
    transaction: &Members<'_>,
    mut warnings: Vec<String>,
    start: u64,
) -> Result<Flow, EntryError> {
    let request: Option<Members<'_>> = transaction.read("request", "", &mut warnings);
    let response: Option<Members<'_>> = transaction.read("response", "", &mut warnings);
    let (url, headers) = url_and_headers(transaction, request.as_ref(), start)?;
    let request = Request {
        method: text(transaction.get("method"))
            .unwrap_or_default()
            .into_owned(),
        url,
        http_version: text(transaction.get("protocolVersion"))
            .unwrap_or_default()
            .into_owned(),
        headers,
        body: match request.map(|side| side_body(&side, "/request/body", &mut warnings)) {
            Some(Body::Bytes(bytes)) if bytes.is_empty() => Body::Absent,
            Some(body) => body,
            None => Body::Absent,
        },
    };
    let response = response.and_then(|side| {
        let body = side_body(&side, "/response/body", &mut warnings);
        let status = status(side.get("status"));
        let headers: Headers = fields(&side).collect();
        // A `FAILED` transaction has a response all the same, with nulls in it.
        Response::unless_empty(status, headers, body)
    });
    Ok(Flow {
        started: started(transaction),
        duration_ms: elapsed(transaction),
        request,
        response,
        exported: None,
        warnings,
    })
}

fn started(transaction: &Members<'_>) -> Option<Moment> {
    let times = members(transaction.get("times"))?;
    let started = text(times.get("start")).or_else(|| text(times.get("requestBegin")))?;
    Moment::parse(&started)
}

/// From the times where they tell: Charles 5 was seen to write its durations
/// in microseconds, Charles 4 writes milliseconds.
fn elapsed(transaction: &Members<'_>) -> Option<f64> {
    let end = members(transaction.get("times")).and_then(|times| text(times.get("end")));
    let end = end.and_then(|end| Moment::parse(&end));
    if let (Some(start), Some(end)) = (started(transaction), end)
        && end > start
    {
        return Some((end.as_millis() - start.as_millis()) as f64);
    }
    duration(members(transaction.get("durations"))?.get("total"))
}

/// The URL, put together from its parts, and the request's fields.
///
/// The host is the one the client asked for: Charles lists HTTP/2's pseudo
/// headers, and its own `host` is the connection's, which HTTP/2 may share.
fn url_and_headers(
    transaction: &Members<'_>,
    request: Option<&Members<'_>>,
    start: u64,
) -> Result<(Url, Headers), EntryError> {
    let mut asked = None;
    let mut headers = Headers::default();
    for (name, value) in request.into_iter().flat_map(fields_as_written) {
        if name.starts_with(':') {
            asked = asked.or((name == ":authority").then_some(value));
        } else {
            headers.push(name, value);
        }
    }
    let asked = asked.or_else(|| headers.get("host").map(str::to_owned));
    let asked = asked.filter(|host| !host.is_empty() && !host.contains(['/', ' ', '?', '#']));
    let host = text(transaction.get("host")).filter(|host| !host.is_empty());
    let port = text(transaction.get("actualPort")).or_else(|| text(transaction.get("port")));
    let method = text(transaction.get("method")).unwrap_or_default();
    if is_set(transaction.get("tunnel")) && method.eq_ignore_ascii_case("CONNECT") {
        let host = host.ok_or_else(|| EntryError::missing("/host", start))?;
        let port = port.as_deref().unwrap_or("443");
        return Ok((Url::new(format!("{host}:{port}")), headers));
    }
    let scheme = text(transaction.get("scheme")).unwrap_or_else(|| "https".into());
    let authority = match (asked, host, port) {
        (Some(asked), ..) => asked,
        (None, Some(host), Some(port)) if !is_default(&scheme, &port) => format!("{host}:{port}"),
        (None, Some(host), _) => host.into_owned(),
        (None, None, _) => return Err(EntryError::missing("/host", start)),
    };
    let path = text(transaction.get("path")).unwrap_or_default();
    let query = text(transaction.get("query")).filter(|query| !query.is_empty());
    let mut url = format!("{scheme}://{authority}{path}");
    if let Some(query) = query {
        url.push('?');
        url.push_str(&query);
    }
    Ok((Url::new(url), headers))
}

fn is_default(scheme: &str, port: &str) -> bool {
    matches!(
        (scheme, port),
        ("http" | "ws", "80") | ("https" | "wss", "443")
    )
}

fn fields<'a>(side: &Members<'a>) -> impl Iterator<Item = (String, String)> + use<'a> {
    fields_as_written(side).filter(|(name, _)| !name.starts_with(':'))
}

fn fields_as_written<'a>(side: &Members<'a>) -> impl Iterator<Item = (String, String)> + use<'a> {
    let header = members(side.get("header"));
    let pairs = header
        .and_then(|header| serde_json::from_str::<Vec<Any<'_>>>(header.get("headers")?.get()).ok());
    pairs.unwrap_or_default().into_iter().filter_map(|pair| {
        let pair = members(pair)?;
        let value = text(pair.get("value")).unwrap_or_default();
        Some((text(pair.get("name"))?.into_owned(), value.into_owned()))
    })
}

fn body_size(side: &Members<'_>) -> Option<u64> {
    size(members(side.get("sizes"))?.get("body"))
}

/// A side's body: `encoded` is base64, `text` was decoded by its charset. An
/// empty object is no body, or one over Charles' limit: its size tells.
fn side_body(side: &Members<'_>, pointer: &str, warnings: &mut Vec<String>) -> Body {
    if let Some(kept) = members(side.get("body")) {
        if let Some(encoded) = text(kept.get("encoded")).filter(|encoded| !encoded.is_empty()) {
            match crate::protocol::base64::decode(encoded.as_bytes()) {
                Ok(decoded) => return Body::Bytes(decoded.bytes),
                Err(error) => warnings.push(format!("{pointer}/encoded: {error}")),
            }
        }
        let encoding = kept.get("encoding");
        if let Some(bytes) = body::decoded(kept.get("text"), encoding, pointer, warnings) {
            return Body::Bytes(bytes);
        }
    }
    match body_size(side) {
        Some(0) => Body::Bytes(Vec::new()),
        Some(size) => Body::Dropped { size: Some(size) },
        None => Body::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::Reason;
    use super::*;

    const TRANSACTION: &str = r#"{"status":"COMPLETE","method":"POST","protocolVersion":"HTTP/2.0",
        "scheme":"https","host":"shared.io","actualPort":443,"path":"/app/x","query":"a=b",
        "tunnel":false,"times":{"start":"2026-11-23T23:59:00.250+08:00"},
        "durations":{"total":12,"dns":null},
        "request":{"sizes":{"body":3},"header":{"headers":[{"name":":authority","value":"api.io.mi.com"},
            {"name":"cookie","value":"a=b"},null,{"value":"x"}]},"body":{"text":"d=1","charset":"UTF-8"}},
        "response":{"status":200,"sizes":{"body":3},"header":{"headers":[]},
            "body":{"encoding":"base64","encoded":"AAEC"}}}"#;

    fn read_text(text: &str) -> Flow {
        read(text.as_bytes(), 0).unwrap()
    }

    #[test]
    fn a_transaction_is_put_together() {
        let flow = read_text(TRANSACTION);
        assert_eq!(flow.request.url.as_str(), "https://api.io.mi.com/app/x?a=b");
        assert_eq!(flow.request.headers.iter().count(), 1);
        assert_eq!(flow.request.body.bytes(), Some(&b"d=1"[..]));
        let started = flow.started.unwrap().to_string();
        assert_eq!(started, "2026-11-23T15:59:00.250Z");
        let response = flow.response.unwrap();
        assert_eq!(response.body.bytes(), Some(&[0, 1, 2][..]));
        let row = row(TRANSACTION.as_bytes(), 0).unwrap();
        assert_eq!(
            (row.host.as_str(), row.status),
            ("api.io.mi.com", Some(200))
        );
    }

    #[test]
    fn the_port_shows_only_if_it_is_not_the_schemes() {
        let table = [
            (
                r#""scheme":"https","actualPort":8443"#,
                "https://h.io:8443/p",
            ),
            (r#""scheme":"http","port":80"#, "http://h.io/p"),
            (
                r#""scheme":"https","port":null,"actualPort":443"#,
                "https://h.io/p",
            ),
            (
                r#""tunnel":true,"method":"CONNECT","actualPort":443"#,
                "h.io:443",
            ),
        ];
        for (members, url) in table {
            let text = format!(r#"{{"host":"h.io","path":"/p","query":null,{members}}}"#);
            assert_eq!(read_text(&text).request.url.as_str(), url);
        }
    }

    #[test]
    fn a_body_that_was_not_kept_is_dropped_and_a_failed_transaction_has_no_response() {
        let text = TRANSACTION
            .replace(r#"{"text":"d=1","charset":"UTF-8"}"#, "{}")
            .replace("AAEC", "");
        let flow = read_text(&text);
        let dropped = Body::Dropped { size: Some(3) };
        assert_eq!(flow.request.body, dropped);
        assert_eq!(flow.response.unwrap().body, dropped);
        let failed =
            r#"{"host":"h","status":"FAILED","response":{"status":null,"sizes":{"body":0}}}"#;
        assert_eq!(read_text(failed).response, None);
    }

    #[test]
    fn members_of_the_wrong_type_are_passed_over_and_no_cut_panics() {
        let odd = r#"{"host":"h","request":[],"response":{"status":"200","header":7,"body":[]},
            "times":3,"durations":null}"#;
        let flow = read_text(odd);
        assert_eq!(flow.warnings.len(), 1);
        assert_eq!(flow.response.unwrap().status, Some(200));
        for end in 0..TRANSACTION.len() {
            assert!(read(&TRANSACTION.as_bytes()[..end], 7).is_err());
            assert!(row(&TRANSACTION.as_bytes()[..end], 7).is_err());
        }
        assert_eq!(read(b"{}", 7).unwrap_err().pointer, "/host");
        assert_eq!(read(b"[]", 7).unwrap_err().reason, Reason::NotAnObject);
    }

    #[test]
    fn other_files_of_charles_are_known() {
        assert!(refusal(b"\xac\xed\x00\x05sr\x00").is_some());
        assert!(refusal(b"<?xml version='1.0'?>\n<charles-session>").is_some());
        assert!(refusal(b"[{").is_none());
    }
}
