//! What is wrong with bytes that are not JSON, and where.

use std::fmt;

use super::limits::{MAX_BYTES, MAX_ROWS};
use super::space::BOM;

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
