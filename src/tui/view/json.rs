//! How a row of JSON looks.
//!
//! ```text
//! code: 0
//! ▾ result: [2]                  unfolded, with the number of its children
//!   ▾ [0] {5}
//!       did: "500000001"         light
//!       token: "•••"             masked
//!     ▹ extra: json "{\"a\":1}"  a string that holds JSON
//!   ▸ [1] (5) {did: "5", siid: 2, …}
//! ```
//!
//! Closing brackets have no lines, as in jless' data mode.

use std::borrow::Cow;

use super::line::{Line, Wrapping};
use super::place::Place;
use super::span::{Form, Span, unbroken};
use super::trees::Trees;
use crate::tui::theme::Role;
use mishark_core::json::{Kind, Tree};

/// What decides how wide a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// How lines become rows.
    pub(super) rows: Wrapping,
    /// Whether secrets are shown.
    pub(super) reveal: bool,
    /// Whether escapes are shown as they were sent.
    pub(super) raw: bool,
    /// Whether marks are ASCII; they are as wide as the others.
    pub(super) ascii: bool,
}

impl Shape {
    fn form(self) -> Form {
        if self.raw { Form::Sent } else { Form::Shown }
    }

    /// What stands for a secret.
    fn mask(self) -> &'static str {
        if self.ascii {
            "\"***\""
        } else {
            "\"•••\""
        }
    }

    /// What stands for a secret in a text, if it is not to be seen.
    pub(super) fn mask_in_text(self) -> Option<&'static str> {
        let mask = if self.ascii { "***" } else { "•••" };
        (!self.reveal).then_some(mask)
    }

    /// What stands for what was left out: one cell.
    pub(super) fn more(self) -> &'static str {
        if self.ascii { "~" } else { "…" }
    }
}

/// The cells a level is indented by.
const INDENT: usize = 2;

/// The cells of the mark in front of what can be folded, with its blank.
pub(super) const MARK: usize = 2;

/// Makes the line of a place in sight.
pub(super) fn line(trees: &Trees, place: Place, shape: Shape) -> Line<'_> {
    let (tree, row) = (trees.tree(place.node), place.row);
    let mut line = Line::default();
    let indent = indent(trees, place, shape);
    line.hang = indent + 2 * MARK;
    line.ready(blanks(indent), Role::Text);
    let is_opened = trees.opened(place).is_some();
    let holds_json = is_opened || !is_masked(trees, place, shape) && trees.holds_json(place);
    line.ready(mark(trees, place, holds_json, shape), Role::Punctuation);
    push_key(&mut line, tree, row, shape);
    match tree.kind(row) {
        Kind::Array | Kind::Object if !trees.is_foldable(place) => {
            push_value(&mut line, trees, place, shape);
        }
        Kind::Array | Kind::Object if trees.is_folded(place) => {
            line.ready(format!("({}) ", tree.child_count(row)), Role::Dim);
            let used = line.cells(0);
            let room = shape.rows.width.saturating_sub(used);
            push_preview(&mut line, trees, place, shape, room);
        }
        Kind::Array | Kind::Object => line.ready(counted(tree, row), Role::Dim),
        _ if is_opened => {
            let nested = trees.opened(place).map(|nested| trees.tree(nested));
            let counted = nested.map(|tree| counted(tree, 0)).unwrap_or_default();
            line.ready("json ", Role::Note);
            line.ready(counted, Role::Dim);
        }
        _ if is_masked(trees, place, shape) => push_mask(&mut line, tree, row, shape),
        _ => {
            if holds_json {
                line.ready("json ", Role::Note);
            }
            push_value(&mut line, trees, place, shape);
        }
    }
    line
}

/// By how many cells a line is indented: deep ones stop in the middle, so that
/// something of them is in sight.
pub(super) fn indent(trees: &Trees, place: Place, shape: Shape) -> usize {
    (trees.depth(place) * INDENT).min(shape.rows.width / 2)
}

fn is_masked(trees: &Trees, place: Place, shape: Shape) -> bool {
    !shape.reveal && trees.is_secret(place)
}

fn blanks(count: usize) -> Cow<'static, str> {
    const BLANKS: &str = "                                                                ";
    match BLANKS.get(..count) {
        Some(blanks) => Cow::Borrowed(blanks),
        None => Cow::Owned(" ".repeat(count)),
    }
}

fn mark(trees: &Trees, place: Place, holds_json: bool, shape: Shape) -> &'static str {
    let marks = if shape.ascii {
        ["v ", "> ", "- ", "+ "]
    } else {
        ["▾ ", "▸ ", "▿ ", "▹ "]
    };
    let is_shut = if trees.is_foldable(place) {
        return marks[usize::from(trees.is_folded(place))];
    } else {
        trees.opened(place).is_none()
    };
    if holds_json {
        marks[2 + usize::from(is_shut)]
    } else {
        "  "
    }
}

/// `{5}` of an object with five members, `[5]` of an array.
fn counted(tree: &Tree<'_>, row: usize) -> String {
    let count = tree.child_count(row);
    match tree.kind(row) {
        Kind::Array => format!("[{count}]"),
        _ => format!("{{{count}}}"),
    }
}

