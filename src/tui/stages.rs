//! Pane 6: how the plaintext came about, step by step.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::look::{Look, behind, below, wrap};
use super::theme::Role;
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
        let last = self.lines.len().saturating_sub(1);
        let height = usize::from(inside.height);
        if let Some(cursor) = action.moved(self.cursor, times, height, last) {
            self.cursor = cursor;
        }
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
    pub fn draw(&self, inside: Rect, look: &Look, buffer: &mut Buffer) {
        let mut left = inside;
        for (at, line) in self.lines.iter().enumerate().skip(self.top) {
            let parts = rows(line, inside.width);
            let taken = Rect {
                height: (parts.len() as u16).min(left.height),
                ..left
            };
            if line.stage.is_none() {
                look.text(taken, &clean(&line.name), Role::Title, buffer);
            } else {
                let name = Rect {
                    width: NAME.min(taken.width),
                    ..taken
                };
                look.text(name, &clean(&line.name), Role::Key, buffer);
                look.lines(behind(taken, NAME), parts, line.role, buffer);
            }
            if at == self.cursor && look.focused {
                look.select(taken, buffer);
            }
            left = below(left, taken.height);
        }
    }
}

fn rows(line: &StageLine, width: u16) -> Vec<String> {
    let text = clean(&line.text);
    let parts = wrap(&text, width.saturating_sub(NAME).max(8));
    // An empty text takes a row too.
    parts.into_iter().map(Cow::into_owned).collect()
}
