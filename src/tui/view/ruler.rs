//! Rows counted, up and down from any place.
//!
//! Without wrapping a line is one row and all is arithmetic. With it the rows
//! of blocks are counted, each once for as long as one ruler is used.

use std::collections::HashMap;

use super::json::Shape;
use super::{View, Viewport};

/// A row of the whole view: a line's number, a block in it, a row in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) block: usize,
    pub(super) row: usize,
}

impl Position {
    /// The first row of a line.
    pub(super) fn start(line: usize) -> Self {
        Self {
            line,
            block: 0,
            row: 0,
        }
    }
}

/// Counts rows of a view, which must not change meanwhile.
pub(super) struct Ruler<'v> {
    view: &'v View,
    shape: Shape,
    /// How many lines there are, less one.
    last: usize,
    /// The blocks of lines, and the rows of blocks.
    blocks: HashMap<usize, usize>,
    rows: HashMap<(usize, usize), usize>,
}

impl View {
    /// Makes a ruler for a pane.
    pub(super) fn ruler(&self, viewport: Viewport) -> Ruler<'_> {
        Ruler {
            view: self,
            shape: self.shape(viewport),
            last: self.line_count() - 1,
            blocks: HashMap::new(),
            rows: HashMap::new(),
        }
    }
}

impl Ruler<'_> {
    /// The first row shown, as far as it still exists.
    pub(super) fn top(&mut self) -> Position {
        let top = self.view.top;
        let line = self.view.index(top.place).min(self.last);
        if !self.shape.rows.wrap {
            return Position::start(line);
        }
        let block = top.block.min(self.blocks(line) - 1);
        let row = top.row.min(self.rows(line, block) - 1);
        Position { line, block, row }
    }

    /// The first row shown when the last row is at the bottom.
    pub(super) fn bottom(&mut self, height: usize) -> Position {
        let end = self.end(self.last);
        self.back(end, height.saturating_sub(1))
    }

    /// The last row of a line.
    pub(super) fn end(&mut self, line: usize) -> Position {
        if !self.shape.rows.wrap {
            return Position::start(line);
        }
        let block = self.blocks(line) - 1;
        let row = self.rows(line, block) - 1;
        Position { line, block, row }
    }

    /// How many rows a line takes, counted up to `most`.
    pub(super) fn rows_up_to(&mut self, line: usize, most: usize) -> usize {
        if !self.shape.rows.wrap {
            return 1;
        }
        let mut rows = 0;
        for block in 0..self.blocks(line) {
            rows += self.rows(line, block);
            if rows >= most {
                return most;
            }
        }
        rows
    }

    /// The row so many rows further down; the last one if there are fewer.
    pub(super) fn forward(&mut self, from: Position, rows: usize) -> Position {
        if !self.shape.rows.wrap {
            return Position::start(from.line.saturating_add(rows).min(self.last));
        }
        let (mut at, mut left) = (from, rows);
        loop {
            let rows = self.rows(at.line, at.block);
            if left < rows - at.row {
                at.row += left;
                return at;
            }
            left -= rows - at.row;
            let is_end = at.block + 1 == self.blocks(at.line);
            at = match (is_end, at.line == self.last) {
                (true, true) => {
                    at.row = rows - 1;
                    return at;
                }
                (true, false) => Position::start(at.line + 1),
                (false, _) => Position {
                    block: at.block + 1,
                    row: 0,
                    ..at
                },
            };
        }
    }

    /// The row so many rows further up; the first one if there are fewer.
    pub(super) fn back(&mut self, from: Position, rows: usize) -> Position {
        if !self.shape.rows.wrap {
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
                at.row = self.rows(at.line, at.block) - 1;
            } else if at.line > 0 {
                at = self.end(at.line - 1);
            } else {
                return Position::start(0);
            }
        }
    }

    fn blocks(&mut self, line: usize) -> usize {
        let (view, shape) = (self.view, self.shape);
        *self
            .blocks
            .entry(line)
            .or_insert_with(|| view.line(view.place(line), shape).blocks())
    }

    fn rows(&mut self, line: usize, block: usize) -> usize {
        if let Some(&rows) = self.rows.get(&(line, block)) {
            return rows;
        }
        let text = self.view.line(self.view.place(line), self.shape);
        let rows = text.rows(block, self.shape.rows);
        self.blocks.insert(line, text.blocks());
        self.rows.insert((line, block), rows);
        rows
    }
}
