//! A stream, cut into lines.

use crate::capture::lines::MAX_LINE;

/// A line has more than [`MAX_LINE`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// Cuts a stream into lines; the last one waits until it is whole.
#[derive(Debug, Default)]
pub struct Splitter {
    rest: Vec<u8>,
    /// Whether the line that is being read is too long already.
    skips: bool,
    /// How many lines are behind us.
    number: u64,
}

impl Splitter {
    /// Takes bytes, and hands on each line that is whole now with its number,
    /// from 1. Empty lines count, and are not handed on.
    pub fn push(&mut self, bytes: &[u8], mut take: impl FnMut(u64, Result<&[u8], TooLong>)) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.grow(&rest[..end]);
            rest = &rest[end + 1..];
            self.end(&mut take);
        }
        self.grow(rest);
    }

    /// The stream has ended: what is left is the last line.
    pub fn finish(mut self, mut take: impl FnMut(u64, Result<&[u8], TooLong>)) {
        self.end(&mut take);
    }

    fn grow(&mut self, bytes: &[u8]) {
        if self.skips || self.rest.len() + bytes.len() > MAX_LINE {
            self.skips = true;
            self.rest = Vec::new();
        } else {
            self.rest.extend_from_slice(bytes);
        }
    }

    fn end(&mut self, take: &mut impl FnMut(u64, Result<&[u8], TooLong>)) {
        self.number += 1;
        let line = self.rest.strip_prefix(b"\xef\xbb\xbf");
        let line = line.unwrap_or(&self.rest).trim_ascii();
        if std::mem::take(&mut self.skips) {
            take(self.number, Err(TooLong));
        } else if !line.is_empty() {
            take(self.number, Ok(line));
        }
        self.rest.clear();
    }
}
