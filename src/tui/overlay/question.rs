//! A question in the middle of the screen.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::action::{Action, Context, Keymap};
use crate::tui::effect::{Build, Signing};
use crate::tui::look::{Look, behind, middle, wrap};
use crate::tui::outgoing::Outgoing;
use crate::tui::theme::Role;
use crate::tui::words;

/// A question, and what a yes does.
pub struct Question {
    /// The question, in lines.
    pub question: String,
    /// What a yes does.
    pub then: Confirmed,
}

/// What a yes does.
#[derive(Debug)]
pub enum Confirmed {
    /// Put a draft in the place of the edited one.
    Build(Build),
    /// Leave the box below without its text.
    Discard,
    /// Write over a file.
    Overwrite(PathBuf),
    /// Quit though something is being written.
    Quit,
    /// Send requests.
    Send {
        /// The requests.
        outgoing: Box<Outgoing>,
        /// The hosts that their credentials may go to from now on.
        confirm: Vec<String>,
    },
    /// Sign a plaintext that is no JSON.
    Sign(Signing),
}

impl Question {
    /// Draws it, with the keys that answer.
    pub fn draw(&self, keymap: &Keymap, look: &Look, screen: Rect, buffer: &mut Buffer) {
        let width = 72.min(screen.width);
        let wrapped = |line| wrap(line, width.saturating_sub(4));
        let lines: Vec<_> = self.question.lines().flat_map(wrapped).collect();
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let area = middle(screen, width, height.saturating_add(4));
        let inside = behind(look.popup(area, " ? ", "", buffer), 1);
        look.lines(inside, lines, Role::Text, buffer);
        let key = |action| keymap.shown(action, Context::Confirm);
        let answer = words::yes_no(&key(Action::Yes), &key(Action::No));
        if let Some(row) = inside.rows().next_back() {
            look.text(row, &answer, Role::HintKey, buffer);
        }
    }
}
