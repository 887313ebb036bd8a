//! What the cursor is on, to be copied.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::View;
use super::trees::Source;
use crate::tui::content::{Content, pretty};
use mishark_core::json::unescape;
use mishark_core::text::hex_dump;

/// A value of JSON, a line of text, a row of hex or a whole body. It can be
/// sent to a worker: printing 50 MB takes a while.
#[derive(Clone)]
pub struct Selection {
    source: Source,
    part: Selected,
}

#[derive(Debug, Clone)]
enum Selected {
    Bytes(Range<usize>),
    Hex(Range<usize>),
    Row(usize),
}

impl View {
    /// What the cursor is on. A secret that is masked is copied all the same:
    /// it was asked for.
    pub fn selection(&self) -> Selection {
        let row = self.cursor.row;
        if let Some(trees) = &self.trees {
            return Selection {
                source: trees.source(self.cursor.node),
                part: Selected::Row(row),
            };
        }
        let part = match &*self.content {
            Content::Text(text) => {
                let start = text.line_range(row).start;
                Selected::Bytes(start..start + text.line(row).len())
            }
            content => Selected::Hex(row..(row + self.per_row).min(content.bytes().len())),
        };
        Selection::of_body(&self.content, part)
    }

    /// The key of the member under the cursor, as what it means.
    pub fn key(&self) -> Option<String> {
        let trees = self.trees.as_ref()?;
        let key = trees.tree(self.cursor.node).key(self.cursor.row)?;
        Some(unescape(key).into_owned())
    }
}

impl Selection {
    /// A whole body.
    pub fn whole(content: &Arc<Content>) -> Self {
        let part = match &**content {
            Content::Json(_) => Selected::Row(0),
            Content::Text(text) => Selected::Bytes(0..text.as_str().len()),
            Content::Binary(bytes) => Selected::Hex(0..bytes.len()),
        };
        Self::of_body(content, part)
    }

    fn of_body(content: &Arc<Content>, part: Selected) -> Self {
        Self {
            source: Source::Body(content.clone()),
            part,
        }
    }

    /// The bytes as they were sent: of a string with its quotes and escapes, of
    /// a container all in it. What is in a string that holds JSON was sent with
    /// backslashes more; they are left out.
    pub fn sent(&self) -> &[u8] {
        match (&self.part, self.source.tree(), &self.source) {
            (Selected::Row(0), Some(_), Source::Body(content)) => content.bytes(),
            (Selected::Row(row), Some(tree), _) => tree.value(*row).as_bytes(),
            (Selected::Bytes(range) | Selected::Hex(range), _, Source::Body(content)) => {
                content.bytes().get(range.clone()).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// Which bytes of the body the value is; `None` of what is no JSON value, or
    /// stands in a string that was opened.
    pub fn range(&self) -> Option<Range<usize>> {
        match (&self.part, &self.source) {
            (Selected::Row(row), Source::Body(_)) => Some(self.source.tree()?.row(*row).value),
            _ => None,
        }
    }

    /// For reading: JSON with a line for each value and its escapes shown,
    /// bytes as a hex dump.
    pub fn pretty(&self) -> Cow<'_, [u8]> {
        match (&self.part, self.source.tree()) {
            (Selected::Row(row), Some(tree)) => Cow::Owned(pretty(tree, *row, true)),
            (Selected::Hex(_), _) => {
                let bytes = self.sent();
                Cow::Owned(hex_dump(bytes, bytes.len()).into_bytes())
            }
            _ => Cow::Borrowed(self.sent()),
        }
    }

    /// What it means: of a string its text without quotes and escapes, of all
    /// else the bytes as sent.
    pub fn meaning(&self) -> Cow<'_, [u8]> {
        let string = match (&self.part, self.source.tree()) {
            (Selected::Row(row), Some(tree)) => tree.string(*row),
            _ => None,
        };
        match string.map(unescape) {
            Some(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
            Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
            None => Cow::Borrowed(self.sent()),
        }
    }
}

impl fmt::Debug for Selection {
    /// The size alone: it may hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selection({} bytes)", self.sent().len())
    }
}
