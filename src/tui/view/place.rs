//! Places in a body that outlive its folds: a line, the first row shown and the
//! first cell.

/// Where a line is: a tree and a row of it. In text, tree 0 and the line's
/// number; in hex, tree 0 and the first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    pub(super) node: usize,
    pub(super) row: usize,
}

/// The first row shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Top {
    pub(super) place: Place,
    pub(super) block: usize,
    pub(super) row: usize,
}

/// The first cell shown of lines that are not wrapped. A cell is counted from
/// the start of its block: see [`line`](super::line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Left {
    pub(super) block: usize,
    pub(super) cell: usize,
}
