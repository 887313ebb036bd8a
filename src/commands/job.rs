//! One request that `replay` or `call` is to send.

use std::sync::Arc;

use mishark_core::replay::{Draft, Effect, SignedRequest, effect};

/// One request to send.
pub(super) struct Job {
    /// Its name in notes: the entry's number, or the line's.
    pub(super) name: String,
    pub(super) request: Request,
    /// The answer it had when it was captured.
    pub(super) original: Option<Vec<u8>>,
}

/// What is sent.
pub(super) enum Request {
    /// A draft, to be signed.
    Draft(Box<Draft>),
    /// A recorded request as it was, and what it does.
    Exact(Arc<SignedRequest>, Effect),
}

impl Job {
    /// What sending it does.
    pub(super) fn effect(&self) -> Effect {
        match &self.request {
            Request::Draft(draft) => effect(draft),
            Request::Exact(_, effect) => effect.clone(),
        }
    }

    /// The draft; `None` of an exact copy.
    pub(super) fn draft(&self) -> Option<&Draft> {
        match &self.request {
            Request::Draft(draft) => Some(draft),
            Request::Exact(..) => None,
        }
    }

    pub(super) fn draft_mut(&mut self) -> Option<&mut Draft> {
        match &mut self.request {
            Request::Draft(draft) => Some(draft),
            Request::Exact(..) => None,
        }
    }
}
