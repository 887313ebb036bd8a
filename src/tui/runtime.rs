//! Does the work that the screen asks for, on other threads.
//!
//! ```text
//! update ──Job──▶ Runtime ──thread──▶ Message ──channel──▶ update
//!                    └─ a small flow is opened at once, so that nothing flickers
//! ```
//!
//! Work of one kind ends the one before it; what that had to say comes too late
//! and is dropped by its generation. A worker that panics is a message.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use super::effect::{Job, Lane, OpenJob};
use super::message::Message;
use super::opened::Opened;
use crate::replay::Cancel;
use crate::tui::words;

mod building;
mod export;
mod load;
mod many;
mod text;
mod watch;

/// A flow smaller than this is opened at once: it takes less than a frame.
const AT_ONCE: u64 = 256 << 10;

/// What a worker sends.
enum Event {
    Message(Box<Message>),
    Ended(Lane),
}

/// Where a job sends what it finds, and where it learns that it is not wanted.
#[derive(Clone)]
struct Line {
    sender: Sender<Event>,
    cancelled: Arc<AtomicBool>,
    /// Lets go of a request that is on its way.
    sending: Cancel,
}

impl Line {
    fn send(&self, message: Message) {
        // The screen may be gone.
        let _ = self.sender.send(Event::Message(Box::new(message)));
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// The threads' master.
pub struct Runtime {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
    running: HashMap<Lane, (Arc<AtomicBool>, Cancel)>,
    /// How many jobs have not ended.
    out: usize,
    /// How many look for what comes; they do not end by themselves.
    watching: usize,
    opening: bool,
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
            opening: false,
            waiting: None,
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
        let line = self.line(lane);
        self.spawn(lane, line, move |line| run(job, line));
    }

    /// Tells the jobs of a kind that they are not wanted.
    pub fn cancel(&mut self, lane: Lane) {
        if let Some((flag, sending)) = self.running.remove(&lane) {
            flag.store(true, Ordering::Relaxed);
            sending.cancel();
        }
        if lane == Lane::Open {
            self.waiting = None;
        }
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
                Event::Message(message) => return Some(*message),
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
        if lane == Lane::Open {
            self.opening = false;
            if let Some(job) = self.waiting.take() {
                self.open(job);
            }
        }
    }

    /// One large flow is opened at a time, and the one that waits is always the
    /// latest: whoever holds `j` down wants the last one only.
    fn open(&mut self, job: Box<OpenJob>) {
        if job.entry.len < AT_ONCE {
            self.waiting = None;
            let message = caught(Lane::Open, || Message::Opened(Box::new(Opened::new(*job))));
            let _ = self.sender.send(Event::Message(Box::new(message)));
        } else if self.opening {
            self.waiting = Some(job);
        } else {
            self.opening = true;
            let line = self.line(Lane::Open);
            self.spawn(Lane::Open, line, |line| {
                line.send(Message::Opened(Box::new(Opened::new(*job))));
            });
        }
    }

    fn line(&mut self, lane: Lane) -> Line {
        let cancelled = Arc::new(AtomicBool::new(false));
        let sending = Cancel::new();
        self.running
            .insert(lane, (Arc::clone(&cancelled), sending.clone()));
        Line {
            sender: self.sender.clone(),
            cancelled,
            sending,
        }
    }

    fn spawn(&mut self, lane: Lane, line: Line, work: impl FnOnce(&Line) + Send + 'static) {
        match lane {
            Lane::Watch(_) => self.watching += 1,
            _ => self.out += 1,
        }
        let run = move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&line)));
            if outcome.is_err() {
                line.send(Message::Stumbled(lane));
            }
            let _ = line.sender.send(Event::Ended(lane));
        };
        let spawned = thread::Builder::new().name(format!("{lane:?}")).spawn(run);
        if let Err(error) = spawned {
            self.ended(lane);
            let failed = Message::Failed(words::no_thread(&error));
            let _ = self.sender.send(Event::Message(Box::new(failed)));
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        for (flag, sending) in self.running.values() {
            flag.store(true, Ordering::Relaxed);
            sending.cancel();
        }
    }
}

// A panic's own text may hold what it stumbled over, so it is not repeated.
fn caught(lane: Lane, work: impl FnOnce() -> Message) -> Message {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Message::Stumbled(lane))
}

