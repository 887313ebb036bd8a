//! Secrets that are known from where their names stand, wherever else they are:
//! in error texts, under other names, encoded, inside of what is packed.
//!
//! All forms of a secret are looked up by how they begin, so that a text is
//! read once however many secrets there are.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::found::Found;
use super::names::{Kind, looks_random};
use super::packed;
use crate::protocol::base64;

/// How many bytes of a form it is looked up by; what is shorter is looked for
/// nowhere else, since it would be found in everything.
const START: usize = 6;

/// From so many letters on a secret can not be a part of another word.
const UNMISTAKABLE: usize = 16;

/// Only letters and as few are a word, not a secret.
const LONGEST_WORD: usize = 8;

/// One written form of a secret, in small letters, and the secret's number.
type Form = (Box<[u8]>, usize);

/// Secrets, and how they may be written.
#[derive(Default)]
pub(super) struct Known {
    secrets: Vec<(Vec<u8>, Kind)>,
    seen: HashSet<Vec<u8>>,
    /// Forms by their start.
    forms: HashMap<[u8; START], Vec<Form>>,
}

impl Known {
    /// Looks for a secret from now on, if it can not be taken for anything else.
    pub(super) fn add(&mut self, secret: &[u8], kind: Kind) {
        let is_word = secret.len() < LONGEST_WORD && secret.iter().all(u8::is_ascii_alphabetic);
        let is_unclear = kind == Kind::Cookie && !looks_random(secret);
        if secret.len() < START || is_word || is_unclear || !self.seen.insert(secret.to_vec()) {
            return;
        }
        for mut form in forms(secret) {
            form.make_ascii_lowercase();
            if let Some(start) = form.first_chunk::<START>() {
                let alike = self.forms.entry(*start).or_default();
                alike.push((form.into_boxed_slice(), self.secrets.len()));
            }
        }
        self.secrets.push((secret.to_vec(), kind));
    }

    /// Adds the known secrets between what was found.
    pub(super) fn add_to(&self, text: &[u8], found: &mut Vec<Found>) {
        if self.secrets.is_empty() {
            return;
        }
        let mut gaps = Vec::with_capacity(found.len() + 1);
        let mut at = 0;
        for found in found.iter() {
            gaps.push(at..found.range.start);
            at = found.range.end;
        }
        gaps.push(at..text.len());
        let before = found.len();
        for gap in gaps {
            let mut at = gap.start;
            for run in packed::runs(&text[gap.clone()]) {
                let run = gap.start + run.start..gap.start + run.end;
                let inner = packed::unpack(&text[run.clone()]);
                if let Some(secret) = inner.and_then(|inner| self.first_in(&inner)) {
                    self.plain(text, at..run.start, found);
                    at = run.end;
                    found.extend(self.found(text, run, secret));
                }
            }
            self.plain(text, at..gap.end, found);
        }
        if found.len() > before {
            found.sort_by_key(|found| found.range.start);
        }
    }

    fn first_in(&self, text: &[u8]) -> Option<usize> {
        let mut places = 0..text.len();
        places
            .find_map(|at| self.at(text, at, text.len()))
            .map(|(_, secret)| secret)
    }

    fn plain(&self, text: &[u8], part: Range<usize>, found: &mut Vec<Found>) {
        let mut at = part.start;
        while at + START <= part.end {
            match self.at(text, at, part.end) {
                Some((len, secret)) => {
                    found.extend(self.found(text, at..at + len, secret));
                    at += len;
                }
                None => at += 1,
            }
        }
    }

    /// The longest form that stands at a place: its length, and which secret.
    fn at(&self, text: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
        let mut start = *text[at..end].first_chunk::<START>()?;
        start.make_ascii_lowercase();
        let alike = self.forms.get(&start)?.iter();
        let here = alike.filter(|(form, _)| {
            let behind = at + form.len();
            behind <= end
                && text[at..behind].eq_ignore_ascii_case(form)
                && (form.len() >= UNMISTAKABLE || stands_alone(text, at..behind))
        });
        here.map(|(form, secret)| (form.len(), *secret)).max()
    }

    fn found(&self, text: &[u8], range: Range<usize>, secret: usize) -> Option<Found> {
        let (secret, kind) = &self.secrets[secret];
        let quote = quote_of_number(text, &range);
        let found = Found::new(range, *kind, "", secret.clone())?;
        Some(Found { quote, ..found })
    }
}

