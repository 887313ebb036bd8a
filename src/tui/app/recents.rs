//! Captures that were opened before, on the first screen.

use crate::tui::action::Action;
use crate::tui::recent::RecentCapture;

/// Captures that were opened before, and the one the cursor is on.
#[derive(Debug, Default)]
pub(super) struct Recents {
    pub(super) captures: Vec<RecentCapture>,
    pub(super) cursor: usize,
}

impl Recents {
    /// Moves the cursor.
    pub(super) fn step(&mut self, action: Action) {
        let count = self.captures.len();
        let moved = action.moved(self.cursor, 1, count, count.saturating_sub(1));
        self.cursor = moved.unwrap_or(self.cursor);
    }

    /// The one the cursor is on.
    pub(super) fn chosen(&self) -> Option<&RecentCapture> {
        self.captures.get(self.cursor)
    }
}
