//! What `curl -v` prints, as it ends up in a terminal or a file.
//!
//! `> ` and `< ` lines are the heads, `* ` lines say what curl does, `{ [5 bytes
//! data]` and the progress meter say how far it is. Messages go to one stream
//! and the body to another, so they meet anywhere, in the middle of lines too:
//!
//! ```text
//! < content-length: 6240
//! <
//! iO/wfHua…R* Connection #0 to host api.io.mi.com left intact
//! XIzbGfI7…
//! ```

use crate::capture::fields::MAX_FIELDS;
use crate::capture::message;
use crate::flow::{Body, Headers, Request, Response};

/// How the messages start that were seen behind a body without a line's end.
const MESSAGES: [&[u8]; 23] = [
    b"*   Trying ",
    b"* ALPN",
    b"* Added ",
    b"* Closing connection",
    b"* Connected to",
    b"* Connecting to",
    b"* Connection #",
    b"* Curl_",
    b"* Excess found",
    b"* Found bundle",
    b"* HTTP ",
    b"* Host ",
    b"* Issue another request",
    b"* Mark bundle",
    b"* Re-using",
    b"* Reusing",
    b"* Send failure",
    b"* TLSv1.",
    b"* Uses proxy",
    b"* We are completely uploaded",
    b"* schannel:",
    b"* shutting down connection",
    b"* transfer closed",
];

