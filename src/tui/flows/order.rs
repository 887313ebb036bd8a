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
        SortBy::Code => by_key(order, |row| {
            let code = known(row).and_then(|one| one.summary.code());
            code.map(ascending)
        }),
        SortBy::Duration => by_key(order, |row| {
            // The bits of numbers from 0 on are in the order of the numbers.
            let took = rows.entry(row).duration_ms.filter(|took| *took >= 0.0);
            took.map(f64::to_bits)
        }),
        SortBy::Endpoint => by_endpoint(order, rows),
        SortBy::Size => by_key(order, |row| known(row).map(|one| u64::from(one.size))),
        SortBy::State => by_key(order, |row| rows.row(row).state().map(|state| state as u64)),
        SortBy::Time => by_key(order, |row| {
            let started = rows.entry(row).started;
            started.map(|time| ascending(time.as_millis()))
        }),
    }
}

/// A number without sign that is in the same order.
fn ascending(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Sorts by a number; rows without one come first. Number and row lie in one
/// integer, which is compared in a moment, where a tuple takes several branches.
fn by_key(order: &mut [u32], key: impl Fn(u32) -> Option<u64>) {
    let pack = |row: u32| {
        let key = key(row).map_or(0, |key| 1 << 64 | u128::from(key));
        key << 32 | u128::from(row)
    };
    let mut keyed: Vec<u128> = order.iter().map(|row| pack(*row)).collect();
    keyed.sort_unstable();
    for (place, keyed) in order.iter_mut().zip(keyed) {
        // The low half of the low half is the row.
        *place = keyed as u32;
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
    let mut of_row: Vec<u32> = Vec::with_capacity(order.len());
    for row in order.iter() {
        let number = *numbers.entry(shared(*row)).or_insert_with(|| {
            let entry = rows.entry(*row);
            endpoints.push((&*entry.path, &*entry.host));
            // There are no more of them than rows.
            endpoints.len() as u32 - 1
        });
        of_row.push(number);
    }
    let mut sorted = endpoints.clone();
    sorted.sort_unstable();
    // The same text of two captures stands in two places.
    sorted.dedup();
    let rank = |endpoint| sorted.partition_point(|one| *one < endpoint);
    let ranks: Vec<usize> = endpoints.into_iter().map(rank).collect();
    // As many places as there are rows, in ranks: where each rank's rows begin.
    let mut place = vec![0; sorted.len() + 1];
    for number in &of_row {
        place[ranks[*number as usize] + 1] += 1;
    }
    for rank in 1..place.len() {
        place[rank] += place[rank - 1];
    }
    let recorded = order.to_vec();
    for (row, number) in recorded.into_iter().zip(of_row) {
        let next: &mut usize = &mut place[ranks[number as usize]];
        order[*next] = row;
        *next += 1;
    }
}
