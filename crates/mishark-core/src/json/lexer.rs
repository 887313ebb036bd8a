//! Text to tokens, refusing what RFC 8259 refuses.
//!
//! The grammar is kept by one small state and one bit per open container, so
//! a million brackets cost 125 kB and no stack.

use super::error::{ErrorKind, Fault};
use super::space::{BOM, skip_space};

/// One piece of a document; commas, colons and white space are not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `}` or `]` at this offset.
    Close { at: usize },
    /// A key with its quotes; its colon has been read too.
    Key { start: usize, end: usize },
    /// `{` or `[` at this offset.
    Open { at: usize },
    /// A string with its quotes, a number or a word.
    Scalar { start: usize, end: usize },
}

/// Reads tokens one by one.
pub(super) struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    state: State,
    nesting: Nesting,
}

#[derive(Debug, Clone, Copy)]
enum State {
    AfterValue,
    FirstKey,
    FirstValue,
    Key,
    Value,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        Self {
            bytes,
            at: if bytes.starts_with(BOM) { BOM.len() } else { 0 },
            state: State::Value,
            nesting: Nesting::default(),
        }
    }

    /// Returns where the document starts, after a byte order mark.
    pub(super) fn start(&self) -> usize {
        self.at
    }

    /// Reads the next token; `None` once the one value is complete.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Token>, Fault> {
        loop {
            self.skip_space();
            let Some(&byte) = self.bytes.get(self.at) else {
                let complete = matches!(self.state, State::AfterValue) && self.nesting.depth == 0;
                return if complete { Ok(None) } else { Err(self.cut()) };
            };
            match self.state {
                State::AfterValue => match (self.nesting.innermost(), byte) {
                    (Some(Container::Object), b',') => {
                        self.at += 1;
                        self.state = State::Key;
                    }
                    (Some(Container::Array), b',') => {
                        self.at += 1;
                        self.state = State::Value;
                    }
                    (Some(Container::Object), b'}') | (Some(Container::Array), b']') => {
                        return Ok(Some(self.close()));
                    }
                    (Some(Container::Object), _) => {
                        return Err(self.fault(ErrorKind::ExpectedCommaOrBrace));
                    }
                    (Some(Container::Array), _) => {
                        return Err(self.fault(ErrorKind::ExpectedCommaOrBracket));
                    }
                    (None, _) => return Err(self.fault(ErrorKind::Trailing)),
                },
                State::FirstKey if byte == b'}' => return Ok(Some(self.close())),
                State::FirstValue if byte == b']' => return Ok(Some(self.close())),
                State::FirstKey | State::Key if byte == b'"' => return self.key().map(Some),
                State::FirstKey => return Err(self.fault(ErrorKind::ExpectedKeyOrBrace)),
                State::Key => return Err(self.fault(ErrorKind::ExpectedKey)),
                State::FirstValue | State::Value => return self.value(byte).map(Some),
            }
        }
    }

    #[inline]
    fn skip_space(&mut self) {
        self.at = skip_space(self.bytes, self.at);
    }

    fn close(&mut self) -> Token {
        let at = self.at;
        self.nesting.close();
        self.at += 1;
        self.state = State::AfterValue;
        Token::Close { at }
    }

    #[inline]
    fn key(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        self.string()?;
        let end = self.at;
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.fault(ErrorKind::ExpectedColon)),
            None => return Err(self.cut()),
        }
        self.state = State::Value;
        Ok(Token::Key { start, end })
    }

    #[inline]
    fn value(&mut self, first: u8) -> Result<Token, Fault> {
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b'{' => {
                self.nesting.open(Container::Object);
                self.at += 1;
                self.state = State::FirstKey;
                return Ok(Token::Open { at: start });
            }
            b'[' => {
                self.nesting.open(Container::Array);
                self.at += 1;
                self.state = State::FirstValue;
                return Ok(Token::Open { at: start });
            }
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => return Err(self.fault(ErrorKind::ExpectedValue)),
        }
        self.state = State::AfterValue;
        Ok(Token::Scalar {
            start,
            end: self.at,
        })
    }

    /// Reads a string from its first quote past its last.
    #[inline]
    fn string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.at = special(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.fault(ErrorKind::ControlCharacter)),
                None => return Err(self.cut()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                for place in self.at + 2..self.at + 6 {
                    match self.bytes.get(place) {
                        Some(byte) if byte.is_ascii_hexdigit() => {}
                        Some(_) => return Err(self.fault(ErrorKind::BadEscape)),
                        None => return Err(self.cut()),
                    }
                }
                self.at += 6;
            }
            Some(_) => return Err(self.fault(ErrorKind::BadEscape)),
            None => return Err(self.cut()),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let bytes = self.bytes;
        if bytes[self.at] == b'-' {
            self.at += 1;
        }
        if bytes.get(self.at) == Some(&b'0') {
            if bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
                return Err(self.fault(ErrorKind::LeadingZero));
            }
            self.at += 1;
        } else {
            self.digits()?;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Reads one digit or more.
    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at > start {
            return Ok(());
        }
        if start == self.bytes.len() {
            return Err(self.cut());
        }
        Err(self.fault(ErrorKind::ExpectedDigit))
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        if word.starts_with(rest) {
            return Err(self.cut());
        }
        Err(self.fault(ErrorKind::ExpectedWord))
    }

    #[cold]
    fn fault(&self, kind: ErrorKind) -> Fault {
        Fault {
            offset: self.at,
            kind,
        }
    }

    #[cold]
    fn cut(&self) -> Fault {
        Fault {
            offset: self.bytes.len(),
            kind: ErrorKind::Cut,
        }
    }
}

