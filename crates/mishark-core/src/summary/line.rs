//! A line of limited length with marks in it, where names will stand.
//!
//! A mark is `\x01`, a letter, its fields with `\x1f` between, and `\x02`. Text
//! of a capture goes in cleaned, and so never holds one of these bytes.

use crate::directory::Directory;
use crate::json::printable;
use crate::redact::masked;
use crate::text::clean;

/// How many bytes a line has at most, marks included.
pub const MAX_LINE: usize = 160;

/// The part of a line that the question may fill; the rest is kept for the
/// answer, which is what one looks for.
const MAX_QUESTION: usize = 112;

/// A text in a line is cut to this many characters.
const MAX_TEXT: usize = 24;

/// A name from the directory is cut to this many characters.
const MAX_NAME: usize = 32;

const START: char = '\u{1}';
const BETWEEN: char = '\u{1f}';
const END: char = '\u{2}';
const DOTS: &str = "…";

/// A line that is being written. What does not fit is left out, with dots.
pub(super) struct Line {
    text: String,
    limit: usize,
    is_full: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            text: String::new(),
            limit: MAX_QUESTION,
            is_full: false,
        }
    }
}

impl Line {
    /// Opens the room that is kept for the answer.
    pub(super) fn answer(&mut self) {
        self.limit = MAX_LINE;
        self.is_full = false;
    }

    pub(super) fn finish(self) -> Box<str> {
        self.text.into_boxed_str()
    }

    /// Adds words of our own.
    pub(super) fn words(&mut self, words: &str) {
        self.push(words);
    }

    /// Adds a blank, unless the line is empty or ends in one.
    pub(super) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(" ");
        }
    }

    /// Adds a text of the capture, cleaned and cut, its line breaks as blanks.
    pub(super) fn text(&mut self, text: &str) {
        self.text_of(text, MAX_TEXT);
    }

    /// [`text`](Self::text), cut later: a call's name, what the server said.
    pub(super) fn message(&mut self, text: &str) {
        self.text_of(text, 2 * MAX_TEXT);
    }

    fn text_of(&mut self, text: &str, most: usize) {
        /// What is read of a text to know its secrets; no name has so many.
        const READ: usize = 1024;
        let text = text.trim();
        let end = text
            .char_indices()
            .nth(READ)
            .map_or(text.len(), |(at, _)| at);
        let text = masked(&text[..end]);
        let mut short = String::new();
        for (count, character) in text.chars().enumerate() {
            if count == most {
                short.push_str(DOTS);
                break;
            }
            short.push(if matches!(character, '\n' | '\r' | '\t') {
                ' '
            } else {
                character
            });
        }
        self.push(&clean(&short));
    }

    /// `3 rooms`
    pub(super) fn count(&mut self, number: usize, noun: &str) {
        self.push(&crate::text::count(number, noun));
    }

    /// Adds the call's own name, which a list may have in a column of its own.
    pub(super) fn call(&mut self, name: &str) {
        self.mark('N', &[name]);
    }

    /// Adds a device: its name, or its did.
    pub(super) fn device(&mut self, did: &str) {
        self.mark('D', &[did]);
    }

    /// Adds a home: its name, or its id.
    pub(super) fn home(&mut self, id: &str) {
        self.mark('H', &[id]);
    }

    /// Adds a scene: its name, or its id.
    pub(super) fn scene(&mut self, id: &str) {
        self.mark('S', &[id]);
    }

    /// Adds a property: `2.1`, and `on` if the spec names it.
    pub(super) fn property(&mut self, did: &str, siid: &str, piid: &str) {
        self.mark('P', &[did, siid, piid]);
    }

    /// Adds an action: `2.1`, and `start-sweep` if the spec names it.
    pub(super) fn action(&mut self, did: &str, siid: &str, aiid: &str) {
        self.mark('A', &[did, siid, aiid]);
    }

    /// Adds a property's value: as sent, or what the spec says it means.
    pub(super) fn value(&mut self, did: &str, siid: &str, piid: &str, value: &str) {
        // Few values are in a list; the others need no mark.
        if value.parse::<i32>().is_ok() {
            self.mark('V', &[did, siid, piid, value]);
        } else {
            self.text(value);
        }
    }

    fn mark(&mut self, letter: char, fields: &[&str]) {
        let is_plain = |field: &&str| field.len() <= MAX_LINE / 4 && field.chars().all(printable);
        if !fields.iter().all(is_plain) {
            // No number of anybody's: shown as it is.
            return self.text(&fields[usize::from(fields.len() > 1)..].join("."));
        }
        let mut mark = String::with_capacity(32);
        mark.push(START);
        mark.push(letter);
        mark.push_str(&fields.join(&BETWEEN.to_string()));
        mark.push(END);
        self.push(&mark);
    }

    /// Adds a piece whole, or not at all.
    fn push(&mut self, piece: &str) {
        if self.is_full {
            return;
        }
        if self.text.len() + piece.len() + DOTS.len() > self.limit {
            self.is_full = true;
            if !self.text.ends_with(DOTS) {
                self.text.push_str(DOTS);
            }
            return;
        }
        self.text.push_str(piece);
    }
}

