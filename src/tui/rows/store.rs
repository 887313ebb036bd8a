//! The rows, and the captures they come from.

use std::collections::HashMap;
use std::sync::Arc;

use super::calls::CallNumbers;
use super::row::Row;
use super::table::Table;
use mishark_core::capture::{Capture, Entry, Reader};
use mishark_core::decode::State;
use mishark_core::directory::Directory;
use mishark_core::flow::Flow;
use mishark_core::summary::Cache;
use mishark_core::workspace::{FlowId, Workspace};

/// What the capture of replays is called.
const REPLAYS: &str = "replays";

/// One capture, open or being loaded.
#[derive(Debug)]
pub struct File {
    /// Its name as given.
    pub name: String,
    /// Its rows, by entry.
    pub(super) rows: Vec<u32>,
}

impl File {
    pub(super) fn new(name: String) -> Self {
        let rows = Vec::new();
        Self { name, rows }
    }

    /// How many entries it has so far.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// All rows, and the captures they come from.
#[derive(Debug, Default)]
pub struct Rows {
    pub(super) table: Table,
    pub(super) files: Vec<File>,
    pub(super) call_numbers: CallNumbers,
    /// The lines of what they say.
    pub(super) summaries: Cache,
    /// What was sent from here.
    replays: Vec<Arc<Flow>>,
    /// How many rows are marked.
    pub(super) marked: usize,
    pub(super) notes: HashMap<FlowId, String>,
    /// How many rows are in each state. Each frame shows it, so nothing is
    /// counted for one.
    pub(super) counts: [usize; State::ALL.len()],
}

impl Rows {
    /// No rows, and the keys and limits that hold.
    ///
    /// The first capture is that of what was sent from here, so that a file has
    /// the number it has on the command line.
    pub fn new(mut workspace: Workspace) -> Self {
        workspace.add_harvested(Capture::of_flows(REPLAYS, Vec::new()));
        let mut rows = Self::default();
        rows.table.workspace = workspace;
        rows.files.push(File::new(REPLAYS.to_owned()));
        rows
    }

    /// The rows as they are now, for a worker.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Whether a row was sent from here.
    pub fn is_replay(&self, row: u32) -> bool {
        self.table.is_replay(row)
    }

    /// Whether any row was sent from here.
    pub fn has_replays(&self) -> bool {
        !self.replays.is_empty()
    }

    /// Adds a flow that was sent from here, and returns its row.
    pub fn add_replay(&mut self, flow: Flow, original: Option<u32>) -> u32 {
        self.replays.push(Arc::new(flow));
        let capture = Capture::of_flows(REPLAYS, self.replays.clone());
        self.table.workspace.replace(0, capture);
        let id = FlowId {
            capture: 0,
            entry: self.replays.len() - 1,
        };
        self.push(id, original)
    }

    /// Adds a row for the next flow of a capture, whose entry is there.
    pub(super) fn push(&mut self, id: FlowId, original: Option<u32>) -> u32 {
        // A row's number fits: each stands for some bytes of a file, and no
        // list of four thousand million is looked at.
        let row = self.len() as u32;
        self.files[id.capture].rows.push(row);
        let call = self.call_of(id);
        self.table.rows.extend([Row {
            id,
            call,
            known: None,
            marked: false,
            original,
        }]);
        row
    }

    /// The number of the call a flow is.
    pub(super) fn call_of(&mut self, id: FlowId) -> u32 {
        let entry = self.table.entry_of(id);
        let (number, new) = self.call_numbers.of(entry);
        self.table.calls.extend(new);
        number
    }

    /// The row that a replay was made of in the end; the row itself if it was
    /// captured.
    pub fn root_of(&self, row: u32) -> u32 {
        match self.is_replay(row) {
            true => self.row(row).original.unwrap_or(row),
            false => row,
        }
    }

    /// Which of the replays of its original a row is, from 1.
    pub fn replay_number(&self, row: u32) -> usize {
        let original = self.row(row).original;
        let rows = self.files[0].rows.iter();
        rows.take_while(|other| **other <= row)
            .filter(|other| self.row(**other).original == original)
            .count()
    }

    /// The captures that are loaded, and all keys.
    pub fn workspace(&self) -> &Workspace {
        &self.table.workspace
    }

    /// The same, to add keys to.
    pub fn workspace_mut(&mut self) -> &mut Workspace {
        &mut self.table.workspace
    }

    /// What the flows taught.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.table.directory
    }

    /// Names that are known before a capture is opened.
    pub fn set_directory(&mut self, directory: Directory) {
        self.table.directory = Arc::new(directory);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A row by its number.
    pub fn row(&self, row: u32) -> &Row {
        self.table.row(row)
    }

    /// The number of a flow's row.
    pub fn number(&self, id: FlowId) -> Option<u32> {
        self.files.get(id.capture)?.rows.get(id.entry).copied()
    }

    /// A row's entry.
    pub fn entry(&self, row: u32) -> &Entry {
        self.table.entry(row)
    }

    /// What reads a row's entry.
    pub fn reader(&self, row: u32) -> Option<&Reader> {
        self.table.reader(row)
    }

    /// The name of a row's capture.
    pub fn file(&self, row: u32) -> &str {
        self.table.file(row)
    }

    /// The hosts of all rows, each once, as they came.
    pub fn hosts(&self) -> &[Arc<str>] {
        self.call_numbers.hosts()
    }
}
