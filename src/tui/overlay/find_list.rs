//! A list narrowed while one types: help and palette.

use std::cmp::Reverse;

use crossterm::event::KeyCode;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{LineEdit, Pick, Then};
use crate::tui::action::Action;
use crate::tui::key::Key;
use crate::tui::look::{Look, behind, below, middle};
use crate::tui::theme::Role;

/// The width of the keys.
const KEYS: u16 = 16;

/// Lines that a page goes.
const PAGE: usize = 10;

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What choosing it comes to; a heading cannot be chosen.
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
    line: LineEdit,
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

    /// Takes text that was pasted.
    pub fn paste(&mut self, text: &str) {
        self.line.paste(text);
        self.narrow();
    }

    pub(super) fn press(&mut self, key: Key, action: Option<Action>) -> Then {
        match (action, key.code) {
            (Some(Action::Accept), _) => return self.chosen().map_or(Then::Stay, Then::Pick),
            (_, KeyCode::Down) => self.step(true, 1),
            (_, KeyCode::Up) => self.step(false, 1),
            (_, KeyCode::PageDown) => self.step(true, PAGE),
            (_, KeyCode::PageUp) => self.step(false, PAGE),
            _ if self.line.press(key) => self.narrow(),
            _ => {}
        }
        Then::Stay
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
    fn narrow(&mut self) {
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
    pub fn draw(&self, look: &Look, screen: Rect, buffer: &mut Buffer) -> Position {
        let area = middle(screen, 76, screen.height.saturating_sub(2).min(34));
        let count = self.found.len();
        let foot = format!(" {}/{count} ", (self.cursor + 1).min(count));
        let inside = look.popup(area, format!(" {} ", self.title), foot, buffer);
        look.text(inside, ">", Role::HintKey, buffer);
        let style = look.theme.style(Role::Text);
        let caret = self.line.draw(behind(inside, 2), false, style, buffer);
        let rows = below(inside, 1);
        let top = (self.cursor + 1).saturating_sub(usize::from(rows.height));
        for (at, row) in (top..count).zip(rows.rows()) {
            let item = &self.items[self.found[at]];
            if item.pick.is_none() {
                look.text(row, &item.words, Role::Title, buffer);
            } else {
                let keys = Rect {
                    width: row.width.min(KEYS + 1),
                    ..row
                };
                look.text(behind(keys, 1), &item.keys, Role::HintKey, buffer);
                look.text(behind(row, KEYS + 2), &item.words, Role::Text, buffer);
            }
            if at == self.cursor {
                look.select(row, buffer);
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
        list.paste("record");
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
        list.paste("cpjq");
        assert_eq!(list.chosen(), Some(Pick::Action(Action::CopyJqPath)));
        assert_eq!(list.found.len(), 1);
    }
}
