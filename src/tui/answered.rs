//! What was sent, with its answer: opened like any other flow.

use super::rows::Digest;
use mishark_core::flow::Flow;
use mishark_core::protocol::key::KeyId;
use mishark_core::replay::{self, Answer};

/// A request of ours that was answered. The server says how large the answer
/// is, so it is opened by the worker that waited for it.
#[derive(Debug)]
pub struct Answered {
    /// Request and answer.
    pub flow: Flow,
    /// The key of the session that signed it; `None` of an exact copy.
    pub session: Option<KeyId>,
    /// What the answer says; `None` if there is none.
    pub answer: Option<Answer>,
    /// What its row shows.
    pub digest: Digest,
}

impl Answered {
    /// What the screen shows of an answer.
    pub fn new(answered: replay::Answered, session: Option<KeyId>) -> Self {
        Self {
            digest: Digest::of(Some(&answered.flow), &answered.decoded),
            answer: answered.answer,
            flow: answered.flow,
            session,
        }
    }
}
