//! One line's text, measured and broken into rows.
//!
//! ```text
//! Line ─ spans ─► blocks of 4 KiB ─► runs: plain ASCII, or one glyph ─► rows
//! ```
//!
//! A value may be a megabyte without a break. So a line is laid out in blocks,
//! and each block starts a row of its own: whatever is asked about a place in a
//! line costs one block, never the line. The price is one short row in fifty.
//!
//! What is counted here is what is drawn, glyph by glyph, so that a line can
//! not be wider on the screen than it was thought to be.

use std::borrow::Cow;
use std::ops::Range;

use super::runs::Runs;
use crate::tui::theme::Role;
use mishark_core::json::show_pieces;

/// How many bytes of a line are laid out at once.
pub(super) const BLOCK: usize = 4096;

/// The longest thing that a block must not break: an escaped pair, `\ud83e\uddf9`,
/// and some more, so that no block is empty.
const LONGEST_ESCAPE: usize = 16;

/// What a span's text is, and so how it is made safe to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Words of ours: printable as they are.
    Ready,
    /// The inside of a JSON string, with escapes kept as they were sent.
    Sent,
    /// The inside of a JSON string, with escapes shown as what they mean.
    Shown,
    /// Text of a body: tabs as blanks, control bytes as symbols.
    Text,
}

/// A stretch of a line that looks one way.
#[derive(Debug, Clone)]
pub(super) struct Span<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) form: Form,
    pub(super) role: Role,
    /// The bytes of the body it stands for: those of [`Form::Ready`] as one,
    /// those of other forms byte for byte.
    pub(super) source: Option<Range<usize>>,
    /// What stands for secrets in it, if it may hold some to be masked.
    pub(super) veil: Option<&'static str>,
}

/// A line of a body, in spans.
#[derive(Debug, Clone, Default)]
pub(super) struct Line<'t> {
    pub(super) spans: Vec<Span<'t>>,
    /// By how much rows after the first are indented.
    pub(super) hang: usize,
}

/// The width of a row and whether what does not fit goes to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) width: usize,
    pub(super) wrap: bool,
}

/// A piece of a line with its place.
#[derive(Debug, Clone)]
pub(super) struct Run<'l> {
    /// Plain ASCII of one cell a byte, or one glyph.
    pub(super) text: Cow<'l, str>,
    pub(super) cells: usize,
    pub(super) role: Role,
    /// Of plain ASCII byte for byte, of a glyph as a whole.
    pub(super) source: Option<Range<usize>>,
    /// Whether it can be broken anywhere.
    pub(super) plain: bool,
    /// The row in the block, and the cell in the row.
    pub(super) row: usize,
    pub(super) column: usize,
}

impl<'t> Line<'t> {
    /// Adds words of ours.
    pub(super) fn ready(&mut self, text: impl Into<Cow<'t, str>>, role: Role) {
        self.spans.push(Span {
            text: text.into(),
            form: Form::Ready,
            role,
            source: None,
            veil: None,
        });
    }

    /// Adds text of the body, which starts at that byte of it.
    pub(super) fn sent(&mut self, text: &'t str, form: Form, role: Role, start: usize) {
        self.spans.push(Span {
            text: Cow::Borrowed(text),
            form,
            role,
            source: Some(start..start + text.len()),
            veil: None,
        });
    }

    /// Masks the secrets in the span added last.
    pub(super) fn veil(&mut self, mask: &'static str) {
        if let Some(span) = self.spans.last_mut() {
            span.veil = Some(mask);
        }
    }

    /// Returns in how many blocks the line is laid out; one at least.
    pub(super) fn blocks(&self) -> usize {
        1 + self
            .spans
            .iter()
            .map(|span| cuts(&span.text))
            .sum::<usize>()
    }

    /// Returns how many rows a block takes; one at least.
    pub(super) fn rows(&self, block: usize, rows: Rows) -> usize {
        if !rows.wrap {
            return 1;
        }
        let mut last = 0;
        self.lay(block, rows, |run| {
            last = run.row;
            true
        });
        last + 1
    }

    /// Returns how many cells a block takes when it is not wrapped.
    pub(super) fn cells(&self, block: usize) -> usize {
        self.runs(block).map(|run| run.cells).sum()
    }

    /// Finds a byte of the body: its block, its row there and its cell.
    pub(super) fn locate(&self, offset: usize, rows: Rows) -> Option<(usize, usize, usize)> {
        let mut before = 0;
        for span in &self.spans {
            if let Some(source) = span.source.as_ref().filter(|s| s.contains(&offset)) {
                let at = offset - source.start;
                let mut cut = (at / BLOCK).min(cuts(&span.text));
                if cut > 0 && cut_at(span, cut) > at {
                    cut -= 1;
                }
                let block = before + cut;
                let mut found = None;
                self.lay(block, rows, |run| {
                    let is_here = run.source.as_ref().is_some_and(|s| s.end > offset);
                    if let (true, Some(source)) = (is_here, &run.source) {
                        let same = run.plain && source.len() == run.cells;
                        let into = if same {
                            offset.saturating_sub(source.start)
                        } else {
                            0
                        };
                        found = Some((block, run.row, run.column + into));
                    }
                    !is_here
                });
                return found;
            }
            before += cuts(&span.text);
        }
        None
    }

