//! Finding text in a body, on a worker.
//!
//! In JSON what is found is what is seen: keys and values, as sent and as
//! meant, in strings that were opened too; the brackets and commas between them
//! are not shown, and so not found. In hex the needle is text or bytes in hex.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::trees::Source;
use crate::tui::content::Content;
use mishark_core::json::{Case, Finder, Kind, Search, Step, Tree};

/// The most matches that are kept, so that `0` in 50 MB of numbers costs some
/// megabytes. Nobody reads as many.
pub const MOST_MATCHES: usize = 1_000_000;

/// How many matches are handed over at once, once the first one was.
const BATCH: usize = 8192;

/// How much text of no JSON is searched before someone may stop it.
const STEP: usize = 64 * 1024;

/// A search of one body. It can be sent to a worker and run there.
pub struct FindJob {
    pub(super) generation: u64,
    pub(super) needle: String,
    pub(super) target: Target,
}

/// What is searched.
pub(super) enum Target {
    Bytes(Arc<Content>),
    /// Trees by their nodes.
    Json(Vec<(usize, Source)>),
    Text(Arc<Content>),
}

/// Some of what a search found.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    pub(super) generation: u64,
    pub(super) node: usize,
    pub(super) matches: Vec<Range<usize>>,
    pub(super) end: Option<End>,
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All was searched.
    Complete,
    /// There are more matches than are kept.
    Limit,
}

impl FindJob {
    /// Searches, and hands over what was found bit by bit: the first match at
    /// once. The last call says that it was the last, unless it was cancelled.
    pub fn run(&self, cancel: &AtomicBool, mut sink: impl FnMut(Found)) {
        let mut batch = Batch {
            job: self,
            sink: &mut sink,
            node: 0,
            matches: Vec::new(),
            kept: 0,
        };
        let end = match &self.target {
            Target::Bytes(content) => find_bytes(content.bytes(), &self.needle, cancel, &mut batch),
            Target::Json(trees) => find_json(trees, &self.needle, cancel, &mut batch),
            Target::Text(content) => match &**content {
                Content::Text(text) => find_text(text.as_str(), &self.needle, cancel, &mut batch),
                _ => Ok(()),
            },
        };
        match end {
            Ok(()) => batch.flush(Some(End::Complete)),
            Err(Stop::Limit) => batch.flush(Some(End::Limit)),
            Err(Stop::Cancelled) => {}
        }
    }
}

/// All matches in a tree that is small.
pub(super) fn find_in_tree(tree: &Tree<'_>, needle: &str) -> Vec<Range<usize>> {
    Search::new(tree, needle, Case::of_needle(needle))
        .filter(|found| is_seen(tree, found.row, found.range.start))
        .map(|found| found.range)
        .take(MOST_MATCHES)
        .collect()
}

/// Whether a byte of a row is in its key or in a scalar.
fn is_seen(tree: &Tree<'_>, row: usize, byte: usize) -> bool {
    let is_scalar = !matches!(tree.kind(row), Kind::Array | Kind::Close | Kind::Object);
    let row = tree.row(row);
    is_scalar && row.value.contains(&byte) || row.key.is_some_and(|key| key.contains(&byte))
}

/// Why a search is not gone on with.
enum Stop {
    Cancelled,
    Limit,
}

struct Batch<'b> {
    job: &'b FindJob,
    sink: &'b mut dyn FnMut(Found),
    node: usize,
    matches: Vec<Range<usize>>,
    /// How many were found in all.
    kept: usize,
}

impl Batch<'_> {
    fn push(&mut self, found: Range<usize>) -> Result<(), Stop> {
        if self.kept == MOST_MATCHES {
            return Err(Stop::Limit);
        }
        self.kept += 1;
        self.matches.push(found);
        if self.kept == 1 || self.matches.len() == BATCH {
            self.flush(None);
        }
        Ok(())
    }

    fn enter(&mut self, node: usize) {
        if !self.matches.is_empty() {
            self.flush(None);
        }
        self.node = node;
    }

    fn flush(&mut self, end: Option<End>) {
        (self.sink)(Found {
            generation: self.job.generation,
            node: self.node,
            matches: std::mem::take(&mut self.matches),
            end,
        });
    }
}

fn look(cancel: &AtomicBool) -> Result<(), Stop> {
    if cancel.load(Ordering::Relaxed) {
        Err(Stop::Cancelled)
    } else {
        Ok(())
    }
}

