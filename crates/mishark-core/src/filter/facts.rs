//! What is known of a flow without its bodies, and what that decides.

use crate::capture::Entry;
use crate::decode::State;
use crate::directory::Directory;

/// What the cheap part knows of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The capture's name.
    pub capture: &'a str,
    /// The flow's entry.
    pub entry: &'a Entry,
    /// The flow's state, once it is known.
    pub state: Option<State>,
    /// Names for dids and properties, if any were learnt.
    pub directory: Option<&'a Directory>,
    /// What the user marked it with: `marked`, and his note; `None` if he did
    /// neither.
    pub mark: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// An entry that was not opened yet.
    pub fn new(capture: &'a str, entry: &'a Entry) -> Self {
        Self {
            capture,
            entry,
            state: None,
            directory: None,
            mark: None,
        }
    }
}

/// What the cheap part makes of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not match, whatever its bodies hold.
    No,
    /// Only its bodies, or how it opens, can tell.
    NeedsBody,
    /// It matches, whatever its bodies hold.
    Yes,
}
