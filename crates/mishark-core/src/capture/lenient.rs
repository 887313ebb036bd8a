//! Reading JSON that recorders got wrong: every member optional, wrong types
//! passed over, broken text mended where that is possible.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::error::{EntryError, Reason};
use crate::flow::Moment;
use crate::json;

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

/// A status code, also written `200.0`; recorders write 0 and -1, or a word,
/// where none came.
pub(super) fn status(value: Any<'_>) -> Option<u16> {
    number(value)
        .filter(|status| (100.0..1000.0).contains(status) && status.fract() == 0.0)
        .map(|status| status as u16)
}

/// A point in time: text, or the seconds or milliseconds since 1970 as a number.
pub(super) fn moment(value: Any<'_>) -> Option<Moment> {
    match number(value) {
        Some(number) => Moment::from_epoch(number),
        None => Moment::parse(text(value)?.trim()),
    }
}

/// How long from one moment to another, both as numbers of milliseconds.
pub(super) fn elapsed(start: Any<'_>, end: Any<'_>) -> Option<f64> {
    Some(duration(end)? - number(start)?).filter(|elapsed| *elapsed >= 0.0)
}

/// Whether a member is there and not `null`, `false`, `""` or `0`.
pub(super) fn is_set(value: Any<'_>) -> bool {
    value.is_some_and(|raw| !matches!(raw.get(), "null" | "false" | "\"\"" | "0"))
}

/// What was found where an object should be.
#[derive(Debug, Default)]
pub(super) enum Found<'a> {
    #[default]
    Object,
    Text(Cow<'a, str>),
    Other(&'static str),
}

impl Found<'_> {
    /// Whether it was an object, as an entry has to be.
    pub(super) fn object(&self, start: u64) -> Result<(), EntryError> {
        match self {
            Self::Object => Ok(()),
            _ => Err(EntryError::at(start, Reason::NotAnObject)),
        }
    }

    /// Says what was found, if it is no object and says something.
    pub(super) fn note(&self, pointer: &str, warnings: &mut Vec<String>) {
        match self {
            Self::Object | Self::Other("null") => {}
            Self::Text(_) => warnings.push(format!("{pointer}: text; expected an object")),
            Self::Other(what) => warnings.push(format!("{pointer}: {what}; expected an object")),
        }
    }

    /// The text that stands there, which is taken for the object's main member.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// An object whose members are picked out in one pass. A value of another type
/// is no error, and of members of one name the last counts, as `JSON.parse` has
/// it: only broken text is an error.
pub(super) trait Object<'de>: Default {
    /// Takes the value of a member, or passes over it.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;

    /// Takes what stands there instead of an object.
    fn odd(&mut self, found: Found<'de>);
}

/// Structs whose members are read as [`Object`] tells: [`Any`] for a value as it
/// stands, another such struct for one to look into.
macro_rules! objects {
    ($(
        $(#[$attribute:meta])*
        struct $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ident = $key:literal,)* }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Default)]
        struct $name<'a> {
            $($(#[$doc])* $field: $kind<'a>,)*
            found: $crate::capture::lenient::Found<'a>,
        }

        impl $name<'_> {
            /// The names of all members.
            #[allow(dead_code, reason = "not every kind is asked")]
            const NAMES: &'static [&'static str] = &[$($key),*];
        }

        impl<'de> $crate::capture::lenient::Object<'de> for $name<'de> {
            fn take<A: serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                map: &mut A,
            ) -> Result<(), A::Error> {
                match name {
                    $($key => self.$field = map.next_value()?,)*
                    _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
                }
                Ok(())
            }

            fn odd(&mut self, found: $crate::capture::lenient::Found<'de>) {
                self.found = found;
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::capture::lenient::object(deserializer)
            }
        }
    )*};
}
pub(super) use objects;

/// Reads an [`Object`].
pub(super) fn object<'de, D: Deserializer<'de>, T: Object<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Pick<T>(PhantomData<T>);

    fn odd<'de, T: Object<'de>, E>(found: Found<'de>) -> Result<T, E> {
        let mut object = T::default();
        object.odd(found);
        Ok(object)
    }

    impl<'de, T: Object<'de>> Visitor<'de> for Pick<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut object = T::default();
            while let Some(Key(name)) = map.next_key()? {
                object.take(&name, &mut map)?;
            }
            Ok(object)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<T, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            odd(Found::Other("a list"))
        }

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
            odd(Found::Text(Cow::Borrowed(text)))
        }

        fn visit_str<E>(self, text: &str) -> Result<T, E> {
            odd(Found::Text(Cow::Owned(text.to_owned())))
        }

        fn visit_unit<E>(self) -> Result<T, E> {
            odd(Found::Other("null"))
        }

        fn visit_bool<E>(self, _: bool) -> Result<T, E> {
            odd(Found::Other("true or false"))
        }

        fn visit_f64<E>(self, _: f64) -> Result<T, E> {
            odd(Found::Other("a number"))
        }

        fn visit_i64<E>(self, _: i64) -> Result<T, E> {
            odd(Found::Other("a number"))
        }

        fn visit_u64<E>(self, _: u64) -> Result<T, E> {
            odd(Found::Other("a number"))
        }
    }
    deserializer.deserialize_any(Pick(PhantomData))
}

/// A member's name.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of an object in order, each as it stands.
#[derive(Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The last member of that name: what `JSON.parse` would give.
    pub(super) fn get(&self, name: &str) -> Any<'a> {
        let (_, value) = self.0.iter().rfind(|(key, _)| *key == name)?;
        Some(value)
    }

    /// Whether there is a member of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All members in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), *value))
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
                while let Some(Key(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
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
        None => EntryError::at(start, Reason::NotAnObject),
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
}