fn find_json(
    trees: &[(usize, Source)],
    needle: &str,
    cancel: &AtomicBool,
    batch: &mut Batch<'_>,
) -> Result<(), Stop> {
    for (node, source) in trees {
        let Some(tree) = source.tree() else { continue };
        batch.enter(*node);
        let mut search = Search::new(tree, needle, Case::of_needle(needle));
        let mut found = 0_usize;
        loop {
            match search.step() {
                Step::Done => break,
                Step::Searching => look(cancel)?,
                Step::Found(place) => {
                    found += 1;
                    if found.is_multiple_of(1024) {
                        look(cancel)?;
                    }
                    if is_seen(tree, place.row, place.range.start) {
                        batch.push(place.range)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn find_text(
    text: &str,
    needle: &str,
    cancel: &AtomicBool,
    batch: &mut Batch<'_>,
) -> Result<(), Stop> {
    if needle.is_empty() {
        return Ok(());
    }
    let finder = Finder::new(needle, Case::of_needle(needle));
    let boundary = |at: usize| {
        let at = at.min(text.len());
        (at..=text.len()).find(|&at| text.is_char_boundary(at))
    };
    let mut at = 0;
    while at < text.len() {
        look(cancel)?;
        let window = boundary(at + STEP).unwrap_or(text.len());
        // A match may begin in this window and end in the next.
        let end = boundary(window + finder.longest()).unwrap_or(text.len());
        while let Some(found) = finder.find(&text[at..end]) {
            let range = at + found.start..at + found.end;
            at = range.end;
            batch.push(range)?;
            if at >= window {
                break;
            }
        }
        at = at.max(window);
    }
    Ok(())
}

/// One way the needle can be meant: for each byte the two it may be.
type Pattern = Vec<(u8, u8)>;

/// The needle as text, and as bytes if it is hex.
fn patterns(needle: &str) -> Vec<Pattern> {
    let fold = Case::of_needle(needle) == Case::Ignore;
    let text = needle.bytes().map(|byte| match fold {
        true => (byte, byte.to_ascii_uppercase()),
        false => (byte, byte),
    });
    let mut patterns = vec![text.collect::<Pattern>()];
    let digits: Option<Vec<u32>> = needle
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| c.to_digit(16))
        .collect();
    if let Some(digits) = digits
        && digits.len() % 2 == 0
    {
        // Each is less than 16.
        let byte = |pair: &[u32]| (pair[0] << 4 | pair[1]) as u8;
        let bytes = digits.chunks_exact(2).map(byte);
        patterns.push(bytes.map(|byte| (byte, byte)).collect());
    }
    patterns.retain(|pattern| !pattern.is_empty());
    patterns
}

fn find_pattern(bytes: &[u8], pattern: &Pattern, from: usize, to: usize) -> Option<usize> {
    let (small, capital) = pattern[0];
    let starts = memchr::memchr2_iter(small, capital, &bytes[from..to]);
    starts.map(|start| from + start).find(|&start| {
        let rest = bytes[start..].iter().zip(pattern);
        bytes.len() - start >= pattern.len()
            && rest
                .into_iter()
                .all(|(byte, (small, capital))| byte == small || byte == capital)
    })
}

fn find_bytes(
    bytes: &[u8],
    needle: &str,
    cancel: &AtomicBool,
    batch: &mut Batch<'_>,
) -> Result<(), Stop> {
    let patterns = patterns(needle);
    let mut at = 0;
    while at < bytes.len() {
        look(cancel)?;
        let window = (at + STEP).min(bytes.len());
        let first = |at: usize| {
            patterns
                .iter()
                .filter_map(|pattern| {
                    let start = find_pattern(bytes, pattern, at, window)?;
                    Some((start, start + pattern.len()))
                })
                .min_by_key(|&(start, end)| (start, usize::MAX - end))
        };
        while let Some((start, end)) = first(at.min(window)) {
            at = end;
            batch.push(start..end)?;
        }
        at = at.max(window);
    }
    Ok(())
}

impl fmt::Debug for FindJob {
    /// Not the needle: one may look for a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FindJob({})", self.generation)
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({} matches)", self.matches.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes_found(bytes: &[u8], needle: &str) -> Vec<(usize, usize)> {
        let job = FindJob {
            generation: 1,
            needle: needle.to_owned(),
            target: Target::Bytes(Arc::new(Content::new(bytes.to_vec()))),
        };
        let mut all = Vec::new();
        job.run(&AtomicBool::new(false), |found| {
            all.extend(
                found
                    .matches
                    .into_iter()
                    .map(|range| (range.start, range.end)),
            );
        });
        all
    }

    #[test]
    fn bytes_are_found_as_text_and_as_hex() {
        let bytes = b"\x1f\x8b\x00 1f 8B gzip Gzip";
        assert_eq!(bytes_found(bytes, "1f 8b"), [(0, 2), (4, 9)]);
        assert_eq!(bytes_found(bytes, "1f8b"), [(0, 2)]);
        assert_eq!(bytes_found(bytes, "gzip"), [(10, 14), (15, 19)]);
        assert_eq!(bytes_found(bytes, "Gzip"), [(15, 19)]);
        assert_eq!(bytes_found(bytes, ""), []);
        assert_eq!(bytes_found(bytes, "gzip gzip gzip"), []);
    }

    #[test]
    fn matches_on_the_edges_of_windows_are_found_once() {
        for shift in 0..6 {
            let mut bytes = vec![0_u8; STEP - 3 + shift];
            bytes.extend(b"AbcdefAbcdef");
            let start = STEP - 3 + shift;
            let expected = [(start, start + 6), (start + 6, start + 12)];
            assert_eq!(bytes_found(&bytes, "abcdef"), expected);
        }
    }

    #[test]
    fn too_many_matches_end_the_search() {
        let job = FindJob {
            generation: 1,
            needle: "0".to_owned(),
            target: Target::Bytes(Arc::new(Content::new(vec![b'0'; MOST_MATCHES + 1]))),
        };
        let (mut kept, mut end) = (0, None);
        job.run(&AtomicBool::new(false), |found| {
            kept += found.matches.len();
            end = found.end;
        });
        assert_eq!((kept, end), (MOST_MATCHES, Some(End::Limit)));
        let mut calls = 0;
        job.run(&AtomicBool::new(true), |_| calls += 1);
        assert_eq!(calls, 0);
    }
}
