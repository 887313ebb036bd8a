//! One term: a field, how it is compared, and with what.

use std::fmt;

use aho_corasick::AhoCorasick;
use regex::bytes::{Regex, RegexBuilder};

use super::error::{ErrorKind, number_example};
use super::field::{Field, Kind, Unit};
use super::limits::{MAX_DEPTH, REGEX_CACHE, REGEX_SIZE};
use crate::decode::State;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// `*`: there is one.
    Any,
    /// Nothing before the value: contains it, starts with it or equals it,
    /// after the field's kind.
    Contains,
    /// `!=`
    Differs,
    /// `=`
    Equals,
    /// A text with `*` in it.
    Glob,
    /// `~`
    Matches,
    /// `>`, `>=`, `<`, `<=` or `..`; the value's text holds it.
    Range,
}

impl Op {
    /// What stands before the value.
    fn sign(self) -> &'static str {
        match self {
            Self::Any | Self::Contains | Self::Glob | Self::Range => "",
            Self::Differs => "!=",
            Self::Equals => "=",
            Self::Matches => "~",
        }
    }
}

/// A term as typed, and ready to be used.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) field: Field,
    op: Op,
    text: String,
    pub(super) test: Test,
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        // The test follows from these.
        (self.field, self.op, &self.text) == (other.field, other.op, &other.text)
    }
}

/// What a value has to be.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// Anything but nothing.
    Any,
    /// One of these ways to write one text is in it.
    Contains(AhoCorasick),
    /// Something, and not this.
    Differs(String),
    /// This and nothing else.
    Equals(String),
    /// The parts between the stars, in order; the first and the last at its
    /// ends.
    Glob(Vec<String>),
    /// A number in these bounds, or, for `!=`, outside.
    Number { bounds: Bounds, inside: bool },
    /// It starts with this.
    Prefix(String),
    /// A regular expression matches.
    Regex(Regex),
    /// A state, or any other one.
    State { state: State, wanted: bool },
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    low: f64,
    high: f64,
    /// Whether the bounds themselves are in it.
    closed: bool,
}

impl Bounds {
    pub(super) fn contain(self, number: f64) -> bool {
        if self.closed {
            self.low <= number && number <= self.high
        } else {
            self.low < number && number < self.high
        }
    }
}

impl Term {
    /// Makes a term ready; `op` is [`Op::Contains`] where no sign was typed.
    /// `quoted` text is taken as it is, without stars or ranges.
    pub(super) fn new(field: Field, op: Op, text: String, quoted: bool) -> Result<Self, ErrorKind> {
        let can_be_empty = quoted && matches!(op, Op::Differs | Op::Equals);
        if text.is_empty() && !can_be_empty {
            return Err(if quoted {
                ErrorKind::EmptyQuotes
            } else {
                ErrorKind::ValueMissing
            });
        }
        // Operators that are not read at all for a field never get here.
        let is_taken = match field.kind() {
            Kind::Number(Unit::Bytes | Unit::Milliseconds) => op != Op::Matches,
            Kind::State => matches!(op, Op::Contains | Op::Equals | Op::Differs),
            _ => true,
        };
        if !is_taken {
            return Err(ErrorKind::RegexRefused {
                field: field.name(),
            });
        }
        let star_is_any = match field.kind() {
            Kind::Body | Kind::Fingerprint | Kind::Name | Kind::Text => {
                !quoted && field != Field::Word
            }
            Kind::Number(_) => true,
            Kind::State => false,
        };
        let op = match op {
            Op::Contains if star_is_any && text == "*" => Op::Any,
            op => op,
        };
        let (op, test) = match (op, field.kind()) {
            (Op::Any, _) => (op, Test::Any),
            (Op::Matches, _) => (op, Test::Regex(regex(&text)?)),
            (_, Kind::Number(unit)) => number(op, &text, unit)?,
            (_, Kind::State) => {
                let wanted = op != Op::Differs;
                let state = state(&text)?;
                let op = if wanted { Op::Contains } else { op };
                (op, Test::State { state, wanted })
            }
            (Op::Differs, _) => (op, Test::Differs(text.clone())),
            (Op::Equals, _) => (op, Test::Equals(text.clone())),
            (_, Kind::Text | Kind::Fingerprint | Kind::Name) if !quoted && text.contains('*') => {
                (Op::Glob, glob(&text))
            }
            (_, Kind::Fingerprint) => (op, Test::Prefix(text.clone())),
            // `on` is in half of all names.
            (_, Kind::Name) => (op, Test::Equals(text.clone())),
            (_, Kind::Body) => (op, contains(&ways(&text), true)?),
            (_, Kind::Text) => (op, contains(std::slice::from_ref(&text), false)?),
        };
        Ok(Self {
            field,
            op,
            text,
            test,
        })
    }
}

