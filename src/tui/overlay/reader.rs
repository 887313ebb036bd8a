//! A text to read: the log, how to record.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{clear, middle};
use crate::tui::action::Action;
use crate::tui::detail::wrap;
use crate::tui::frame::{Frame, frame};
use crate::tui::theme::Role;

/// A text and how far one has read.
#[derive(Debug)]
pub struct Reader {
    title: String,
    text: String,
    hints: String,
    top: usize,
}

impl Reader {
    /// A text with a title.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            hints: String::new(),
            top: 0,
        }
    }

    /// The same, with keys named at its foot.
    pub fn with_hints(mut self, hints: String) -> Self {
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

    fn lines(&self, width: usize) -> Vec<std::borrow::Cow<'_, str>> {
        self.text
            .lines()
            .flat_map(|line| wrap(line, width))
            .collect()
    }

    /// Moves.
    pub fn apply(&mut self, action: Action, screen: Rect) {
        let place = Self::place(screen);
        let height = usize::from(place.height.saturating_sub(2));
        let count = self.lines(usize::from(place.width.saturating_sub(4))).len();
        let last = count.saturating_sub(height);
        let top = self.top.min(last);
        self.top = match action {
            Action::Down => top + 1,
            Action::Up => top.saturating_sub(1),
            Action::HalfDown => top + height / 2,
            Action::HalfUp => top.saturating_sub(height / 2),
            Action::PageDown => top + height,
            Action::PageUp => top.saturating_sub(height),
            Action::Top => 0,
            Action::Bottom => last,
            _ => top,
        }
        .min(last);
    }

    /// Draws it.
    pub fn draw(&self, look: &Frame, screen: Rect, buffer: &mut Buffer) {
        let area = Self::place(screen);
        clear(area, buffer);
        let lines = self.lines(usize::from(area.width.saturating_sub(4)));
        let height = usize::from(area.height.saturating_sub(2));
        let last = lines.len().saturating_sub(height);
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
        let inside = frame(area, look, format!(" {} ", self.title), foot, buffer);
        for (line, y) in lines.iter().skip(top).zip(inside.y..inside.bottom()) {
            buffer.set_stringn(
                inside.x + 1,
                y,
                line,
                usize::from(inside.width.saturating_sub(1)),
                look.theme.style(Role::Text),
            );
        }
    }
}
