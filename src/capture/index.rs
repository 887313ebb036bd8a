//! Indexing: one thread scans while the others read rows, results in order.

use std::collections::HashSet;
use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{EntryError, Error, Reason, Warning};
use super::lenient::Members;
use super::mentions::{Mentions, Seen};
use super::scan::{End, Scanner, Shape};
use super::source::Source;
use super::{Capture, Entry, Format, Row, har, row, whistle};
use crate::ordered::{cores, in_order};

/// An entry larger than this is a row with a reason: a genuine one, however
/// large its bodies, stays far below.
pub const MAX_ENTRY: u64 = 1 << 30;

/// How much is read at a time; larger reads gain nothing.
const CHUNK: u64 = 256 << 10;

/// The first chunk is smaller, so that the first rows are there sooner.
const FIRST_CHUNK: u64 = 64 << 10;

/// A batch ends when it has this many entries, or this many bytes.
const BATCH_ENTRIES: usize = 512;
const BATCH_BYTES: u64 = 1 << 20;

/// How many entries are looked at to tell what kind of values a file holds.
const SNIFFED_ENTRIES: usize = 20;

/// Scanning again behind damaged entries may cost this many times the file.
const RESCANS: u64 = 8;

/// Entries that were just indexed.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The new entries.
    pub entries: &'a [Entry],
    /// How many bytes of the source are behind us.
    pub done: u64,
    /// How many bytes the source has.
    pub total: u64,
}

/// A run of entries to be read by one worker.
struct Job {
    format: Format,
    ranges: Vec<(Range<u64>, Option<Reason>)>,
    done: u64,
}

/// What became of a job.
struct Rows {
    rows: Vec<Indexed>,
    done: u64,
}

/// Where one entry is, its row, and what its mentions of keys look like.
type Indexed = (Range<u64>, Result<Row, EntryError>, Vec<u64>);

/// How scanning ended, told to the thread that waits for rows.
#[derive(Default)]
struct Outcome {
    format: Option<Format>,
    error: Option<io::Error>,
    cut: Option<(bool, u64)>,
}

pub(super) fn index(
    source: Source,
    watch: &mut dyn FnMut(&Batch<'_>) -> ControlFlow<()>,
) -> Result<Capture, Error> {
    let io = |error| Error::Io {
        name: source.name().to_owned(),
        error,
    };
    let head = source.head().map_err(io)?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let not_a_capture = || Error::NotACapture {
        name: source.name().to_owned(),
        head: head.iter().copied().take(16).collect(),
    };
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return Err(not_a_capture());
    }
    let outcome = Mutex::new(Outcome::default());
    let mentions = Mentions::new();
    let total = source.len();
    let mut entries: Vec<Entry> = Vec::new();
    let mut names = Names::default();
    let mut seen = Seen::default();
    let stopped = in_order(
        cores(),
        Jobs::new(&source, &outcome),
        |job| read_rows(&source, &mentions, job),
        |rows| {
            let first = entries.len();
            for (range, row, tails) in rows.rows {
                let news = seen.is_news(&tails);
                entries.push(entry(range, row, news, &mut names));
            }
            watch(&Batch {
                entries: &entries[first..],
                done: rows.done,
                total,
            })
        },
    );
    let outcome = outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = outcome.error {
        return Err(io(error));
    }
    let Some(format) = outcome.format else {
        return Err(not_a_capture());
    };
    let mut warnings: Vec<Warning> = source.warning().cloned().into_iter().collect();
    if let (Some((in_entry, byte)), false) = (outcome.cut, stopped.is_break()) {
        warnings.push(Warning::Cut {
            entry: in_entry.then(|| entries.len().saturating_sub(1)),
            whole: entries.iter().filter(|entry| entry.error.is_none()).count(),
            byte,
        });
    }
    Ok(Capture {
        source,
        format,
        entries,
        warnings,
    })
}

/// Names that many entries share, each kept once.
#[derive(Default)]
struct Names(HashSet<Arc<str>>);

