//! Captures as they load and grow, and the rows that come of them.

use super::row::Row;
use super::store::{File, Rows};
use mishark_core::capture::{Arrival, Capture, Entry, Growing, Reader};
use mishark_core::workspace::FlowId;

impl Rows {
    /// The files, the one being loaded among them.
    pub fn files(&self) -> &[File] {
        self.files.get(1..).unwrap_or_default()
    }

    /// A capture begins that flows come to; returns its place.
    pub fn begin_growing(&mut self, name: &str) -> usize {
        self.begin(name.to_owned());
        let capture = Capture::of_flows(name, Vec::new());
        self.table.workspace.add_harvested(capture);
        self.files.len() - 1
    }

    /// Flows came to a capture; returns the rows that were there before and are
    /// to be opened anew.
    pub fn grow(
        &mut self,
        growing: &mut Growing,
        capture: usize,
        arrivals: Vec<Arrival>,
    ) -> Vec<u32> {
        let entries = arrivals.into_iter().map(|arrival| growing.take(arrival));
        let entries: Vec<usize> = entries.collect();
        growing.name().clone_into(&mut self.files[capture].name);
        self.table.workspace.replace(capture, growing.capture());
        let mut again = Vec::new();
        for entry in entries {
            let id = FlowId { capture, entry };
            if let Some(row) = self.number(id) {
                self.forget(row);
                self.table.rows.get_mut(row as usize).call = self.call_of(id);
                again.push(row);
            } else {
                self.push(id, None);
            }
        }
        again
    }

    /// The flows that no sweep has been through.
    pub fn unopened(&self) -> Vec<FlowId> {
        let rows = self.table.rows.iter().filter(|row| row.known.is_none());
        rows.map(|row| row.id)
            .filter(|id| self.table.is_whole(*id))
            .collect()
    }

    /// A capture begins to load.
    pub fn begin(&mut self, name: String) {
        self.files.push(File::new(name));
    }

    /// Entries of the capture that is loading, the next in its order.
    pub fn extend(&mut self, reader: Reader, entries: Vec<Entry>) {
        let Some(capture) = self.files.len().checked_sub(1) else {
            return;
        };
        self.table.reader = Some(reader);
        let before = self.table.loading.len();
        self.table.loading.extend(entries);
        for entry in before..self.table.loading.len() {
            self.push(FlowId { capture, entry }, None);
        }
    }

    /// The capture that was loading is whole: it gets the entries that came.
    pub fn finish(&mut self, capture: Capture) {
        let mut entries = Vec::with_capacity(self.table.loading.len());
        entries.extend(self.table.loading.take());
        let capture = capture.with_entries(entries);
        self.table.workspace.add_harvested(capture);
        self.table.reader = None;
    }

    /// The capture that was loading cannot be read; what there was of it goes.
    pub fn drop_loading(&mut self) {
        if self.files.len() <= self.workspace().captures().len() {
            return;
        }
        self.table.loading.take().for_each(drop);
        self.table.reader = None;
        if let Some(file) = self.files.pop() {
            // A replay may have come in between; its row goes down with them.
            let gone = file.rows.len() as u32;
            let first = file.rows.first().copied().unwrap_or(u32::MAX);
            let is_gone = |row: &Row| row.id.capture == self.files.len();
            let (gone_rows, rows): (Vec<Row>, Vec<Row>) = self.table.rows.take().partition(is_gone);
            for known in gone_rows.iter().filter_map(|row| row.known) {
                self.summaries.remove(known.summary);
            }
            self.table.rows.extend(rows);
            self.recount();
            for row in &mut self.files[0].rows {
                if *row >= first {
                    *row -= gone;
                }
            }
        }
    }
}
