//! curl: commands as browsers and proxies copy them, and what `curl -v` prints.
//!
//! Both meet in one text: a terminal has the command, then its log, then the
//! answer; a note may have the command with the answer pasted below.
//!
//! ```text
//! text ──locate──▶ one part for each transfer
//! part ──words──▶ command ──▶ request ─┬─▶ Flow
//!   └────log, or a pasted answer───────┘
//! ```

use serde::de::IgnoredAny;

use super::error::{EntryError, Error, Reason};
use super::found::{Finder, Found};
use super::message;
use super::source::Source;
use crate::flow::{Body, Flow, Request, Response};
use crate::protocol::base64;

mod command;
mod log;
mod words;

use log::{Line, Transfer, classify, is_connect, is_request_line};

/// A text longer than this is no log of anybody's terminal; it is held in
/// memory while it is taken apart.
const MAX_TEXT: u64 = 256 << 20;

/// A shell's prompt before a command is shorter than this.
const MAX_PROMPT: usize = 200;

/// Base64 below a command shorter than this may as well be a word.
const MIN_BASE64: usize = 24;

/// Whether a text that starts so has commands or is a log.
pub(super) fn is(head: &[u8]) -> bool {
    without_mark(head)
        .split(|byte| *byte == b'\n')
        .any(|line| match classify(line) {
            Line::Asked(words) if is_request_line(words) => true,
            Line::Message(words) => {
                words.starts_with(b"Connected to ") || words.starts_with(b"  Trying ")
            }
            _ => command_start(line).is_some(),
        })
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Finds the transfers: where a command stands or a request line was logged.
pub(super) fn locate(source: &Source) -> Result<Finder<'_>, Error> {
    if source.len() > MAX_TEXT {
        let what = "a log of curl's over 256 MiB";
        return Err(Error::unsupported(source.name(), what, "cut it into parts"));
    }
    let mut text = Vec::new();
    source
        .read(0..source.len(), &mut text)
        .map_err(|error| Error::Io {
            name: source.name().to_owned(),
            error,
        })?;
    let parts = Parts::find(&text);
    if parts.is_empty() {
        return Err(Error::not_a_capture(source.name(), &text));
    }
    Ok(Box::new(parts.into_iter()))
}

/// A part that is not at its end yet.
struct Open {
    start: usize,
    /// Whether a logged request belongs to it already.
    has_log: bool,
}

#[derive(Default)]
struct Parts {
    found: Vec<Found>,
    open: Option<Open>,
}

impl Parts {
    fn find(text: &[u8]) -> Vec<Found> {
        let mut parts = Self::default();
        let mut at = text.len() - without_mark(text).len();
        // Where the messages began that stand before this line: they belong to
        // the transfer that follows.
        let mut messages = None;
        while at < text.len() {
            let end = line_end(text, at);
            let line = &text[at..end];
            if let Some(start) = command_start(line) {
                // The prompt is no part of the answer above it.
                parts.close(at);
                at += start;
                parts.open(at, false);
                let command = words::split(&text[at..]);
                at = match command.closed {
                    true => at + command.end,
                    false => parts.give_up(text, at, end),
                };
                messages = None;
                continue;
            }
            match classify(line) {
                Line::Asked(words) if is_request_line(words) && !is_connect(words) => {
                    match &mut parts.open {
                        // The log of the command above it.
                        Some(open) if !open.has_log => open.has_log = true,
                        _ => parts.open(messages.unwrap_or(at), true),
                    }
                    messages = None;
                }
                Line::Message(_) => messages = messages.or(Some(at)),
                _ => messages = None,
            }
            at = end;
        }
        parts.close(text.len());
        parts.found
    }

    fn open(&mut self, start: usize, has_log: bool) {
        self.close(start);
        self.open = Some(Open { start, has_log });
    }

    fn close(&mut self, end: usize) {
        if let Some(open) = self.open.take() {
            let range = open.start as u64..end as u64;
            self.found.push(Found::Entry(range, None));
        }
    }

    /// A quote that does not close takes no further command with it. Where the
    /// next one starts.
    fn give_up(&mut self, text: &[u8], start: usize, behind: usize) -> usize {
        self.open = None;
        let mut at = behind;
        while at < text.len() {
            let end = line_end(text, at);
            if command_start(&text[at..end]).is_some() {
                break;
            }
            at = end;
        }
        let range = start as u64..at as u64;
        self.found.push(Found::Entry(range, Some(Reason::Unclosed)));
        at
    }
}

