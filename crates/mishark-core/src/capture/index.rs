//! Indexing: one thread scans while the others read rows, results in order.

use std::io;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::archive::{self, Archive};
use super::damage::Damage;
use super::entry::{Entry, Names, Row};
use super::error::{EntryError, Error, Reason, Warning};
use super::files::Files;
use super::format::{Format, Located};
use super::found::Finder;
use super::jobs::{BATCH_BYTES, Job, Jobs, Outcome, lock};
use super::mentions::{Mentions, Seen};
use super::playwright;
use super::reader::{Capture, Reader};
use super::scan::Scanner;
use super::source::Source;
use super::values::{MAX_ENTRY, Values};
use crate::ordered::{cores, in_order};
use crate::session::holds_key;

/// Who is shown each batch of entries, and may say that it is enough.
type Watch<'a> = &'a mut dyn FnMut(&mut Batch<'_>) -> ControlFlow<()>;

/// Entries that were just indexed.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The new entries. Who takes them keeps them: the capture gets what is left,
    /// and the others when [`Capture::with_entries`] gives them back.
    pub entries: &'a mut Vec<Entry>,
    /// Reads them already.
    pub reader: Reader,
    /// How many bytes of the source are behind us.
    pub done: u64,
    /// How many bytes the source has.
    pub total: u64,
}

/// What became of a job.
struct Rows {
    format: &'static Format,
    rows: Vec<Indexed>,
    done: u64,
}

/// Where one entry is, its row, and what its mentions of keys look like.
type Indexed = (Range<u64>, Result<Row, EntryError>, Vec<u64>);

impl Capture {
    /// Opens a file, or standard input for `-`, and indexes it.
    ///
    /// # Errors
    /// If it can not be read or is no capture. Damage inside is no error: see
    /// [`Entry::error`] and [`warnings`](Self::warnings).
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::index(Source::open(path)?, &mut |_| ControlFlow::Continue(()))
    }

    /// Indexes a source, and shows each batch of entries as soon as it is
    /// there; the first one comes at once, whatever the file's size.
    ///
    /// When `watch` breaks, the capture holds what was indexed until then.
    ///
    /// # Errors
    /// If it can not be read or is no capture.
    pub fn index(source: Source, watch: Watch<'_>) -> Result<Self, Error> {
        let head = source.head().map_err(|error| unread(&source, error))?;
        if !archive::is(&head) {
            let folder = source.folder().map(Path::to_owned);
            let files = folder.map_or(Files::Nowhere, Files::Folder);
            return index_source(Arc::new(source), files, Vec::new(), watch);
        }
        let source = Arc::new(source);
        let archive = Archive::open(Arc::clone(&source))?;
        if Format::locate_in(&archive, source.name()).is_none() {
            let (inner, files, warnings) = playwright::unpack(archive, source.name())?;
            return index_source(Arc::new(inner), files, warnings, watch);
        }
        let files = Arc::new(Files::Archive {
            archive,
            folder: String::new(),
        });
        let archive = files.archive();
        let located = archive.and_then(|archive| Format::locate_in(archive, source.name()));
        Index::new(&source, &files, watch).run(located, Vec::new())
    }
}

fn unread(source: &Source, error: io::Error) -> Error {
    Error::Io {
        name: source.name().to_owned(),
        error,
    }
}

/// Indexes a source that is no archive.
fn index_source(
    source: Arc<Source>,
    files: Files,
    warnings: Vec<Warning>,
    watch: Watch<'_>,
) -> Result<Capture, Error> {
    let head = source.head().map_err(|error| unread(&source, error))?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let is_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    let located = (!is_json).then(|| Format::locate(text, &source)).flatten();
    let files = Arc::new(files);
    let mut index = Index::new(&source, &files, watch);
    if located.is_none() && Scanner::is_json(text) {
        let stopped = index.scan();
        return index.finish(warnings, stopped);
    }
    index.run(located, warnings)
}

/// An index on its way.
struct Index<'a> {
    source: &'a Arc<Source>,
    files: &'a Arc<Files>,
    watch: Watch<'a>,
    outcome: Arc<Mutex<Outcome>>,
    mentions: Mentions,
    list: List,
}

impl<'a> Index<'a> {
    fn new(source: &'a Arc<Source>, files: &'a Arc<Files>, watch: Watch<'a>) -> Self {
        Self {
            source,
            files,
            watch,
            outcome: Arc::default(),
            mentions: Mentions::new(),
            list: List::default(),
        }
    }

    /// Indexes what a format finds itself.
    fn run(
        mut self,
        located: Option<Located<'_>>,
        warnings: Vec<Warning>,
    ) -> Result<Capture, Error> {
        let mut stopped = ControlFlow::Continue(());
        if let Some((format, finder)) = located {
            lock(&self.outcome).format = Some(format);
            (stopped, _) = self.rows(finder?, 0, None);
        }
        self.finish(warnings, stopped)
    }

    /// Puts the capture together, if it is one.
    fn finish(
        self,
        mut warnings: Vec<Warning>,
        stopped: ControlFlow<()>,
    ) -> Result<Capture, Error> {
        let (source, list) = (self.source, self.list);
        let outcome = std::mem::take(&mut *lock(&self.outcome));
        if let Some(error) = outcome.error {
            if list.whole == 0 {
                return Err(unread(source, error));
            }
            warnings.push(Warning::Unread {
                whole: list.whole,
                error: error.to_string(),
            });
        }
        let Some(format) = outcome.format else {
            let head = source.head().map_err(|error| unread(source, error))?;
            return Err(Error::not_a_capture(source.name(), &head));
        };
        warnings.extend(source.warning().cloned());
        if let (Some((in_entry, byte)), false) = (outcome.cut, stopped.is_break()) {
            warnings.push(Warning::Cut {
                entry: in_entry.then(|| list.count.saturating_sub(1)),
                whole: list.whole,
                byte,
            });
        }
        warnings.extend(outcome.notes);
        let reader = Reader::of_file(source, self.files, format);
        Ok(Capture::new(reader, list.entries, warnings))
    }

