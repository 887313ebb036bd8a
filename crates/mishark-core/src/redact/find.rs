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
//! ```

use std::borrow::Cow;
use std::ops::Range;

use super::{Kind, LONGEST, kind, kind_of_parameter};
use crate::json::unescape;
use crate::protocol::form::percent_decode;

/// How often percent-encoding is undone: a URL in a URL in a form.
const DEEPEST: usize = 3;

/// How much of escapes is in a name at most, as in `\u0074oken`.
const LONGEST_NAME: usize = 6 * LONGEST;

/// Cookies that tell nothing of anybody (the app's, and python clients').
const HARMLESS: [&str; 9] = [
    "channel",
    "countryCode",
    "dst_offset",
    "is_daylight",
    "locale",
    "sdkVersion",
    "timezone",
    "timezone_id",
    "uLocale",
];

/// A secret's place in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the value, without quotes.
    pub range: Range<usize>,
    /// What the secret is.
    pub kind: Kind,
    /// The name it stands under.
    pub name: String,
    /// What has to stand at both ends of other text in its place: a number in
    /// JSON has no quotes of its own.
    pub quote: String,
    /// What the value means, with escapes undone: the same for one secret
    /// wherever it stands.
    pub(super) secret: Vec<u8>,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Found({} at {:?})", self.name, self.range)
    }
}

/// Finds secrets in any text: JSON, a form, a URL, parts of them. In order,
/// and none inside of another.
pub fn in_text(text: &[u8]) -> Vec<Found> {
    let mut finder = Finder {
        text,
        found: Vec::new(),
        at: 0,
        depth: 0,
    };
    finder.run();
    finder.found
}

/// Finds secrets in the value of a header field.
pub fn in_header(name: &str, value: &str) -> Vec<Found> {
    if name.eq_ignore_ascii_case("cookie") {
        return pieces(value, ';')
            .filter_map(|piece| cookie(value, piece))
            .collect();
    }
    if name.eq_ignore_ascii_case("set-cookie") {
        // Some recorders join several of them with line breaks.
        return pieces(value, '\n')
            .filter_map(|line| {
                let len = value[line.clone()].find(';').unwrap_or(line.len());
                cookie(value, line.start..line.start + len)
            })
            .collect();
    }
    match kind(name) {
        None => in_text(value.as_bytes()),
        Some(kind) => {
            // `Bearer` and `Basic` are no secret.
            let scheme = value.split_once(' ').filter(|(scheme, rest)| {
                kind == Kind::Token
                    && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
                    && !rest.contains(' ')
            });
            let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
            whole(value, start..value.len(), kind, name)
                .into_iter()
                .collect()
        }
    }
}

/// The ranges between separators.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = Range<usize>> {
    text.split(separator).scan(0, move |at, piece| {
        let start = *at;
        *at += piece.len() + separator.len_utf8();
        Some(start..start + piece.len())
    })
}

fn cookie(text: &str, pair: Range<usize>) -> Option<Found> {
    let (name, _) = text[pair.clone()].split_once('=')?;
    let value = pair.start + name.len() + 1..pair.end;
    let name = name.trim();
    if HARMLESS.contains(&name) {
        return None;
    }
    whole(text, value, kind(name).unwrap_or(Kind::Cookie), name)
}

/// The value at a range, less the blanks around it.
fn whole(text: &str, range: Range<usize>, kind: Kind, name: &str) -> Option<Found> {
    let value = text[range.clone()].trim();
    let start = range.start + text[range.clone()].find(value).unwrap_or(0);
    Found::new(
        start..start + value.len(),
        kind,
        name,
        percent_decode(value.as_bytes()),
    )
}

impl Found {
    /// Nothing where the value tells nothing: flags, and placeholders.
    fn new(range: Range<usize>, kind: Kind, name: &str, secret: Vec<u8>) -> Option<Self> {
        let is_word = matches!(&secret[..], b"true" | b"false" | b"null" | b"None");
        if secret.len() < 2 || is_word || is_placeholder(&secret) {
            return None;
        }
        Some(Self {
            range,
            kind,
            name: name.to_owned(),
            quote: String::new(),
            secret,
        })
    }
}

