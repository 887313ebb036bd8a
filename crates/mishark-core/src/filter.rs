//! A language to pick flows with: parsed once, matched in two parts.
//!
//! ```text
//! text ──Filter::parse──▶ Filter ──entry(facts)──▶ Yes, No: no body is read
//!            │                          └─────────▶ NeedsBody
//!            └─▶ ParseError: where, what,                │
//!                and what was meant          flow(facts, decoded) ──▶ bool
//! ```
//!
//! The cheap part looks at what a list holds anyway and allocates nothing, so
//! a hundred thousand rows are filtered while one types. Only rows it can not
//! decide have to be opened for the dear part.
//!
//! # The language
//!
//! A bare word is looked for in host and path and in both plaintexts;
//! `key:value` in one [`Field`]. The [table](FIELDS) of fields tells what each
//! looks at, and [`ALIASES`] what is known from mitmproxy.
//!
//! | value | meaning |
//! |---|---|
//! | `text` | contains it; a number equals it; a `key` starts with it |
//! | `=text`, `!=text` | is exactly it; is there and is not it |
//! | `~regex` | matches a regular expression |
//! | `yee*lamp` | all of it, with anything for `*`; in bodies `*` is a star |
//! | `*` | is there at all |
//! | `>1k` `>=1k` `<1k` `<=1k` `1k..2k` `1k..` | numbers; ranges hold both ends |
//! | `"a b"`, `'a b'` | just this text; `\"` and `\\` are `"` and `\` |
//!
//! Terms side by side must all hold, as with `and` or `&`; `or` or `|` wants
//! one of them and binds less; `-x`, `!x` and `not x` want the opposite.
//! Capital and small letters are the same everywhere (`(?-i)` in a regular
//! expression tells them apart).
//!
//! Of a field that a flow has several of, such as `did`, one must hold: so
//! `code:!=0` is a flow with some code that is not 0, `-code:0` one without 0.

use std::fmt;

use crate::decode::Decoded;

mod error;
mod expr;
mod facts;
mod field;
mod limits;
mod matching;
mod members;
mod parse;
mod term;
#[cfg(test)]
mod tests;

pub use error::{ErrorKind, ParseError};
pub use facts::{Facts, Verdict};
pub use field::{ALIASES, Alias, FIELDS, Field, FieldHelp, help};
pub use limits::{MAX_DEPTH, MAX_LENGTH, MAX_REGEXES, MAX_TERMS, REGEX_CACHE, REGEX_SIZE};

use expr::Expr;

/// A parsed filter. The empty one matches all flows.
///
/// ```
/// use mishark_core::filter::Filter;
///
/// let filter = Filter::parse("path:prop/set and (did:5 or not code:0)")?;
/// assert_eq!(filter.to_string(), "path:prop/set (did:5 or -code:0)");
///
/// let error = Filter::parse("stat:K").unwrap_err();
/// assert_eq!(error.to_string(), r#""stat:" is not a field; did you mean "state:" or "status:"?"#);
/// assert_eq!(error.draw("stat:K"), "stat:K\n^^^^");
/// # Ok::<(), mishark_core::filter::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Expr);

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// If the text is none: where it is wrong, and what may have been meant.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse::parse(text).map(Self)
    }

    /// Whether it is empty, so that it matches all flows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it may ask for a device or a property by name, so that
    /// [`Facts::directory`] changes what it finds.
    pub fn needs_names(&self) -> bool {
        self.0.any(&|term| term.needs_names())
    }

    /// Whether it asks for marks or notes, so that [`Facts::mark`] changes what it
    /// finds.
    pub fn needs_marks(&self) -> bool {
        self.0.any(&|term| term.field == Field::Mark)
    }

    /// The cheap part: what can be said without opening the flow.
    pub fn entry(&self, facts: &Facts<'_>) -> Verdict {
        self.0.entry(facts)
    }

    /// The dear part: whether an opened flow matches.
    pub fn flow(&self, facts: &Facts<'_>, decoded: &Decoded) -> bool {
        // In whatever order the terms stand, no body is searched for a flow
        // that its entry rules out.
        match self.entry(facts) {
            Verdict::No => false,
            Verdict::NeedsBody => self.0.flow(facts, decoded),
            Verdict::Yes => true,
        }
    }
}

impl fmt::Display for Filter {
    /// The same filter, written one way: it parses to an equal one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
