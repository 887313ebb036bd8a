//! What is known of all rows, as a worker takes it along.

use std::collections::HashMap;
use std::sync::Arc;

use super::calls::Call;
use super::chunks::Chunks;
use super::row::Row;
use mishark_core::capture::{Entry, Reader};
use mishark_core::directory::Directory;
use mishark_core::filter::Facts;
use mishark_core::workspace::{FlowId, Workspace};

/// All rows as they are now. A clone is cheap and stays as it was.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub(super) workspace: Workspace,
    pub(super) rows: Chunks<Row>,
    pub(super) calls: Chunks<Call>,
    /// The entries of the capture that is loading, and what reads them.
    pub(super) loading: Chunks<Entry>,
    pub(super) reader: Option<Reader>,
    pub(super) directory: Arc<Directory>,
    /// What a filter sees of marks and notes.
    pub(super) marks: Arc<HashMap<FlowId, String>>,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row by its number.
    pub fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    /// Whether a row was sent from here.
    pub fn is_replay(&self, row: u32) -> bool {
        self.row(row).id.capture == 0
    }

    /// The calls that rows are of, by their numbers.
    pub fn calls(&self) -> &Chunks<Call> {
        &self.calls
    }

    /// The call a row is.
    pub fn call(&self, row: u32) -> &Call {
        &self.calls[self.row(row).call as usize]
    }

    /// A row's entry.
    pub fn entry(&self, row: u32) -> &Entry {
        self.entry_of(self.row(row).id)
    }

    /// The entry of a flow, of a capture that is open or being loaded.
    pub(super) fn entry_of(&self, id: FlowId) -> &Entry {
        match self.workspace.captures().get(id.capture) {
            Some(capture) => &capture.entries()[id.entry],
            None => &self.loading[id.entry],
        }
    }

    /// Whether the capture of a flow is whole, so that its flows can be opened by
    /// their ids.
    pub fn is_whole(&self, id: FlowId) -> bool {
        id.capture < self.workspace.captures().len()
    }

    /// What reads a row's entry.
    pub fn reader(&self, row: u32) -> Option<&Reader> {
        match self.workspace.captures().get(self.row(row).id.capture) {
            Some(capture) => Some(capture.reader()),
            None => self.reader.as_ref(),
        }
    }

    /// The name of a row's capture.
    pub fn file(&self, row: u32) -> &str {
        self.reader(row).map_or("", Reader::name)
    }

    /// What a filter knows of a row that is not opened for it.
    pub fn facts(&self, row: u32) -> Facts<'_> {
        Facts {
            directory: Some(&self.directory),
            mark: self.marks.get(&self.row(row).id).map(String::as_str),
            state: self.row(row).state(),
            ..Facts::new(self.file(row), self.entry(row))
        }
    }
}