/// Writes names where the marks are; the call's own only if it is wanted.
pub(super) fn resolve(line: &str, directory: &Directory, with_call: bool) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    let mut named = String::new();
    while let Some(at) = rest.find(START) {
        literal(&rest[..at], &named, &mut text);
        rest = &rest[at + 1..];
        let (mark, after) = rest.split_once(END).unwrap_or((rest, ""));
        let mut characters = mark.chars();
        if let Some(letter) = characters.next() {
            let fields: Vec<&str> = characters.as_str().split(BETWEEN).collect();
            if letter == 'N' && !with_call {
                rest = without_call(after, &text);
                continue;
            }
            let start = text.len();
            name(letter, &fields, directory, &mut text);
            if matches!(letter, 'D' | 'H' | 'S') {
                named = text[start..].to_owned();
            }
        }
        rest = after;
    }
    literal(rest, &named, &mut text);
    text
}

/// Adds what stands between two marks, but for the very name that the text ends
/// with: a scene is edited under its name, and a device is told its own.
fn literal(piece: &str, named: &str, text: &mut String) {
    let before = text.trim_end();
    let again = piece.trim_start().strip_prefix(named);
    let is_whole = |after: &&str| after.is_empty() || after.starts_with([' ', ',', ':']);
    match again.filter(is_whole) {
        Some(after) if !named.is_empty() && before.ends_with(named) => {
            text.truncate(before.len());
            text.push_str(after);
        }
        _ => text.push_str(piece),
    }
}

/// What follows a call's name that is left out, without what joined the two.
fn without_call<'t>(after: &'t str, before: &str) -> &'t str {
    let after = after.strip_prefix(':').unwrap_or(after);
    if before.is_empty() {
        let after = after.trim_start();
        return after.strip_prefix("→ ").unwrap_or(after);
    }
    if before.ends_with(' ') {
        after.trim_start()
    } else {
        after
    }
}

fn name(letter: char, fields: &[&str], directory: &Directory, text: &mut String) {
    let number = |at: usize| fields.get(at).and_then(|field| field.parse().ok());
    let pair = || Some((number(1)?, number(2)?));
    let property = || {
        let (siid, piid) = pair()?;
        directory.property(fields[0], siid, piid)
    };
    let id = fields[0];
    let known = match letter {
        'D' => directory
            .device(id)
            .and_then(|device| device.name.as_deref()),
        'H' => directory.home(id).map(|home| &*home.name),
        'S' => directory.scene(id).map(|scene| &*scene.name),
        'P' => property().map(|property| &*property.name),
        'A' => pair()
            .and_then(|(siid, aiid)| directory.action(id, siid, aiid))
            .map(|action| &*action.name),
        'V' => property().and_then(|property| property.value(fields.get(3)?)),
        _ => None,
    };
    let known = known.filter(|known| !known.is_empty());
    match (letter, known) {
        ('P' | 'A', known) => {
            text.push_str(&fields[1..].join("."));
            if let Some(known) = known {
                text.push(' ');
                push_name(known, text);
            }
        }
        ('V', known) => {
            text.push_str(fields.get(3).unwrap_or(&""));
            if let Some(known) = known {
                text.push_str(" (");
                push_name(known, text);
                text.push(')');
            }
        }
        (_, Some(known)) => push_name(known, text),
        (_, None) => text.push_str(id),
    }
}

fn push_name(name: &str, text: &mut String) {
    let name = clean(name);
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => {
            text.push_str(&name[..end]);
            text.push_str(DOTS);
        }
        None => text.push_str(&name),
    }
}
