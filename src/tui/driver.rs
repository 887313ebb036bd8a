//! The screen and its workers, joined: what `update` asks for is done here, and
//! what comes of it is handed back to it.
//!
//! The loop around a terminal and the tests drive the same thing.

use std::time::{Duration, Instant};

use super::app::App;
use super::effect::{Effect, Outside};
use super::message::Message;
use super::runtime::Runtime;

/// Messages are taken for so long before the screen is drawn again, so that a
/// flood of results never stands between a key and its frame.
const PATIENCE: Duration = Duration::from_millis(8);

/// So long a frame waits for a small flow. One that takes longer is in the next.
const SOON: Duration = Duration::from_millis(4);

/// The screen with its workers.
pub struct Driver {
    /// The screen.
    pub app: App,
    runtime: Runtime,
    wishes: Vec<Outside>,
}

impl Driver {
    /// A screen that nothing has happened to.
    pub fn new(app: App) -> Self {
        Self {
            app,
            runtime: Runtime::default(),
            wishes: Vec::new(),
        }
    }

    /// Takes one message.
    pub fn take(&mut self, message: Message) {
        let effects = self.app.update(message);
        self.perform(effects);
    }

    /// Does what was asked for.
    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Job(job) => self.runtime.start(job),
                Effect::Cancel(lane) => self.runtime.cancel(lane),
                Effect::Outside(outside) => self.wishes.push(outside),
            }
        }
    }

    /// What only the owner of the terminal can do, since the last call.
    pub fn wishes(&mut self) -> Vec<Outside> {
        std::mem::take(&mut self.wishes)
    }

    /// Whether workers are at it.
    pub fn is_busy(&self) -> bool {
        self.runtime.is_busy()
    }

    /// Whether something may come that nobody works on.
    pub fn is_watching(&self) -> bool {
        self.runtime.is_watching()
    }

    /// Waits for the next thing that comes, for that long at most; tells whether
    /// it came. For who has no terminal to wait at.
    pub fn wait(&mut self, wait: Duration) -> bool {
        let Some(message) = self.runtime.next(wait) else {
            return false;
        };
        self.take(message);
        true
    }

    /// Takes what workers have said so far, and brings the screen in step;
    /// tells whether anything came.
    pub fn catch_up(&mut self) -> bool {
        let since = Instant::now();
        let mut came = false;
        loop {
            loop {
                let left = PATIENCE.saturating_sub(since.elapsed());
                if left.is_zero() {
                    break;
                }
                // A small flow is shown in the frame of the key that chose it.
                let wait = match self.runtime.is_soon() {
                    true => SOON.saturating_sub(since.elapsed()),
                    false => Duration::ZERO,
                };
                let Some(message) = self.runtime.next(wait) else {
                    break;
                };
                came = true;
                self.take(message);
            }
            let effects = self.app.refresh();
            if effects.is_empty() {
                return came;
            }
            came = true;
            self.perform(effects);
            if since.elapsed() >= PATIENCE {
                return came;
            }
        }
    }

    /// Waits until all work is done. For tests, and for who has no screen.
    pub fn settle(&mut self) {
        loop {
            while self.catch_up() {}
            if !self.runtime.is_busy() {
                return;
            }
            if let Some(message) = self.runtime.next(Duration::from_millis(50)) {
                self.take(message);
            }
        }
    }
}
