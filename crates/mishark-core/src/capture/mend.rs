//! JSON that careless writers broke, mended where it has one reading.
//!
//! Only text that the parser refused comes here. What was mended is said, with
//! its byte; what has more than one reading is an error at its byte.

use super::error::EntryError;
use super::lenient::syntax_error;

/// Kinds of damage that are mended, in the words they are told by.
const COMMA: &str = "a comma too many";
const CONTROL: &str = "a control character in a string";
const ESCAPE: &str = "a backslash that escapes nothing";
const LITERAL: &str = "a word that JSON has not, as NaN";
const NO_COMMA: &str = "a comma missing";
const UTF8: &str = "bytes that are not UTF-8";

/// Words that other languages print, and what they are taken for.
const LITERALS: [(&[u8], &[u8]); 8] = [
    (b"-Infinity", b"null"),
    (b"Infinity", b"null"),
    (b"NaN", b"null"),
    (b"None", b"null"),
    (b"nan", b"null"),
    (b"undefined", b"null"),
    (b"False", b"false"),
    (b"True", b"true"),
];

/// Reads an entry as it stands, and mended if its text is broken. `read` gets
/// the text with the warnings of what was mended in it.
pub(super) fn read<T>(
    raw: &[u8],
    start: u64,
    read: impl Fn(&[u8], Vec<String>) -> serde_json::Result<Result<T, EntryError>>,
) -> Result<T, EntryError> {
    if let Ok(value) = read(raw, Vec::new()) {
        return value;
    }
    let mended = Mender::mend(raw);
    // Of what stays broken the place is told in the text as it stands.
    match read(&mended.out, mended.warnings(start)) {
        Ok(value) if !mended.slips.is_empty() => value,
        _ => Err(syntax_error(raw, start)),
    }
}

/// A text on its way through the mender.
struct Mender<'a> {
    raw: &'a [u8],
    at: usize,
    out: Vec<u8>,
    /// What was mended: its kind, the first place, and how often.
    slips: Vec<(&'static str, usize, usize)>,
    /// Whether a value or a name ended, with nothing but white space behind it.
    ended: bool,
    /// Where in `out` a comma stands that nothing has followed yet.
    comma: Option<usize>,
}

impl<'a> Mender<'a> {
    fn mend(raw: &'a [u8]) -> Self {
        let mut mender = Self {
            raw,
            at: 0,
            out: Vec::with_capacity(raw.len() + 16),
            slips: Vec::new(),
            ended: false,
            comma: None,
        };
        while let Some(byte) = mender.raw.get(mender.at).copied() {
            match byte {
                b'"' => {
                    mender.value();
                    mender.take(1);
                    mender.string();
                }
                b'{' | b'[' => {
                    mender.value();
                    mender.ended = false;
                    mender.take(1);
                }
                b'}' | b']' => {
                    mender.no_comma();
                    mender.ended = true;
                    mender.take(1);
                }
                b',' if mender.ended => {
                    mender.comma = Some(mender.out.len());
                    mender.ended = false;
                    mender.take(1);
                }
                b',' => {
                    mender.note(COMMA);
                    mender.at += 1;
                }
                b':' => {
                    mender.ended = false;
                    mender.take(1);
                }
                byte if byte.is_ascii_whitespace() => mender.take(1),
                _ => mender.word(),
            }
        }
        mender
    }

