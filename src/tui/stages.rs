//! Pane 6: how the plaintext came about, step by step.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::detail::wrap;
use super::theme::{Role, Theme};
use mishark_core::text::clean;

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageLine {
    /// The step's name; a heading has no text.
    pub name: String,
    /// What it says.
    pub text: String,
    /// How it looks.
    pub role: Role,
    /// Which stage it is, to be copied; a heading is none.
    pub stage: Option<usize>,
}

/// The stages of the shown flow.
#[derive(Debug, Default)]
pub struct StagesPane {
    lines: Vec<StageLine>,
    cursor: usize,
    top: usize,
}

/// The width of the names.
const NAME: u16 = 13;

impl StagesPane {
    /// Takes another flow's stages.
    pub fn set(&mut self, lines: Vec<StageLine>) {
        self.lines = lines;
        self.cursor = self.cursor.min(self.lines.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
    }

    /// The stage the cursor is on.
    pub fn chosen(&self) -> Option<usize> {
        self.lines.get(self.cursor)?.stage
    }

    /// Moves.
    pub fn apply(&mut self, action: Action, times: usize, inside: Rect) {
        let height = usize::from(inside.height).max(1);
        let last = self.lines.len().saturating_sub(1);
        self.cursor = match action {
            Action::Down => self.cursor.saturating_add(times),
            Action::Up => self.cursor.saturating_sub(times),
            Action::HalfDown => self.cursor + height / 2,
            Action::HalfUp => self.cursor.saturating_sub(height / 2),
            Action::PageDown => self.cursor + height,
            Action::PageUp => self.cursor.saturating_sub(height),
            Action::Top => 0,
            Action::Bottom => last,
            _ => self.cursor,
        }
        .min(last);
        self.fit(inside);
    }

    /// Keeps the cursor in sight: a line may take several rows.
    pub fn fit(&mut self, inside: Rect) {
        self.top = self.top.min(self.cursor);
        let height = usize::from(inside.height).max(1);
        while self.top < self.cursor
            && self.lines[self.top..=self.cursor]
                .iter()
                .map(|line| rows(line, inside.width).len())
                .sum::<usize>()
                > height
        {
            self.top += 1;
        }
    }

    /// Puts the cursor on the line at a row of the pane.
    pub fn click(&mut self, row: u16, inside: Rect) {
        let mut below = usize::from(row);
        for (at, line) in self.lines.iter().enumerate().skip(self.top) {
            let taken = rows(line, inside.width).len();
            if below < taken {
                self.cursor = at;
                return;
            }
            below -= taken;
        }
    }

    /// Draws it inside a frame that is there already.
    pub fn draw(&self, inside: Rect, focused: bool, theme: Theme, buffer: &mut Buffer) {
        let mut y = inside.y;
        for (at, line) in self.lines.iter().enumerate().skip(self.top) {
            let is_heading = line.stage.is_none();
            let start = y;
            let name_role = if is_heading { Role::Title } else { Role::Key };
            for (part, text) in rows(line, inside.width).iter().enumerate() {
                if y >= inside.bottom() {
                    return;
                }
                if part == 0 {
                    let room = if is_heading {
                        inside.width
                    } else {
                        NAME.min(inside.width)
                    };
                    buffer.set_stringn(
                        inside.x,
                        y,
                        clean(&line.name),
                        usize::from(room),
                        theme.style(name_role),
                    );
                }
                if !is_heading && inside.width > NAME {
                    let room = usize::from(inside.width - NAME);
                    buffer.set_stringn(inside.x + NAME, y, text, room, theme.style(line.role));
                }
                y += 1;
            }
            if at == self.cursor && focused {
                let area = Rect {
                    y: start,
                    height: y - start,
                    ..inside
                };
                buffer.set_style(area, theme.style(Role::Selected));
            }
        }
    }
}

fn rows(line: &StageLine, width: u16) -> Vec<String> {
    let room = usize::from(width.saturating_sub(NAME)).max(8);
    let text = clean(&line.text);
    let parts: Vec<String> = wrap(&text, room)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect();
    if parts.is_empty() {
        vec![String::new()]
    } else {
        parts
    }
}
