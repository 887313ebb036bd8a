//! What can be done in a view.

use super::place::{Left, Place, Top};
use super::ruler::Position;
use super::trees::Trees;
use super::{View, Viewport};
use mishark_core::json::{Folds, Tree};

/// A move or a change of what is shown. Moves that mean nothing in a place, as
/// a parent in text, do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To the last line.
    Bottom,
    /// So many lines down. In a line that is taller than the pane, a row.
    Down(usize),
    /// Folds the container and its siblings.
    Fold,
    /// Folds the container, its siblings and all in them.
    FoldDeep,
    /// Half a pane down.
    HalfDown,
    /// Half a pane up.
    HalfUp,
    /// Unfolds, or opens JSON in a string; if that is done, to the first child.
    /// In text, scrolls right.
    In,
    /// So many siblings on.
    NextSibling(usize),
    /// Opens the JSON in a string as lines of its own, or shows the string
    /// again; folds and unfolds containers.
    Open,
    /// Folds, or closes JSON in a string; if that is done, to the parent. In
    /// text, scrolls left.
    Out,
    /// A pane down.
    PageDown,
    /// A pane up.
    PageUp,
    /// So many siblings back.
    PrevSibling(usize),
    /// So many cells to the left.
    ScrollLeft(usize),
    /// So many cells to the right.
    ScrollRight(usize),
    /// To a line, from 1; in hex to the byte of that offset.
    To(usize),
    /// Folds or unfolds the container, or opens or closes the JSON in a string.
    Toggle,
    /// Between escapes as shown and as sent.
    ToggleRaw,
    /// Between long lines that are cut and ones that go on in the next row.
    ToggleWrap,
    /// To the first line.
    Top,
    /// Unfolds the container and its siblings.
    Unfold,
    /// Unfolds the container, its siblings and all in them.
    UnfoldDeep,
    /// So many lines up. In a line that is taller than the pane, a row.
    Up(usize),
}

/// How far `h` and `l` scroll text sideways.
const SIDE_STEP: isize = 8;

impl View {
    /// Moves; whether that changed anything that can be seen.
    pub fn apply(&mut self, motion: Move, viewport: Viewport) -> bool {
        self.measure(viewport);
        let before = self.state();
        let changed = self.perform(motion, viewport);
        changed || before != self.state()
    }

    /// Scrolls by so many rows, down if positive. The cursor stays on its line
    /// while that is in sight.
    pub fn wheel(&mut self, rows: isize, viewport: Viewport) -> bool {
        self.measure(viewport);
        let before = self.state();
        let height = usize::from(viewport.height).max(1);
        let mut ruler = self.ruler(viewport);
        let top = ruler.top();
        let top = if rows < 0 {
            ruler.back(top, rows.unsigned_abs())
        } else {
            let down = ruler.forward(top, rows.unsigned_abs());
            down.min(ruler.bottom(height).max(top))
        };
        let last = ruler.forward(top, height - 1);
        self.set_top(top);
        let cursor = self.index(self.cursor).clamp(top.line, last.line);
        // A line whose start is above the pane is the cursor's only if no
        // other is there.
        let first = if top == Position::start(top.line) {
            top.line
        } else {
            (top.line + 1).min(last.line)
        };
        self.cursor = self.place(cursor.max(first));
        self.settle(viewport, false);
        before != self.state()
    }

    /// Puts the cursor on the line that was clicked, a row and a column of the
    /// pane from 0. A click on the mark of a fold toggles it, and a second one on
    /// what stands behind it; tells whether anything changed.
    pub fn click(&mut self, row: u16, column: u16, again: bool, viewport: Viewport) -> bool {
        let Some((place, on_mark)) = self.hit(row, column, viewport) else {
            return false;
        };
        let before = self.state();
        self.cursor = place;
        // The first click on a mark has toggled it already.
        let toggled = on_mark != again && self.toggle();
        self.settle(viewport, false);
        toggled || before != self.state()
    }