    /// Lays a block out, as long as `visit` wants more.
    pub(super) fn lay<'l>(
        &'l self,
        block: usize,
        rows: Rows,
        mut visit: impl FnMut(Run<'l>) -> bool,
    ) {
        let width = rows.width.max(1);
        let hang = self.hang.min(width / 2);
        // What continues a line is indented.
        let indent = |row: usize| {
            if block + row > 0 && rows.wrap {
                hang
            } else {
                0
            }
        };
        let (mut row, mut column) = (0, indent(0));
        for mut run in self.runs(block) {
            if !rows.wrap {
                run.column = column;
                column += run.cells;
                if !visit(run) {
                    return;
                }
                continue;
            }
            if !run.plain {
                // A glyph that is wider than any row gets what there is.
                run.cells = run.cells.min(width - indent(1));
            }
            loop {
                let room = width - column;
                if run.cells <= room {
                    break;
                }
                if run.plain && room > 0 {
                    let mut first = run.clone();
                    first.cut(0..room);
                    (first.row, first.column) = (row, column);
                    let cells = run.cells;
                    if !visit(first) {
                        return;
                    }
                    run.cut(room..cells);
                }
                row += 1;
                column = indent(row);
            }
            (run.row, run.column) = (row, column);
            column += run.cells;
            if !visit(run) {
                return;
            }
        }
    }

    /// The runs of a block, without places.
    pub(super) fn runs<'l>(&'l self, block: usize) -> Runs<'l> {
        Runs::new(&self.spans, self.cut(block), self.cut(block + 1))
    }

    /// Where a block starts: a span and a byte in it.
    fn cut(&self, block: usize) -> (usize, usize) {
        let mut left = block;
        if left == 0 {
            return (0, 0);
        }
        for (number, span) in self.spans.iter().enumerate() {
            let cuts = cuts(&span.text);
            if left <= cuts {
                return (number, cut_at(span, left));
            }
            left -= cuts;
        }
        (self.spans.len(), 0)
    }
}

impl Run<'_> {
    /// Keeps some cells of a plain run.
    pub(super) fn cut(&mut self, cells: Range<usize>) {
        if self.plain {
            self.text = match std::mem::take(&mut self.text) {
                Cow::Borrowed(text) => Cow::Borrowed(&text[cells.clone()]),
                Cow::Owned(text) => Cow::Owned(text[cells.clone()].to_owned()),
            };
            if let Some(source) = &mut self.source
                && source.len() == self.cells
            {
                *source = source.start + cells.start..source.start + cells.end;
            }
            self.cells = cells.len();
        }
    }
}

impl Span<'_> {
    /// The bytes of the body that a part of the text stands for.
    pub(super) fn part(&self, range: Range<usize>) -> Option<Range<usize>> {
        let source = self.source.as_ref()?;
        if self.form == Form::Ready {
            return Some(source.clone());
        }
        Some(source.start + range.start..source.start + range.end)
    }
}

/// Returns how many times a text is cut.
fn cuts(text: &str) -> usize {
    text.len().saturating_sub(LONGEST_ESCAPE) / BLOCK
}

/// Returns where a span is cut for the nth time, from 1.
fn cut_at(span: &Span<'_>, cut: usize) -> usize {
    unbroken(&span.text, span.form, cut * BLOCK)
}

/// Returns the first place from `at` on that breaks no character or escape.
pub(super) fn unbroken(text: &str, form: Form, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    if form != Form::Shown || at == text.len() {
        return at;
    }
    // Start reading where surely no escape is half over: behind something
    // that is no backslash. A row of backslashes is not followed forever.
    const FARTHEST: usize = 4 * BLOCK;
    let bytes = text.as_bytes();
    let mut start = at.saturating_sub(2 * LONGEST_ESCAPE);
    let floor = at.saturating_sub(FARTHEST);
    while start > floor && (bytes[start - 1] == b'\\' || !text.is_char_boundary(start)) {
        start -= 1;
    }
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = (at + LONGEST_ESCAPE).min(text.len());
    let end = (end..=text.len()).find(|&end| text.is_char_boundary(end));
    for (piece, _) in show_pieces(&text[start..end.unwrap_or(text.len())]) {
        let piece = start + piece.start..start + piece.end;
        if piece.contains(&at) {
            let is_escape = bytes[piece.start] == b'\\';
            return if is_escape && piece.start < at {
                piece.end
            } else {
                at
            };
        }
    }
    at
}
