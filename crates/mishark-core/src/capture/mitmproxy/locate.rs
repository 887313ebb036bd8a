//! Finding the flows of a file without reading them, by hopping from length to
//! length.

use std::io;
use std::ops::Range;

use super::netstring::{MAX_DIGITS, MAX_MEMBERS, is, length};
use crate::capture::error::{Error, Reason, Warning};
use crate::capture::found::{Finder, Found};
use crate::capture::source::Source;

/// The first key of a flow is shorter than this.
const LEAD: u64 = 64;

/// What is looked at behind a flow: the two lengths and the key of the next.
const BEHIND: u64 = 2 * MAX_DIGITS as u64 + LEAD;

/// How much is searched at a time for the next flow behind damage.
const SEARCHED: u64 = 256 << 10;

/// Looking whether flows read whole behind damage may read this many times the
/// file; after that they are taken as they come.
const RESCANS: u64 = 8;

/// A small file may be read as often as this many bytes allow.
const LEAST_RESCAN: u64 = 8 << 20;

/// How much is read at a time while hopping from member to member.
const WINDOW: u64 = 32 << 10;

/// Finds the flows. Those that are not HTTP are counted, not listed.
pub(in crate::capture) fn locate(source: &Source) -> Result<Finder<'_>, Error> {
    Ok(Box::new(Flows {
        window: Window::new(source),
        at: 0,
        skipped: 0,
        ended: false,
    }))
}

/// Bytes at positions, a window of them kept.
struct Window<'a> {
    source: &'a Source,
    held: Range<u64>,
    bytes: Vec<u8>,
    /// How many bytes were read in all.
    read: u64,
}

impl<'a> Window<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            source,
            held: 0..0,
            bytes: Vec::new(),
            read: 0,
        }
    }

    /// What stands at a position: `want` bytes or more, less at the end.
    fn at(&mut self, at: u64, want: u64) -> io::Result<&[u8]> {
        let len = self.source.len();
        let end = len.min(at.saturating_add(want));
        if at < self.held.start || end > self.held.end {
            let held = at.min(len)..len.min(at.saturating_add(want.max(WINDOW)));
            self.held = 0..0;
            self.source.read(held.clone(), &mut self.bytes)?;
            self.read += held.end - held.start;
            self.held = held;
        }
        // The difference is below the buffer's length, a usize.
        let from = at.saturating_sub(self.held.start) as usize;
        Ok(self.bytes.get(from..).unwrap_or_default())
    }

    /// The tnetstring at a position: where its payload is.
    fn value(&mut self, at: u64) -> io::Result<Option<Range<u64>>> {
        let bytes = self.at(at, MAX_DIGITS as u64 + 1)?;
        let Some((len, rest)) = length(bytes) else {
            return Ok(None);
        };
        let start = at + (bytes.len() - rest.len()) as u64;
        Ok(Some(start..start + len))
    }

    /// Whether a payload is this text.
    fn is(&mut self, payload: &Range<u64>, text: &[u8]) -> io::Result<bool> {
        let len = text.len() as u64;
        Ok(payload.end - payload.start == len && self.at(payload.start, len)?.starts_with(text))
    }
}

/// The flows of a file, as an iterator over what was found.
struct Flows<'a> {
    window: Window<'a>,
    at: u64,
    /// How many flows are not HTTP.
    skipped: usize,
    ended: bool,
}

impl Iterator for Flows<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        while !self.ended {
            match self.step() {
                Ok(Some(found)) => return Some(found),
                Ok(None) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Found::Io(error));
                }
            }
        }
        let flows = std::mem::take(&mut self.skipped);
        (flows > 0).then_some(Found::Note(Warning::NotHttp { flows }))
    }
}

