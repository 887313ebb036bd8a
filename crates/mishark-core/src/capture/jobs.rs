//! What was found in a file, cut into jobs for the threads that read rows.

use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{Reason, Warning};
use super::format::Format;
use super::found::{Finder, Found};
use super::scan::Scanner;

/// A batch ends when it has this many entries, or this many bytes.
const BATCH_ENTRIES: usize = 512;
pub(super) const BATCH_BYTES: u64 = 1 << 20;

/// The first batch is smaller, so that the first rows are there sooner.
const FIRST_BYTES: u64 = 32 << 10;

/// A run of entries to be read by one worker.
pub(super) struct Job {
    pub(super) format: &'static Format,
    /// Where each is, and what is wrong with it if that is known already.
    pub(super) ranges: Vec<(Range<u64>, Option<Reason>)>,
    /// How far the search had come.
    pub(super) done: u64,
}

/// What was found out, told to the thread that waits for rows.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) format: Option<&'static Format>,
    /// Of JSON: stands in the list of entries, as soon as there is one.
    pub(super) scanner: Option<Scanner>,
    pub(super) error: Option<io::Error>,
    /// Where the text ends early, and whether inside an entry.
    pub(super) cut: Option<(bool, u64)>,
    /// What else is to be said of the file.
    pub(super) notes: Vec<Warning>,
}

/// Locks what was found out. A thread that panics takes all others down, so
/// nobody reads half of it.
pub(super) fn lock(outcome: &Mutex<Outcome>) -> MutexGuard<'_, Outcome> {
    outcome.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was found, as an iterator over jobs. Whichever worker is free runs it.
pub(super) struct Jobs<'a> {
    finder: Finder<'a>,
    outcome: &'a Mutex<Outcome>,
    done: u64,
    most: u64,
    ended: bool,
}

impl<'a> Jobs<'a> {
    /// The jobs from this byte on; the kind of file has to be known when the
    /// first entry is found.
    pub(super) fn new(finder: Finder<'a>, outcome: &'a Mutex<Outcome>, done: u64) -> Self {
        Self {
            finder,
            outcome,
            done,
            most: if done == 0 { FIRST_BYTES } else { BATCH_BYTES },
            ended: false,
        }
    }
}

impl Iterator for Jobs<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        let mut ranges = Vec::new();
        let mut bytes = 0;
        while !self.ended && ranges.len() < BATCH_ENTRIES && bytes < self.most {
            match self.finder.next() {
                Some(Found::Entry(range, reason)) => {
                    self.done = self.done.max(range.end);
                    bytes += range.end - range.start;
                    if reason == Some(Reason::Cut) {
                        lock(self.outcome).cut = Some((true, range.end));
                    }
                    ranges.push((range, reason));
                }
                Some(Found::Cut(byte)) => lock(self.outcome).cut = Some((false, byte)),
                Some(Found::Io(error)) => {
                    // What was found before is whole.
                    lock(self.outcome).error = Some(error);
                    self.ended = true;
                }
                Some(Found::Note(warning)) => lock(self.outcome).notes.push(warning),
                None => self.ended = true,
            }
        }
        self.most = BATCH_BYTES;
        let format = lock(self.outcome).format?;
        (!ranges.is_empty()).then_some(Job {
            format,
            ranges,
            done: self.done,
        })
    }
}
