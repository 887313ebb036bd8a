//! What came back: the verdict on it, and what there is of the body.

use super::line::Line;
use crate::decode::Decoded;
use crate::flow::{Body, Flow};
use crate::json::{Kind, Tree, looks_like};
use crate::protocol::response::behind_prefix;
use crate::text::{headline, size};
use crate::verdict::{Cause, MAX_ANSWER, Outcome, Verdict, tree};

/// An answer, looked at once.
pub(super) struct Answer<'f> {
    pub(super) tree: Option<Tree<'f>>,
    pub(super) verdict: Verdict,
    status: Option<u16>,
    kind: Kept<'f>,
}

/// What there is of the body.
enum Kept<'f> {
    /// No answer in the capture.
    Absent,
    /// The recorder left it out.
    Dropped,
    /// It could not be opened.
    Shut,
    /// The server sent none.
    Empty,
    /// It has a tree.
    Json,
    /// It starts as JSON and is none, or is too long to read; this many bytes.
    Broken(usize),
    /// Anything else.
    Bytes(&'f [u8]),
}

impl<'f> Kept<'f> {
    fn of(flow: &Flow, decoded: &'f Decoded, is_json: bool) -> Self {
        let Some(response) = &flow.response else {
            return Self::Absent;
        };
        let side = decoded.response.as_ref();
        let Some(bytes) = side.and_then(|side| side.plaintext.as_deref()) else {
            return match response.body {
                Body::Dropped { .. } => Self::Dropped,
                Body::Absent => Self::Empty,
                _ => Self::Shut,
            };
        };
        match behind_prefix(bytes).unwrap_or(bytes) {
            _ if is_json => Self::Json,
            [] => Self::Empty,
            json if looks_like(json) => Self::Broken(bytes.len()),
            _ => Self::Bytes(bytes),
        }
    }
}

impl<'f> Answer<'f> {
    pub(super) fn of(flow: &Flow, decoded: &'f Decoded) -> Self {
        let tree = tree(decoded);
        Self {
            verdict: Verdict::of_tree(flow, decoded, tree.as_ref()),
            status: flow.response.as_ref().and_then(|response| response.status),
            kind: Kept::of(flow, decoded, tree.is_some()),
            tree,
        }
    }

    /// Whether the answer has something to tell: JSON that is no failure of
    /// the whole call.
    pub(super) fn has_result(&self) -> bool {
        self.tree.is_some() && (!self.is_refused() || self.verdict.is_partly())
    }

    /// Whether there is nothing to say of it: it is not there, or shut.
    pub(super) fn tells_nothing(&self) -> bool {
        !matches!(self.kind, Kept::Json | Kept::Bytes(_))
    }

    /// The body, if it is no JSON.
    pub(super) fn bytes(&self) -> Option<&'f [u8]> {
        match self.kind {
            Kept::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether the cloud said no, to all or to a part.
    pub(super) fn is_refused(&self) -> bool {
        self.verdict.outcome == Outcome::Refused
    }

    /// Adds how it ended: `→ ok`, `→ -704042011 device offline`, `→ no answer`.
    /// `ok` is what is said if it was done; nothing, if it goes without saying.
    pub(super) fn end(&self, ok: &str, line: &mut Line) {
        line.answer();
        match &self.kind {
            Kept::Absent => arrow("no answer", line),
            Kept::Dropped => arrow("answer not kept", line),
            Kept::Shut => {}
            Kept::Empty => self.end_empty(line),
            Kept::Bytes(bytes) => self.end_bytes(bytes, line),
            Kept::Broken(len) if *len > MAX_ANSWER => {
                arrow(&format!("{}B of JSON", size(*len)), line)
            }
            Kept::Broken(_) => arrow("broken JSON", line),
            Kept::Json => match self.verdict.outcome {
                Outcome::Refused | Outcome::Pending => self.end_explained(line),
                Outcome::Unknown => arrow("JSON", line),
                Outcome::Accepted if ok.is_empty() => {}
                Outcome::Accepted => arrow(ok, line),
            },
        }
    }

    /// Why it was refused, or that it is still being done.
    fn end_explained(&self, line: &mut Line) {
        let verdict = &self.verdict;
        arrow("", line);
        if let Some((refused, items)) = verdict.share() {
            line.words(&format!("{refused} of {items}: "));
        }
        let is_told = matches!(verdict.cause, Cause::Signature | Cause::Token);
        match (verdict.code, self.status) {
            (Some(code), _) if code != 0 => line.words(&code.to_string()),
            (_, Some(status @ 400..)) if !is_told => line.words(&format!("HTTP {status}")),
            _ => {}
        }
        if !verdict.text.is_empty() {
            line.space();
            line.message(&verdict.text);
        }
    }

    fn end_empty(&self, line: &mut Line) {
        match self.status {
            Some(200) | None => arrow("empty answer", line),
            Some(status) => arrow(&format!("HTTP {status}"), line),
        }
    }

    /// A page, a picture, or what a gateway said.
    fn end_bytes(&self, bytes: &[u8], line: &mut Line) {
        arrow("", line);
        let words = headline(bytes);
        match self.status {
            Some(status) if status >= 400 => {
                // Error pages mostly have the status in their title.
                let says = words.is_some_and(|words| words.contains(&status.to_string()));
                if !says {
                    line.words(&format!("HTTP {status} "));
                }
            }
            _ => {}
        }
        match words {
            Some(words) => line.message(words),
            None => line.words(&format!("{}B", size(bytes.len()))),
        }
    }
}

/// Adds an arrow with its blanks, and what it leads to.
pub(super) fn arrow(to: &str, line: &mut Line) {
    line.space();
    line.words("→ ");
    line.words(to);
}

/// Reads a body as JSON, unless it is none or a very long one.
pub(super) fn parse(bytes: &[u8]) -> Option<Tree<'_>> {
    (bytes.len() <= MAX_ANSWER && looks_like(bytes))
        .then(|| Tree::parse(bytes).ok())
        .flatten()
}

/// How many elements the result has if it is an array, or else its first
/// member that is one.
pub(super) fn first_count(tree: &Tree<'_>) -> Option<usize> {
    let result = ["result", "data"]
        .iter()
        .find_map(|key| tree.member(0, key).filter(|row| is_container(tree, *row)))?;
    let list = match tree.kind(result) {
        Kind::Array => Some(result),
        _ => tree
            .children(result)
            .find(|row| tree.kind(*row) == Kind::Array),
    };
    list.map(|row| tree.child_count(row))
}

fn is_container(tree: &Tree<'_>, row: usize) -> bool {
    matches!(tree.kind(row), Kind::Array | Kind::Object)
}
