//! The filter at work: which rows it keeps.
//!
//! The cheap part of a filter is done while one types: of few rows at once, of
//! many by a worker, and of rows that no worker can read yet as the list comes to
//! them. Rows it can not decide are left out until a worker says that they are in,
//! but for those that were in when the same filter decided before. So a list only
//! ever shows what matches or did a moment ago.

use super::Rows;
use mishark_core::filter::{Facts, Filter, Verdict};

/// The cheap part of so many rows is done at once, well within a frame; that of
/// more a worker does before the dear part, see
/// [`Job::Filter`](crate::tui::effect::Job::Filter).
const AT_ONCE: usize = 1024;

/// What the filter makes of each row.
#[derive(Debug, Default)]
pub struct Narrow {
    filter: Option<Filter>,
    verdicts: Vec<Verdict>,
    /// Which rows it kept before it was to decide anew.
    kept: Vec<bool>,
    /// How many rows still wait for a worker.
    waiting: usize,
    /// Rows below this one a worker looks at.
    handed: usize,
    /// Rows below this one it has looked at, but for their bodies.
    seen: usize,
}

impl Narrow {
    /// Whether a row is kept.
    pub fn keeps(&self, row: u32) -> bool {
        if self.filter.is_none() {
            return true;
        }
        match self.verdicts.get(row as usize) {
            Some(Verdict::NeedsBody) => self.kept.get(row as usize) == Some(&true),
            verdict => verdict == Some(&Verdict::Yes),
        }
    }

    /// The filter, if there is one.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// How many rows wait for a worker.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// What was decided of each row; a worker decides the rest.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Sets a filter that has not decided anything.
    pub(super) fn set(&mut self, filter: Filter) {
        self.filter = Some(filter).filter(|filter| !filter.is_empty());
        self.restart();
    }

    /// Decides anew: states and names may be others than they were. What was kept
    /// stays until it is decided on.
    pub(super) fn set_again(&mut self) {
        let kept = (0..self.verdicts.len() as u32).map(|row| self.keeps(row));
        let kept = kept.collect();
        self.restart();
        self.kept = kept;
    }

    fn restart(&mut self) {
        self.verdicts.clear();
        self.kept.clear();
        self.waiting = 0;
        self.handed = 0;
        self.seen = 0;
    }

    /// Whether a worker has yet to do the cheap part of some rows.
    pub(super) fn is_looking(&self) -> bool {
        self.seen < self.handed
    }

    /// A worker has done the cheap part of all rows below one.
    pub fn seen(&mut self, end: u32) {
        self.seen = self.seen.max(end as usize);
    }

    /// Nobody does what is left of the cheap part, or nobody can wait for it: it
    /// is done here.
    pub(super) fn look(&mut self, rows: &Rows) {
        for row in self.seen..self.handed {
            if self.verdicts[row] == Verdict::NeedsBody {
                self.reconsider(row as u32, rows);
            }
        }
        self.seen = self.handed;
    }

    /// Of the rows a worker can read few are looked at, and many wait for it.
    pub fn hand_over(&mut self, rows: &Rows) {
        let (decided, whole) = (self.verdicts.len(), rows.whole());
        if self.filter.is_none() || decided >= whole {
            return;
        }
        if whole - decided <= AT_ONCE {
            self.extend(whole, rows);
            return;
        }
        if !self.is_looking() {
            self.seen = decided;
        }
        self.handed = whole;
        self.waiting += whole - decided;
        self.verdicts.resize(whole, Verdict::NeedsBody);
    }

    /// Decides what the cheap part can of the rows up to one; tells of how many.
    pub(super) fn extend(&mut self, end: usize, rows: &Rows) -> usize {
        let Some(filter) = &self.filter else {
            return 0;
        };
        let start = self.verdicts.len();
        for row in start..end {
            let verdict = filter.entry(&facts(rows, row as u32));
            self.waiting += usize::from(verdict == Verdict::NeedsBody);
            self.verdicts.push(verdict);
        }
        self.verdicts.len() - start
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
        self.waiting += usize::from(*verdict == Verdict::NeedsBody);
    }

    /// Takes what the dear part says of a row.
    pub fn decide(&mut self, row: u32, matches: bool) {
        let Some(verdict) = self.verdicts.get_mut(row as usize) else {
            return;
        };
        if *verdict == Verdict::NeedsBody {
            self.waiting -= 1;
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
