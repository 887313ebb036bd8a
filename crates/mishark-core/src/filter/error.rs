//! What is wrong with a filter, where, and what may have been meant.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::field::{FIELDS, Unit};
use super::limits::{MAX_DEPTH, MAX_LENGTH, MAX_REGEXES, MAX_TERMS};
use crate::decode::State;
use crate::json::printable;
use crate::spelling::alike;

/// A text that is no filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    range: Range<usize>,
    kind: ErrorKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A regular expression has a mistake; in the words of its parser.
    BadRegex(String),
    /// Nothing stands between two parentheses.
    EmptyParentheses,
    /// Nothing stands between two quotation marks.
    EmptyQuotes,
    /// A range ends before it begins.
    EmptyRange,
    /// mitmproxy's filter over headers, which are not kept.
    HeaderAlias,
    /// A number, or what follows it, is none.
    NotANumber {
        /// How one would be written.
        example: &'static str,
    },
    /// `and`, `or` or `not` has nothing beside it.
    OperandMissing,
    /// A regular expression can not be used on this field.
    RegexRefused {
        /// The field.
        field: &'static str,
    },
    /// A regular expression would take more memory than allowed.
    RegexTooBig,
    /// Parentheses nest too deeply.
    TooDeep,
    /// The text is too long.
    TooLong,
    /// More regular expressions than allowed.
    TooManyRegexes,
    /// More terms than allowed.
    TooManyTerms,
    /// A quotation mark that is not closed.
    UnclosedQuote,
    /// A parenthesis that is not closed.
    UnclosedParenthesis,
    /// `~x` is no filter of mitmproxy's that is known.
    UnknownAlias {
        /// What was typed.
        found: String,
    },
    /// There is no field of that name.
    UnknownField {
        /// What was typed.
        found: String,
        /// Names that are like it.
        near: Vec<&'static str>,
    },
    /// There is no state of that name, or several begin so.
    UnknownState {
        /// What was typed.
        found: String,
        /// The states that begin so.
        near: Vec<&'static str>,
    },
    /// A parenthesis is closed that was not opened.
    UnopenedParenthesis,
    /// Nothing follows where a value has to.
    ValueMissing,
}

impl ParseError {
    pub(super) fn new(range: Range<usize>, kind: ErrorKind) -> Self {
        Self { range, kind }
    }

    /// The bytes of the text that are wrong.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// What is wrong with them.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The cells of a terminal that the wrong bytes fill, when `input`, the
    /// text that was parsed, stands at column 0. Never empty.
    pub fn columns(&self, input: &str) -> Range<usize> {
        let width = |range: Range<usize>| visible(input.get(range).unwrap_or("")).width();
        let start = width(0..self.range.start);
        start..start + width(self.range()).max(1)
    }

    /// Draws two lines: `input`, the text that was parsed, and carets under
    /// what is wrong. What can not be printed shows as one cell.
    pub fn draw(&self, input: &str) -> String {
        let columns = self.columns(input);
        format!(
            "{}\n{}{}",
            visible(input),
            " ".repeat(columns.start),
            "^".repeat(columns.len())
        )
    }
}

/// A text whose every character a terminal can be given.
fn visible(text: &str) -> String {
    let show = |character: char| match character {
        '\t' | '\n' | '\r' => ' ',
        character if printable(character) => character,
        _ => char::REPLACEMENT_CHARACTER,
    };
    text.chars().map(show).collect()
}

impl std::error::Error for ParseError {}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRegex(why) => write!(f, "no regular expression: {why}"),
            Self::EmptyParentheses => f.write_str("nothing stands between these parentheses"),
            Self::EmptyQuotes => f.write_str("nothing stands between these quotation marks"),
            Self::EmptyRange => f.write_str("this range ends before it begins"),
            Self::HeaderAlias => {
                f.write_str("headers can not be filtered; \"~b\" searches both bodies")
            }
            Self::NotANumber { example } => write!(f, "not a number; try one like {example}"),
            Self::OperandMissing => f.write_str(
                "nothing stands beside this to join or negate; quote it to search for it",
            ),
            Self::RegexRefused { field } => {
                write!(f, "\"{field}:\" takes no regular expression")
            }
            Self::RegexTooBig => f.write_str("this regular expression grows too big"),
            Self::TooDeep => write!(f, "parentheses nest deeper than {MAX_DEPTH}"),
            Self::TooLong => write!(f, "a filter has {MAX_LENGTH} bytes at most"),
            Self::TooManyRegexes => {
                write!(f, "a filter has {MAX_REGEXES} regular expressions at most")
            }
            Self::TooManyTerms => write!(f, "a filter has {MAX_TERMS} terms at most"),
            Self::UnclosedParenthesis => f.write_str("this parenthesis is not closed"),
            Self::UnclosedQuote => f.write_str("this quotation mark is not closed"),
            Self::UnknownAlias { found } => {
                write!(
                    f,
                    "\"{found}\" is not a filter; a regular expression follows a field, as in \"path:~^/app\""
                )
            }
            Self::UnknownField { found, near } => {
                write!(f, "\"{found}:\" is not a field; ")?;
                if near.is_empty() {
                    return f.write_str("quote it to search for it");
                }
                let near: Vec<String> = near.iter().map(|name| format!("\"{name}:\"")).collect();
                write!(f, "did you mean {}?", near.join(" or "))
            }
            Self::UnknownState { found, near } => {
                let near = near.iter().copied();
                if near.len() > 0 {
                    let near: Vec<String> = near.map(|name| format!("\"{name}\"")).collect();
                    return write!(f, "\"{found}\" can be {}", near.join(" or "));
                }
                let all = State::ALL.map(|state| format!("{} ({})", state.name(), state.letter()));
                write!(f, "\"{found}\" is no state; these are: {}", all.join(", "))
            }
            Self::UnopenedParenthesis => f.write_str("this parenthesis was not opened"),
            Self::ValueMissing => f.write_str("a value is missing right after this"),
        }
    }
}

/// How numbers of a unit are written, for those who wrote none.
pub(super) fn number_example(unit: Unit) -> &'static str {
    match unit {
        Unit::Bytes => "10k, >1M or 1k..2k",
        Unit::Milliseconds => "100ms, >1.5s or 1s..2s",
        Unit::One => "0, !=0, >=400 or 1..3",
    }
}

/// The fields whose names are like what was typed, the likest first.
pub(super) fn near_fields(found: &str) -> Vec<&'static str> {
    alike(found, FIELDS.iter().map(|field| field.name))
}
