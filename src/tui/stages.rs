//! Pane 6: how the plaintext came about, step by step.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::look::{Look, behind, below, wrap};
use super::theme::Role;
use super::words;
use mishark_core::decode::stages::{Outcome, Stage, Which};
use mishark_core::text::clean;

/// One line of it.
#[derive(Debug)]
struct StageLine {
    /// The step's name; a heading has no text.
    name: String,
    text: String,
    role: Role,
    /// Which stage it is, to be copied; a heading is none.
    stage: Option<usize>,
}

/// The stages of the shown flow.
#[derive(Debug, Default)]
pub struct StagesPane {
    /// The row whose stages are shown or on their way.
    row: Option<u32>,
    stages: Vec<Stage>,
    lines: Vec<StageLine>,
    cursor: usize,
    top: usize,
}

/// The width of the names.
const NAME: u16 = 13;

impl StagesPane {
    /// Whether the stages of a row are to be asked for: they are neither here nor
    /// on their way. Those of the row before are gone then.
    pub fn ask(&mut self, row: Option<u32>) -> bool {
        let is_new = self.row != row;
        if is_new {
            self.row = row;
            self.stages.clear();
            self.rewrite(false);
        }
        is_new
    }

    /// The flow is another one: the next question is a new one.
    pub fn forget(&mut self) {
        self.row = None;
    }

    /// The row whose stages are shown or on their way.
    pub fn row(&self) -> Option<u32> {
        self.row
    }

    /// Takes the stages of a row, if it is still the one.
    pub fn take(&mut self, row: u32, stages: Vec<Stage>, reveal: bool) {
        if self.row == Some(row) {
            self.stages = stages;
            self.rewrite(reveal);
        }
    }

    /// Writes the stages that are there, with their secrets masked or not.
    pub fn rewrite(&mut self, reveal: bool) {
        self.lines.clear();
        let mut side = None;
        for (at, stage) in self.stages.iter().enumerate() {
            if side.replace(stage.side) != Some(stage.side) {
                self.lines.push(StageLine {
                    name: match stage.side {
                        Which::Request => words::REQUEST.to_owned(),
                        Which::Response => words::RESPONSE.to_owned(),
                    },
                    text: String::new(),
                    role: Role::Title,
                    stage: None,
                });
            }
            let role = match stage.outcome {
                Outcome::Differs => Role::Warn,
                Outcome::Done if stage.kind.is_check() => Role::Good,
                Outcome::Done => Role::Text,
                Outcome::Failed => Role::Bad,
                Outcome::Skipped | Outcome::Unknown => Role::Dim,
            };
            let mut text = stage.says.clone();
            if !stage.head.is_empty() {
                text.push_str("  ");
                text.push_str(&match stage.is_secret && !reveal {
                    true => words::SECRET.to_owned(),
                    false => head(&stage.head),
                });
            }
            self.lines.push(StageLine {
                name: stage.name().to_owned(),
                text,
                role,
                stage: Some(at),
            });
        }
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

/// The first bytes of a step, in hex and as text.
fn head(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let text: String = bytes
        .iter()
        .map(|byte| {
            if (b' '..=b'~').contains(byte) {
                *byte as char
            } else {
                '.'
            }
        })
        .collect();
    format!("{} {text}", hex.join(" "))
}
