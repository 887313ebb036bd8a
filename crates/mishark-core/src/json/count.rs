//! How much a document holds.

use super::Kind;
use super::document::utf8;
use super::error::Error;
use super::lexer::{Lexer, Token};

/// What a document is, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// What its root is; never [`Kind::Close`].
    pub root: Kind,
    /// How many members or elements the root has.
    pub members: usize,
    /// How many strings, numbers and words it holds at any depth, itself
    /// among them if it is one.
    pub values: usize,
}

/// Checks that bytes are one JSON value, as [`check`](super::check) does, and
/// counts what is in it. Keeps nothing, so it costs no memory.
///
/// ```
/// use mishark_core::json::{Kind, count};
///
/// let count = count(br#"{"code": 0, "result": [1, [], "on"]}"#)?;
/// assert_eq!((count.root, count.members, count.values), (Kind::Object, 2, 3));
/// # Ok::<(), mishark_core::json::Error>(())
/// ```
///
/// # Errors
/// Where the first byte stands that JSON cannot have there.
pub fn count(bytes: &[u8]) -> Result<Count, Error> {
    let mut lexer = Lexer::new(utf8(bytes)?);
    let mut root = None;
    let (mut depth, mut members, mut values) = (0_usize, 0, 0);
    while let Some(token) = lexer.next().map_err(|fault| fault.locate(bytes))? {
        let start = match token {
            Token::Key { .. } => continue,
            Token::Close { .. } => {
                depth -= 1;
                continue;
            }
            Token::Open { at } => at,
            Token::Scalar { start, .. } => start,
        };
        root.get_or_insert_with(|| Kind::of(bytes[start]));
        members += usize::from(depth == 1);
        if let Token::Open { .. } = token {
            depth += 1;
        } else {
            values += 1;
        }
    }
    Ok(Count {
        root: root.expect("a document that passed has a root"),
        members,
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_the_roots_and_values_are_those_of_all_depths() {
        for (text, root, members, values) in [
            ("{}", Kind::Object, 0, 0),
            ("[]", Kind::Array, 0, 0),
            (" -1e5 ", Kind::Number, 0, 1),
            ("\u{feff}\"{\"", Kind::String, 0, 1),
            ("true", Kind::True, 0, 1),
            ("false", Kind::False, 0, 1),
            ("null", Kind::Null, 0, 1),
            (r#"[{"a":1,"b":[2,[]]},{},3]"#, Kind::Array, 3, 3),
            (r#"{"a":1,"a":{"b":2}}"#, Kind::Object, 2, 2),
        ] {
            let expected = Count {
                root,
                members,
                values,
            };
            assert_eq!(count(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_does_not_pass_is_not_counted() {
        for text in [&b""[..], b"{", b"[1]]", b"{\"a\"}", b"\xff"] {
            assert_eq!(count(text).err(), super::super::check(text).err());
        }
    }
}
