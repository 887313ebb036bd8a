//! What the list shows, and where in it the cursor is.
//!
//! A line is a row or a run of the same call. The cursor is bound to a row, so it
//! stays where it is when rows come in above it. Keys move in the list that is
//! there while the next one is made.

use std::collections::HashSet;

use super::lines::LineKind;
use super::list::{List, ListJob, ListOptions, Listed};
use super::narrow::Narrow;
use crate::tui::action::Action;
use crate::tui::parts::SortBy;
use crate::tui::rows::{Rows, Table};
use mishark_core::filter::Filter;
use mishark_core::workspace::FlowId;

/// Why the list is to be made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stale {
    /// Rows came or were opened. A list that is being made is made first, else
    /// there would be none while they come.
    Arrived,
    /// Somebody asked for another one.
    Asked,
}

/// The list that a worker makes.
#[derive(Debug, Clone, Copy)]
struct Making {
    why: Stale,
    wants_undecided: bool,
}

/// The list.
#[derive(Debug)]
pub struct Flows {
    pub(super) list: List,
    /// The line the cursor is on, and the row it is bound to.
    pub(super) cursor: usize,
    selected: Option<u32>,
    pub(super) top: usize,
    /// Runs that are open, by the number of their first row.
    pub(super) open_runs: HashSet<u32>,
    /// What is kept out of the list.
    pub narrow: Narrow,
    options: ListOptions,
    stale: Option<Stale>,
    making: Option<Making>,
    /// Which list is being made, or was made last.
    generation: u64,
    /// Whether a worker is to open the rows that the filter cannot decide on
    /// else, as soon as the next list tells which.
    wants_undecided: bool,
    /// Whether rows came to the end that a cursor there is to go along with.
    grew: bool,
    /// The row the cursor was on when a filter began to be typed: it comes back
    /// there as soon as the filter lets it.
    held: Option<u32>,
    is_held: bool,
}

impl Default for Flows {
    fn default() -> Self {
        Self {
            list: List::default(),
            cursor: 0,
            selected: None,
            top: 0,
            open_runs: HashSet::new(),
            narrow: Narrow::default(),
            options: ListOptions {
                all_traffic: false,
                marked_only: false,
                collapse: true,
                sort: SortBy::Number,
                reversed: false,
            },
            stale: Some(Stale::Arrived),
            making: None,
            generation: 0,
            wants_undecided: false,
            grew: false,
            held: None,
            is_held: false,
        }
    }
}

impl Flows {
    /// The row the cursor is on.
    pub fn selected(&self) -> Option<u32> {
        self.selected
    }

    /// Of so many rows, whether each is shown, be it in a run.
    pub fn in_sight(&self, rows: usize) -> Vec<bool> {
        let mut in_sight = vec![false; rows];
        for row in self.order() {
            in_sight[*row as usize] = true;
        }
        in_sight
    }

