//! A file that grows while it is looked at: what came since the last look.
//!
//! ```text
//!            unchanged: size, time and inode ──▶ nothing
//! look ──▶   lines appended ──▶ read from where it was left
//!            anything else ──▶ indexed anew ──▶ compared, entry by entry
//! ```
//!
//! JSON lines are read from where the last look ended; a last line that is not
//! whole yet waits. Every other format is indexed anew, for a HAR is rewritten
//! in place: entries that are known stay, new ones arrive, and one that has got
//! its answer arrives again. A half-written file has fewer entries than are
//! known, or breaks off inside one; what is known stays, and the next look sees
//! it whole.
//!
//! No thread and no clock: whoever looks decides when. A look at a file that has
//! not changed costs one `stat`.

mod splitter;

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::capture::error::Reason;
use crate::capture::lines::{self, MAX_LINE};
use crate::capture::{Arrival, Capture, Entry, EntryError, Error};

pub use splitter::{Splitter, TooLong};

/// How long to wait between two looks: a person takes what comes within a third
/// of a second for immediate, and three `stat` a second cost nothing.
pub const INTERVAL: Duration = Duration::from_millis(300);

/// How much is read of lines in one look, so that the first flows of a large
/// file are there before its last.
const MAX_READ: u64 = 16 << 20;

/// What was seen in one look.
#[derive(Debug, Default)]
pub struct Look {
    /// Flows that came.
    pub arrivals: Vec<Arrival>,
    /// What is to be told, each once.
    pub events: Vec<Event>,
    /// Whether there is more to be read at once.
    pub more: bool,
}

/// Something about the file that a person wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A line is no flow; the others are read.
    BadLine {
        /// Its number, from 1.
        line: u64,
        /// What is wrong with it.
        error: EntryError,
    },
    /// A line has more than [`MAX_LINE`] bytes, and was passed over.
    LongLine {
        /// Its number, from 1.
        line: u64,
    },
    /// The file is another one now, or shorter: it is read from its start, and
    /// what was there stays.
    Anew,
    /// It can not be read at the moment.
    Away(io::ErrorKind),
    /// It is there again.
    Back,
    /// What it holds now is no capture.
    NoCapture,
}

impl Event {
    /// Whether something could not be read that was there.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::BadLine { .. } | Self::LongLine { .. })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadLine { line, error } => write!(f, "line {line}: {error}"),
            Self::LongLine { line } => write!(f, "line {line}: longer than {MAX_LINE} bytes"),
            Self::Anew => f.write_str("was written anew; what was there stays"),
            Self::Away(kind) => write!(f, "{kind}; still looking for it"),
            Self::Back => f.write_str("is there again"),
            Self::NoCapture => f.write_str("is no capture at the moment; still looking"),
        }
    }
}

/// One file that is followed.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    /// How it looked when it was last read.
    seen: Option<Stamp>,
    kind: Kind,
    /// How many flows it has given.
    places: usize,
    is_away: bool,
    was_no_capture: bool,
}

/// What tells that a file has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    file: Option<(u64, u64)>,
}

/// How a file is read.
#[derive(Debug)]
enum Kind {
    /// Not known: nothing whole is in it yet.
    Open,
    /// Line by line.
    Lines(Lines),
    /// All of it, each time. Where each of its entries went.
    Whole(Vec<(Entry, usize)>),
}

