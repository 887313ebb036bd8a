//! One call with its answer, on its way into a line.

use super::answer::Answer;
use crate::json::Tree;

/// What the words about a call are made of.
pub(super) struct Call<'a> {
    pub(super) path: &'a str,
    pub(super) name: &'a str,
    pub(super) request: Option<&'a Tree<'a>>,
    pub(super) answer: &'a Answer<'a>,
}
