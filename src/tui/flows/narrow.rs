//! The filter at work: which rows it keeps.
//!
//! The cheap part of a filter is done for the first rows while one types; the
//! others, and rows it can not decide, are left out until a worker says that they
//! are in. So a list only ever shows what matches.

use super::Rows;
use crate::filter::{Facts, Filter, Verdict};

/// Of so many rows the cheap part is decided at once, within a frame; of more,
/// a worker decides it before the dear part, see
/// [`Job::Filter`](crate::tui::effect::Job::Filter).
pub(super) const AT_ONCE: usize = 4096;

/// What the filter makes of each row.
#[derive(Debug, Default)]
pub struct Narrow {
    filter: Option<Filter>,
    verdicts: Vec<Verdict>,
    /// How many rows still wait for the dear part.
    waiting: usize,
    /// How many rows the filter keeps so far.
    kept: usize,
}

impl Narrow {
    /// Whether a row is kept.
    pub fn keeps(&self, row: u32) -> bool {
        self.filter.is_none() || self.verdicts.get(row as usize) == Some(&Verdict::Yes)
    }

    /// The filter, if there is one.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// How many rows wait for the dear part.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The rows that wait for the dear part.
    pub fn undecided(&self) -> impl Iterator<Item = u32> + '_ {
        let rows = self.verdicts.iter().enumerate();
        rows.filter(|(_, verdict)| **verdict == Verdict::NeedsBody)
            .map(|(row, _)| row as u32)
    }

    /// Sets a filter and decides what its cheap part can of the first rows; the
    /// others wait.
    pub(super) fn set(&mut self, filter: Option<Filter>, rows: &Rows, first: usize) {
        self.filter = filter.filter(|filter| !filter.is_empty());
        self.verdicts.clear();
        self.waiting = 0;
        self.kept = 0;
        self.extend_to(rows.len().min(first), rows);
        if self.filter.is_some() {
            self.waiting += rows.len() - self.verdicts.len();
            self.verdicts.resize(rows.len(), Verdict::NeedsBody);
        }
    }

    /// Decides on rows that came in since.
    pub fn extend(&mut self, rows: &Rows) {
        self.extend_to(rows.len(), rows);
    }

    fn extend_to(&mut self, end: usize, rows: &Rows) {
        let Some(filter) = &self.filter else {
            return;
        };
        for row in self.verdicts.len()..end {
            let verdict = filter.entry(&facts(rows, row as u32));
            self.waiting += usize::from(verdict == Verdict::NeedsBody);
            self.kept += usize::from(verdict == Verdict::Yes);
            self.verdicts.push(verdict);
        }
    }

    /// Decides anew on a row that is another one now.
    pub fn reconsider(&mut self, row: u32, rows: &Rows) {
        let Some(filter) = &self.filter else {
            return;
        };
        let Some(verdict) = self.verdicts.get_mut(row as usize) else {
            return;
        };
        let before = std::mem::replace(verdict, filter.entry(&facts(rows, row)));
        self.waiting -= usize::from(before == Verdict::NeedsBody);
        self.kept -= usize::from(before == Verdict::Yes);
        self.waiting += usize::from(*verdict == Verdict::NeedsBody);
        self.kept += usize::from(*verdict == Verdict::Yes);
    }

    /// Takes what the dear part says of a row.
    pub fn decide(&mut self, row: u32, matches: bool) {
        let Some(verdict) = self.verdicts.get_mut(row as usize) else {
            return;
        };
        if *verdict == Verdict::NeedsBody {
            self.waiting -= 1;
            self.kept += usize::from(matches);
            *verdict = if matches { Verdict::Yes } else { Verdict::No };
        }
    }
}

/// What the cheap part knows of a row.
pub(super) fn facts(rows: &Rows, row: u32) -> Facts<'_> {
    Facts {
        directory: Some(rows.directory()),
        mark: rows.marks().get(&rows.row(row).id).map(String::as_str),
        state: rows.row(row).state(),
        ..Facts::new(rows.file(row), rows.entry(row))
    }
}