fn push_key<'t>(line: &mut Line<'t>, tree: &'t Tree<'_>, row: usize, shape: Shape) {
    if let Some(range) = tree.row(row).key {
        let key = tree.key(row).unwrap_or_default();
        let quote = if is_word(key) { "" } else { "\"" };
        line.ready(quote, Role::Key);
        line.sent(key, shape.form(), Role::Key, range.start + 1);
        line.ready(quote, Role::Key);
        line.ready(": ", Role::Punctuation);
    } else if tree.parent(row).is_some() {
        line.ready(format!("[{}] ", tree.row(row).index), Role::Punctuation);
    }
}

/// Whether a key is clear without quotes.
fn is_word(key: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$' | '\\');
    !key.is_empty() && key.chars().take(64).all(in_word)
}

fn push_value<'t>(line: &mut Line<'t>, trees: &'t Trees, place: Place, shape: Shape) {
    let (tree, row) = (trees.tree(place.node), place.row);
    let start = tree.row(row).value.start;
    let role = role(tree.kind(row));
    match tree.string(row) {
        Some(string) => {
            line.ready("\"", role);
            line.sent(string, shape.form(), role, start + 1);
            line.mask(trees.secrets(place.node), shape.mask_in_text());
            line.ready("\"", role);
        }
        None => match tree.kind(row) {
            Kind::Array => line.ready("[]", role),
            Kind::Object => line.ready("{}", role),
            _ => line.sent(tree.value(row), Form::Sent, role, start),
        },
    }
}

fn push_mask(line: &mut Line<'_>, tree: &Tree<'_>, row: usize, shape: Shape) {
    line.spans.push(Span {
        text: Cow::Borrowed(shape.mask()),
        form: Form::Ready,
        role: Role::Dim,
        source: Some(tree.row(row).value),
        mask: None,
    });
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::Array | Kind::Close | Kind::Object => Role::Punctuation,
        Kind::False | Kind::Null | Kind::True => Role::Word,
        Kind::Number => Role::Number,
        Kind::String => Role::String,
    }
}

/// Shows what is in a folded container, as much as fits: members, then the
/// rest as `…`.
fn push_preview<'t>(
    line: &mut Line<'t>,
    trees: &'t Trees,
    place: Place,
    shape: Shape,
    room: usize,
) {
    let (tree, row) = (trees.tree(place.node), place.row);
    let (open, close) = brackets(tree.kind(row));
    line.ready(open, Role::Punctuation);
    // Room for `, …}` stays until the last child.
    let mut left = room.saturating_sub(2);
    for (number, child) in tree.children(row).enumerate() {
        let mut item = Line::default();
        if number > 0 {
            item.ready(", ", Role::Punctuation);
        }
        if let Some(range) = tree.row(child).key {
            let key = tree.key(child).unwrap_or_default();
            push_start(&mut item, key, Role::Key, range.start + 1, shape, left);
            item.ready(": ", Role::Punctuation);
        }
        let at = Place {
            row: child,
            ..place
        };
        let value = tree.row(child).value;
        match tree.kind(child) {
            Kind::Array | Kind::Object => {
                let (open, close) = brackets(tree.kind(child));
                item.ready(open, Role::Punctuation);
                if trees.is_foldable(at) {
                    item.ready(shape.more(), Role::Dim);
                }
                item.ready(close, Role::Punctuation);
            }
            _ if is_masked(trees, at, shape) => push_mask(&mut item, tree, child, shape),
            Kind::String => {
                let string = tree.string(child).unwrap_or_default();
                item.ready("\"", Role::String);
                let start = value.start + 1;
                push_start(&mut item, string, Role::String, start, shape, left);
                item.mask(trees.secrets(place.node), shape.mask_in_text());
                item.ready("\"", Role::String);
            }
            kind => push_start(
                &mut item,
                tree.value(child),
                role(kind),
                value.start,
                shape,
                left,
            ),
        }
        let cells = item.cells(0);
        let is_last = tree.next_sibling(child).is_none();
        // What follows is `}`, or `, …}`.
        let after = if is_last { 0 } else { 3 };
        if cells + after > left {
            let more = if number > 0 { ", " } else { "" };
            line.ready(more, Role::Punctuation);
            line.ready(shape.more(), Role::Dim);
            break;
        }
        left -= cells;
        line.spans.append(&mut item.spans);
    }
    line.ready(close, Role::Punctuation);
}

/// Adds the start of a text, and `…` if there is more.
fn push_start<'t>(
    line: &mut Line<'t>,
    text: &'t str,
    role: Role,
    start: usize,
    shape: Shape,
    room: usize,
) {
    // Enough to tell values apart; the rest is a key away.
    const LONGEST: usize = 48;
    let mut one = Line::default();
    let most = unbroken(text, shape.form(), 8 * LONGEST);
    one.sent(&text[..most], shape.form(), role, start);
    let (mut cells, mut end) = (0, 0);
    for run in one.runs(0) {
        if cells + run.cells > LONGEST.min(room) {
            if run.plain {
                end += LONGEST.min(room) - cells;
            }
            break;
        }
        cells += run.cells;
        end = run.source.map_or(end, |source| source.end - start);
    }
    line.sent(&text[..end], shape.form(), role, start);
    if end < text.len() {
        line.ready(shape.more(), Role::Dim);
    }
}

fn brackets(kind: Kind) -> (&'static str, &'static str) {
    if kind == Kind::Array {
        ("[", "]")
    } else {
        ("{", "}")
    }
}
