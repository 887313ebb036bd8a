//! A secret that was found in a text.

use std::ops::Range;

use super::names::{Kind, looks_random};

/// The shortest text that tells a device from others.
const SHORTEST_DEVICE: usize = 8;

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

impl Found {
    /// What the value means, with escapes undone.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// Nothing where the value tells nothing: flags, and placeholders.
    pub(super) fn new(
        range: Range<usize>,
        kind: Kind,
        name: &str,
        secret: Vec<u8>,
    ) -> Option<Self> {
        let is_word = matches!(&secret[..], b"true" | b"false" | b"null" | b"None");
        let shortest = if kind == Kind::Device {
            SHORTEST_DEVICE
        } else {
            2
        };
        let is_other = kind == Kind::Likely && !looks_random(&secret);
        if secret.len() < shortest || is_word || is_other || is_placeholder(&secret) {
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
