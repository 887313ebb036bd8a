//! The marked reads, signed anew and sent one after the other.
//!
//! ```text
//! marked ──▶ draft ──▶ sign ──▶ send ──▶ pause ──▶ the next one
//!              │          │        └─ a refused signature or token, no answer: the end
//!              │          └─ a foreign host: asked once
//!              └─ a write, no key, a fault: named, and not sent
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use crate::tui::answered::Answered;
use crate::tui::app::{App, Confirmed, Job, Overlay};
use crate::tui::builder::named;
use crate::tui::effect::{Drafted, Outgoing, Signing};
use crate::tui::overlay::Reader;
use crate::tui::words;
use mishark_core::call;
use mishark_core::replay::{Answer, Draft, NoDraft, SendError, SignError, SignedRequest, check};
use mishark_core::summary::Outcome;
use mishark_core::text::clean;

/// A batch under way.
pub struct Batch {
    waiting: VecDeque<u32>,
    total: usize,
    /// The row that is being worked on.
    now: Option<u32>,
    effect: Option<mishark_core::replay::Effect>,
    sent: usize,
    accepted: usize,
    /// What came of each, in words.
    lines: Vec<String>,
}

impl Batch {
    /// How many are behind us, the one under way among them, and how many there
    /// are.
    pub fn progress(&self) -> (usize, usize) {
        (self.total - self.waiting.len(), self.total)
    }
}

impl App {
    /// Begins with the marked flows.
    pub(in crate::tui::app) fn start_batch(&mut self) {
        if self.is_sending() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let loaded = self.rows.workspace().captures().len();
        let marked = |row: &u32| {
            let row = self.rows.row(*row);
            row.marked && row.id.capture < loaded
        };
        let waiting: VecDeque<u32> = (0..self.rows.len() as u32).filter(marked).collect();
        if waiting.is_empty() {
            self.fail(words::NOTHING_MARKED_TO_SEND);
            return;
        }
        self.batch = Some(Batch {
            total: waiting.len(),
            waiting,
            now: None,
            effect: None,
            sent: 0,
            accepted: 0,
            lines: Vec::new(),
        });
        self.next_in_batch();
    }

    fn next_in_batch(&mut self) {
        let Some(batch) = &mut self.batch else { return };
        let Some(row) = batch.waiting.pop_front() else {
            self.end_batch("");
            return;
        };
        batch.now = Some(row);
        batch.effect = None;
        self.start(Job::Draft {
            workspace: self.rows.workspace().clone(),
            flow: Some(self.rows.row(row).id),
            row: Some(row),
            then: Drafted::Batch,
        });
    }

    /// The pause after an answer is over.
    pub(in crate::tui::app) fn paused(&mut self) {
        if self.batch.as_ref().is_some_and(|batch| batch.now.is_none()) {
            self.next_in_batch();
        }
    }

    /// The batch, if it works on that row.
    fn batch_at(&mut self, row: u32) -> Option<&mut Batch> {
        self.batch.as_mut().filter(|batch| batch.now == Some(row))
    }

