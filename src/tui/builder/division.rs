//! How the builder's rows are shared out.
//!
//! ```text
//! roomy            plaintext in focus     a part in focus
//! all parts        the first parts        the parts around the cursor
//! ─────────        ─────────              ─────────
//! plaintext        plaintext              plaintext
//! ─────────        ─────────              ─────────
//! what is said     what is said           what is said
//! ```

use ratatui::layout::Rect;

use super::{Builder, Part};

/// The parts have a row each; the last one is the plaintext.
const PARTS: u16 = Part::ALL.len() as u16 - 1;

/// Rows below the parts from which on all of them stay in sight: two rules,
/// and some plaintext with some of what is said.
const ROOMY: u16 = 10;

/// How many parts stay in sight over the plaintext where there is little room:
/// who signs, and what is called.
const LEAST_PARTS: u16 = 2;

/// How many notes are given rows at the cost of the plaintext.
const NOTES: u16 = 14;

/// How the rows inside the frame are shared out. A rule is below the parts and
/// below the plaintext; what is left is for what is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// The first part in sight, by its place in [`Part::ALL`].
    pub first: usize,
    /// How many rows of parts.
    pub parts: u16,
    /// How many rows of plaintext.
    pub data: u16,
}

/// Shares the rows out.
pub fn divide(inside: Rect, builder: &Builder) -> Division {
    let height = inside.height;
    let is_roomy = height >= PARTS + ROOMY;
    let parts = match builder.part() {
        _ if is_roomy => PARTS,
        Part::Data => LEAST_PARTS,
        _ => PARTS.min(height.saturating_sub(4)),
    }
    .min(height);
    let first = match builder.part() {
        Part::Data => 0,
        _ => (builder.part + 1).saturating_sub(usize::from(parts)),
    };
    let left = height.saturating_sub(parts + 2);
    let notes = u16::try_from(builder.notes.len()).unwrap_or(NOTES);
    // A sentence takes two rows as often as one.
    let said = (2 + notes.min(NOTES)).min(left * 3 / 5).max(left.min(1));
    Division {
        first,
        parts,
        data: left - said,
    }
}
