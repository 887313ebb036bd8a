//! The entries of a JSON text, found by scanning it.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Mutex;

use serde::de::IgnoredAny;

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

/// The list of entries begins this near to the start of a file; DevTools writes
/// the pages first.
const MAX_HEAD: u64 = 16 << 20;

/// Between the list's name and its bracket stands no more than this.
const LOOK_AHEAD: u64 = 200;

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

impl Values<'_> {
    /// Scans until something is found, or the text ends.
    fn find(&mut self) {
        while self.found.is_empty() && !self.ended {
            if let Err(error) = self.scan() {
                self.ended = true;
                self.found.push_back(Found::Io(error));
            }
        }
    }

    /// Begins anew in the list of entries, if what stands before it is broken: a
    /// quote too few turns the text inside out.
    fn pass_broken_head(&mut self) {
        if let Ok(Some(byte)) = self.list_behind_broken_head() {
            (self.scanner, self.offset) = (Scanner::in_entries(byte), byte + 1);
            self.ended = false;
            self.found.clear();
            self.find();
            self.found
                .push_back(Found::Note(Warning::BrokenHead { byte }));
        }
    }

    fn list_behind_broken_head(&self) -> io::Result<Option<u64>> {
        let Some(name) = self.source.find(0, b"entries\"")? else {
            return Ok(None);
        };
        let mut text = Vec::new();
        let len = self.source.len().min(name + LOOK_AHEAD);
        if name > MAX_HEAD {
            return Ok(None);
        }
        self.source.read(0..len, &mut text)?;
        let (head, behind) = text.split_at(text.len().min(name as usize + 8));
        let is_separator = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b':';
        let blank = behind.iter().take_while(is_separator).count();
        let head = serde_json::from_slice::<IgnoredAny>(head);
        let is_open = self.ended && self.scanner.finish() != End::Whole;
        let is_broken = is_open || head.is_err_and(|error| error.is_syntax());
        let is_list = behind.get(blank) == Some(&b'[');
        Ok((is_list && is_broken).then_some(name + 8 + blank as u64))
    }
}

impl Iterator for Values<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        self.find();
        if !self.is_known {
            self.is_known = true;
            let is_har = self.scanner.shape() == Some(Shape::Entries);
            if !self.scanner.has_list() && (is_har || self.sniff().is_none()) {
                self.pass_broken_head();
            }
            let format = self.sniff();
            let mut outcome = lock(self.outcome);
            (outcome.format, outcome.scanner) = (format, Some(self.scanner.clone()));
            // Of no known kind: nothing behind these is looked at.
            self.ended |= format.is_none();
        }
        self.found.pop_front()
    }
}
