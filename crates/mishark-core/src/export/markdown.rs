//! A flow as Markdown, to paste where people talk: a heading, what was checked,
//! and both plaintexts in fenced blocks.
//!
//! No header field and no form is in it, but plaintexts hold secrets, too: give
//! it the record of a [`Redacted`](super::redacted::Redacted) copy.

use std::fmt::Write;

use super::record::Record;
use crate::decode::{Decoded, Side};
use crate::flow::{Flow, Request, Response, Url};
use crate::json;
use crate::text::{clean, clean_lines, hex_dump};

/// How much of a binary body is dumped, in bytes: two screens of it.
const DUMPED: usize = 1024;

/// A copy of a flow with no more than Markdown shows of it, so that what is
/// counted as redacted is what was.
pub fn shown(flow: &Flow) -> Flow {
    let request = &flow.request;
    let url = request.url.as_str();
    let end = url.find(['?', '#']).unwrap_or(url.len());
    Flow {
        started: flow.started,
        duration_ms: flow.duration_ms,
        request: Request {
            method: request.method.clone(),
            url: Url::new(&url[..end]),
            ..Request::default()
        },
        response: flow.response.as_ref().map(|response| Response {
            status: response.status,
            ..Response::default()
        }),
        ..Flow::default()
    }
}

/// Writes one flow, with a line break at its end.
pub fn flow(record: &Record<'_>) -> String {
    let mut out = String::new();
    heading(&mut out, record);
    out.push('\n');
    for (name, value) in facts(record) {
        // Writing to a String can not fail.
        let _ = writeln!(out, "- {name}: {value}");
    }
    if record.flow.is_some() {
        side(&mut out, "Request", Some(&record.decoded.request));
        side(&mut out, "Response", record.decoded.response.as_ref());
    }
    out
}

fn heading(out: &mut String, record: &Record<'_>) {
    let _ = match record.flow {
        None => writeln!(out, "## {} unreadable entry", record.index),
        Some(flow) => {
            let request = &flow.request;
            let path = match request.url.path() {
                "" => request.url.authority(),
                path => path,
            };
            let line = format!("{} {path}", request.method);
            writeln!(out, "## {} {}", record.index, code(&line))
        }
    };
}

/// What is known of it, in the order a reader asks.
fn facts(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let decoded = record.decoded;
    let mut facts = vec![("capture", code(record.capture))];
    if let Some(flow) = record.flow {
        facts.push(("host", code(flow.request.url.authority())));
        facts.extend(when(flow));
        let status = flow.response.as_ref().and_then(|response| response.status);
        facts.push((
            "status",
            status.map_or_else(|| "none".to_owned(), |code| code.to_string()),
        ));
    }
    facts.push(("state", state(decoded)));
    if let Some(key) = &decoded.key {
        facts.push(("key", format!("`{}` from {}", key.id, escape(&key.from))));
    }
    if let Some(reason) = &decoded.reason {
        let told = format!("{} {}", reason.message(), reason.hint());
        facts.push(("why", escape(told.trim_end())));
    }
    facts
}

fn when(flow: &Flow) -> Option<(&'static str, String)> {
    let took = flow.duration_ms.map(|ms| format!(", took {ms:.0} ms"));
    let started = flow.started?;
    Some(("started", format!("{started}{}", took.unwrap_or_default())))
}

fn state(decoded: &Decoded) -> String {
    let name = decoded.state.name();
    match decoded.scheme {
        None => format!("**{name}**"),
        Some(scheme) => format!(
            "**{name}** ({}): signature {}, rc4_hash {}",
            scheme.name(),
            decoded.signature.word(),
            decoded.rc4_hash.word()
        ),
    }
}

fn side(out: &mut String, name: &str, side: Option<&Side>) {
    let _ = writeln!(out, "\n### {name}\n");
    let Some(side) = side else {
        out.push_str("None in the capture.\n");
        return;
    };
    let mut listed = false;
    for (name, value) in &side.params {
        let value = String::from_utf8_lossy(value);
        let _ = writeln!(out, "- {} = {}", code(name), code(&value));
        listed = true;
    }
    for warning in &side.warnings {
        let _ = writeln!(out, "- note: {}", escape(warning));
        listed = true;
    }
    if listed {
        out.push('\n');
    }
    match side.plaintext.as_deref() {
        None => out.push_str("No plaintext.\n"),
        Some(b"") => out.push_str("Empty.\n"),
        Some(bytes) => block(out, bytes),
    }
}

/// A fenced block: JSON from its own bytes, text as text, the rest in hex.
fn block(out: &mut String, bytes: &[u8]) {
    let (language, text) = match (json::check(bytes), std::str::from_utf8(bytes)) {
        (Ok(document), _) => {
            let options = json::Options {
                unescape: true,
                ..json::Options::default()
            };
            let mut pretty = Vec::new();
            // Writing to a Vec can not fail, and it writes what was text.
            let _ = json::pretty(document, &options, &mut pretty);
            ("json", String::from_utf8_lossy(&pretty).into_owned())
        }
        (_, Ok(text)) => ("text", clean_lines(text)),
        (_, Err(_)) => ("text", hex_dump(bytes, DUMPED)),
    };
    let fence = "`".repeat((longest_run(&text) + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = writeln!(out, "{fence}{language}\n{text}{end}{fence}");
}

/// A code span. Its marks are longer than any inside, which CommonMark asks
/// for; blanks keep apart what would join them.
fn code(text: &str) -> String {
    let text = clean(text);
    let marks = "`".repeat(longest_run(&text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    format!("{marks}{blank}{text}{blank}{marks}")
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// Words in which no character is a mark of Markdown or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in clean(text).chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Capture;
    use crate::decode::Options;
    use crate::workspace::{FlowId, Workspace};

    fn of(sample: &str, entry: usize) -> String {
        let path = format!("{}/samples/{sample}", env!("CARGO_MANIFEST_DIR"));
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(path.as_ref()).unwrap());
        let id = FlowId { capture: 0, entry };
        let (flow, decoded) = workspace.open(id);
        self::flow(&Record {
            capture: sample,
            index: entry,
            entry: workspace.entry(id),
            flow: flow.as_ref(),
            decoded: &decoded,
            says: None,
        })
    }

    #[test]
    fn a_flow_is_told_with_its_checks_and_both_plaintexts() {
        insta::assert_snapshot!(of("home.har", 25));
    }

    #[test]
    fn what_can_not_be_read_is_told_with_its_reason() {
        insta::assert_snapshot!(of("broken.har", 2));
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        let mut out = String::new();
        block(&mut out, b"a\n````\n## no heading\n```\nb");
        assert_eq!(out, "`````text\na\n````\n## no heading\n```\nb\n`````\n");
    }

    #[test]
    fn no_text_of_a_capture_becomes_markdown_or_reaches_a_terminal() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\u{1b}[31m\nb"), "`a\\u{1b}[31m\\nb`");
        assert_eq!(escape("<b>*a*_b_"), "\\<b\\>\\*a\\*\\_b\\_");
        let mut out = String::new();
        block(&mut out, b"{\"a\":\"\\u001b\xe2\x80\xae\"}");
        assert!(
            out.chars().all(|c| json::printable(c) || c == '\n'),
            "{out}"
        );
        block(&mut out, b"\x00\xff\x1b");
        assert!(
            out.chars().all(|c| json::printable(c) || c == '\n'),
            "{out}"
        );
    }
}