impl Flows<'_> {
    /// Looks at the flow at `at`; nothing is found where it is not HTTP.
    fn step(&mut self) -> io::Result<Option<Found>> {
        let (start, len) = (self.at, self.window.source.len());
        if start >= len {
            self.ended = true;
            return Ok(None);
        }
        let (end, reason) = match self.flow(start)? {
            Flow::Whole { end, is_http } => {
                self.at = end;
                self.skipped += usize::from(!is_http);
                return Ok(is_http.then_some(Found::Entry(start..end, None)));
            }
            // A damaged member, or a flow that was cut, with others behind it.
            Flow::Followed { end } => match self.next_flow(start, end)? {
                Some(next) => (next, Some(Reason::Unclosed)),
                None => (end, None),
            },
            // Its length lies, or the file ends inside it: mitmproxy was killed,
            // and perhaps started again.
            Flow::Broken => match self.next_flow(start, len)? {
                Some(next) => (next, Some(Reason::Unclosed)),
                None => (len, Some(Reason::Cut)),
            },
        };
        self.at = end;
        Ok(Some(Found::Entry(start..end, reason)))
    }

    /// What stands where a flow should.
    fn flow(&mut self, start: u64) -> io::Result<Flow> {
        let Some(payload) = self.window.value(start)? else {
            return Ok(Flow::Broken);
        };
        let behind = self.window.at(payload.end, BEHIND)?;
        let Some((b'}', next)) = behind.split_first() else {
            return Ok(Flow::Broken);
        };
        let is_followed = next.is_empty() || is(next);
        let end = payload.end + 1;
        Ok(match self.kind(&payload)? {
            Some(is_http) => Flow::Whole { end, is_http },
            None if is_followed => Flow::Followed { end },
            None => Flow::Broken,
        })
    }

    /// Whether a dictionary is an HTTP flow, by its `type`, or its `request`
    /// where it has none; `None` if its members do not end where it does, or it
    /// is a part of a flow.
    fn kind(&mut self, dictionary: &Range<u64>) -> io::Result<Option<bool>> {
        let (mut at, mut is_http) = (dictionary.start, None);
        for _ in 0..MAX_MEMBERS {
            if at == dictionary.end {
                return Ok(is_http);
            }
            let key = self.window.value(at)?;
            let Some(key) = key.filter(|key| key.end < dictionary.end) else {
                break;
            };
            let Some(value) = self.window.value(key.end + 1)? else {
                break;
            };
            if self.window.is(&key, b"type")? {
                is_http = Some(self.window.is(&value, b"http")?);
            } else if self.window.is(&key, b"request")? {
                is_http = is_http.or(Some(true));
            }
            at = value.end + 1;
        }
        Ok(None)
    }

    /// Where the next flow starts that reads whole, between two places. A cut
    /// flow ends anywhere, so the digits before it may seem to be the next one's.
    fn next_flow(&mut self, start: u64, end: u64) -> io::Result<Option<u64>> {
        let most = self
            .window
            .source
            .len()
            .saturating_mul(RESCANS)
            .max(LEAST_RESCAN);
        let mut bytes = Vec::new();
        let mut from = start + 1;
        while from < end {
            let held = from..end.min(from + SEARCHED + BEHIND);
            self.window.source.read(held, &mut bytes)?;
            for colon in memchr::memchr_iter(b':', &bytes) {
                let digits = bytes[..colon].iter().rev().take(MAX_DIGITS);
                let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
                for at in colon - digits..colon {
                    let place = from + at as u64;
                    if bytes[at] != b'0'
                        && is(&bytes[at..])
                        && (self.window.read > most
                            || matches!(self.flow(place)?, Flow::Whole { .. }))
                    {
                        return Ok(Some(place));
                    }
                }
            }
            from += SEARCHED;
        }
        Ok(None)
    }
}

/// What stands where a flow should.
enum Flow {
    /// A flow whose members end where it does.
    Whole { end: u64, is_http: bool },
    /// Something that ends where another flow begins, or the file.
    Followed { end: u64 },
    /// Nothing that ends where it says.
    Broken,
}
