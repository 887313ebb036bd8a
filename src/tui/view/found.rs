//! What was found in a body, in the order it stands there, and the way from
//! one match to the next.
//!
//! Each tree has a list of its own. A string that is opened shows its tree
//! instead of its text: the matches of the tree then stand in the place of the
//! string's, in order and in number.

use std::collections::BTreeMap;
use std::ops::Range;

use super::find::{End, FindJob, Found, Target, find_in_tree};
use super::matches::{FindStatus, Matches};
use super::place::{Left, Place, Top};
use super::ruler::Position;
use super::trees::Trees;
use super::{View, Viewport};
use crate::tui::content::Content;

/// A place in a view, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bookmark {
    cursor: Place,
    top: Top,
    left: Left,
}

impl View {
    /// Starts to look for a text: the job is to be run on a worker, and what it
    /// finds given to [`take_found`](Self::take_found). Small letters find
    /// capitals as well. What an earlier search finds from now on is dropped.
    pub fn find(&mut self, needle: &str) -> FindJob {
        self.searches += 1;
        self.matches = Some(Matches {
            generation: self.searches,
            needle: needle.to_owned(),
            by_node: BTreeMap::new(),
            end: None,
            here: None,
            seek: Some(self.cursor),
        });
        let target = match (&self.trees, &*self.content) {
            (Some(trees), _) => {
                // The body is the longest, so it comes last.
                let mut nodes = vec![0];
                let mut at = 0;
                while let Some(&node) = nodes.get(at) {
                    nodes.extend(trees.openings(node).map(|(_, nested)| nested));
                    at += 1;
                }
                nodes.reverse();
                let trees = nodes.into_iter().map(|node| (node, trees.source(node)));
                Target::Json(trees.collect())
            }
            (None, Content::Text(_)) => Target::Text(self.content.clone()),
            _ => Target::Bytes(self.content.clone()),
        };
        FindJob {
            generation: self.searches,
            needle: needle.to_owned(),
            target,
        }
    }

    /// Takes what a search found. The cursor goes to the first match from where
    /// it was when the search began, unless it was moved since. Returns whether
    /// this belonged to the search at hand.
    pub fn take_found(&mut self, found: Found, viewport: Viewport) -> bool {
        self.measure(viewport);
        let Some(matches) = &mut self.matches else {
            return false;
        };
        if matches.generation != found.generation {
            return false;
        }
        let known = matches.by_node.entry(found.node).or_default();
        // A string that was opened in the meantime was searched then.
        let is_known = known.last().map(|last| last.end);
        let new = found
            .matches
            .into_iter()
            .filter(|range| is_known.is_none_or(|end| range.start >= end));
        known.extend(new);
        matches.end = found.end;
        if let Some(origin) = matches.seek {
            if origin == self.cursor {
                self.seek(origin, viewport);
            } else {
                matches.seek = None;
            }
        }
        true
    }

    /// Goes to the next match, counted from the cursor, or to the one before;
    /// past the last one to the first, and the other way round.
    pub fn step_match(&mut self, forward: bool, viewport: Viewport) {
        self.measure(viewport);
        let total = self.total_in(0);
        if total == 0 {
            return;
        }
        let here = self.here().map(|(node, number)| {
            let start = self.list(node)[number].start;
            self.rank(node, start)
        });
        let line = self.rank_of_line(self.cursor);
        let next = match (here, forward) {
            (Some(here), true) => Some(here + 1),
            (Some(here), false) => here.checked_sub(1),
            (None, true) => Some(line),
            (None, false) => line.checked_sub(1),
        };
        if let Some(matches) = &mut self.matches {
            matches.seek = None;
        }
        let around = if forward { 0 } else { total - 1 };
        let next = next.filter(|next| *next < total);
        self.go_to_match(next.unwrap_or(around), viewport);
    }

    /// How the search stands, if there is one.
    pub fn find_status(&self) -> Option<FindStatus> {
        let matches = self.matches.as_ref()?;
        let here = self.here().map(|(node, number)| {
            let start = matches.by_node[&node][number].start;
            self.rank(node, start) + 1
        });
        Some(FindStatus {
            here,
            total: self.total_in(0),
            complete: matches.end.is_some(),
            limited: matches.end == Some(End::Limit),
        })
    }

    /// Forgets the search and what it found.
    pub fn clear_find(&mut self) {
        self.matches = None;
    }