impl Term {
    /// Whether it may mean a name that only a directory knows.
    pub(super) fn needs_names(&self) -> bool {
        let is_number = || self.text.bytes().all(|byte| byte.is_ascii_digit());
        match self.field {
            Field::Did => self.op != Op::Any && !is_number(),
            Field::Model => true,
            Field::Prop => self.op != Op::Any,
            _ => false,
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field != Field::Word {
            write!(f, "{}:{}", self.field.name(), self.op.sign())?;
        }
        let typed_bare = match self.op {
            Op::Any | Op::Glob | Op::Range => true,
            _ => is_plain_word(&self.text),
        };
        // Numbers and states are the same with and without quotes, and a
        // number's star is no text.
        if typed_bare || matches!(self.field.kind(), Kind::Number(_)) && self.op != Op::Matches {
            return f.write_str(&self.text);
        }
        f.write_str("\"")?;
        for character in self.text.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        f.write_str("\"")
    }
}

/// Whether a text stands for itself as a bare word and as a value. Strict: a
/// text that would is quoted needlessly rather than one that would not is bare.
fn is_plain_word(text: &str) -> bool {
    let plain =
        |character: char| character.is_alphanumeric() || matches!(character, '/' | '.' | '_' | '-');
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(plain)
        && !["and", "or", "not"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

fn regex(text: &str) -> Result<Regex, ErrorKind> {
    let built = RegexBuilder::new(text)
        .case_insensitive(true)
        .size_limit(REGEX_SIZE)
        .dfa_size_limit(REGEX_CACHE)
        .nest_limit(MAX_DEPTH as u32)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => ErrorKind::RegexTooBig,
        error => {
            // Several lines with a drawing; the last one says what is wrong.
            let words = error.to_string();
            let last = words.lines().last().unwrap_or_default().trim();
            ErrorKind::BadRegex(last.strip_prefix("error: ").unwrap_or(last).to_owned())
        }
    })
}

/// Looks for a text. Leaping ahead to its rarest byte pays off in bodies; in a
/// path, which may have that byte in all its parts, it takes twice as long.
fn contains(ways: &[String], in_bodies: bool) -> Result<Test, ErrorKind> {
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .prefilter(in_bodies)
        .build(ways);
    // It only fails on texts far longer than a filter.
    automaton
        .map(Test::Contains)
        .map_err(|_| ErrorKind::TooLong)
}

/// A text as JSON may have it: servers send 灯 or `\u706f`, `/` or `\/`, and
/// quotes escaped. Nobody mixes two ways for one character, so each is chosen
/// for a whole body.
fn ways(text: &str) -> Vec<String> {
    let mut ways = vec![text.to_owned()];
    let mut add = |change: &dyn Fn(&str) -> String| {
        let more: Vec<String> = ways.iter().map(|way| change(way)).collect();
        for way in more {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    };
    // Backslashes first: the other changes put in some that are meant.
    add(&|way| crate::json::escape(way));
    add(&|way| way.replace('/', "\\/"));
    add(&|way| {
        let mut units = [0; 2];
        let mut escaped = String::with_capacity(way.len() * 2);
        for character in way.chars() {
            if character.is_ascii() {
                escaped.push(character);
            } else {
                for unit in character.encode_utf16(&mut units) {
                    escaped.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
        escaped
    });
    ways
}

fn glob(text: &str) -> Test {
    Test::Glob(text.split('*').map(str::to_owned).collect())
}

fn state(text: &str) -> Result<State, ErrorKind> {
    let unknown = |near| ErrorKind::UnknownState {
        found: text.to_owned(),
        near,
    };
    // `D` and `d` are two states, so letters come first and as they are.
    let mut characters = text.chars();
    if let (Some(letter), None) = (characters.next(), characters.next()) {
        let same = |state: &State| state.letter() == letter;
        if let Some(state) = State::ALL.into_iter().find(same) {
            return Ok(state);
        }
    }
    let lower = text.to_ascii_lowercase();
    // What a locked flow needs, and what its letter `K` comes from.
    if lower == "k" || lower == "key" {
        return Ok(State::Locked);
    }
    if lower.is_empty() {
        return Err(unknown(Vec::new()));
    }
    let near: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| state.name().starts_with(&lower))
        .collect();
    match near[..] {
        [state] => Ok(state),
        _ => Err(unknown(near.iter().map(|state| state.name()).collect())),
    }
}

fn number(op: Op, text: &str, unit: Unit) -> Result<(Op, Test), ErrorKind> {
    let read = |text: &str| {
        value(text, unit).ok_or(ErrorKind::NotANumber {
            example: number_example(unit),
        })
    };
    let inside = op != Op::Differs;
    let range = |low, high, closed| {
        let bounds = Bounds { low, high, closed };
        Ok((Op::Range, Test::Number { bounds, inside }))
    };
    const LEAST: f64 = f64::NEG_INFINITY;
    const MOST: f64 = f64::INFINITY;
    if op == Op::Contains {
        for (sign, low, closed) in [
            (">=", true, true),
            (">", true, false),
            ("<=", false, true),
            ("<", false, false),
        ] {
            if let Some(rest) = text.strip_prefix(sign) {
                let bound = read(rest)?;
                return if low {
                    range(bound, MOST, closed)
                } else {
                    range(LEAST, bound, closed)
                };
            }
        }
        if let Some((low, high)) = text.split_once("..") {
            if low.is_empty() && high.is_empty() {
                read("")?;
            }
            let low = if low.is_empty() { LEAST } else { read(low)? };
            let high = if high.is_empty() { MOST } else { read(high)? };
            if low > high {
                return Err(ErrorKind::EmptyRange);
            }
            return range(low, high, true);
        }
        if unit == Unit::One && text.contains('*') {
            let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'*');
            if text.bytes().all(plain) {
                return Ok((Op::Glob, glob(text)));
            }
        }
    }
    let number = read(text)?;
    let op = if inside { Op::Contains } else { op };
    Ok(match unit {
        // As text: what JSON has there may have more digits than an `f64`.
        Unit::One if inside => (op, Test::Equals(text.to_owned())),
        Unit::One => (op, Test::Differs(text.to_owned())),
        Unit::Bytes | Unit::Milliseconds => {
            let bounds = Bounds {
                low: number,
                high: number,
                closed: true,
            };
            (op, Test::Number { bounds, inside })
        }
    })
}

/// Reads a number with its unit.
fn value(text: &str, unit: Unit) -> Option<f64> {
    let end = text.find(|character: char| character.is_ascii_alphabetic());
    let (digits, suffix) = text.split_at(end.unwrap_or(text.len()));
    let scale = match (unit, suffix.to_ascii_lowercase().as_str()) {
        (_, "") => 1.0,
        (Unit::Bytes, "b") | (Unit::Milliseconds, "ms") => 1.0,
        (Unit::Bytes, "k" | "kb") | (Unit::Milliseconds, "s") => 1e3,
        (Unit::Bytes, "m" | "mb") => 1e6,
        (Unit::Bytes, "g" | "gb") => 1e9,
        (Unit::Milliseconds, "m" | "min") => 6e4,
        _ => return None,
    };
    Some(plain_number(digits.as_bytes())? * scale)
}

/// Reads digits with perhaps a sign and a fraction; `inf` and `1e5`, which
/// Rust would take too, are none.
pub(super) fn plain_number(digits: &[u8]) -> Option<f64> {
    let plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    if !digits.iter().all(plain) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}
