//! A block of a line read as runs: what is plain at once, what is not glyph by
//! glyph.
//!
//! Nearly all of a body is printable ASCII, and most of the rest are Chinese
//! characters; both are told by a look. What is left goes by the rules of
//! Unicode for graphemes, a window at a time.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use super::span::{Form, Run, Span, unbroken};
use crate::tui::theme::Role;
use mishark_core::json::{printable, show, show_pieces};
use mishark_core::text::clean;

/// How many bytes that are not plain are read at once.
const WINDOW: usize = 256;

/// How far apart tab stops are.
const TAB: usize = 8;

/// The runs of one block; see [`Line::runs`](super::line::Line::runs).
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
            let end = match self.secret(span, end) {
                Some((secret, mask)) if secret.start <= self.at => {
                    let range = self.at..secret.end;
                    self.at = range.end;
                    let cells = mask.chars().count();
                    self.cells += cells;
                    let glyph = Run::glyph(mask, cells, span, range);
                    return Some(Run {
                        role: Role::Dim,
                        ..glyph
                    });
                }
                Some((secret, _)) => secret.start,
                None => end,
            };
            let plain = plain_bytes(&span.text[self.at..end], span.form);
            if plain > 0 {
                let range = self.at..self.at + plain;
                self.at = range.end;
                self.cells += plain;
                let text = &span.text[range.clone()];
                return Some(Run {
                    plain: true,
                    ..Run::glyph(text, plain, span, range)
                });
            }
            if let Some((length, text)) = ideograph(&span.text[self.at..end], span.form) {
                let range = self.at..self.at + length;
                self.at = range.end;
                self.cells += 2;
                return Some(Run::glyph(text, 2, span, range));
            }
            self.read_glyphs(span, end);
        }
    }
}

impl<'l> Runs<'l> {
    /// Reads from one place, a span and a byte in it, to another.
    pub(super) fn new(spans: &'l [Span<'l>], from: (usize, usize), end: (usize, usize)) -> Self {
        Self {
            spans,
            span: from.0,
            at: from.1,
            end,
            cells: 0,
            glyphs: VecDeque::new(),
        }
    }

    /// The secret at or after this place in the span, as far as it is before an
    /// end, and what stands for it.
    fn secret(&self, span: &Span<'_>, end: usize) -> Option<(Range<usize>, &'static str)> {
        let mask = span.mask?;
        let start = span.source.as_ref()?.start;
        let next = mask
            .secrets
            .partition_point(|secret| secret.end <= start + self.at);
        let secret = mask.secrets.get(next)?;
        let range = secret.start.saturating_sub(start)..(secret.end - start).min(end);
        (range.start < end).then_some((range, mask.text))
    }

    /// Reads the glyphs of a window, up to one that may go on behind it.
    fn read_glyphs(&mut self, span: &'l Span<'l>, end: usize) {
        if span.text.as_bytes()[self.at] == b'\t' && span.form == Form::Text {
            let range = self.at..self.at + 1;
            let cells = TAB - self.cells % TAB;
            let blanks = &"        "[..cells];
            self.glyphs
                .push_back(Run::glyph(blanks, cells, span, range));
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
        let shown = Rendered::new(&text[self.at..window], span.form);
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
            self.glyphs.push_back(Run::glyph(text, cells, span, sent));
        }
        self.at = read;
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
    // A mark above the last letter may follow, as itself or escaped.
    if plain < text.len() && !stands_alone(&text[plain..], form) {
        return plain.saturating_sub(1);
    }
    plain
}

/// Reads a Chinese character, as itself or as an escape, that surely stands
/// alone: most of what is not plain is, and this is ten times faster than
/// looking for graphemes. Returns its length as sent, and itself.
fn ideograph(text: &str, form: Form) -> Option<(usize, Cow<'_, str>)> {
    let first = text.chars().next()?;
    if is_ideograph(first) {
        let (one, rest) = text.split_at(first.len_utf8());
        return stands_alone(rest, form).then_some((one.len(), Cow::Borrowed(one)));
    }
    let digits = text.strip_prefix("\\u").filter(|_| form == Form::Shown)?;
    let code = u32::from_str_radix(digits.get(..4)?, 16).ok()?;
    let character = char::from_u32(code).filter(|&c| is_ideograph(c))?;
    stands_alone(&digits[4..], form).then(|| (6, Cow::Owned(character.to_string())))
}

fn is_ideograph(character: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&character)
}

/// Whether text starts with something that joins no character before it.
fn stands_alone(text: &str, form: Form) -> bool {
    match text.chars().next() {
        Some('\\') if form == Form::Shown => {
            let escape = text.as_bytes();
            escape.get(1) != Some(&b'u') || matches!(escape.get(2), Some(b'4'..=b'9'))
        }
        Some(next) => next.is_ascii() || is_ideograph(next) || ('，'..='～').contains(&next),
        None => false,
    }
}

/// Text as shown, with a way back to the bytes it stands for.
struct Rendered {
    text: String,
    /// Where each piece starts as shown and as sent, and whether the two agree
    /// byte for byte; the last one is the end of both.
    pieces: Vec<(usize, usize, bool)>,
}

impl Rendered {
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
