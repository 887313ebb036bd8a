//! The filter at work: which rows it keeps.
//!
//! What a filter can tell by the entries alone is decided with the list. Rows it
//! has to open are left out until a worker says that they are in, but for those
//! that were in when the same filter decided before. So a list only ever shows what
//! matches or did a moment ago.

use crate::tui::rows::Table;
use mishark_core::filter::{Filter, Verdict};
use mishark_core::workspace::FlowId;

/// What the filter makes of each row.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    filter: Option<Filter>,
    /// Those of the rows of the last list.
    verdicts: Vec<Verdict>,
    /// Which rows it kept before it was to decide anew.
    kept: Vec<bool>,
    /// How many rows have to be opened.
    waiting: usize,
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

    /// Sets a filter that has not decided anything.
    pub(super) fn set(&mut self, filter: Filter) {
        *self = Self::default();
        self.filter = Some(filter).filter(|filter| !filter.is_empty());
    }

    /// Decides anew: states and names may be others than they were. What was kept
    /// stays until it is decided on.
    pub(super) fn set_again(&mut self) {
        let kept = (0..self.verdicts.len() as u32).map(|row| self.keeps(row));
        *self = Self {
            kept: kept.collect(),
            filter: self.filter.take(),
            ..Self::default()
        };
    }

    /// Decides what the entries alone can tell, of the rows up to one.
    pub(super) fn extend(&mut self, end: usize, table: &Table) {
        if let Some(filter) = &self.filter {
            // Numbers of rows fit, see `Rows::push`.
            let rows = self.verdicts.len() as u32..end as u32;
            self.verdicts
                .extend(rows.map(|row| filter.entry(&table.facts(row))));
        }
    }

    /// Takes what was decided with a list.
    pub(super) fn take(&mut self, verdicts: &[Verdict]) {
        let new = verdicts.get(self.verdicts.len()..).unwrap_or_default();
        self.waiting += new.iter().filter(|one| needs_body(one)).count();
        self.verdicts.extend_from_slice(new);
    }

    pub(super) fn into_verdicts(self) -> Vec<Verdict> {
        self.verdicts
    }

    /// The rows that have to be opened, of captures that are whole.
    pub(super) fn undecided(&self, table: &Table) -> Vec<(u32, FlowId)> {
        let rows = (0..).zip(&self.verdicts);
        rows.filter(|(_, verdict)| needs_body(verdict))
            .map(|(row, _)| (row, table.row(row).id))
            .filter(|(_, id)| table.is_whole(*id))
            .collect()
    }

    /// Decides anew on a row that is another one now; `false` if it has not decided
    /// on it yet.
    pub(super) fn reconsider(&mut self, row: u32, table: &Table) -> bool {
        let Some(filter) = &self.filter else {
            return true;
        };
        let Some(verdict) = self.verdicts.get_mut(row as usize) else {
            return false;
        };
        let before = std::mem::replace(verdict, filter.entry(&table.facts(row)));
        self.waiting += usize::from(needs_body(verdict));
        self.waiting -= usize::from(needs_body(&before));
        true
    }

    /// Takes what the body of a row says.
    pub fn decide(&mut self, row: u32, matches: bool) {
        if let Some(verdict) = self.verdicts.get_mut(row as usize)
            && needs_body(verdict)
        {
            self.waiting -= 1;
            *verdict = if matches { Verdict::Yes } else { Verdict::No };
        }
    }
}

fn needs_body(verdict: &Verdict) -> bool {
    *verdict == Verdict::NeedsBody
}