impl Names {
    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(name) = self.0.get(name) {
            return Arc::clone(name);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

fn entry(range: Range<u64>, row: Result<Row, EntryError>, news: bool, names: &mut Names) -> Entry {
    let (row, error) = match row {
        Ok(row) => (row, None),
        Err(error) => (Row::default(), Some(Box::new(error))),
    };
    // The `/sts` hop of a login names no key, but ties a token to one.
    let may_hold_key = error.is_none() && (news || row.path.ends_with("/sts"));
    Entry {
        start: range.start,
        len: range.end - range.start,
        started: row.started,
        duration_ms: row.duration_ms,
        method: names.share(&row.method),
        host: names.share(&row.host),
        path: names.share(&row.path),
        status: row.status,
        response_size: row.response_size,
        may_hold_key,
        error,
    }
}

/// Reads the rows of one job. Entries lie close together, so they are read in
/// one go unless they are large.
fn read_rows(source: &Source, mentions: &Mentions, job: Job) -> Rows {
    let mut buffer = Vec::new();
    let mut held = 0..0;
    let mut rows = Vec::with_capacity(job.ranges.len());
    let last = job.ranges.last().map_or(0, |(range, _)| range.end);
    for (range, reason) in job.ranges {
        let too_big = range.end - range.start > MAX_ENTRY;
        let reason = reason.or(too_big.then_some(Reason::TooBig { limit: MAX_ENTRY }));
        if let Some(reason) = reason {
            let error = EntryError {
                pointer: String::new(),
                reason,
                byte: Some(range.start),
            };
            rows.push((range, Err(error), Vec::new()));
            continue;
        }
        if range.end > held.end {
            let end = range.end.max(last.min(range.start + 2 * BATCH_BYTES));
            held = range.start..end;
            if source.read(held.clone(), &mut buffer).is_err() {
                held = 0..0;
                let error = EntryError {
                    pointer: String::new(),
                    reason: Reason::Cut,
                    byte: Some(range.start),
                };
                rows.push((range, Err(error), Vec::new()));
                continue;
            }
        }
        // Both differences are below the buffer's length, a usize.
        let from = (range.start - held.start) as usize;
        let to = (range.end - held.start) as usize;
        let raw = &buffer[from..to];
        let row = row(job.format, raw, range.start);
        rows.push((range, row, mentions.find(raw)));
    }
    Rows {
        rows,
        done: job.done,
    }
}

/// The scan, as an iterator over jobs. Whichever worker is free runs it.
struct Jobs<'a> {
    source: &'a Source,
    outcome: &'a Mutex<Outcome>,
    scanner: Scanner,
    offset: u64,
    ranges: Vec<Range<u64>>,
    pending: Vec<(Range<u64>, Option<Reason>)>,
    pending_bytes: u64,
    chunk: Vec<u8>,
    format: Option<Format>,
    rescans_left: u64,
    first: bool,
    ended: bool,
}

impl<'a> Jobs<'a> {
    fn new(source: &'a Source, outcome: &'a Mutex<Outcome>) -> Self {
        Self {
            source,
            outcome,
            scanner: Scanner::new(),
            offset: 0,
            ranges: Vec::new(),
            pending: Vec::new(),
            pending_bytes: 0,
            chunk: Vec::new(),
            format: None,
            rescans_left: source.len().saturating_mul(RESCANS),
            first: true,
            ended: false,
        }
    }

    fn tell(&self, tell: impl FnOnce(&mut Outcome)) {
        tell(&mut self.outcome.lock().unwrap_or_else(PoisonError::into_inner));
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
            self.end()?;
        }
        Ok(())
    }

    /// At the end of the text: an entry that does not close may only be
    /// damaged, with whole ones behind it.
    fn end(&mut self) -> io::Result<()> {
        let end = self.scanner.finish();
        if let End::InEntry(start) = end {
            let next = self.next_entry(start)?;
            if let Some(next) = next
                && let Some(given_up) = self.scanner.resume(next)
            {
                self.pending.push((given_up, Some(Reason::Unclosed)));
                self.rescans_left = self.rescans_left.saturating_sub(self.source.len() - next);
                self.offset = next;
                return Ok(());
            }
            self.pending
                .push((start..self.source.len(), Some(Reason::Cut)));
        }
        self.ended = true;
        let len = self.source.len();
        match end {
            End::Whole => {}
            End::InEntry(_) => self.tell(|outcome| outcome.cut = Some((true, len))),
            End::Early => self.tell(|outcome| outcome.cut = Some((false, len))),
        }
        Ok(())
    }

    /// Where the entry after a damaged one starts: the next place with the same
    /// bracket, white space and first key.
    fn next_entry(&mut self, start: u64) -> io::Result<Option<u64>> {
        /// Bracket, indentation and key are shorter than this.
        const LEAD: u64 = 200;
        if self.rescans_left == 0 {
            return Ok(None);
        }
        let len = self.source.len();
        let mut lead = Vec::new();
        self.source.read(start..len.min(start + LEAD), &mut lead)?;
        let quotes: Vec<usize> = memchr::memchr_iter(b'"', &lead).take(2).collect();
        let [open, close] = quotes[..] else {
            return Ok(None);
        };
        if !lead[1..open].iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        lead.truncate(close + 1);
        let finder = memchr::memmem::Finder::new(&lead);
        let mut from = start + 1;
        let mut window = Vec::new();
        while from < len {
            let end = len.min(from + CHUNK + LEAD);
            self.source.read(from..end, &mut window)?;
            if let Some(at) = finder.find(&window) {
                return Ok(Some(from + at as u64));
            }
            from += CHUNK;
        }
        Ok(None)
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
            if whistle::is_session(&members) {
                return Some(Format::Whistle);
            }
            if har::is_entry(&members) {
                return Some(Format::Har);
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
                self.tell(|outcome| outcome.error = Some(error));
                self.ended = true;
                return None;
            }
        }
        if self.format.is_none() {
            self.format = self.sniff();
            let format = self.format;
            self.tell(|outcome| outcome.format = format);
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
