//! What was sent, with its answer: opened like any other flow.

use super::rows::Digest;
use crate::decode::{Options, decode};
use crate::flow::Flow;
use crate::replay::Answer;
use crate::session::Keyring;

/// A request of ours that was answered. The server says how large the answer
/// is, so it is opened by the worker that waited for it.
#[derive(Debug)]
pub struct Answered {
    /// Request and answer.
    pub flow: Flow,
    /// What the answer says; `None` if there is none.
    pub answer: Option<Answer>,
    /// What its row shows.
    pub digest: Digest,
}

impl Answered {
    /// Opens an answer.
    pub fn new(flow: Flow, ring: &Keyring) -> Self {
        let decoded = decode(&flow, ring, Options::default());
        Self {
            answer: Answer::of(&flow, &decoded),
            digest: Digest::of(Some(&flow), &decoded),
            flow,
        }
    }
}
