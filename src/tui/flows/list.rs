//! The list as it is to be shown, made of all rows.
//!
//! ```text
//! rows ──keep: Mi? marked? filter?──▶ kept ──sort──▶ sorted ──collapse──▶ List
//! ```
//!
//! A worker does it, and the list as it was stays on the screen until this one is
//! whole. Of few rows it is made at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::lines::Lines;
use super::narrow::Narrow;
use super::sort::sort;
use crate::tui::parts::SortBy;
use crate::tui::rows::Table;
use mishark_core::decode::State;
use mishark_core::filter::Verdict;
use mishark_core::workspace::FlowId;

/// So many rows are gone through before it is seen whether the list is still
/// wanted.
const STRIDE: usize = 4096;

/// Which rows the list shows, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListOptions {
    /// Whether foreign traffic is shown.
    pub(super) all_traffic: bool,
    /// Whether marked rows alone are shown.
    pub(super) marked_only: bool,
    /// Whether runs are collapsed.
    pub(super) collapse: bool,
    /// What it is sorted by.
    pub(super) sort: SortBy,
    /// Whether it is the other way round.
    pub(super) reversed: bool,
}

/// A list to be made.
#[derive(Debug)]
pub struct ListJob {
    pub(super) generation: u64,
    pub(super) table: Table,
    pub(super) options: ListOptions,
    pub(super) narrow: Narrow,
    /// Runs that are open, by the number of their first row.
    pub(super) open_runs: HashSet<u32>,
    /// Whether what the filter has to open flows for is wanted.
    pub(super) wants_undecided: bool,
}

/// A list that is whole.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) lines: Lines,
    /// How many rows the filter or the marks keep out.
    pub(super) kept_out: usize,
    /// The host most rows have, which is not shown.
    pub(super) usual_host: Option<Arc<str>>,
}

/// What became of a [`ListJob`].
#[derive(Debug)]
pub struct Listed {
    pub(super) generation: u64,
    pub(super) list: List,
    /// What the filter says of all rows.
    pub(super) verdicts: Vec<Verdict>,
    /// The rows that the filter has to open flows for, if they were wanted.
    pub(super) undecided: Vec<(u32, FlowId)>,
}

impl ListJob {
    /// Makes the list; `None` if it was cancelled.
    pub fn run(mut self, is_cancelled: impl Fn() -> bool) -> Option<Listed> {
        let mut list = List::default();
        let mut kept = Vec::new();
        // By what they were made of, in the order of recording.
        let mut replays: HashMap<Option<u32>, Vec<u32>> = HashMap::new();
        // How many kept rows go to each host.
        let mut hosts: Vec<usize> = Vec::new();
        let (table, options) = (&self.table, self.options);
        for start in (0..table.len()).step_by(STRIDE) {
            if is_cancelled() {
                return None;
            }
            let end = table.len().min(start + STRIDE);
            self.narrow.extend(end, table);
            // Numbers of rows fit, see `Rows::push`.
            for row in start as u32..end as u32 {
                let one = table.row(row);
                let call = table.call(row);
                let is_mi = match one.state() {
                    Some(state) => state != State::Foreign,
                    None => call.likely_mi,
                };
                if !options.all_traffic && !is_mi {
                    continue;
                }
                if !self.narrow.keeps(row) || (options.marked_only && !one.marked) {
                    list.kept_out += 1;
                    continue;
                }
                let host = call.host_number as usize;
                hosts.resize(hosts.len().max(host + 1), 0);
                hosts[host] += 1;
                if options.sort == SortBy::Number && table.is_replay(row) {
                    // It comes below what it was made of.
                    replays.entry(one.original).or_default().push(row);
                } else {
                    kept.push(row);
                }
            }
        }
        list.usual_host = self.usual_host(&hosts);
        let mut sorted = sort(kept, table, options.sort);
        if options.reversed {
            sorted.reverse();
        }
        if is_cancelled() {
            return None;
        }
        list.lines.order.reserve_exact(sorted.len());
        for row in sorted {
            self.push(row, &mut list.lines);
            if replays.is_empty() {
                continue;
            }
            let mut below = replays.remove(&Some(row)).unwrap_or_default();
            if options.reversed {
                below.reverse();
            }
            for row in below {
                self.push(row, &mut list.lines);
            }
        }
        // What was sent from here and has its original out of sight comes last.
        let mut rest: Vec<u32> = replays.into_values().flatten().collect();
        rest.sort_unstable();
        for row in rest {
            self.push(row, &mut list.lines);
        }
        list.lines.end_group(table, &self.open_runs);
        let undecided = match self.wants_undecided {
            true => self.narrow.undecided(table),
            false => Vec::new(),
        };
        Some(Listed {
            generation: self.generation,
            list,
            verdicts: self.narrow.into_verdicts(),
            undecided,
        })
    }

    fn push(&self, row: u32, lines: &mut Lines) {
        // Rows after each other were called after each other in these orders.
        let by_time = matches!(self.options.sort, SortBy::Number | SortBy::Time);
        let collapse = self.options.collapse && by_time;
        lines.push(row, &self.table, &self.open_runs, collapse);
    }

    /// The host most rows have.
    fn usual_host(&self, counts: &[usize]) -> Option<Arc<str>> {
        let calls = self.table.calls().iter();
        let counted = calls.filter_map(|call| {
            let count = *counts.get(call.host_number as usize)?;
            (count > 0).then_some((count, &call.host))
        });
        counted.max().map(|(_, host)| Arc::clone(host))
    }
}
