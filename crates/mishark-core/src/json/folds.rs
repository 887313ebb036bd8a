//! Which rows of a tree are folded, and which are in sight.
//!
//! One bit a row says "in sight", and a running count for each 512 rows turns
//! that into arithmetic: the nth row in sight is a binary search among 10 000
//! counts and a look at eight words, for five million rows. Folding clears a
//! range of bits and moves the counts behind it, a tenth of a millisecond for
//! a million rows (`benches/json.rs`); a Fenwick tree would make that faster
//! still and all the rest slower.

use std::ops::Range;

use super::tree::{Kind, Tree};

/// The folded containers of one [`Tree`] and the rows they leave in sight.
///
/// Methods that take a tree want the one these folds were made for. Rows that
/// it does not have are not in sight and cannot be folded.
///
/// ```
/// use mishark_core::json::{Folds, Tree};
///
/// let tree = Tree::parse(br#"{"a":[1,2],"b":3}"#)?;
/// let mut folds = Folds::new(&tree);
/// assert_eq!(folds.visible_count(), 7);
///
/// folds.fold(&tree, 1);
/// let rows: Vec<_> = (0..).map_while(|n| folds.nth_visible(n)).collect();
/// assert_eq!(rows, [0, 1, 5, 6]);
/// # Ok::<(), mishark_core::json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Folds {
    rows: usize,
    /// Rows that are in sight unless a folded container hides them.
    shown: Vec<u64>,
    /// Containers that are not empty.
    foldable: Vec<u64>,
    folded: Vec<u64>,
    visible: Vec<u64>,
    /// How many rows are in sight before each chunk, and in all.
    before: Vec<u32>,
}

const WORDS_PER_CHUNK: usize = 8;
const ROWS_PER_CHUNK: usize = WORDS_PER_CHUNK * 64;

impl Folds {
    /// Makes the folds of a tree, with all rows in sight.
    pub fn new(tree: &Tree<'_>) -> Self {
        let mut shown = vec![0; tree.len().div_ceil(64)];
        fill(&mut shown, 0..tree.len(), true);
        Self::showing(tree, shown)
    }

    /// Makes the folds of a tree of which only the values are to be seen:
    /// closing rows never are, nor is the root unless it is alone. Those count
    /// as rows out of sight; the root's children are foldable all the same.
    pub fn of_values(tree: &Tree<'_>) -> Self {
        let mut shown = vec![0; tree.len().div_ceil(64)];
        for row in (0..tree.len()).filter(|&row| tree.kind(row) != Kind::Close) {
            shown[row / 64] |= 1 << (row % 64);
        }
        if tree.len() > 1 {
            fill(&mut shown, 0..1, false);
        }
        Self::showing(tree, shown)
    }

    fn showing(tree: &Tree<'_>, shown: Vec<u64>) -> Self {
        let rows = tree.len();
        let words = rows.div_ceil(64);
        let mut foldable = vec![0; words];
        for row in (0..rows).filter(|&row| tree.close(row).is_some()) {
            foldable[row / 64] |= 1 << (row % 64);
        }
        let mut folds = Self {
            rows,
            visible: shown.clone(),
            shown,
            foldable,
            folded: vec![0; words],
            before: vec![0; words.div_ceil(WORDS_PER_CHUNK) + 1],
        };
        folds.recount(0..rows);
        folds
    }

    /// Tells whether a row is folded, be it in sight or not.
    pub fn is_folded(&self, row: usize) -> bool {
        bit(&self.folded, row)
    }

    /// Tells whether a row can be folded: a container that is not empty.
    pub fn is_foldable(&self, row: usize) -> bool {
        bit(&self.foldable, row)
    }

    /// Tells whether a row is in sight: no container around it is folded.
    pub fn is_visible(&self, row: usize) -> bool {
        bit(&self.visible, row)
    }

    /// Returns how many rows are in sight.
    pub fn visible_count(&self) -> usize {
        self.before.last().map_or(0, |&count| count as usize)
    }

