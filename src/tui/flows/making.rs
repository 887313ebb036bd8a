//! The list made anew, a part at a time: however many rows there are, no key and
//! no frame waits for all of them.
//!
//! ```text
//! rows ──keep: Mi? marked? filter?──▶ kept ──sort──▶ sorted ──collapse──▶ List
//! ```
//!
//! Meanwhile the list as it was is on the screen, and is the one that keys move
//! in. Rows may come and be opened in between; who changes what is to be shown
//! says so, and the list is made once more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::lines::Lines;
use super::narrow::Narrow;
use super::order::{SortBy, Sorting};
use crate::tui::rows::{Calls, Rows};
use mishark_core::decode::State;

/// What is done in one go: as many looks at a row, or as much as takes as long.
/// It is well below a millisecond, so a list of some thousand rows is made within
/// the frame of the key that asks for it.
pub(super) const TURN: usize = 1 << 15;

/// How many looks at a row a filter's look at its entry takes as long as.
const FILTERED: usize = 16;

/// So many rows are gone through before it is seen whether the turn is over.
const STRIDE: usize = 512;

/// What the list is to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
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

/// A list that is whole.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) lines: Lines,
    /// How many rows the filter or the marks keep out.
    pub(super) kept_out: usize,
    /// The host most rows have, which is not shown.
    pub(super) usual_host: Option<Arc<str>>,
}

/// A list on its way.
#[derive(Debug)]
pub(super) struct Making {
    wish: Wish,
    /// Whether somebody asked for it, and not rows that came.
    pub(super) is_asked: bool,
    step: Step,
    /// How many kept rows go to each host.
    hosts: Vec<usize>,
    /// In the order of recording, what was sent from here: by what it was made of.
    replays: HashMap<Option<u32>, Vec<u32>>,
    list: List,
}

#[derive(Debug)]
enum Step {
    /// Rows are looked at whether they are shown, from this one on.
    Keep { next: usize, kept: Vec<u32> },
    /// Those that are get their order.
    Sort(Sorting),
    /// And their lines, from this place on.
    Collapse { next: usize, sorted: Vec<u32> },
}

impl Making {
    pub(super) fn new(wish: Wish, is_asked: bool) -> Self {
        let kept = Vec::new();
        Self {
            wish,
            is_asked,
            step: Step::Keep { next: 0, kept },
            hosts: Vec::new(),
            replays: HashMap::new(),
            list: List::default(),
        }
    }

    /// Goes on for as much work; returns the list when it is whole.
    pub(super) fn go_on(
        &mut self,
        rows: &Rows,
        narrow: &mut Narrow,
        open: &HashSet<u32>,
        mut work: usize,
    ) -> Option<List> {
        loop {
            if work == 0 {
                return None;
            }
            match &mut self.step {
                Step::Keep { next, .. } if *next < rows.len() => {
                    self.keep(rows, narrow, &mut work);
                }
                Step::Keep { kept, .. } => {
                    let kept = std::mem::take(kept);
                    self.list.usual_host = usual_host(&self.hosts, rows.calls());
                    self.step = Step::Sort(Sorting::new(kept, rows, self.wish.sort));
                }
                Step::Sort(sorting) => {
                    if sorting.go_on(rows, &mut work) {
                        let none = Sorting::new(Vec::new(), rows, SortBy::Number);
                        let sorted = std::mem::replace(sorting, none).into_rows();
                        let lines = &mut self.list.lines;
                        lines.order.reserve_exact(sorted.len());
                        self.step = Step::Collapse { next: 0, sorted };
                    }
                }
                Step::Collapse { next, sorted } if *next < sorted.len() => {
                    self.collapse(rows, open, &mut work);
                }
                Step::Collapse { .. } => {
                    self.push_orphans(rows, open);
                    return Some(std::mem::take(&mut self.list));
                }
            }
        }
    }

    fn keep(&mut self, rows: &Rows, narrow: &mut Narrow, work: &mut usize) {
        let Step::Keep { next, kept } = &mut self.step else {
            return;
        };
        let end = rows.len().min(*next + STRIDE);
        let filtered = narrow.extend(end, rows);
        *work = work.saturating_sub(filtered * FILTERED + (end - *next));
        self.hosts.resize(rows.calls().hosts().len(), 0);
        // Numbers of rows fit, see `Rows::extend`.
        for row in *next as u32..end as u32 {
            let one = rows.row(row);
            let call = rows.calls().get(one.call);
            let is_mi = match one.state() {
                Some(state) => state != State::Foreign,
                None => call.likely_mi,
            };
            if !self.wish.all_traffic && !is_mi {
                continue;
            }
            if !narrow.keeps(row) || (self.wish.marked_only && !one.marked) {
                self.list.kept_out += 1;
                continue;
            }
            self.hosts[call.host_number as usize] += 1;
            if self.wish.sort == SortBy::Number && rows.is_replay(row) {
                // It comes below what it was made of.
                self.replays.entry(one.original).or_default().push(row);
            } else {
                kept.push(row);
            }
        }
        *next = end;
    }

    fn collapse(&mut self, rows: &Rows, open: &HashSet<u32>, work: &mut usize) {
        let Step::Collapse { next, sorted } = &mut self.step else {
            return;
        };
        let collapse = self.wish.collapses();
        let end = sorted.len().min(*next + STRIDE);
        *work = work.saturating_sub(end - *next);
        for place in *next..end {
            let place = match self.wish.reversed {
                true => sorted.len() - 1 - place,
                false => place,
            };
            let row = sorted[place];
            self.list.lines.push(row, rows, open, collapse);
            if self.replays.is_empty() {
                continue;
            }
            let mut below = self.replays.remove(&Some(row)).unwrap_or_default();
            if self.wish.reversed {
                below.reverse();
            }
            for row in below {
                self.list.lines.push(row, rows, open, collapse);
            }
        }
        *next = end;
    }

    /// What was sent from here and has its original out of sight comes last.
    fn push_orphans(&mut self, rows: &Rows, open: &HashSet<u32>) {
        let mut rest: Vec<u32> = self.replays.drain().flat_map(|(_, rows)| rows).collect();
        rest.sort_unstable();
        for row in rest {
            let collapse = self.wish.collapses();
            self.list.lines.push(row, rows, open, collapse);
        }
        self.list.lines.end_group(rows, open);
    }
}

impl Wish {
    /// Whether rows after each other were called after each other.
    fn collapses(self) -> bool {
        self.collapse && matches!(self.sort, SortBy::Number | SortBy::Time)
    }
}

/// The host most rows have.
fn usual_host(counts: &[usize], calls: &Calls) -> Option<Arc<str>> {
    let hosts = counts.iter().zip(calls.hosts());
    let shown = hosts.filter(|(count, _)| **count > 0);
    shown.max().map(|(_, host)| Arc::clone(host))
}
