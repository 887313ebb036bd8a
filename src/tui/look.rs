//! How panes and popups look: frames of light lines, or of ASCII where line
//! characters may be two cells wide, and text in its colours.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::symbols::border;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::theme::{Role, Theme};

/// ASCII for what has not the focus.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// ASCII for what has it: state is never told by colour alone.
const ASCII_FOCUS: border::Set<'static> = border::Set {
    horizontal_top: "=",
    horizontal_bottom: "=",
    ..ASCII
};

/// How panes and popups look, and the pieces all of them are drawn with.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// Whether frames and marks are ASCII.
    pub ascii: bool,
    /// Whether keys go to what is drawn.
    pub focused: bool,
    /// Whether secrets are shown.
    pub reveal: bool,
}

impl Look {
    /// Draws a frame with a title and a foot, and returns what is inside. Of a
    /// foot that is too long the first spans are left out.
    pub fn frame<'a>(
        &self,
        area: Rect,
        title: impl Into<Line<'a>>,
        foot: impl Into<Line<'a>>,
        buffer: &mut Buffer,
    ) -> Rect {
        let set = match (self.ascii, self.focused) {
            (true, false) => ASCII,
            (true, true) => ASCII_FOCUS,
            (false, false) => border::PLAIN,
            (false, true) => border::THICK,
        };
        let role = match self.focused {
            true => Role::Focus,
            false => Role::Border,
        };
        let mut foot = foot.into();
        // What stands last matters most: the checks.
        while foot.width() > usize::from(inside(area).width) && foot.spans.len() > 1 {
            foot.spans.remove(0);
        }
        Block::bordered()
            .border_set(set)
            .border_style(self.theme.style(role))
            .title_top(title.into().style(self.theme.style(Role::Title)))
            .title_bottom(foot.right_aligned())
            .render(area, buffer);
        inside(area)
    }

    /// Draws the frame of a popup over what is there, and returns what is inside.
    pub fn popup<'a>(
        &self,
        area: Rect,
        title: impl Into<Line<'a>>,
        foot: impl Into<Line<'a>>,
        buffer: &mut Buffer,
    ) -> Rect {
        clear(area, buffer);
        self.frame(area, title, foot, buffer)
    }

    /// Writes a text into the first row of a place, as far as it fits there.
    pub fn text(&self, place: Rect, text: &str, role: Role, buffer: &mut Buffer) {
        if place.height > 0 {
            let width = usize::from(place.width);
            buffer.set_stringn(place.x, place.y, text, width, self.theme.style(role));
        }
    }

    /// Writes lines below each other, as many as a place has rows.
    pub fn lines<T: AsRef<str>>(
        &self,
        place: Rect,
        lines: impl IntoIterator<Item = T>,
        role: Role,
        buffer: &mut Buffer,
    ) {
        for (line, row) in lines.into_iter().zip(place.rows()) {
            self.text(row, line.as_ref(), role, buffer);
        }
    }

    /// Writes spans from left to right into the first row of a place.
    pub fn spans(&self, place: Rect, spans: &[(String, Role)], buffer: &mut Buffer) {
        let mut taken = 0;
        for (text, role) in spans {
            self.text(behind(place, taken), text, *role, buffer);
            taken = taken.saturating_add(u16::try_from(text.width()).unwrap_or(u16::MAX));
        }
    }

    /// Shows that the cursor is on these rows.
    pub fn select(&self, rows: Rect, buffer: &mut Buffer) {
        buffer.set_style(rows, self.theme.style(Role::Selected));
    }

    /// A line across a place.
    pub fn rule(&self, place: Rect, buffer: &mut Buffer) {
        let rule = if self.ascii { "-" } else { "─" };
        let rule = rule.repeat(usize::from(place.width));
        self.text(place, &rule, Role::Border, buffer);
    }
}

/// What is inside a frame.
pub fn inside(frame: Rect) -> Rect {
    Rect {
        x: frame.x.saturating_add(1),
        y: frame.y.saturating_add(1),
        width: frame.width.saturating_sub(2),
        height: frame.height.saturating_sub(2),
    }
}

/// What of a place is behind so many cells.
pub fn behind(place: Rect, cells: u16) -> Rect {
    Rect {
        x: place.x.saturating_add(cells.min(place.width)),
        width: place.width.saturating_sub(cells),
        ..place
    }
}

/// What of a place is below so many rows.
pub fn below(place: Rect, rows: u16) -> Rect {
    Rect {
        y: place.y.saturating_add(rows.min(place.height)),
        height: place.height.saturating_sub(rows),
        ..place
    }
}

/// Cuts a text into lines of so many cells.
pub fn wrap(text: &str, width: u16) -> Vec<Cow<'_, str>> {
    match width {
        0 => Vec::new(),
        width => textwrap::wrap(text, usize::from(width)),
    }
}

/// A place in the middle of the screen, as large as asked, if there is room.
pub fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

/// Clears a place and the halves of wide characters that its edges cut.
fn clear(area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
    // A wide character left of the edge has its second half under us: without
    // this the terminal would draw over our frame (ratatui#1745).
    if let Some(left) = area.x.checked_sub(1) {
        for y in area.y..area.bottom() {
            if let Some(cell) = buffer.cell_mut(Position::new(left, y))
                && cell.symbol().width() > 1
            {
                cell.set_symbol(" ");
            }
        }
    }
}
