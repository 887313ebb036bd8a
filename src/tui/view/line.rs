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
use super::span::{BLOCK, Form, Mask, Run, Span, cut_at, cuts};
use crate::tui::theme::Role;

/// A line of a body, in spans.
#[derive(Debug, Clone, Default)]
pub(super) struct Line<'t> {
    pub(super) spans: Vec<Span<'t>>,
    /// By how much rows after the first are indented.
    pub(super) hang: usize,
}

/// The width of a row and whether what does not fit goes to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrapping {
    pub(super) width: usize,
    pub(super) wrap: bool,
}

impl<'t> Line<'t> {
    /// Adds words of ours.
    pub(super) fn ready(&mut self, text: impl Into<Cow<'t, str>>, role: Role) {
        self.spans.push(Span {
            text: text.into(),
            form: Form::Ready,
            role,
            source: None,
            mask: None,
        });
    }

    /// Adds text of the body, which starts at that byte of it.
    pub(super) fn sent(&mut self, text: &'t str, form: Form, role: Role, start: usize) {
        self.spans.push(Span {
            text: Cow::Borrowed(text),
            form,
            role,
            source: Some(start..start + text.len()),
            mask: None,
        });
    }

    /// Masks the secrets of the body in the text of it that was added last, if
    /// there is a mask.
    pub(super) fn mask(&mut self, secrets: &'t [Range<usize>], mask: Option<&'static str>) {
        let sent = self.spans.iter_mut().rfind(|span| span.form != Form::Ready);
        if let (Some(span), Some(text)) = (sent, mask) {
            span.mask = Some(Mask { secrets, text });
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
    pub(super) fn rows(&self, block: usize, rows: Wrapping) -> usize {
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
    pub(super) fn locate(&self, offset: usize, rows: Wrapping) -> Option<(usize, usize, usize)> {
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
        rows: Wrapping,
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
