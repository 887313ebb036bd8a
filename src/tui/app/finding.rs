//! Filter, find in a pane, find in all plaintexts.

use std::sync::Arc;

use super::searching::Search;
use super::{App, Job, Lane};
use crate::tui::flows::{ListJob, Listed};
use crate::tui::parts::Half;
use crate::tui::view::Found;
use crate::tui::words;
use mishark_core::decode::State;
use mishark_core::filter::Filter;
use mishark_core::workspace::FlowId;

/// The list of so many rows is made at once, well within a frame.
const AT_ONCE: usize = 2048;

impl App {
    /// Filters by a text, if it is a filter; tells what is wrong with it, else.
    pub(super) fn set_filter_text(&mut self, text: String) {
        match Filter::parse(&text) {
            Ok(filter) => {
                self.filtering.text = text;
                self.cancel(Lane::Filter);
                self.flows.set_filter(filter);
                self.decide_rest();
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Asks for what the filter has not decided. A worker is set to it when a list
    /// tells which rows that are.
    pub(super) fn decide_rest(&mut self) {
        self.filtering.generation += 1;
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
                generation: self.filtering.generation,
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
        self.finding.needle = needle;
        if everywhere {
            self.search_all();
        } else {
            self.find_again();
        }
    }

    fn search_all(&mut self) {
        self.finding.generation += 1;
        if self.finding.needle.is_empty() {
            self.cancel(Lane::Search);
            self.finding.search = None;
            return;
        }
        let end = self.rows.len() as u32;
        let in_sight = self.flows.in_sight(self.rows.len());
        let rows = self.openable((0..end).filter(|row| in_sight[*row as usize]));
        let search = Search::new(&self.finding, self.row_here(), rows.len(), end);
        self.finding.search = Some(search);
        self.start_search(rows);
    }

    fn start_search(&mut self, rows: Vec<(u32, FlowId)>) {
        if let Some(search) = &self.finding.search {
            self.start(Job::Search {
                generation: search.generation,
                workspace: self.rows.workspace().clone(),
                needle: search.needle.clone(),
                rows,
            });
        }
    }

    /// The row the cursor is on, to search from.
    fn row_here(&self) -> u32 {
        self.flows.selected().unwrap_or(0)
    }

    pub(super) fn hits(&mut self, generation: u64, rows: Vec<u32>, looked: usize, done: bool) {
        let here = self.row_here();
        let search = self.finding.search.as_mut();
        let Some(search) = search.filter(|search| search.generation == generation) else {
            return;
        };
        if search.take(rows, looked, done, here) {
            self.hit_step(true, 0);
        }
        if done {
            if let Some(search) = &mut self.finding.search
                && let Some(hits) = search.news()
            {
                let text = words::found_in(&search.needle, hits);
                self.tell(text);
            }
            self.search_arrived();
        }
    }

    /// Goes on with a search in flows that came since it began, once they are
    /// opened and the filter has decided on them.
    pub(super) fn search_arrived(&mut self) {
        let end = self.rows.len() as u32;
        let is_opening = self.sweep.progress.is_some();
        if is_opening || self.flows.is_stale() || self.flows.narrow.waiting() > 0 {
            return;
        }
        let search = self.finding.search.as_mut();
        let Some(start) = search.and_then(|search| search.arrived(end)) else {
            return;
        };
        let is_listed = |row: &u32| {
            let state = self.rows.row(*row).state();
            let is_mi = state.is_some_and(|state| state != State::Foreign);
            (self.flows.all_traffic() || is_mi) && self.flows.narrow.keeps(*row)
        };
        let rows = self.openable((start..end).filter(is_listed));
        if let Some(search) = &mut self.finding.search
            && !rows.is_empty()
        {
            search.go_on(rows.len());
            self.start_search(rows);
        }
    }

    /// Starts the find in the shown flow again: the flow or the text is another.
    pub(super) fn find_again(&mut self) {
        self.finding.generation += 1;
        if self.finding.needle.is_empty() {
            self.forget_found();
            return;
        }
        for half in Half::BOTH {
            let needle = self.finding.needle.clone();
            let generation = self.finding.generation;
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
        if generation != self.finding.generation {
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
        let in_sight = self.flows.in_sight(self.rows.len());
        let search = self.finding.search.as_ref();
        let step = |search: &Search| search.step(self.row_here(), forward, times, &in_sight);
        if let Some(row) = search.and_then(step) {
            let height = self.flows_height();
            self.flows.go_to_row(row, height);
        }
    }

    /// What is found, as `3/17`, in the pane that has the focus.
    pub(super) fn find_status(&self) -> Option<String> {
        if let Some(half) = self.half() {
            let status = self.detail(half).view()?.find_status()?;
            let is_all = status.complete && !status.limited;
            let text = words::match_of(status.here, status.total, is_all, &self.finding.needle);
            return Some(text);
        }
        let search = self.finding.search.as_ref()?;
        let here = self.row_here();
        let at = search.hits.partition_point(|row| *row <= here);
        let percent = (!search.complete).then(|| search.progress.percent());
        let total = search.hits.len();
        Some(words::flow_with(at, total, percent, &search.needle))
    }

    /// Ends a find; tells whether there was one.
    pub(super) fn clear_find(&mut self) -> bool {
        let had = self.finding.search.is_some() || !self.finding.needle.is_empty();
        self.finding.search = None;
        self.finding.needle.clear();
        self.finding.generation += 1;
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
