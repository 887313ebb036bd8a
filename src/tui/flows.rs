//! Pane 1: the list of flows.
//!
//! ```text
//! rows ──keep: Mi? marked? filter?──▶ order ──sort──▶ lines ──collapse──▶ screen
//! ```
//!
//! `order` holds the numbers of the rows that are shown; a line is one of them
//! or a run of the same call. The cursor is bound to a row, so it stays where it
//! is when rows come in above it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::action::Action;
use super::rows::Rows;
use crate::call::{self, Nature};
use crate::capture::Entry;
use crate::decode::State;
use crate::filter::Filter;

mod draw;
mod narrow;
mod order;

pub use draw::{FlowsView, role_of};
pub use narrow::Narrow;
pub use order::SortBy;

/// A run shorter than this stays as it is: two calls say more than "x2".
const SHORTEST_RUN: usize = 3;

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The first of its rows, as a place in the order.
    at: u32,
    /// How many rows it stands for.
    len: u32,
    /// What it is.
    kind: LineKind,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    /// One row.
    Single,
    /// A run of the same call, closed.
    Closed,
    /// The first row of a run that is open.
    Head,
    /// Another row of a run that is open.
    Member,
}

/// The list.
#[derive(Debug)]
pub struct Flows {
    order: Vec<u32>,
    lines: Vec<Line>,
    /// The line the cursor is on, and the row it is bound to.
    cursor: usize,
    selected: Option<u32>,
    top: usize,
    /// Runs that are open, by the number of their first row.
    open_runs: HashSet<u32>,
    /// What is kept out of the list.
    pub narrow: Narrow,
    /// Whether foreign traffic is shown.
    pub all_traffic: bool,
    /// Whether marked rows alone are shown.
    pub marked_only: bool,
    /// Whether runs are collapsed.
    pub collapse: bool,
    sort: SortBy,
    reversed: bool,
    stale: bool,
    /// Whether rows came to the end that a cursor there is to go along with.
    grew: bool,
    /// How many rows the filter or the marks keep out.
    kept_out: usize,
    /// The host most rows have, which is not shown.
    usual_host: Option<Arc<str>>,
}

impl Default for Flows {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            lines: Vec::new(),
            cursor: 0,
            selected: None,
            top: 0,
            open_runs: HashSet::new(),
            narrow: Narrow::default(),
            all_traffic: false,
            marked_only: false,
            collapse: true,
            sort: SortBy::Number,
            reversed: false,
            stale: true,
            grew: false,
            kept_out: 0,
            usual_host: None,
        }
    }
}

/// Whether an entry not opened yet is shown where Mi Home's are.
fn likely_mi(entry: &Entry) -> bool {
    const DOMAINS: [&str; 3] = ["io.mi.com", "mijia.tech", "mina.mi.com"];
    entry.error.is_some() || DOMAINS.iter().any(|domain| entry.host.ends_with(domain))
}

impl Flows {
    /// The row the cursor is on.
    pub fn selected(&self) -> Option<u32> {
        self.selected
    }

    /// The rows that are shown, runs in full, in their order.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What it is sorted by, and whether the other way round.
    pub fn sorting(&self) -> (SortBy, bool) {
        (self.sort, self.reversed)
    }

    /// How many Mi Home flows the filter or the marks keep out.
    pub fn kept_out(&self) -> usize {
        self.kept_out
    }

    /// Wants the cursor on a row as soon as the lines are made anew.
    pub fn want(&mut self, row: u32) {
        self.selected = Some(row);
        self.stale = true;
    }

    /// Where the cursor is: `1042/1284`, or how many there are.
    pub fn position(&self) -> String {
        match self.lines.len() {
            0 => "0".to_owned(),
            lines => format!("{}/{lines}", self.cursor + 1),
        }
    }

    /// Something changed that decides what is shown.
    pub fn invalidate(&mut self) {
        self.stale = true;
    }

    /// Rows came: a cursor on the last line goes along to the new last one.
    pub fn grow(&mut self) {
        self.grew = true;
        self.stale = true;
    }

