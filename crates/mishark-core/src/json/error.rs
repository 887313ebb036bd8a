//! What is wrong with bytes that are not JSON, and where.

use std::fmt;

use super::lexer::BOM;
use super::tree::{MAX_BYTES, MAX_ROWS};

/// Where bytes stop being JSON, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    /// The byte at which the fault lies, counted from 0.
    pub offset: usize,
    /// The line of that byte, counted from 1.
    pub line: usize,
    /// The column of that byte in characters, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub kind: ErrorKind,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line, column, kind, ..
        } = self;
        write!(f, "{kind} at line {line} column {column}")
    }
}

impl std::error::Error for Error {}

/// The ways in which bytes fail to be JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A backslash in a string is not followed by a known escape.
    BadEscape,
    /// A string holds a byte below U+0020, which has to be escaped.
    ControlCharacter,
    /// The text ends before the value does: it may have been cut off.
    Cut,
    /// A key is not followed by a colon.
    ExpectedColon,
    /// A value in an array is followed by something else.
    ExpectedCommaOrBracket,
    /// A value in an object is followed by something else.
    ExpectedCommaOrBrace,
    /// A number lacks digits after its sign, point or exponent.
    ExpectedDigit,
    /// A comma in an object is not followed by a key.
    ExpectedKey,
    /// An object starts with something else.
    ExpectedKeyOrBrace,
    /// No value starts with this character.
    ExpectedValue,
    /// A word starts like `true`, `false` or `null` and goes on differently.
    ExpectedWord,
    /// A number starts with a zero that is followed by a digit.
    LeadingZero,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is longer than a [`Tree`](super::Tree) can address.
    TooLong,
    /// The text has more rows than a [`Tree`](super::Tree) holds.
    TooManyRows,
    /// The value is complete, and something follows it.
    Trailing,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadEscape => "unknown escape",
            Self::ControlCharacter => "control character in a string",
            Self::Cut => "text ends too early",
            Self::ExpectedColon => "expected ':'",
            Self::ExpectedCommaOrBracket => "expected ',' or ']'",
            Self::ExpectedCommaOrBrace => "expected ',' or '}'",
            Self::ExpectedDigit => "expected a digit",
            Self::ExpectedKey => "expected a key",
            Self::ExpectedKeyOrBrace => "expected a key or '}'",
            Self::ExpectedValue => "expected a value",
            Self::ExpectedWord => "expected true, false or null",
            Self::LeadingZero => "number starts with a needless zero",
            Self::NotUtf8 => "text is not utf-8",
            Self::TooLong => return write!(f, "text has over {MAX_BYTES} bytes"),
            Self::TooManyRows => return write!(f, "text has over {MAX_ROWS} rows"),
            Self::Trailing => "expected the end of the text",
        })
    }
}

/// An error before anyone asked for its line: counting costs a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) offset: usize,
    pub(super) kind: ErrorKind,
}

impl Fault {
    /// Counts lines and characters up to the fault.
    pub(super) fn locate(self, bytes: &[u8]) -> Error {
        let before = &bytes[..self.offset.min(bytes.len())];
        // An editor shows no byte order mark, so it takes no column.
        let before = before.strip_prefix(BOM).unwrap_or(before);
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let last_line = &before[line_start..];
        let continued = last_line.iter().filter(|&&byte| byte & 0xC0 == 0x80);
        Error {
            offset: self.offset,
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: last_line.len() - continued.count() + 1,
            kind: self.kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;

    #[test]
    fn messages_say_what_was_expected_and_where() {
        for (text, message) in [
            ("", "text ends too early at line 1 column 1"),
            (
                "{\"a\":1\n\"b\":2}",
                "expected ',' or '}' at line 2 column 1",
            ),
            ("[1\n2]", "expected ',' or ']' at line 2 column 1"),
            ("{\"a\":1,}", "expected a key at line 1 column 8"),
            ("{1:2}", "expected a key or '}' at line 1 column 2"),
            ("{\"a\" 1}", "expected ':' at line 1 column 6"),
            ("[1,]", "expected a value at line 1 column 4"),
            ("[1", "text ends too early at line 1 column 3"),
            (
                "{\"打扫\":nil}",
                "expected true, false or null at line 1 column 7",
            ),
            ("[tru", "text ends too early at line 1 column 5"),
            (
                "01",
                "number starts with a needless zero at line 1 column 1",
            ),
            ("-x", "expected a digit at line 1 column 2"),
            ("1.e5", "expected a digit at line 1 column 3"),
            ("1e+", "text ends too early at line 1 column 4"),
            ("\"\\x\"", "unknown escape at line 1 column 2"),
            ("\"\\u12g4\"", "unknown escape at line 1 column 2"),
            ("\"\\u12", "text ends too early at line 1 column 6"),
            (
                "\"a\tb\"",
                "control character in a string at line 1 column 3",
            ),
            ("{} x", "expected the end of the text at line 1 column 4"),
            ("\u{FEFF}x", "expected a value at line 1 column 1"),
        ] {
            let error = check(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), message, "{text:?}");
        }
    }

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let error = check("[\"打扫\" 1]".as_bytes()).unwrap_err();
        assert_eq!((error.offset, error.line, error.column), (10, 1, 7));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_named_with_their_place() {
        let error = check(b"[\n\"a\xFF\"]").unwrap_err();
        assert_eq!(error.offset, 4);
        assert_eq!(error.to_string(), "text is not utf-8 at line 2 column 3");
    }
}
