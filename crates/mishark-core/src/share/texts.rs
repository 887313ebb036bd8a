//! Texts in which every known value has its stand-in, however it is written:
//! plain, in URLs, escaped in JSON, in hex, in base64, in gzip in base64.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};

use super::kind::{Kind, of_member};
use super::stand_ins::StandIns;
use crate::json::{Kind as Json, Tree, escape, looks_like};
use crate::protocol::base64;
use crate::protocol::plaintext::{Gunzip, gunzip, gzip, is_gzip, is_text};
use crate::redact::{self, Found, in_header, in_text};

/// Shorter values are replaced under their names only: they stand in anything.
const SHORTEST: usize = 6;

/// From so many bytes on a value can not be a part of another word.
const UNMISTAKABLE: usize = 16;

/// The shortest run that may be a packed text: a name and a value in base64.
const SHORTEST_PACKED: usize = 20;

/// How much a packed text may hold, in bytes.
const MOST_UNPACKED: u64 = 64 << 20;

/// How often a text is packed in a text.
const DEEPEST: usize = 2;

/// Members whose values are names that people gave.
const NAMES: [&str; 7] = [
    "alias",
    "device_name",
    "home_name",
    "name",
    "nickname",
    "room_name",
    "scene_name",
];

/// Replaces known values in texts.
pub(super) struct Texts<'s> {
    stand_ins: &'s StandIns,
    automaton: AhoCorasick,
    /// For each pattern: what replaces it, and of which kind it is.
    forms: Vec<(Vec<u8>, Kind)>,
}