/// Behind the line that holds this place.
fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len + 1)
}

/// Where in a line the word `curl` starts a command, perhaps behind a prompt.
fn command_start(line: &[u8]) -> Option<usize> {
    let indent = line.len() - line.trim_ascii_start().len();
    if words::is_curl(&line[indent..]) {
        return Some(indent);
    }
    // `user@host:~$ curl`, `C:\>curl`, `PS C:\> curl`, bash's own `+ curl`. A
    // `#` alone is a comment, and ` * ` is curl's own message.
    let start = &line[..line.len().min(MAX_PROMPT)];
    let at = memchr::memmem::find_iter(start, b"curl").find(|at| {
        let prompt = start[..*at].trim_ascii();
        words::is_curl(&line[*at..])
            && !matches!(prompt, b"" | b"#")
            && matches!(prompt.last(), Some(b'$' | b'%' | b'>' | b'#' | b'+'))
            && !prompt.contains(&b'\'')
    })?;
    Some(at)
}

/// One transfer.
pub(super) fn read(raw: &[u8], start: u64) -> Result<Flow, EntryError> {
    let missing = || EntryError::missing("/url", start);
    let mut warnings = Vec::new();
    let (request, response) = if words::is_curl(raw) {
        let line = words::split(raw);
        let asked = command::request(&line.words, &mut warnings).ok_or_else(missing)?;
        if line.expands {
            warnings.push("/request: the shell's variables are not expanded".to_owned());
        }
        let below = raw.get(line.end..).unwrap_or_default();
        let scheme = asked.url.as_str().split("://").next();
        let Transfer { request, response } = log::read(below, scheme);
        let response = response.or_else(|| pasted(below, &mut warnings));
        (joined(asked, request), response)
    } else {
        let Transfer { request, response } = log::read(raw, None);
        (request.ok_or_else(missing)?, response)
    };
    Ok(Flow {
        request,
        response,
        warnings,
        ..Flow::default()
    })
}

/// A command's request as the log says it was sent; the body is only there.
fn joined(asked: Request, logged: Option<Request>) -> Request {
    match logged {
        Some(logged) => Request {
            body: match asked.body {
                Body::Absent => logged.body,
                body => body,
            },
            ..logged
        },
        None => asked,
    }
}

/// An answer pasted below its command, if it is clearly one: a whole message,
/// JSON or base64, with blank and comment lines before it.
fn pasted(below: &[u8], warnings: &mut Vec<String>) -> Option<Response> {
    let mut text = below;
    loop {
        text = text.trim_ascii_start();
        match text.first()? {
            b'#' => text = &text[line_end(text, 0)..],
            _ => break,
        }
    }
    if text.starts_with(b"HTTP/") {
        let mut response = message::response(text, warnings)?;
        if let Body::Bytes(bytes) = response.body {
            let length = message::length(&response.headers);
            response.body = Body::Bytes(log::fit(bytes, length));
        }
        return Some(response);
    }
    let body = json(text).or_else(|| base64_lines(text))?;
    Some(Response {
        body: Body::Bytes(body),
        ..Response::default()
    })
}

/// An object or array, alone on its lines; login answers have a mark before it.
fn json(text: &[u8]) -> Option<Vec<u8>> {
    let mark = if text.starts_with(b"&&&START&&&") {
        11
    } else {
        0
    };
    if !matches!(text.get(mark), Some(b'{' | b'[')) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(&text[mark..]).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let end = mark + values.byte_offset();
    let behind = &text[end..line_end(text, end)];
    behind.trim_ascii().is_empty().then(|| text[..end].to_vec())
}

fn base64_lines(text: &[u8]) -> Option<Vec<u8>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.take_while(|line| !line.is_empty() && line.iter().all(is_base64));
    let body: Vec<u8> = lines.flatten().copied().collect();
    let is_answer = body.len() >= MIN_BASE64 && body.len().is_multiple_of(4);
    (is_answer && base64::decode(&body).is_ok()).then_some(body)
}

#[cfg(test)]
mod tests;
