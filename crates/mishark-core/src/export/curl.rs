//! A captured request as a line for bash, which sends it again with curl: the
//! same method, URL, header fields in their order and case, and body.
//!
//! What curl would add by itself is taken away (`-H 'Accept:'`), and what it
//! makes itself (`Content-Length`, a `Host` as in the URL) is left out. A line
//! may be pasted anywhere, so by default secrets are variables, and bash sends
//! nothing while one of them is not set.
//!
//! Captures come from strangers: no header field may read a file (`-H @name`),
//! no URL may be an option, and no byte may mean anything to bash or to the
//! terminal it is pasted into.

use crate::flow::{Body, Flow, Request};
use crate::protocol::form::{Field, Form};
use crate::redact::{Found, Kind, in_header, in_text};

mod quote;

use quote::{Piece, format, word};

/// The longest body that stands in curl's own arguments, in bytes. Linux takes
/// 128 KiB an argument, and quoting may make four bytes of one.
const LONGEST_ARGUMENT: usize = 32_000;

/// From this many bytes on curl (before 7.84) asks the server first whether it
/// wants them.
const EXPECTING: usize = 1024;

/// What becomes of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Secrets {
    /// They stand in the line as they were sent.
    Kept,
    /// Variables stand for them: `"${SERVICE_TOKEN:?}"`.
    #[default]
    Variables,
}

/// A line to paste.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The line, without a line break.
    pub text: String,
    /// The variables to set before, in the order they occur.
    pub variables: Vec<String>,
    /// What could not be done exactly, in words.
    pub notes: Vec<&'static str>,
}

impl std::fmt::Debug for Line {
    /// Without the text, which may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("variables", &self.variables)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

/// The line that sends a flow's request again. `None` if that is no request by
/// HTTP, as the tunnel to a host that would not be looked into.
pub fn line(flow: &Flow, secrets: Secrets) -> Option<Line> {
    let request = &flow.request;
    let url = request.url.as_str();
    let scheme = url.split_once("://")?.0;
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if !is_http || !is_token(&request.method) {
        return None;
    }
    let mut writing = Writing {
        secrets,
        variables: Vec::new(),
        line: Line {
            text: String::new(),
            variables: Vec::new(),
            notes: Vec::new(),
        },
    };
    writing.request(request);
    Some(writing.line)
}

struct Writing {
    secrets: Secrets,
    /// The text each variable stands for.
    variables: Vec<(Vec<u8>, String)>,
    line: Line,
}

impl Writing {
    fn request(&mut self, request: &Request) {
        let body = self.body(request);
        let piped = body.as_deref().is_some_and(|body| {
            body.len() > LONGEST_ARGUMENT || body.contains(&0) || std::str::from_utf8(body).is_err()
        });
        let mut words = vec!["curl".to_owned()];
        words.extend(version(&request.http_version).map(str::to_owned));
        // curl would take `[1-9]` and `{a,b}` for several URLs, and `/../` out.
        let url = request.url.as_str();
        if url.contains(['[', ']', '{', '}']) {
            words.push("--globoff".to_owned());
        }
        if request.url.path().contains("/.") {
            words.push("--path-as-is".to_owned());
        }
        let implied = if body.is_some() { "POST" } else { "GET" };
        if request.method == "HEAD" && body.is_none() {
            words.push("--head".to_owned());
        } else if request.method != implied {
            words.push(format!(
                "-X {}",
                word(&[Piece::Text(request.method.as_bytes())])
            ));
        }
        let pieces = self.pieces(url.as_bytes(), in_text(url.as_bytes()));
        words.push(format!("--url {}", word(&pieces)));
        self.headers(request, body.as_deref(), &mut words);
        let Some(body) = body else {
            self.line.text = words.join(" ");
            return;
        };
        let pieces = self.pieces(&body, in_text(&body));
        if !piped {
            words.push(format!("--data-raw {}", word(&pieces)));
            self.line.text = words.join(" ");
            return;
        }
        words.push("--data-binary @-".to_owned());
        // A variable that is not set would not stop the right side of a pipe.
        let mut checks = String::new();
        for variable in &self.line.variables {
            checks.push_str(&format!("\"${{{variable}:?}}\" "));
        }
        if !checks.is_empty() {
            checks = format!(": {checks}&& ");
        }
        self.line.text = format!("{checks}printf {} | {}", format(&pieces), words.join(" "));
    }