    pub(super) fn batch_drafted(&mut self, row: u32, draft: Result<Box<Draft>, NoDraft>) {
        if self.batch_at(row).is_none() {
            return;
        }
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return self.held(row, &error.to_string()),
        };
        let report = check(&draft);
        if report.effect.is_write() {
            let effect = &report.effect;
            let what = named(&effect.to_string(), self.rows.directory(), &effect.devices);
            return self.held(row, &words::it_writes(&what));
        }
        if let Some(fault) = report.faults().next() {
            return self.held(row, &fault.to_string());
        }
        let ring = self.rows.workspace().ring();
        let Some(session) = draft.session.and_then(|id| ring.find_id(id)).cloned() else {
            return self.held(row, words::NO_SESSION);
        };
        if let Some(batch) = &mut self.batch {
            batch.effect = Some(report.effect);
        }
        self.start(Job::Sign {
            draft,
            session: Box::new(session),
            then: Signing::Batch(row),
        });
    }

    pub(super) fn batch_signed(&mut self, row: u32, signed: Result<Arc<SignedRequest>, SignError>) {
        let Some(batch) = self.batch_at(row) else {
            return;
        };
        let Some(effect) = batch.effect.take() else {
            return;
        };
        let request = match signed {
            Ok(request) => request,
            Err(error) => return self.held(row, &error.to_string()),
        };
        let refusal = self.endpoint.check(&request).err();
        let outgoing = Outgoing {
            request,
            original: Some(self.rows.root_of(row)),
            effect,
        };
        match refusal {
            None => self.send(outgoing),
            Some(refusal) if refusal.host().is_none() => self.held(row, &refusal.to_string()),
            Some(refusal) => {
                let question = self.question(&outgoing, Some(&refusal));
                let confirm = refusal.host().map(str::to_owned);
                self.overlays.push(Overlay::Confirm {
                    question,
                    then: Confirmed::Send {
                        outgoing: Box::new(outgoing),
                        confirm,
                    },
                });
            }
        }
    }

    pub(super) fn batch_sent(
        &mut self,
        original: Option<u32>,
        outcome: Result<Box<Answered>, SendError>,
    ) {
        let Some(row) = self.batch.as_ref().and_then(|batch| batch.now) else {
            return;
        };
        let answered = match outcome {
            Ok(answered) => *answered,
            Err(error) => {
                self.note_of_batch(row, &error.to_string());
                self.end_batch(words::BATCH_NO_ANSWER);
                return;
            }
        };
        let joined = self.join(answered, original);
        let answer = joined.answer.as_ref();
        let is_accepted = answer.is_some_and(Answer::is_fine);
        let is_done = is_accepted && joined.summary.outcome() != Outcome::Failed;
        let said = match answer {
            Some(_) if is_accepted && !is_done => {
                words::accepted_in_part(&joined.summary.says(self.rows.directory()))
            }
            Some(answer) => answer.to_string(),
            None => joined.status.clone(),
        };
        let number = self.number_of(joined.row);
        self.note_of_batch(row, &words::answered_in_batch(&number, &said));
        let Some(batch) = &mut self.batch else { return };
        batch.now = None;
        batch.sent += 1;
        batch.accepted += usize::from(is_accepted);
        let (done, total) = batch.progress();
        if answer.is_some_and(Answer::ends_a_batch) {
            let name = self.name_of(row);
            self.end_batch(&words::batch_refused(&name, &said));
        } else if done == total {
            self.end_batch("");
        } else {
            self.tell(words::batch_goes_on(done, total));
            self.start(Job::Pause(self.settings.batch_pause));
        }
    }

    /// Passes over a flow that is not sent.
    fn held(&mut self, row: u32, why: &str) {
        self.note_of_batch(row, &words::not_sent(why));
        self.next_in_batch();
    }

    fn note_of_batch(&mut self, row: u32, what: &str) {
        let line = format!("{:<24} {what}", self.name_of(row));
        if let Some(batch) = &mut self.batch {
            batch.lines.push(line);
        }
    }

    /// A row's number and call.
    fn name_of(&self, row: u32) -> String {
        let path = &self.rows.entry(row).path;
        format!("{} {}", self.number_of(row), clean(call::short(path)))
    }

    /// Ends the batch and says what came of it; `why` if not all was tried.
    pub(in crate::tui::app) fn end_batch(&mut self, why: &str) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        let mut lines = batch.lines;
        for row in &batch.waiting {
            lines.push(format!("{:<24} {}", self.name_of(*row), words::NOT_TRIED));
        }
        let told = words::batch_done(batch.sent, batch.accepted, batch.total, why);
        self.overlays.push(Overlay::Reader(Reader::new(
            words::BATCH,
            format!("{told}\n\n{}", lines.join("\n")),
        )));
        if why.is_empty() {
            self.tell(told);
        } else {
            self.fail(told);
        }
    }
}