    fn note(&mut self, what: &'static str) {
        match self.slips.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, _, count)) => *count += 1,
            None => self.slips.push((what, self.at, 1)),
        }
    }

    fn warnings(&self, start: u64) -> Vec<String> {
        let slips = self.slips.iter();
        slips
            .map(|(what, at, count)| {
                let byte = start + *at as u64;
                match count {
                    1 => format!("mended: {what} (byte {byte})"),
                    _ => format!("mended: {what}, {count} times (the first at byte {byte})"),
                }
            })
            .collect()
    }

    /// Takes bytes as they are.
    fn take(&mut self, count: usize) {
        let end = self.raw.len().min(self.at + count);
        self.out.extend_from_slice(&self.raw[self.at..end]);
        self.at = end;
    }

    /// A value or name begins.
    fn value(&mut self) {
        if self.ended {
            self.note(NO_COMMA);
            self.out.push(b',');
        }
        (self.comma, self.ended) = (None, true);
    }

    /// A bracket closes: the comma before it was one too many.
    fn no_comma(&mut self) {
        if let Some(comma) = self.comma.take() {
            self.note(COMMA);
            self.out.truncate(comma);
        }
    }

    /// A number, a literal, or what stands where one should. Behind a value it
    /// may be a part of that as well, so no comma is put between the two.
    fn word(&mut self) {
        (self.comma, self.ended) = (None, true);
        let rest = &self.raw[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let len = rest.iter().take_while(is_word).count();
        match LITERALS.iter().find(|(word, _)| *word == &rest[..len]) {
            Some((_, means)) => {
                self.note(LITERAL);
                self.out.extend_from_slice(means);
                self.at += len;
            }
            None => self.take(len.max(1)),
        }
    }

    /// The inside of a string and its closing quote.
    fn string(&mut self) {
        while let Some(byte) = self.raw.get(self.at).copied() {
            match byte {
                b'"' => return self.take(1),
                b'\\' => match self.escape() {
                    0 => {
                        self.note(ESCAPE);
                        self.out.push(b'\\');
                        self.take(1);
                    }
                    len => self.take(len),
                },
                0..=0x1f => {
                    self.note(CONTROL);
                    self.out.extend(format!("\\u{byte:04x}").bytes());
                    self.at += 1;
                }
                0x80.. => {
                    let ends = self.at + 2..=self.raw.len().min(self.at + 4);
                    let mut parts = ends.map(|end| &self.raw[self.at..end]);
                    match parts.find(|part| str::from_utf8(part).is_ok()) {
                        Some(char) => self.take(char.len()),
                        None => {
                            self.note(UTF8);
                            self.out.extend("\u{fffd}".bytes());
                            self.at += 1;
                        }
                    }
                }
                _ => self.take(1),
            }
        }
    }

    /// How long the escape is that begins here; 0 if it is none.
    fn escape(&self) -> usize {
        let behind = &self.raw[self.at + 1..];
        match behind {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', digits @ ..] => match digits.get(..4) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => 6,
                _ => 0,
            },
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &[u8]) -> (String, Vec<String>) {
        let mender = Mender::mend(text);
        let warnings = mender.warnings(100);
        (String::from_utf8(mender.out).unwrap(), warnings)
    }

    #[test]
    fn what_has_one_reading_is_mended_and_said_with_its_byte() {
        let table: [(&[u8], &str, &str); 9] = [
            (
                b"{\"a\":\"x\ny\"}",
                r#"{"a":"x\u000ay"}"#,
                "control character in a string (byte 107)",
            ),
            (
                br#"{"a":"\q"}"#,
                r#"{"a":"\\q"}"#,
                "escapes nothing (byte 106)",
            ),
            (
                br#"{"a":"\u12"}"#,
                r#"{"a":"\\u12"}"#,
                "escapes nothing (byte 106)",
            ),
            (
                b"{\"a\":\"\xff\xff\"}",
                "{\"a\":\"\u{fffd}\u{fffd}\"}",
                "not UTF-8, 2 times (the first at byte 106)",
            ),
            (br#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#, "too many, 2 times"),
            (br#"[1,,2]"#, "[1,2]", "a comma too many (byte 103)"),
            (
                br#"{"a":NaN,"b":-Infinity}"#,
                r#"{"a":null,"b":null}"#,
                "2 times (the first at byte 105)",
            ),
            (
                br#"{"a":True}"#,
                r#"{"a":true}"#,
                "JSON has not, as NaN (byte 105)",
            ),
            (
                br#"{"a":1 "b":[{}{}]}"#,
                r#"{"a":1 ,"b":[{},{}]}"#,
                "a comma missing, 2 times (the first at byte 107)",
            ),
        ];
        for (text, right, words) in table {
            let (out, warnings) = mended(text);
            assert_eq!(out, right);
            assert!(
                matches!(&warnings[..], [one] if one.contains(words)),
                "{warnings:?}"
            );
            assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
        }
        for text in ["{\"a\":\"é\\ud800\\\"\",\"b\":[1.5e-3,null]}", "", "{}"] {
            assert_eq!(mended(text.as_bytes()), (text.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn what_has_more_than_one_reading_is_an_error_and_nothing_panics() {
        let read = |raw: &[u8]| {
            super::read(raw, 10, |raw, _| {
                serde_json::from_slice::<serde_json::Value>(raw).map(Ok)
            })
        };
        for (text, pointer, byte) in [
            (r#"{"a":1,"b":x}"#, "/b", 21),
            (r#"{"a":1 2}"#, "", 17),
            (r#"{"a":"o"k"}"#, "", 18),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert_eq!(
                (error.pointer.as_str(), error.byte),
                (pointer, Some(byte)),
                "{text}"
            );
        }
        let raw = b"{\"a\":[\"\\u00e9\xc3\xa9\\q\",NaN,],}";
        for end in 0..raw.len() {
            assert!(read(&raw[..end]).is_err(), "{end}");
        }
        assert!(read(raw).is_ok());
    }
}