    /// Makes the lines anew if something changed; tells whether the cursor is
    /// on another row now.
    pub fn refresh(&mut self, rows: &Rows, height: usize) -> bool {
        let before = self.selected;
        if self.stale {
            self.stale = false;
            let is_last = self.cursor + 1 == self.lines.len();
            let goes_along = std::mem::take(&mut self.grew) && is_last;
            self.keep(rows);
            self.sort(rows);
            self.collapse_runs(rows);
            self.place_cursor();
            if goes_along {
                self.go(usize::MAX, height);
            }
        }
        self.scroll(height);
        self.selected != before
    }

    fn keep(&mut self, rows: &Rows) {
        self.order.clear();
        self.kept_out = 0;
        // Numbers of rows fit, see `Rows::extend`.
        for row in 0..rows.len() as u32 {
            let is_mi = match rows.row(row).state() {
                Some(state) => state != State::Foreign,
                None => likely_mi(rows.entry(row)),
            };
            if !self.all_traffic && !is_mi {
                continue;
            }
            if self.narrow.keeps(row) && (!self.marked_only || rows.row(row).marked) {
                self.order.push(row);
            } else {
                self.kept_out += 1;
            }
        }
        self.usual_host = usual_host(rows, &self.order);
    }

    fn sort(&mut self, rows: &Rows) {
        order::sort(&mut self.order, rows, self.sort);
        if self.reversed {
            self.order.reverse();
        }
        if self.sort == SortBy::Number {
            self.place_replays(rows);
        }
    }

    /// Puts what was sent from here below what it was made of.
    fn place_replays(&mut self, rows: &Rows) {
        if !rows.has_replays() {
            return;
        }
        let replays: Vec<u32> = self
            .order
            .iter()
            .copied()
            .filter(|row| rows.is_replay(*row))
            .collect();
        if replays.is_empty() {
            return;
        }
        self.order.retain(|row| !rows.is_replay(*row));
        let mut below: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut orphans = Vec::new();
        for row in replays {
            match rows.row(row).original {
                Some(original) => below.entry(original).or_default().push(row),
                None => orphans.push(row),
            }
        }
        let mut order = Vec::with_capacity(self.order.len());
        for row in &self.order {
            order.push(*row);
            order.extend(below.remove(row).into_iter().flatten());
        }
        // Those whose original is out of sight come last, as they were sent.
        let mut rest: Vec<u32> = below.into_values().flatten().chain(orphans).collect();
        rest.sort_unstable();
        order.extend(rest);
        self.order = order;
    }

    fn collapse_runs(&mut self, rows: &Rows) {
        self.lines.clear();
        let runs = self.collapse && matches!(self.sort, SortBy::Number | SortBy::Time);
        let mut at = 0;
        while at < self.order.len() {
            let first = self.order[at];
            let is_same = |row: &&u32| is_same_call(rows, first, **row);
            let after = &self.order[at + 1..];
            let mut len = 1;
            if runs {
                // Of calls that write each stands alone: a long run of them is not
                // looked through again from each of its rows.
                let next = after.iter().take(SHORTEST_RUN - 1);
                let is_run = next.take_while(is_same).count() + 1 >= SHORTEST_RUN;
                if is_run && only_reads(rows, first) {
                    len += after.iter().take_while(is_same).count();
                }
            }
            let line = |at: usize, len: usize, kind| Line {
                at: at as u32,
                len: len as u32,
                kind,
            };
            if len == 1 {
                self.lines.push(line(at, 1, LineKind::Single));
            } else if self.open_runs.contains(&first) {
                self.lines.push(line(at, len, LineKind::Head));
                let members = at + 1..at + len;
                self.lines
                    .extend(members.map(|at| line(at, 1, LineKind::Member)));
            } else {
                self.lines.push(line(at, len, LineKind::Closed));
            }
            at += len;
        }
    }

