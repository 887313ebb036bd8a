//! The marked reads, signed anew and sent one after the other.
//!
//! ```text
//! marked ──▶ requests ──▶ asked once, if a host is foreign ──▶ sent ──▶ report
//!               └─ a write, no key, a fault: named, and not sent
//! ```

use crate::tui::answered::Answered;
use crate::tui::app::{App, Job};
use crate::tui::effect::Marked;
use crate::tui::outgoing::{Batch, Outgoing, Sender, Sending};
use crate::tui::words;
use mishark_core::call;
use mishark_core::replay::{Answer, Refusal, SendError};
use mishark_core::text::clean;
use mishark_core::workspace::FlowId;

impl App {
    /// Begins with the marked flows.
    pub(in crate::tui::app) fn start_batch(&mut self) {
        if self.sending.is_some() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let loaded = self.rows.workspace().captures().len();
        let marked = |row: u32| {
            let flow = self.rows.row(row);
            (flow.marked && flow.id.capture < loaded).then_some((row, flow.id))
        };
        let rows: Vec<(u32, FlowId)> = (0..self.rows.len() as u32).filter_map(marked).collect();
        if rows.is_empty() {
            self.fail(words::NOTHING_MARKED_TO_SEND);
            return;
        }
        let not_tried = |(row, _): &(u32, FlowId)| (*row, words::NOT_TRIED.to_owned());
        let batch = Batch {
            lines: rows.iter().map(not_tried).collect(),
            ..Batch::default()
        };
        self.sending = Some(Outgoing::new(Vec::new(), Sender::Marked(batch), false).sending);
        self.start(Job::Marked {
            workspace: self.rows.workspace().clone(),
            directory: self.rows.directory().clone(),
            endpoint: Box::new(self.endpoint.clone()),
            rows,
        });
    }

    /// Sends what was made of the marked flows, after asking where that has to be.
    pub(in crate::tui::app) fn marked(&mut self, marked: Marked) {
        let Some(Sending {
            sender: Sender::Marked(mut batch),
            ..
        }) = self.sending.take()
        else {
            return;
        };
        let held = marked.held.into_iter();
        let held = held.map(|(row, why)| (row, words::not_sent(&why)));
        batch.lines.extend(held);
        let (rows, items): (Vec<_>, Vec<_>) = marked.ready.into_iter().unzip();
        if items.is_empty() {
            self.report(batch, "");
            return;
        }
        batch.rows = rows;
        let outgoing = Outgoing::new(items, Sender::Marked(batch), false);
        if marked.refusals.is_empty() {
            self.send(outgoing);
            return;
        }
        let refusals: Vec<String> = marked.refusals.iter().map(ToString::to_string).collect();
        let question = words::ask_to_send_marked(outgoing.items.len(), &refusals);
        let hosts = marked.refusals.iter().filter_map(Refusal::host);
        let hosts = hosts.map(str::to_owned).collect();
        self.ask_before(question, outgoing, hosts);
    }

    pub(super) fn batch_sent(&mut self, row: u32, outcome: Result<Box<Answered>, SendError>) {
        let (line, said, is_accepted) = match outcome {
            Ok(answered) => {
                let joined = self.join(*answered, Some(self.rows.root_of(row)));
                let answer = joined.answer.as_ref();
                let is_accepted = matches!(answer, Some(Answer::Fine | Answer::Pending(_)));
                let said = answer.map_or_else(|| joined.status.clone(), Answer::to_string);
                let number = self.number_of(joined.row);
                (words::answered_in_batch(&number, &said), said, is_accepted)
            }
            Err(error) => {
                self.batch_line(row, error.to_string());
                return;
            }
        };
        let last = words::batch_refused(&self.name_of(row), &said);
        let Some((batch, (done, total))) = self.batch_line(row, line) else {
            return;
        };
        batch.sent += 1;
        batch.accepted += usize::from(is_accepted);
        batch.last = last;
        if done < total {
            self.tell(words::batch_goes_on(done, total));
        }
    }

    /// Notes what came of a row; the batch, and how far it is.
    fn batch_line(&mut self, row: u32, line: String) -> Option<(&mut Batch, (usize, usize))> {
        let sending = self.sending.as_mut()?;
        let progress = (sending.done, sending.total);
        match &mut sending.sender {
            Sender::Marked(batch) => {
                batch.lines.insert(row, line);
                Some((batch, progress))
            }
            _ => None,
        }
    }

    /// A row's number and call.
    fn name_of(&self, row: u32) -> String {
        let path = &self.rows.entry(row).path;
        format!("{} {}", self.number_of(row), clean(call::short(path)))
    }

    /// Says what came of a batch; `why` if not all was tried.
    pub(super) fn report(&mut self, batch: Batch, why: &str) {
        let lines = batch.lines.iter();
        let lines = lines.map(|(row, line)| format!("{:<24} {line}", self.name_of(*row)));
        let lines: Vec<String> = lines.collect();
        let told = words::batch_done(batch.sent, batch.accepted, lines.len(), why);
        self.read(words::BATCH, format!("{told}\n\n{}", lines.join("\n")));
        if why.is_empty() {
            self.tell(told);
        } else {
            self.fail(told);
        }
    }
}