/// Whether no letter or digit joins a part of a text to others, but for the
/// digits of an escape.
fn stands_alone(text: &[u8], part: Range<usize>) -> bool {
    let is_escape = part.start >= 3 && text[part.start - 3] == b'%';
    let before = text[..part.start].last().filter(|_| !is_escape);
    let after = text.get(part.end);
    !before.is_some_and(u8::is_ascii_alphanumeric) && !after.is_some_and(u8::is_ascii_alphanumeric)
}

/// What has to stand around other text in a place: nothing, but for a number
/// in JSON, which may be JSON in a string.
fn quote_of_number(text: &[u8], range: &Range<usize>) -> String {
    /// How far the quotes of a key or of an item before are.
    const FARTHEST: usize = 1024;
    let is_number = text[range.clone()]
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'-');
    let before = text[range.start.saturating_sub(FARTHEST)..range.start].trim_ascii_end();
    let after = text[range.end..].trim_ascii_start();
    let is_value = matches!(before.last(), Some(b':' | b'[' | b','))
        && matches!(after.first(), Some(b',' | b']' | b'}'));
    let Some(quote) = memchr::memrchr(b'"', before).filter(|_| is_number && is_value) else {
        return String::new();
    };
    let slashes = before[..quote]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\')
        .count();
    let escapes = match before[quote + 1..].trim_ascii_start().first() {
        Some(b':' | b',' | b']' | b'}') => slashes,
        // It opens a string, and this is JSON in it.
        Some(b'[' | b'{') => 2 * slashes + 1,
        _ => return String::new(),
    };
    format!("{}\"", "\\".repeat(escapes))
}

/// The ways a secret is written.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let once = escaped(secret, |byte| format!("%{byte:02x}"));
    let slashed = slashed(secret);
    let mut forms = vec![
        escaped(&once, |byte| format!("%{byte:02x}")),
        once,
        self::slashed(&slashed),
        slashed,
        escaped(secret, |byte| format!("\\u{byte:04x}")),
        escaped(secret, |byte| format!("\\\\u{byte:04x}")),
        hex(secret),
        // Letters and digits, too.
        each(secret, |byte| format!("%{byte:02x}")),
        each(secret, |byte| format!("\\u{byte:04x}")),
    ];
    forms.extend(base64_cores(secret));
    // Keys are base64: without padding, in the alphabet of URLs, and as bytes.
    let unpadded = secret
        .strip_suffix(b"==")
        .or_else(|| secret.strip_suffix(b"="));
    forms.extend(unpadded.map(<[u8]>::to_vec));
    forms.push(url_safe(unpadded.unwrap_or(secret).to_vec()));
    if let Some(bytes) = base64::decode_exact(secret)
        .ok()
        .filter(|it| it.bytes.len() >= 8)
    {
        forms.push(hex(&bytes.bytes));
        forms.push(bytes.bytes);
    }
    forms.push(secret.to_vec());
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// With an escape for each byte that is no letter or digit.
fn escaped(text: &[u8], escape: fn(u8) -> String) -> Vec<u8> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let each = text.iter().map(|&byte| match is_plain(byte) {
        true => vec![byte],
        false => escape(byte).into_bytes(),
    });
    each.flatten().collect()
}

/// As some writers of JSON do.
fn slashed(text: &[u8]) -> Vec<u8> {
    let mut slashed = Vec::with_capacity(text.len());
    for byte in text {
        if matches!(byte, b'/' | b'"' | b'\\') {
            slashed.push(b'\\');
        }
        slashed.push(*byte);
    }
    slashed
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    each(bytes, |byte| format!("{byte:02x}"))
}

/// With every byte written so.
fn each(bytes: &[u8], write: fn(u8) -> String) -> Vec<u8> {
    let written = bytes.iter().flat_map(|byte| write(*byte).into_bytes());
    written.collect()
}

/// What is the same in all base64 that has the secret in it: by how many bytes
/// stand before it, three ways, in both alphabets.
fn base64_cores(secret: &[u8]) -> Vec<Vec<u8>> {
    /// Shorter ones would be found by chance.
    const SHORTEST: usize = 8;
    let mut cores = Vec::new();
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret);
        let text = base64::encode(&bytes);
        // Characters that no byte before or behind has a part in.
        let core = &text[(before * 8).div_ceil(6)..bytes.len() * 8 / 6];
        if core.len() >= SHORTEST {
            cores.push(core.as_bytes().to_vec());
            cores.push(url_safe(core.as_bytes().to_vec()));
        }
    }
    cores
}

fn url_safe(mut text: Vec<u8>) -> Vec<u8> {
    for byte in &mut text {
        match byte {
            b'+' => *byte = b'-',
            b'/' => *byte = b'_',
            _ => {}
        }
    }
    text
}