    /// Puts the cursor on its row again; if that is gone, on what is there.
    fn place_cursor(&mut self) {
        let place = self
            .selected
            .and_then(|row| self.order.iter().position(|one| *one == row));
        self.cursor = match place {
            Some(place) => self.line_at(place),
            None => self.cursor.min(self.lines.len().saturating_sub(1)),
        };
        let is_in_line = place.is_some_and(|place| {
            self.lines.get(self.cursor).is_some_and(|line| {
                (line.at as usize..(line.at + line.len) as usize).contains(&place)
            })
        });
        if !is_in_line {
            self.selected = self.row_of(self.cursor);
        }
    }

    /// The line that shows a place in the order.
    fn line_at(&self, place: usize) -> usize {
        let after = self.lines.partition_point(|line| line.at as usize <= place);
        after.saturating_sub(1)
    }

    fn row_of(&self, line: usize) -> Option<u32> {
        let line = self.lines.get(line)?;
        self.order.get(line.at as usize).copied()
    }

    fn scroll(&mut self, height: usize) {
        let last_top = self.lines.len().saturating_sub(height);
        self.top = self.top.min(last_top).min(self.cursor);
        if height > 0 && self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
    }

    fn go(&mut self, line: usize, height: usize) {
        self.cursor = line.min(self.lines.len().saturating_sub(1));
        self.selected = self.row_of(self.cursor);
        self.scroll(height);
    }

    /// Moves the cursor to a row, opening the run that hides it.
    pub fn go_to_row(&mut self, row: u32, rows: &Rows, height: usize) {
        let Some(place) = self.order.iter().position(|one| *one == row) else {
            return;
        };
        let line = self.lines[self.line_at(place)];
        if line.kind == LineKind::Closed && line.at as usize != place {
            self.open_runs.insert(self.order[line.at as usize]);
            self.collapse_runs(rows);
        }
        self.go(self.line_at(place), height);
    }

    /// The row after this one or before it, `count` lines away.
    pub fn step(&mut self, forward: bool, count: usize, height: usize) {
        let to = if forward {
            self.cursor.saturating_add(count)
        } else {
            self.cursor.saturating_sub(count)
        };
        self.go(to, height);
    }

    /// Moves, sorts, folds. `count` is what was typed before the key.
    pub fn apply(&mut self, action: Action, count: Option<usize>, rows: &Rows, height: usize) {
        let times = count.unwrap_or(1);
        match action {
            Action::Down => self.step(true, times, height),
            Action::Up => self.step(false, times, height),
            Action::HalfDown => self.step(true, times * (height / 2).max(1), height),
            Action::HalfUp => self.step(false, times * (height / 2).max(1), height),
            Action::PageDown => self.step(true, times * height.max(1), height),
            Action::PageUp => self.step(false, times * height.max(1), height),
            Action::Top => self.go(count.map_or(0, |count| count.saturating_sub(1)), height),
            Action::Bottom => {
                self.go(
                    count.map_or(usize::MAX, |count| count.saturating_sub(1)),
                    height,
                );
            }
            Action::Unfold => self.toggle_run(rows),
            Action::SortByCode => self.sort_by(SortBy::Code),
            Action::SortByDuration => self.sort_by(SortBy::Duration),
            Action::SortByEndpoint => self.sort_by(SortBy::Endpoint),
            Action::SortByNumber => self.sort_by(SortBy::Number),
            Action::SortBySize => self.sort_by(SortBy::Size),
            Action::SortByState => self.sort_by(SortBy::State),
            Action::SortByTime => self.sort_by(SortBy::Time),
            Action::SortReverse => {
                self.reversed = !self.reversed;
                self.stale = true;
            }
            Action::SortCollapse => {
                self.collapse = !self.collapse;
                self.stale = true;
            }
            Action::ShowAll => {
                self.all_traffic = !self.all_traffic;
                self.stale = true;
            }
            Action::ShowMarked => {
                self.marked_only = !self.marked_only;
                self.stale = true;
            }
            _ => {}
        }
    }

    /// Sorts by something; the same again turns it round.
    fn sort_by(&mut self, by: SortBy) {
        self.reversed = self.sort == by && !self.reversed;
        self.sort = by;
        self.stale = true;
    }

