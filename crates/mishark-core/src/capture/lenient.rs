//! Reading JSON that recorders got wrong: every member optional, wrong types
//! passed over, broken text mended where that is possible.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::error::{EntryError, Reason};
use crate::flow::Flow;
use crate::json;

/// What is said of an entry whose text had to be mended.
const MENDED: &str = "the entry's JSON had control characters or bytes that are not UTF-8; mended";

/// A member of any type, as it stands in the file.
pub(super) type Any<'a> = Option<&'a RawValue>;

/// A string's content; a number's or literal's text; nothing for the rest.
pub(super) fn text(value: Any<'_>) -> Option<Cow<'_, str>> {
    let raw = value?.get();
    match raw.as_bytes().first()? {
        b'"' => Some(json::unescape(raw.get(1..raw.len() - 1)?)),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(raw)),
    }
}

/// A number, also one written as a string.
pub(super) fn number(value: Any<'_>) -> Option<f64> {
    let number: f64 = text(value)?.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// A number that is a size: recorders write -1 for unknown.
pub(super) fn size(value: Any<'_>) -> Option<u64> {
    number(value)
        .filter(|size| *size >= 0.0)
        .map(|size| size as u64)
}

/// A number that is a duration in milliseconds: -1 is unknown.
pub(super) fn duration(value: Any<'_>) -> Option<f64> {
    number(value).filter(|duration| *duration >= 0.0)
}

/// A status code; recorders write 0 and -1, or a word, where none came.
pub(super) fn status(value: Any<'_>) -> Option<u16> {
    text(value)?
        .trim()
        .parse()
        .ok()
        .filter(|status| (100..1000).contains(status))
}

/// Whether a member is there and not `null`, `false`, `""` or `0`.
pub(super) fn is_set(value: Any<'_>) -> bool {
    value.is_some_and(|raw| !matches!(raw.get(), "null" | "false" | "\"\"" | "0"))
}

/// The members of an object in order, each as it stands.
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The last member of that name: what `JSON.parse` would give.
    pub(super) fn get(&self, name: &str) -> Any<'a> {
        self.iter()
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .last()
    }

    /// All members in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), *value))
    }

    /// A member read as `T`; a warning if it is there and will not be.
    pub(super) fn read<T: Deserialize<'a>>(
        &self,
        name: &str,
        pointer: &str,
        warnings: &mut Vec<String>,
    ) -> Option<T> {
        let raw = self.get(name)?;
        match serde_json::from_str::<Option<T>>(raw.get()) {
            Ok(value) => value,
            Err(error) => {
                warnings.push(format!("{pointer}/{name}: {}", words(&error)));
                None
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<&'de RawValue>()? {
                    let key = text(Some(key)).unwrap_or_default();
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// The members of an object; nothing for any other value.
pub(super) fn members(value: Any<'_>) -> Option<Members<'_>> {
    serde_json::from_str(value?.get()).ok()
}

/// Why an entry's JSON is broken: where in the file, where in the entry, and
/// the parser's words.
pub(super) fn syntax_error(raw: &[u8], start: u64) -> EntryError {
    let mut parser = serde_json::Deserializer::from_slice(raw);
    let error = serde_path_to_error::deserialize::<_, serde_json::Value>(&mut parser)
        .err()
        .map(|error| {
            (
                pointer(error.path()),
                words(error.inner()),
                error.into_inner(),
            )
        });
    match error {
        Some((pointer, words, error)) => EntryError {
            pointer,
            reason: Reason::Syntax(words),
            byte: Some(start + offset_of(raw, error.line(), error.column())),
        },
        // It parses, so the complaint was about its type.
        None => EntryError {
            pointer: String::new(),
            reason: Reason::NotAnObject,
            byte: Some(start),
        },
    }
}

/// An error of mended text, with the place where the text as it stands is
/// broken: mending moves bytes.
fn placed(error: EntryError, raw: &[u8], start: u64) -> EntryError {
    match error.reason {
        Reason::Syntax(_) => syntax_error(raw, start),
        _ => error,
    }
}

/// The parser's words without the position, which is relative to the entry.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The byte that a line and column, both from 1, stand for.
fn offset_of(raw: &[u8], line: usize, column: usize) -> u64 {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(breaks) => memchr::memchr_iter(b'\n', raw)
            .nth(breaks)
            .map_or(0, |at| at + 1),
    };
    (start + column.saturating_sub(1)).min(raw.len()) as u64
}

/// Reads an entry that is no plain JSON of its kind: mended where that helps,
/// with a warning, and else as it is.
pub(super) fn mended(
    raw: &[u8],
    start: u64,
    read: impl Fn(&[u8], Vec<String>) -> Result<Flow, EntryError>,
) -> Result<Flow, EntryError> {
    match mend(raw) {
        Some(mended) => {
            read(&mended, vec![MENDED.to_owned()]).map_err(|error| placed(error, raw, start))
        }
        None => read(raw, Vec::new()),
    }
}

/// Mends what careless writers leave in strings: bytes that are not UTF-8,
/// control characters, and backslashes that escape nothing. `None` if there
/// was nothing to mend.
fn mend(raw: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(raw);
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut in_string = false;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                in_string = !in_string;
                out.push(byte);
            }
            b'\\' if in_string => match bytes.peek() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' | b'u') => {
                    out.push(byte);
                    out.extend(bytes.next());
                }
                _ => out.extend_from_slice(br"\\"),
            },
            0..=0x1f if in_string => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    (out != raw).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Any<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        assert_eq!(number(raw("\" 12.5\"")), Some(12.5));
        assert_eq!(size(raw("-1")), None);
        assert_eq!(status(raw("\"200\"")), Some(200));
        assert_eq!(status(raw("\"aborted (200)\"")), None);
        assert_eq!(status(raw("0")), None);
        assert_eq!(number(raw("{}")), None);
    }

    #[test]
    fn a_syntax_error_is_placed_in_entry_and_file() {
        let error = syntax_error(b"{\"request\":\n {\"url\":x}}", 100);
        assert_eq!(error.pointer, "/request/url");
        assert_eq!(error.byte, Some(100 + 12 + 8));
    }

    #[test]
    fn careless_strings_are_mended() {
        let mended = mend(b"{\"a\":\"x\ny\\q\xff\"}").unwrap();
        assert_eq!(mended, b"{\"a\":\"x\\u000ay\\\\q\xef\xbf\xbd\"}");
        assert_eq!(mend(b"{\"a\":\"\\u12\"}"), None);
    }
}
