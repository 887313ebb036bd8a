//! Indexing: one thread scans while the others read rows, results in order.

use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::archive::{self, Archive};
use super::damage::Damage;
use super::error::{EntryError, Error, Reason, Warning};
use super::files::Files;
use super::jobs::{BATCH_BYTES, Job, Jobs, MAX_ENTRY, Outcome, lock};
use super::located::{Finder, Places, locator};
use super::mentions::{Mentions, Seen};
use super::scan::Scanner;
use super::source::Source;
use super::{Capture, Entry, Format, Kept, Reader, Row, charles, playwright, row, saz};
use crate::ordered::{cores, in_order};

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
    format: Format,
    rows: Vec<Indexed>,
    done: u64,
}

/// Where one entry is, its row, and what its mentions of keys look like.
type Indexed = (Range<u64>, Result<Row, EntryError>, Vec<u64>);

pub(super) fn index(source: Source, watch: Watch<'_>) -> Result<Capture, Error> {
    let io = |error| Error::Io {
        name: source.name().to_owned(),
        error,
    };
    let head = source.head().map_err(io)?;
    if archive::is(&head) {
        return open_archive(source, watch);
    }
    let folder = source.folder().map(Path::to_owned);
    let files = folder.map_or(Files::Nowhere, Files::Folder);
    index_source(Arc::new(source), files, Vec::new(), watch)
}

/// Indexes an archive: of sessions, or around a capture.
fn open_archive(source: Source, watch: Watch<'_>) -> Result<Capture, Error> {
    let source = Arc::new(source);
    let archive = Archive::open(Arc::clone(&source))?;
    if let Some(refused) = charles::refusal_of_archive(&archive) {
        return Err(unsupported(&source, refused));
    }
    if !saz::is(&archive) {
        let (inner, files, warnings) = playwright::unpack(archive, source.name())?;
        return index_source(Arc::new(inner), files, warnings, watch);
    }
    let files = Arc::new(Files::Archive {
        archive,
        folder: String::new(),
    });
    let mut index = Index::new(&source, &files, watch);
    let mut stopped = ControlFlow::Continue(());
    if let Some(archive) = files.archive() {
        stopped = index.places(Format::Saz, saz::locate(archive, source.name())?);
    }
    let (list, outcome) = index.finish();
    capture(source, files, list, outcome, Vec::new(), stopped)
}

fn unsupported(source: &Source, (what, hint): (&'static str, &'static str)) -> Error {
    Error::Unsupported {
        name: source.name().to_owned(),
        what,
        hint,
    }
}

/// Indexes a source that is no archive.
fn index_source(
    source: Arc<Source>,
    files: Files,
    warnings: Vec<Warning>,
    watch: Watch<'_>,
) -> Result<Capture, Error> {
    let files = Arc::new(files);
    let head = source.head().map_err(|error| Error::Io {
        name: source.name().to_owned(),
        error,
    })?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    if let Some(refused) = charles::refusal(text) {
        return Err(unsupported(&source, refused));
    }
    let is_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
    let mut index = Index::new(&source, &files, watch);
    let stopped = match locator(&head) {
        _ if is_json => index.scan(),
        Some(locator) => {
            let finder = (locator.locate)(&source)?;
            index.places(locator.format, finder)
        }
        None => ControlFlow::Continue(()),
    };
    let (list, outcome) = index.finish();
    capture(source, files, list, outcome, warnings, stopped)
}

/// Puts a capture together, if it is one.
fn capture(
    source: Arc<Source>,
    files: Arc<Files>,
    list: List,
    outcome: Outcome,
    mut warnings: Vec<Warning>,
    stopped: ControlFlow<()>,
) -> Result<Capture, Error> {
    let io = |error| Error::Io {
        name: source.name().to_owned(),
        error,
    };
    if let Some(error) = outcome.error {
        if list.whole == 0 {
            return Err(io(error));
        }
        warnings.push(Warning::Unread {
            whole: list.whole,
            error: error.to_string(),
        });
    }
    let Some(format) = outcome.format else {
        return Err(Error::NotACapture {
            name: source.name().to_owned(),
            head: source.head().map_err(io)?.into_iter().take(16).collect(),
        });
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
    Ok(Capture {
        reader: Reader(Kept::File {
            source,
            files,
            format,
        }),
        entries: list.entries,
        warnings,
    })
}

/// An index on its way.
struct Index<'a> {
    source: &'a Arc<Source>,
    files: &'a Arc<Files>,
    watch: Watch<'a>,
    outcome: Mutex<Outcome>,
    mentions: Mentions,
    list: List,
}

