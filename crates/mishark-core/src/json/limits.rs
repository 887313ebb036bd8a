//! How much a [`Tree`](super::Tree) holds.

/// The longest text a tree takes: its rows hold offsets of 32 bits.
pub const MAX_BYTES: usize = u32::MAX as usize;

/// The most rows a tree holds, so that they take 1 GiB at most.
///
/// A device list has a row for each 15 to 30 bytes, so half a gigabyte of it
/// fits. Sixty megabytes of nothing but brackets do not.
pub const MAX_ROWS: usize = 1 << 25;
