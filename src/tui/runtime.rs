//! Does the work that the screen asks for, on other threads.
//!
//! ```text
//! update ──Job──▶ Runtime ──thread──▶ Message ──channel──▶ update
//!                    └─ a small flow is waited for, so that nothing flickers
//! ```
//!
//! Work of one kind ends the one before it; what that had to say comes too late
//! and is dropped by its generation. A worker that panics is a message. Work on many
//! flows opens them in `turns`, as many at a time as there are cores.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use self::crew::Crew;
use self::turns::{Turn, Turns};
use super::effect::{Job, Lane, Patience};
use super::message::Message;
use super::opened::{OpenJob, Opened};
use crate::tui::words;
use mishark_core::replay::Cancel;

mod building;
mod crew;
mod export;
mod load;
mod many;
mod text;
mod turns;
mod watch;

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
    turns: Arc<Turns>,
}

impl Line {
    fn send(&self, message: Message) {
        // The screen may be gone.
        let _ = self.sender.send(Event::Message(Box::new(message)));
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Waits for the turn to open one of many flows; there is none if they are not
    /// wanted any more.
    fn turn(&self) -> Option<Turn<'_>> {
        let turn = self.turns.take();
        (!self.is_cancelled()).then_some(turn)
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
    small: Opener,
    large: Opener,
    /// Whether the flow that is to be opened is small.
    is_soon: bool,
    prompt: Crew,
    loading: Crew,
    sweeping: Crew,
    turns: Arc<Turns>,
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
        let [prompt, loading, sweeping] = [
            Crew::new("prompt", 0),
            Crew::new("loading", 5),
            Crew::new("sweeping", 10),
        ];
        // As many as a key needs: of what it asked for before one may be ending.
        prompt.stand_ready(3);
        sweeping.stand_ready(2);
        Self {
            sender,
            receiver,
            running: HashMap::new(),
            out: 0,
            watching: 0,
            small: Opener::default(),
            large: Opener::default(),
            is_soon: false,
            prompt,
            loading,
            sweeping,
            turns: Arc::default(),
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
        let line = self.line(lane);
        self.spawn(lane, line, |line| {
            line.send(Message::Opened(Box::new(Opened::new(*job))));
        });
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
            turns: Arc::clone(&self.turns),
        }
    }

    fn spawn(&mut self, lane: Lane, line: Line, work: impl FnOnce(&Line) + Send + 'static) {
        match lane {
            Lane::Watch(_) => self.watching += 1,
            _ => self.out += 1,
        }
        let run = move || {
            // A panic's own text may hold what it stumbled over, so it is not
            // repeated.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&line)));
            if outcome.is_err() {
                line.send(Message::Stumbled(lane));
            }
            let _ = line.sender.send(Event::Ended(lane));
        };
        let crew = match lane.patience() {
            Patience::None => &self.prompt,
            Patience::Some => &self.loading,
            Patience::Much => &self.sweeping,
        };
        if let Err(error) = crew.start(Box::new(run)) {
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

fn run(job: Job, line: &Line) {
    match job {
        Job::Load(input) => load::run(input, line),
        Job::Open(job) => line.send(Message::Opened(Box::new(Opened::new(*job)))),
        Job::Sweep {
            generation,
            workspace,
            flows,
        } => many::sweep_all(generation, &workspace, flows, line),
        Job::List(job) => {
            if let Some(listed) = job.run(|| line.is_cancelled()) {
                line.send(Message::Listed(Box::new(listed)));
            }
        }
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
            many::filter(generation, &workspace, &known, &filter, &rows, line);
        }
        Job::Search {
            generation,
            workspace,
            needle,
            rows,
        } => many::search(generation, &workspace, &needle, rows, line),
        Job::Find {
            generation,
            half,
            job,
        } => job.run(&line.cancelled, |found| {
            line.send(Message::Found {
                generation,
                half,
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
        Job::SaveSession { session, path } => line.send(building::save(&session, &path)),
        Job::Marked {
            workspace,
            directory,
            endpoint,
            rows,
        } => line.send(building::marked(
            &workspace, &directory, &endpoint, rows, line,
        )),
        Job::Send {
            items,
            endpoint,
            pause,
            workspace,
        } => line.send(building::send(&items, &endpoint, pause, &workspace, line)),
        Job::Sign(item) => line.send(Message::Signed(item.sign())),
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
mod tests;
