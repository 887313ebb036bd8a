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
use std::collections::VecDeque;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use crate::json::{printable, show, show_pieces};
use crate::text::clean;
use crate::tui::theme::Role;

/// How many bytes of a line are laid out at once.
pub(super) const BLOCK: usize = 4096;

/// The longest thing that a block must not break: an escaped pair, `\ud83e\uddf9`,
/// and some more, so that no block is empty.
const LONGEST_ESCAPE: usize = 16;

/// How many bytes that are not plain are read at once.
const WINDOW: usize = 256;

/// How far apart tab stops are.
const TAB: usize = 8;

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
        });
    }

    /// Adds text of the body, which starts at that byte of it.
    pub(super) fn sent(&mut self, text: &'t str, form: Form, role: Role, start: usize) {
        self.spans.push(Span {
            text: Cow::Borrowed(text),
            form,
            role,
            source: Some(start..start + text.len()),
        });
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
            run.cells = run.cells.min(width - indent(1));
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
        let (span, at) = self.cut(block);
        Runs {
            spans: &self.spans,
            span,
            at,
            end: self.cut(block + 1),
            cells: 0,
            glyphs: VecDeque::new(),
        }
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

/// The runs of one block; see [`Line::runs`].
pub(super) struct Runs<'l> {
    spans: &'l [Span<'l>],
    span: usize,
    at: usize,
    end: (usize, usize),
    /// How many cells were given out: tabs want to know.
    cells: usize,
    glyphs: VecDeque<Run<'l>>,
}

impl<'l> Iterator for Runs<'l> {
    type Item = Run<'l>;

    fn next(&mut self) -> Option<Run<'l>> {
        loop {
            if let Some(glyph) = self.glyphs.pop_front() {
                self.cells += glyph.cells;
                return Some(glyph);
            }
            if (self.span, self.at) >= self.end {
                return None;
            }
            let span = self.spans.get(self.span)?;
            let end = if self.span == self.end.0 {
                self.end.1
            } else {
                span.text.len()
            };
            if self.at >= end {
                (self.span, self.at) = (self.span + 1, 0);
                continue;
            }
            let plain = plain_bytes(&span.text[self.at..end], span.form);
            if plain > 0 {
                let range = self.at..self.at + plain;
                self.at = range.end;
                self.cells += plain;
                return Some(Run {
                    text: Cow::Borrowed(&span.text[range.clone()]),
                    cells: plain,
                    role: span.role,
                    source: span.part(range),
                    plain: true,
                    row: 0,
                    column: 0,
                });
            }
            self.read_glyphs(span, end);
        }
    }
}

impl<'l> Runs<'l> {
    /// Reads the glyphs of a window, up to one that may go on behind it.
    fn read_glyphs(&mut self, span: &'l Span<'l>, end: usize) {
        if span.text.as_bytes()[self.at] == b'\t' && span.form == Form::Text {
            let range = self.at..self.at + 1;
            let cells = TAB - self.cells % TAB;
            self.glyphs.push_back(Run {
                text: Cow::Borrowed(&"        "[..cells]),
                cells,
                role: span.role,
                source: span.part(range),
                plain: false,
                row: 0,
                column: 0,
            });
            self.at += 1;
            return;
        }
        let text = &span.text[..end];
        let mut window = unbroken(text, span.form, (self.at + WINDOW).min(end));
        if let Some(tab) = memchr::memchr(b'\t', &text.as_bytes()[self.at..window])
            && span.form == Form::Text
        {
            window = self.at + tab;
        }
        let shown = Shown::new(&text[self.at..window], span.form);
        let mut graphemes = shown.text.grapheme_indices(true).peekable();
        let (mut read, mut before) = (window, self.at);
        while let Some((start, grapheme)) = graphemes.next() {
            let sent = shown.sent(start..start + grapheme.len());
            let sent = self.at + sent.start..self.at + sent.end;
            let is_last = graphemes.peek().is_none();
            // The last one may be half of one, and is read again with what is
            // behind it; but not if it began in what stands for one escape.
            if is_last && window < end && sent.start > self.at && sent.start >= before {
                read = sent.start;
                break;
            }
            before = sent.end;
            let cells = usize::from(grapheme.cell_width());
            let (text, cells) = if cells == 0 {
                // Marks that belong to the character before, which is none.
                let code: String = grapheme.escape_unicode().to_string();
                let cells = code.len();
                (code, cells)
            } else {
                (grapheme.to_owned(), cells)
            };
            self.glyphs.push_back(Run {
                cells,
                text: Cow::Owned(text),
                role: span.role,
                source: span.part(sent),
                plain: false,
                row: 0,
                column: 0,
            });
        }
        self.at = read;
    }
}

