//! Captures that grow while they are looked at.

use super::loading::Watching;
use super::{App, Job, Lane, Pane};
use crate::tui::effect::{Effect, Watched};
use crate::tui::message::Grown;
use crate::tui::words;
use mishark_core::capture::Growing;

impl App {
    /// Looks for what comes to files and from proxies, until the end.
    pub fn watch(&mut self, watched: impl IntoIterator<Item = Watched>) -> Vec<Effect> {
        for watched in watched {
            // How many of them open is in the header, and changes.
            self.loading.is_told = true;
            let name = watched.name();
            let capture = self.rows.begin_growing(&name);
            let watching = Watching {
                growing: Growing::new(&name),
                trouble: None,
                is_full: false,
            };
            self.watching.insert(capture, watching);
            self.start(Job::Watch { capture, watched });
        }
        std::mem::take(&mut self.effects)
    }

    /// Whether a capture grows, and whether all of them can at the moment.
    pub(super) fn following(&self) -> Option<bool> {
        let watching = self.watching.values();
        watching
            .map(|watching| watching.trouble.is_none())
            .reduce(|all, one| all && one)
    }

    /// Nobody looks at a capture any more.
    pub(super) fn watching_stumbled(&mut self, capture: usize, why: &str) {
        if let Some(watching) = self.watching.get_mut(&capture) {
            watching.trouble = Some(why.to_owned());
        }
    }

    pub(super) fn grown(&mut self, capture: usize, grown: Grown) {
        let Some(watching) = self.watching.get_mut(&capture) else {
            return;
        };
        let Grown {
            name,
            arrivals,
            ring,
            notes,
            trouble,
        } = grown;
        if watching.is_full {
            return;
        }
        if watching.growing.name() != name {
            watching.growing.rename(&name);
        }
        let was_lost = std::mem::replace(&mut watching.trouble, trouble.clone());
        let is_first = watching.growing.is_empty();
        let came = !arrivals.is_empty();
        let again = self.rows.grow(&mut watching.growing, capture, arrivals);
        let limit = self.settings.max_held;
        let is_full = watching.growing.held() > limit;
        watching.is_full = is_full;
        if is_full {
            watching.trouble = Some(words::full(&name, limit));
        }
        for note in notes {
            self.tell(format!("{name}: {note}"));
        }
        match trouble {
            Some(trouble) if was_lost.as_ref() != Some(&trouble) => {
                self.fail(words::lost(&name, &trouble));
            }
            None if was_lost.is_some() => {
                // What was said of it is over.
                self.told.clear();
                self.tell(words::back(&name));
            }
            _ => {}
        }
        if is_full {
            self.fail(words::full(&name, limit));
            self.cancel(Lane::Watch(capture));
        }
        let mut is_key_news = false;
        if let Some(ring) = ring {
            let workspace = self.rows.workspace_mut();
            let known = workspace.ring().sessions().len();
            workspace.add_keys(&ring);
            is_key_news = workspace.ring().sessions().len() > known;
        }
        if !came {
            return;
        }
        for row in again {
            self.flows.reconsider(row, self.rows.table());
            self.forget_shown(row);
        }
        if self.focus == Pane::Flows {
            self.flows.grow();
        } else {
            // Who reads a body is not taken to another one.
            self.flows.invalidate();
        }
        let sweeps_all = self.sweep.progress.is_some() && !self.sweep.is_partial;
        if sweeps_all || (is_key_news && !is_first) {
            self.shown = self.shown.take().filter(|_| !is_key_news);
            self.sweep_all();
        } else {
            self.sweep_flows(self.rows.unopened(), true);
        }
        self.cancel(Lane::Filter);
        self.decide_rest();
    }

    /// The shown flow is another one now: it is opened again.
    fn forget_shown(&mut self, row: u32) {
        if self.shown.as_ref().is_some_and(|shown| shown.row == row) {
            self.shown = None;
        }
        if self.opening == Some(row) {
            self.opening = None;
        }
    }
}