    /// Returns the nth row in sight, from 0.
    pub fn nth_visible(&self, n: usize) -> Option<usize> {
        if n >= self.visible_count() {
            return None;
        }
        let chunk = self.before.partition_point(|&count| count as usize <= n) - 1;
        let mut left = n - self.before[chunk] as usize;
        for word in chunk * WORDS_PER_CHUNK..self.visible.len() {
            let mut bits = self.visible[word];
            let ones = bits.count_ones() as usize;
            if left < ones {
                for _ in 0..left {
                    bits &= bits - 1;
                }
                return Some(word * 64 + bits.trailing_zeros() as usize);
            }
            left -= ones;
        }
        None
    }

    /// Returns how many rows in sight are before a row: the inverse of
    /// [`nth_visible`](Self::nth_visible).
    pub fn visible_before(&self, row: usize) -> usize {
        let row = row.min(self.rows);
        let chunk = row / ROWS_PER_CHUNK;
        let whole = chunk * WORDS_PER_CHUNK..row / 64;
        let mut count = self.before[chunk] as usize + ones(&self.visible[whole]);
        if let Some(word) = self.visible.get(row / 64) {
            let below = (1 << (row % 64)) - 1;
            count += (word & below).count_ones() as usize;
        }
        count
    }

    /// Returns the last row in sight before a row.
    pub fn prev_visible(&self, row: usize) -> Option<usize> {
        self.nth_visible(self.visible_before(row).checked_sub(1)?)
    }

    /// Returns the row itself if it is in sight, else the folded container
    /// that hides it: where a cursor on it has to go.
    pub fn nearest_visible(&self, row: usize) -> usize {
        // All between a folded container and a row it hides is hidden too.
        self.prev_visible(row.saturating_add(1)).unwrap_or(0)
    }

    /// Folds a container.
    pub fn fold(&mut self, tree: &Tree<'_>, row: usize) {
        if self.is_foldable(row) && !self.is_folded(row) {
            fill(&mut self.folded, row..row + 1, true);
            if self.is_visible(row) {
                self.hide(row + 1..tree.end(row));
            }
        }
    }

    /// Unfolds a container; containers in it stay as they are.
    pub fn unfold(&mut self, tree: &Tree<'_>, row: usize) {
        if self.is_folded(row) {
            fill(&mut self.folded, row..row + 1, false);
            if self.is_visible(row) {
                self.show(tree, row + 1..tree.end(row));
            }
        }
    }

    /// Folds an unfolded container and unfolds a folded one.
    pub fn toggle(&mut self, tree: &Tree<'_>, row: usize) {
        if self.is_folded(row) {
            self.unfold(tree, row);
        } else {
            self.fold(tree, row);
        }
    }

    /// Folds each container among a container's children.
    pub fn fold_children(&mut self, tree: &Tree<'_>, row: usize) {
        self.each_child(tree, row, true);
    }

    /// Unfolds each container among a container's children.
    pub fn unfold_children(&mut self, tree: &Tree<'_>, row: usize) {
        self.each_child(tree, row, false);
    }

    /// Folds all in a container, which itself stays as it is.
    pub fn fold_below(&mut self, tree: &Tree<'_>, row: usize) {
        if self.is_foldable(row) {
            let below = row + 1..tree.end(row);
            copy(&mut self.folded, &self.foldable, below.clone());
            self.show_below(tree, row);
        }
    }

    /// Unfolds all in a container, which itself stays as it is.
    pub fn unfold_below(&mut self, tree: &Tree<'_>, row: usize) {
        if self.is_foldable(row) {
            fill(&mut self.folded, row + 1..tree.end(row), false);
            self.show_below(tree, row);
        }
    }

    fn each_child(&mut self, tree: &Tree<'_>, row: usize, folded: bool) {
        if !self.is_foldable(row) {
            return;
        }
        let end = tree.end(row);
        let mut at = row + 1;
        while let Some(child) = next_one(&self.foldable, at..end) {
            fill(&mut self.folded, child..child + 1, folded);
            at = tree.end(child);
        }
        self.show_below(tree, row);
    }

