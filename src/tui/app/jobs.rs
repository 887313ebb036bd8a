//! What became of the work that was asked for.

use std::path::PathBuf;

use super::exporting::Exporting;
use super::loading::Progress;
use super::{App, Confirmed, Context, Job, Lane, Message, Pane};
use crate::tui::action::Action;
use crate::tui::effect::{Input, Outside};
use crate::tui::message::Indexed;
use crate::tui::rows::{Digest, File};
use crate::tui::words;
use mishark_core::capture::Capture;
use mishark_core::decode::State;
use mishark_core::workspace::FlowId;

impl App {
    pub(super) fn job(&mut self, message: Message) {
        match message {
            Message::Indexed(indexed) => self.indexed(*indexed),
            Message::Loaded(capture) => self.loaded(*capture),
            Message::NotLoaded { name: _, why } => {
                self.loading.progress = None;
                self.rows.drop_loading();
                self.flows.forget();
                self.set_filter_text(self.filtering.text.clone());
                self.fail(why);
                self.load_next();
            }
            Message::Grown { capture, grown } => self.grown(capture, *grown),
            Message::Opened(opened) => self.opened(*opened),
            Message::Swept { generation, flows } if generation == self.sweep.generation => {
                self.swept(flows);
            }
            Message::SweepDone { generation } if generation == self.sweep.generation => {
                self.sweep_done();
            }
            Message::Listed(listed) => self.listed(*listed),
            Message::Decided { generation, rows } if generation == self.filtering.generation => {
                for (row, matches) in rows {
                    self.flows.narrow.decide(row, matches);
                }
                self.flows.invalidate();
                self.search_arrived();
            }
            Message::Hits {
                generation,
                rows,
                looked,
                done,
            } => self.hits(generation, rows, looked, done),
            Message::TabMade { job, view } => self.tab_made(&job, view),
            Message::Found {
                generation,
                half,
                found,
            } => self.found(generation, half, found),
            Message::Compared { lines, for_builder } => self.compared(lines, for_builder),
            Message::Now(now) => self.now = Some(now),
            Message::Points(points) => self.take_points(points),
            Message::Edited(editing) => self.edited_outside(editing),
            Message::Drafted { row, draft, then } => self.drafted(row, draft, then),
            Message::Signed(signed) => self.signed(signed),
            Message::Marked(marked) => self.marked(marked),
            Message::Sent { at, outcome } => self.sent(at, outcome),
            Message::SendingEnded(end) => self.sending_ended(end),
            Message::Staged { row, stages } => {
                self.stages.take(row, stages, self.reveal);
                self.fit_stages();
            }
            Message::Text { what, text } => self.wish(Outside::Copy { what, text }),
            Message::Certificates(certificates) => {
                self.endpoint.certificates = Some(certificates);
                self.tell(words::AUTHORITY_TRUSTED);
            }
            Message::Keys {
                name,
                sessions,
                ring,
            } => {
                let count = sessions.len() + ring.sessions().len();
                if count == 0 {
                    self.fail(words::no_key_in(&name));
                    return;
                }
                for session in sessions {
                    self.rows.workspace_mut().add_session(session);
                }
                self.rows.workspace_mut().add_keys(&ring);
                self.keys_changed();
            }
            Message::Writing { flows } => {
                self.exporting.wrote(flows);
            }
            Message::Written { path, written } => {
                self.exporting = Exporting::default();
                let told = words::wrote(&path, written.flows, written.bytes);
                match written.lost {
                    0 => self.tell(told),
                    lost => self.fail(words::wrote_without(&told, lost)),
                }
            }
            Message::NotWritten(why) => {
                self.exporting.progress = None;
                self.fail(why);
            }
            Message::Exists { path } => {
                self.exporting.progress = None;
                let question = words::overwrite(&path.display().to_string());
                self.confirm(question, Confirmed::Overwrite(path));
            }
            Message::Stumbled(lane) => self.stumbled(lane),
            // What came too late.
            Message::Swept { .. } | Message::SweepDone { .. } | Message::Decided { .. } => {}
            // `update` has taken these.
            Message::Failed(_)
            | Message::Key(_)
            | Message::Mouse(_)
            | Message::Note(_)
            | Message::Paste(_)
            | Message::Resize(..) => {}
        }
    }

