//! Finding the next entry behind a damaged one.
//!
//! A stray quote or bracket makes a scanner that only counts them lose its
//! place: it swallows the entries that follow, or takes their pieces for
//! entries. But all entries of a list start alike, with the same bracket, white
//! space and first key, and that text can not stand inside a JSON string, whose
//! quotes are escaped. So behind an entry that could not be read, the scan goes
//! on where that text comes next.

use std::ops::Range;

use super::error::{EntryError, Reason};
use super::source::Source;

/// Bracket, indentation and first key of an entry are shorter than this.
const LEAD: u64 = 200;

/// Scanning again behind damage may cost this many times the file; after that
/// it is taken as it comes.
const RESCANS: u64 = 8;

/// A rescan is counted as this many bytes at least: threads start anew.
const LEAST_RESCAN: u64 = 1 << 20;

/// What is known of how entries start, and what recovery may still cost.
pub(super) struct Damage<'a> {
    source: &'a Source,
    lead: Option<Vec<u8>>,
    /// The last search: from where, and what it found.
    searched: Option<(u64, Option<u64>)>,
    left: u64,
}

impl<'a> Damage<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            lead: None,
            searched: None,
            left: source
                .len()
                .saturating_mul(RESCANS)
                .max(RESCANS * LEAST_RESCAN),
        }
    }

    /// Takes the start of an entry that could be read for how all start. Behind
    /// one that could not, says where scanning has to go on; `None` if the damage
    /// stayed inside it, or no entry follows.
    pub(super) fn learn<T>(
        &mut self,
        range: &mut Range<u64>,
        row: &mut Result<T, EntryError>,
        scanned: u64,
    ) -> Option<u64> {
        if self.lead.is_none() {
            self.lead = self.lead_at(range.start);
        }
        let Err(error) = row else {
            return None;
        };
        if matches!(error.reason, Reason::TooBig { .. }) || self.left == 0 {
            return None;
        }
        let next = self.next(range.start + 1)?;
        if next >= range.end && self.is_separator(range.end..next) {
            return None;
        }
        let cost = scanned.saturating_sub(next).max(LEAST_RESCAN);
        self.left = self.left.saturating_sub(cost);
        // Nothing up to the next entry can be told apart from it.
        range.end = next;
        if error.reason == Reason::Cut {
            error.reason = Reason::Unclosed;
        }
        Some(next)
    }

    fn lead_at(&self, start: u64) -> Option<Vec<u8>> {
        let mut lead = Vec::new();
        let end = self.source.len().min(start + LEAD);
        self.source.read(start..end, &mut lead).ok()?;
        let open = memchr::memchr(b'"', &lead)?;
        let close = open + 1 + memchr::memchr(b'"', &lead[open + 1..])?;
        let spaced = lead[0] == b'{' && lead[1..open].iter().all(u8::is_ascii_whitespace);
        lead.truncate(close + 1);
        spaced.then_some(lead)
    }

    /// Where the next entry starts at or behind `from`.
    fn next(&mut self, from: u64) -> Option<u64> {
        if let Some((searched, found)) = self.searched
            && searched <= from
            && found.is_none_or(|found| found >= from)
        {
            return found;
        }
        let lead = self.lead.as_ref()?;
        let found = self.source.find(from, lead).ok().flatten();
        self.searched = Some((from, found));
        found
    }

    /// Whether a stretch is no more than what stands between two entries.
    fn is_separator(&self, range: Range<u64>) -> bool {
        let mut bytes = Vec::new();
        range.end - range.start <= LEAD
            && self.source.read(range, &mut bytes).is_ok()
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_whitespace() || *byte == b',')
    }
}
