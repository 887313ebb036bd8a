//! Finding the flows of a file without reading them, by hopping from length to
//! length.

use std::io;
use std::ops::Range;

use memchr::memmem::Finder as Pattern;

use super::is;
use super::netstring::{MAX_DIGITS, MAX_MEMBERS, length};
use crate::capture::error::{Error, Reason, Warning};
use crate::capture::located::{Finder, Found};
use crate::capture::source::Source;

/// The first key of a flow is shorter than this.
const LEAD: u64 = 64;

/// What is looked at behind a flow: the two lengths and the key of the next.
const BEHIND: u64 = 2 * MAX_DIGITS as u64 + LEAD;

/// How much is searched at a time for the next flow behind damage.
const SEARCHED: u64 = 256 << 10;

/// How much is read at a time while hopping from member to member.
const WINDOW: u64 = 32 << 10;

/// Finds the flows. Those that are not HTTP are counted, not listed.
pub(in crate::capture) fn locate(source: &Source) -> Result<Finder<'_>, Error> {
    Ok(Box::new(Flows {
        window: Window::new(source),
        at: 0,
        lead: None,
        skipped: 0,
        ended: false,
    }))
}

/// Bytes at positions, a window of them kept.
struct Window<'a> {
    source: &'a Source,
    held: Range<u64>,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            source,
            held: 0..0,
            bytes: Vec::new(),
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
    /// How the payload of the first flow starts: with its first key. All flows
    /// of a file start so, which is how the next is found behind damage.
    lead: Option<Vec<u8>>,
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
        if let Some(payload) = self.window.value(start)? {
            if self.lead.is_none() {
                self.lead = self.lead_of(payload.start)?;
            }
            if let Some(is_http) = self.dictionary(&payload)? {
                self.at = payload.end + 1;
                if is_http {
                    return Ok(Some(Found::Entry(start..self.at, None)));
                }
                self.skipped += 1;
                return Ok(None);
            }
        }
        // Its length lies, or the file ends inside it: mitmproxy was killed.
        let (end, reason) = match self.next_flow(start + MAX_DIGITS as u64 + 1)? {
            Some(next) => (next, Reason::Unclosed),
            None => (len, Reason::Cut),
        };
        self.at = end;
        Ok(Some(Found::Entry(start..end, Some(reason))))
    }

    /// Whether a dictionary is an HTTP flow; `None` if it is no dictionary.
    ///
    /// A length that lies may end at a bracket by chance, so either its members
    /// end there too, or another flow or nothing follows.
    fn dictionary(&mut self, payload: &Range<u64>) -> io::Result<Option<bool>> {
        let behind = self.window.at(payload.end, BEHIND)?;
        let Some((b'}', next)) = behind.split_first() else {
            return Ok(None);
        };
        let followed = next.is_empty() || is(next);
        let (ends, is_http) = self.members(payload)?;
        Ok((ends || followed).then_some(is_http))
    }

    /// Whether a dictionary's members end where it does, and whether its `type`
    /// is `http`, or not to be found.
    fn members(&mut self, dictionary: &Range<u64>) -> io::Result<(bool, bool)> {
        let (mut at, mut is_http) = (dictionary.start, true);
        for _ in 0..MAX_MEMBERS {
            if at == dictionary.end {
                break;
            }
            let key = self.window.value(at)?;
            let Some(key) = key.filter(|key| key.end < dictionary.end) else {
                break;
            };
            let Some(value) = self.window.value(key.end + 1)? else {
                break;
            };
            if self.window.is(&key, b"type")? {
                is_http = self.window.is(&value, b"http")?;
            }
            at = value.end + 1;
        }
        Ok((at == dictionary.end, is_http))
    }

    /// The colon before a flow's payload, and its first key.
    fn lead_of(&mut self, start: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(key) = self
            .window
            .value(start)?
            .filter(|key| key.end - key.start < LEAD)
        else {
            return Ok(None);
        };
        let bytes = self.window.at(start, key.end + 1 - start)?;
        // The difference is below LEAD and a few digits.
        let key = bytes.get(..(key.end + 1 - start) as usize);
        Ok(key.map(|key| [b":", key].concat()))
    }

    /// Where the next flow starts at or behind `from`.
    fn next_flow(&mut self, from: u64) -> io::Result<Option<u64>> {
        let Some(lead) = &self.lead else {
            return Ok(None);
        };
        let pattern = Pattern::new(lead);
        let overlap = (MAX_DIGITS + lead.len()) as u64;
        let len = self.window.source.len();
        let mut bytes = Vec::new();
        let mut start = from;
        while start < len {
            let end = len.min(start + SEARCHED + overlap);
            self.window.source.read(start..end, &mut bytes)?;
            for at in pattern.find_iter(&bytes) {
                let digits = bytes[..at].iter().rev();
                let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
                if (1..=MAX_DIGITS).contains(&digits) {
                    return Ok(Some(start + (at - digits) as u64));
                }
            }
            start += SEARCHED;
        }
        Ok(None)
    }
}
