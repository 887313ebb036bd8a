//! Flows one by one, a JSON object each: what a line may be.
//!
//! A line is told by its members: whistle's session, Charles' transaction, a
//! HAR's entry, or the plain shape that a program writes which has a flow in
//! its hands:
//!
//! ```json
//! {"method":"POST","url":"https://api.io.mi.com/app/home/list",
//!  "headers":{"Cookie":"serviceToken=…"},"body":"data=…&_nonce=…",
//!  "response":{"status":200,"headers":[["date","…"]],"body":"…"}}
//! ```
//!
//! Only `url` has to be there. `headers` is an object, whose values may be
//! lists, or a list of pairs. `body` is text; `body_base64` holds bytes and goes
//! before it. `started` is a time in RFC 3339 or milliseconds since 1970, and
//! `duration_ms` is a number.

use serde::Deserialize;

use super::error::{EntryError, Reason};
use super::files::Files;
use super::lenient::{self, Any, Members, duration, members, number, status, text};
use super::{Format, body, charles, har, read, whistle};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

/// A line longer than this is no flow; whoever reads lines passes over it. The
/// largest genuine ones hold two bodies of whistle's upper limit of 16 MiB, as
/// base64.
pub const MAX_LINE: usize = 64 << 20;

/// More fields than this are no message of any client.
const MAX_FIELDS: usize = 4096;

/// Reads one line, of whatever kind it is.
///
/// # Errors
/// What is wrong with it. A line that `mishark decrypt` wrote is none: its
/// bodies are plaintext, and there is nothing to open or prove.
pub fn read_line(raw: &[u8]) -> Result<Flow, EntryError> {
    let fault = |reason| EntryError {
        pointer: String::new(),
        reason,
        byte: None,
    };
    if !matches!(raw.trim_ascii_start().first(), Some(b'{')) {
        return Err(fault(Reason::NotAnObject));
    }
    let kind = match serde_json::from_slice::<Members<'_>>(raw) {
        Ok(members) => kind(&members).ok_or_else(|| fault(Reason::NoFlow))?,
        Err(_) => {
            // Broken text may be mended, as it is in a file.
            let mended = lenient::mended(raw, 0, |raw, _| {
                let members = serde_json::from_slice::<Members<'_>>(raw);
                let members = members.map_err(|_| lenient::syntax_error(raw, 0))?;
                let kind = kind(&members).ok_or_else(|| fault(Reason::NoFlow))?;
                read(kind, raw, 0, &Files::Nowhere)
            });
            return mended;
        }
    };
    read(kind, raw, 0, &Files::Nowhere)
}

/// Whether a line is a flow on its own, and not the start of something larger.
pub fn is_flow(raw: &[u8]) -> bool {
    serde_json::from_slice::<Members<'_>>(raw).is_ok_and(|members| kind(&members).is_some())
}

/// What an object with these members is, if it is a flow.
pub(super) fn kind(members: &Members<'_>) -> Option<Format> {
    if is_decrypted(members) {
        return None;
    }
    if whistle::is_session(members) {
        return Some(Format::Whistle);
    }
    if charles::is_transaction(members) {
        return Some(Format::Charles);
    }
    if har::is_entry(members) {
        return Some(Format::Har);
    }
    let has = |name| members.get(name).is_some();
    let is_plain = has("url") && (has("method") || has("body") || has("response"));
    is_plain.then_some(Format::Lines)
}

/// Whether it is what `mishark decrypt` writes.
fn is_decrypted(members: &Members<'_>) -> bool {
    ["state", "signature", "rc4_hash", "request"]
        .iter()
        .all(|name| members.get(name).is_some())
}

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    url: Any<'a>,
    #[serde(borrow)]
    method: Any<'a>,
    #[serde(borrow)]
    http_version: Any<'a>,
    #[serde(borrow)]
    started: Any<'a>,
    #[serde(borrow)]
    duration_ms: Any<'a>,
    #[serde(borrow)]
    headers: Any<'a>,
    #[serde(borrow)]
    body: Any<'a>,
    #[serde(borrow)]
    body_base64: Any<'a>,
    #[serde(borrow)]
    response: Any<'a>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    status: Any<'a>,
    #[serde(borrow)]
    headers: Any<'a>,
    #[serde(borrow)]
    body: Any<'a>,
    #[serde(borrow)]
    body_base64: Any<'a>,
}

/// One flow in the plain shape.
pub(super) fn plain(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    let line = serde_json::from_slice::<Plain<'_>>(raw);
    let line = line.map_err(|_| lenient::syntax_error(raw, start))?;
    let url = text(line.url).ok_or_else(|| EntryError::missing("/url", start))?;
    let mut warnings = Vec::new();
    let sent = side_body(line.body, line.body_base64, "/", &mut warnings);
    let method = text(line.method).unwrap_or_else(|| match &sent {
        Body::Absent => "GET".into(),
        _ => "POST".into(),
    });
    let answer = line.response.map(|raw| serde_json::from_str(raw.get()));
    let response = match answer {
        None => None,
        Some(Ok(answer)) => Option::map(answer, |answer: Answer<'_>| Response {
            status: status(answer.status),
            headers: headers(answer.headers),
            body: side_body(answer.body, answer.body_base64, "/response", &mut warnings),
        }),
        Some(Err(_)) => {
            warnings.push("/response: not an object".to_owned());
            None
        }
    };
    Ok(Flow {
        started: moment(line.started),
        duration_ms: duration(line.duration_ms),
        request: Request {
            method: method.into_owned(),
            url: Url::new(url),
            http_version: text(line.http_version).unwrap_or_default().into_owned(),
            headers: headers(line.headers),
            body: sent,
        },
        response,
        exported: None,
        warnings,
    })
}

