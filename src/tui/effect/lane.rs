//! The kinds of work, and which of them give way.

use crate::tui::parts::Half;

/// A kind of work. One of a kind runs at a time: another one ends it, but for
/// loads and exports, of which the screen asks for one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Drafts, signatures, comparisons.
    Build,
    /// Writing a file.
    Export,
    /// Opening flows that a filter cannot decide on else.
    Filter,
    /// Finding in the body of a side.
    Find(Half),
    /// Making the list of flows.
    List,
    /// Reading a capture.
    Load,
    /// Opening the chosen flow.
    Open,
    /// The same, if it is a small one; to cancel one is to cancel both.
    OpenSmall,
    /// Sending requests.
    Send,
    /// Taking the shown flow apart, step by step.
    Stages,
    /// Finding in all plaintexts.
    Search,
    /// Making a tab of a side of the shown flow.
    Tab(Half),
    /// Small work on the side.
    Side,
    /// Opening all flows for the list.
    Sweep,
    /// Looking for what comes to a capture; its place among the captures.
    Watch(usize),
}

impl Lane {
    /// Whether it gives way where all cores are busy.
    pub fn priority(self) -> Priority {
        match self {
            Self::Export | Self::Filter | Self::Search | Self::Sweep => Priority::Background,
            Self::Load => Priority::Loading,
            _ => Priority::Urgent,
        }
    }
}

/// How much a kind of work gives way to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Not at all: somebody waits for it.
    Urgent,
    /// It keeps all cores busy for a while, and somebody waits for it.
    Loading,
    /// It keeps all cores busy for longer, while somebody works.
    Background,
}
