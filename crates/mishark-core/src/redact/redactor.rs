//! Placeholders for secrets: the same one for the same secret, so that what
//! belongs together still does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::found::Found;
use super::known::Known;
use super::names::Kind;
use super::places::{in_header, in_parameter, in_text};

/// Replaces secrets by `<token-1>`, `<key-1>`, `<account-2>`, numbered as they
/// first occur. Texts given in the same order are redacted the same. What was
/// once recognised as a secret is replaced wherever else it stands, in any
/// encoding: to the end that this is also so before, [`learn`](Self::learn)
/// first.
#[derive(Default)]
pub struct Redactor {
    numbers: HashMap<Vec<u8>, (Kind, usize)>,
    known: Known,
    counts: Counts,
}

impl Redactor {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes secrets that were found in texts which are redacted later.
    pub fn learn(&mut self, found: &[Found]) {
        for found in found {
            self.known.add(&found.secret, found.kind);
        }
    }

    /// Redacts any text: a body, a URL, a parameter. Bytes around secrets stay.
    pub fn text<'t>(&mut self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let found = in_text(text);
        self.replace(text, found)
    }

    /// Redacts the value of a header field.
    pub fn header(&mut self, name: &str, value: &str) -> String {
        let found = in_header(name, value);
        let bytes = self.replace(value.as_bytes(), found);
        // Secrets begin and end where ASCII does.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Redacts the value of a parameter, by its name or by what is in it.
    pub fn parameter<'t>(&mut self, name: &str, value: &'t [u8]) -> Cow<'t, [u8]> {
        let found = in_parameter(name, value);
        self.replace(value, found)
    }

    /// Redacts a sentence that may quote a capture.
    pub fn words(&mut self, text: &str) -> String {
        String::from_utf8_lossy(&self.text(text.as_bytes())).into_owned()
    }

    /// Replaces what is known by now in a text that was redacted piece by piece.
    pub fn last_pass<'t>(&mut self, text: &'t [u8]) -> Cow<'t, [u8]> {
        self.replace(text, Vec::new())
    }

    /// What was replaced so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    fn replace<'t>(&mut self, text: &'t [u8], mut found: Vec<Found>) -> Cow<'t, [u8]> {
        self.learn(&found);
        self.known.add_to(text, &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        for found in found {
            let (kind, number) = self.number(found.kind, &found.secret);
            self.counts.of_mut(kind).1 += 1;
            let quote = &found.quote;
            out.extend_from_slice(&text[at..found.range.start]);
            out.extend_from_slice(format!("{quote}<{}-{number}>{quote}", kind.name()).as_bytes());
            at = found.range.end;
        }
        out.extend_from_slice(&text[at..]);
        Cow::Owned(out)
    }

    /// A secret's kind, and its number among those of that kind, from 1.
    fn number(&mut self, kind: Kind, secret: &[u8]) -> (Kind, usize) {
        if let Some(known) = self.numbers.get(secret) {
            return *known;
        }
        let count = self.counts.of_mut(kind);
        count.0 += 1;
        let number = (kind, count.0);
        self.numbers.insert(secret.to_vec(), number);
        number
    }
}

impl fmt::Debug for Redactor {
    /// How many, and never which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({})", self.counts)
    }
}

/// How many secrets of each kind were replaced. As text:
/// `3 tokens in 12 places, 1 key in 4`; empty if there were none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts([(usize, usize); Kind::ALL.len()]);

impl Counts {
    /// How many different secrets of a kind there were.
    pub fn secrets(&self, kind: Kind) -> usize {
        self.0[place(kind)].0
    }

    /// In how many places those of a kind were.
    pub fn places(&self, kind: Kind) -> usize {
        self.0[place(kind)].1
    }

    fn of_mut(&mut self, kind: Kind) -> &mut (usize, usize) {
        &mut self.0[place(kind)]
    }
}

fn place(kind: Kind) -> usize {
    let place = Kind::ALL.iter().position(|other| *other == kind);
    place.unwrap_or(0)
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = Kind::ALL.iter().zip(self.0);
        let told = kinds.filter(|(_, (secrets, _))| *secrets > 0);
        for (index, (kind, (secrets, places))) in told.enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let plural = if secrets == 1 { "" } else { "s" };
            write!(f, "{comma}{secrets} {}{plural} in {places}", kind.name())?;
            if index == 0 {
                f.write_str(if places == 1 { " place" } else { " places" })?;
            }
        }
        Ok(())
    }
}
