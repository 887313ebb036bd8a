//! Which row is the first one shown.
//!
//! Without wrapping a line is one row and all is arithmetic. With it the rows
//! around the cursor are counted, as many as the pane has, and never more than
//! a block of a line at once.

use super::grove::Place;
use super::json::Shape;
use super::{View, Viewport};

/// How many rows stay in sight above and below the cursor while it moves.
const MARGIN: usize = 3;

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

/// A row of the whole view: a line's number, a block in it, a row in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) block: usize,
    pub(super) row: usize,
}

impl Position {
    pub(super) fn start(line: usize) -> Self {
        Self {
            line,
            block: 0,
            row: 0,
        }
    }
}

impl View {
    /// Moves the first row shown so that the cursor's line is in sight: all of
    /// it and some rows around it, or, if not `whole`, at least a row of it.
    pub(super) fn settle(&mut self, viewport: Viewport, whole: bool) {
        let shape = self.shape(viewport);
        let height = usize::from(viewport.height).max(1);
        let cursor = self.index(self.cursor);
        let start = Position::start(cursor);
        let (lowest, highest) = if whole {
            let rows = self.rows_up_to(cursor, height, shape);
            if rows >= height {
                (start, self.back(self.end(cursor, shape), height - 1, shape))
            } else {
                let margin = MARGIN.min((height - rows) / 2);
                let lowest = self.back(start, height - rows - margin, shape);
                (lowest, self.back(start, margin, shape))
            }
        } else {
            let lowest = self.back(start, height - 1, shape);
            (lowest, self.end(cursor, shape))
        };
        // A line that fills the pane and is not the cursor's comes first.
        let top = self.top_position(shape);
        let top = top.clamp(lowest.min(highest), highest);
        let bottom = self.bottom(height, shape);
        self.set_top(top.min(bottom.max(Position::start(0))));
    }

    /// The first row shown, as far as it still exists.
    pub(super) fn top_position(&self, shape: Shape) -> Position {
        let line = self.index(self.top.place).min(self.line_count() - 1);
        let text = self.line(self.place(line), shape);
        if !shape.rows.wrap {
            return Position::start(line);
        }
        let block = self.top.block.min(text.blocks() - 1);
        let row = self.top.row.min(text.rows(block, shape.rows) - 1);
        Position { line, block, row }
    }

    pub(super) fn set_top(&mut self, top: Position) {
        self.top = Top {
            place: self.place(top.line),
            block: top.block,
            row: top.row,
        };
    }

    /// The first row shown when the last row is at the bottom.
    pub(super) fn bottom(&self, height: usize, shape: Shape) -> Position {
        let end = self.end(self.line_count() - 1, shape);
        self.back(end, height.saturating_sub(1), shape)
    }

    /// The last row of a line.
    pub(super) fn end(&self, line: usize, shape: Shape) -> Position {
        if !shape.rows.wrap {
            return Position::start(line);
        }
        let text = self.line(self.place(line), shape);
        let block = text.blocks() - 1;
        let row = text.rows(block, shape.rows) - 1;
        Position { line, block, row }
    }

    /// How many rows a line takes, counted up to `most`.
    pub(super) fn rows_up_to(&self, line: usize, most: usize, shape: Shape) -> usize {
        if !shape.rows.wrap {
            return 1;
        }
        let text = self.line(self.place(line), shape);
        let mut rows = 0;
        for block in 0..text.blocks() {
            rows += text.rows(block, shape.rows);
            if rows >= most {
                return most;
            }
        }
        rows
    }

    /// The row so many rows further down; the last one if there are fewer.
    pub(super) fn forward(&self, from: Position, rows: usize, shape: Shape) -> Position {
        let last = self.line_count() - 1;
        if !shape.rows.wrap {
            return Position::start(from.line.saturating_add(rows).min(last));
        }
        let (mut at, mut left) = (from, rows);
        loop {
            let text = self.line(self.place(at.line), shape);
            for block in at.block..text.blocks() {
                let rows = text.rows(block, shape.rows);
                (at.block, at.row) = (block, if block == at.block { at.row } else { 0 });
                if at.row + left < rows {
                    at.row += left;
                    return at;
                }
                left -= rows - at.row;
                if at.line == last && block + 1 == text.blocks() {
                    at.row = rows - 1;
                    return at;
                }
                // The next block is entered at its first row.
                at = Position {
                    block: block + 1,
                    row: 0,
                    ..at
                };
            }
            at = Position::start(at.line + 1);
        }
    }

    /// The row so many rows further up; the first one if there are fewer.
    pub(super) fn back(&self, from: Position, rows: usize, shape: Shape) -> Position {
        if !shape.rows.wrap {
            return Position::start(from.line.saturating_sub(rows));
        }
        let (mut at, mut left) = (from, rows);
        loop {
            if left <= at.row {
                at.row -= left;
                return at;
            }
            left -= at.row + 1;
            if at.block > 0 {
                at.block -= 1;
                let text = self.line(self.place(at.line), shape);
                at.row = text.rows(at.block, shape.rows) - 1;
            } else if at.line > 0 {
                at = self.end(at.line - 1, shape);
            } else {
                return Position::start(0);
            }
        }
    }

    /// Whether lines are scrolled sideways so far that nothing of a value of
    /// JSON under the cursor is in sight.
    pub(super) fn is_scrolled_past(&self, viewport: Viewport) -> bool {
        if self.left == Left::default() || self.shown_grove().is_none() {
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
        let top = self.top_position(shape).line;
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
