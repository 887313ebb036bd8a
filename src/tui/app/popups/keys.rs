//! The keys each kind of popup takes, told as what is to be done then.

use crossterm::event::KeyCode;

use crate::tui::action::{Action, Context, Keymap};
use crate::tui::key::Key;
use crate::tui::overlay::{Ask, FindList, LineEdit, Pick, Prompt, TextBox};

/// What the screen has to do after a popup took a key.
pub(super) enum Then {
    /// Nothing.
    Stay,
    /// The popup goes.
    Close,
    /// The popup goes, and this is done.
    Do(Action),
    /// A line of a list was chosen.
    Pick(Pick),
    /// The line of a prompt was taken.
    Take,
    /// The line of a prompt was edited.
    Edited,
    /// The question was answered with yes.
    Yes,
    /// The text of a box was taken.
    TakeText,
    /// The box is left, unless its text would be lost.
    Leave,
    /// A move in a list or a text.
    Move(Action),
}

pub(super) fn list_key(list: &mut FindList, key: Key, action: Option<Action>) -> Then {
    match (key.code, action) {
        (_, Some(Action::Accept)) => match list.chosen() {
            Some(pick) => Then::Pick(pick),
            None => Then::Stay,
        },
        (_, Some(Action::Close)) => Then::Close,
        (KeyCode::Down, _) => {
            list.step(true, 1);
            Then::Stay
        }
        (KeyCode::Up, _) => {
            list.step(false, 1);
            Then::Stay
        }
        (KeyCode::PageDown, _) => {
            list.step(true, 10);
            Then::Stay
        }
        (KeyCode::PageUp, _) => {
            list.step(false, 10);
            Then::Stay
        }
        _ => {
            if list.line.press(key) {
                list.narrow();
            }
            Then::Stay
        }
    }
}

pub(super) fn menu_key(
    keymap: &Keymap,
    context: Context,
    cursor: &mut usize,
    key: Key,
    action: Option<Action>,
) -> Then {
    let items = crate::tui::overlay::menu_items(keymap, context);
    let last = items.len().saturating_sub(1);
    match (key.code, action) {
        (_, Some(Action::Accept)) => match items.get(*cursor) {
            Some((_, action)) => Then::Do(*action),
            None => Then::Stay,
        },
        (_, Some(Action::Close)) => Then::Close,
        (_, Some(action)) => Then::Do(action),
        (KeyCode::Down, None) => {
            *cursor = (*cursor + 1).min(last);
            Then::Stay
        }
        (KeyCode::Up, None) => {
            *cursor = cursor.saturating_sub(1);
            Then::Stay
        }
        _ => Then::Stay,
    }
}

/// Keys of a box with a text: those of an editor, but for taking and leaving.
pub(super) fn box_key(text_box: &mut TextBox, key: Key, action: Option<Action>) -> Then {
    match action {
        Some(Action::Accept) => Then::TakeText,
        Some(Action::Close) => Then::Leave,
        Some(Action::Editor) => Then::Do(Action::Editor),
        _ => {
            text_box.press(key);
            Then::Stay
        }
    }
}

/// Brings an older filter into the line, or a newer one; or the next of the
/// values that are known.
pub(super) fn recall(prompt: &mut Prompt, filters: &[String], older: bool) -> Then {
    let values: Vec<&str> = if prompt.ask == Ask::Filter {
        filters.iter().map(String::as_str).collect()
    } else {
        prompt
            .choices
            .iter()
            .map(|(value, _)| value.as_str())
            .collect()
    };
    if values.is_empty() {
        return Then::Stay;
    }
    // A history is gone through from its end, values from their start.
    prompt.history = if older {
        prompt.history.saturating_sub(1)
    } else if prompt.history >= values.len() && prompt.ask != Ask::Filter {
        0
    } else {
        (prompt.history + 1).min(values.len())
    };
    let text = values.get(prompt.history).copied().unwrap_or_default();
    prompt.line = LineEdit::new(text);
    Then::Edited
}
