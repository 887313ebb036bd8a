//! How one body is browsed in a pane: JSON as lines that fold, text, or hex.
//!
//! ```text
//! Content ─► lines ─► rows ─► cells
//!              │        └─ scroll: which row is the first one shown
//!              └─ trees: folds, strings opened as JSON
//! ```
//!
//! A line is a value of JSON, a line of text or some bytes; with wrapping it
//! takes several rows. The cursor is on a line. Only the lines in sight are
//! ever laid out, so that a body of 50 MB moves like one of 50 bytes; see
//! `benches/view.rs`.
//!
//! State changes in methods that take `&mut self`, and drawing takes `&self`.
//! Nothing here knows of keys, threads or time.

mod copy;
mod find;
mod found;
mod hex;
mod json;
mod line;
mod matches;
mod moves;
mod paint;
mod place;
mod ruler;
mod runs;
mod scroll;
mod span;
mod text;
mod trees;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use self::copy::Selection;
pub use self::find::{FindJob, Found, MOST_MATCHES};
pub use self::found::Bookmark;
use self::json::Shape;
use self::line::{Line, Wrapping};
pub use self::matches::FindStatus;
use self::matches::Matches;
pub use self::moves::Move;
pub use self::paint::Note;
use self::place::{Left, Place, Top};
use self::trees::Trees;
use crate::tui::content::Content;
use mishark_core::json::Notation;
use mishark_core::redact::{self, Kind, in_text};
use mishark_core::text::count;

/// One body and how it is looked at.
pub struct View {
    content: Arc<Content>,
    /// The bytes of the secrets in it, in order.
    secrets: Arc<[Range<usize>]>,
    /// Whether one of them opens something.
    has_secrets: bool,
    /// Its lines, if it is JSON.
    trees: Option<Trees>,
    /// How many bytes a row of hex has.
    per_row: usize,
    wrap: bool,
    /// Whether escapes are shown as they were sent.
    raw: bool,
    cursor: Place,
    top: Top,
    left: Left,
    matches: Option<Matches>,
    /// How many searches there were.
    searches: u64,
}

/// The room a view has, and what decides how wide its text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Viewport {
    /// The width in cells, the column of the cursor's mark included.
    pub width: u16,
    /// The height in rows.
    pub height: u16,
    /// Whether secrets are shown.
    pub reveal: bool,
}

impl View {
    /// Makes a view of a body. That reads every row of JSON once: a worker
    /// should do it for bodies of more than a few megabytes.
    pub fn new(content: Arc<Content>) -> Self {
        let found = in_text(content.bytes());
        let opens = |found: &redact::Found| !matches!(found.kind, Kind::Account | Kind::Device);
        let has_secrets = found.iter().any(opens);
        let secrets = found.into_iter().map(|found| found.range).collect();
        Self {
            has_secrets,
            ..Self::masking(content, secrets)
        }
    }

    /// The same of a body whose secrets are known, in order.
    pub fn masking(content: Arc<Content>, secrets: Vec<Range<usize>>) -> Self {
        let has_secrets = !secrets.is_empty();
        let secrets: Arc<[Range<usize>]> = secrets.into();
        let mut view = Self {
            wrap: matches!(*content, Content::Text(_)),
            trees: Trees::new(Arc::clone(&content), Arc::clone(&secrets)),
            content,
            secrets,
            has_secrets,
            per_row: hex::per_row(80),
            raw: false,
            cursor: Place::default(),
            top: Top::default(),
            left: Left::default(),
            matches: None,
            searches: 0,
        };
        view.cursor = view.place(0);
        view.top.place = view.cursor;
        view
    }

    /// The body.
    pub fn content(&self) -> &Arc<Content> {
        &self.content
    }

    /// Whether there are secrets in the body that open something.
    pub fn has_secrets(&self) -> bool {
        self.has_secrets
    }