    /// Whether the cursor is on the line of a run of the same call.
    pub fn is_on_run(&self) -> bool {
        let line = self.lines.get(self.cursor);
        line.is_some_and(|line| matches!(line.kind, LineKind::Closed | LineKind::Head))
    }

    fn toggle_run(&mut self, rows: &Rows) {
        let Some(line) = self.lines.get(self.cursor).copied() else {
            return;
        };
        match line.kind {
            LineKind::Single => return,
            LineKind::Closed => {
                self.open_runs.insert(self.order[line.at as usize]);
            }
            LineKind::Head | LineKind::Member => {
                let head = self.lines[..=self.cursor]
                    .iter()
                    .rposition(|line| line.kind == LineKind::Head);
                let Some(head) = head else { return };
                let first = self.order[self.lines[head].at as usize];
                self.open_runs.remove(&first);
                self.selected = Some(first);
            }
        }
        self.collapse_runs(rows);
        self.place_cursor();
    }

    /// Puts the cursor on the line at a height of the pane; tells if there is
    /// one.
    pub fn click(&mut self, row: usize, height: usize) -> bool {
        let line = self.top + row;
        let is_there = line < self.lines.len();
        if is_there {
            self.go(line, height);
        }
        is_there
    }

    /// Scrolls, and takes the cursor along where it would go out of sight.
    pub fn wheel(&mut self, forward: bool, lines: usize, height: usize) {
        let last_top = self.lines.len().saturating_sub(height);
        self.top = if forward {
            (self.top + lines).min(last_top)
        } else {
            self.top.saturating_sub(lines)
        };
        let last = (self.top + height.max(1) - 1).min(self.lines.len().saturating_sub(1));
        self.go(self.cursor.clamp(self.top.min(last), last), height);
    }

    /// Sets or clears the filter. Its cheap part is done at once: for all rows,
    /// or only for as many as a frame has time for if a worker can do the rest.
    pub fn set_filter(&mut self, filter: Option<Filter>, rows: &Rows, has_worker: bool) {
        let first = if has_worker {
            narrow::AT_ONCE
        } else {
            usize::MAX
        };
        self.narrow.set(filter, rows, first);
        self.stale = true;
    }
}

/// The host most of these rows have.
fn usual_host(rows: &Rows, order: &[u32]) -> Option<Arc<str>> {
    let mut counts: HashMap<&Arc<str>, usize> = HashMap::new();
    // Hosts are shared and mostly those of the row before: what is counted is
    // runs, since hashing each name takes longer than all else.
    let same = |a: &u32, b: &u32| Arc::ptr_eq(&rows.entry(*a).host, &rows.entry(*b).host);
    for run in order.chunk_by(same) {
        *counts.entry(&rows.entry(run[0]).host).or_default() += run.len();
    }
    let most = counts
        .into_iter()
        .max_by_key(|(host, count)| (*count, *host));
    most.map(|(host, _)| Arc::clone(host))
}

/// Whether a row's call only reads, as what a home app polls does.
fn only_reads(rows: &Rows, row: u32) -> bool {
    let entry = rows.entry(row);
    // What an rpc does stands in its body, so it stays a row of its own.
    call::rpc_did(&entry.path).is_none() && call::nature(&entry.path, b"") == Nature::Read
}

/// Whether two rows are the same call with the same outcome.
fn is_same_call(rows: &Rows, a: u32, b: u32) -> bool {
    let (first, second) = (rows.entry(a), rows.entry(b));
    let same = |a: &Arc<str>, b: &Arc<str>| Arc::ptr_eq(a, b) || a == b;
    let is_same = same(&first.path, &second.path)
        && same(&first.host, &second.host)
        && same(&first.method, &second.method)
        && first.status == second.status
        && rows.row(a).id.capture == rows.row(b).id.capture;
    if !is_same || first.error.is_some() {
        return false;
    }
    match (rows.row(a).known, rows.row(b).known) {
        (Some(a), Some(b)) => a.state == b.state && a.summary.code() == b.summary.code(),
        (None, None) => true,
        _ => false,
    }
}
