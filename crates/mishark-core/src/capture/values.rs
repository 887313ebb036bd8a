//! The entries of a JSON text, found by scanning it.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Mutex;

use super::error::{Reason, Warning};
use super::format::Format;
use super::found::Found;
use super::jobs::{Outcome, lock};
use super::lenient::Members;
use super::scan::{End, Scanner, Shape};
use super::source::Source;

/// An entry larger than this is a row with a reason: a genuine one, however
/// large its bodies, stays far below.
pub const MAX_ENTRY: u64 = 1 << 30;

/// How much is read at a time; larger reads gain nothing.
const CHUNK: u64 = 256 << 10;

/// The first chunk is smaller, so that the first rows are there sooner.
const FIRST_CHUNK: u64 = 64 << 10;

/// How many entries are looked at to tell what kind of values a file holds.
const SNIFFED_ENTRIES: usize = 20;

/// The scan, as an iterator over what it finds. It tells what kind of file it is
/// before it hands out the first entry.
pub(super) struct Values<'a> {
    source: &'a Source,
    outcome: &'a Mutex<Outcome>,
    scanner: Scanner,
    offset: u64,
    ranges: Vec<Range<u64>>,
    found: VecDeque<Found>,
    is_known: bool,
    ended: bool,
}

impl<'a> Values<'a> {
    /// The entries from `offset` on, where `scanner` stands.
    pub(super) fn new(
        source: &'a Source,
        outcome: &'a Mutex<Outcome>,
        scanner: Scanner,
        offset: u64,
    ) -> Self {
        Self {
            is_known: lock(outcome).format.is_some(),
            source,
            outcome,
            scanner,
            offset,
            ranges: Vec::new(),
            found: VecDeque::new(),
            ended: false,
        }
    }

    /// Scans one chunk.
    fn scan(&mut self) -> io::Result<()> {
        let size = if self.offset == 0 { FIRST_CHUNK } else { CHUNK };
        let len = self.source.len();
        let end = len.min(self.offset + size);
        let mut chunk = Vec::new();
        self.source.read(self.offset..end, &mut chunk)?;
        self.scanner.push(&chunk, &mut self.ranges);
        self.offset = end;
        let ranges = self.ranges.drain(..);
        self.found
            .extend(ranges.map(|range| Found::Entry(range, None)));
        if end == len {
            self.ended = true;
            let byte = self.scanner.foreign();
            self.found
                .extend(byte.map(|byte| Found::Note(Warning::Foreign { byte })));
            self.found.extend(match self.scanner.finish() {
                End::Whole => None,
                // It may only be damaged, with whole ones behind it; who reads
                // the rows looks for those.
                End::InEntry(start) => Some(Found::Entry(start..len, Some(Reason::Cut))),
                End::Early => Some(Found::Cut(len)),
            });
        }
        Ok(())
    }

    /// Tells what kind of entries these are, by the list they stand in or by
    /// the members of the first ones that can be read.
    fn sniff(&self) -> Option<&'static Format> {
        match self.scanner.shape()? {
            Shape::Values => {}
            shape => return Format::of_shape(shape),
        }
        let mut raw = Vec::new();
        self.found.iter().take(SNIFFED_ENTRIES).find_map(|found| {
            let Found::Entry(range, _) = found else {
                return None;
            };
            let end = range.end.min(range.start + MAX_ENTRY);
            self.source.read(range.start..end, &mut raw).ok()?;
            let members = serde_json::from_slice::<Members<'_>>(&raw).ok()?;
            Format::of_members(&members)
        })
    }
}

impl Iterator for Values<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while self.found.is_empty() && !self.ended {
            if let Err(error) = self.scan() {
                self.ended = true;
                self.found.push_back(Found::Io(error));
            }
        }
        if !self.is_known {
            self.is_known = true;
            let format = self.sniff();
            let mut outcome = lock(self.outcome);
            (outcome.format, outcome.scanner) = (format, Some(self.scanner.clone()));
            // Of no known kind: nothing behind these is looked at.
            self.ended |= format.is_none();
        }
        self.found.pop_front()
    }
}
