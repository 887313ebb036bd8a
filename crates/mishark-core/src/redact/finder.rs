//! Where secrets are in a text.
//!
//! Not by parsing: a body that was cut off, JSON in a string in JSON, a URL in
//! either, half a page of HTML, all have to be cleared of secrets, and nothing
//! around them may change. So names are looked for where a name would be, at
//! any depth of escapes, and whatever else the text is does not matter.
//!
//! ```text
//! "token":"…"        \"token\":\"…\"        %22token%22%3A%22…%22
//! ?auth=…&           \u0026auth=…           %3Fauth%3D…%26
//! Cookie: …          'token': '…'           \nCookie: …
//! ```

use std::borrow::Cow;

use super::found::Found;
use super::names::{Kind, LONGEST, Place, candidate};
use crate::json::unescape;
use crate::protocol::form::percent_decode;

/// How often percent-encoding is undone: a URL in a URL in a form.
const DEEPEST: usize = 3;

/// How much of escapes is in a name at most, as in `\u0074oken`.
const LONGEST_NAME: usize = 6 * LONGEST;

/// Finds secrets by their names. In order, and none inside of another.
pub(super) fn find(text: &[u8]) -> Vec<Found> {
    find_at(text, 0)
}

fn find_at(text: &[u8], depth: usize) -> Vec<Found> {
    let mut finder = Finder {
        text,
        found: Vec::new(),
        at: 0,
        depth,
    };
    finder.run();
    finder.found
}

struct Finder<'t> {
    text: &'t [u8],
    found: Vec<Found>,
    /// All before is done.
    at: usize,
    depth: usize,
}

