//! A line that is typed at the foot of the screen: what for, and its history.

use crossterm::event::KeyCode;

use super::{LineEdit, Then};
use crate::tui::asked::Ask;
use crate::tui::key::Key;

/// A line that is typed, at the foot of the screen.
pub struct Prompt {
    /// What for.
    pub ask: Ask,
    /// What is asked, in words.
    pub label: &'static str,
    /// The line.
    pub line: LineEdit,
    /// What is wrong with it: carets under the line, and a sentence.
    pub fault: Option<(String, String)>,
    /// Where in the history one is; its length while one types anew.
    pub history: usize,
    /// Values that are known, each with a word on what it is.
    pub choices: Vec<(String, String)>,
}

impl Prompt {
    /// A line that begins with a text, with values to choose from, or filters.
    pub fn new(
        ask: Ask,
        label: &'static str,
        line: &str,
        choices: Vec<(String, String)>,
        filters: &[String],
    ) -> Self {
        // The filter that holds is in the line already: what comes before it is
        // brought back first.
        let is_last = filters.last().is_some_and(|last| last == line);
        let history = match choices.len() {
            0 => filters.len() - usize::from(is_last),
            count => count,
        };
        Self {
            ask,
            label,
            line: LineEdit::new(line),
            fault: None,
            history,
            choices,
        }
    }

    pub(super) fn press(&mut self, key: Key, filters: &[String]) -> Then {
        let is_edited = match key.code {
            KeyCode::Up | KeyCode::Down | KeyCode::Tab => self.recall(key, filters),
            _ => self.line.press(key),
        };
        match is_edited {
            true => Then::Edited,
            false => Then::Stay,
        }
    }

    /// Brings an older filter into the line, or a newer one; or the next of the
    /// values that are known. Tells whether there is any.
    fn recall(&mut self, key: Key, filters: &[String]) -> bool {
        let is_filter = self.ask == Ask::Filter;
        let count = match is_filter {
            true => filters.len(),
            false => self.choices.len(),
        };
        if count == 0 {
            return false;
        }
        // A history is gone through from its end, values from their start.
        self.history = match key.code {
            KeyCode::Up => self.history.saturating_sub(1),
            _ if self.history >= count && !is_filter => 0,
            _ => (self.history + 1).min(count),
        };
        let value = match is_filter {
            true => filters.get(self.history),
            false => self.choices.get(self.history).map(|(value, _)| value),
        };
        self.line = LineEdit::new(value.map_or("", String::as_str));
        true
    }
}
