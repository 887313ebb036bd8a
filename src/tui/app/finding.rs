//! Filter, find in a pane, find in all plaintexts.

use std::sync::Arc;

use super::{App, Job, Lane, Progress, SearchAll};
use crate::tui::flows::{ListJob, Listed};
use crate::tui::parts::Half;
use crate::tui::view::Found;
use crate::tui::words;
use mishark_core::decode::State;
use mishark_core::filter::Filter;
use mishark_core::workspace::FlowId;

/// How many filters are remembered; for this run alone, since they may name
/// devices.
const HISTORY: usize = 50;

/// The list of so many rows is made at once, well within a frame.
const AT_ONCE: usize = 2048;

impl App {
    /// Filters by a text, if it is a filter; tells what is wrong with it, else.
    pub(super) fn set_filter_text(&mut self, text: String) {
        match Filter::parse(&text) {
            Ok(filter) => {
                self.filter_text = text;
                self.cancel(Lane::Filter);
                self.flows.set_filter(filter);
                self.decide_rest();
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Remembers a filter that was used.
    pub(super) fn remember_filter(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.filters.retain(|known| known != text);
        self.filters.push(text.to_owned());
        if self.filters.len() > HISTORY {
            self.filters.remove(0);
        }
    }

    /// Asks for what the filter has not decided. A worker is set to it when a list
    /// tells which rows that are.
    pub(super) fn decide_rest(&mut self) {
        self.filter_generation += 1;
        self.flows.decide_rest();
    }

    /// Begins the list anew if something changed.
    pub(super) fn list_anew(&mut self) {
        if let Some(job) = self.flows.next_list(&self.rows) {
            match self.rows.len() <= AT_ONCE {
                true => self.list_at_once(job),
                false => self.start(Job::List(Box::new(job))),
            }
        }
    }

    fn list_at_once(&mut self, job: ListJob) {
        if let Some(listed) = job.run(|| false) {
            self.listed(listed);
        }
    }

    /// What is done next is about the list that was asked for before. What is
    /// typed in a prompt is not, until it ends.
    pub(super) fn finish_list(&mut self) {
        if self.flows.is_awaited() {
            self.cancel(Lane::List);
            self.flows.abandon();
            if let Some(job) = self.flows.next_list(&self.rows) {
                self.list_at_once(job);
            }
        }
    }

    pub(super) fn listed(&mut self, listed: Listed) {
        let height = self.flows_height();
        let rows = self.flows.take(listed, height);
        if let Some(filter) = self.flows.narrow.filter()
            && !rows.is_empty()
        {
            let job = Job::Filter {
                generation: self.filter_generation,
                workspace: self.rows.workspace().clone(),
                directory: Arc::clone(self.rows.directory()),
                marks: Arc::clone(self.rows.marks()),
                filter: filter.clone(),
                rows,
            };
            self.start(job);
        }
        self.search_arrived();
    }

    /// Of these rows the ones whose capture is there to be read by a sweep.
    fn openable(&self, rows: impl Iterator<Item = u32>) -> Vec<(u32, FlowId)> {
        rows.map(|row| (row, self.rows.row(row).id))
            .filter(|(_, id)| self.rows.table().is_whole(*id))
            .collect()
    }

    /// Finds a text: in the body that has the focus, else in all plaintexts.
    pub(super) fn find(&mut self, needle: String, everywhere: bool) {
        self.needle.clone_from(&needle);
        if everywhere {
            self.search_all(needle);
        } else {
            self.find_again();
        }
    }

    fn search_all(&mut self, needle: String) {
        self.find_generation += 1;
        if needle.is_empty() {
            self.cancel(Lane::Search);
            self.search = None;
            return;
        }
        let in_sight = self.flows.in_sight(self.rows.len());
        let is_in_sight = |row: &u32| in_sight[*row as usize];
        let rows = self.openable((0..self.rows.len() as u32).filter(is_in_sight));
        self.search = Some(SearchAll {
            needle: needle.clone(),
            hits: Vec::new(),
            progress: Progress {
                done: 0,
                total: rows.len() as u64,
            },
            complete: false,
            seek: Some(self.flows.selected().unwrap_or(0)),
            told: None,
            upto: Some(self.rows.len() as u32),
            generation: self.find_generation,
        });
        self.start(Job::Search {
            generation: self.find_generation,
            workspace: self.rows.workspace().clone(),
            needle,
            rows,
        });
    }

    pub(super) fn hits(&mut self, generation: u64, rows: Vec<u32>, looked: usize, done: bool) {
        let Some(search) = &mut self.search else {
            return;
        };
        if search.generation != generation {
            return;
        }
        search.hits.extend(rows);
        search.progress.done += looked as u64;
        search.complete |= done;
        // The first hit at the cursor or behind it is gone to, as `/` does; one
        // before it only if there is no other.
        if let Some(origin) = search.seek {
            let is_behind = search.hits.last().is_some_and(|last| *last >= origin);
            if self.flows.selected().unwrap_or(0) != origin {
                search.seek = None;
            } else if is_behind || search.complete && !search.hits.is_empty() {
                search.seek = None;
                self.hit_step(true, 0);
            }
        }
        if done {
            self.search_done();
            self.search_arrived();
        }
    }

    /// A search has been through all there is so far. What arrives later takes
    /// nobody to another flow, and is told only if it has hits.
    fn search_done(&mut self) {
        let Some(search) = &mut self.search else {
            return;
        };
        search.seek = None;
        let hits = search.hits.len();
        if search.told.replace(hits) != Some(hits) {
            let text = words::found_in(&search.needle, hits);
            self.tell(text);
        }
    }

    /// Goes on with a search in flows that came since it began, once they are
    /// opened and the filter has decided on them.
    pub(super) fn search_arrived(&mut self) {
        let end = self.rows.len() as u32;
        let is_busy =
            self.sweep.is_some() || self.flows.is_stale() || self.flows.narrow.waiting() > 0;
        let Some(search) = &mut self.search else {
            return;
        };
        let Some(start) = search.upto.filter(|start| *start < end) else {
            return;
        };
        if is_busy || !search.complete {
            return;
        }
        search.upto = Some(end);
        let (needle, generation) = (search.needle.clone(), search.generation);
        let is_listed = |row: &u32| {
            let state = self.rows.row(*row).state();
            let is_mi = state.is_some_and(|state| state != State::Foreign);
            (self.flows.all_traffic() || is_mi) && self.flows.narrow.keeps(*row)
        };
        let rows = self.openable((start..end).filter(is_listed));
        if rows.is_empty() {
            return;
        }
        if let Some(search) = &mut self.search {
            search.complete = false;
            search.progress.total += rows.len() as u64;
        }
        self.start(Job::Search {
            generation,
            workspace: self.rows.workspace().clone(),
            needle,
            rows,
        });
    }

    fn rows_hits(&self) -> &[u32] {
        self.search.as_ref().map_or(&[], |search| &search.hits)
    }

    /// Starts the find in the shown flow again: the flow or the text is another.
    pub(super) fn find_again(&mut self) {
        self.find_generation += 1;
        if self.needle.is_empty() {
            self.forget_found();
            return;
        }
        for half in Half::BOTH {
            let needle = self.needle.clone();
            let generation = self.find_generation;
            let Some(view) = self.detail_mut(half).view_mut() else {
                continue;
            };
            let job = view.find(&needle);
            self.start(Job::Find {
                generation,
                half,
                job,
            });
        }
    }

    pub(super) fn found(&mut self, generation: u64, half: Half, found: Found) {
        if generation != self.find_generation {
            return;
        }
        let area = self.body_area(self.places().as_ref(), half);
        if let Some(view) = self.detail_mut(half).view_mut() {
            view.take_found(found, area);
        }
    }

    /// To the next place that was found, or the one before.
    pub(super) fn find_step(&mut self, forward: bool, times: usize) {
        match self.half() {
            Some(half) => {
                let area = self.body_area(self.places().as_ref(), half);
                if let Some(view) = self.detail_mut(half).view_mut() {
                    for _ in 0..times {
                        view.step_match(forward, area);
                    }
                }
            }
            None => self.hit_step(forward, times),
        }
    }

    fn hit_step(&mut self, forward: bool, times: usize) {
        // A filter may have taken some out of sight since.
        let in_sight = self.flows.in_sight(self.rows.len());
        let is_in_sight = |row: &u32| in_sight[*row as usize];
        let hits = self.rows_hits().iter().copied();
        let hits: Vec<u32> = hits.filter(is_in_sight).collect();
        if hits.is_empty() {
            return;
        }
        let here = self.flows.selected().unwrap_or(0);
        let count = hits.len();
        let at = hits.partition_point(|row| *row < here);
        let is_hit = hits.get(at) == Some(&here);
        let times = times % count.max(1);
        let to = match (forward, is_hit) {
            (true, true) => (at + times) % count,
            (true, false) => (at + times.saturating_sub(1)) % count,
            (false, _) => (at + count - times) % count,
        };
        let row = hits[to];
        let height = self.flows_height();
        self.flows.go_to_row(row, height);
    }

    /// What is found, as `3/17`, in the pane that has the focus.
    pub(super) fn find_status(&self) -> Option<String> {
        if let Some(half) = self.half() {
            let status = self.detail(half).view()?.find_status()?;
            let is_all = status.complete && !status.limited;
            let text = words::match_of(status.here, status.total, is_all, &self.needle);
            return Some(text);
        }
        let search = self.search.as_ref()?;
        let here = self.flows.selected().unwrap_or(0);
        let at = search.hits.partition_point(|row| *row <= here);
        let percent = (!search.complete).then(|| search.progress.percent());
        let total = search.hits.len();
        Some(words::flow_with(at, total, percent, &search.needle))
    }

    /// Ends a find; tells whether there was one.
    pub(super) fn clear_find(&mut self) -> bool {
        let had = self.search.is_some() || !self.needle.is_empty();
        self.search = None;
        self.needle.clear();
        self.find_generation += 1;
        self.cancel(Lane::Search);
        self.forget_found();
        had
    }

    fn forget_found(&mut self) {
        for half in Half::BOTH {
            self.cancel(Lane::Find(half));
            if let Some(view) = self.detail_mut(half).view_mut() {
                view.clear_find();
            }
        }
    }
}
