//! What is looked for: the filter, the text in a body, the text in all flows.

use super::loading::Progress;

/// How many filters are remembered; for this run alone, since they may name
/// devices.
const HISTORY: usize = 50;

/// The filter.
#[derive(Debug, Default)]
pub(super) struct Filtering {
    pub(super) text: String,
    /// The filters that were used, the oldest first.
    pub(super) used: Vec<String>,
    pub(super) generation: u64,
}

impl Filtering {
    /// Remembers a filter that was used.
    pub(super) fn remember(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.used.retain(|known| known != text);
        self.used.push(text.to_owned());
        if self.used.len() > HISTORY {
            self.used.remove(0);
        }
    }
}

/// What is to be found.
#[derive(Debug, Default)]
pub(super) struct Finding {
    pub(super) needle: String,
    pub(super) generation: u64,
    /// The search in all flows.
    pub(super) search: Option<Search>,
}

/// The search in all plaintexts.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) needle: String,
    pub(super) generation: u64,
    /// Rows, ascending.
    pub(super) hits: Vec<u32>,
    pub(super) progress: Progress,
    pub(super) complete: bool,
    /// The row from which the first hit is yet to be gone to.
    seek: Option<u32>,
    /// How many hits were told.
    told: Option<usize>,
    /// Rows from this one on came later. None do once it was cancelled.
    upto: Option<u32>,
}

impl Search {
    /// A search that begins at a row, in so many of the rows below `end`.
    pub(super) fn new(finding: &Finding, here: u32, rows: usize, end: u32) -> Self {
        Self {
            needle: finding.needle.clone(),
            generation: finding.generation,
            hits: Vec::new(),
            progress: Progress::of(rows),
            complete: false,
            seek: Some(here),
            told: None,
            upto: Some(end),
        }
    }

    /// Takes hits; tells whether one of them is to be gone to. The first hit at the
    /// cursor or behind it is, as `/` does; one before it only if there is no other.
    pub(super) fn take(&mut self, rows: Vec<u32>, looked: usize, done: bool, here: u32) -> bool {
        self.hits.extend(rows);
        self.progress.done += looked as u64;
        self.complete |= done;
        let Some(origin) = self.seek else {
            return false;
        };
        let is_behind = self.hits.last().is_some_and(|last| *last >= origin);
        let is_found = is_behind || self.complete && !self.hits.is_empty();
        // Whoever has moved since is not taken anywhere. What arrives after the end
        // takes nobody to another flow.
        if here != origin || is_found || done {
            self.seek = None;
        }
        here == origin && is_found
    }

    /// How many hits are to be told: it has been through all there is so far, and
    /// what arrives later is told only if it has hits.
    pub(super) fn news(&mut self) -> Option<usize> {
        let hits = self.hits.len();
        (self.told.replace(hits) != Some(hits)).then_some(hits)
    }

    /// The first of the rows up to `end` that came since, once it is through.
    pub(super) fn arrived(&mut self, end: u32) -> Option<u32> {
        let start = self.upto.filter(|start| *start < end && self.complete)?;
        self.upto = Some(end);
        Some(start)
    }

    /// Goes on with so many rows.
    pub(super) fn go_on(&mut self, rows: usize) {
        self.complete = false;
        self.progress.total += rows as u64;
    }

    /// Ends it where it is.
    pub(super) fn stop(&mut self) {
        self.complete = true;
        self.upto = None;
    }

    /// The hit so many hits on from a row, or back, of those that are in sight: a
    /// filter may have taken some out since.
    pub(super) fn step(
        &self,
        here: u32,
        forward: bool,
        times: usize,
        in_sight: &[bool],
    ) -> Option<u32> {
        let hits = self.hits.iter().copied();
        let hits: Vec<u32> = hits.filter(|row| in_sight[*row as usize]).collect();
        let count = hits.len();
        let at = hits.partition_point(|row| *row < here);
        let is_hit = hits.get(at) == Some(&here);
        let times = times.checked_rem(count)?;
        let to = match (forward, is_hit) {
            (true, true) => at + times,
            (true, false) => at + times.saturating_sub(1),
            (false, _) => at + count - times,
        };
        Some(hits[to % count])
    }
}
