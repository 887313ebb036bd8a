//! tnetstrings: `LENGTH:PAYLOAD` and one letter for the type.
//!
//! Nothing here recurses, however deep a file nests: a list or dictionary is
//! only walked where it is asked for.

use std::borrow::Cow;

/// A length has at most as many digits in mitmproxy's own reader.
pub(super) const MAX_DIGITS: usize = 12;

/// A flow's dictionary has about 16 members; its `type` is looked for in this
/// many.
pub(super) const MAX_MEMBERS: usize = 64;

/// Whether a file starts with a dictionary whose first key is a field's name.
pub(in crate::capture) fn is(head: &[u8]) -> bool {
    let Some((_, rest)) = length(head) else {
        return false;
    };
    let Some((len, key)) = length(rest) else {
        return false;
    };
    // mitmproxy writes keys as text, its versions for Python 2 as bytes.
    let key = usize::try_from(len).ok().and_then(|len| key.get(..=len));
    key.and_then(<[u8]>::split_last)
        .is_some_and(|(kind, name)| {
            matches!(kind, b';' | b',')
                && !name.is_empty()
                && name
                    .iter()
                    .all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        })
}

/// A tnetstring's value; lists and dictionaries as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Bytes, text, and the text of numbers and `true`.
    Bytes(&'a [u8]),
    Dictionary(&'a [u8]),
    List(&'a [u8]),
    Null,
}

impl<'a> Value<'a> {
    /// Bytes as text; header fields need not be UTF-8.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Bytes(bytes) => Some(String::from_utf8_lossy(bytes)),
            _ => None,
        }
    }
}

/// The first value and what follows it; `None` if its length or type lies.
pub(super) fn value(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let (len, rest) = length(bytes)?;
    let len = usize::try_from(len).ok()?;
    let payload = rest.get(..len)?;
    let value = match rest.get(len)? {
        b',' | b';' | b'#' | b'^' | b'!' => Value::Bytes(payload),
        b'}' => Value::Dictionary(payload),
        b']' => Value::List(payload),
        b'~' => Value::Null,
        _ => return None,
    };
    Some((value, &rest[len + 1..]))
}

/// The values of a list, up to the first that is broken.
pub(super) struct Values<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Values<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (value, rest) = value(self.0)?;
        self.0 = rest;
        Some(value)
    }
}

/// The member of a dictionary, if it has it.
pub(super) fn member<'a>(dictionary: &'a [u8], name: &str) -> Option<Value<'a>> {
    let mut values = Values(dictionary);
    for _ in 0..MAX_MEMBERS {
        let (key, value) = (values.next()?, values.next()?);
        if key == Value::Bytes(name.as_bytes()) {
            return Some(value);
        }
    }
    None
}

/// The digits of a length and its colon, and what follows them.
pub(super) fn length(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let digits = bytes.iter().take(MAX_DIGITS + 1);
    let digits = digits.take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=MAX_DIGITS).contains(&digits) || bytes.get(digits) != Some(&b':') {
        return None;
    }
    let len = std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()?;
    Some((len, &bytes[digits + 1..]))
}
