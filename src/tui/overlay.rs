//! What lies over the panes and takes every key while it is there.

mod find_list;
mod line_edit;
mod menu;
mod prompt;
mod question;
mod reader;
mod sessions;
mod text_box;
mod then;

pub use find_list::{FindList, Item};
pub use line_edit::LineEdit;
pub use menu::Menu;
pub use prompt::Prompt;
pub use question::{Confirmed, Question};
pub use reader::Reader;
pub use sessions::{Sessions, SessionsView, Verdict};
pub use text_box::TextBox;
pub use then::{Around, Pick, Then};

use super::action::{Action, Context};
use super::asked::BoxFor;
use super::key::Key;

/// One thing over the panes.
pub enum Overlay {
    /// A question.
    Confirm(Question),
    /// A box for a text of several lines.
    Edit(Box<TextBox>),
    /// A list narrowed while one types: help, all commands, sessions.
    List(FindList),
    /// A menu of actions.
    Menu(Menu),
    /// A line that is typed.
    Prompt(Box<Prompt>),
    /// A text to read, or a signed request.
    Reader(Reader),
    /// The sessions.
    Sessions(Sessions),
}

impl Overlay {
    /// A box with a text to edit.
    pub fn edit(purpose: BoxFor, text: &str) -> Self {
        Self::Edit(Box::new(TextBox::new(purpose, text)))
    }

    /// A question, and what a yes does.
    pub fn confirm(question: impl Into<String>, then: Confirmed) -> Self {
        let question = question.into();
        Self::Confirm(Question { question, then })
    }

    /// A text to read.
    pub fn reader(title: &'static str, text: impl Into<String>) -> Self {
        Self::Reader(Reader::new(title, text))
    }

    /// Where its keys are looked up.
    pub fn context(&self) -> Context {
        match self {
            Self::Confirm(_) => Context::Confirm,
            Self::Edit(_) => Context::Text,
            Self::List(_) | Self::Prompt(_) => Context::Prompt,
            Self::Menu(menu) => menu.context,
            Self::Reader(reader) if reader.request.is_some() => Context::DryRun,
            Self::Reader(_) => Context::Reader,
            Self::Sessions(_) => Context::Sessions,
        }
    }

    /// Takes a key, and what it is bound to there.
    pub fn press(&mut self, key: Key, action: Option<Action>, around: &Around<'_>) -> Then {
        match (self, action) {
            (Self::Confirm(_), Some(Action::Yes)) => Then::Take,
            (Self::Confirm(_), Some(Action::No)) | (_, Some(Action::Close)) => Then::Close,
            (Self::Confirm(_), _) => Then::Stay,
            (Self::Edit(_), Some(Action::Editor)) => Then::Do(Action::Editor),
            (Self::Edit(_) | Self::Prompt(_), Some(Action::Accept)) => Then::Take,
            (Self::Edit(text_box), _) => text_box.press(key),
            (Self::List(list), action) => list.press(key, action),
            (Self::Menu(menu), action) => menu.press(key, action, around.keymap),
            (Self::Prompt(prompt), _) => prompt.press(key, around.filters),
            (_, None) => Then::Stay,
            (Self::Reader(reader), Some(action)) => reader.press(action, around.screen),
            (Self::Sessions(sessions), Some(action)) => sessions.press(action, around.ring),
        }
    }

    /// Takes text that was pasted.
    pub fn paste(&mut self, text: &str) -> Then {
        match self {
            Self::Edit(text_box) => text_box.paste(text),
            Self::List(list) => list.paste(text),
            Self::Prompt(prompt) => {
                prompt.line.paste(text);
                return Then::Edited;
            }
            Self::Confirm(_) | Self::Menu(_) | Self::Reader(_) | Self::Sessions(_) => {}
        }
        Then::Stay
    }

    /// Scrolls by so many lines.
    pub fn wheel(&mut self, forward: bool, lines: usize, around: &Around<'_>) {
        match self {
            Self::List(list) => list.step(forward, lines),
            Self::Reader(reader) => reader.scroll(forward, lines, around.screen),
            _ => {}
        }
    }
}
