//! Formats that find their entries themselves, because their files are no JSON.
//!
//! ```text
//! head ──LOCATORS──▶ locate ──Found, Found, …──▶ Places ──jobs──▶ rows   (index)
//! ```
//!
//! A format is one file with `is`, `locate` and `read`, and one row of the
//! table here. Its iterator is pulled while rows are read, so that a large file
//! shows its first rows at once.

use std::io;
use std::ops::Range;
use std::sync::Mutex;

use super::error::{Error, Reason, Warning};
use super::jobs::{BATCH_BYTES, BATCH_ENTRIES, Job, Outcome, lock};
use super::source::Source;
use super::{Format, burp, curl, mitmproxy};

/// What a format finds on its way through a file.
#[derive(Debug)]
pub(super) enum Found {
    /// The file ends early, behind its last entry, at this byte.
    Cut(u64),
    /// An entry, and what is wrong with it if that is known already. With
    /// [`Reason::Cut`] the file ends inside it.
    Entry(Range<u64>, Option<Reason>),
    /// The file can not be read any further.
    Io(io::Error),
    /// Something to say of the file as a whole.
    Note(Warning),
}

/// What a format finds, in file order.
pub(super) type Finder<'a> = Box<dyn Iterator<Item = Found> + Send + 'a>;

/// A format that finds its entries itself.
pub(super) struct Locator {
    pub(super) format: Format,
    /// Whether a file that starts so is one; told by content alone.
    is: fn(&[u8]) -> bool,
    /// Finds its entries; refuses what it recognises and can not read.
    pub(super) locate: for<'a> fn(&'a Source) -> Result<Finder<'a>, Error>,
}

/// All of them; the first that recognises a file takes it.
const LOCATORS: [Locator; 3] = [
    Locator {
        format: Format::Mitmproxy,
        is: mitmproxy::is,
        locate: mitmproxy::locate,
    },
    Locator {
        format: Format::Burp,
        is: burp::is,
        locate: burp::locate,
    },
    // The least particular one.
    Locator {
        format: Format::Curl,
        is: curl::is,
        locate: curl::locate,
    },
];

/// The format that finds the entries of a file that starts so.
pub(super) fn locator(head: &[u8]) -> Option<&'static Locator> {
    LOCATORS.iter().find(|locator| (locator.is)(head))
}

/// What was found, as an iterator over jobs. Whichever worker is free runs it.
pub(super) struct Places<'a> {
    format: Format,
    finder: Finder<'a>,
    outcome: &'a Mutex<Outcome>,
    done: u64,
    first: bool,
    ended: bool,
}

impl<'a> Places<'a> {
    pub(super) fn new(format: Format, finder: Finder<'a>, outcome: &'a Mutex<Outcome>) -> Self {
        Self {
            format,
            finder,
            outcome,
            done: 0,
            first: true,
            ended: false,
        }
    }
}

impl Iterator for Places<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        let mut ranges = Vec::new();
        let mut bytes = 0;
        while !self.ended && ranges.len() < BATCH_ENTRIES && bytes < BATCH_BYTES {
            match self.finder.next() {
                Some(Found::Entry(range, reason)) => {
                    self.done = self.done.max(range.end);
                    bytes += range.end - range.start;
                    if reason == Some(Reason::Cut) {
                        lock(self.outcome).cut = Some((true, range.end));
                    }
                    ranges.push((range, reason));
                    if self.first {
                        break;
                    }
                }
                Some(Found::Cut(byte)) => lock(self.outcome).cut = Some((false, byte)),
                Some(Found::Io(error)) => {
                    lock(self.outcome).error = Some(error);
                    self.ended = true;
                }
                Some(Found::Note(warning)) => lock(self.outcome).notes.push(warning),
                None => self.ended = true,
            }
        }
        // A file without a single entry is still one of this kind.
        lock(self.outcome).format = Some(self.format);
        self.first = false;
        (!ranges.is_empty()).then_some(Job {
            format: self.format,
            ranges,
            done: self.done,
        })
    }
}
