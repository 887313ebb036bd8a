//! Placeholders for secrets: the same one for the same secret, so that what
//! belongs together still does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::{Found, Kind, in_header, in_text};

/// Replaces secrets by `<token-1>`, `<key-1>`, `<account-2>`, numbered as they
/// first occur. Texts given in the same order are redacted the same.
#[derive(Default)]
pub struct Redactor {
    numbers: HashMap<Vec<u8>, (Kind, usize)>,
    counts: Counts,
}

impl Redactor {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Redacts any text: a body, a URL, a parameter. Bytes around secrets stay.
    pub fn text<'t>(&mut self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let found = in_text(text);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.splice(text, &found))
    }

    /// Redacts the value of a header field.
    pub fn header(&mut self, name: &str, value: &str) -> String {
        let found = in_header(name, value);
        let bytes = self.splice(value.as_bytes(), &found);
        // Values begin and end where ASCII does.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Redacts the value of a parameter, by its name or by what is in it.
    pub fn parameter<'t>(&mut self, name: &str, value: &'t [u8]) -> Cow<'t, [u8]> {
        match super::kind_of_parameter(name) {
            Some(kind) if value.len() > 1 => Cow::Owned(self.placeholder(kind, value).into_bytes()),
            _ => self.text(value),
        }
    }

    /// What was replaced so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    fn splice(&mut self, text: &[u8], found: &[Found]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        for found in found {
            out.extend_from_slice(&text[at..found.range.start]);
            out.extend_from_slice(found.quote.as_bytes());
            out.extend_from_slice(self.placeholder(found.kind, &found.secret).as_bytes());
            out.extend_from_slice(found.quote.as_bytes());
            at = found.range.end;
        }
        out.extend_from_slice(&text[at..]);
        out
    }

    fn placeholder(&mut self, kind: Kind, secret: &[u8]) -> String {
        let counts = &mut self.counts;
        let (kind, number) = *self.numbers.entry(secret.to_vec()).or_insert_with(|| {
            let count = counts.of_mut(kind);
            count.0 += 1;
            (kind, count.0)
        });
        counts.of_mut(kind).1 += 1;
        format!("<{}-{number}>", kind.name())
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