    /// Indexes JSON, whatever kind it turns out to be. Behind damage the scan
    /// starts again.
    fn scan(&mut self) -> ControlFlow<()> {
        let mut damage = Damage::new(self.source);
        let (mut scanner, mut offset) = (Scanner::new(), 0);
        loop {
            let outcome = Arc::clone(&self.outcome);
            let values = Values::new(self.source, &outcome, scanner, offset);
            let (stopped, resume) = self.rows(Box::new(values), offset, Some(&mut damage));
            let mut found = lock(&outcome);
            match (resume, &found.scanner) {
                (Some(next), Some(in_list)) => {
                    (scanner, offset) = (in_list.resume(next), next);
                    found.cut = None;
                }
                _ => return stopped,
            }
        }
    }

    /// Reads the rows of what is found, until the watcher has enough or damage
    /// is to be passed over; where reading has to go on then.
    fn rows(
        &mut self,
        finder: Finder<'_>,
        offset: u64,
        mut damage: Option<&mut Damage<'_>>,
    ) -> (ControlFlow<()>, Option<u64>) {
        let (source, files, mentions) = (self.source, self.files, &self.mentions);
        let mut resume = None;
        let stopped = in_order(
            cores(),
            Jobs::new(finder, &self.outcome, offset),
            |job| read_rows(source, files, mentions, job),
            |rows| {
                let reader = Reader::of_file(source, files, rows.format);
                for (mut range, mut row, tails) in rows.rows {
                    if let Some(damage) = &mut damage {
                        resume = damage.learn(&mut range, &mut row, rows.done);
                    }
                    self.list.push(range, row, &tails, &reader);
                    if resume.is_some() {
                        break;
                    }
                }
                let flow = (self.watch)(&mut Batch {
                    entries: &mut self.list.fresh,
                    reader,
                    done: rows.done,
                    total: source.len(),
                });
                // What is left of those that were shown.
                self.list.entries.append(&mut self.list.fresh);
                flow?;
                match resume {
                    Some(_) => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                }
            },
        );
        (stopped, resume)
    }
}

/// The entries so far, with what is shared between them.
#[derive(Default)]
struct List {
    /// Those that nobody took.
    entries: Vec<Entry>,
    /// Those that were not shown to anybody yet.
    fresh: Vec<Entry>,
    /// How many there were in all, and how many of them can be read.
    count: usize,
    whole: usize,
    names: Names,
    seen: Seen,
}

impl List {
    fn push(
        &mut self,
        range: Range<u64>,
        row: Result<Row, EntryError>,
        tails: &[u64],
        reader: &Reader,
    ) {
        self.count += 1;
        self.whole += usize::from(row.is_ok());
        let mut entry = Entry::new(range, row, false, &mut self.names);
        // What an unreadable entry mentions is still to be found.
        let is_key = || reader.flow(&entry).is_ok_and(|flow| holds_key(&flow));
        let is_news = entry.error.is_none() && self.seen.is_news(tails, is_key);
        entry.may_hold_key |= is_news;
        self.fresh.push(entry);
    }
}

/// Reads the rows of one job. Entries lie close together, so they are read in
/// one go unless they are large.
fn read_rows(source: &Source, files: &Files, mentions: &Mentions, job: Job) -> Rows {
    let mut held = Held {
        source,
        range: 0..0,
        bytes: Vec::new(),
        last: job.ranges.last().map_or(0, |(range, _)| range.end),
    };
    let rows = job.ranges.into_iter().map(|(range, reason)| {
        let is_too_big = range.end - range.start > MAX_ENTRY;
        let reason = reason.or(is_too_big.then_some(Reason::TooBig { limit: MAX_ENTRY }));
        let raw = match reason {
            Some(reason) => Err(reason),
            None if job.format.is_in_place() => held.read(&range).ok_or(Reason::Cut),
            None => Ok(&[][..]),
        };
        let (row, tails) = match raw {
            Ok(raw) => job.format.row(raw, range.start, files, mentions),
            Err(reason) => (Err(EntryError::at(range.start, reason)), Vec::new()),
        };
        (range, row, tails)
    });
    let rows = rows.collect();
    Rows {
        format: job.format,
        rows,
        done: job.done,
    }
}

/// The part of the source that one job is about, as far as it was read.
struct Held<'a> {
    source: &'a Source,
    range: Range<u64>,
    bytes: Vec<u8>,
    /// Where the job's last entry ends.
    last: u64,
}

impl Held<'_> {
    fn read(&mut self, range: &Range<u64>) -> Option<&[u8]> {
        if range.start < self.range.start || range.end > self.range.end {
            let ahead = self.last.min(range.start + 2 * BATCH_BYTES);
            self.range = range.start..range.end.max(ahead);
            let read = self.source.read(self.range.clone(), &mut self.bytes);
            if read.is_err() {
                self.range = 0..0;
                return None;
            }
        }
        // Both differences are below the buffer's length, a usize.
        let from = (range.start - self.range.start) as usize;
        let to = (range.end - self.range.start) as usize;
        self.bytes.get(from..to)
    }
}