    /// The place in a row of the pane, and whether its mark is in the column.
    fn hit(&mut self, row: u16, column: u16, viewport: Viewport) -> Option<(Place, bool)> {
        self.measure(viewport);
        let shape = self.shape(viewport);
        let mut ruler = self.ruler(viewport);
        let top = ruler.top();
        let down = usize::from(row);
        let at = ruler.forward(top, down);
        // Below the last row is nothing.
        let is_there = down == 0 || ruler.forward(top, down - 1) < at;
        if !is_there || row >= viewport.height {
            return None;
        }
        let place = self.place(at.line);
        let on_mark = self.trees.as_ref().is_some_and(|trees| {
            let start = super::json::indent(trees, place, shape);
            let scrolled = self.left.block == 0 || shape.rows.wrap;
            let left = if shape.rows.wrap { 0 } else { self.left.cell };
            let cell = (usize::from(column) + left).checked_sub(usize::from(super::GUTTER));
            let mark = start..start + super::json::MARK;
            at.block + at.row == 0 && scrolled && cell.is_some_and(|cell| mark.contains(&cell))
        });
        Some((place, on_mark))
    }

    fn perform(&mut self, motion: Move, viewport: Viewport) -> bool {
        let height = usize::from(viewport.height).max(1);
        let (cursor, mut changed) = (self.cursor, false);
        match motion {
            Move::Down(lines) => self.step(lines, true, viewport),
            Move::Up(lines) => self.step(lines, false, viewport),
            Move::HalfDown => self.jump((height / 2).max(1), true, viewport),
            Move::HalfUp => self.jump((height / 2).max(1), false, viewport),
            Move::PageDown => self.jump((height - 1).max(1), true, viewport),
            Move::PageUp => self.jump((height - 1).max(1), false, viewport),
            Move::Top => self.cursor = self.place(0),
            Move::Bottom => self.cursor = self.place(usize::MAX),
            Move::To(byte) if self.is_hex() => self.cursor = self.place(byte / self.per_row),
            Move::To(line) => self.cursor = self.place(line.saturating_sub(1)),
            Move::ScrollLeft(cells) => self.scroll_sideways(-cells.cast_signed(), viewport),
            Move::ScrollRight(cells) => self.scroll_sideways(cells.cast_signed(), viewport),
            Move::ToggleWrap => {
                self.wrap = !self.wrap;
                self.left = Left::default();
            }
            Move::ToggleRaw => self.raw = !self.raw,
            Move::In if self.trees.is_none() => self.scroll_sideways(SIDE_STEP, viewport),
            Move::Out if self.trees.is_none() => self.scroll_sideways(-SIDE_STEP, viewport),
            Move::Toggle | Move::Open => changed = self.toggle(),
            _ => changed = self.move_in_json(motion),
        }
        self.settle(viewport, true);
        if self.cursor != cursor && self.is_scrolled_past(viewport) {
            self.left = Left::default();
        }
        changed
    }

    /// Moves by lines, or by rows where a line does not fit the pane.
    fn step(&mut self, lines: usize, down: bool, viewport: Viewport) {
        let height = usize::from(viewport.height).max(1);
        let line = self.index(self.cursor);
        let start = Position::start(line);
        let mut ruler = self.ruler(viewport);
        if ruler.rows_up_to(line, height + 1) > height {
            let (top, end) = (ruler.top(), ruler.end(line));
            let last = ruler.back(end, height - 1);
            let moved = if down && top < last {
                Some(ruler.forward(top, lines).min(last))
            } else if !down && top > start {
                Some(ruler.back(top, lines).max(start))
            } else {
                None
            };
            if let Some(top) = moved {
                self.set_top(top);
                return;
            }
        }
        let line = if down {
            line.saturating_add(lines)
        } else {
            line.saturating_sub(lines)
        };
        self.cursor = self.place(line);
    }

    /// Moves cursor and pane by rows.
    fn jump(&mut self, rows: usize, down: bool, viewport: Viewport) {
        let height = usize::from(viewport.height).max(1);
        let start = Position::start(self.index(self.cursor));
        let mut ruler = self.ruler(viewport);
        let top = ruler.top();
        let cursor = start.max(top);
        let (cursor, top) = if down {
            let bottom = ruler.bottom(height).max(top);
            let moved = ruler.forward(top, rows).min(bottom);
            (ruler.forward(cursor, rows), moved)
        } else {
            (ruler.back(cursor, rows), ruler.back(top, rows))
        };
        self.cursor = self.place(cursor.line);
        self.set_top(top);
    }

