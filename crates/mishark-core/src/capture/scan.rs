//! One streaming pass over JSON text that finds where each entry is.
//!
//! It validates nothing and reads nothing but brackets, quotes and the few keys
//! near the top, so it runs at gigabytes a second and keeps what came before a
//! cut. It finds entries in every shape recorders write:
//!
//! ```text
//! {"log": {…, "entries": [ENTRY, ENTRY, …]}}      HAR; keys in any order
//! {"entries": [ENTRY, …]}                         HAR without its outer object
//! [ENTRY, …]                                      whistle, Charles
//! ENTRY  or  ENTRY ENTRY …  or one a line         one session, NDJSON
//! [ENTRY, …] [ENTRY, …]                           exports put together
//! [HAR, HAR, …]                                   HARs put together
//! {"data": {…, "data": {"id": ENTRY, …}}}         whistle's get-data
//! name(ANY OF THESE)                              JSONP, or a script's variable
//! ```
//!
//! Lines between these that are no JSON are passed over: what a program logged.
//!
//! An entry is bound to its key, not to a depth: a member called `entries` in
//! a page's comment is not a list of entries.

use std::ops::Range;

/// Keys near the top longer than this are none that matter.
const MAX_KEY: usize = 16;

/// In strings this many bytes are looked at one by one before the search for
/// the closing quote starts: most strings are short, and starting costs.
const SHORT_STRING: usize = 16;

/// What the entries were found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `log.entries` or `entries`.
    Entries,
    /// `data.data`.
    GetData,
    /// A top-level array, or values side by side.
    Values,
}

/// How far a container near the top is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Its elements or members are entries.
    Collection,
    /// `data` of whistle's get-data.
    Data,
    /// An array at the top.
    List,
    /// `log` of a HAR.
    Log,
    /// An object at the top, or in a list there: a HAR, a get-data answer or one
    /// entry.
    Top,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    role: Role,
    is_object: bool,
    expects_key: bool,
}

/// The state of the pass; fed chunk by chunk.
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    /// Where in the file the next chunk starts.
    offset: u64,
    frames: Vec<Frame>,
    /// How many brackets are open inside a value that is not looked into.
    depth: u64,
    in_string: bool,
    escaped: bool,
    /// The last key of the frame, as far as it can matter.
    key: Vec<u8>,
    reading_key: bool,
    /// Where the entry being passed over starts.
    entry: Option<u64>,
    /// In a number or literal that stands where an entry should.
    in_scalar: bool,
    top_start: u64,
    found_in_top: bool,
    shape: Option<Shape>,
    /// The containers around the first list of entries.
    list: Vec<Frame>,
    /// In a line that is no JSON: the last byte of it that is no white space.
    line: Option<u8>,
    /// Where the first such line begins.
    foreign: Option<u64>,
}

/// How the pass ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All brackets closed.
    Whole,
    /// The text ends inside the entry that starts here.
    InEntry(u64),
    /// The text ends elsewhere before its last bracket.
    Early,
}

impl Scanner {
    /// A scanner for a text from its start.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the entries are in, once that is known.
    pub fn shape(&self) -> Option<Shape> {
        self.shape
    }

    /// A scanner in a list of a HAR's entries, whose bracket is at `offset`,
    /// whatever stands before it.
    pub fn in_entries(offset: u64) -> Self {
        let frame = Frame {
            role: Role::Collection,
            is_object: false,
            expects_key: false,
        };
        Self {
            offset: offset + 1,
            frames: vec![frame],
            shape: Some(Shape::Entries),
            list: vec![frame],
            found_in_top: true,
            ..Self::default()
        }
    }

    /// Whether a list of entries was found.
    pub fn has_list(&self) -> bool {
        !self.list.is_empty()
    }

    /// Where the first line begins that is no JSON, if there is one.
    pub fn foreign(&self) -> Option<u64> {
        self.foreign
    }

    /// Whether a text that starts so has JSON in it, perhaps behind other lines.
    pub fn is_json(head: &[u8]) -> bool {
        let mut scanner = Self::new();
        let mut entries = Vec::new();
        scanner.push(head, &mut entries);
        !scanner.frames.is_empty() || !entries.is_empty() || scanner.shape.is_some()
    }

