//! Charles' JSON session (`.chlsj`): an array of transactions.
//!
//! Its other files are recognised and refused with a hint.

use super::archive::Archive;
use super::body;
use super::entry::Row;
use super::error::{EntryError, Error};
use super::fields::pairs;
use super::found::Finder;
use super::lenient::{Any, Members, duration, is_set, moment, number, objects, size, status, text};
use super::mend;
use super::source::Source;
use crate::flow::{Body, Flow, Headers, Moment, Request, Response, Url};

/// What to do with a file of Charles' that is not read.
const HINT: &str = "export it from Charles as JSON Session File or HAR, or run \
                    `charles convert in.chls out.chlsj`";

/// How a stream of Java's serialisation starts: magic number and version 5.
const JAVA_STREAM: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

/// The root element of a `.chlsx` stands this near to the start.
const ROOT_WITHIN: usize = 512;

objects! {
    struct Transaction {
        method: Any = "method",
        protocol: Any = "protocolVersion",
        scheme: Any = "scheme",
        host: Any = "host",
        port: Any = "port",
        actual_port: Any = "actualPort",
        path: Any = "path",
        query: Any = "query",
        tunnel: Any = "tunnel",
        times: Times = "times",
        durations: Durations = "durations",
        request: Side = "request",
        response: Side = "response",
    }

    struct Times {
        start: Any = "start",
        begun: Any = "requestBegin",
        end: Any = "end",
    }

    struct Durations {
        total: Any = "total",
    }

    struct Side {
        status: Any = "status",
        sizes: Sizes = "sizes",
        header: Header = "header",
        body: Kept = "body",
    }

    struct Sizes {
        body: Any = "body",
    }

    struct Header {
        headers: Any = "headers",
    }

    struct Kept {
        text: Any = "text",
        encoding: Any = "encoding",
        encoded: Any = "encoded",
    }
}

/// Whether an object's keys are those of a transaction.
pub(super) fn is_transaction(members: &Members<'_>) -> bool {
    let marks = ["protocolVersion", "actualPort", "times"];
    members.has("host") && members.has("request") && marks.iter().any(|name| members.has(name))
}

/// Whether a file is another one of Charles': a `.chls` of Charles 3 and 4 is a
/// Java stream.
pub(super) fn is_other_session(head: &[u8]) -> bool {
    let start = &head[..head.len().min(ROOT_WITHIN)];
    head.starts_with(&JAVA_STREAM) || memchr::memmem::find(start, b"<charles-session").is_some()
}

/// Says what it is and what to do.
pub(super) fn refuse(source: &Source) -> Result<Finder<'_>, Error> {
    let what = match source.head() {
        Ok(head) if head.starts_with(&JAVA_STREAM) => "Charles' binary session (.chls)",
        _ => "Charles' XML session (.chlsx)",
    };
    Err(Error::unsupported(source.name(), what, HINT))
}

/// Whether an archive is Charles 5's `.chlz`, which has `0-meta.json`,
/// `0-req.json`, `0-res.dat` and so on.
pub(super) fn is_archive(archive: &Archive) -> bool {
    archive.members().iter().any(|member| {
        let number = member.name.strip_suffix("-meta.json");
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The same for an archive.
pub(super) fn refuse_archive<'a>(_: &'a Archive, name: &str) -> Result<Finder<'a>, Error> {
    Err(Error::unsupported(
        name,
        "Charles 5's session (.chlz)",
        HINT,
    ))
}

/// The fields of a list row.
pub(super) fn row(raw: &[u8]) -> Option<Row> {
    let transaction: Transaction<'_> = serde_json::from_slice(raw).ok()?;
    let fields = pairs(transaction.request.header.headers);
    let url = transaction.url(&fields)?;
    Some(Row {
        started: transaction.started(),
        duration_ms: transaction.elapsed(),
        method: text(transaction.method).unwrap_or_default().into_owned(),
        host: url.host().to_owned(),
        path: url.path().to_owned(),
        status: status(transaction.response.status),
        response_size: size(transaction.response.sizes.body),
    })
}

/// One whole transaction.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    mend::read(raw, start, |raw, warnings| {
        let transaction = serde_json::from_slice::<Transaction<'_>>(raw)?;
        Ok(transaction.flow(warnings, start))
    })
}

