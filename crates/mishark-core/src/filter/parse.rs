//! From text to terms and back to the byte that is wrong.
//!
//! ```text
//! any   = all { ("or" | "|") all }
//! all   = one { ["and" | "&"] one }
//! one   = { "-" | "!" | "not" } ( "(" any ")" | term )
//! term  = word | quoted | key ":" value | "~u" value
//! value = ["=" | "!=" | "~"] ( word | quoted )
//! ```
//!
//! A word ends at a blank, a parenthesis, `|` or `&`. A regular expression
//! needs these, so it ends only at a blank or at a `)` that it has not opened.

use std::ops::Range;

use super::error::{ErrorKind, ParseError, near_fields};
use super::expr::Expr;
use super::field::{ALIASES, Field, OVER_HEADERS, Takes};
use super::limits::{MAX_DEPTH, MAX_LENGTH, MAX_REGEXES, MAX_TERMS};
use super::term::{Op, Term};

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Expr, ParseError> {
    if text.len() > MAX_LENGTH {
        let mut start = MAX_LENGTH;
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        return Err(ParseError::new(start..text.len(), ErrorKind::TooLong));
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        terms: 0,
        regexes: 0,
    };
    parser.skip_blanks();
    if parser.rest().is_empty() {
        return Ok(Expr::All(Vec::new()));
    }
    let expr = parser.any()?;
    if parser.rest().starts_with(')') {
        let range = parser.at..parser.at + 1;
        return Err(ParseError::new(range, ErrorKind::UnopenedParenthesis));
    }
    Ok(expr)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    terms: usize,
    regexes: usize,
}

/// A value as typed.
struct Value {
    text: String,
    quoted: bool,
    range: Range<usize>,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes an operator that is a sign, perhaps doubled, or a word by itself.
    fn operator(&mut self, sign: char, word: &str) -> Option<Range<usize>> {
        let rest = self.rest();
        let len = match rest.strip_prefix(sign) {
            Some(rest) if rest.starts_with(sign) => 2,
            Some(_) => 1,
            None => self.keyword(word)?,
        };
        let range = self.at..self.at + len;
        self.at += len;
        self.skip_blanks();
        Some(range)
    }