impl Finder<'_> {
    fn run(&mut self) {
        for hit in memchr::memchr3_iter(b':', b'=', b'%', self.text) {
            if hit < self.at {
                continue;
            }
            match self.text[hit] {
                b':' => self.member(hit),
                b'=' => self.parameter(hit),
                _ => self.encoded(hit),
            }
        }
    }

    fn push(&mut self, found: Option<Found>) {
        if let Some(found) = found {
            self.at = found.range.end;
            self.found.push(found);
        }
    }

    /// A colon that may stand behind a member's key, a header field's name, or
    /// a URL's scheme.
    fn member(&mut self, colon: usize) {
        if self.text[colon..].starts_with(b"://") {
            return self.login(colon + 3);
        }
        let Some(last) = self.text[..colon].trim_ascii_end().len().checked_sub(1) else {
            return;
        };
        let quote = self.text[last];
        if !matches!(quote, b'"' | b'\'') {
            return self.line(colon);
        }
        let escapes = backslashes(&self.text[..last]);
        if !(escapes + 1).is_power_of_two() {
            return;
        }
        let end = last - escapes;
        let from = end.saturating_sub(LONGEST_NAME);
        let Some(opening) = memchr::memrchr(quote, &self.text[from..end]) else {
            return;
        };
        let Ok(name) = std::str::from_utf8(&self.text[from + opening + 1..end]) else {
            return;
        };
        let name = unescape(name);
        if let Some(kind) = candidate(&name, Place::Member) {
            self.at = colon + 1;
            self.values(kind, &name, escapes);
        }
    }

    /// A line of a head, as logs and error texts quote them.
    fn line(&mut self, colon: usize) {
        let Some(name) = self.name_before(colon) else {
            return;
        };
        let Some(kind) = candidate(&name, Place::Header) else {
            return;
        };
        let is_end = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\\' | b'"' | b'\'' | b'<');
        let rest = &self.text[colon + 1..];
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\''));
        let mut start = colon + 1 + blanks.count();
        let rest = &self.text[start..];
        let mut len = rest.iter().take_while(|byte| !is_end(**byte)).count();
        if kind != Kind::Cookie {
            // `Bearer` and `Basic` are no secret, and other words may follow.
            let mut words = rest[..len].split(u8::is_ascii_whitespace);
            let first = words.next().unwrap_or_default();
            let is_scheme = kind == Kind::Token && first.iter().all(u8::is_ascii_alphabetic);
            let second = words.next().filter(|_| is_scheme);
            start += second.map_or(0, |_| first.len() + 1);
            len = second.unwrap_or(first).len();
        }
        let secret = percent_decode(self.text[start..start + len].trim_ascii());
        let found = Found::new(start..start + len, kind, &name, secret);
        self.at = start;
        self.push(found);
    }

    /// The bare name that ends at a place, if one can stand there.
    fn name_before(&self, end: usize) -> Option<String> {
        let from = end.saturating_sub(3 * LONGEST);
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-%".contains(byte);
        let len = self.text[from..end]
            .iter()
            .rev()
            .take_while(is_name)
            .count();
        let mut start = end - len;
        match self.text[..start].last() {
            // JSON's ways to write `&` and a line's end.
            Some(b'\\') => {
                let escapes = [&b"u0026"[..], b"n", b"r", b"t"];
                let written = escapes
                    .iter()
                    .find(|it| self.text[start..end].starts_with(it))?;
                start += written.len();
            }
            None => {}
            Some(byte) if b"?&;#\"'({[,>".contains(byte) || byte.is_ascii_whitespace() => {}
            Some(_) => return None,
        }
        let name = percent_decode(&self.text[start..end]);
        let name = String::from_utf8(name).ok()?;
        (!name.is_empty()).then_some(name)
    }

    /// A password before a URL's host: `https://user:password@host`.
    fn login(&mut self, start: usize) {
        // Far more than a name and a password ever are.
        const LONGEST_LOGIN: usize = 256;
        let login = self.text[start..].iter().take(LONGEST_LOGIN);
        let login = login.take_while(|byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\\' | b'<')
        });
        let login = &self.text[start..start + login.count()];
        let at = memchr::memrchr(b'@', login);
        let colon = memchr::memchr(b':', login);
        if let (Some(at), Some(colon)) = (at, colon)
            && colon < at
        {
            let range = start + colon + 1..start + at;
            let secret = percent_decode(&self.text[range.clone()]);
            self.push(Found::new(range, Kind::Password, "password", secret));
        }
    }

    /// The value behind a secret's key; of a list or an object all in it.
    fn values(&mut self, kind: Kind, name: &str, escapes: usize) {
        let mut depth = 0_usize;
        loop {
            let rest = &self.text[self.at..];
            let start = self.at + rest.len() - rest.trim_ascii_start().len();
            match self.text.get(start) {
                Some(b'[' | b'{') => {
                    depth += 1;
                    self.at = start + 1;
                }
                Some(b']' | b'}') if depth > 0 => {
                    depth -= 1;
                    self.at = start + 1;
                }
                Some(b',') if depth > 0 => self.at = start + 1,
                Some(b't' | b'f' | b'n') if depth > 0 => {
                    let word = self.text[start..]
                        .iter()
                        .take_while(|it| it.is_ascii_lowercase());
                    self.at = start + word.count();
                }
                Some(b'"' | b'\'' | b'\\') => {
                    let opening = start + escapes;
                    let escaped = self.text[start..]
                        .iter()
                        .take_while(|it| **it == b'\\')
                        .count();
                    let quote = self
                        .text
                        .get(opening)
                        .filter(|it| matches!(it, b'"' | b'\''));
                    let Some(quote) = quote.filter(|_| escaped == escapes) else {
                        return;
                    };
                    let range = opening + 1..self.closing(opening + 1, escapes, *quote);
                    // Past the closing quote, so that a list can go on.
                    let behind = (range.end + escapes + 1).min(self.text.len());
                    let next = self.text[behind..].trim_ascii_start();
                    if depth > 0 && next.first() == Some(&b':') {
                        // A key in an object.
                        self.at = self.text.len() - next.len() + 1;
                        continue;
                    }
                    let secret = meaning(&self.text[range.clone()], escapes);
                    self.push(Found::new(range, kind, name, secret));
                    self.at = behind;
                }
                Some(b'-' | b'0'..=b'9') => {
                    let is_number =
                        |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                    let len = self.text[start..].iter().take_while(is_number).count();
                    let range = start..start + len;
                    self.at = range.end;
                    let secret = self.text[range.clone()].to_vec();
                    let quote = format!("{}\"", "\\".repeat(escapes));
                    let found = Found::new(range, kind, name, secret);
                    self.push(found.map(|found| Found { quote, ..found }));
                }
                _ => return,
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Where the string ends whose quotes have so many backslashes. With each
    /// level of strings in strings `n` of them become `2n + 1`, and those of
    /// the value itself are doubled.
    fn closing(&self, start: usize, escapes: usize, quote: u8) -> usize {
        for quote in memchr::memchr_iter(quote, &self.text[start..]) {
            let before = backslashes(&self.text[start..start + quote]);
            if before < escapes || before % (2 * (escapes + 1)) == escapes {
                return start + quote - before.min(escapes);
            }
        }
        self.text.len()
    }

    /// An equals sign that may stand behind a parameter's name.
    fn parameter(&mut self, equals: usize) {
        let Some(name) = self.name_before(equals) else {
            return;
        };
        let Some(kind) = candidate(&name, Place::Parameter) else {
            return;
        };
        let start = equals + 1;
        let end = start + value_len(&self.text[start..]);
        let text = String::from_utf8_lossy(&self.text[start..end]);
        let secret = percent_decode(unescape(&text).as_bytes());
        // An unescaped plus was read as a blank, or is one that was not.
        let secret = secret
            .into_iter()
            .map(|byte| if byte == b' ' { b'+' } else { byte });
        let found = Found::new(start..end, kind, &name, secret.collect());
        // What is none may have one in it: JSON, or another URL.
        self.push(found);
    }

    /// A run of percent-encoded text: what it means is looked through, and the
    /// places are told where they are here.
    fn encoded(&mut self, percent: usize) {
        if self.depth == DEEPEST {
            return;
        }
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || b"%-_.~+*!()$,/@:".contains(byte);
        let run = &self.text[self.at..percent];
        let start = percent - run.iter().rev().take_while(is_part).count();
        let len = self.text[start..].iter().take_while(is_part).count();
        let (decoded, places) = decode(&self.text[start..start + len]);
        for found in find_at(&decoded, self.depth + 1) {
            self.found.push(Found {
                range: start + places[found.range.start]..start + places[found.range.end],
                quote: found.quote.replace('"', "%22").replace('\\', "%5C"),
                ..found
            });
        }
        self.at = start + len;
    }
}

/// How many backslashes a text ends with.
fn backslashes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// The inside of a string that is inside of as many as the backslashes of its
/// quotes tell.
fn meaning(text: &[u8], escapes: usize) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(text);
    for _ in 0..=(escapes + 1).ilog2() {
        text = Cow::Owned(unescape(&text).into_owned());
    }
    text.into_owned().into_bytes()
}

/// How long a parameter's value is. JSON may write its slashes as `\/`.
fn value_len(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => {
                let run = text[at..].iter().take_while(|byte| **byte == b'\\').count();
                if text.get(at + run) != Some(&b'/') {
                    break;
                }
                at += run + 1;
            }
            b'&' | b'"' | b'\'' | b'<' | b'>' | b'#' | b';' | b',' | b')' | b'}' => break,
            byte if byte.is_ascii_whitespace() => break,
            _ => at += 1,
        }
    }
    at
}

/// Undoes percent-encoding, and tells where each byte was and where all ends.
fn decode(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut decoded = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut at = 0;
    while at < text.len() {
        places.push(at);
        let digit = |at: usize| text.get(at).and_then(|byte| (*byte as char).to_digit(16));
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are one byte.
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    places.push(text.len());
    (decoded, places)
}