impl<'s> Texts<'s> {
    /// `None` if there are more values than can be looked for at once.
    pub(super) fn new(stand_ins: &'s StandIns) -> Option<Self> {
        let mut patterns = Vec::new();
        let mut forms = Vec::new();
        for (kind, value, other) in stand_ins.iter() {
            if !is_unmistakable(kind, value) || value == other {
                continue;
            }
            for (value, other) in written(value).into_iter().zip(written(other)) {
                patterns.push(value);
                forms.push((other, kind));
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns);
        Some(Self {
            stand_ins,
            automaton: automaton.ok()?,
            forms,
        })
    }

    /// A text with its stand-ins.
    pub(super) fn text(&self, text: &[u8]) -> Vec<u8> {
        self.replaced(text, &in_text(text), 0)
    }

    /// A header field's value with its stand-ins.
    pub(super) fn header(&self, name: &str, value: &str) -> String {
        let text = self.replaced(value.as_bytes(), &in_header(name, value), 0);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// A parameter's value with its stand-ins.
    pub(super) fn parameter(&self, name: &str, value: &[u8]) -> Vec<u8> {
        let is_secret = parameter_kind(name).is_some();
        match self.stand_ins.of(value).filter(|_| is_secret) {
            Some(other) => other.to_vec(),
            None => self.text(value),
        }
    }

    /// The kind of a known value that stands in a text, in any writing.
    pub(super) fn left_in(&self, text: &[u8]) -> Option<Kind> {
        self.left(text, 0)
    }

    fn left(&self, text: &[u8], depth: usize) -> Option<Kind> {
        if let Gunzip::Whole(inner) | Gunzip::Broken(inner) = unzipped(text) {
            return self.left(&inner, depth);
        }
        let mut hits = self.automaton.find_iter(text);
        let hit = hits.find(|hit| stands_alone(text, hit.start(), hit.end()));
        hit.map(|hit| self.forms[hit.pattern().as_usize()].1)
            .or_else(|| {
                let mut runs = packed_runs(text).filter(|_| depth < DEEPEST);
                runs.find_map(|(start, end)| {
                    let inner = unpacked(&text[start..end])?;
                    self.left(&inner, depth + 1)
                })
            })
    }

    fn replaced(&self, text: &[u8], named: &[Found], depth: usize) -> Vec<u8> {
        if let Gunzip::Whole(inner) = unzipped(text) {
            let other = self.replaced(&inner, &in_text(&inner), depth);
            return if other == inner {
                text.to_vec()
            } else {
                gzip(&other)
            };
        }
        let mut places: Vec<(usize, usize, Vec<u8>)> = Vec::new();
        for found in named {
            let raw = &text[found.range.clone()];
            if let Some(other) = self.stand_ins.of(found.secret()) {
                let other = rewritten(raw, found.secret(), other);
                places.push((found.range.start, found.range.end, other));
            }
        }
        self.members(text, &mut places);
        if depth < DEEPEST {
            for (start, end) in packed_runs(text) {
                let inner = unpacked(&text[start..end]);
                let inner = inner.filter(|inner| self.left(inner, depth + 1).is_some());
                if let Some(inner) = inner {
                    let other = self.replaced(&inner, &in_text(&inner), depth + 1);
                    places.push((start, end, packed(&text[start..end], &other)));
                }
            }
        }
        for hit in self.automaton.find_iter(text) {
            if stands_alone(text, hit.start(), hit.end()) {
                let other = self.forms[hit.pattern().as_usize()].0.clone();
                places.push((hit.start(), hit.end(), other));
            }
        }
        // Of two places that overlap the longer one counts.
        places.sort_by_key(|(start, end, _)| (*start, usize::MAX - end));
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        for (start, end, other) in places {
            if start >= at {
                out.extend_from_slice(&text[at..start]);
                out.extend_from_slice(&other);
                at = end;
            }
        }
        out.extend_from_slice(&text[at..]);
        out
    }

    /// Values of JSON that are replaced under their names, since they are too
    /// short or too common to be looked for everywhere.
    fn members(&self, text: &[u8], places: &mut Vec<(usize, usize, Vec<u8>)>) {
        if !looks_like(text) {
            return;
        }
        let Ok(tree) = Tree::parse(text) else { return };
        let start = tree.text().as_ptr() as usize;
        // Mended text stands elsewhere.
        if start != text.as_ptr() as usize {
            return;
        }
        for row in 0..tree.len() {
            let key = member_key(&tree, row);
            let is_told = key.is_some_and(|key| of_member(key).is_some() || NAMES.contains(&key));
            let raw = match tree.kind(row) {
                Json::String => tree.string(row),
                Json::Number => Some(tree.value(row)),
                _ => None,
            };
            let (Some(raw), true) = (raw, is_told) else {
                continue;
            };
            let value = tree.scalar(row).unwrap_or(Cow::Borrowed(""));
            if let Some(other) = self.stand_ins.of(value.as_bytes()) {
                let from = raw.as_ptr() as usize - start;
                let other = rewritten(raw.as_bytes(), value.as_bytes(), other);
                places.push((from, from + raw.len(), other));
            }
        }
    }
}

/// The name a scalar stands under: its own, or its list's.
pub(super) fn member_key<'t>(tree: &'t Tree<'_>, row: usize) -> Option<&'t str> {
    tree.key(row).or_else(|| tree.key(tree.parent(row)?))
}

/// Whether a value can be told from everything else wherever it stands.
fn is_unmistakable(kind: Kind, value: &[u8]) -> bool {
    let is_ascii = value.is_ascii();
    let is_word = is_ascii && value.iter().all(u8::is_ascii_alphabetic);
    let has_digit = value.iter().any(u8::is_ascii_digit);
    match kind {
        _ if value.len() < SHORTEST => false,
        Kind::Secret(redact::Kind::Cookie) => has_digit && value.len() >= UNMISTAKABLE,
        Kind::Name | Kind::Network | Kind::Place => !is_ascii || (has_digit && value.len() > 8),
        _ => !is_word || value.len() >= UNMISTAKABLE,
    }
}

/// What a parameter of that name is, by `redact`.
pub(super) fn parameter_kind(name: &str) -> Option<redact::Kind> {
    redact::kind(name, redact::Place::Parameter)
}

/// The ways a value may be written, the plain one first: the same ones, in the
/// same order, for all values of a shape.
fn written(value: &[u8]) -> Vec<Vec<u8>> {
    let hex = |upper: bool| -> Vec<u8> {
        let digits = value.iter().map(|byte| match upper {
            true => format!("{byte:02X}"),
            false => format!("{byte:02x}"),
        });
        digits.collect::<String>().into_bytes()
    };
    let percent = |upper: bool| -> Vec<u8> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let letters = value.iter().map(|byte| match (plain(*byte), upper) {
            (true, _) => char::from(*byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        });
        letters.collect::<String>().into_bytes()
    };
    let escaped = |slashes: bool| -> Vec<u8> {
        let text = String::from_utf8_lossy(value);
        let mut out = String::new();
        for letter in text.chars() {
            let mut units = [0; 2];
            match letter {
                '/' if slashes => out.push_str("\\/"),
                '"' => out.push_str("\\\""),
                letter if letter.is_ascii() => out.push(letter),
                letter => {
                    for unit in letter.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
        out.into_bytes()
    };
    vec![
        value.to_vec(),
        percent(true),
        percent(false),
        escaped(true),
        escaped(false),
        hex(false),
        hex(true),
        base64::encode(value).into_bytes(),
    ]
}

/// A stand-in, written as the value is that it stands for: with its escapes.
fn rewritten(raw: &[u8], value: &[u8], other: &[u8]) -> Vec<u8> {
    if raw == value || value.len() != other.len() {
        return other.to_vec();
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    for (old, new) in value.iter().zip(other) {
        let rest = &raw[at..];
        let digits = rest
            .get(1..3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let encoded = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match rest.first() {
            Some(byte) if byte == old => {
                out.push(*new);
                at += 1;
            }
            Some(b'%') if encoded == Some(*old) => {
                out.extend_from_slice(format!("%{new:02X}").as_bytes());
                at += 3;
            }
            Some(b'\\') => {
                let run = rest.iter().take_while(|byte| **byte == b'\\').count();
                let len = match rest.get(run) {
                    // Of a backslash that is meant, the last one is the value's.
                    _ if *old == b'\\' => run,
                    Some(b'u') => run + 5,
                    _ => run + 1,
                };
                // What is escaped is mostly no letter, and stays as it is.
                match (rest.get(..len), old == new) {
                    (Some(escape), true) => out.extend_from_slice(escape),
                    _ => return escaped(raw, other),
                }
                at += len;
            }
            // A blank that is read as a plus, or the other way.
            Some(byte @ (b' ' | b'+')) => {
                out.push(*byte);
                at += 1;
            }
            _ => return escaped(raw, other),
        }
    }
    out
}

/// A stand-in in a text that may have escapes: with those of JSON, if it has any.
fn escaped(raw: &[u8], other: &[u8]) -> Vec<u8> {
    match raw.contains(&b'\\') {
        true => escape(&String::from_utf8_lossy(other)).into_bytes(),
        false => other.to_vec(),
    }
}

/// Whether no letter or digit joins a part of a text to others, but for the
/// digits of an escape.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let is_escape = start >= 3 && text[start - 3] == b'%';
    let before = text[..start].last().filter(|_| !is_escape);
    let after = text.get(end);
    end - start >= UNMISTAKABLE
        || !(before.is_some_and(u8::is_ascii_alphanumeric)
            || after.is_some_and(u8::is_ascii_alphanumeric))
}

fn unzipped(text: &[u8]) -> Gunzip {
    match is_gzip(text) {
        true => gunzip(text, MOST_UNPACKED),
        false => Gunzip::TooBig(Vec::new()),
    }
}

/// Runs that may be base64 of a text.
fn packed_runs(text: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text[at..].iter().position(is_part)?;
            let start = at;
            at += text[start..]
                .iter()
                .take_while(|byte| is_part(byte))
                .count();
            if at - start >= SHORTEST_PACKED {
                return Some((start, at));
            }
        }
    })
}

/// The text that base64 holds, gzip undone.
fn unpacked(run: &[u8]) -> Option<Vec<u8>> {
    // Most runs are words or ciphertext, which the first bytes tell.
    let first = base64::decode(run.get(..4)?).ok()?.bytes;
    if !is_gzip(&first) && !is_text(&first) {
        return None;
    }
    let bytes = base64::decode(run).ok()?.bytes;
    match unzipped(&bytes) {
        Gunzip::Whole(inner) | Gunzip::Broken(inner) => Some(inner),
        Gunzip::TooBig(_) => is_text(&bytes).then_some(bytes),
    }
}

fn packed(run: &[u8], inner: &[u8]) -> Vec<u8> {
    let was_zipped = base64::decode(run).is_ok_and(|decoded| is_gzip(&decoded.bytes));
    let bytes = if was_zipped {
        Cow::Owned(gzip(inner))
    } else {
        Cow::Borrowed(inner)
    };
    let text = base64::encode(&bytes);
    match run.ends_with(b"=") {
        true => text.into_bytes(),
        false => text.trim_end_matches('=').as_bytes().to_vec(),
    }
}
