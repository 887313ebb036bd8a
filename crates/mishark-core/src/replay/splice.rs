//! Changing one value in a JSON text and leaving every other byte alone.

use std::ops::Range;

use crate::json::{self, Kind, Tree, check, escape};

/// Why a value could not be put in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// The text is no JSON, so there is no place in it.
    #[error("the plaintext is no JSON: {0}")]
    NotJson(json::Error),
    /// The value is no JSON.
    #[error("the value is no JSON: {0}")]
    BadValue(json::Error),
    /// The pointer leads nowhere, and neither does the one before its last
    /// part.
    #[error("the pointer leads nowhere, expected one like /params/0/value")]
    Nowhere,
}

/// Puts a value where a JSON pointer leads to; every other byte stays.
///
/// A member that an object has not is added at its end, and so is an item of an
/// array by its next number or `-`.
///
/// # Errors
/// If text or value is no JSON, or the pointer leads nowhere.
pub fn splice(text: &[u8], pointer: &str, value: &str) -> Result<Vec<u8>, SpliceError> {
    let tree = Tree::parse(text).map_err(SpliceError::NotJson)?;
    // Blanks around it are a person's, unless a member is named so.
    let bare = pointer.trim();
    let pointer = tree.get(pointer).map_or(bare, |_| pointer);
    if let Some(row) = tree.get(pointer) {
        return splice_at(text, tree.row(row).value, value);
    }
    let value = json_value(value)?;
    let nowhere = || SpliceError::Nowhere;
    let (parent, name) = pointer.rsplit_once('/').ok_or_else(nowhere)?;
    let parent = tree.get(parent).ok_or_else(nowhere)?;
    let count = tree.child_count(parent);
    let added = match tree.kind(parent) {
        Kind::Object => {
            let name = name.replace("~1", "/").replace("~0", "~");
            format!("\"{}\":{value}", escape(&name))
        }
        Kind::Array if name == "-" || name == count.to_string() => value.to_owned(),
        _ => return Err(nowhere()),
    };
    // Right behind the last child, so that line breaks before the bracket stay.
    let range = tree.row(parent).value;
    let at = match tree.children(parent).last() {
        Some(last) => tree.row(last).value.end,
        None => range.start + 1,
    };
    let comma: &[u8] = if count > 0 { b"," } else { b"" };
    Ok([&text[..at], comma, added.as_bytes(), &text[at..]].concat())
}

/// Puts a value in the place of these bytes of a text; every other byte stays.
///
/// # Errors
/// If the value is no JSON, or the text has no such bytes.
pub fn splice_at(text: &[u8], range: Range<usize>, value: &str) -> Result<Vec<u8>, SpliceError> {
    let (before, after) = match (text.get(..range.start), text.get(range.end..)) {
        (Some(before), Some(after)) => (before, after),
        _ => return Err(SpliceError::Nowhere),
    };
    Ok([before, json_value(value)?.as_bytes(), after].concat())
}

fn json_value(value: &str) -> Result<&str, SpliceError> {
    check(value.as_bytes()).map_err(SpliceError::BadValue)?;
    Ok(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spliced(text: &str, pointer: &str, value: &str) -> String {
        String::from_utf8(splice(text.as_bytes(), pointer, value).unwrap()).unwrap()
    }

    #[test]
    fn one_value_changes_and_no_other_byte() {
        let text = "{ \"params\" : [ {\"did\":\"\\u0035\", \"value\" : true , \"n\":1e5 } ] }\n";
        let expected = text.replace("true", "26.50");
        assert_eq!(spliced(text, "/params/0/value", " 26.50 "), expected);
        assert_eq!(spliced("[1]", "", "{}"), "{}");
        let blanks = r#"{"a":1,"a ":2}"#;
        assert_eq!(spliced(blanks, " /a", " 3"), r#"{"a":3,"a ":2}"#);
        assert_eq!(spliced(blanks, "/a ", "3"), r#"{"a":1,"a ":3}"#);
        assert_eq!(
            spliced("\u{feff}{\"客\":1}", "/客", "2"),
            "\u{feff}{\"客\":2}"
        );
    }

    #[test]
    fn what_is_not_there_is_added_at_the_end() {
        assert_eq!(spliced("{}", "/a~1b", "1"), "{\"a/b\":1}");
        assert_eq!(spliced("{\"a\":[1\n]\n}", "/a/1", "2"), "{\"a\":[1,2\n]\n}");
        assert_eq!(
            spliced("{\"a\":[1\n]\n}", "/b", "2"),
            "{\"a\":[1\n],\"b\":2\n}"
        );
        assert_eq!(spliced("[]", "/-", "null"), "[null]");
    }

    #[test]
    fn a_pointer_to_nowhere_and_bad_json_are_told_apart() {
        for pointer in ["a", "/a/b", "/x/y", "/a/3"] {
            let error = splice(b"{\"a\":[1]}", pointer, "1").unwrap_err();
            assert_eq!(error, SpliceError::Nowhere, "{pointer}");
        }
        assert!(matches!(
            splice(b"{", "/a", "1"),
            Err(SpliceError::NotJson(_))
        ));
        assert!(matches!(
            splice(b"{}", "/a", "on"),
            Err(SpliceError::BadValue(_))
        ));
    }
}
