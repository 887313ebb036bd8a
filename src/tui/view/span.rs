//! The stretches of a line that look one way, and where each may be cut.

use std::borrow::Cow;
use std::ops::Range;

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
    /// What is masked in it.
    pub(super) mask: Option<Mask<'t>>,
}

/// The secrets of a body, by their bytes and in order, and what stands for
/// each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mask<'t> {
    pub(super) secrets: &'t [Range<usize>],
    pub(super) text: &'static str,
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

impl<'l> Run<'l> {
    /// What cannot be broken, for a part of a span, without its place.
    pub(super) fn glyph(
        text: impl Into<Cow<'l, str>>,
        cells: usize,
        span: &Span<'_>,
        part: Range<usize>,
    ) -> Self {
        Self {
            text: text.into(),
            cells,
            role: span.role,
            source: span.part(part),
            plain: false,
            row: 0,
            column: 0,
        }
    }

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
pub(super) fn cuts(text: &str) -> usize {
    text.len().saturating_sub(LONGEST_ESCAPE) / BLOCK
}

/// Returns where a span is cut for the nth time, from 1.
pub(super) fn cut_at(span: &Span<'_>, cut: usize) -> usize {
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
