//! What a popup looks at while it takes a key, and what the screen has to do then.

use ratatui::layout::Rect;

use crate::tui::action::{Action, Keymap};
use mishark_core::protocol::key::KeyId;
use mishark_core::session::Keyring;

/// What is around a popup.
pub struct Around<'a> {
    /// The keys as they hold.
    pub keymap: &'a Keymap,
    /// The filters that were used, the oldest first.
    pub filters: &'a [String],
    /// The logins.
    pub ring: &'a Keyring,
    /// Where popups may be.
    pub screen: Rect,
}

/// What the screen has to do after a popup took a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Stay,
    /// The popup is left without taking it.
    Close,
    /// The popup goes, unless it is worked on still, and this is done.
    Do(Action),
    /// A line of a list was chosen.
    Pick(Pick),
    /// What was typed is taken, or the question was answered with yes.
    Take,
    /// The line of a prompt was edited.
    Edited,
}

/// What choosing a line of a list comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Something is done.
    Action(Action),
    /// A device of the directory, by its place there: filter by it.
    Device(usize),
    /// A call is written from nothing.
    EmptyCall,
    /// A login signs.
    Session(KeyId),
    /// A template is filled.
    Template(&'static str),
}
