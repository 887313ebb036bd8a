//! Which row is the first one shown, and which cell of lines that are cut.

use super::place::{Left, Top};
use super::ruler::Position;
use super::{View, Viewport};

/// How many rows stay in sight above and below the cursor while it moves.
const MARGIN: usize = 3;

impl View {
    /// Moves the first row shown so that the cursor's line is in sight: all of
    /// it and some rows around it, or, if not `whole`, at least a row of it.
    pub(super) fn settle(&mut self, viewport: Viewport, whole: bool) {
        let height = usize::from(viewport.height).max(1);
        let cursor = self.index(self.cursor);
        let start = Position::start(cursor);
        let mut ruler = self.ruler(viewport);
        let end = ruler.end(cursor);
        let (lowest, highest) = if !whole {
            (ruler.back(start, height - 1), end)
        } else {
            let rows = ruler.rows_up_to(cursor, height);
            if rows >= height {
                (start, ruler.back(end, height - 1))
            } else {
                let margin = MARGIN.min((height - rows) / 2);
                let lowest = ruler.back(start, height - rows - margin);
                (lowest, ruler.back(start, margin))
            }
        };
        let top = ruler.top().clamp(lowest.min(highest), highest);
        let top = top.min(ruler.bottom(height));
        self.set_top(top);
    }

    pub(super) fn set_top(&mut self, top: Position) {
        self.top = Top {
            place: self.place(top.line),
            block: top.block,
            row: top.row,
        };
    }

    /// Whether lines are scrolled sideways so far that nothing of a value of
    /// JSON under the cursor is in sight.
    pub(super) fn is_scrolled_past(&self, viewport: Viewport) -> bool {
        if self.left == Left::default() || self.trees.is_none() {
            return false;
        }
        let line = self.line(self.cursor, self.shape(viewport));
        let last = line.blocks() - 1;
        let end = Left {
            block: last,
            cell: line.cells(last),
        };
        self.left >= end
    }

    /// Scrolls sideways by cells, as far as something is to be seen there.
    pub(super) fn scroll_sideways(&mut self, cells: isize, viewport: Viewport) {
        let shape = self.shape(viewport);
        if shape.rows.wrap {
            return;
        }
        let height = usize::from(viewport.height).max(1);
        let top = self.ruler(viewport).top().line;
        let in_sight = top..(top + height).min(self.line_count());
        // The longest line in sight says how far it is.
        let longest = in_sight
            .map(|line| self.place(line))
            .max_by_key(|&place| {
                let line = self.line(place, shape);
                (line.blocks(), line.cells(line.blocks() - 1))
            })
            .unwrap_or(self.cursor);
        let line = self.line(longest, shape);
        let mut left = self.left;
        left.block = left.block.min(line.blocks() - 1);
        if cells < 0 {
            let mut back = cells.unsigned_abs();
            while back > left.cell && left.block > 0 {
                back -= left.cell;
                left.block -= 1;
                left.cell = line.cells(left.block);
            }
            left.cell = left.cell.saturating_sub(back);
        } else {
            left.cell = left.cell.saturating_add(cells.unsigned_abs());
            while left.block + 1 < line.blocks() && left.cell >= line.cells(left.block) {
                left.cell -= line.cells(left.block);
                left.block += 1;
            }
            let last = line.cells(left.block).saturating_sub(1);
            left.cell = left.cell.min(last);
        }
        self.left = left;
    }
}