    /// A worker panicked: what waits for its word waits no longer.
    fn stumbled(&mut self, lane: Lane) {
        let why = words::PANICKED;
        match lane {
            Lane::Load => {
                self.job(Message::NotLoaded {
                    name: String::new(),
                    why: why.to_owned(),
                });
                return;
            }
            Lane::Export => self.exporting.progress = None,
            Lane::List => self.flows.not_listed(),
            Lane::Tab(half) => self.detail_mut(half).not_made(),
            Lane::Search => {
                if let Some(search) = &mut self.finding.search {
                    search.stop();
                }
            }
            Lane::Send => self.sending_stumbled(why),
            Lane::Sweep => self.sweep.progress = None,
            Lane::Watch(capture) => self.watching_stumbled(capture, why),
            // Another flow, another find, another draft starts anew.
            _ => {}
        }
        self.fail(why);
    }

    /// Starts the next capture that waits.
    pub(super) fn load_next(&mut self) {
        if let Some(input) = self.loading.next() {
            self.rows.begin(input.name());
            self.start(Job::Load {
                input,
                unpack_limit: self.rows.workspace().options().unpack_limit,
            });
        }
    }

    /// Opens a capture, after those that wait.
    pub(super) fn open(&mut self, input: Input) {
        self.loading.queue.push_back(input);
        self.load_next();
    }

    pub(super) fn open_recent(&mut self) {
        if let Some(recent) = self.recent.chosen() {
            self.open(Input::Path(recent.path.clone()));
        }
    }

    fn indexed(&mut self, indexed: Indexed) {
        self.loading.progress = Some(Progress {
            done: indexed.done,
            total: indexed.total,
        });
        if let Some(ring) = &indexed.ring {
            self.rows.workspace_mut().add_keys(ring);
        }
        self.rows.extend(indexed.reader, indexed.entries);
        self.flows.invalidate();
    }

    fn loaded(&mut self, capture: Capture) {
        for warning in capture.warnings() {
            let text = format!("{}: {warning}", capture.name());
            self.fail(text);
        }
        self.loading.progress = None;
        let name = PathBuf::from(capture.name());
        self.rows.finish(capture);
        let entries = self.rows.files().last().map_or(0, File::len);
        self.loading.newly.push((name, entries));
        self.sweep_all();
        self.decide_rest();
        self.load_next();
    }

    /// Opens every flow again for what the list shows of it.
    pub(super) fn sweep_all(&mut self) {
        let flows: Vec<FlowId> = self.rows.workspace().ids().collect();
        self.sweep_flows(flows, false);
    }

    /// Opens flows for what the list shows of them: those that came, or all.
    pub(super) fn sweep_flows(&mut self, flows: Vec<FlowId>, is_partial: bool) {
        self.sweep.begin(flows.len(), is_partial);
        self.start(Job::Sweep {
            generation: self.sweep.generation,
            workspace: self.rows.workspace().clone(),
            flows,
        });
    }

    fn swept(&mut self, flows: Vec<(FlowId, Digest)>) {
        if let Some(progress) = &mut self.sweep.progress {
            progress.done += flows.len() as u64;
        }
        for (id, digest) in flows {
            self.rows.learn(id, digest);
        }
        if self.sweep.is_partial && self.focus == Pane::Flows {
            self.flows.grow();
        }
        self.flows.invalidate();
    }

    fn sweep_done(&mut self) {
        self.sweep.progress = None;
        // States and names of devices may be others than when it was decided.
        if self.flows.narrow.filter().is_some() {
            if !self.sweep.is_partial {
                self.cancel(Lane::Filter);
                self.flows.filter_again();
            }
            self.decide_rest();
        }
        self.search_arrived();
        let counts = self.counts();
        let of = |state: State| counts[state as usize];
        let locked = of(State::Locked);
        if let Some(before) = self.loading.key_given.take() {
            let text = words::key_taken(before.saturating_sub(locked), before);
            self.tell(text);
            return;
        }
        if !self.loading.is_told && self.loading.progress.is_none() {
            self.loading.is_told = true;
            let opened = of(State::Verified) + of(State::Decrypted) + of(State::Plain);
            let total = opened + locked + of(State::Unreadable);
            if total > 0 {
                let keys = self.rows.workspace().ring().sessions().len();
                let filter = self.key_of(Action::Filter, Context::Flows);
                self.tell(words::opened(opened, total, keys, locked, &filter));
            }
        }
    }

    /// Keys came in: all flows are opened again, the shown one first.
    pub(super) fn keys_changed(&mut self) {
        self.loading.key_given = Some(self.rows.count(State::Locked));
        self.shown = None;
        self.opening = None;
        self.sweep_all();
    }
}
