//! One line that is edited, with the real cursor at its caret so that input
//! methods compose in place.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::{Input, InputRequest};

use crate::tui::key::Key;

/// A line longer than this is no filter and no path; a key has 24 characters.
const LONGEST: usize = 64 << 10;

/// A line and its caret.
#[derive(Debug, Clone, Default)]
pub struct LineEdit(Input);

impl LineEdit {
    /// A line with the caret behind it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Input::new(text.into()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Puts in text that was pasted, without line breaks and control bytes.
    pub fn paste(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text().len());
        let mut taken = 0;
        let characters = text.trim_end_matches(['\r', '\n']).chars();
        let pasted: String = characters
            .take_while(|character| {
                taken += character.len_utf8();
                taken <= room
            })
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        // In one piece: character by character, a book would take seconds.
        let before = self.0.cursor();
        let mut line: String = self.text().chars().take(before).collect();
        line.push_str(&pasted);
        line.extend(self.text().chars().skip(before));
        let caret = before + pasted.chars().count();
        self.0 = Input::new(line).with_cursor(caret);
    }

    /// Edits; tells whether the text has changed.
    pub fn press(&mut self, key: Key) -> bool {
        let request = match (key.code, key.ctrl, key.alt) {
            (KeyCode::Char(character), false, false) if !character.is_control() => {
                if self.text().len() >= LONGEST {
                    return false;
                }
                InputRequest::InsertChar(character)
            }
            (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, _) => {
                InputRequest::DeletePrevChar
            }
            (KeyCode::Char('w'), true, _) | (KeyCode::Backspace, ..) => {
                InputRequest::DeletePrevWord
            }
            (KeyCode::Delete, false, _) => InputRequest::DeleteNextChar,
            (KeyCode::Delete, true, _) | (KeyCode::Char('d'), _, true) => {
                InputRequest::DeleteNextWord
            }
            (KeyCode::Char('u'), true, _) => InputRequest::DeleteLine,
            (KeyCode::Char('k'), true, _) => InputRequest::DeleteTillEnd,
            (KeyCode::Left, false, false) | (KeyCode::Char('b'), true, _) => {
                InputRequest::GoToPrevChar
            }
            (KeyCode::Right, false, false) | (KeyCode::Char('f'), true, _) => {
                InputRequest::GoToNextChar
            }
            (KeyCode::Left, ..) | (KeyCode::Char('b'), _, true) => InputRequest::GoToPrevWord,
            (KeyCode::Right, ..) | (KeyCode::Char('f'), _, true) => InputRequest::GoToNextWord,
            (KeyCode::Home, ..) | (KeyCode::Char('a'), true, _) => InputRequest::GoToStart,
            (KeyCode::End, ..) | (KeyCode::Char('e'), true, _) => InputRequest::GoToEnd,
            _ => return false,
        };
        self.0.handle(request).is_some_and(|changed| changed.value)
    }

    /// Draws the line and tells where the caret is.
    pub fn draw(&self, area: Rect, hidden: bool, style: Style, buffer: &mut Buffer) -> Position {
        let width = usize::from(area.width.max(1));
        let (text, caret) = if hidden {
            let before = self.text().chars().take(self.0.cursor()).count();
            ("*".repeat(self.text().chars().count()), before)
        } else {
            (self.text().to_owned(), self.0.visual_cursor())
        };
        let scroll = (caret + 1).saturating_sub(width);
        let mut cells = 0;
        let mut shown = String::new();
        for character in text.chars() {
            let wide = unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
            if cells >= scroll {
                shown.push(if mishark_core::json::printable(character) {
                    character
                } else {
                    '·'
                });
            } else if cells + wide > scroll {
                // Half of a wide character is in sight: a blank stands for it.
                shown.push(' ');
            }
            cells += wide;
        }
        buffer.set_stringn(area.x, area.y, &shown, usize::from(area.width), style);
        let caret = u16::try_from(caret - scroll.min(caret)).unwrap_or(u16::MAX);
        Position::new(area.x.saturating_add(caret).min(area.right()), area.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> LineEdit {
        let mut line = LineEdit::default();
        for character in keys.chars() {
            line.press(Key::plain(KeyCode::Char(character)));
        }
        line
    }

    #[test]
    fn chinese_is_typed_moved_over_and_taken_back_whole() {
        let mut line = typed("客厅灯");
        line.press(Key::plain(KeyCode::Left));
        line.press(Key::plain(KeyCode::Backspace));
        assert_eq!(line.text(), "客灯");
        let area = Rect::new(0, 0, 10, 1);
        let mut buffer = Buffer::empty(area);
        let caret = line.draw(area, false, Style::new(), &mut buffer);
        assert_eq!(caret, Position::new(2, 0));
    }

    #[test]
    fn a_long_line_scrolls_so_that_the_caret_is_in_sight() {
        let line = typed("0123456789客厅");
        let area = Rect::new(3, 0, 6, 1);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        let caret = line.draw(area, false, Style::new(), &mut buffer);
        assert_eq!(caret, Position::new(8, 0));
        let row: String = (0..12)
            .map(|x| buffer[(x, 0)].symbol().to_owned())
            .collect();
        assert!(row.contains("9客"), "{row}");
    }

    #[test]
    fn a_hidden_line_shows_stars_alone() {
        let line = typed("secret==");
        let area = Rect::new(0, 0, 12, 1);
        let mut buffer = Buffer::empty(area);
        line.draw(area, true, Style::new(), &mut buffer);
        assert_eq!(buffer[(7, 0)].symbol(), "*");
        assert_eq!(buffer[(8, 0)].symbol(), " ");
    }

    #[test]
    fn pasted_text_is_one_line() {
        let mut line = LineEdit::default();
        line.paste("a\nb\u{1b}c\r\n");
        assert_eq!(line.text(), "a b c");
    }
}