/// A transfer out of the log.
#[derive(Debug, Default)]
pub(super) struct Transfer {
    /// Its URL is complete; its body is not in the log.
    pub(super) request: Option<Request>,
    pub(super) response: Option<Response>,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Of a response's head, or of what looks like it.
    Answer(&'a [u8]),
    /// Of a request's head, or of what looks like it.
    Asked(&'a [u8]),
    /// Of curl's own.
    Message(&'a [u8]),
    /// Anything else: of a body, in the log's middle.
    Text(&'a [u8]),
}

/// Tells what a line is, behind what the progress meter left on it.
pub(super) fn classify(line: &[u8]) -> Line<'_> {
    let mut line = line;
    let mut had_meter = false;
    while let Some(len) = meter(line) {
        line = &line[len..];
        had_meter = true;
    }
    let trimmed = line.trim_ascii_end();
    if had_meter && trimmed.is_empty() {
        return Line::Message(trimmed);
    }
    match line {
        [b'*', b' ', rest @ ..] => Line::Message(rest),
        [b'>', b' ', rest @ ..] => Line::Asked(rest.trim_ascii_end()),
        [b'<', b' ', rest @ ..] => Line::Answer(rest.trim_ascii_end()),
        // The space is lost where an editor cut off trailing ones.
        _ if trimmed == b">" => Line::Asked(b""),
        _ if trimmed == b"<" => Line::Answer(b""),
        _ if is_count(line) || is_meter_head(line) => Line::Message(trimmed),
        _ => Line::Text(line),
    }
}

/// Whether these are the words of a request line.
pub(super) fn is_request_line(words: &[u8]) -> bool {
    let mut words = words.split(|byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    !method.is_empty()
        && method.iter().all(u8::is_ascii_uppercase)
        && words.next().is_some_and(|target| !target.is_empty())
        && words
            .next_back()
            .is_some_and(|last| last.starts_with(b"HTTP/"))
}

/// Whether it asks a proxy for a tunnel, and is no request of its own.
pub(super) fn is_connect(words: &[u8]) -> bool {
    words.starts_with(b"CONNECT ")
}

/// Takes one transfer out of its part of the log. What stands before the first
/// head counts as nothing.
pub(super) fn read(text: &[u8], scheme: Option<&str>) -> Transfer {
    let mut reader = Reader::default();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        reader.line(line);
    }
    reader.finish(scheme)
}

#[derive(Default)]
struct Reader {
    request: Option<Request>,
    /// Behind a request line, in its fields.
    asking: bool,
    tunnel: bool,
    status: Option<u16>,
    answer: Headers,
    /// Behind a status line, in its fields.
    answering: bool,
    answered: bool,
    body: Vec<u8>,
    scheme: Option<&'static str>,
    fields: usize,
}

impl Reader {
    fn line(&mut self, line: &[u8]) {
        match classify(line) {
            Line::Asked(words) if is_request_line(words) => {
                self.tunnel = is_connect(words);
                self.asking = true;
                self.fields = 0;
                if !self.tunnel {
                    self.request = message::request(words, &mut Vec::new());
                }
            }
            Line::Asked(words) if self.asking => {
                self.asking = !words.is_empty();
                if let Some(request) = self.request.as_mut().filter(|_| !self.tunnel) {
                    push_field(&mut request.headers, words, &mut self.fields);
                }
            }
            Line::Answer(words) if words.starts_with(b"HTTP/") => {
                // Of several answers the last one counts: a proxy's, `100
                // Continue`, and whatever was answered before.
                self.status = message::response(words, &mut Vec::new()).and_then(|it| it.status);
                self.answer = Headers::default();
                self.body.clear();
                self.fields = 0;
                (self.answering, self.answered) = (true, !self.tunnel);
            }
            Line::Answer(words) if self.answering => {
                self.answering = !words.is_empty();
                push_field(&mut self.answer, words, &mut self.fields);
            }
            Line::Message(words) => self.message(words),
            Line::Text(line) if self.answered && !self.answering => self.text(line),
            Line::Answer(_) | Line::Asked(_) if self.answered && !self.answering => self.text(line),
            _ => {}
        }
    }

    /// What curl says of itself tells the scheme, and nothing else we need.
    fn message(&mut self, words: &[u8]) {
        let has = |needle: &str| memchr::memmem::find(words, needle.as_bytes()).is_some();
        if has("[:scheme: http]") {
            self.scheme = Some("http");
        } else if has("SSL connection using") || has("[:scheme: https]") || has("existing https:") {
            self.scheme = Some("https");
        } else if words.starts_with(b"Connected to ") && (has(" port 80 ") || has("existing http:"))
        {
            self.scheme = Some("http");
        }
    }

    /// A line of the body, without what curl wrote into it.
    fn text(&mut self, line: &[u8]) {
        let mut line = line;
        while let Some((at, len)) = insertion(line) {
            self.body.extend_from_slice(&line[..at]);
            line = &line[at + len..];
            // The meter ends its last numbers with a line's end of its own.
            if line.trim_ascii().is_empty() {
                return;
            }
        }
        self.body.extend_from_slice(line);
    }

    fn finish(self, scheme: Option<&str>) -> Transfer {
        let scheme = scheme.or(self.scheme).unwrap_or("https");
        let request = self.request.map(|mut request| {
            request.url = message::absolute(&request, scheme);
            if let Some(size @ 1..) = message::length(&request.headers) {
                request.body = Body::Dropped { size: Some(size) };
            }
            request
        });
        let response = self.answered.then(|| {
            let body = fit(self.body, message::length(&self.answer));
            // With `-i` the head is there twice.
            let own = message::response(&body, &mut Vec::new());
            let own = own.filter(|own| own.status == self.status);
            Response {
                status: self.status,
                body: match own {
                    Some(own) => own.body,
                    None => Body::Bytes(body),
                },
                headers: self.answer,
            }
        });
        Transfer { request, response }
    }
}

fn push_field(headers: &mut Headers, words: &[u8], fields: &mut usize) {
    *fields += 1;
    if *fields <= MAX_FIELDS
        && let Some((name, value)) = message::field(&String::from_utf8_lossy(words))
    {
        headers.push(name, value);
    }
}

/// Cuts off what is no longer body: to its length where that leaves only white
/// space behind, else one line's end, which the next prompt or `-w '\n'` wants.
pub(super) fn fit(mut body: Vec<u8>, length: Option<u64>) -> Vec<u8> {
    let length = length.and_then(|length| usize::try_from(length).ok());
    if let Some(length) = length.filter(|length| *length <= body.len())
        && body[length..].trim_ascii().is_empty()
    {
        body.truncate(length);
        return body;
    }
    for end in [b'\n', b'\r'] {
        if body.last() == Some(&end) {
            body.pop();
        } else {
            break;
        }
    }
    body
}

/// Where in a body's line curl wrote something, and how much.
fn insertion(line: &[u8]) -> Option<(usize, usize)> {
    for (at, byte) in line.iter().enumerate() {
        if !matches!(byte, b'*' | b'\r' | b'{' | b'}') {
            continue;
        }
        let rest = &line[at..];
        let is_message = MESSAGES.iter().any(|message| rest.starts_with(message));
        if is_message || is_count(rest) {
            return Some((at, rest.len()));
        }
        if let Some(len) = meter(rest) {
            return Some((at, len));
        }
    }
    None
}

/// `{ [5 bytes data]`, `} [5 bytes data]`, and nothing behind it.
fn is_count(line: &[u8]) -> bool {
    let [b'{' | b'}', b' ', b'[', count @ ..] = line else {
        return false;
    };
    let digits = count
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let behind = count[digits..].strip_prefix(b" bytes data]");
    digits > 0 && behind.is_some_and(|behind| behind.iter().all(u8::is_ascii_whitespace))
}

/// The two lines above the progress meter's numbers.
fn is_meter_head(line: &[u8]) -> bool {
    line.starts_with(b"  % Total ") || line.trim_ascii_start().starts_with(b"Dload  Upload ")
}

/// How long the progress meter's numbers are that stand here: eight of them,
/// three times and a speed of fixed width, behind a carriage return mostly.
fn meter(line: &[u8]) -> Option<usize> {
    let mut at = usize::from(line.first() == Some(&b'\r'));
    let digit = |byte: &u8| byte.is_ascii_digit() || b".kMGTP".contains(byte);
    let time = |byte: &u8| byte.is_ascii_digit() || b":-".contains(byte);
    let skip = |at: usize, is: &dyn Fn(&u8) -> bool| {
        let len = line[at..]
            .iter()
            .take(20)
            .take_while(|byte| is(byte))
            .count();
        at + len
    };
    for field in 0..11 {
        let start = skip(at, &|byte| *byte == b' ');
        at = match field {
            0..8 => skip(start, &digit),
            _ => skip(start, &time),
        };
        if at == start || (field >= 8 && !(7..=8).contains(&(at - start))) {
            return None;
        }
    }
    let speed = line.get(at..at + 6)?;
    let is_speed = speed[0] == b' ' && speed.iter().all(|byte| *byte == b' ' || digit(byte));
    is_speed.then_some(at + 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    const METER: &str =
        "\r 41  2048   41   848  100  1200   8114   1485 --:--:--  0:00:01 --:--:--  9600";

    fn answer(text: &str) -> (Option<u16>, String) {
        let response = read(text.as_bytes(), None).response.unwrap();
        let body = response.body.bytes().unwrap().to_vec();
        (response.status, String::from_utf8(body).unwrap())
    }

    #[test]
    fn a_transfer_is_read() {
        let text = "*   Trying 1.2.3.4:443...\n* SSL connection using TLSv1.3\n} [5 bytes data]\n\
                    > POST /app/x?a=b HTTP/2\r\n> Host: h.io\r\n> Content-Length: 3\r\n> \r\n{ [5 bytes data]\n\
                    < HTTP/2 200 \r\n< a: b\r\n< \r\n{ [5 bytes data]\n* Connection #0 left intact\nabc\n";
        let transfer = read(text.as_bytes(), None);
        let request = transfer.request.unwrap();
        assert_eq!(request.url.as_str(), "https://h.io/app/x?a=b");
        assert_eq!(request.http_version, "HTTP/2");
        assert_eq!(request.body, Body::Dropped { size: Some(3) });
        let response = transfer.response.unwrap();
        assert_eq!(response.headers.get("a"), Some("b"));
        assert_eq!(response.body.bytes(), Some(&b"abc"[..]));
    }

    #[test]
    fn a_body_is_freed_of_what_curl_wrote_into_it() {
        let head = "> GET / HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 200 OK\n<\n";
        let table = [
            ("abc* Connection #0 to host h left intact\n", "abc"),
            ("ab* Connection #0 to host h left intact\ncd\n", "abcd"),
            ("ab{ [12 bytes data]\ncd\n* Closing connection 0\n", "abcd"),
            ("{\"a\": * 2}\n\n", "{\"a\": * 2}\n"),
            ("< b\n> c\n", "< b\n> c"),
            (
                "  % Total    % Received\n                   Dload  Upload  Total\nx",
                "x",
            ),
            (
                &format!("ab{METER}cd{METER}\nef{METER}* Closing connection 0\n"),
                "abcdef",
            ),
            (&format!("{METER}\n{METER}{METER}x"), "x"),
            ("", ""),
        ];
        for (text, body) in table {
            let found = answer(&format!("{head}{text}"));
            assert_eq!(found, (Some(200), body.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn the_length_decides_where_it_fits() {
        let table = [
            ("ab\n", Some(2), "ab"),
            ("ab\n", Some(3), "ab\n"),
            ("ab\n", Some(1), "ab"),
            ("ab\r\n", None, "ab"),
            ("ab", Some(9), "ab"),
        ];
        for (body, length, expected) in table {
            let fitted = fit(body.as_bytes().to_vec(), length);
            assert_eq!(fitted, expected.as_bytes(), "{body:?} {length:?}");
        }
    }

    #[test]
    fn the_last_answer_counts_and_a_tunnel_is_none() {
        let text = "> CONNECT h:443 HTTP/1.1\n> Host: h:443\n> A: b\n>\n< HTTP/1.1 200 Connection established\n<\n\
                    > GET /x HTTP/1.1\n> Host: h\n>\n< HTTP/1.1 100 Continue\n<\n< HTTP/1.1 201 Created\n<\n\
                    HTTP/1.1 201 Created\r\nA: b\r\n\r\nbody";
        let transfer = read(text.as_bytes(), Some("http"));
        let request = transfer.request.unwrap();
        assert_eq!(request.url.as_str(), "http://h/x");
        assert_eq!(request.headers.iter().count(), 1);
        assert_eq!(answer(text), (Some(201), "body".to_owned()));
    }

    #[test]
    fn no_cut_panics_and_fields_are_bounded() {
        let text = format!(
            "> GET / HTTP/2\n> a: b\n>\n< HTTP/2 200\n<\nab{METER}cd{{ [1 bytes data]\n* x"
        );
        for end in 0..text.len() {
            read(&text.as_bytes()[..end], None);
            read(&text.as_bytes()[end..], None);
        }
        let many = format!("> GET / HTTP/2\n{}", "> a: b\n".repeat(MAX_FIELDS + 9));
        let request = read(many.as_bytes(), None).request.unwrap();
        assert_eq!(request.headers.iter().count(), MAX_FIELDS);
        assert!(!is_request_line(b"user-agent: curl/8"));
        assert!(!is_request_line(b"GET HTTP/1.1"));
    }
}