    /// Folds, unfolds, opens or closes what the cursor is on.
    fn toggle(&mut self) -> bool {
        let cursor = self.cursor;
        let Some(trees) = &mut self.trees else {
            return false;
        };
        if trees.is_foldable(cursor) {
            trees.change(cursor.node, |folds, tree| folds.toggle(tree, cursor.row));
        } else if trees.opened(cursor).is_some() {
            trees.close(cursor);
        } else {
            let Some(nested) = trees.open(cursor) else {
                return false;
            };
            self.find_in_opened(nested);
        }
        self.forget_covered();
        self.find_top();
        true
    }

    fn move_in_json(&mut self, motion: Move) -> bool {
        let cursor = self.cursor;
        let Some(trees) = &mut self.trees else {
            return false;
        };
        let (moved, changed) = match motion {
            Move::In => trees.step_in(cursor),
            Move::Out => trees.step_out(cursor),
            Move::NextSibling(times) => (trees.siblings(cursor, times, Tree::next_sibling), false),
            Move::PrevSibling(times) => (trees.siblings(cursor, times, Tree::prev_sibling), false),
            Move::Fold => (cursor, trees.level(cursor, Folds::fold_children)),
            Move::FoldDeep => (cursor, trees.level(cursor, Folds::fold_below)),
            Move::Unfold => (cursor, trees.level(cursor, Folds::unfold_children)),
            Move::UnfoldDeep => (cursor, trees.level(cursor, Folds::unfold_below)),
            _ => (cursor, false),
        };
        self.cursor = moved;
        if let Some(nested) = trees.opened(moved)
            && motion == Move::In
        {
            self.find_in_opened(nested);
        }
        self.forget_covered();
        self.find_top();
        changed
    }

    /// Finds the first row shown again if its line is out of sight.
    pub(super) fn find_top(&mut self) {
        if let Some(trees) = &self.trees {
            let nearest = trees.nearest(self.top.place);
            if nearest != self.top.place {
                self.top = Top {
                    place: nearest,
                    ..Default::default()
                };
            }
        }
    }
}

impl Trees {
    /// Unfolds or opens a place, or goes to its first child; whether it was
    /// the former.
    fn step_in(&mut self, place: Place) -> (Place, bool) {
        if self.is_folded(place) {
            self.change(place.node, |folds, tree| folds.unfold(tree, place.row));
            return (place, true);
        }
        if self.is_foldable(place) || self.opened(place).is_some() {
            return (self.place(self.index(place) + 1), false);
        }
        (place, self.open(place).is_some())
    }

    /// Folds or closes a place, or goes to its container.
    fn step_out(&mut self, place: Place) -> (Place, bool) {
        if self.is_foldable(place) && !self.is_folded(place) {
            self.change(place.node, |folds, tree| folds.fold(tree, place.row));
            return (place, true);
        }
        if self.opened(place).is_some() {
            self.close(place);
            return (place, true);
        }
        (self.container(place).unwrap_or(place), false)
    }

    /// The line of what a place is in: a container, or a string.
    fn container(&self, place: Place) -> Option<Place> {
        match self.tree(place.node).parent(place.row) {
            Some(row) if row > 0 => Some(Place { row, ..place }),
            _ => self.parent(place.node),
        }
    }

    fn siblings(
        &self,
        place: Place,
        times: usize,
        next: fn(&Tree<'static>, usize) -> Option<usize>,
    ) -> Place {
        let tree = self.tree(place.node);
        let row = (0..times).try_fold(place.row, |row, _| next(tree, row).ok_or(row));
        Place {
            row: row.unwrap_or_else(|last| last),
            ..place
        }
    }

    /// Changes the folds of a place and its siblings.
    fn level(&mut self, place: Place, change: fn(&mut Folds, &Tree<'_>, usize)) -> bool {
        let container = self.tree(place.node).parent(place.row).unwrap_or(0);
        self.change(place.node, |folds, tree| change(folds, tree, container));
        true
    }
}