    /// Takes the next chunk and appends the ranges of entries that end in it.
    pub fn push(&mut self, chunk: &[u8], entries: &mut Vec<Range<u64>>) {
        let mut at = 0;
        while at < chunk.len() {
            at = if self.in_string {
                self.string(chunk, at, entries)
            } else if self.depth > 0 {
                self.skip(chunk, at, entries)
            } else {
                self.near_top(chunk[at], at, entries);
                at + 1
            };
        }
        self.offset += chunk.len() as u64;
    }

    /// Tells how the text ended.
    pub fn finish(&self) -> End {
        if let Some(start) = self.entry {
            return End::InEntry(start);
        }
        match self.frames.is_empty() {
            true => End::Whole,
            // An object at the top that held no list may be an entry itself.
            false if self.is_in_top() => End::InEntry(self.top_start),
            false => End::Early,
        }
    }

    /// A scanner that goes on in the same list of entries at `offset`, where an
    /// entry starts, whatever damage lies before it.
    pub fn resume(&self, offset: u64) -> Self {
        Self {
            offset,
            frames: self.list.clone(),
            found_in_top: true,
            shape: self.shape,
            list: self.list.clone(),
            ..Self::default()
        }
    }

    /// Whether an object at the top is open that may be an entry itself.
    fn is_in_top(&self) -> bool {
        !self.found_in_top && self.frames.iter().any(|frame| frame.role == Role::Top)
    }

    /// Passes over string content; stops after the closing quote.
    fn string(&mut self, chunk: &[u8], start: usize, entries: &mut Vec<Range<u64>>) -> usize {
        let mut at = start;
        if self.escaped {
            self.escaped = false;
            at += 1;
        }
        loop {
            let short = chunk.len().min(at.saturating_add(SHORT_STRING));
            let found = chunk[at.min(short)..short]
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\'))
                .map(|found| at + found)
                .or_else(|| {
                    memchr::memchr2(b'"', b'\\', &chunk[short..]).map(|found| short + found)
                });
            let end = found.unwrap_or(chunk.len());
            if self.reading_key && self.key.len() <= MAX_KEY {
                let room = MAX_KEY + 1 - self.key.len();
                self.key.extend(chunk[at..end].iter().take(room));
            }
            match found {
                None => return chunk.len(),
                Some(found) if chunk[found] == b'"' => {
                    self.in_string = false;
                    self.reading_key = false;
                    if self.depth == 0 && self.in_scalar {
                        self.in_scalar = false;
                        self.end_value(self.offset + found as u64 + 1, entries);
                    }
                    return found + 1;
                }
                // A backslash: the byte after it is no quote, wherever it is.
                Some(found) if found + 1 == chunk.len() => {
                    self.escaped = true;
                    return chunk.len();
                }
                Some(found) => at = found + 2,
            }
        }
    }

