//! What rows say, as far as they were opened.

use std::sync::Arc;

use super::row::{Digest, Known};
use super::store::Rows;
use mishark_core::decode::State;
use mishark_core::workspace::FlowId;

impl Rows {
    /// Takes what the sweep saw of a flow.
    pub fn learn(&mut self, id: FlowId, mut digest: Digest) {
        let Some(row) = self.number(id) else {
            return;
        };
        if let Some(findings) = digest.findings.take() {
            Arc::make_mut(&mut self.table.directory).learn(*findings, id);
        }
        self.forget(row);
        self.counts[digest.state as usize] += 1;
        self.table.rows.get_mut(row as usize).known = Some(Known {
            state: digest.state,
            reason: digest.reason,
            summary: self.summaries.put(&digest.summary),
            size: digest.size,
        });
        if self.summaries.is_sparse() {
            self.tidy();
        }
    }

    /// A row is as if it had not been opened.
    pub(super) fn forget(&mut self, row: u32) {
        if let Some(before) = self.table.rows.get_mut(row as usize).known.take() {
            self.counts[before.state as usize] -= 1;
            self.summaries.remove(before.summary);
        }
    }

    /// Moves the lines together, once most are of what was known before.
    fn tidy(&mut self) {
        let before = std::mem::take(&mut self.summaries);
        for row in 0..self.len() {
            if let Some(known) = &mut self.table.rows.get_mut(row).known {
                known.summary = self.summaries.move_from(&before, known.summary);
            }
        }
    }

    /// What a row says, with the names that are known; empty until it was
    /// opened.
    pub fn says(&self, row: u32) -> String {
        let known = self.row(row).known;
        known.map_or_else(String::new, |known| {
            self.summaries.says(known.summary, self.directory())
        })
    }

    /// How many rows are in each state, in the states' order; those not opened
    /// yet in none.
    pub fn counts(&self) -> [usize; State::ALL.len()] {
        self.counts
    }

    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.counts[state as usize]
    }

    pub(super) fn recount(&mut self) {
        self.marked = self.table.rows.iter().filter(|row| row.marked).count();
        self.counts = Default::default();
        for known in self.table.rows.iter().filter_map(|row| row.known) {
            self.counts[known.state as usize] += 1;
        }
    }
}
