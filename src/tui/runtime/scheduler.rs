//! Which work is under way, and which ends for it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::context::{Event, JobContext, Stop};
use super::perform::perform;
use super::pool::Pool;
use super::semaphore::Semaphore;
use crate::tui::effect::{Job, Lane, Priority};
use crate::tui::message::Message;
use crate::tui::opened::OpenJob;
use crate::tui::words;

/// Starts jobs on other threads, and hands on what they say.
pub struct Runtime {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    running: HashMap<Lane, Stop>,
    /// How many jobs have not ended.
    out: usize,
    /// How many look for what comes; they do not end by themselves.
    watching: usize,
    small: Opener,
    large: Opener,
    /// Whether the flow that is to be opened is small.
    is_soon: bool,
    urgent: Pool,
    loading: Pool,
    background: Pool,
    semaphore: Arc<Semaphore>,
}

/// Opens one flow at a time. The one that waits is always the latest: whoever
/// holds `j` down wants the last one only.
#[derive(Default)]
struct Opener {
    is_busy: bool,
    waiting: Option<Box<OpenJob>>,
}

impl Default for Runtime {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self {
            sender,
            receiver,
            running: HashMap::new(),
            out: 0,
            watching: 0,
            small: Opener::default(),
            large: Opener::default(),
            is_soon: false,
            // As many as a key needs: of what it asked for before one may be ending.
            urgent: Pool::new("urgent", 0, 3),
            loading: Pool::new("loading", 5, 0),
            background: Pool::new("background", 10, 2),
            semaphore: Arc::default(),
        }
    }
}

impl Runtime {
    /// Whether anything is being worked on.
    pub fn is_busy(&self) -> bool {
        self.out > 0
    }

    /// Whether something may come that nobody works on.
    pub fn is_watching(&self) -> bool {
        self.watching > 0
    }

    /// Starts a job; what it says comes through [`next`](Self::next).
    pub fn start(&mut self, job: Job) {
        let lane = job.lane();
        if let Job::Open(job) = job {
            self.open(job);
            return;
        }
        if !matches!(lane, Lane::Build | Lane::Load | Lane::Export | Lane::Side) {
            self.cancel(lane);
        }
        self.spawn(lane, move |context| perform(job, context));
    }

    /// Tells the jobs of a kind that they are not wanted.
    pub fn cancel(&mut self, lane: Lane) {
        if let Some(stop) = self.running.remove(&lane) {
            stop.cancel();
        }
        if lane == Lane::Open {
            self.small.waiting = None;
            self.large.waiting = None;
            self.is_soon = false;
        }
    }

    /// Whether a small flow is being opened, which is worth waiting for.
    pub fn is_soon(&self) -> bool {
        self.is_soon
    }

    /// The next message, or `None` if none comes in time.
    pub fn next(&mut self, mut wait: Duration) -> Option<Message> {
        loop {
            let event = if wait.is_zero() {
                self.receiver.try_recv().ok()
            } else {
                self.receiver.recv_timeout(wait).ok()
            };
            match event? {
                Event::Message(message) => {
                    let is_opened = matches!(*message, Message::Opened(_) | Message::Stumbled(_));
                    self.is_soon &= !is_opened || self.small.waiting.is_some();
                    return Some(*message);
                }
                Event::Ended(lane) => {
                    self.ended(lane);
                    // Nobody is left who could say anything.
                    if self.out == 0 {
                        wait = Duration::ZERO;
                    }
                }
            }
        }
    }

    fn ended(&mut self, lane: Lane) {
        if matches!(lane, Lane::Watch(_)) {
            self.watching -= 1;
            return;
        }
        self.out -= 1;
        let opener = match lane {
            Lane::Open => &mut self.large,
            Lane::OpenSmall => &mut self.small,
            _ => return,
        };
        opener.is_busy = false;
        if let Some(job) = opener.waiting.take() {
            self.open(job);
        }
    }

    fn open(&mut self, job: Box<OpenJob>) {
        self.cancel(Lane::Open);
        self.is_soon = job.is_small();
        let (opener, lane) = match self.is_soon {
            true => (&mut self.small, Lane::OpenSmall),
            false => (&mut self.large, Lane::Open),
        };
        if opener.is_busy {
            opener.waiting = Some(job);
            return;
        }
        opener.is_busy = true;
        self.spawn(lane, |context| perform(Job::Open(job), context));
    }

    pub(super) fn spawn(&mut self, lane: Lane, work: impl FnOnce(&JobContext) + Send + 'static) {
        let stop = Stop::default();
        self.running.insert(lane, stop.clone());
        match lane {
            Lane::Watch(_) => self.watching += 1,
            _ => self.out += 1,
        }
        let context = JobContext {
            sender: self.sender.clone(),
            stop,
            semaphore: Arc::clone(&self.semaphore),
        };
        let run = move || {
            // A panic's own text may hold what it stumbled over, so it is not
            // repeated.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&context)));
            if outcome.is_err() {
                context.send(Message::Stumbled(lane));
            }
            context.event(Event::Ended(lane));
        };
        let pool = match lane.priority() {
            Priority::Urgent => &self.urgent,
            Priority::Loading => &self.loading,
            Priority::Background => &self.background,
        };
        if let Err(error) = pool.start(Box::new(run)) {
            self.ended(lane);
            let failed = Message::Failed(words::no_thread(&error));
            let _ = self.sender.send(Event::Message(Box::new(failed)));
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.running.values().for_each(Stop::cancel);
    }
}
