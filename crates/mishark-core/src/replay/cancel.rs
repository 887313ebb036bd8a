//! Letting go of a request that is under way, or of the pause before the next.

use std::fmt;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ureq::Agent;

use super::failure::SendError;
use super::wire::Gone;
use crate::flow::Flow;

/// Lets go of a request under way, from another thread. Clones are one.
///
/// One is for one request after another, until it is used.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Shared>);

#[derive(Default)]
struct Shared {
    sending: Mutex<Sending>,
    cancelled: Condvar,
}

#[derive(Default)]
enum Sending {
    #[default]
    Idle,
    UnderWay(Agent, Gone, Sender<Outcome>),
    Cancelled,
}

/// What an exchange comes to.
pub(super) type Outcome = Result<Flow, SendError>;

impl Cancel {
    /// One that has not been used.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the request under way, and all later ones, at once.
    pub fn cancel(&self) {
        let before = std::mem::replace(&mut *self.lock(), Sending::Cancelled);
        if let Sending::UnderWay(agent, gone, done) = before {
            let sent = gone.written() > 0;
            // Nobody waits any more if it was just done.
            let _ = done.send(Err(SendError::Cancelled { sent }));
            agent.shutdown();
        }
        self.0.cancelled.notify_all();
    }

    /// Whether it was used.
    pub fn is_cancelled(&self) -> bool {
        matches!(*self.lock(), Sending::Cancelled)
    }

    /// Lets some time pass; ends at once, and tells `false`, when it is used.
    pub(super) fn pause(&self, time: Duration) -> bool {
        let is_wanted = |sending: &mut Sending| !matches!(sending, Sending::Cancelled);
        let waited = self
            .0
            .cancelled
            .wait_timeout_while(self.lock(), time, is_wanted);
        is_wanted(&mut waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    pub(super) fn start(
        &self,
        agent: &Agent,
        gone: &Gone,
        done: &Sender<Outcome>,
    ) -> Result<(), SendError> {
        match &mut *self.lock() {
            Sending::Cancelled => Err(SendError::Cancelled { sent: false }),
            state => {
                *state = Sending::UnderWay(agent.clone(), gone.clone(), done.clone());
                Ok(())
            }
        }
    }

    pub(super) fn finish(&self) {
        let mut state = self.lock();
        if matches!(*state, Sending::UnderWay(..)) {
            *state = Sending::Idle;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sending> {
        // Nothing panics while it is held.
        self.0
            .sending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_cancelled() {
            "Cancel(used)"
        } else {
            "Cancel"
        })
    }
}