fn moment(value: Any<'_>) -> Option<Moment> {
    match number(value) {
        Some(millis) => Moment::from_millis(millis as i64),
        None => Moment::parse(&text(value)?),
    }
}

fn side_body(words: Any<'_>, base64: Any<'_>, pointer: &str, warnings: &mut Vec<String>) -> Body {
    if let Some(bytes) = body::base64_member(base64, pointer, warnings) {
        return Body::Bytes(bytes);
    }
    match words.map(serde_json::value::RawValue::get) {
        None | Some("null") => Body::Absent,
        // What was parsed before it was written: its bytes are as good.
        Some(raw) if raw.starts_with(['{', '[']) => Body::Bytes(raw.as_bytes().to_vec()),
        Some(_) => Body::Bytes(text(words).unwrap_or_default().into_owned().into_bytes()),
    }
}

/// An object of names, or a list of pairs: `["name","value"]`, or
/// `{"name":…,"value":…}`.
fn headers(value: Any<'_>) -> Headers {
    let mut headers = Headers::default();
    if let Some(fields) = members(value) {
        for (name, value) in fields.iter().take(MAX_FIELDS) {
            push(&mut headers, name, value);
        }
    } else if let Some(raw) = value
        && let Ok(pairs) = serde_json::from_str::<Vec<Any<'_>>>(raw.get())
    {
        for pair in pairs.into_iter().take(MAX_FIELDS) {
            if let Some(pair) = members(pair) {
                let name = text(pair.get("name")).unwrap_or_default();
                if let Some(value) = pair.get("value") {
                    push(&mut headers, &name, value);
                }
            } else if let Some(raw) = pair
                && let Ok([name, Some(value)]) = serde_json::from_str::<[Any<'_>; 2]>(raw.get())
            {
                push(&mut headers, &text(name).unwrap_or_default(), value);
            }
        }
    }
    headers
}

fn push(headers: &mut Headers, name: &str, value: &serde_json::value::RawValue) {
    match serde_json::from_str::<Vec<Any<'_>>>(value.get()) {
        Ok(values) => values
            .into_iter()
            .take(MAX_FIELDS)
            .filter_map(text)
            .for_each(|value| headers.push(name, value)),
        Err(_) => {
            if let Some(value) = text(Some(value)) {
                headers.push(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_needs_to_write_little() {
        let flow = read_line(br#"{"method":"GET","url":"https://h/p"}"#).unwrap();
        assert_eq!(flow.request.method, "GET");
        assert_eq!(flow.request.body, Body::Absent);
        assert!(flow.response.is_none());

        let line = br#"{"url":"https://h/p","started":1795598240187,"duration_ms":1.5,
            "headers":{"Cookie":"a=b","X":["1",2]},"body":"data=x",
            "response":{"status":200,"headers":[["A","b"],{"name":"C","value":"d"}],"body_base64":"aGk="}}"#;
        let flow = read_line(line).unwrap();
        assert_eq!(flow.request.method, "POST");
        assert_eq!(flow.started.unwrap().as_millis(), 1_795_598_240_187);
        let fields: Vec<_> = flow.request.headers.iter().collect();
        assert_eq!(fields, [("Cookie", "a=b"), ("X", "1"), ("X", "2")]);
        assert_eq!(flow.request.body.bytes(), Some(&b"data=x"[..]));
        let answer = flow.response.unwrap();
        let fields: Vec<_> = answer.headers.iter().collect();
        assert_eq!(fields, [("A", "b"), ("C", "d")]);
        assert_eq!(answer.body.bytes(), Some(&b"hi"[..]));
    }

    #[test]
    fn lines_of_the_recorders_are_known_by_their_members() {
        let whistle = br#"{"url":"https://h/w","startTime":1,"req":{"method":"GET"}}"#;
        let har = br#"{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"https://h/h"}}"#;
        for (line, path) in [(&whistle[..], "/w"), (har, "/h")] {
            assert_eq!(read_line(line).unwrap().request.url.path(), path);
        }
    }

    #[test]
    fn what_is_no_flow_is_told_and_nothing_panics() {
        for (line, reason) in [
            (&b"[1]"[..], Reason::NotAnObject),
            (b"", Reason::NotAnObject),
            (b"{}", Reason::NoFlow),
            (br#"{"state":"verified","signature":"match","rc4_hash":"match","url":"https://h","request":{}}"#, Reason::NoFlow),
        ] {
            assert_eq!(read_line(line).unwrap_err().reason, reason);
        }
        assert!(matches!(
            read_line(br#"{"url":"#).unwrap_err().reason,
            Reason::Syntax(_)
        ));
        let odd = br#"{"url":"x","method":{},"headers":[1,[2],{"name":3}],"response":[],"body":7}"#;
        assert_eq!(read_line(odd).unwrap().warnings.len(), 1);
    }
}
