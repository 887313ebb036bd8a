//! What a job has of the screen: where it sends what it finds, and where it learns
//! that it is not wanted.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use super::semaphore::{Permit, Semaphore};
use crate::tui::effect::Lane;
use crate::tui::message::Message;
use mishark_core::replay::Cancel;

/// What a worker sends.
pub(super) enum Event {
    Message(Box<Message>),
    Ended(Lane),
}

/// Ends a job.
#[derive(Clone, Default)]
pub(super) struct Stop {
    pub(super) cancelled: Arc<AtomicBool>,
    /// Lets go of a request that is on its way.
    pub(super) sending: Cancel,
}

impl Stop {
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.sending.cancel();
    }
}

/// A job's side of the runtime.
pub(super) struct JobContext {
    pub(super) sender: Sender<Event>,
    pub(super) stop: Stop,
    pub(super) semaphore: Arc<Semaphore>,
}

impl JobContext {
    pub(super) fn send(&self, message: Message) {
        self.event(Event::Message(Box::new(message)));
    }

    pub(super) fn event(&self, event: Event) {
        // The screen may be gone.
        let _ = self.sender.send(event);
    }

    /// Whether the job is not wanted any more.
    pub(super) fn is_cancelled(&self) -> bool {
        self.stop.cancelled.load(Ordering::Relaxed)
    }

    /// The same, as work through which one breaks wants to know it.
    pub(super) fn go_on(&self) -> ControlFlow<()> {
        match self.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Waits for the permit to open one of many flows; there is none if they are
    /// not wanted any more.
    pub(super) fn permit(&self) -> Option<Permit<'_>> {
        let permit = self.semaphore.acquire();
        (!self.is_cancelled()).then_some(permit)
    }
}
