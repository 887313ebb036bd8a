//! A menu: the actions of one context with their keys.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Then;
use crate::tui::action::{Action, Context, Keymap};
use crate::tui::key::Key;
use crate::tui::look::{Look, behind, middle};
use crate::tui::theme::Role;

/// A menu of actions.
pub struct Menu {
    /// Which.
    pub context: Context,
    /// A word on what it works on.
    about: String,
    /// The item the cursor is on.
    cursor: usize,
}

impl Menu {
    /// The menu of a context, with a word on what it works on.
    pub fn new(context: Context, about: String) -> Self {
        Self {
            context,
            about,
            cursor: 0,
        }
    }

    /// The items, in the table's order.
    fn items(&self, keymap: &Keymap) -> Vec<(String, Action)> {
        let is_everywhere = |action| {
            use Action::{Accept, Cancel, Close, Help};
            matches!(action, Accept | Cancel | Close | Help)
        };
        let hints = keymap.hints(self.context).into_iter();
        hints
            .filter(|hint| !is_everywhere(hint.action))
            .map(|hint| (hint.key.to_string(), hint.action))
            .collect()
    }

    pub(super) fn press(&mut self, key: Key, action: Option<Action>, keymap: &Keymap) -> Then {
        let items = self.items(keymap);
        match (action, key.code) {
            (Some(Action::Accept), _) => match items.get(self.cursor) {
                Some((_, action)) => return Then::Do(*action),
                None => return Then::Stay,
            },
            (Some(action), _) => return Then::Do(action),
            (None, KeyCode::Down) => {
                self.cursor = (self.cursor + 1).min(items.len().saturating_sub(1));
            }
            (None, KeyCode::Up) => self.cursor = self.cursor.saturating_sub(1),
            (None, _) => {}
        }
        Then::Stay
    }

    /// Draws it in the middle of the screen.
    pub fn draw(&self, keymap: &Keymap, look: &Look, screen: Rect, buffer: &mut Buffer) {
        let items = self.items(keymap);
        let height = u16::try_from(items.len()).unwrap_or(u16::MAX);
        let area = middle(screen, 62, height.saturating_add(2));
        let title = format!(" {} ", self.context.words());
        let inside = look.popup(area, title, self.about.clone(), buffer);
        let top = (self.cursor + 1).saturating_sub(usize::from(inside.height));
        let in_sight = items.iter().enumerate().skip(top);
        for ((at, (key, action)), row) in in_sight.zip(inside.rows()) {
            let keys = Rect { width: 4, ..row };
            look.text(behind(keys, 1), key, Role::HintKey, buffer);
            look.text(behind(row, 5), action.words(), Role::Text, buffer);
            if at == self.cursor {
                look.select(row, buffer);
            }
        }
    }
}