    /// The body's bytes; `None` if none is sent.
    fn body(&mut self, request: &Request) -> Option<Vec<u8>> {
        match &request.body {
            Body::Absent => {
                // An empty body that the recorder did not tell from none.
                let length = request.headers.get("content-length");
                (length.map(str::trim) == Some("0")).then(Vec::new)
            }
            Body::Bytes(bytes) => Some(bytes.clone()),
            // No request of curl's has messages.
            Body::Frames(_) => None,
            Body::Dropped { .. } => {
                self.line.notes.push("the capture has not kept the body");
                None
            }
            Body::Params(params) => {
                self.line
                    .notes
                    .push("the capture has kept the body's fields only, which are encoded anew");
                let fields = params
                    .iter()
                    .map(|(name, value)| Field::new(name.as_str(), value.as_str()));
                Some(fields.collect::<Form>().encode())
            }
        }
    }

    fn headers(&mut self, request: &Request, body: Option<&[u8]>, words: &mut Vec<String>) {
        let headers = &request.headers;
        for (name, value) in headers.iter() {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let is_curls = is("content-length")
                || is("transfer-encoding")
                || (is("host") && value.trim() == request.url.authority());
            if is_curls || name.starts_with(':') {
                continue;
            }
            if !is_token(name) || value.contains(['\r', '\n', '\0']) {
                self.line
                    .notes
                    .push("a header field that is none is left out");
                continue;
            }
            let start = if value.trim().is_empty() {
                format!("{name};")
            } else {
                format!("{name}: ")
            };
            let mut pieces = vec![Piece::Text(start.as_bytes())];
            if !value.trim().is_empty() {
                pieces.extend(self.pieces(value.as_bytes(), in_header(name, value)));
            }
            words.push(format!("-H {}", word(&pieces)));
        }
        let expecting = body.is_some_and(|body| body.len() > EXPECTING);
        for (name, adds) in [
            ("User-Agent", true),
            ("Accept", true),
            ("Content-Type", body.is_some()),
            ("Expect", expecting),
        ] {
            if adds && headers.get(name).is_none() {
                words.push(format!("-H '{name}:'"));
            }
        }
        // curl sends the captured field rather than its own, and unpacks.
        let codings = headers.get("accept-encoding").unwrap_or_default();
        let is_known = |coding: &str| matches!(coding.trim(), "gzip" | "deflate" | "identity");
        if !codings.is_empty() && codings.to_ascii_lowercase().split(',').all(is_known) {
            words.push("--compressed".to_owned());
        }
    }

    /// Cuts a text into pieces at its secrets.
    fn pieces<'t>(&mut self, text: &'t [u8], found: Vec<Found>) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for found in found {
            // An account's number opens nothing.
            if self.secrets == Secrets::Kept || found.kind == Kind::Account {
                continue;
            }
            pieces.push(Piece::Text(&text[at..found.range.start]));
            pieces.push(Piece::Variable(
                self.variable(&found.name, &text[found.range.clone()]),
            ));
            at = found.range.end;
        }
        pieces.push(Piece::Text(&text[at..]));
        pieces
    }

    /// The variable for a text: the same for the same text.
    fn variable(&mut self, name: &str, text: &[u8]) -> String {
        if let Some((_, known)) = self.variables.iter().find(|(other, _)| other == text) {
            return known.clone();
        }
        let base = in_capitals(name);
        let taken = |name: &String| self.line.variables.contains(name);
        let variable = std::iter::once(base.clone())
            .chain((2..).map(|number| format!("{base}_{number}")))
            .find(|name| !taken(name))
            .unwrap_or(base);
        self.variables.push((text.to_vec(), variable.clone()));
        self.line.variables.push(variable.clone());
        variable
    }
}

/// `serviceToken` → `SERVICE_TOKEN`.
fn in_capitals(name: &str) -> String {
    let mut capitals = String::new();
    let mut before = '_';
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            capitals.push('_');
        } else {
            if character.is_ascii_uppercase() && before.is_ascii_lowercase() {
                capitals.push('_');
            }
            capitals.push(character.to_ascii_uppercase());
        }
        before = character;
    }
    if capitals.starts_with(|first: char| first.is_ascii_digit()) || capitals.is_empty() {
        capitals.insert(0, '_');
    }
    capitals
}

/// Whether a text can be a method or a header field's name (RFC 9110, 5.6.2).
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// curl's option for the version in the recorder's words.
fn version(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "http/1.0" => Some("--http1.0"),
        "http/1.1" => Some("--http1.1"),
        "h2" | "http/2" | "http/2.0" => Some("--http2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
