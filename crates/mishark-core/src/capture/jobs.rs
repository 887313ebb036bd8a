//! The scan of a JSON capture, cut into jobs for the threads that read rows.

use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{Reason, Warning};
use super::lenient::Members;
use super::scan::{End, Scanner, Shape};
use super::source::Source;
use super::{Format, lines};

/// An entry larger than this is a row with a reason: a genuine one, however
/// large its bodies, stays far below.
pub const MAX_ENTRY: u64 = 1 << 30;

/// How much is read at a time; larger reads gain nothing.
const CHUNK: u64 = 256 << 10;

/// The first chunk is smaller, so that the first rows are there sooner.
const FIRST_CHUNK: u64 = 64 << 10;

/// A batch ends when it has this many entries, or this many bytes.
pub(super) const BATCH_ENTRIES: usize = 512;
pub(super) const BATCH_BYTES: u64 = 1 << 20;

/// How many entries are looked at to tell what kind of values a file holds.
const SNIFFED_ENTRIES: usize = 20;

/// A run of entries to be read by one worker.
pub(super) struct Job {
    pub(super) format: Format,
    /// Where each is, and what is wrong with it if that is known already.
    pub(super) ranges: Vec<(Range<u64>, Option<Reason>)>,
    /// How far the scan had come.
    pub(super) done: u64,
}

/// What the scan found out, told to the thread that waits for rows.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) format: Option<Format>,
    /// Stands in the list of entries, as soon as there is one.
    pub(super) scanner: Option<Scanner>,
    pub(super) error: Option<io::Error>,
    /// Where the text ends early, and whether inside an entry.
    pub(super) cut: Option<(bool, u64)>,
    /// What else is to be said of the file.
    pub(super) notes: Vec<Warning>,
}

/// Locks what the scan found out. A thread that panics takes all others down,
/// so nobody reads half of it.
pub(super) fn lock(outcome: &Mutex<Outcome>) -> MutexGuard<'_, Outcome> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The scan, as an iterator over jobs. Whichever worker is free runs it.
pub(super) struct Jobs<'a> {
    source: &'a Source,
    outcome: &'a Mutex<Outcome>,
    scanner: Scanner,
    offset: u64,
    ranges: Vec<Range<u64>>,
    pending: Vec<(Range<u64>, Option<Reason>)>,
    pending_bytes: u64,
    chunk: Vec<u8>,
    format: Option<Format>,
    first: bool,
    ended: bool,
}

impl<'a> Jobs<'a> {
    /// The jobs from `offset` on, where `scanner` stands.
    pub(super) fn new(
        source: &'a Source,
        outcome: &'a Mutex<Outcome>,
        scanner: Scanner,
        offset: u64,
    ) -> Self {
        let format = lock(outcome).format;
        Self {
            source,
            outcome,
            scanner,
            offset,
            ranges: Vec::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            chunk: Vec::new(),
            format,
            first: offset == 0,
            ended: false,
        }
    }

    fn tell(&self, tell: impl FnOnce(&mut Outcome)) {
        tell(&mut lock(self.outcome));
    }

    /// Scans one chunk; what it finds is pending.
    fn scan(&mut self) -> io::Result<()> {
        let size = if self.offset == 0 { FIRST_CHUNK } else { CHUNK };
        let end = self.source.len().min(self.offset + size);
        self.source.read(self.offset..end, &mut self.chunk)?;
        self.scanner.push(&self.chunk, &mut self.ranges);
        self.offset = end;
        for range in self.ranges.drain(..) {
            self.pending_bytes += range.end - range.start;
            self.pending.push((range, None));
        }
        if self.offset == self.source.len() {
            self.end();
        }
        Ok(())
    }

    /// At the end of the text. An entry that does not close may only be damaged,
    /// with whole ones behind it; who reads the rows looks for those.
    fn end(&mut self) {
        let len = self.source.len();
        let end = self.scanner.finish();
        if let End::InEntry(start) = end {
            self.pending.push((start..len, Some(Reason::Cut)));
        }
        self.ended = true;
        let cut = match end {
            End::Whole => None,
            End::InEntry(_) => Some((true, len)),
            End::Early => Some((false, len)),
        };
        self.tell(|outcome| outcome.cut = cut);
    }

    /// Tells what kind of entries these are, by the list they stand in or by
    /// the keys of the first ones that can be read.
    fn sniff(&self) -> Option<Format> {
        match self.scanner.shape()? {
            Shape::Entries => return Some(Format::Har),
            Shape::GetData => return Some(Format::Whistle),
            Shape::Values => {}
        }
        let mut raw = Vec::new();
        for (range, _) in self.pending.iter().take(SNIFFED_ENTRIES) {
            let end = range.end.min(range.start + MAX_ENTRY);
            self.source.read(range.start..end, &mut raw).ok()?;
            let Ok(members) = serde_json::from_slice::<Members<'_>>(&raw) else {
                continue;
            };
            if let Some(format) = lines::kind(&members) {
                return Some(format);
            }
        }
        None
    }

    fn batch_is_full(&self) -> bool {
        self.pending.len() >= BATCH_ENTRIES
            || self.pending_bytes >= BATCH_BYTES
            || (self.first && !self.pending.is_empty())
    }
}

impl Iterator for Jobs<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        while !self.ended && !self.batch_is_full() {
            if let Err(error) = self.scan() {
                // What was found before is whole.
                self.tell(|outcome| outcome.error = Some(error));
                self.ended = true;
            }
        }
        if self.format.is_none() {
            self.format = self.sniff();
            let format = self.format;
            let scanner = Some(self.scanner.clone());
            self.tell(|outcome| (outcome.format, outcome.scanner) = (format, scanner));
        }
        if self.pending.is_empty() {
            return None;
        }
        let Some(format) = self.format else {
            self.ended = true;
            return None;
        };
        self.first = false;
        self.pending_bytes = 0;
        Some(Job {
            format,
            ranges: std::mem::take(&mut self.pending),
            done: self.offset,
        })
    }
}
