//! Requests sent one after the other: all are checked first, then each is
//! signed, sent and answered in its turn.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::cancel::Cancel;
use super::destination::Endpoint;
use super::draft::Draft;
use super::exchange::send;
use super::failure::SendError;
use super::nonce::fresh_nonce;
use super::signed::{SignError, SignedRequest, sign};
use crate::decode::{Decoded, decode};
use crate::flow::Flow;
use crate::protocol::key::Nonce;
use crate::session::Session;
use crate::workspace::Workspace;

/// One request of a batch.
#[derive(Debug, Clone)]
pub enum Item {
    /// A draft with the login that signs it, right before it is sent: its nonce
    /// carries the minute.
    Draft(Box<Draft>, Box<Session>),
    /// A request that is sent as it is: an exact copy, or one that was shown.
    Signed(Arc<SignedRequest>),
}

impl Item {
    /// Signs it with a fresh nonce.
    ///
    /// # Errors
    /// If anything in the draft is wrong, or no nonce can be made.
    pub fn sign(&self) -> Result<Arc<SignedRequest>, SendError> {
        match self {
            Self::Draft(draft, session) => Ok(Arc::new(sign(draft, session, fresh_nonce()?)?)),
            Self::Signed(request) => Ok(Arc::clone(request)),
        }
    }

    /// What it will be but for its nonce, to be asked about and not to be sent.
    /// Pure.
    ///
    /// # Errors
    /// If anything in the draft is wrong.
    pub fn preview(&self) -> Result<Arc<SignedRequest>, SignError> {
        let nonce = Nonce::new([0; 8], 0);
        match self {
            Self::Draft(draft, session) => Ok(Arc::new(sign(draft, session, nonce)?)),
            Self::Signed(request) => Ok(Arc::clone(request)),
        }
    }
}

/// What became of an item, told at once.
#[derive(Debug)]
pub struct Event {
    /// Its place in the batch.
    pub at: usize,
    /// What was sent, or should have been; `None` if it could not be signed.
    pub request: Option<Arc<SignedRequest>>,
    /// Its answer.
    pub outcome: Result<Answered, SendError>,
}

/// A request with its answer, opened.
#[derive(Debug)]
pub struct Answered {
    /// Request and answer.
    pub flow: Flow,
    /// What is in them.
    pub decoded: Decoded,
    /// What the answer says.
    pub answer: Option<Answer>,
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All was sent and answered.
    Done,
    /// The cloud refuses signature or token: the rest would fare no better, and
    /// look like an attack.
    Refused,
    /// No answer came.
    NoAnswer,
    /// The user let go of it.
    Cancelled,
}

/// Sends requests one after the other, with a pause between two, until all are
/// sent or one of them [ends](End) it. Each event is told as it happens; how
/// many were not come to is what is left behind the last one.
///
/// The workspace's keys open the answers, within its limits.
///
/// # Errors
/// What `tell` returns, which ends the batch.
pub fn send_batch<E>(
    items: &[Item],
    endpoint: &Endpoint,
    pause: Duration,
    workspace: &Workspace,
    cancel: &Cancel,
    mut tell: impl FnMut(Event) -> Result<(), E>,
) -> Result<End, E> {
    for (at, item) in items.iter().enumerate() {
        if at > 0 && !cancel.pause(pause) {
            return Ok(End::Cancelled);
        }
        let signed = item.sign();
        let request = signed.as_ref().ok().map(Arc::clone);
        let sent = signed.and_then(|request| send(&request, endpoint, cancel));
        let outcome = sent.map(|flow| {
            let decoded = decode(&flow, workspace.ring(), workspace.options());
            let answer = Answer::of(&flow, &decoded);
            Answered {
                flow,
                decoded,
                answer,
            }
        });
        let end = match &outcome {
            Err(SendError::Cancelled { .. }) => Some(End::Cancelled),
            Err(_) => Some(End::NoAnswer),
            Ok(answered) => {
                let ends = answered.answer.as_ref().is_some_and(Answer::ends_a_batch);
                ends.then_some(End::Refused)
            }
        };
        tell(Event {
            at,
            request,
            outcome,
        })?;
        if let Some(end) = end {
            return Ok(end);
        }
    }
    Ok(End::Done)
}