    /// The line the cursor is on, from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        let total = self.line_count();
        ((self.index(self.cursor) + 1).min(total), total)
    }

    /// The position in words: `3/17 lines`.
    pub fn progress(&self) -> String {
        let (line, total) = self.position();
        format!("{line}/{}", count(total, "line"))
    }

    /// Why a body that looks like JSON is shown as text.
    pub fn notice(&self) -> Option<String> {
        match &*self.content {
            Content::Text(text) => Some(format!("not JSON: {}", text.fault.as_ref()?)),
            _ => None,
        }
    }

    /// Where the cursor is. Of JSON its path, through strings that hold JSON
    /// too: `.result[0].value | fromjson | .x` for jq, `.result[0].value (json)
    /// .x` for reading, no pointer. Of text `line 3` and of hex `0x40`, for
    /// reading only.
    pub fn path(&self, notation: Notation) -> Option<String> {
        match (&self.trees, &*self.content) {
            (Some(trees), _) => trees.path(self.cursor, notation),
            _ if notation != Notation::Dotted => None,
            (None, Content::Text(_)) => Some(format!("line {}", self.cursor.row + 1)),
            _ => Some(format!("0x{:x}", self.cursor.row)),
        }
    }

    /// Keeps the cursor in sight after the size or what is shown changed.
    /// Returns whether that moved anything.
    pub fn fit(&mut self, viewport: Viewport) -> bool {
        let before = self.state();
        self.measure(viewport);
        self.settle(viewport, false);
        before != self.state()
    }

    /// How many lines there are; one at least.
    fn line_count(&self) -> usize {
        match (&self.trees, &*self.content) {
            (Some(trees), _) => trees.count(),
            (None, Content::Text(text)) => text.line_count(),
            (None, content) => content.bytes().len().div_ceil(self.per_row).max(1),
        }
    }

    /// The place of a line; the last one's if there are fewer.
    fn place(&self, line: usize) -> Place {
        let line = line.min(self.line_count() - 1);
        match (&self.trees, &*self.content) {
            (Some(trees), _) => trees.place(line),
            (None, Content::Text(_)) => Place { node: 0, row: line },
            _ => Place {
                node: 0,
                row: line * self.per_row,
            },
        }
    }

    /// The number of a place's line.
    fn index(&self, place: Place) -> usize {
        match (&self.trees, &*self.content) {
            (Some(trees), _) => trees.index(place),
            (None, Content::Text(_)) => place.row,
            _ => place.row / self.per_row,
        }
    }

    /// The text of a place's line.
    fn line(&self, place: Place, shape: Shape) -> Line<'_> {
        match (&self.trees, &*self.content) {
            (Some(trees), _) => json::line(trees, place, shape),
            (None, Content::Text(body)) => text::line(body, place.row, &self.secrets, shape),
            (None, content) => {
                let mask = if shape.ascii { "*" } else { "•" };
                let bytes = content.bytes();
                hex::line(bytes, place.row, self.per_row, mask, |at| {
                    let next = self.secrets.partition_point(|secret| secret.end <= at);
                    let is_in = |secret: &Range<usize>| secret.contains(&at);
                    !shape.reveal && self.secrets.get(next).is_some_and(is_in)
                })
            }
        }
    }

    /// The byte at which what looks like JSON stops being it.
    fn fault(&self) -> Option<usize> {
        match &*self.content {
            Content::Text(text) => Some(text.fault.as_ref()?.offset),
            _ => None,
        }
    }

    /// Whether the bytes are shown as hex, for they are neither JSON nor text.
    fn is_hex(&self) -> bool {
        matches!(*self.content, Content::Binary(_))
    }

    fn shape(&self, viewport: Viewport) -> Shape {
        Shape {
            rows: Wrapping {
                width: usize::from(viewport.width.saturating_sub(GUTTER)),
                wrap: self.wrap && !self.is_hex(),
            },
            reveal: viewport.reveal,
            raw: self.raw,
            ascii: false,
        }
    }

    /// Takes over what depends on the width alone.
    fn measure(&mut self, viewport: Viewport) {
        let width = usize::from(viewport.width.saturating_sub(GUTTER));
        self.per_row = hex::per_row(width);
        if self.is_hex() {
            self.cursor.row -= self.cursor.row % self.per_row;
            self.top.place.row -= self.top.place.row % self.per_row;
        }
    }

    /// What a caller sees change.
    fn state(&self) -> (Place, Top, Left, usize, bool, bool) {
        (
            self.cursor,
            self.top,
            self.left,
            self.line_count(),
            self.wrap,
            self.raw,
        )
    }
}

/// The column of the cursor's mark.
const GUTTER: u16 = 1;

impl fmt::Debug for View {
    /// Kind, size and place: bodies hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({:?}, {})", self.content, self.progress())
    }
}

#[cfg(test)]
mod tests;