fn run(job: Job, line: &Line) {
    match job {
        Job::Load(input) => load::run(input, line),
        Job::Open(job) => line.send(Message::Opened(Box::new(Opened::new(*job)))),
        Job::Sweep {
            generation,
            workspace,
            flows,
        } => many::sweep_all(generation, &workspace, flows, line),
        Job::Filter {
            generation,
            workspace,
            directory,
            marks,
            filter,
            rows,
        } => {
            let known = many::Known {
                directory: &directory,
                marks: &marks,
            };
            many::filter(generation, &workspace, &known, &filter, rows, line);
        }
        Job::Search {
            generation,
            workspace,
            needle,
            rows,
        } => many::search(generation, &workspace, &needle, rows, line),
        Job::Find {
            generation,
            pane,
            job,
        } => job.run(&line.cancelled, |found| {
            line.send(Message::Found {
                generation,
                pane,
                found,
            });
        }),
        Job::Tab(job) => {
            let view = job.shown.view_of(job.half, job.tab, job.reveal);
            line.send(Message::TabMade { job, view });
        }
        Job::Selection {
            what,
            selection,
            form,
        } => line.send(text::of_selection(what, &selection, form)),
        Job::Text {
            workspace,
            flow,
            form,
        } => line.send(text::make(&workspace, flow, form)),
        Job::Diff {
            workspace,
            before,
            after,
            for_builder,
        } => line.send(building::compare(&workspace, before, after, for_builder)),
        Job::Draft {
            workspace,
            flow,
            row,
            then,
        } => line.send(building::draft(&workspace, flow, row, then)),
        Job::Points { workspace, flows } => line.send(building::points(&workspace, &flows)),
        Job::Now => line.send(building::now()),
        Job::Pause(time) => {
            if building::pause(time, line) {
                line.send(Message::Paused);
            }
        }
        Job::SaveSession { session, path } => line.send(building::save(&session, &path)),
        Job::Send {
            request,
            endpoint,
            original,
        } => line.send(building::send(&request, &endpoint, original, &line.sending)),
        Job::Sign {
            draft,
            session,
            then,
        } => line.send(building::sign(&draft, &session, then)),
        Job::Stages {
            row,
            workspace,
            flow,
        } => line.send(text::stages(&workspace, row, flow)),
        Job::StageText {
            workspace,
            flow,
            stage,
        } => line.send(text::of_stage(&workspace, flow, stage)),
        Job::ReadCertificates(path) => line.send(load::certificates(&path)),
        Job::ReadKeys(path) => line.send(load::keys(&path)),
        Job::Export(export) => line.send(export::write(*export, line)),
        Job::Watch { capture, watched } => watch::run(capture, watched, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a runtime says until it has nothing to do.
    fn all(runtime: &mut Runtime) -> Vec<Message> {
        let mut messages = Vec::new();
        while runtime.is_busy() {
            messages.extend(runtime.next(Duration::from_secs(60)));
        }
        messages
    }

    #[test]
    fn a_worker_that_panics_is_a_message_and_the_next_one_works() {
        let mut runtime = Runtime::default();
        let line = runtime.line(Lane::Side);
        runtime.spawn(Lane::Side, line, |_| panic!("on secret-token"));
        let messages = all(&mut runtime);
        assert!(
            matches!(messages[..], [Message::Stumbled(Lane::Side)]),
            "{messages:?}"
        );
        runtime.start(Job::Now);
        assert!(matches!(all(&mut runtime)[..], [Message::Now(_)]));
    }

    #[test]
    fn a_load_that_is_cancelled_keeps_what_it_has() {
        // More than a batch of entries, and each is one of curl's commands.
        let commands = "curl 'https://a.example/' --data-raw 'a=b'\n".repeat(3_000);
        let mut runtime = Runtime::default();
        let line = runtime.line(Lane::Load);
        runtime.cancel(Lane::Load);
        runtime.spawn(Lane::Load, line, move |line| {
            let name = "many.sh".to_owned();
            let bytes = commands.into_bytes();
            load::run(super::super::effect::Input::Bytes { name, bytes }, line);
        });
        let messages = all(&mut runtime);
        let told: usize = messages
            .iter()
            .filter_map(|message| match message {
                Message::Indexed(indexed) => Some(indexed.entries.len()),
                _ => None,
            })
            .sum();
        let Some(Message::Loaded(capture)) = messages.last() else {
            panic!("{messages:?}");
        };
        assert!(told > 0 && told < 3_000, "{told}");
        // The screen has them, and gives them back when all is there.
        assert!(capture.entries().is_empty());
    }
}
