//! A list narrowed while one types: help and palette.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{LineEdit, clear, middle};
use crate::tui::action::Action;
use crate::tui::frame::{Frame, frame};
use crate::tui::theme::Role;
use mishark_core::protocol::key::KeyId;

/// What choosing a line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Something is done.
    Action(Action),
    /// A device of the directory, by its place there: filter by it.
    Device(usize),
    /// A call is written from nothing.
    EmptyCall,
    /// A login signs.
    Session(KeyId),
    /// A template is filled.
    Template(&'static str),
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What choosing it comes to; a heading can not be chosen.
    pub pick: Option<Pick>,
    /// The keys.
    pub keys: String,
    /// The words.
    pub words: String,
}

/// The list.
#[derive(Debug)]
pub struct FindList {
    title: &'static str,
    items: Vec<Item>,
    /// What is typed.
    pub line: LineEdit,
    /// The items in sight, best first.
    found: Vec<usize>,
    cursor: usize,
    /// Whether an item can be chosen, or only looked at.
    choosable: bool,
}

impl FindList {
    /// A list of items; those that can be chosen have an action.
    pub fn new(title: &'static str, items: Vec<Item>, choosable: bool) -> Self {
        let mut list = Self {
            title,
            found: Vec::new(),
            items,
            line: LineEdit::default(),
            cursor: 0,
            choosable,
        };
        list.narrow();
        list
    }

    /// What the cursor is on.
    pub fn chosen(&self) -> Option<Pick> {
        let item = self.found.get(self.cursor)?;
        self.items[*item].pick.filter(|_| self.choosable)
    }

    /// Moves the cursor.
    pub fn step(&mut self, forward: bool, lines: usize) {
        let last = self.found.len().saturating_sub(1);
        self.cursor = if forward {
            (self.cursor + lines).min(last)
        } else {
            self.cursor.saturating_sub(lines)
        };
    }

    /// Finds again after the line has changed.
    pub fn narrow(&mut self) {
        self.cursor = 0;
        let text = self.line.text().trim();
        if text.is_empty() {
            self.found = (0..self.items.len()).collect();
            return;
        }
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scored: Vec<(u32, bool, usize)> = Vec::new();
        let mut characters = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            if item.pick.is_none() {
                continue;
            }
            let haystack = format!("{} {}", item.words, item.keys);
            // `record` means the word more than the start of `recorded`.
            let is_word = haystack
                .split(|character: char| !character.is_alphanumeric())
                .any(|word| word.eq_ignore_ascii_case(text));
            let haystack = Utf32Str::new(&haystack, &mut characters);
            if let Some(score) = pattern.score(haystack, &mut matcher) {
                scored.push((score, is_word, at));
            }
        }
        scored.sort_by_key(|(score, is_word, at)| (Reverse(*score), !*is_word, *at));
        self.found = scored.into_iter().map(|(.., at)| at).collect();
    }

    /// Draws it in the middle of the screen; tells where the caret is.
    pub fn draw(&self, look: &Frame, screen: Rect, buffer: &mut Buffer) -> Position {
        let area = middle(screen, 76, screen.height.saturating_sub(2).min(34));
        clear(area, buffer);
        let foot = format!(
            " {}/{} ",
            (self.cursor + 1).min(self.found.len()),
            self.found.len()
        );
        let inside = frame(area, look, format!(" {} ", self.title), foot, buffer);
        let line = Rect {
            x: inside.x + 2,
            width: inside.width.saturating_sub(2),
            height: 1,
            ..inside
        };
        buffer.set_stringn(inside.x, inside.y, ">", 1, look.theme.style(Role::HintKey));
        let caret = self
            .line
            .draw(line, false, look.theme.style(Role::Text), buffer);
        let height = usize::from(inside.height.saturating_sub(1));
        let top = (self.cursor + 1).saturating_sub(height);
        let keys_width = 16;
        for (at, y) in (top..self.found.len()).zip(inside.y + 1..inside.bottom()) {
            let item = &self.items[self.found[at]];
            let width = usize::from(inside.width);
            if item.pick.is_none() {
                buffer.set_stringn(
                    inside.x,
                    y,
                    &item.words,
                    width,
                    look.theme.style(Role::Title),
                );
            } else {
                let key_style = look.theme.style(Role::HintKey);
                buffer.set_stringn(
                    inside.x + 1,
                    y,
                    &item.keys,
                    keys_width.min(width.saturating_sub(1)),
                    key_style,
                );
                let x = inside.x + 2 + keys_width as u16;
                let room = width.saturating_sub(keys_width + 2);
                buffer.set_stringn(x, y, &item.words, room, look.theme.style(Role::Text));
            }
            if at == self.cursor {
                let row = Rect {
                    y,
                    height: 1,
                    ..inside
                };
                buffer.set_style(row, look.theme.style(Role::Selected));
            }
        }
        caret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_comes_before_the_start_of_another() {
        let items = [
            ("send the recorded bytes once more", Action::ExactResend),
            ("how to record: whistle", Action::HowToRecord),
        ];
        let items = items.map(|(words, action)| Item {
            pick: Some(Pick::Action(action)),
            keys: String::new(),
            words: words.to_owned(),
        });
        let mut list = FindList::new("commands", items.to_vec(), true);
        list.line.paste("record");
        list.narrow();
        assert_eq!(list.chosen(), Some(Pick::Action(Action::HowToRecord)));
        assert_eq!(list.found.len(), 2);
    }

    #[test]
    fn typing_narrows_and_the_best_comes_first() {
        let item = |words: &str, action: Option<Action>| Item {
            pick: action.map(Pick::Action),
            keys: String::new(),
            words: words.to_owned(),
        };
        let mut list = FindList::new(
            "commands",
            vec![
                item("Moving", None),
                item("copy the jq path", Some(Action::CopyJqPath)),
                item("copy the path", Some(Action::CopyPath)),
                item("quit", Some(Action::Quit)),
            ],
            true,
        );
        assert_eq!(list.chosen(), None);
        list.line.paste("cpjq");
        list.narrow();
        assert_eq!(list.chosen(), Some(Pick::Action(Action::CopyJqPath)));
        assert_eq!(list.found.len(), 1);
    }
}
