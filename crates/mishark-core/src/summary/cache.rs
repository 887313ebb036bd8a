//! The summaries of a whole capture, close together in memory.
//!
//! A line of its own for each flow would be a small piece of memory that a
//! worker allocates amid the large ones of the flow it has open, and that stays
//! when those go. The next flow then does not fit in what is left between, and
//! the process grows by the size of the capture. So what stays is copied here.

use super::Summary;
use super::line::resolve;
use crate::directory::Directory;
use crate::verdict::Outcome;

/// How large a block of lines is. Blocks never move, so that growing does not
/// copy what is there, nor leave holes of its old size.
const BLOCK: usize = 1 << 16;

/// Where many summaries lie. Lines that are removed leave their room unused
/// until [`is_sparse`](Self::is_sparse) says to move the others.
#[derive(Default)]
pub struct Cache {
    blocks: Vec<String>,
    /// How many bytes lie in the blocks.
    bytes: usize,
    /// How many of them are of lines that were removed.
    unused: usize,
}

/// A summary whose line lies in a [`Cache`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cached {
    block: u32,
    start: u16,
    len: u16,
    code: Option<i64>,
    outcome: Outcome,
}

impl Cached {
    /// As [`Summary::code`].
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// As [`Summary::is_ok`].
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Accepted
    }
}

impl Cache {
    /// Puts a summary in.
    pub fn put(&mut self, summary: &Summary) -> Cached {
        let (block, start, len) = self.write(&summary.line);
        Cached {
            block,
            start,
            len,
            code: summary.code,
            outcome: summary.outcome,
        }
    }

    /// What a summary of this cache says: as [`Summary::says`].
    pub fn says(&self, summary: Cached, directory: &Directory) -> String {
        resolve(self.line(summary), directory, false)
    }

    /// Gives up a summary, which is not asked for again.
    pub fn remove(&mut self, summary: Cached) {
        self.unused += usize::from(summary.len);
    }

    /// How many bytes lie in it, unused ones included.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether nothing lies in it.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Whether more than half of it is unused, and that is worth a move.
    pub fn is_sparse(&self) -> bool {
        self.unused > BLOCK && self.unused * 2 > self.bytes
    }

    /// Moves a summary that lies in another cache to this one.
    pub fn move_from(&mut self, other: &Self, summary: Cached) -> Cached {
        let (block, start, len) = self.write(other.line(summary));
        Cached {
            block,
            start,
            len,
            ..summary
        }
    }

    fn line(&self, summary: Cached) -> &str {
        let start = usize::from(summary.start);
        let block = self.blocks.get(summary.block as usize);
        block
            .and_then(|block| block.get(start..start + usize::from(summary.len)))
            .unwrap_or_default()
    }

    /// Writes a line behind the others, and returns its block, start and length.
    fn write(&mut self, line: &str) -> (u32, u16, u16) {
        let fits = |block: &String| block.len() + line.len() <= BLOCK;
        if !self.blocks.last().is_some_and(fits) {
            self.blocks.push(String::with_capacity(BLOCK));
        }
        let last = self.blocks.len() - 1;
        let block = &mut self.blocks[last];
        let start = block.len();
        block.push_str(line);
        self.bytes += line.len();
        // A line has MAX_LINE bytes and starts in its block, so all of these
        // fit, and the number of blocks does while memory does.
        (last as u32, start as u16, line.len() as u16)
    }
}

impl std::fmt::Debug for Cache {
    /// Without the lines, which are what somebody said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("bytes", &self.bytes)
            .field("unused", &self.unused)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(number: usize) -> Summary {
        Summary {
            line: format!("the {number}th → 好").into(),
            code: i64::try_from(number).ok(),
            outcome: Outcome::Accepted,
        }
    }

    #[test]
    fn each_line_is_found_again_over_many_blocks() {
        let nobody = Directory::default();
        let mut cache = Cache::default();
        let cached: Vec<Cached> = (0..10_000).map(|at| cache.put(&summary(at))).collect();
        assert!(cache.blocks.len() > 2);
        for (at, one) in cached.iter().enumerate() {
            assert_eq!(cache.says(*one, &nobody), summary(at).says(&nobody));
            assert_eq!(one.code(), summary(at).code());
            assert!(one.is_ok());
        }
    }

    #[test]
    fn a_cache_of_old_lines_is_moved_to_a_smaller_one() {
        let nobody = Directory::default();
        let mut cache = Cache::default();
        let cached: Vec<Cached> = (0..10_000).map(|at| cache.put(&summary(at))).collect();
        let (stay, go) = cached.split_at(4_000);
        assert!(!cache.is_sparse());
        for one in go {
            cache.remove(*one);
        }
        assert!(cache.is_sparse());
        let mut moved = Cache::default();
        for (at, one) in stay.iter().enumerate() {
            let one = moved.move_from(&cache, *one);
            assert_eq!(moved.says(one, &nobody), summary(at).says(&nobody));
        }
        assert!(moved.bytes * 2 < cache.bytes && !moved.is_sparse());
    }

    #[test]
    fn an_empty_line_says_nothing() {
        let mut cache = Cache::default();
        let empty = cache.put(&Summary::default());
        assert_eq!(cache.says(empty, &Directory::default()), "");
        assert_eq!(empty.code(), None);
    }
}
