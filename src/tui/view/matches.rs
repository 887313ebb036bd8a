//! The matches of a search, and how it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use super::find::End;
use super::place::Place;

/// The matches of one search. Not to be printed: one may look for a token.
pub(super) struct Matches {
    pub(super) generation: u64,
    pub(super) needle: String,
    pub(super) by_node: BTreeMap<usize, Vec<Range<usize>>>,
    pub(super) end: Option<End>,
    /// The match that was gone to last: its tree and its number there.
    pub(super) here: Option<(usize, usize)>,
    /// From where the first match is yet to be gone to.
    pub(super) seek: Option<Place>,
}

/// How a search stands: `3/17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindStatus {
    /// The match the cursor is at, from 1.
    pub here: Option<usize>,
    /// How many were found so far.
    pub total: usize,
    /// Whether the search has ended.
    pub complete: bool,
    /// Whether it ended because there are too many.
    pub limited: bool,
}