    /// Brings what is below a container in sight if the container shows it.
    fn show_below(&mut self, tree: &Tree<'_>, row: usize) {
        // The root may be out of sight though nothing hides it.
        if (row == 0 || self.is_visible(row)) && !self.is_folded(row) {
            self.show(tree, row + 1..tree.end(row));
        }
    }

    /// Brings a row in sight by unfolding the containers around it.
    pub fn reveal(&mut self, tree: &Tree<'_>, row: usize) {
        if row >= self.rows || self.is_visible(row) {
            return;
        }
        let mut outermost = None;
        let mut around = tree.parent(row);
        while let Some(container) = around {
            if self.is_folded(container) {
                fill(&mut self.folded, container..container + 1, false);
                outermost = Some(container);
            }
            around = tree.parent(container);
        }
        if let Some(container) = outermost {
            self.show(tree, container + 1..tree.end(container));
        }
    }

    /// Takes the rows below a container in sight out of it.
    fn hide(&mut self, range: Range<usize>) {
        fill(&mut self.visible, range.clone(), false);
        self.recount(range);
    }

    /// Brings the rows below a container in sight there, but for what folded
    /// ones among them hide.
    fn show(&mut self, tree: &Tree<'_>, range: Range<usize>) {
        copy(&mut self.visible, &self.shown, range.clone());
        let mut at = range.start;
        while let Some(row) = next_one(&self.folded, at..range.end) {
            at = tree.end(row);
            fill(&mut self.visible, row + 1..at, false);
        }
        self.recount(range);
    }

    /// Counts the chunks of a range anew and moves the counts behind them.
    fn recount(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let last = (range.end - 1) / ROWS_PER_CHUNK;
        let old = self.before[last + 1];
        for chunk in range.start / ROWS_PER_CHUNK..=last {
            let words = chunk * WORDS_PER_CHUNK;
            let end = (words + WORDS_PER_CHUNK).min(self.visible.len());
            // At most MAX_ROWS, which fits.
            let count = ones(&self.visible[words..end]) as u32;
            self.before[chunk + 1] = self.before[chunk] + count;
        }
        let new = self.before[last + 1];
        for count in &mut self.before[last + 2..] {
            *count = *count - old + new;
        }
    }
}

fn bit(words: &[u64], row: usize) -> bool {
    words
        .get(row / 64)
        .is_some_and(|word| word >> (row % 64) & 1 == 1)
}

fn ones(words: &[u64]) -> usize {
    words.iter().map(|word| word.count_ones() as usize).sum()
}

/// The bits of one word that are in a range.
fn mask(word: usize, range: &Range<usize>) -> u64 {
    let from = range.start.saturating_sub(word * 64);
    let to = (range.end - word * 64).min(64);
    (u64::MAX << from) & (u64::MAX >> (64 - to))
}

/// Returns the words that a range has bits in.
fn words(range: &Range<usize>) -> Range<usize> {
    if range.is_empty() {
        return 0..0;
    }
    range.start / 64..range.end.div_ceil(64)
}

fn fill(bits: &mut [u64], range: Range<usize>, on: bool) {
    for word in words(&range) {
        let mask = mask(word, &range);
        if on {
            bits[word] |= mask;
        } else {
            bits[word] &= !mask;
        }
    }
}

fn copy(bits: &mut [u64], from: &[u64], range: Range<usize>) {
    for word in words(&range) {
        let mask = mask(word, &range);
        bits[word] = bits[word] & !mask | from[word] & mask;
    }
}

fn next_one(bits: &[u64], range: Range<usize>) -> Option<usize> {
    words(&range).find_map(|word| {
        let ones = bits[word] & mask(word, &range);
        (ones != 0).then(|| word * 64 + ones.trailing_zeros() as usize)
    })
}

#[cfg(test)]
mod tests;