    /// The rows that are shown, runs in full, in their order.
    pub fn order(&self) -> &[u32] {
        &self.list.lines.order
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.list.lines.lines.len()
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it is sorted by, and whether the other way round.
    pub fn sorting(&self) -> (SortBy, bool) {
        (self.options.sort, self.options.reversed)
    }

    /// How many Mi Home flows the filter or the marks keep out.
    pub fn kept_out(&self) -> usize {
        self.list.kept_out
    }

    /// Whether foreign traffic is shown.
    pub fn all_traffic(&self) -> bool {
        self.options.all_traffic
    }

    /// Whether marked rows alone are shown.
    pub fn marked_only(&self) -> bool {
        self.options.marked_only
    }

    /// Shows foreign traffic too, or keeps it out.
    pub fn set_all_traffic(&mut self, all: bool) {
        self.options.all_traffic = all;
        self.ask();
    }

    /// Shows marked rows alone, or the others too.
    pub fn set_marked_only(&mut self, marked: bool) {
        self.options.marked_only = marked;
        self.ask();
    }

    /// Wants the cursor on a row as soon as the list is made anew.
    pub fn want(&mut self, row: u32) {
        self.selected = Some(row);
        self.ask();
    }

    /// Where the cursor is: `1042/1284`, or how many there are.
    pub fn position(&self) -> String {
        match self.len() {
            0 => "0".to_owned(),
            lines => format!("{}/{lines}", self.cursor + 1),
        }
    }

    /// Rows came or were opened, or a mark is another.
    pub fn invalidate(&mut self) {
        self.stale.get_or_insert(Stale::Arrived);
    }

    /// Rows came: a cursor on the last line goes along to the new last one.
    pub fn grow(&mut self) {
        self.grew = true;
        self.invalidate();
    }

    /// Somebody asked for another list.
    fn ask(&mut self) {
        self.stale = Some(Stale::Asked);
    }

    /// Rows are gone or have other numbers: nothing is shown until the list is
    /// made anew.
    pub fn forget(&mut self) {
        self.abandon();
        self.list = List::default();
        self.held = None;
        self.open_runs.clear();
        self.ask();
    }

    /// A filter is going to be typed: letters that keep the cursor's row out do
    /// not take the cursor away for good.
    pub fn hold(&mut self) {
        self.held = self.selected;
        self.is_held = true;
    }

    /// The filter is typed: the cursor stays where the list that comes of it puts
    /// it.
    pub fn let_go(&mut self) {
        self.is_held = false;
        if !self.is_stale() {
            self.held = None;
        }
    }

    /// Whether there is going to be another list.
    pub fn is_stale(&self) -> bool {
        self.stale.is_some() || self.making.is_some()
    }

    /// Whether somebody asked for a list that is not there yet.
    pub fn is_awaited(&self) -> bool {
        let making = self.making.map(|making| making.why);
        making.max(self.stale) == Some(Stale::Asked)
    }

    /// The list that is to be made next; whoever makes it hands it to
    /// [`take`](Self::take). There is none while one is made that nobody was in a
    /// hurry to replace.
    pub fn next_list(&mut self, rows: &Rows) -> Option<ListJob> {
        let stale = self.stale?;
        if self.making.is_some() && stale == Stale::Arrived {
            return None;
        }
        self.abandon();
        self.generation += 1;
        let wants_undecided = std::mem::take(&mut self.wants_undecided);
        self.making = Some(Making {
            why: self.stale.take()?,
            wants_undecided,
        });
        Some(ListJob {
            generation: self.generation,
            table: rows.table().clone(),
            options: self.options,
            narrow: self.narrow.clone(),
            open_runs: self.open_runs.clone(),
            wants_undecided,
        })
    }

    /// The list that is being made is wanted no more; the next one is about what
    /// that one was about.
    pub fn abandon(&mut self) {
        if let Some(making) = self.making.take() {
            self.stale = self.stale.max(Some(making.why));
            self.wants_undecided |= making.wants_undecided;
        }
    }

    /// A worker stumbled over the list: the one before stays.
    pub fn not_listed(&mut self) {
        self.making = None;
    }

    /// Shows a list that was made, if it is still the one that is wanted. Returns
    /// the rows that the filter can only decide on by opening them, if a worker is
    /// to be set to it.
    pub fn take(&mut self, listed: Listed, height: usize) -> Vec<(u32, FlowId)> {
        if self.making.is_none() || listed.generation != self.generation {
            return Vec::new();
        }
        self.making = None;
        self.narrow.take(&listed.verdicts);
        let is_last = self.cursor + 1 == self.len();
        // Rows that came since are in the next list.
        let goes_along = is_last && self.grew;
        self.grew &= self.stale.is_some();
        self.list = listed.list;
        self.place_cursor();
        if goes_along {
            self.go(usize::MAX, height);
        }
        if !self.is_held && !self.is_stale() {
            self.held = None;
        }
        listed.undecided
    }

    /// Puts the cursor on its row again; if that is gone, on what is there.
    fn place_cursor(&mut self) {
        let lines = &self.list.lines;
        let place_of = |row: u32| lines.order.iter().position(|one| *one == row);
        let mut wanted = [self.held, self.selected].into_iter().flatten();
        match wanted.find_map(|row| Some((row, place_of(row)?))) {
            Some((row, place)) => {
                self.cursor = lines.line_at(place);
                self.selected = Some(row);
            }
            None => {
                self.cursor = self.cursor.min(self.len().saturating_sub(1));
                self.selected = self.row_of(self.cursor);
            }
        }
    }

    fn row_of(&self, line: usize) -> Option<u32> {
        self.list.lines.row_of(line)
    }

    /// Brings the cursor into sight, in a pane of that height.
    pub fn scroll(&mut self, height: usize) {
        let last_top = self.len().saturating_sub(height);
        self.top = self.top.min(last_top).min(self.cursor);
        if height > 0 && self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
    }

    fn go(&mut self, line: usize, height: usize) {
        self.cursor = line.min(self.len().saturating_sub(1));
        self.selected = self.row_of(self.cursor);
        self.held = self.selected.filter(|_| self.is_held);
        self.scroll(height);
    }

    /// Moves the cursor to a row, opening the run that hides it.
    pub fn go_to_row(&mut self, row: u32, height: usize) {
        let lines = &mut self.list.lines;
        let Some(place) = lines.order.iter().position(|one| *one == row) else {
            return;
        };
        let at = lines.line_at(place);
        let line = lines.lines[at];
        if line.kind == LineKind::Closed && line.at as usize != place {
            self.open_run(at);
        }
        self.go(self.list.lines.line_at(place), height);
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
    pub fn apply(&mut self, action: Action, count: Option<usize>, height: usize) {
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
            Action::Unfold => self.toggle_run(),
            Action::SortByCode => self.sort_by(SortBy::Code),
            Action::SortByDuration => self.sort_by(SortBy::Duration),
            Action::SortByEndpoint => self.sort_by(SortBy::Endpoint),
            Action::SortByNumber => self.sort_by(SortBy::Number),
            Action::SortBySize => self.sort_by(SortBy::Size),
            Action::SortByState => self.sort_by(SortBy::State),
            Action::SortByTime => self.sort_by(SortBy::Time),
            Action::SortReverse => {
                self.options.reversed = !self.options.reversed;
                self.ask();
            }
            Action::SortCollapse => {
                self.options.collapse = !self.options.collapse;
                self.ask();
            }
            Action::ShowAll => self.set_all_traffic(!self.options.all_traffic),
            Action::ShowMarked => self.set_marked_only(!self.options.marked_only),
            _ => {}
        }
    }

    /// Sorts by something; the same again turns it round.
    fn sort_by(&mut self, by: SortBy) {
        self.options.reversed = self.options.sort == by && !self.options.reversed;
        self.options.sort = by;
        self.ask();
    }

    /// Whether the cursor is on the line of a run of the same call.
    pub fn is_on_run(&self) -> bool {
        let line = self.list.lines.lines.get(self.cursor);
        line.is_some_and(|line| matches!(line.kind, LineKind::Closed | LineKind::Head))
    }

    fn toggle_run(&mut self) {
        let Some(line) = self.list.lines.lines.get(self.cursor) else {
            return;
        };
        match line.kind {
            LineKind::Single => {}
            LineKind::Closed => self.open_run(self.cursor),
            LineKind::Head | LineKind::Member => {
                if let Some(head) = self.list.lines.close(self.cursor) {
                    self.cursor = head;
                    self.selected = self.row_of(head);
                    self.open_runs.retain(|row| Some(*row) != self.selected);
                    self.runs_changed();
                }
            }
        }
    }

    fn open_run(&mut self, line: usize) {
        self.list.lines.open(line);
        self.open_runs.extend(self.row_of(line));
        self.runs_changed();
    }

    /// The list that is being made has this run as it was.
    fn runs_changed(&mut self) {
        if self.making.is_some() {
            self.invalidate();
        }
    }

    /// Puts the cursor on the line at a height of the pane; tells if there is
    /// one.
    pub fn click(&mut self, row: usize, height: usize) -> bool {
        let line = self.top + row;
        let is_there = line < self.len();
        if is_there {
            self.go(line, height);
        }
        is_there
    }

    /// Scrolls, and takes the cursor along where it would go out of sight.
    pub fn wheel(&mut self, forward: bool, lines: usize, height: usize) {
        let last_top = self.len().saturating_sub(height);
        self.top = if forward {
            (self.top + lines).min(last_top)
        } else {
            self.top.saturating_sub(lines)
        };
        let last = (self.top + height.max(1) - 1).min(self.len().saturating_sub(1));
        self.go(self.cursor.clamp(self.top.min(last), last), height);
    }

    /// Sets or clears the filter.
    pub fn set_filter(&mut self, filter: Filter) {
        self.abandon();
        self.narrow.set(filter);
        self.ask();
    }

    /// Decides anew what the filter keeps.
    pub fn filter_again(&mut self) {
        self.abandon();
        self.narrow.set_again();
        self.invalidate();
    }

    /// Decides anew on a row that is another one now.
    pub fn reconsider(&mut self, row: u32, table: &Table) {
        if !self.narrow.reconsider(row, table) {
            // The list that is being made may decide on it as it was.
            self.abandon();
        }
    }

    /// Rows that the filter can only decide on by opening them are told with the
    /// next list.
    pub fn decide_rest(&mut self) {
        if self.narrow.filter().is_some() {
            self.wants_undecided = true;
            self.invalidate();
        }
    }
}
