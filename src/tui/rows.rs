//! Every flow of every open capture as one row: what the list, the filter and
//! the sweep count on.
//!
//! Rows come in the order they were loaded in and never move; what the list
//! shows is an order over their numbers.

mod calls;
mod row;
mod spans;

use std::collections::HashMap;
use std::sync::Arc;

use crate::capture::{Arrival, Capture, Entry, Growing, Reader};
use crate::decode::State;
use crate::directory::{Directory, Place};
use crate::flow::Flow;
use crate::summary::Shelf;
use crate::workspace::{FlowId, Workspace};

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
        let entry = entry(&self.workspace, &self.files, id);
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

    /// The files, the one being loaded among them.
    pub fn files(&self) -> &[File] {
        self.files.get(1..).unwrap_or_default()
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
        entry(&self.workspace, &self.files, self.row(row).id)
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

    /// So many rows, from the first on, are of captures that are whole.
    pub fn whole(&self) -> usize {
        let loading = self.files.get(self.workspace.captures().len());
        let first = loading.and_then(|file| file.rows.first());
        first.map_or(self.len(), |row| *row as usize)
    }

    /// How far each row opens, if that is known.
    pub fn states(&self) -> &[Option<State>] {
        &self.states
    }

    /// What reads a row's entry.
    pub fn reader(&self, row: u32) -> Option<&Reader> {
        self.files.get(self.row(row).id.capture)?.reader.as_ref()
    }

    /// The name of a row's capture.
    pub fn file(&self, row: u32) -> &str {
        &self.files[self.row(row).id.capture].name
    }

    /// A row's note.
    pub fn note(&self, row: u32) -> Option<&str> {
        self.notes.get(&self.row(row).id).map(String::as_str)
    }

    /// Writes a note, or takes it away if the text is empty.
    pub fn set_note(&mut self, row: u32, text: String) {
        let id = self.row(row).id;
        if text.is_empty() {
            self.notes.remove(&id);
        } else {
            self.notes.insert(id, text);
        }
        self.remark(row);
    }

    /// What filters see of marks and notes, by flow.
    pub fn marks(&self) -> &Arc<HashMap<FlowId, String>> {
        &self.marks
    }

    fn remark(&mut self, row: u32) {
        let id = self.row(row).id;
        let mark = if self.row(row).marked { "marked" } else { "" };
        let text = match self.notes.get(&id) {
            Some(note) => format!("{mark} {note}").trim_start().to_owned(),
            None => mark.to_owned(),
        };
        let marks = Arc::make_mut(&mut self.marks);
        if text.is_empty() {
            marks.remove(&id);
        } else {
            marks.insert(id, text);
        }
    }

    /// Marks a row, or takes the mark away.
    pub fn toggle_mark(&mut self, row: u32) {
        let marked = &mut self.rows[row as usize].marked;
        *marked = !*marked;
        match *marked {
            true => self.marked += 1,
            false => self.marked -= 1,
        }
        self.remark(row);
    }

    /// How many rows are marked.
    pub fn marked(&self) -> usize {
        self.marked
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

    /// Takes what the sweep saw of a flow.
    pub fn learn(&mut self, id: FlowId, mut digest: Digest) {
        let Some(row) = self.number(id) else {
            return;
        };
        if let Some(findings) = digest.findings.take() {
            let place = Place {
                capture: id.capture,
                entry: id.entry,
            };
            Arc::make_mut(&mut self.directory).learn(*findings, place);
        }
        self.forget(row);
        self.counts[digest.state as usize] += 1;
        self.states[row as usize] = Some(digest.state);
        self.rows[row as usize].known = Some(Known {
            state: digest.state,
            reason: digest.reason,
            summary: self.shelf.put(&digest.summary),
            size: digest.size,
        });
        if self.shelf.is_sparse() {
            self.tidy();
        }
    }

    /// A row is as if it had not been opened.
    fn forget(&mut self, row: u32) {
        if let Some(before) = self.rows[row as usize].known.take() {
            self.counts[before.state as usize] -= 1;
            self.states[row as usize] = None;
            self.shelf.take_off(before.summary);
        }
    }

    /// Moves the lines together, once most are of what was known before.
    fn tidy(&mut self) {
        let before = std::mem::take(&mut self.shelf);
        for known in self.rows.iter_mut().filter_map(|row| row.known.as_mut()) {
            known.summary = self.shelf.move_from(&before, known.summary);
        }
    }

    /// What a row says, with the names that are known; empty until it was
    /// opened.
    pub fn says(&self, row: u32) -> String {
        let known = self.row(row).known;
        known.map_or_else(String::new, |known| {
            self.shelf.says(known.summary, &self.directory)
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

    fn recount(&mut self) {
        self.marked = self.rows.iter().filter(|row| row.marked).count();
        self.counts = Default::default();
        for known in self.rows.iter().filter_map(|row| row.known) {
            self.counts[known.state as usize] += 1;
        }
    }
}

/// The entry of a flow, of a capture that is open or being loaded.
fn entry<'a>(workspace: &'a Workspace, files: &'a [File], id: FlowId) -> &'a Entry {
    match workspace.captures().get(id.capture) {
        Some(capture) => &capture.entries()[id.entry],
        None => &files[id.capture].loading[id.entry],
    }
}

#[cfg(test)]
mod tests;
