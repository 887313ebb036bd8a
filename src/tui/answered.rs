//! What was sent, with its answer: opened like any other flow.

use super::rows::Digest;
use mishark_core::decode::decode;
use mishark_core::flow::Flow;
use mishark_core::replay::Answer;
use mishark_core::workspace::Workspace;

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
    /// Opens an answer, with the keys and limits that hold.
    pub fn new(flow: Flow, workspace: &Workspace) -> Self {
        let decoded = decode(&flow, workspace.ring(), workspace.options());
        Self {
            answer: Answer::of(&flow, &decoded),
            digest: Digest::of(Some(&flow), &decoded),
            flow,
        }
    }
}
