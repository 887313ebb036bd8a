//! A vector that clones share, so that a worker can take all rows along.

use std::ops::Index;
use std::sync::Arc;

/// So many items are copied at most when one is written that a clone shares.
const CHUNK: usize = 1024;

/// Items in chunks. A clone copies pointers alone, and stays as it was while the
/// original is written.
#[derive(Debug, Clone)]
pub struct Chunks<T> {
    /// All of them full but the last.
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T> Chunks<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        let full = self.chunks.len().saturating_sub(1);
        full * CHUNK + self.chunks.last().map_or(0, |last| last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items in their order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

impl<T: Clone> Chunks<T> {
    /// An item to be written.
    pub(super) fn get_mut(&mut self, at: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.chunks[at / CHUNK])[at % CHUNK]
    }

    /// Takes all items out.
    pub(super) fn take(&mut self) -> impl Iterator<Item = T> {
        let chunks = std::mem::take(&mut self.chunks).into_iter();
        chunks.flat_map(Arc::unwrap_or_clone)
    }
}

impl<T: Clone> Extend<T> for Chunks<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            if self.len().is_multiple_of(CHUNK) {
                self.chunks.push(Arc::default());
            }
            let last = self.chunks.len() - 1;
            let chunk = Arc::make_mut(&mut self.chunks[last]);
            if chunk.len() == chunk.capacity() {
                // That of a clone is as full as it was, and must not double.
                chunk.reserve_exact(CHUNK - chunk.len());
            }
            chunk.push(item);
        }
    }
}

impl<T> Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.chunks[at / CHUNK][at % CHUNK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_stays_as_it_was_and_shares_what_is_not_written() {
        let mut original = Chunks::default();
        original.extend(0..3 * CHUNK - 7);
        let clone = original.clone();
        *original.get_mut(5) = 99;
        original.extend([7; 20]);
        assert_eq!(clone.len(), 3 * CHUNK - 7);
        assert!(clone.iter().copied().eq(0..clone.len()));
        assert_eq!((original[5], original[3 * CHUNK]), (99, 7));
        let shared = original.chunks.iter().zip(&clone.chunks);
        let shared = shared.map(|(one, other)| Arc::ptr_eq(one, other));
        assert!(shared.eq([false, true, false]));
        assert!(original.chunks[2].capacity() == CHUNK);
        let taken: Vec<usize> = original.take().collect();
        assert_eq!((taken.len(), original.len()), (3 * CHUNK + 13, 0));
    }
}