impl Follower {
    /// Follows a file; nothing is read before the first look.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            seen: None,
            kind: Kind::Open,
            places: 0,
            is_away: false,
            was_no_capture: false,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What came since the last look.
    pub fn look(&mut self) -> Look {
        let mut look = Look::default();
        let metadata = match std::fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return self.away(look, io::ErrorKind::Unsupported),
            Err(error) => return self.away(look, error.kind()),
        };
        if std::mem::take(&mut self.is_away) {
            look.events.push(Event::Back);
        }
        let stamp = Stamp::of(&metadata);
        let is_behind = matches!(&self.kind, Kind::Lines(lines) if lines.offset < stamp.len);
        if self.seen == Some(stamp) && !is_behind {
            return look;
        }
        let is_other = self.seen.is_some_and(|seen| seen.file != stamp.file);
        self.seen = Some(stamp);
        let read = match &mut self.kind {
            Kind::Lines(lines) => {
                if is_other || stamp.len < lines.offset {
                    *lines = Lines::default();
                    look.events.push(Event::Anew);
                }
                lines.read(&self.path, &mut self.places, &mut look)
            }
            Kind::Open | Kind::Whole(_) => self.whole(stamp, &mut look),
        };
        if let Err(error) = read {
            // Read again as soon as that is over.
            self.seen = None;
            return self.away(look, error.kind());
        }
        look
    }

    fn away(&mut self, mut look: Look, kind: io::ErrorKind) -> Look {
        if !std::mem::replace(&mut self.is_away, true) {
            look.events.push(Event::Away(kind));
        }
        look
    }

    /// Indexes all of it, and tells what is new.
    fn whole(&mut self, stamp: Stamp, look: &mut Look) -> io::Result<()> {
        if stamp.len == 0 {
            // Emptied before it is written: what is known stays.
            return Ok(());
        }
        if matches!(self.kind, Kind::Open) && is_lines(&self.path)? {
            let mut lines = Lines::default();
            lines.read(&self.path, &mut self.places, look)?;
            self.kind = Kind::Lines(lines);
            return Ok(());
        }
        let capture = match Capture::open(&self.path) {
            Ok(capture) => capture,
            Err(Error::Io { error, .. }) => return Err(error),
            Err(_) => {
                if !std::mem::replace(&mut self.was_no_capture, true) {
                    look.events.push(Event::NoCapture);
                }
                return Ok(());
            }
        };
        self.was_no_capture = false;
        let known = match &self.kind {
            Kind::Whole(known) => known.clone(),
            Kind::Lines(_) | Kind::Open => Vec::new(),
        };
        let places = self.places;
        let (known, is_anew) = self.compare(&capture, known, look);
        if Stamp::of(&std::fs::metadata(&self.path)?) != stamp {
            // It was written to meanwhile: entries and flows may be half of each.
            look.arrivals.clear();
            look.more = true;
            self.places = places;
            self.seen = None;
            return Ok(());
        }
        if is_anew {
            look.events.push(Event::Anew);
        }
        self.kind = Kind::Whole(known);
        Ok(())
    }

    /// What of a capture is new beside what is known; what is known then, and
    /// whether it is another capture altogether.
    fn compare(
        &mut self,
        capture: &Capture,
        mut known: Vec<(Entry, usize)>,
        look: &mut Look,
    ) -> (Vec<(Entry, usize)>, bool) {
        let is_cut = |entry: &Entry| {
            let error = entry.error.as_deref();
            error.is_some_and(|error| error.reason == Reason::Cut)
        };
        let entries: Vec<&Entry> = capture
            .entries()
            .iter()
            .filter(|entry| !is_cut(entry))
            .collect();
        let is_damaged = capture.warnings().iter().any(|warning| warning.is_damage());
        let pairs = entries.iter().zip(&known);
        let same = pairs
            .take_while(|(entry, (before, _))| is_same_request(entry, before))
            .count();
        if same < known.len() && is_damaged {
            // Half-written: the next look sees the rest.
            return (known, false);
        }
        let is_anew = same < known.len();
        known.truncate(same);
        for (at, entry) in entries.into_iter().enumerate() {
            let place = match known.get(at) {
                Some((before, _)) if is_unchanged(entry, before) => continue,
                Some((_, place)) => *place,
                None => {
                    self.places += 1;
                    self.places - 1
                }
            };
            let flow = capture.flow(entry).map(Arc::new);
            look.arrivals.push(Arrival { place, flow });
            match known.get_mut(at) {
                Some(slot) => slot.0 = entry.clone(),
                None => known.push((entry.clone(), place)),
            }
        }
        (known, is_anew)
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            file: inode(metadata),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere size and time have to do.
#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether it is the same request, whatever became of it and wherever it is.
fn is_same_request(one: &Entry, other: &Entry) -> bool {
    let request = |entry: &Entry| {
        let Entry {
            started,
            method,
            host,
            path,
            ..
        } = entry.clone();
        (started, method, host, path)
    };
    request(one) == request(other)
}

/// Whether nothing came of it that a list shows.
fn is_unchanged(one: &Entry, other: &Entry) -> bool {
    let answer = |entry: &Entry| (entry.status, entry.response_size, entry.error.is_some());
    is_same_request(one, other) && answer(one) == answer(other)
}

/// Whether the first line of a file is a flow on its own.
fn is_lines(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?
        .take(MAX_LINE as u64)
        .read_to_end(&mut head)?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let mut parts = head.split(|byte| *byte == b'\n');
    let first = parts.find(|line| !line.trim_ascii().is_empty());
    let is_object = |line: &&[u8]| line.trim_ascii_start().starts_with(b"{");
    // Without a line break the line may go on.
    let is_ended = parts.next().is_some();
    Ok(first
        .filter(is_object)
        .is_some_and(|line| is_ended && lines::is_flow(line)))
}

/// Lines, and how far they are read.
#[derive(Debug, Default)]
struct Lines {
    offset: u64,
    splitter: Splitter,
}

impl Lines {
    fn read(&mut self, path: &Path, places: &mut usize, look: &mut Look) -> io::Result<()> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_READ).read_to_end(&mut bytes)? as u64;
        self.offset += read;
        look.more = read == MAX_READ;
        self.splitter.push(&bytes, |number, line| match line {
            Ok(line) => match lines::read_line(line) {
                Ok(flow) => {
                    look.arrivals.push(Arrival {
                        place: *places,
                        flow: Ok(Arc::new(flow)),
                    });
                    *places += 1;
                }
                Err(error) => look.events.push(Event::BadLine {
                    line: number,
                    error,
                }),
            },
            Err(TooLong) => look.events.push(Event::LongLine { line: number }),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
