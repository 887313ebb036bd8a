//! What came back: whether it was done, its code, and the server's own words.

use super::Outcome;
use super::line::Line;
use crate::decode::Decoded;
use crate::flow::{Body, Flow};
use crate::json::{Kind, Tree, looks_like};
use crate::protocol::response::behind_prefix;
use crate::text::size;
use crate::verdict::{explain_code, is_success};

/// The longest body that is read for a summary. The largest device lists stay
/// under 4 MiB; above this a body is told by its size.
const MAX_BODY: usize = 16 << 20;

/// An answer, looked at once.
pub(super) struct Answer<'f> {
    pub(super) tree: Option<Tree<'f>>,
    pub(super) code: Option<i64>,
    pub(super) outcome: Outcome,
    status: Option<u16>,
    /// The first item that failed, and how many items there are.
    failed: usize,
    items: usize,
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

impl<'f> Answer<'f> {
    pub(super) fn of(flow: &Flow, decoded: &'f Decoded) -> Self {
        let response = flow.response.as_ref();
        let mut answer = Self {
            tree: None,
            code: None,
            outcome: Outcome::Unknown,
            status: response.and_then(|response| response.status),
            failed: 0,
            items: 0,
            kind: Kept::Absent,
        };
        let Some(response) = response else {
            return answer;
        };
        let side = decoded.response.as_ref();
        let plaintext = side.and_then(|side| side.plaintext.as_deref());
        answer.kind = match plaintext {
            None if matches!(response.body, Body::Dropped { .. }) => Kept::Dropped,
            None if matches!(response.body, Body::Absent) => Kept::Empty,
            None => Kept::Shut,
            Some([]) => Kept::Empty,
            Some(bytes) => {
                let json = behind_prefix(bytes).unwrap_or(bytes);
                answer.tree = parse(json);
                match answer.tree {
                    Some(_) => Kept::Json,
                    None if looks_like(json) => Kept::Broken(bytes.len()),
                    None => Kept::Bytes(bytes),
                }
            }
        };
        answer.judge();
        answer
    }

    fn judge(&mut self) {
        let refused = self.status.is_some_and(|status| status >= 400);
        let Some(tree) = &self.tree else {
            if refused {
                self.outcome = Outcome::Failed;
            } else if matches!(self.kind, Kept::Bytes(_)) && self.status.is_some() {
                self.outcome = Outcome::Fine;
            }
            return;
        };
        let number = |row: usize| tree.scalar(row).and_then(|code| code.parse::<i64>().ok());
        let code = tree.member(0, "code");
        self.code = code.and_then(number);
        let mut first = None;
        for item in items(tree) {
            let Some(code) = tree.member(item, "code").and_then(number) else {
                continue;
            };
            self.items += 1;
            if !is_success(code) {
                self.failed += 1;
                first.get_or_insert(code);
            }
        }
        let envelope_failed = match self.code {
            Some(0) => hides_failure(tree),
            Some(_) => true,
            // A code that is no number was sent by something odd.
            None => code.is_some(),
        };
        self.outcome = if refused || envelope_failed || self.failed > 0 {
            Outcome::Failed
        } else if self.code.is_some() || self.status.is_some() {
            Outcome::Fine
        } else {
            Outcome::Unknown
        };
        if !envelope_failed && let Some(code) = first {
            self.code = Some(code);
        }
    }

    /// What the server said beside the code.
    fn message(&self) -> Option<String> {
        let tree = self.tree.as_ref()?;
        ["message", "desc", "description", "msg"]
            .iter()
            .find_map(|key| tree.scalar(tree.member(0, key)?))
            .map(|message| message.into_owned())
    }

    /// Whether the answer has something to tell: JSON that is no failure of
    /// the whole call.
    pub(super) fn has_result(&self) -> bool {
        self.tree.is_some() && (self.outcome != Outcome::Failed || self.is_partly())
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

    /// Whether some items failed and others did not.
    pub(super) fn is_partly(&self) -> bool {
        self.failed > 0 && self.failed < self.items
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
            Kept::Broken(len) if *len > MAX_BODY => {
                arrow(&format!("{}B of JSON", size(*len)), line)
            }
            Kept::Broken(_) => arrow("broken JSON", line),
            Kept::Json if self.outcome == Outcome::Failed => self.end_failed(line),
            Kept::Json if ok.is_empty() => {}
            Kept::Json => arrow(ok, line),
        }
    }