impl Span<'_> {
    /// The bytes of the body that a part of the text stands for.
    fn part(&self, range: Range<usize>) -> Option<Range<usize>> {
        let source = self.source.as_ref()?;
        if self.form == Form::Ready {
            return Some(source.clone());
        }
        Some(source.start + range.start..source.start + range.end)
    }
}

/// Returns how many bytes from the start on take one cell each and mean
/// themselves.
fn plain_bytes(text: &str, form: Form) -> usize {
    let bytes = &text.as_bytes()[..text.len().min(2 * WINDOW)];
    let is_plain =
        |byte: u8| (b' '..=b'~').contains(&byte) && (byte != b'\\' || form != Form::Shown);
    let plain = bytes
        .iter()
        .position(|&byte| !is_plain(byte))
        .unwrap_or(bytes.len());
    match text.as_bytes().get(plain) {
        // A mark above the last letter may follow, as itself or escaped.
        Some(b'\x80'.. | b'\\') => plain.saturating_sub(1),
        _ => plain,
    }
}

/// Text as shown, with a way back to the bytes it stands for.
struct Shown {
    text: String,
    /// Where each piece starts as shown and as sent, and whether the two agree
    /// byte for byte; the last one is the end of both.
    pieces: Vec<(usize, usize, bool)>,
}

impl Shown {
    fn new(sent: &str, form: Form) -> Self {
        let mut shown = Self {
            text: String::with_capacity(sent.len()),
            pieces: Vec::new(),
        };
        if form == Form::Shown {
            for (range, text) in show_pieces(sent) {
                let raw = &sent[range.clone()];
                if text == raw && !raw.starts_with('\\') {
                    shown.push(&text, range.start, true);
                } else if raw.starts_with('\\') && range.len() > 1 {
                    shown.push(&text, range.start, false);
                } else {
                    shown.push_characters(raw, range.start, show);
                }
            }
        } else {
            let make = if form == Form::Sent { show } else { clean };
            shown.push_characters(sent, 0, make);
        }
        shown.pieces.push((shown.text.len(), sent.len(), true));
        shown
    }

    fn push(&mut self, text: &str, sent: usize, same: bool) {
        self.pieces.push((self.text.len(), sent, same));
        self.text.push_str(text);
    }

    /// Adds text character by character, and makes safe what is not printable.
    fn push_characters(&mut self, text: &str, start: usize, make: fn(&str) -> Cow<'_, str>) {
        let mut rest = text;
        while !rest.is_empty() {
            let at = start + text.len() - rest.len();
            let safe = rest.find(|c: char| !printable(c)).unwrap_or(rest.len());
            if safe > 0 {
                self.push(&rest[..safe], at, true);
                rest = &rest[safe..];
                continue;
            }
            let length = rest.chars().next().map_or(1, char::len_utf8);
            self.push(&make(&rest[..length]), at, false);
            rest = &rest[length..];
        }
    }

    /// Returns the bytes sent for a part of what is shown.
    fn sent(&self, part: Range<usize>) -> Range<usize> {
        let piece = |at: usize| self.pieces.partition_point(|piece| piece.0 <= at) - 1;
        let (shown, sent, same) = self.pieces[piece(part.start)];
        let start = if same {
            sent + part.start - shown
        } else {
            sent
        };
        let last = piece(part.end - 1);
        let (shown, sent, same) = self.pieces[last];
        let end = if same {
            sent + part.end - shown
        } else {
            self.pieces[last + 1].1
        };
        start..end
    }
}
