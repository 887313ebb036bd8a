//! In what order the list is.
//!
//! ```text
//! calls ──sort──▶ ranks ─┐        (by endpoint alone)
//! rows ──────────────────┴─key─▶ keyed ──sort──▶ rows
//! ```

use super::sorter::Sorter;
use crate::tui::rows::Rows;
use crate::tui::words;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// The answer's code.
    Code,
    /// How long it took.
    Duration,
    /// Host and path.
    Endpoint,
    /// As recorded.
    Number,
    /// Bytes of plaintext.
    Size,
    /// The state.
    State,
    /// When it began.
    Time,
}

impl SortBy {
    /// Its name in the frame.
    pub fn name(self) -> &'static str {
        words::order(self)
    }
}

/// Rows on their way into an order. Equal ones stay as they were recorded.
#[derive(Debug)]
pub(super) struct Sorting {
    by: SortBy,
    rows: Vec<u32>,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// The calls are put in the order of their endpoints.
    Calls(Sorter<u32>),
    /// Rows get their keys; of each call its rank.
    Keys { ranks: Vec<u32>, keyed: Vec<u128> },
    /// Keys, and rows with them, are sorted.
    Keyed(Sorter<u128>),
}

impl Sorting {
    /// Begins with rows as they were recorded.
    pub(super) fn new(rows: Vec<u32>, all: &Rows, by: SortBy) -> Self {
        let step = if by == SortBy::Endpoint {
            // There are no more calls than rows, whose numbers fit.
            Step::Calls(Sorter::new((0..all.calls().count() as u32).collect()))
        } else {
            Step::Keys {
                ranks: Vec::new(),
                keyed: Vec::with_capacity(rows.len()),
            }
        };
        Self { by, rows, step }
    }

    /// Goes on for as much work, which it takes off; tells whether it is done.
    pub(super) fn go_on(&mut self, all: &Rows, work: &mut usize) -> bool {
        loop {
            match &mut self.step {
                _ if self.by == SortBy::Number => return true,
                Step::Calls(sorter) => {
                    let calls = all.calls();
                    let endpoint = |call: u32| {
                        let call = calls.get(call);
                        (&call.path, &call.host)
                    };
                    if !sorter.go_on(work, |a, b| endpoint(*a).cmp(&endpoint(*b)).then(a.cmp(b))) {
                        return false;
                    }
                    let sorter = std::mem::replace(sorter, Sorter::new(Vec::new()));
                    let sorted = sorter.into_items();
                    let mut ranks = vec![0; sorted.len()];
                    let mut rank = 0;
                    for (at, call) in sorted.iter().enumerate() {
                        let is_new = at > 0 && endpoint(sorted[at - 1]) != endpoint(*call);
                        rank += u32::from(is_new);
                        ranks[*call as usize] = rank;
                    }
                    let keyed = Vec::with_capacity(self.rows.len());
                    self.step = Step::Keys { ranks, keyed };
                }
                Step::Keys { ranks, keyed } => {
                    let end = self.rows.len().min(keyed.len() + *work);
                    *work -= end - keyed.len();
                    for row in &self.rows[keyed.len()..end] {
                        // Calls that came since are sorted with the next list.
                        let rank = |call: u32| ranks.get(call as usize).copied();
                        keyed.push(packed(key(all, *row, self.by, rank), *row));
                    }
                    if end < self.rows.len() {
                        return false;
                    }
                    self.step = Step::Keyed(Sorter::new(std::mem::take(keyed)));
                }
                Step::Keyed(sorter) => return sorter.go_on(work, u128::cmp),
            }
        }
    }

    /// The rows in their order, once it is done.
    pub(super) fn into_rows(self) -> Vec<u32> {
        match self.step {
            // The low half of the low half is the row.
            Step::Keyed(sorter) => sorter.into_items().iter().map(|one| *one as u32).collect(),
            _ => self.rows,
        }
    }
}

/// What a row is sorted by, as a number; rows without one come first.
fn key(all: &Rows, row: u32, by: SortBy, rank: impl Fn(u32) -> Option<u32>) -> Option<u64> {
    let known = all.row(row).known;
    match by {
        SortBy::Number => None,
        SortBy::Code => known.and_then(|one| one.summary.code()).map(ascending),
        SortBy::Duration => {
            // The bits of numbers from 0 on are in the order of the numbers.
            let took = all.entry(row).duration_ms.filter(|took| *took >= 0.0);
            took.map(f64::to_bits)
        }
        SortBy::Endpoint => rank(all.row(row).call).map(u64::from),
        SortBy::Size => known.map(|one| u64::from(one.size)),
        SortBy::State => known.map(|one| one.state as u64),
        SortBy::Time => {
            let started = all.entry(row).started;
            started.map(|time| ascending(time.as_millis()))
        }
    }
}

/// A number without sign that is in the same order.
fn ascending(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Key and row in one integer, which is compared in a moment, where a tuple takes
/// several branches.
fn packed(key: Option<u64>, row: u32) -> u128 {
    let key = key.map_or(0, |key| 1 << 64 | u128::from(key));
    key << 32 | u128::from(row)
}