    /// The length of a word that is not part of a longer one.
    fn keyword(&self, word: &str) -> Option<usize> {
        let rest = self.rest();
        let is_word = rest
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word));
        let ends = |rest: &str| !rest.starts_with(|next| !ends_word(next));
        (is_word && ends(&rest[word.len()..])).then_some(word.len())
    }

    fn any(&mut self) -> Result<Expr, ParseError> {
        let mut parts = vec![self.all(None)?];
        while let Some(or) = self.operator('|', "or") {
            parts.push(self.all(Some(or))?);
        }
        Ok(Expr::any_of(parts))
    }

    fn all(&mut self, mut after: Option<Range<usize>>) -> Result<Expr, ParseError> {
        let mut parts = Vec::new();
        loop {
            parts.push(self.one(after)?);
            self.skip_blanks();
            after = self.operator('&', "and");
            let ends = self.rest().is_empty() || self.rest().starts_with([')', '|']);
            if after.is_none() && (ends || self.keyword("or").is_some()) {
                return Ok(Expr::all_of(parts));
            }
        }
    }

    /// One operand; `after` is the operator that asks for it.
    fn one(&mut self, mut after: Option<Range<usize>>) -> Result<Expr, ParseError> {
        let mut negated = false;
        loop {
            let start = self.at;
            let len = match self.rest().as_bytes().first() {
                Some(b'-' | b'!') => 1,
                _ => match self.keyword("not") {
                    Some(len) => len,
                    None => break,
                },
            };
            self.at += len;
            self.skip_blanks();
            negated = !negated;
            after = Some(start..start + len);
        }
        let missing = |range| Err(ParseError::new(range, ErrorKind::OperandMissing));
        let here = self.at;
        let expr = match self.rest().as_bytes().first() {
            None => return missing(after.unwrap_or(here..here)),
            Some(b')') => match after {
                Some(operator) => return missing(operator),
                // As the very first: nothing was opened before it.
                None => {
                    let kind = ErrorKind::UnopenedParenthesis;
                    return Err(ParseError::new(here..here + 1, kind));
                }
            },
            Some(b'(') => self.parentheses()?,
            Some(_) => {
                let operator = |this: &mut Self| {
                    this.operator('|', "or")
                        .or_else(|| this.operator('&', "and"))
                };
                if let Some(operator) = operator(self) {
                    return missing(operator);
                }
                self.term()?
            }
        };
        Ok(if negated { expr.negated() } else { expr })
    }

    fn parentheses(&mut self) -> Result<Expr, ParseError> {
        let open = self.at..self.at + 1;
        if self.depth == MAX_DEPTH {
            return Err(ParseError::new(open, ErrorKind::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_blanks();
        if self.rest().starts_with(')') {
            let range = open.start..self.at + 1;
            return Err(ParseError::new(range, ErrorKind::EmptyParentheses));
        }
        if self.rest().is_empty() {
            return Err(ParseError::new(open, ErrorKind::UnclosedParenthesis));
        }
        let expr = self.any()?;
        if !self.rest().starts_with(')') {
            return Err(ParseError::new(open, ErrorKind::UnclosedParenthesis));
        }
        self.depth -= 1;
        self.at += 1;
        Ok(expr)
    }

    fn term(&mut self) -> Result<Expr, ParseError> {
        let start = self.at;
        let rest = self.rest();
        if rest.starts_with('~') {
            return self.alias();
        }
        let is_name = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        let name_len = rest.bytes().take_while(|byte| is_name(*byte)).count();
        if name_len == 0 || !rest[name_len..].starts_with(':') {
            let value = self.value(false)?;
            return self.make(Field::Word, Op::Contains, value);
        }
        let (name, range) = (&rest[..name_len], start..start + name_len);
        self.at += name_len + 1;
        let Some(field) = Field::named(name) else {
            let kind = ErrorKind::UnknownField {
                found: name.to_owned(),
                near: near_fields(name),
            };
            return Err(ParseError::new(range, kind));
        };
        self.comparison(field, start)
    }

    /// What follows a field; `start` is where its term begins.
    fn comparison(&mut self, field: Field, start: usize) -> Result<Expr, ParseError> {
        let (op, len) = match self.rest().as_bytes() {
            [b'!', b'=', ..] => (Op::Differs, 2),
            [b'=', ..] => (Op::Equals, 1),
            [b'~', ..] => (Op::Matches, 1),
            _ => (Op::Contains, 0),
        };
        self.at += len;
        let mut value = self.value(op == Op::Matches)?;
        if value.range.is_empty() {
            value.range.start = start;
        }
        self.make(field, op, value)
    }

    fn alias(&mut self) -> Result<Expr, ParseError> {
        let start = self.at;
        let word = &self.rest()[..word_end(self.rest())];
        let range = start..start + word.len();
        let Some(alias) = ALIASES.iter().find(|alias| alias.name == word) else {
            let kind = if OVER_HEADERS.contains(&word) {
                ErrorKind::HeaderAlias
            } else {
                ErrorKind::UnknownAlias {
                    found: word.to_owned(),
                }
            };
            return Err(ParseError::new(range, kind));
        };
        self.at += word.len();
        match alias.takes {
            Takes::Nothing { wanted } => {
                let text = "*".to_owned();
                let quoted = false;
                let value = Value {
                    text,
                    quoted,
                    range,
                };
                let expr = self.make(alias.field, Op::Contains, value)?;
                Ok(if wanted { expr } else { expr.negated() })
            }
            Takes::Regex => {
                self.skip_blanks();
                let mut value = self.value(true)?;
                if value.range.is_empty() {
                    value.range = range;
                }
                self.make(alias.field, Op::Matches, value)
            }
            Takes::Value => {
                self.skip_blanks();
                self.comparison(alias.field, start)
            }
        }
    }

    /// Reads a word or a quoted text; empty where neither stands.
    fn value(&mut self, is_regex: bool) -> Result<Value, ParseError> {
        let start = self.at;
        let rest = self.rest();
        let quote = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => {
                let len = if is_regex {
                    regex_end(rest)
                } else {
                    word_end(rest)
                };
                self.at += len;
                return Ok(Value {
                    text: rest[..len].to_owned(),
                    quoted: false,
                    range: start..self.at,
                });
            }
        };
        let mut text = String::new();
        let mut characters = rest.char_indices().skip(1).peekable();
        while let Some((at, character)) = characters.next() {
            if character == quote {
                self.at += at + 1;
                return Ok(Value {
                    text,
                    quoted: true,
                    range: start..self.at,
                });
            }
            // Other backslashes stay: regular expressions are full of them.
            let escaped = match characters.peek() {
                Some((_, next)) if character == '\\' && (*next == quote || *next == '\\') => *next,
                _ => {
                    text.push(character);
                    continue;
                }
            };
            text.push(escaped);
            characters.next();
        }
        let range = start..self.text.len();
        Err(ParseError::new(range, ErrorKind::UnclosedQuote))
    }

    fn make(&mut self, field: Field, op: Op, value: Value) -> Result<Expr, ParseError> {
        let fail = |kind| Err(ParseError::new(value.range.clone(), kind));
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return fail(ErrorKind::TooManyTerms);
        }
        if op == Op::Matches {
            self.regexes += 1;
            if self.regexes > MAX_REGEXES {
                return fail(ErrorKind::TooManyRegexes);
            }
        }
        match Term::new(field, op, value.text, value.quoted) {
            Ok(term) => Ok(Expr::Term(term)),
            Err(kind) => Err(ParseError::new(value.range, kind)),
        }
    }
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '|' | '&')
}

fn word_end(text: &str) -> usize {
    text.find(ends_word).unwrap_or(text.len())
}

/// Where an unquoted regular expression ends; brackets and escapes hide
/// parentheses as they do in it.
fn regex_end(text: &str) -> usize {
    let mut open = 0_usize;
    let mut in_class = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character.is_whitespace() => return at,
            '\\' => {
                // An escaped blank is one in `(?x)` only; it ends here, too.
                if characters.as_str().starts_with(char::is_whitespace) {
                    return at + 1;
                }
                characters.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => open += 1,
            ')' if !in_class && open == 0 => return at,
            ')' if !in_class => open -= 1,
            _ => {}
        }
    }
    text.len()
}