/// Returns the first quote, backslash or control character from `at` on.
///
/// Eight bytes at a time in one register. `memchr` would be faster on long
/// strings, but it takes three needles at most and control characters are 32;
/// and most strings are shorter than its set-up is worth.
#[inline]
fn special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    // A borrow can mark bytes above a real hit, never below the first one, so
    // the lowest mark is right.
    while let Some(&chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(chunk);
        let quote = word ^ (ONES * b'"' as u64);
        let backslash = word ^ (ONES * b'\\' as u64);
        let marks = (word.wrapping_sub(ONES * 0x20) & !word)
            | (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash);
        let marks = marks & HIGH;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            break;
        }
        at += 1;
    }
    at
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

/// The open containers, one bit each.
#[derive(Default)]
struct Nesting {
    objects: Vec<u64>,
    depth: usize,
}

impl Nesting {
    fn open(&mut self, container: Container) {
        let (word, bit) = (self.depth / 64, 1 << (self.depth % 64));
        if word == self.objects.len() {
            self.objects.push(0);
        }
        match container {
            Container::Array => self.objects[word] &= !bit,
            Container::Object => self.objects[word] |= bit,
        }
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
    }

    #[inline]
    fn innermost(&self) -> Option<Container> {
        let last = self.depth.checked_sub(1)?;
        if self.objects[last / 64] >> (last % 64) & 1 == 1 {
            Some(Container::Object)
        } else {
            Some(Container::Array)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut lexer = Lexer::new(text);
        std::iter::from_fn(|| lexer.next().unwrap()).collect()
    }

    #[test]
    fn tokens_carry_their_byte_ranges() {
        assert_eq!(
            tokens(r#"{ "a" : [ 1e5, "x" ] }"#),
            [
                Token::Open { at: 0 },
                Token::Key { start: 2, end: 5 },
                Token::Open { at: 8 },
                Token::Scalar { start: 10, end: 13 },
                Token::Scalar { start: 15, end: 18 },
                Token::Close { at: 19 },
                Token::Close { at: 21 },
            ]
        );
    }

    #[test]
    fn a_special_byte_is_found_at_every_place_of_a_word() {
        for special_byte in [b'"', b'\\', 0, 0x1F, b'\n'] {
            for place in 0..40 {
                let mut bytes = [0x7F_u8; 41];
                bytes[40] = b'"';
                bytes[place] = special_byte;
                for from in 0..=place {
                    assert_eq!(special(&bytes, from), place, "{special_byte} from {from}");
                }
            }
        }
    }

    #[test]
    fn bytes_next_to_special_ones_in_value_are_plain() {
        let plain = [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xA2, 0xDC, 0xFF];
        for byte in plain {
            let bytes = [byte; 19];
            assert_eq!(special(&bytes, 0), 19, "{byte:#x}");
        }
    }
}
