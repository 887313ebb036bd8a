//! A menu: the actions of one context with their keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{clear, middle};
use crate::tui::action::{Action, Context, Keymap};
use crate::tui::frame::{Frame, frame};
use crate::tui::theme::Role;
use crate::tui::words;

/// The items of a context's menu, in the table's order.
pub fn items(keymap: &Keymap, context: Context) -> Vec<(String, Action)> {
    let chosen = |action| {
        !matches!(
            action,
            Action::Accept | Action::Close | Action::Help | Action::Cancel
        )
    };
    keymap
        .hints(context)
        .into_iter()
        .filter(|(_, _, _, action)| chosen(*action))
        .map(|(_, key, _, action)| (key.to_string(), action))
        .collect()
}

/// Draws a menu in the middle of the screen.
pub fn menu(
    keymap: &Keymap,
    context: Context,
    cursor: usize,
    about: &str,
    look: &Frame,
    screen: Rect,
    buffer: &mut Buffer,
) {
    let items = items(keymap, context);
    let height = u16::try_from(items.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let area = middle(screen, 62, height);
    clear(area, buffer);
    let title = format!(" {} ", words::context(context));
    let inside = frame(area, look, title, about.to_owned(), buffer);
    let top = (cursor + 1).saturating_sub(usize::from(inside.height));
    for ((at, (key, action)), y) in items
        .iter()
        .enumerate()
        .skip(top)
        .zip(inside.y..inside.bottom())
    {
        let width = usize::from(inside.width);
        buffer.set_stringn(inside.x + 1, y, key, 3, look.theme.style(Role::HintKey));
        buffer.set_stringn(
            inside.x + 5,
            y,
            words::action(*action),
            width.saturating_sub(5),
            look.theme.style(Role::Text),
        );
        if at == cursor {
            let row = Rect {
                y,
                height: 1,
                ..inside
            };
            buffer.set_style(row, look.theme.style(Role::Selected));
        }
    }
}
