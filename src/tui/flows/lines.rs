//! The lines of the list: one row each, or a run of the same call.

use std::collections::HashSet;

use crate::tui::rows::Table;

/// A run shorter than this stays as it is: two calls say more than "x2".
const SHORTEST_RUN: u32 = 3;

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// The first of its rows, as a place in the order.
    pub(super) at: u32,
    /// How many rows it stands for.
    pub(super) len: u32,
    /// What it is.
    pub(super) kind: LineKind,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// One row.
    Single,
    /// A run of the same call, closed.
    Closed,
    /// The first row of a run that is open.
    Head,
    /// Another row of a run that is open.
    Member,
}

impl Line {
    fn one(at: u32, kind: LineKind) -> Self {
        Self { at, len: 1, kind }
    }
}

/// The rows that are shown, in their order, and the lines they make.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) order: Vec<u32>,
    pub(super) lines: Vec<Line>,
    /// How many rows at the end of the order are the same call and have no line.
    group: u32,
}

impl Lines {
    /// Adds a row; with `collapse`, to the run before it if it is the same call.
    pub(super) fn push(&mut self, row: u32, table: &Table, open: &HashSet<u32>, collapse: bool) {
        let is_same = collapse && self.group > 0 && {
            let first = self.order[self.order.len() - self.group as usize];
            is_same_call(table, first, row)
        };
        if !is_same {
            self.end_group(table, open);
        }
        self.order.push(row);
        self.group += 1;
    }

    /// All rows are there: gives the last ones their lines.
    pub(super) fn end_group(&mut self, table: &Table, open: &HashSet<u32>) {
        let len = std::mem::take(&mut self.group);
        // Numbers of rows fit, see `Rows::push`.
        let end = self.order.len() as u32;
        let at = end - len;
        let first = self.order.get(at as usize).copied();
        let is_run = len >= SHORTEST_RUN && first.is_some_and(|row| table.call(row).only_reads);
        if !is_run {
            let singles = (at..end).map(|at| Line::one(at, LineKind::Single));
            self.lines.extend(singles);
            return;
        }
        let kind = LineKind::Closed;
        self.lines.push(Line { at, len, kind });
        if first.is_some_and(|row| open.contains(&row)) {
            self.open(self.lines.len() - 1);
        }
    }

    /// Opens a closed run: each of its rows gets a line.
    pub(super) fn open(&mut self, line: usize) {
        let run = &mut self.lines[line];
        run.kind = LineKind::Head;
        let members = run.at + 1..run.at + run.len;
        let members = members.map(|at| Line::one(at, LineKind::Member));
        self.lines.splice(line + 1..line + 1, members);
    }

    /// Closes the run that a line is of; tells which line that is now.
    pub(super) fn close(&mut self, line: usize) -> Option<usize> {
        let before = &self.lines[..=line];
        let head = before
            .iter()
            .rposition(|line| line.kind == LineKind::Head)?;
        let run = &mut self.lines[head];
        run.kind = LineKind::Closed;
        let len = run.len as usize;
        self.lines.drain(head + 1..head + len);
        Some(head)
    }

    /// The line that shows a place in the order.
    pub(super) fn line_at(&self, place: usize) -> usize {
        let after = self.lines.partition_point(|line| line.at as usize <= place);
        after.saturating_sub(1)
    }

    /// The first row of a line.
    pub(super) fn row_of(&self, line: usize) -> Option<u32> {
        let line = self.lines.get(line)?;
        self.order.get(line.at as usize).copied()
    }
}

/// Whether two rows are the same call with the same outcome.
fn is_same_call(table: &Table, a: u32, b: u32) -> bool {
    let (first, second) = (table.row(a), table.row(b));
    let is_same = first.call == second.call && first.id.capture == second.id.capture;
    if !is_same || table.call(a).is_broken {
        return false;
    }
    match (first.known, second.known) {
        (Some(a), Some(b)) => a.state == b.state && a.summary.code() == b.summary.code(),
        (None, None) => true,
        _ => false,
    }
}
