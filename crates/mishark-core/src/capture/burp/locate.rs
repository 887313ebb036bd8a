//! Where each item is, found in one pass over the source, a chunk at a time.

use std::io;

use crate::capture::error::{Error, Reason};
use crate::capture::found::{Finder, Found};
use crate::capture::source::Source;

/// How much of the source is read at a time.
const CHUNK: usize = 256 << 10;

/// A markup's start that is to be told apart is shorter than this.
const LOOK_AHEAD: usize = 64;

/// Declarations longer than this are none of Burp's.
const MAX_DTD: u64 = 64 << 10;

/// Finds the items.
pub(in crate::capture) fn locate(source: &Source) -> Result<Finder<'_>, Error> {
    Ok(Box::new(Items {
        window: Window {
            source,
            bytes: Vec::new(),
            base: 0,
            at: 0,
        },
        open: None,
        whole: false,
        ended: false,
    }))
}

struct Items<'a> {
    window: Window<'a>,
    /// Where the item starts whose end is looked for.
    open: Option<u64>,
    /// Whether the root element's end was seen.
    whole: bool,
    ended: bool,
}

impl Items<'_> {
    /// Passes over the next markup. What it ends, if anything.
    fn step(&mut self) -> io::Result<Option<Found>> {
        let window = &mut self.window;
        let here = window.here();
        let markup = window.ahead(LOOK_AHEAD)?;
        if markup.starts_with(b"<![CDATA[") {
            window.at += 9;
            window.pass_cdata()?;
        } else if markup.starts_with(b"<!--") {
            window.at += 4;
            window.pass(b"-->")?;
        } else if markup.starts_with(b"<!DOCTYPE") {
            window.at += 9;
            window.pass_dtd()?;
        } else if is_tag(markup, b"<item") {
            window.at += 5;
            // The one before lost its end; it is not to take this one with it.
            let lost = self.open.replace(here);
            return Ok(lost.map(|start| Found::Entry(start..here, Some(Reason::Unclosed))));
        } else if is_tag(markup, b"</item") {
            window.pass(b">")?;
            let item = self.open.take().map(|start| start..window.here());
            return Ok(item.map(|range| Found::Entry(range, None)));
        } else {
            self.whole |= is_tag(markup, b"</items");
            window.at += 1;
        }
        Ok(None)
    }

    fn end(&mut self) -> Option<Found> {
        self.ended = true;
        let len = self.window.source.len();
        match self.open {
            Some(start) => Some(Found::Entry(start..len, Some(Reason::Cut))),
            None => (!self.whole).then_some(Found::Cut(len)),
        }
    }
}

impl Iterator for Items<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while !self.ended {
            let found = match self.window.seek(|bytes| memchr::memchr(b'<', bytes)) {
                Ok(false) => return self.end(),
                Ok(true) => self.step(),
                Err(error) => Err(error),
            };
            match found {
                Ok(None) => {}
                Ok(found) => return found,
                Err(error) => {
                    self.ended = true;
                    return Some(Found::Io(error));
                }
            }
        }
        None
    }
}

fn is_tag(markup: &[u8], name: &[u8]) -> bool {
    markup.strip_prefix(name).is_some_and(|behind| {
        let next = behind.first();
        matches!(next, Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n'))
    })
}

/// A part of the source that moves on as it is read.
struct Window<'a> {
    source: &'a Source,
    bytes: Vec<u8>,
    /// Where in the source `bytes` starts.
    base: u64,
    /// The place in `bytes` that is looked at.
    at: usize,
}

impl Window<'_> {
    /// The place in the source that is looked at.
    fn here(&self) -> u64 {
        self.base + self.at as u64
    }

    /// What lies ahead: `wanted` bytes at least, unless the source ends.
    fn ahead(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.bytes.len() - self.at < wanted {
            self.base += self.at as u64;
            self.at = 0;
            let end = self.source.len().min(self.base + CHUNK as u64);
            self.source.read(self.base..end, &mut self.bytes)?;
        }
        Ok(&self.bytes[self.at..])
    }

    /// Moves to the first place `find` finds; to the end if there is none.
    fn seek(&mut self, find: impl Fn(&[u8]) -> Option<usize>) -> io::Result<bool> {
        loop {
            let ahead = self.ahead(1)?;
            let (found, len) = (find(ahead), ahead.len());
            if len == 0 {
                return Ok(false);
            }
            self.at += found.unwrap_or(len);
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// Moves behind the next of these, or to the end.
    fn pass(&mut self, mark: &[u8]) -> io::Result<()> {
        let Some(first) = mark.first() else {
            return Ok(());
        };
        while self.seek(|bytes| memchr::memchr(*first, bytes))? {
            if self.ahead(LOOK_AHEAD)?.starts_with(mark) {
                self.at += mark.len();
                return Ok(());
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Moves behind a CDATA section. One whose end was lost stops where an item
    /// ends and the next begins, so that only its own item is damaged.
    fn pass_cdata(&mut self) -> io::Result<()> {
        while self.seek(|bytes| memchr::memchr2(b']', b'<', bytes))? {
            let ahead = self.ahead(LOOK_AHEAD)?;
            if ahead.starts_with(b"]]>") {
                self.at += 3;
                return Ok(());
            }
            if let Some(behind) = ahead.strip_prefix(b"</item>")
                && behind.trim_ascii_start().starts_with(b"<item>")
            {
                return Ok(());
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Moves behind a document type with its inline declarations; only behind
    /// its first word if it does not close.
    fn pass_dtd(&mut self) -> io::Result<()> {
        let start = self.here();
        let mut depth = 1;
        while depth > 0 {
            let is_mark = |byte: &u8| matches!(byte, b'<' | b'>' | b'"' | b'\'');
            let found = self.seek(|bytes| bytes.iter().position(is_mark))?;
            let here = self.here();
            let ahead = self.ahead(LOOK_AHEAD)?;
            let Some(mark) = ahead
                .first()
                .copied()
                .filter(|_| found && here - start < MAX_DTD)
            else {
                (self.base, self.at) = (start, 0);
                self.bytes.clear();
                return Ok(());
            };
            let is_comment = ahead.starts_with(b"<!--");
            self.at += 1;
            match mark {
                b'<' if is_comment => self.pass(b"-->")?,
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => self.pass(&[mark])?,
            }
        }
        Ok(())
    }
}
