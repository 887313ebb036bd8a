//! A text to read: the log, how to record, a signed request.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Then;
use crate::tui::action::Action;
use crate::tui::look::{Look, behind, middle, wrap};
use crate::tui::theme::Role;
use mishark_core::replay::SignedRequest;

/// A text and how far one has read.
#[derive(Debug)]
pub struct Reader {
    title: &'static str,
    text: String,
    hints: String,
    top: usize,
    /// The signed request that the text shows: what is sent is what is shown.
    pub request: Option<Arc<SignedRequest>>,
}

impl Reader {
    /// A text with a title.
    pub fn new(title: &'static str, text: impl Into<String>) -> Self {
        Self {
            title,
            text: text.into(),
            hints: String::new(),
            top: 0,
            request: None,
        }
    }

    /// The text of a signed request, with keys named at its foot.
    pub fn of_request(mut self, request: Arc<SignedRequest>, hints: String) -> Self {
        self.request = Some(request);
        self.hints = hints;
        self
    }

    /// Another text, of which as much was read.
    pub fn replace(&mut self, text: impl Into<String>) {
        self.text = text.into();
    }

    /// The same, read from its end.
    pub fn at_end(mut self) -> Self {
        self.top = usize::MAX;
        self
    }

    fn place(screen: Rect) -> Rect {
        middle(screen, 84, screen.height.saturating_sub(2))
    }

    fn lines(&self, width: u16) -> Vec<Cow<'_, str>> {
        let lines = self.text.lines();
        lines.flat_map(|line| wrap(line, width)).collect()
    }

    /// The height of its place, and the last line that can be the first one shown.
    fn room(&self, screen: Rect) -> (usize, usize) {
        let place = Self::place(screen);
        let height = usize::from(place.height.saturating_sub(2));
        let count = self.lines(place.width.saturating_sub(4)).len();
        (height, count.saturating_sub(height))
    }

    pub(super) fn press(&mut self, action: Action, screen: Rect) -> Then {
        if matches!(action, Action::Reveal | Action::Send) {
            return Then::Do(action);
        }
        let (height, last) = self.room(screen);
        let moved = action.moved(self.top.min(last), 1, height, last);
        self.top = moved.unwrap_or(self.top);
        Then::Stay
    }

    /// Scrolls by so many lines.
    pub(super) fn scroll(&mut self, forward: bool, lines: usize, screen: Rect) {
        let (height, last) = self.room(screen);
        let action = if forward { Action::Down } else { Action::Up };
        let moved = action.moved(self.top.min(last), lines, height, last);
        self.top = moved.unwrap_or(self.top);
    }

    /// Draws it.
    pub fn draw(&self, look: &Look, screen: Rect, buffer: &mut Buffer) {
        let area = Self::place(screen);
        let lines = self.lines(area.width.saturating_sub(4));
        let (height, last) = self.room(screen);
        let top = self.top.min(last);
        let end = (top + height).min(lines.len());
        let mut foot = self.hints.clone();
        if last > 0 {
            let gap = if foot.is_empty() { "" } else { "   " };
            foot.push_str(&format!("{gap}{}-{end} of {}", top + 1, lines.len()));
        }
        if !foot.is_empty() {
            foot = format!(" {foot} ");
        }
        let inside = look.popup(area, format!(" {} ", self.title), foot, buffer);
        look.lines(behind(inside, 1), &lines[top..], Role::Text, buffer);
    }
}
