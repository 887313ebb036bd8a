//! Captures as they load and grow, and the rows that come of them.

use super::{File, Row, Rows, Spans};
use mishark_core::capture::{Arrival, Capture, Entry, Growing, Reader};
use mishark_core::workspace::{FlowId, Workspace};

impl Rows {
    /// The files, the one being loaded among them.
    pub fn files(&self) -> &[File] {
        self.files.get(1..).unwrap_or_default()
    }

    /// So many rows, from the first on, are of captures that are whole.
    pub fn whole(&self) -> usize {
        let loading = self.files.get(self.workspace.captures().len());
        let first = loading.and_then(|file| file.rows.first());
        first.map_or(self.len(), |row| *row as usize)
    }

    /// What reads a row's entry.
    pub fn reader(&self, row: u32) -> Option<&Reader> {
        self.files.get(self.row(row).id.capture)?.reader.as_ref()
    }

    /// The name of a row's capture.
    pub fn file(&self, row: u32) -> &str {
        &self.files[self.row(row).id.capture].name
    }

    /// A capture begins that flows come to; returns its place.
    pub fn begin_growing(&mut self, name: &str) -> usize {
        self.begin(name.to_owned());
        self.workspace
            .add_harvested(Capture::of_flows(name, Vec::new()));
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
        let before = self.rows.len() as u32;
        let mut again = Vec::new();
        for arrival in arrivals {
            let entry = growing.take(arrival);
            let id = FlowId { capture, entry };
            if let Some(row) = self.number(id) {
                self.forget(row);
                again.push(row);
            } else {
                self.push(id, None);
            }
        }
        let grown = growing.capture();
        let file = &mut self.files[capture];
        file.name = growing.name().to_owned();
        file.reader = Some(grown.reader().clone());
        self.workspace.replace(capture, grown);
        for row in again.iter().copied().chain(before..self.rows.len() as u32) {
            self.call_of(row);
        }
        again
    }

    /// The flows that no sweep has been through.
    pub fn unopened(&self) -> Vec<FlowId> {
        let loaded = self.workspace.captures().len();
        let rows = self.rows.iter().filter(|row| row.known.is_none());
        rows.map(|row| row.id)
            .filter(|id| id.capture < loaded)
            .collect()
    }

    /// A capture begins to load.
    pub fn begin(&mut self, name: String) {
        self.files.push(File {
            name,
            rows: Vec::new(),
            reader: None,
            loading: Vec::new(),
        });
    }

    /// Entries of the capture that is loading, the next in its order.
    pub fn extend(&mut self, reader: Reader, entries: Vec<Entry>) {
        let Some(capture) = self.files.len().checked_sub(1) else {
            return;
        };
        let file = &mut self.files[capture];
        file.reader = Some(reader);
        let before = file.loading.len();
        file.loading.extend(entries);
        for entry in before..self.files[capture].loading.len() {
            let row = self.push(FlowId { capture, entry }, None);
            self.call_of(row);
        }
    }

    /// The capture that was loading is whole: it gets the entries that came.
    pub fn finish(&mut self, capture: Capture) {
        let Some(file) = self.files.last_mut() else {
            return;
        };
        file.reader = Some(capture.reader().clone());
        let entries = std::mem::take(&mut file.loading);
        self.workspace.add_harvested(capture.with_entries(entries));
    }

    /// The capture that was loading can not be read; what there was of it goes.
    pub fn drop_loading(&mut self) {
        if self.files.len() <= self.workspace.captures().len() {
            return;
        }
        if let Some(file) = self.files.pop() {
            // A replay may have come in between; its row goes down with them.
            let gone = file.rows.len() as u32;
            let first = file.rows.first().copied().unwrap_or(u32::MAX);
            let is_gone = |row: &Row| row.id.capture == self.files.len();
            let gone_rows = self.rows.iter().filter(|row| is_gone(row));
            for known in gone_rows.filter_map(|row| row.known) {
                self.shelf.take_off(known.summary);
            }
            self.rows.retain(|row| !is_gone(row));
            self.recount();
            self.spans = Spans::default();
            for row in &self.rows {
                self.spans.push(row.id);
            }
            self.states = self.rows.iter().map(Row::state).collect();
            for row in &mut self.files[0].rows {
                if *row >= first {
                    *row -= gone;
                }
            }
        }
    }
}

/// The entry of a flow, of a capture that is open or being loaded.
pub(super) fn entry_of<'a>(workspace: &'a Workspace, files: &'a [File], id: FlowId) -> &'a Entry {
    match workspace.captures().get(id.capture) {
        Some(capture) => &capture.entries()[id.entry],
        None => &files[id.capture].loading[id.entry],
    }
}
