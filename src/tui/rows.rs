//! Every flow of every open capture as one row: what the list, the filter and
//! the sweep count on.
//!
//! Rows come in the order they were loaded in and never move; what the list
//! shows is an order over their numbers.

mod calls;
mod files;
mod known;
mod marks;
mod row;
mod spans;

use std::collections::HashMap;
use std::sync::Arc;

use mishark_core::capture::{Capture, Entry, Reader};
use mishark_core::decode::State;
use mishark_core::directory::Directory;
use mishark_core::flow::Flow;
use mishark_core::summary::Shelf;
use mishark_core::workspace::{FlowId, Workspace};

use files::entry_of;

pub use calls::{Call, Calls};
pub use row::{Digest, Known, Row};
pub use spans::Spans;

/// What the capture of replays is called.
const REPLAYS: &str = "replays";

/// One capture, open or being loaded.
#[derive(Debug)]
pub struct File {
    /// Its name as given.
    pub name: String,
    /// Its rows, by entry.
    rows: Vec<u32>,
    /// Reads its entries, as soon as its kind is known.
    reader: Option<Reader>,
    /// Its entries, until the capture is in the workspace.
    loading: Vec<Entry>,
}

impl File {
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
    workspace: Workspace,
    files: Vec<File>,
    rows: Vec<Row>,
    /// The rows' flows and states once more, as workers take them along.
    spans: Spans,
    states: Vec<Option<State>>,
    calls: Calls,
    /// The lines of what they say.
    shelf: Shelf,
    /// What was sent from here.
    replays: Vec<Arc<Flow>>,
    /// How many rows are marked.
    marked: usize,
    notes: HashMap<FlowId, String>,
    /// What a filter sees of marks and notes.
    marks: Arc<HashMap<FlowId, String>>,
    directory: Arc<Directory>,
    /// How many rows are in each state. Each frame shows it, so nothing is
    /// counted for one.
    counts: [usize; State::ALL.len()],
}

impl Rows {
    /// No rows, and the keys and limits that hold.
    ///
    /// The first capture is that of what was sent from here, so that a file has
    /// the number it has on the command line.
    pub fn new(mut workspace: Workspace) -> Self {
        workspace.add_harvested(Capture::of_flows(REPLAYS, Vec::new()));
        let mut rows = Self {
            workspace,
            ..Self::default()
        };
        rows.begin(REPLAYS.to_owned());
        rows
    }

    /// Whether a row was sent from here.
    pub fn is_replay(&self, row: u32) -> bool {
        self.row(row).id.capture == 0
    }

    /// Whether any row was sent from here.
    pub fn has_replays(&self) -> bool {
        !self.replays.is_empty()
    }

    /// Adds a flow that was sent from here, and returns its row.
    pub fn add_replay(&mut self, flow: Flow, original: Option<u32>) -> u32 {
        self.replays.push(Arc::new(flow));
        let capture = Capture::of_flows(REPLAYS, self.replays.clone());
        self.workspace.replace(0, capture);
        self.files[0].reader = Some(self.workspace.captures()[0].reader().clone());
        let id = FlowId {
            capture: 0,
            entry: self.replays.len() - 1,
        };
        let row = self.push(id, original);
        self.call_of(row);
        row
    }

    /// Adds a row for the next flow of a capture; `call_of` comes next.
    fn push(&mut self, id: FlowId, original: Option<u32>) -> u32 {
        // A row's number fits: each stands for some bytes of a file, and no
        // list of four thousand million is looked at.
        let row = self.rows.len() as u32;
        self.files[id.capture].rows.push(row);
        self.rows.push(Row {
            id,
            call: 0,
            known: None,
            marked: false,
            original,
        });
        self.spans.push(id);
        self.states.push(None);
        row
    }

    /// Looks up which call a row is; its entry is new.
    fn call_of(&mut self, row: u32) {
        let id = self.row(row).id;
        let entry = entry_of(&self.workspace, &self.files, id);
        self.rows[row as usize].call = self.calls.number(entry);
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
        &self.workspace
    }

    /// The same, to add keys to.
    pub fn workspace_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }

    /// What the flows taught.
    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Names that are known before a capture is opened.
    pub fn set_directory(&mut self, directory: Directory) {
        self.directory = Arc::new(directory);
    }

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

    /// The number of a flow's row.
    pub fn number(&self, id: FlowId) -> Option<u32> {
        self.files.get(id.capture)?.rows.get(id.entry).copied()
    }

    /// A row's entry.
    pub fn entry(&self, row: u32) -> &Entry {
        entry_of(&self.workspace, &self.files, self.row(row).id)
    }

    /// The calls of all rows.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The call a row is.
    pub fn call(&self, row: u32) -> &Call {
        self.calls.get(self.row(row).call)
    }

    /// The flows of all rows.
    pub fn spans(&self) -> &Spans {
        &self.spans
    }

    /// How far each row opens, if that is known.
    pub fn states(&self) -> &[Option<State>] {
        &self.states
    }
}

#[cfg(test)]
mod tests;
