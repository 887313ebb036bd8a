//! A merge sort that can be left and gone on with.

use std::cmp::Ordering;

/// How many items are sorted in one go: a fraction of a millisecond.
const RUN: usize = 4096;
/// What that costs more than a look at each.
const RUN_WORK: usize = 2 * RUN;

/// Items on their way into an order.
#[derive(Debug)]
pub(super) struct Sorter<T> {
    items: Vec<T>,
    /// How many of the items are in runs already.
    in_runs: usize,
    /// What this pass has merged so far.
    merged: Vec<T>,
    /// How long the runs of this pass are.
    run: usize,
    /// Where the two runs begin that are being merged, and the next of each.
    start: usize,
    left: usize,
    right: usize,
}

impl<T: Copy> Sorter<T> {
    pub(super) fn new(items: Vec<T>) -> Self {
        Self {
            in_runs: 0,
            merged: Vec::new(),
            run: RUN,
            start: 0,
            left: 0,
            right: RUN.min(items.len()),
            items,
        }
    }

    /// Goes on for as much work, which it takes off; tells whether all is in
    /// order. The comparison has to be the same each time, and no two items equal.
    pub(super) fn go_on(&mut self, work: &mut usize, compare: impl Fn(&T, &T) -> Ordering) -> bool {
        while self.in_runs < self.items.len() {
            if *work == 0 {
                return false;
            }
            let end = (self.in_runs + RUN).min(self.items.len());
            self.items[self.in_runs..end].sort_unstable_by(&compare);
            self.in_runs = end;
            *work = work.saturating_sub(RUN_WORK);
        }
        while self.run < self.items.len() {
            if self.merged.capacity() == 0 {
                self.merged.reserve_exact(self.items.len());
            }
            if !self.merge(work, &compare) {
                return false;
            }
            std::mem::swap(&mut self.items, &mut self.merged);
            self.merged.clear();
            self.run *= 2;
            self.start_at(0);
        }
        true
    }

    /// What is sorted, once it is.
    pub(super) fn into_items(self) -> Vec<T> {
        self.items
    }

    fn start_at(&mut self, start: usize) {
        self.start = start;
        self.left = start;
        self.right = (start + self.run).min(self.items.len());
    }

    /// Merges two runs after the other; tells whether it came to the end.
    fn merge(&mut self, work: &mut usize, compare: impl Fn(&T, &T) -> Ordering) -> bool {
        while self.start < self.items.len() {
            let middle = (self.start + self.run).min(self.items.len());
            let end = (middle + self.run).min(self.items.len());
            while self.left < middle && self.right < end && *work > 0 {
                *work -= 1;
                let (left, right) = (self.items[self.left], self.items[self.right]);
                if compare(&left, &right).is_le() {
                    self.merged.push(left);
                    self.left += 1;
                } else {
                    self.merged.push(right);
                    self.right += 1;
                }
            }
            if self.left < middle && self.right < end {
                return false;
            }
            self.merged
                .extend_from_slice(&self.items[self.left..middle]);
            self.merged.extend_from_slice(&self.items[self.right..end]);
            self.start_at(end);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without any order, each once.
    fn mixed(len: usize) -> Vec<u32> {
        let mut numbers: Vec<u32> = (0..len as u32).collect();
        let mut seed = 1_u64;
        for at in (1..len).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            numbers.swap(at, (seed >> 33) as usize % (at + 1));
        }
        numbers
    }

    #[test]
    fn it_sorts_whatever_the_length_and_however_often_it_is_left() {
        for len in [0, 1, 2, RUN - 1, RUN, RUN + 1, 3 * RUN + 7, 8 * RUN] {
            for part in [1_000, usize::MAX] {
                let mut sorter = Sorter::new(mixed(len));
                let mut turns = 0;
                while !sorter.go_on(&mut { part }, u32::cmp) {
                    turns += 1;
                    assert!(turns < 2_000, "it comes to no end");
                }
                assert!(sorter.into_items().into_iter().eq(0..len as u32), "{len}");
                assert!(part < usize::MAX || turns == 0);
            }
        }
    }
}