impl<'a> Index<'a> {
    fn new(source: &'a Arc<Source>, files: &'a Arc<Files>, watch: Watch<'a>) -> Self {
        Self {
            source,
            files,
            watch,
            outcome: Mutex::new(Outcome::default()),
            mentions: Mentions::new(),
            list: List::default(),
        }
    }

    fn finish(self) -> (List, Outcome) {
        let outcome = self.outcome.into_inner();
        (self.list, outcome.unwrap_or_else(PoisonError::into_inner))
    }

    /// Indexes what a format finds itself.
    fn places(&mut self, format: Format, finder: Finder<'_>) -> ControlFlow<()> {
        let (source, files, mentions) = (self.source, self.files, &self.mentions);
        in_order(
            cores(),
            Places::new(format, finder, &self.outcome),
            |job| read_rows(source, files, mentions, job),
            |rows| {
                for (range, row, tails) in rows.rows {
                    self.list.push(range, row, &tails);
                }
                let flow = (self.watch)(&mut Batch {
                    entries: &mut self.list.fresh,
                    reader: reader(source, files, rows.format),
                    done: rows.done,
                    total: source.len(),
                });
                self.list.keep();
                flow
            },
        )
    }

    /// Indexes JSON, whatever kind it turns out to be.
    fn scan(&mut self) -> ControlFlow<()> {
        let (source, files, mentions) = (self.source, self.files, &self.mentions);
        let mut damage = Damage::new(source);
        let (mut scanner, mut offset) = (Scanner::new(), 0);
        loop {
            let mut resume = None;
            let stopped = in_order(
                cores(),
                Jobs::new(source, &self.outcome, scanner, offset),
                |job| read_rows(source, files, mentions, job),
                |rows| {
                    for (mut range, mut row, tails) in rows.rows {
                        match &mut row {
                            Ok(_) => damage.learn(range.start),
                            Err(error) => {
                                resume = damage.behind(&range, error, rows.done);
                                if resume.is_some() && error.reason == Reason::Cut {
                                    error.reason = Reason::Unclosed;
                                }
                            }
                        }
                        // Nothing up to the next entry can be told apart from it.
                        range.end = resume.unwrap_or(range.end);
                        self.list.push(range, row, &tails);
                        if resume.is_some() {
                            break;
                        }
                    }
                    let flow = (self.watch)(&mut Batch {
                        entries: &mut self.list.fresh,
                        reader: reader(source, files, rows.format),
                        done: rows.done,
                        total: source.len(),
                    });
                    self.list.keep();
                    flow?;
                    match resume {
                        Some(_) => ControlFlow::Break(()),
                        None => ControlFlow::Continue(()),
                    }
                },
            );
            let mut found = lock(&self.outcome);
            match (resume, &found.scanner) {
                (Some(next), Some(in_list)) => {
                    (scanner, offset) = (in_list.resume(next), next);
                    found.cut = None;
                }
                _ => return stopped,
            }
        }
    }
}

fn reader(source: &Arc<Source>, files: &Arc<Files>, format: Format) -> Reader {
    Reader(Kept::File {
        source: Arc::clone(source),
        files: Arc::clone(files),
        format,
    })
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
    fn push(&mut self, range: Range<u64>, row: Result<Row, EntryError>, tails: &[u64]) {
        // What an unreadable entry mentions is still to be found.
        let news = row.is_ok() && self.seen.is_news(tails);
        self.count += 1;
        self.whole += usize::from(row.is_ok());
        self.fresh.push(entry(range, row, news, &mut self.names));
    }

    /// Keeps what is left of those that were shown.
    fn keep(&mut self) {
        self.entries.append(&mut self.fresh);
    }
}

/// Names that many entries share, each kept once.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(name) = self.0.get(name) {
            return Arc::clone(name);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

pub(super) fn entry(
    range: Range<u64>,
    row: Result<Row, EntryError>,
    news: bool,
    names: &mut Names,
) -> Entry {
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
fn read_rows(source: &Source, files: &Files, mentions: &Mentions, job: Job) -> Rows {
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
        if !job.format.is_in_place() {
            let (row, tails) = row(job.format, &[], range.start, files, mentions);
            rows.push((range, row, tails));
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
        let (row, tails) = row(job.format, raw, range.start, files, mentions);
        rows.push((range, row, tails));
    }
    Rows {
        format: job.format,
        rows,
        done: job.done,
    }
}
