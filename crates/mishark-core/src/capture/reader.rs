//! A capture that is open: where its entries are, and what reads them.

use std::sync::Arc;

use super::entry::{Entry, Names, Row};
use super::error::{EntryError, Reason, Warning};
use super::files::Files;
use super::format::Format;
use super::source::Source;
use crate::flow::Flow;

/// Reads entries out of a file; cheap to clone, and good while the file is
/// still being indexed.
#[derive(Debug, Clone)]
pub struct Reader(Kept);

/// Where the entries of a capture are.
#[derive(Debug, Clone)]
enum Kept {
    File {
        source: Arc<Source>,
        files: Arc<Files>,
        format: &'static Format,
    },
    /// In memory: flows that were born here. Their entries start at their
    /// places in this list.
    Flows {
        name: Arc<str>,
        flows: Arc<Vec<Arc<Flow>>>,
    },
}

impl Reader {
    pub(super) fn of_file(
        source: &Arc<Source>,
        files: &Arc<Files>,
        format: &'static Format,
    ) -> Self {
        Self(Kept::File {
            source: Arc::clone(source),
            files: Arc::clone(files),
            format,
        })
    }

    /// The file's name as given.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kept::File { source, .. } => source.name(),
            Kept::Flows { name, .. } => name,
        }
    }

    /// Reads one entry out of the file.
    ///
    /// # Errors
    /// The entry's own [error](Entry::error), or that the file has changed
    /// since it was indexed.
    pub fn flow(&self, entry: &Entry) -> Result<Flow, EntryError> {
        if let Some(error) = &entry.error {
            return Err((**error).clone());
        }
        let cut = || EntryError::at(entry.start, Reason::Cut);
        match &self.0 {
            Kept::File {
                source,
                files,
                format,
            } => {
                let flow = || {
                    let mut raw = Vec::new();
                    if format.is_in_place() {
                        let range = entry.start..entry.start + entry.len;
                        source.read(range, &mut raw).map_err(|_| cut())?;
                    }
                    format.flow(&raw, entry.start, files)
                };
                // It was whole when it was indexed.
                flow().map_err(|error| match source.is_changed() {
                    true => EntryError {
                        reason: Reason::Changed,
                        ..error
                    },
                    false => error,
                })
            }
            Kept::Flows { flows, .. } => {
                let place = usize::try_from(entry.start).ok();
                let flow = place.and_then(|place| flows.get(place)).ok_or_else(cut)?;
                Ok((**flow).clone())
            }
        }
    }
}

/// One imported file with its index. Immutable; shared by threads.
#[derive(Debug)]
pub struct Capture {
    reader: Reader,
    entries: Vec<Entry>,
    warnings: Vec<Warning>,
}

impl Capture {
    pub(super) fn new(reader: Reader, entries: Vec<Entry>, warnings: Vec<Warning>) -> Self {
        Self {
            reader,
            entries,
            warnings,
        }
    }

    /// The same capture with its entries, which were taken from its batches and
    /// come in the same order.
    #[must_use]
    pub fn with_entries(self, entries: Vec<Entry>) -> Self {
        Self { entries, ..self }
    }

    /// A capture of flows that are in memory: what was sent from here.
    pub fn of_flows(name: &str, flows: Vec<Arc<Flow>>) -> Self {
        let mut names = Names::default();
        let entries = flows.iter().enumerate().map(|(at, flow)| {
            // A place in a list, which a file's offset could be as well.
            let place = at as u64;
            Entry::new(place..place + 1, Ok(Row::of(flow)), false, &mut names)
        });
        let entries = entries.collect();
        Self::in_memory(name.into(), flows, entries)
    }

    /// Flows in memory, each with its entry, which starts at its place.
    pub(super) fn in_memory(name: Arc<str>, flows: Vec<Arc<Flow>>, entries: Vec<Entry>) -> Self {
        let flows = Arc::new(flows);
        Self::new(Reader(Kept::Flows { name, flows }), entries, Vec::new())
    }

    /// What reads its entries.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The file's name as given.
    pub fn name(&self) -> &str {
        self.reader.name()
    }

    /// The file's kind; `None` for flows that are in memory.
    pub fn format(&self) -> Option<&'static Format> {
        match &self.reader.0 {
            Kept::File { format, .. } => Some(format),
            Kept::Flows { .. } => None,
        }
    }

    /// How many bytes the source has, unpacked.
    pub fn size(&self) -> u64 {
        match &self.reader.0 {
            Kept::File { source, .. } => source.len(),
            Kept::Flows { flows, .. } => flows.len() as u64,
        }
    }

    /// The entries in file order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with the file as a whole.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads one entry out of the file.
    ///
    /// # Errors
    /// As [`Reader::flow`].
    pub fn flow(&self, entry: &Entry) -> Result<Flow, EntryError> {
        self.reader.flow(entry)
    }
}
