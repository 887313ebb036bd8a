//! A box with a text of several lines, checked while one types.
//!
//! ```text
//! the text, with the caret
//! ────────────────────────
//! the line with the fault in it
//!            ^
//! what is wrong there
//! ```

use crossterm::event::{KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};
use unicode_width::UnicodeWidthChar;

use super::Then;
use crate::tui::asked::BoxFor;
use crate::tui::key::Key;
use crate::tui::look::{Look, below};
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::json;
use mishark_core::text::keep_start;

/// A longer text is not checked at every key, only when it is signed: the
/// longest genuine plaintexts have some ten thousand bytes.
const CHECKED: usize = 1 << 20;

/// Rows below the text that tell of a fault.
const FAULT_ROWS: u16 = 4;

/// A text that is edited.
pub struct TextBox {
    /// What the text is for.
    pub purpose: BoxFor,
    area: TextArea<'static>,
    before: String,
    fault: Option<Fault>,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// The line, from 1.
    line: usize,
    /// The column in characters, from 1.
    column: usize,
    /// What is wrong there.
    what: String,
}

impl TextBox {
    /// A box with a text, the caret at its end.
    pub fn new(purpose: BoxFor, text: &str) -> Self {
        let mut text_box = Self {
            purpose,
            area: area_of(text),
            before: text.to_owned(),
            fault: None,
        };
        if purpose == BoxFor::Paste {
            let help = words::PASTE_HELP;
            text_box.area.set_placeholder_text(help);
        }
        text_box.check();
        text_box
    }

    /// The text as it is.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether it differs from what it began with.
    pub fn is_changed(&self) -> bool {
        self.text() != self.before
    }

    /// Another text takes the place of this one; it can be compared with the
    /// first one still.
    pub fn replace(&mut self, text: &str) {
        self.area = area_of(text);
        self.check();
    }

    /// Edits.
    pub(super) fn press(&mut self, key: Key) -> Then {
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::CONTROL, key.ctrl);
        modifiers.set(KeyModifiers::ALT, key.alt);
        if self.area.input(KeyEvent::new(key.code, modifiers)) {
            self.check();
        }
        Then::Stay
    }

    /// Puts in text that was pasted; terminals paste line breaks as `\r`.
    pub fn paste(&mut self, text: &str) {
        self.area
            .insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        self.check();
    }

    fn check(&mut self) {
        let length: usize = self.area.lines().iter().map(|line| line.len() + 1).sum();
        self.fault = (length <= CHECKED)
            .then(|| fault_of(self.purpose, &self.text()))
            .flatten();
    }

    /// What is wrong with the text, with line and column.
    pub fn fault(&self) -> Option<String> {
        self.fault.as_ref().map(Fault::to_string)
    }

    /// Draws it; tells where the caret is.
    pub fn draw(&self, place: Rect, hints: &str, look: &Look, buffer: &mut Buffer) -> Position {
        let title = words::ask::box_title(self.purpose);
        let inside = look.popup(place, title, hints.to_owned(), buffer);
        let mut text = inside;
        if let Some(fault) = &self.fault
            && inside.height > FAULT_ROWS
        {
            text.height -= FAULT_ROWS;
            self.draw_fault(fault, below(inside, text.height), look, buffer);
        }
        (&self.area).render(text, buffer);
        let cursor = self.area.screen_cursor();
        let cell = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let x = text.x.saturating_add(cell(cursor.col));
        let y = text.y.saturating_add(cell(cursor.row));
        Position::new(
            x.min(text.right().saturating_sub(1)),
            y.min(text.bottom().saturating_sub(1)),
        )
    }

    fn draw_fault(&self, fault: &Fault, area: Rect, look: &Look, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let line = self.area.lines().get(fault.line - 1);
        let line = line.map_or("", String::as_str);
        let (excerpt, caret) = excerpt(line, fault.column, width);
        let caret = format!("{}^", " ".repeat(caret));
        let fault = fault.to_string();
        let what = keep_start(&fault, width);
        look.rule(area, buffer);
        look.text(below(area, 1), &excerpt, Role::Dim, buffer);
        look.lines(below(area, 2), [&*caret, &*what], Role::Bad, buffer);
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, column, what } = self;
        write!(f, "line {line}, column {column}: {what}")
    }
}

fn area_of(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::Glyph);
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    area
}

/// What is wrong with a text of that kind.
fn fault_of(purpose: BoxFor, text: &str) -> Option<Fault> {
    let Some(separator) = purpose.separator() else {
        let error = match purpose {
            BoxFor::Data => json::check(text.as_bytes()).err()?,
            _ => return None,
        };
        return Some(Fault {
            line: error.line,
            column: error.column,
            what: error.kind.to_string(),
        });
    };
    let mut lines = text.lines().enumerate();
    let is_bad = |line: &str| {
        let name = line.split_once(separator).map(|(name, _)| name.trim());
        !line.trim().is_empty() && name.is_none_or(str::is_empty)
    };
    let (at, line) = lines.find(|(_, line)| is_bad(line))?;
    Some(Fault {
        line: at + 1,
        column: line.chars().count() + 1,
        what: format!("expected a name and '{separator}'"),
    })
}

/// The part of a line around a column, and the cell the column is in.
fn excerpt(line: &str, column: usize, width: usize) -> (String, usize) {
    let shown = |character: char| {
        if json::printable(character) {
            character
        } else {
            '·'
        }
    };
    let cells = |character: char| shown(character).width().unwrap_or(0);
    let before = column.saturating_sub(1);
    let to_caret: usize = line.chars().take(before).map(cells).sum();
    // A third of the room is for what follows.
    let mut skipped = 0;
    let mut skip = 0;
    for character in line.chars() {
        if to_caret - skipped < width.saturating_sub(width / 3).max(1) {
            break;
        }
        skipped += cells(character);
        skip += 1;
    }
    let excerpt = line.chars().skip(skip).map(shown).collect();
    (excerpt, to_caret - skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_checked_with_line_and_column() {
        let mut text_box = TextBox::new(BoxFor::Data, "{\"a\":1,\n\"灯\" 2}");
        assert_eq!(
            text_box.fault().as_deref(),
            Some("line 2, column 5: expected ':'")
        );
        text_box.replace("[1]");
        assert_eq!(text_box.fault(), None);
        text_box.paste("\r\nx");
        assert_eq!(text_box.text(), "[1]\nx");
        assert!(text_box.fault().is_some() && text_box.is_changed());
    }

    #[test]
    fn a_line_without_its_separator_is_told() {
        let text_box = TextBox::new(BoxFor::Headers, "a: b\n\nno header");
        assert_eq!(
            text_box.fault().as_deref(),
            Some("line 3, column 10: expected a name and ':'")
        );
        assert_eq!(TextBox::new(BoxFor::Cookies, "a=b").fault(), None);
        assert!(TextBox::new(BoxFor::Params, "=b").fault().is_some());
    }

    #[test]
    fn the_caret_stands_under_the_fault_in_a_long_line_of_chinese() {
        let line = format!("[\"{}\" 1]", "客厅灯".repeat(40));
        let (excerpt, caret) = excerpt(&line, 125, 30);
        let mut cells = 0;
        let under = excerpt.chars().find(|character| {
            let here = cells;
            cells += character.width().unwrap_or(0);
            here == caret
        });
        assert_eq!(under, Some('1'), "{excerpt} {caret}");
        assert!(caret < 30);
    }
}
