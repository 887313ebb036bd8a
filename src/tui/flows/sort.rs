//! In what order the list is.

use crate::tui::parts::SortBy;
use crate::tui::rows::{Call, Chunks, Table};

/// Sorts rows that are as they were recorded; equal ones stay so.
pub(super) fn sort(rows: Vec<u32>, table: &Table, by: SortBy) -> Vec<u32> {
    if by == SortBy::Number {
        return rows;
    }
    let ranks = match by {
        SortBy::Endpoint => ranks(table.calls()),
        _ => Vec::new(),
    };
    // Key and row in one integer, which is compared in a moment, where a tuple
    // takes several branches. Rows without a key come first.
    let packed = |row: u32| {
        let key = key(table, row, by, &ranks);
        let key = key.map_or(0, |key| 1 << 64 | u128::from(key));
        key << 32 | u128::from(row)
    };
    let mut keyed: Vec<u128> = rows.into_iter().map(packed).collect();
    keyed.sort_unstable();
    // The low half of the low half is the row.
    keyed.into_iter().map(|one| one as u32).collect()
}

/// What a row is sorted by, as a number.
fn key(table: &Table, row: u32, by: SortBy, ranks: &[u64]) -> Option<u64> {
    let known = table.row(row).known;
    match by {
        SortBy::Number => None,
        SortBy::Code => known.and_then(|one| one.summary.code()).map(ascending),
        SortBy::Duration => {
            // The bits of numbers from 0 on are in the order of the numbers.
            let took = table.entry(row).duration_ms.filter(|took| *took >= 0.0);
            took.map(f64::to_bits)
        }
        SortBy::Endpoint => Some(ranks[table.row(row).call as usize]),
        SortBy::Size => known.map(|one| u64::from(one.size)),
        SortBy::State => known.map(|one| one.state as u64),
        SortBy::Time => {
            let started = table.entry(row).started;
            started.map(|time| ascending(time.as_millis()))
        }
    }
}

/// The place of each call in the order of their endpoints.
fn ranks(calls: &Chunks<Call>) -> Vec<u64> {
    let endpoint = |call: &usize| (&calls[*call].path, &calls[*call].host);
    let mut sorted: Vec<usize> = (0..calls.len()).collect();
    sorted.sort_unstable_by(|a, b| endpoint(a).cmp(&endpoint(b)));
    let mut ranks = vec![0; sorted.len()];
    let same = sorted.chunk_by(|a, b| endpoint(a) == endpoint(b));
    for (rank, calls) in (0..).zip(same) {
        for call in calls {
            ranks[*call] = rank;
        }
    }
    ranks
}

/// A number without sign that is in the same order.
fn ascending(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}