    /// Notes the place, to come back when a search is given up.
    pub fn bookmark(&self) -> Bookmark {
        Bookmark {
            cursor: self.cursor,
            top: self.top,
            left: self.left,
        }
    }

    /// Goes back to a place, or to what hides it by now.
    pub fn recall(&mut self, bookmark: Bookmark, viewport: Viewport) {
        self.measure(viewport);
        self.cursor = bookmark.cursor;
        self.top = bookmark.top;
        self.left = bookmark.left;
        if let Some(trees) = &self.trees {
            self.cursor = trees.nearest(self.cursor);
            self.find_top();
        }
        self.settle(viewport, true);
    }

    /// The matches of a tree that touch some bytes, and whether each is the one
    /// that was gone to.
    pub(super) fn matches_in(
        &self,
        node: usize,
        bytes: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, bool)> + '_ {
        let list = self.list(node);
        let first = list.partition_point(|range| range.end <= bytes.start);
        let here = self.matches.as_ref().and_then(|matches| matches.here);
        list[first..]
            .iter()
            .enumerate()
            .take_while(move |(_, range)| range.start < bytes.end)
            .map(move |(at, range)| (range.clone(), here == Some((node, first + at))))
    }

    /// Forgets which match was gone to: its place means something else now.
    pub(super) fn forget_here(&mut self) {
        if let Some(matches) = &mut self.matches {
            matches.here = None;
        }
    }

    /// Forgets the match that was gone to if strings were opened or closed so
    /// that it is not shown any more.
    pub(super) fn forget_covered(&mut self) {
        let here = self.matches.as_ref().and_then(|matches| matches.here);
        let (Some((node, number)), Some(trees)) = (here, self.trees.as_ref()) else {
            return;
        };
        let start = self.list(node)[number].start;
        let is_covered = self
            .strings(node)
            .any(|(string, _)| string.contains(&start));
        let mut at = node;
        let is_closed = loop {
            match trees.parent(at) {
                None => break false,
                Some(parent) if trees.opened(parent) != Some(at) => break true,
                Some(parent) => at = parent.node,
            }
        };
        if is_covered || is_closed {
            self.forget_here();
        }
    }

    /// Searches a string that has just been opened.
    pub(super) fn find_in_opened(&mut self, nested: usize) {
        if let (Some(matches), Some(trees)) = (&mut self.matches, &self.trees) {
            let needle = &matches.needle;
            let list = matches.by_node.entry(nested).or_default();
            if list.is_empty() {
                *list = find_in_tree(trees.tree(nested), needle);
            }
        }
    }

    /// Goes to the first match from a place on, as soon as it is known.
    fn seek(&mut self, origin: Place, viewport: Viewport) {
        let (rank, total) = (self.rank_of_line(origin), self.total_in(0));
        let is_over = self.matches.as_ref().is_some_and(|m| m.end.is_some());
        if rank < total || is_over {
            if total > 0 {
                self.go_to_match(if rank < total { rank } else { 0 }, viewport);
            }
            if let Some(matches) = &mut self.matches {
                matches.seek = None;
            }
        }
    }

    /// The match that was gone to, while the cursor is still on its line.
    fn here(&self) -> Option<(usize, usize)> {
        let (node, number) = self.matches.as_ref()?.here?;
        let range = self.list(node).get(number)?;
        (self.place_of(node, range.start) == self.cursor).then_some((node, number))
    }

    fn go_to_match(&mut self, rank: usize, viewport: Viewport) {
        let Some((node, number)) = self.nth_in(0, rank) else {
            return;
        };
        let range = self.list(node)[number].clone();
        let place = self.place_of(node, range.start);
        if let Some(trees) = &mut self.trees {
            trees.reveal(place);
            self.find_top();
        }
        self.cursor = place;
        if let Some(matches) = &mut self.matches {
            matches.here = Some((node, number));
        }
        self.settle(viewport, true);
        self.bring_in_sight(range, viewport);
    }

    /// Scrolls so that a match on the cursor's line is in sight.
    fn bring_in_sight(&mut self, range: Range<usize>, viewport: Viewport) {
        let shape = self.shape(viewport);
        let line = self.line(self.cursor, shape);
        let Some((block, row, cell)) = line.locate(range.start, shape.rows) else {
            return;
        };
        if shape.rows.wrap {
            self.bring_row_in_sight(block, row, viewport);
            return;
        }
        // As much of it as fits; its end is at most so many cells on.
        // The last cell may say that there is more.
        let width = shape.rows.width.saturating_sub(1).max(1);
        let length = range.len().min(width / 2).max(1);
        let left = self.left;
        let is_in = left.block == block
            && left.cell <= cell
            && cell + length <= left.cell.saturating_add(width);
        if is_in {
            return;
        }
        if block == 0 && cell + length <= width {
            self.left = Left::default();
            return;
        }
        let before = width / 3;
        self.left = match (cell.checked_sub(before), block) {
            (Some(cell), _) => Left { block, cell },
            (None, 0) => Left::default(),
            (None, _) => Left {
                block: block - 1,
                cell: line.cells(block - 1).saturating_sub(before - cell),
            },
        };
    }

    fn bring_row_in_sight(&mut self, block: usize, row: usize, viewport: Viewport) {
        let height = usize::from(viewport.height).max(1);
        let at = Position {
            line: self.index(self.cursor),
            block,
            row,
        };
        let margin = (height - 1) / 3;
        let mut ruler = self.ruler(viewport);
        let lowest = ruler.back(at, height - 1 - margin);
        let highest = ruler.back(at, margin);
        let top = ruler.top().clamp(lowest, highest);
        let top = top.min(ruler.bottom(height));
        self.set_top(top);
    }

    fn list(&self, node: usize) -> &[Range<usize>] {
        let list = self.matches.as_ref().and_then(|m| m.by_node.get(&node));
        list.map_or(&[], Vec::as_slice)
    }

    /// The line on which a byte of a tree is shown, or would be.
    fn place_of(&self, node: usize, byte: usize) -> Place {
        let row = match (&self.trees, &*self.content) {
            (Some(trees), _) => {
                let tree = trees.tree(node);
                tree.opening(tree.row_at(byte).unwrap_or(0))
            }
            (None, Content::Text(text)) => text.line_at(byte),
            _ => byte - byte % self.per_row,
        };
        Place { node, row }
    }

    /// How many matches are before a line.
    fn rank_of_line(&self, place: Place) -> usize {
        let start = match (&self.trees, &*self.content) {
            (Some(trees), _) => {
                let row = trees.tree(place.node).row(place.row);
                row.key.map_or(row.value.start, |key| key.start)
            }
            (None, Content::Text(text)) => text.line_range(place.row).start,
            _ => place.row,
        };
        self.rank(place.node, start)
    }

    /// How many matches are before a byte of a tree, and of all around it.
    fn rank(&self, node: usize, byte: usize) -> usize {
        let mut rank = self.before_in(node, byte);
        let mut node = node;
        while let Some(trees) = self.trees.as_ref()
            && let Some(parent) = trees.parent(node)
        {
            let string = trees.tree(parent.node).row(parent.row).value;
            rank += self.before_in(parent.node, string.start);
            node = parent.node;
        }
        rank
    }

    /// How many matches of a tree and the trees in it are before a byte.
    fn before_in(&self, node: usize, byte: usize) -> usize {
        let list = self.list(node);
        let before = |byte: usize| list.partition_point(|range| range.start < byte);
        let mut count = before(byte);
        for (string, nested) in self.strings(node) {
            if string.start >= byte {
                break;
            }
            count -= before(string.end.min(byte)) - before(string.start);
            count += self.total_in(nested);
        }
        count
    }

    fn total_in(&self, node: usize) -> usize {
        self.before_in(node, usize::MAX)
    }

    /// The nth match of a tree and the trees in it.
    fn nth_in(&self, node: usize, n: usize) -> Option<(usize, usize)> {
        let list = self.list(node);
        let before = |byte: usize| list.partition_point(|range| range.start < byte);
        let (mut left, mut first) = (n, 0);
        for (string, nested) in self.strings(node) {
            let own = before(string.start) - first;
            if left < own {
                break;
            }
            left -= own;
            let inner = self.total_in(nested);
            if left < inner {
                return self.nth_in(nested, left);
            }
            left -= inner;
            first = before(string.end);
        }
        (first + left < list.len()).then_some((node, first + left))
    }

    /// The bytes of the strings of a tree that are opened, and their trees.
    fn strings(&self, node: usize) -> impl Iterator<Item = (Range<usize>, usize)> + '_ {
        let trees = self.trees.as_ref();
        trees.into_iter().flat_map(move |trees: &Trees| {
            let value = move |row| trees.tree(node).row(row).value;
            trees
                .openings(node)
                .map(move |(row, nested)| (value(row), nested))
        })
    }
}
