//! In what order the list is.

use std::collections::HashMap;
use std::sync::Arc;

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

/// Sorts rows that are in the order they were recorded; equal ones stay in it.
///
/// Each row is looked at once, and not at each comparison: of 100 000 rows that
/// is the longest part.
pub(super) fn sort(order: &mut [u32], rows: &Rows, by: SortBy) {
    let known = |row: u32| rows.row(row).known;
    match by {
        SortBy::Number => {}
        SortBy::Code => by_key(order, |row| known(row).and_then(|one| one.summary.code())),
        SortBy::Duration => by_key(order, |row| {
            // The bits of numbers from 0 on are in the order of the numbers.
            let took = rows.entry(row).duration_ms.filter(|took| *took >= 0.0);
            took.map(f64::to_bits)
        }),
        SortBy::Endpoint => by_endpoint(order, rows),
        SortBy::Size => by_key(order, |row| known(row).map(|one| one.size)),
        SortBy::State => by_key(order, |row| rows.row(row).state()),
        SortBy::Time => by_key(order, |row| rows.entry(row).started),
    }
}

fn by_key<K: Ord>(order: &mut [u32], key: impl Fn(u32) -> K) {
    write(order, order.iter().map(|row| (key(*row), *row)).collect());
}

fn write<K: Ord>(order: &mut [u32], mut keyed: Vec<(K, u32)>) {
    keyed.sort_unstable();
    for (place, (_, row)) in order.iter_mut().zip(keyed) {
        *place = row;
    }
}

/// Path and host are few and shared: those are sorted, not the rows.
fn by_endpoint(order: &mut [u32], rows: &Rows) {
    let shared = |row: u32| {
        let entry = rows.entry(row);
        (Arc::as_ptr(&entry.path), Arc::as_ptr(&entry.host))
    };
    let mut numbers = HashMap::new();
    let mut endpoints = Vec::new();
    let mut keyed: Vec<(usize, u32)> = Vec::with_capacity(order.len());
    for row in order.iter() {
        let number = *numbers.entry(shared(*row)).or_insert_with(|| {
            let entry = rows.entry(*row);
            endpoints.push((&*entry.path, &*entry.host));
            endpoints.len() - 1
        });
        keyed.push((number, *row));
    }
    let mut sorted = endpoints.clone();
    sorted.sort_unstable();
    // The same text of two captures stands in two places.
    sorted.dedup();
    let rank = |endpoint| sorted.partition_point(|one| *one < endpoint);
    let ranks: Vec<usize> = endpoints.into_iter().map(rank).collect();
    for (number, _) in &mut keyed {
        *number = ranks[*number];
    }
    write(order, keyed);
}
