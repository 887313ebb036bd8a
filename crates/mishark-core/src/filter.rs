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

use crate::capture::Entry;
use crate::decode::{Decoded, State};
use crate::directory::Directory;

mod error;
mod field;
mod matching;
mod members;
mod parse;
mod term;
#[cfg(test)]
mod tests;

pub use error::{ErrorKind, ParseError};
pub use field::{ALIASES, Alias, FIELDS, Field, FieldHelp, help};
pub use parse::{MAX_DEPTH, MAX_LENGTH, MAX_TERMS};
pub use term::{MAX_REGEXES, REGEX_CACHE, REGEX_SIZE};

use term::Term;

/// What the cheap part knows of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The capture's name.
    pub capture: &'a str,
    /// The flow's entry.
    pub entry: &'a Entry,
    /// The flow's state, once it is known.
    pub state: Option<State>,
    /// Names for dids and properties, if any were learnt.
    pub directory: Option<&'a Directory>,
    /// What the user marked it with: `marked`, and his note; `None` if he did
    /// neither.
    pub mark: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// An entry that was not opened yet.
    pub fn new(capture: &'a str, entry: &'a Entry) -> Self {
        Self {
            capture,
            entry,
            state: None,
            directory: None,
            mark: None,
        }
    }
}

/// What the cheap part makes of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not match, whatever its bodies hold.
    No,
    /// Only its bodies, or how it opens, can tell.
    NeedsBody,
    /// It matches, whatever its bodies hold.
    Yes,
}

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
        matches!(&self.0, Expr::All(parts) if parts.is_empty())
    }

    /// Whether it may ask for a device or a property by name, so that
    /// [`Facts::directory`] changes what it finds.
    pub fn needs_names(&self) -> bool {
        self.0.needs_names()
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

/// Terms and how they are joined. `All` and `Any` never hold one of their own
/// kind, nor exactly one part; `Not` holds no `Not`.
#[derive(Debug, Clone, PartialEq)]
enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

impl Expr {
    fn all(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(parts) => flat.extend(parts),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ => Self::All(flat),
        }
    }

    fn any(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Any(parts) => flat.extend(parts),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ => Self::Any(flat),
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn needs_names(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::needs_names),
            Self::Not(inner) => inner.needs_names(),
            Self::Term(term) => term.needs_names(),
        }
    }

    fn entry(&self, facts: &Facts<'_>) -> Verdict {
        match self {
            // One part that is settled settles the whole; else one that is not
            // leaves it open.
            Self::All(parts) => join(parts, Verdict::Yes, Verdict::No, facts),
            Self::Any(parts) => join(parts, Verdict::No, Verdict::Yes, facts),
            Self::Not(inner) => match inner.entry(facts) {
                Verdict::No => Verdict::Yes,
                Verdict::NeedsBody => Verdict::NeedsBody,
                Verdict::Yes => Verdict::No,
            },
            Self::Term(term) => match term.entry(facts) {
                Some(true) => Verdict::Yes,
                Some(false) => Verdict::No,
                None => Verdict::NeedsBody,
            },
        }
    }

    fn flow(&self, facts: &Facts<'_>, decoded: &Decoded) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.flow(facts, decoded)),
            Self::Any(parts) => parts.iter().any(|part| part.flow(facts, decoded)),
            Self::Not(inner) => !inner.flow(facts, decoded),
            Self::Term(term) => term.flow(facts, decoded),
        }
    }
}

fn join(parts: &[Expr], neutral: Verdict, settled: Verdict, facts: &Facts<'_>) -> Verdict {
    let mut joined = neutral;
    for part in parts {
        let verdict = part.entry(facts);
        if verdict == settled {
            return settled;
        }
        if verdict == Verdict::NeedsBody {
            joined = Verdict::NeedsBody;
        }
    }
    joined
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" ")?;
                    }
                    match part {
                        Self::Any(_) => write!(f, "({part})")?,
                        _ => part.fmt(f)?,
                    }
                }
                Ok(())
            }
            Self::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    part.fmt(f)?;
                }
                Ok(())
            }
            Self::Not(inner) => match **inner {
                Self::Term(_) => write!(f, "-{inner}"),
                _ => write!(f, "-({inner})"),
            },
            Self::Term(term) => term.fmt(f),
        }
    }
}
