//! The summaries of a whole capture, close together in memory.
//!
//! A line of its own for each flow would be a small piece of memory that a
//! worker allocates amid the large ones of the flow it has open, and that stays
//! when those go. The next flow then does not fit in what is left between, and
//! the process grows by the size of the capture. So what stays is copied here.

use super::line::resolve;
use super::{Outcome, Summary};
use crate::directory::Directory;

/// How large a block of lines is. Blocks never move, so that growing does not
/// copy what is there, nor leave holes of its old size.
const BLOCK: usize = 1 << 16;

/// Where many summaries lie. Lines that are taken off leave their room unused
/// until [`is_sparse`](Self::is_sparse) says to move the others.
#[derive(Default)]
pub struct Shelf {
    blocks: Vec<String>,
    /// How many bytes lie in the blocks.
    bytes: usize,
    /// How many of them are of lines that were taken off.
    unused: usize,
}

/// A summary whose line lies on a [`Shelf`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelved {
    block: u32,
    start: u16,
    len: u16,
    code: Option<i64>,
    outcome: Outcome,
}

impl Shelved {
    /// As [`Summary::code`].
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// As [`Summary::is_ok`].
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Fine
    }
}

impl Shelf {
    /// Puts a summary on it.
    pub fn put(&mut self, summary: &Summary) -> Shelved {
        let (block, start, len) = self.write(&summary.line);
        Shelved {
            block,
            start,
            len,
            code: summary.code,
            outcome: summary.outcome,
        }
    }

    /// What a summary of this shelf says: as [`Summary::says`].
    pub fn says(&self, summary: Shelved, directory: &Directory) -> String {
        resolve(self.line(summary), directory, false)
    }

    /// Takes a summary off, which is not asked for again.
    pub fn take_off(&mut self, summary: Shelved) {
        self.unused += usize::from(summary.len);
    }

    /// How many bytes lie on it, unused ones included.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether nothing lies on it.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Whether more than half of it is unused, and that is worth a move.
    pub fn is_sparse(&self) -> bool {
        self.unused > BLOCK && self.unused * 2 > self.bytes
    }

    /// Moves a summary that lies on another shelf to this one.
    pub fn move_from(&mut self, other: &Self, summary: Shelved) -> Shelved {
        let (block, start, len) = self.write(other.line(summary));
        Shelved {
            block,
            start,
            len,
            ..summary
        }
    }

    fn line(&self, summary: Shelved) -> &str {
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

impl std::fmt::Debug for Shelf {
    /// Without the lines, which are what somebody said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf")
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
            outcome: Outcome::Fine,
        }
    }

    #[test]
    fn each_line_is_found_again_over_many_blocks() {
        let nobody = Directory::default();
        let mut shelf = Shelf::default();
        let shelved: Vec<Shelved> = (0..10_000).map(|at| shelf.put(&summary(at))).collect();
        assert!(shelf.blocks.len() > 2);
        for (at, one) in shelved.iter().enumerate() {
            assert_eq!(shelf.says(*one, &nobody), summary(at).says(&nobody));
            assert_eq!(one.code(), summary(at).code());
            assert!(one.is_ok());
        }
    }

    #[test]
    fn a_shelf_of_old_lines_is_moved_to_a_smaller_one() {
        let nobody = Directory::default();
        let mut shelf = Shelf::default();
        let shelved: Vec<Shelved> = (0..10_000).map(|at| shelf.put(&summary(at))).collect();
        let (stay, go) = shelved.split_at(4_000);
        assert!(!shelf.is_sparse());
        for one in go {
            shelf.take_off(*one);
        }
        assert!(shelf.is_sparse());
        let mut moved = Shelf::default();
        for (at, one) in stay.iter().enumerate() {
            let one = moved.move_from(&shelf, *one);
            assert_eq!(moved.says(one, &nobody), summary(at).says(&nobody));
        }
        assert!(moved.bytes * 2 < shelf.bytes && !moved.is_sparse());
    }

    #[test]
    fn an_empty_line_says_nothing() {
        let mut shelf = Shelf::default();
        let empty = shelf.put(&Summary::default());
        assert_eq!(shelf.says(empty, &Directory::default()), "");
        assert_eq!(empty.code(), None);
    }
}