impl Transaction<'_> {
    fn flow(&self, mut warnings: Vec<String>, start: u64) -> Result<Flow, EntryError> {
        self.found.object(start)?;
        let fields = pairs(self.request.header.headers);
        let url = self.url(&fields);
        let url = url.ok_or_else(|| EntryError::missing("/host", start))?;
        let response = &self.response;
        let answer = side_body(response, "/response", &mut warnings);
        let request = Request {
            method: text(self.method).unwrap_or_default().into_owned(),
            url,
            http_version: text(self.protocol).unwrap_or_default().into_owned(),
            headers: headers(fields),
            body: match side_body(&self.request, "/request", &mut warnings) {
                Body::Bytes(bytes) if bytes.is_empty() => Body::Absent,
                body => body,
            },
        };
        Ok(Flow {
            started: self.started(),
            duration_ms: self.elapsed(),
            request,
            // A `FAILED` transaction has a response all the same, with nulls in it.
            response: Response::unless_empty(
                status(response.status),
                headers(pairs(response.header.headers)),
                answer,
            ),
            warnings,
            ..Flow::default()
        })
    }

    fn started(&self) -> Option<Moment> {
        moment(self.times.start).or_else(|| moment(self.times.begun))
    }

    /// From the times where they tell: Charles 5 was seen to write its durations
    /// in microseconds, Charles 4 writes milliseconds.
    fn elapsed(&self) -> Option<f64> {
        match (self.started(), moment(self.times.end)) {
            (Some(start), Some(end)) if end > start => {
                Some((end.as_millis() - start.as_millis()) as f64)
            }
            _ => duration(self.durations.total),
        }
    }

    /// The URL, put together from its parts.
    ///
    /// The host is the one the client asked for: Charles lists HTTP/2's pseudo
    /// headers, and its own `host` is the connection's, which HTTP/2 may share.
    fn url(&self, fields: &[(String, String)]) -> Option<Url> {
        let field = |wanted: &str| {
            let mut fields = fields.iter();
            let found = fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.as_str())
        };
        let asked = field(":authority").or_else(|| field("host"));
        let asked = asked.filter(|host| !host.is_empty() && !host.contains(['/', ' ', '?', '#']));
        let host = text(self.host).filter(|host| !host.is_empty());
        let port = number(self.actual_port).or_else(|| number(self.port));
        let port = port.map(|port| port as u16);
        let method = text(self.method).unwrap_or_default();
        if is_set(self.tunnel) && method.eq_ignore_ascii_case("CONNECT") {
            return Some(Url::of_tunnel(&host?, port.unwrap_or(443)));
        }
        let scheme = text(self.scheme).unwrap_or_else(|| "https".into());
        let mut target = text(self.path).unwrap_or_default().into_owned();
        if let Some(query) = text(self.query).filter(|query| !query.is_empty()) {
            target.push('?');
            target.push_str(&query);
        }
        Some(match asked {
            Some(asked) => Url::new(format!("{scheme}://{asked}{target}")),
            None => Url::of_parts(&scheme, &host?, port, &target),
        })
    }
}

fn headers(fields: Vec<(String, String)>) -> Headers {
    let fields = fields.into_iter();
    fields.filter(|(name, _)| !name.starts_with(':')).collect()
}

/// A side's body: `encoded` is base64, `text` was decoded by its charset. An
/// empty object is no body, or one over Charles' limit: its size tells.
fn side_body(side: &Side<'_>, pointer: &str, warnings: &mut Vec<String>) -> Body {
    let (kept, at) = (&side.body, format!("{pointer}/body"));
    side.found.note(pointer, warnings);
    kept.found.note(&at, warnings);
    let text = kept.found.text().map(|text| text.as_bytes().to_vec());
    let bytes = text
        .or_else(|| body::base64_member(kept.encoded, &format!("{at}/encoded"), warnings))
        .or_else(|| body::decoded(kept.text, kept.encoding, &at, warnings));
    match (bytes, size(side.sizes.body)) {
        (Some(bytes), _) => Body::Bytes(bytes),
        (None, Some(0)) => Body::Bytes(Vec::new()),
        (None, size @ Some(_)) => Body::Dropped { size },
        (None, None) => Body::Absent,
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
        let row = row(TRANSACTION.as_bytes()).unwrap();
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
        assert_eq!(flow.warnings.len(), 2);
        assert_eq!(flow.response.unwrap().status, Some(200));
        for end in 0..TRANSACTION.len() {
            assert!(read(&TRANSACTION.as_bytes()[..end], 7).is_err());
            assert!(row(&TRANSACTION.as_bytes()[..end]).is_none());
        }
        assert_eq!(read(b"{}", 7).unwrap_err().pointer, "/host");
        assert_eq!(read(b"[]", 7).unwrap_err().reason, Reason::NotAnObject);
    }

    #[test]
    fn other_files_of_charles_are_known() {
        assert!(is_other_session(b"\xac\xed\x00\x05sr\x00"));
        assert!(is_other_session(
            b"<?xml version='1.0'?>\n<charles-session>"
        ));
        assert!(!is_other_session(b"[{"));
    }
}