    fn end_failed(&self, line: &mut Line) {
        arrow("", line);
        if self.is_partly() || self.failed > 1 {
            line.number(self.failed);
            line.words(" of ");
            line.number(self.items);
            line.words(": ");
        }
        let message = self.message();
        let meaning = self
            .code
            .and_then(|code| explain_code(code, message.as_deref()));
        let is_item = self.failed > 0 && self.code != Some(0) && self.envelope_code() == Some(0);
        let said = message.filter(|message| !is_item && !message.is_empty());
        let number = match (self.code, self.status) {
            (Some(0), _) if meaning.is_some() => None,
            (None | Some(0), Some(status)) if status >= 400 => Some(format!("HTTP {status}")),
            (None | Some(0), _) => None,
            (Some(code), _) => Some(code.to_string()),
        };
        if let Some(number) = number {
            line.words(&number);
        }
        match (meaning, said) {
            (Some(meaning), _) => {
                line.space();
                line.words(meaning.text);
            }
            (None, Some(said)) => {
                line.space();
                line.message(&said);
            }
            (None, None) => {}
        }
    }

    fn envelope_code(&self) -> Option<i64> {
        let tree = self.tree.as_ref()?;
        tree.scalar(tree.member(0, "code")?)?.parse().ok()
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
        let words = words(bytes);
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

/// Whether an answer with code 0 says no all the same: by a message that is
/// known, or by one that is no praise and has no result beside it.
fn hides_failure(tree: &Tree<'_>) -> bool {
    const PRAISE: [&str; 3] = ["", "ok", "success"];
    let message = tree.member(0, "message").and_then(|row| tree.scalar(row));
    let Some(message) = message else {
        return false;
    };
    let has_result = ["result", "data"].iter().any(|key| {
        tree.member(0, key)
            .is_some_and(|row| tree.kind(row) != Kind::Null)
    });
    let is_praise = PRAISE
        .iter()
        .any(|praise| message.eq_ignore_ascii_case(praise));
    explain_code(0, Some(&message)).is_some() || !(is_praise || has_result)
}

/// Adds an arrow with its blanks, and what it leads to.
pub(super) fn arrow(to: &str, line: &mut Line) {
    line.space();
    line.words("→ ");
    line.words(to);
}

/// Reads a body as JSON, unless it is none or a very long one.
pub(super) fn parse(bytes: &[u8]) -> Option<Tree<'_>> {
    if bytes.len() > MAX_BODY || !looks_like(bytes) {
        return None;
    }
    Tree::parse(bytes).ok()
}

/// The objects in a result that may each have a code: it, or its elements.
fn items<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = usize> + 't {
    let result = tree.member(0, "result");
    let own = result.filter(|row| tree.kind(*row) == Kind::Object);
    let list = result.filter(|row| tree.kind(*row) == Kind::Array);
    own.into_iter()
        .chain(list.into_iter().flat_map(|row| tree.children(row)))
}

/// The title of a page, or the first line of a text; `None` for what is
/// neither.
pub(super) fn words(bytes: &[u8]) -> Option<&str> {
    /// A title stands near the beginning.
    const HEAD: usize = 2048;
    let head = &bytes[..bytes.len().min(HEAD)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if let Some(title) = title(text) {
        return Some(title);
    }
    let line = text.trim_start().lines().next()?.trim();
    let is_text = !line.is_empty() && !line.contains(char::is_control);
    // A tag is no word.
    (is_text && !line.starts_with('<')).then_some(line)
}

fn title(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title>")? + "<title>".len();
    let to = from + lower[from..].find("</title>")?;
    Some(text[from..to].trim()).filter(|title| !title.is_empty())
}