/// Whether a value is what a [`Redactor`](super::Redactor) left, as in one of
/// our own exports.
fn is_placeholder(value: &[u8]) -> bool {
    let inner = value
        .strip_prefix(b"<")
        .and_then(|value| value.strip_suffix(b">"));
    let Some((name, number)) = inner.and_then(|inner| {
        let dash = inner.iter().rposition(|byte| *byte == b'-')?;
        Some((&inner[..dash], &inner[dash + 1..]))
    }) else {
        return false;
    };
    number.iter().all(u8::is_ascii_digit)
        && Kind::ALL.iter().any(|kind| kind.name().as_bytes() == name)
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

    /// A colon that may stand behind a member's key, or a URL's scheme.
    fn member(&mut self, colon: usize) {
        if self.text[colon..].starts_with(b"://") {
            return self.login(colon + 3);
        }
        let Some(last) = self.text[..colon].trim_ascii_end().len().checked_sub(1) else {
            return;
        };
        if self.text[last] != b'"' {
            return;
        }
        let escapes = backslashes(&self.text[..last]);
        if !(escapes + 1).is_power_of_two() {
            return;
        }
        let end = last - escapes;
        let from = end.saturating_sub(LONGEST_NAME);
        let Some(quote) = memchr::memrchr(b'"', &self.text[from..end]) else {
            return;
        };
        let Ok(name) = std::str::from_utf8(&self.text[from + quote + 1..end]) else {
            return;
        };
        let name = unescape(name);
        let Some(kind) = kind(&name) else {
            return;
        };
        self.at = colon + 1;
        self.values(kind, &name, escapes);
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

    /// The value behind a secret's key, or a list of them.
    fn values(&mut self, kind: Kind, name: &str, escapes: usize) {
        let mut in_list = false;
        loop {
            let rest = &self.text[self.at..];
            let start = self.at + rest.len() - rest.trim_ascii_start().len();
            match self.text.get(start) {
                Some(b'[') if !in_list => {
                    in_list = true;
                    self.at = start + 1;
                    continue;
                }
                Some(b'"' | b'\\') => {
                    let opening = start + escapes;
                    let escaped = self.text[start..]
                        .iter()
                        .take_while(|byte| **byte == b'\\')
                        .count();
                    if escaped != escapes || self.text.get(opening) != Some(&b'"') {
                        return;
                    }
                    let range = opening + 1..self.closing(opening + 1, escapes);
                    self.at = range.end;
                    let secret = meaning(&self.text[range.clone()], escapes);
                    self.push(Found::new(range.clone(), kind, name, secret));
                    // Past the closing quote, so that a list can go on.
                    self.at = (range.end + escapes + 1).min(self.text.len());
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
            let rest = &self.text[self.at..];
            let blanks = rest.len() - rest.trim_ascii_start().len();
            if !in_list || rest.get(blanks) != Some(&b',') {
                return;
            }
            self.at += blanks + 1;
        }
    }

    /// Where the string ends whose quotes have so many backslashes. With each
    /// level of strings in strings `n` of them become `2n + 1`, and those of
    /// the value itself are doubled.
    fn closing(&self, start: usize, escapes: usize) -> usize {
        for quote in memchr::memchr_iter(b'"', &self.text[start..]) {
            let before = backslashes(&self.text[start..start + quote]);
            if before < escapes || before % (2 * (escapes + 1)) == escapes {
                return start + quote - before.min(escapes);
            }
        }
        self.text.len()
    }

    /// An equals sign that may stand behind a parameter's name.
    fn parameter(&mut self, equals: usize) {
        let from = equals.saturating_sub(LONGEST + "u0026".len());
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let len = self.text[from..equals]
            .iter()
            .rev()
            .take_while(is_name)
            .count();
        let mut name = &self.text[equals - len..equals];
        match self.text[..equals - len].last() {
            // JSON's way to write `&`.
            Some(b'\\') => match name.strip_prefix(b"u0026") {
                Some(rest) => name = rest,
                None => return,
            },
            None | Some(b'?' | b'&' | b';' | b'#' | b'"' | b'\'' | b' ' | b'\n') => {}
            Some(_) => return,
        }
        let Ok(name) = std::str::from_utf8(name) else {
            return;
        };
        let Some(kind) = kind_of_parameter(name) else {
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
        let name = name.to_owned();
        self.at = end;
        self.push(Found::new(start..end, kind, &name, secret.collect()));
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
        let mut inner = Finder {
            text: &decoded,
            found: Vec::new(),
            at: 0,
            depth: self.depth + 1,
        };
        inner.run();
        for found in inner.found {
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
            b'&' | b'"' | b'\'' | b'<' | b'>' | b'#' | b';' => break,
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