    /// Passes over the inside of a value, counting brackets only.
    fn skip(&mut self, chunk: &[u8], start: usize, entries: &mut Vec<Range<u64>>) -> usize {
        for (at, byte) in chunk.iter().enumerate().skip(start) {
            match byte {
                b'"' => {
                    self.in_string = true;
                    return at + 1;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.end_value(self.offset + at as u64 + 1, entries);
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        chunk.len()
    }

    /// A byte outside strings in a container that is looked into, or at the top.
    fn near_top(&mut self, byte: u8, at: usize, entries: &mut Vec<Range<u64>>) {
        let here = self.offset + at as u64;
        if self.is_foreign(byte, here) {
            return;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                if self.frames.last().is_some_and(|frame| frame.expects_key) {
                    self.key.clear();
                    self.reading_key = true;
                } else {
                    self.start_value(here);
                    self.in_scalar = true;
                }
            }
            b'{' | b'[' => self.open(byte, here, entries),
            b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => {
                if self.in_scalar {
                    self.in_scalar = false;
                    self.end_value(here, entries);
                }
                match byte {
                    b'}' | b']' => self.close(byte, here + 1, entries),
                    b',' => self.expect_key(true),
                    b':' => self.expect_key(false),
                    _ => {}
                }
            }
            _ if !self.in_scalar => {
                self.start_value(here);
                self.in_scalar = true;
            }
            _ => {}
        }
    }

    /// Whether a byte belongs to a line that is no JSON.
    fn is_foreign(&mut self, byte: u8, here: u64) -> bool {
        let is_bracket = matches!(byte, b'{' | b'[');
        if let Some(last) = self.line {
            // A bracket goes on with JSON where it is an argument, or assigned.
            let is_json = byte == b'\n' || (is_bracket && matches!(last, b'(' | b'='));
            if is_json || !byte.is_ascii_whitespace() {
                self.line = (!is_json).then_some(byte);
            }
            return !is_json;
        }
        let is_line = match &self.frames[..] {
            // A mark at the very start of the text, or bytes between values.
            [] => !is_bracket && !b"\xef\xbb\xbf]},:) ;\n\r\t".contains(&byte),
            // `[12:00:01] listening`, `[info] listening`.
            [list] if list.role == Role::List => {
                (byte == b':' && self.in_scalar)
                    || (byte.is_ascii_alphabetic() && !self.in_scalar && !b"ntfNIu".contains(&byte))
            }
            _ => false,
        };
        if is_line {
            self.foreign.get_or_insert(here);
            self.line = Some(byte);
            if self.frames.pop().is_some() {
                self.list.clear();
            }
            (self.entry, self.in_scalar) = (None, false);
        }
        is_line
    }

    fn expect_key(&mut self, yes: bool) {
        if let Some(frame) = self.frames.last_mut() {
            frame.expects_key = yes && frame.is_object;
        }
    }

    /// A value starts here; it is an entry if it stands in a collection.
    fn start_value(&mut self, here: u64) {
        let parent = self.frames.last().map(|frame| frame.role);
        if matches!(parent, Some(Role::Collection | Role::List)) {
            self.entry = Some(here);
        }
    }

    /// A value ended before `end`.
    fn end_value(&mut self, end: u64, entries: &mut Vec<Range<u64>>) {
        if let Some(start) = self.entry.take() {
            self.shape.get_or_insert(Shape::Values);
            entries.push(start..end);
        }
    }

    fn open(&mut self, byte: u8, here: u64, entries: &mut Vec<Range<u64>>) {
        let is_object = byte == b'{';
        // An object where a key should be: the list went on behind a `]` too
        // many, or behind an entry that did not close.
        if is_object && self.frames.last().is_some_and(|frame| frame.expects_key) {
            let is_in_list = self.list.iter().any(|frame| frame.role == Role::Collection);
            if self.is_in_top() && !is_in_list {
                entries.push(self.top_start..here);
            }
            self.frames.clone_from(&self.list);
            self.found_in_top = true;
        }
        let parent = self.frames.last().map(|frame| frame.role);
        let role = match (parent, self.key.as_slice(), is_object) {
            (None | Some(Role::List), _, true) => {
                self.top_start = here;
                self.found_in_top = false;
                Some(Role::Top)
            }
            (None, _, false) => Some(Role::List),
            (Some(Role::Top), b"log", true) => {
                // Said now, so that a HAR cut before its entries is one.
                self.found_in_top = true;
                self.shape.get_or_insert(Shape::Entries);
                Some(Role::Log)
            }
            (Some(Role::Top | Role::Log), b"entries", false) => {
                self.found_in_top = true;
                self.shape.get_or_insert(Shape::Entries);
                Some(Role::Collection)
            }
            (Some(Role::Top), b"data", true) => Some(Role::Data),
            (Some(Role::Data), b"data", true) => {
                self.found_in_top = true;
                self.shape.get_or_insert(Shape::GetData);
                Some(Role::Collection)
            }
            _ => None,
        };
        match role {
            Some(role) => {
                self.frames.push(Frame {
                    role,
                    is_object,
                    expects_key: is_object,
                });
                if matches!(role, Role::Collection | Role::List) && self.list.is_empty() {
                    self.list.clone_from(&self.frames);
                }
            }
            None => {
                self.start_value(here);
                self.depth = 1;
            }
        }
    }

    fn close(&mut self, byte: u8, end: u64, entries: &mut Vec<Range<u64>>) {
        // A bracket too many behind an entry does not end the list.
        let frame = self
            .frames
            .pop_if(|frame| frame.is_object == (byte == b'}'));
        let Some(frame) = frame else {
            return;
        };
        if frame.role == Role::Top && !self.found_in_top {
            self.shape.get_or_insert(Shape::Values);
            entries.push(self.top_start..end);
        }
    }
}

#[cfg(test)]
mod tests;
