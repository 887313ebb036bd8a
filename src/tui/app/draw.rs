//! The screen as cells. Only reads.

mod lines;
mod panes;
mod popup;
mod tabs;
mod welcome;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::{App, Context, Pane};
use crate::tui::action::Action;
use crate::tui::layout::LEAST;
use crate::tui::look::{Look, behind};
use crate::tui::theme::Role;
use crate::tui::words;

impl App {
    /// Draws everything; tells the terminal where the caret is, if there is one.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let screen = frame.area();
        let caret = self.render(screen, frame.buffer_mut());
        if let Some(caret) = caret {
            frame.set_cursor_position(caret);
        }
    }

    /// Draws everything into cells.
    pub fn render(&self, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
        let Some(places) = self.places() else {
            self.too_small(screen, buffer);
            return None;
        };
        // Drawn between a resize and its message, the places may lie outside.
        if places.mode.bottom() > screen.height || places.mode.right() > screen.width {
            return None;
        }
        if self.is_welcome() {
            self.welcome(&places, buffer);
        } else {
            self.header(places.header, buffer);
            self.panes(&places, buffer);
            self.status(places.status, buffer);
        }
        self.hints(places.hints, buffer);
        self.mode(places.mode, buffer);
        let mut caret = None;
        let above = self.popup_area(&places);
        for popup in &self.overlays {
            caret = self.popup(popup, &places, above, buffer);
        }
        if self.settings.ascii {
            in_ascii(buffer);
        }
        caret
    }

    fn too_small(&self, screen: Rect, buffer: &mut Buffer) {
        let text = words::too_small(screen.width, screen.height, LEAST);
        self.look(false).text(screen, &text, Role::Warn, buffer);
    }

    /// How things look, with or without the focus.
    fn look(&self, focused: bool) -> Look {
        Look {
            theme: self.settings.theme,
            ascii: self.settings.ascii,
            focused,
            reveal: self.reveal,
        }
    }

    /// A pane's look: the focus is dimmed while a popup has the keys.
    fn pane_look(&self, pane: Pane) -> Look {
        self.look(self.focus == pane && self.overlays.is_empty())
    }

    /// Writes spans from left to right, as far as there is room.
    fn write(&self, area: Rect, spans: &[(String, Role)], buffer: &mut Buffer) {
        self.look(false).spans(area, spans, buffer);
    }

    /// Writes spans at the right edge, if there is room beside what is left or it
    /// has to be seen.
    fn write_right(
        &self,
        area: Rect,
        left: Option<usize>,
        spans: &[(String, Role)],
        buffer: &mut Buffer,
    ) {
        let width = width_of(spans);
        let room = usize::from(area.width);
        if left.is_none_or(|left| left + width < room) {
            let gap = room.saturating_sub(width) as u16;
            self.write(behind(area, gap), spans, buffer);
        }
    }

    /// The key of an action there, to be shown.
    pub(super) fn key_of(&self, action: Action, context: Context) -> String {
        self.settings.keymap.shown(action, context)
    }
}

fn width_of(spans: &[(String, Role)]) -> usize {
    spans.iter().map(|(text, _)| text.width()).sum()
}

/// What stands in for characters of ours that take two cells where ambiguous
/// ones are wide: cut text, arrows, masked secrets.
fn in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "…" => "~",
            "→" => ">",
            "•" => "*",
            "·" => ".",
            "─" => "-",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}
