//! The insides of JSON strings: as sent, as meant, as shown.
//!
//! All functions take and give the text between the quotes. They are lenient:
//! what is no escape stays as it is, so text that was shortened to fit a
//! screen, perhaps in the middle of an escape, can be passed too.

use std::borrow::Cow;
use std::ops::Range;

use super::document::looks_like;
use super::tree::Tree;

/// Returns what the inside of a JSON string means.
///
/// A lone surrogate becomes U+FFFD, since no `str` can hold it; what is not a
/// known escape is kept.
///
/// ```
/// use mishark_core::json::unescape;
///
/// assert_eq!(unescape(r"\u6253\u626b\n\ud83e\uddf9"), "打扫\n🧹");
/// ```
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    for piece in Pieces::new(raw) {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Escape { means, .. } => text.push(means.unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
    Cow::Owned(text)
}

/// Writes text as the inside of a JSON string, escaping what has to be.
pub fn escape(text: &str) -> String {
    let mut raw = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => raw.push_str("\\\""),
            '\\' => raw.push_str("\\\\"),
            '\u{8}' => raw.push_str("\\b"),
            '\u{c}' => raw.push_str("\\f"),
            '\n' => raw.push_str("\\n"),
            '\r' => raw.push_str("\\r"),
            '\t' => raw.push_str("\\t"),
            '\0'..'\u{20}' => push_escaped(&mut raw, character),
            _ => raw.push(character),
        }
    }
    raw
}

/// Returns the inside of a JSON string as a person can safely look at it.
///
/// Escapes that stand for [`printable`] characters are shown as those; quote,
/// backslash, line breaks and all that is not printable stay, or become,
/// escapes. So no control byte reaches a terminal, and the result still is the
/// inside of a JSON string with the same meaning.
///
/// ```
/// use mishark_core::json::show;
///
/// assert_eq!(show(r"\u6253\u626b \u001b[2J \/\n"), r"打扫 \u001b[2J /\n");
/// assert_eq!(show("gnp.\u{202e}exe"), r"gnp.\u202eexe");
/// ```
pub fn show(raw: &str) -> Cow<'_, str> {
    if raw.chars().all(|c| c != '\\' && printable(c)) {
        return Cow::Borrowed(raw);
    }
    let mut shown = String::with_capacity(raw.len());
    for piece in Pieces::new(raw) {
        match piece {
            Piece::Plain(plain) => {
                for character in plain.chars() {
                    if printable(character) {
                        shown.push(character);
                    } else {
                        push_escaped(&mut shown, character);
                    }
                }
            }
            Piece::Escape { raw, means } => match means {
                Some(character) if printable(character) && !matches!(character, '"' | '\\') => {
                    shown.push(character);
                }
                _ => shown.push_str(raw),
            },
        }
    }
    Cow::Owned(shown)
}

/// Shows the inside of a JSON string as [`show`] does, in pieces: each with the
/// bytes that were sent for it, and either one escape or without any.
///
/// ```
/// use mishark_core::json::show_pieces;
///
/// let pieces: Vec<_> = show_pieces(r"a\u6253").collect();
/// assert_eq!(pieces, [(0..1, "a".into()), (1..7, "打".into())]);
/// ```
pub fn show_pieces(raw: &str) -> impl Iterator<Item = (Range<usize>, Cow<'_, str>)> {
    Pieces::new(raw).scan(0, |at, piece| {
        let start = *at;
        *at += piece.lengths().0;
        let sent = &raw[start..*at];
        Some((start..*at, show(sent)))
    })
}

/// Tells whether a character can be seen and leaves its surroundings alone.
///
/// Not printable are control characters, the marks and overrides of writing
/// direction, zero-width and other format characters, line and paragraph
/// separators, and noncharacters. U+FE00 to U+FE0F pass: they choose between
/// the looks of the character before, and emoji often carry one.
pub fn printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\0'..='\u{9F}' => false,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{8E2}' => false,
        '\u{600}'..='\u{605}' | '\u{890}'..='\u{891}' => false,
        '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' => false,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => false,
        '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' => false,
        '\u{FDD0}'..='\u{FDEF}' => false,
        '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' => false,
        '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' => false,
        '\u{E0000}'..='\u{E0FFF}' => false,
        _ => character as u32 & 0xFFFE != 0xFFFE,
    }
}

/// Opens JSON that was put into a string.
///
/// Services do this with settings that they only pass on. The inside of the
/// string is taken; `None` unless it means exactly one object or array.
///
/// ```
/// use mishark_core::json::nested;
///
/// let tree = nested(r#"{\"on\":true}"#).unwrap();
/// assert_eq!(tree.text(), r#"{"on":true}"#);
/// assert!(nested("12").is_none());
/// ```
pub fn nested(raw: &str) -> Option<Tree<'_>> {
    let text = unescape(raw);
    if !looks_like(text.as_bytes()) {
        return None;
    }
    Tree::read(text).ok()
}

fn push_escaped(raw: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        raw.push_str(&format!("\\u{unit:04x}"));
    }
}

/// A run of a string's inside that is one escape, or has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text that means itself, including a backslash that escapes nothing.
    Plain(&'t str),
    /// An escape as sent and what it means: nothing, if a lone surrogate.
    Escape { raw: &'t str, means: Option<char> },
}

impl Piece<'_> {
    /// Returns the lengths in bytes as sent and as unescaped.
    pub(super) fn lengths(&self) -> (usize, usize) {
        match self {
            Piece::Plain(plain) => (plain.len(), plain.len()),
            Piece::Escape { raw, means } => {
                let means = means.unwrap_or(char::REPLACEMENT_CHARACTER);
                (raw.len(), means.len_utf8())
            }
        }
    }
}

/// The pieces of a string's inside, in order and without gaps.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'t> {
    rest: &'t str,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(raw: &'t str) -> Self {
        Self { rest: raw }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some((length, means)) = escape_at(self.rest) {
            let (raw, rest) = self.rest.split_at(length);
            self.rest = rest;
            return Some(Piece::Escape { raw, means });
        }
        // A backslash that starts no escape is plain, hence the 1.
        let after_first = &self.rest.as_bytes()[1..];
        let length = memchr::memchr(b'\\', after_first).map_or(self.rest.len(), |at| at + 1);
        let (plain, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(Piece::Plain(plain))
    }
}

/// Reads the escape a text starts with: its length and its meaning.
fn escape_at(text: &str) -> Option<(usize, Option<char>)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'\\') {
        return None;
    }
    let simple = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit_at(bytes)?;
            // A low surrogate only counts right after a high one.
            let second = unit_at(&bytes[6..]).filter(|_| (0xD800..0xDC00).contains(&first));
            let units = [first, second.unwrap_or(0)];
            return match char::decode_utf16(units).next() {
                Some(Ok(pair)) if pair > '\u{FFFF}' => Some((12, Some(pair))),
                Some(Ok(single)) => Some((6, Some(single))),
                _ => Some((6, None)),
            };
        }
        _ => return None,
    };
    Some((2, Some(simple)))
}

/// Reads `\uXXXX` at the start of bytes.
fn unit_at(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit << 4 | char::from(digit).to_digit(16)? as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_means_its_character() {
        assert_eq!(
            unescape(r#"\"\\\/\b\f\n\r\t\u0041\u00e9\uD83E\uDDF9"#),
            "\"\\/\u{8}\u{c}\n\r\tAé🧹"
        );
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        assert!(matches!(unescape("打扫"), Cow::Borrowed("打扫")));
        assert!(matches!(show("打扫"), Cow::Borrowed("打扫")));
    }

    #[test]
    fn lone_surrogates_are_replaced_when_unescaped_and_kept_when_shown() {
        for (raw, means) in [
            (r"\ud83e", "\u{FFFD}"),
            (r"\uddf9", "\u{FFFD}"),
            (r"\ud83e\ud83e\uddf9", "\u{FFFD}🧹"),
            (r"\uddf9\ud83e", "\u{FFFD}\u{FFFD}"),
            (r"\ud83e\u0041", "\u{FFFD}A"),
            (r"\ud83eA", "\u{FFFD}A"),
            (r"\ud83e\n", "\u{FFFD}\n"),
        ] {
            assert_eq!(unescape(raw), means, "{raw}");
        }
        assert_eq!(show(r"\ud83e \ufffd"), "\\ud83e \u{FFFD}");
    }

    #[test]
    fn what_is_no_escape_is_kept() {
        for raw in [
            r"\", r"\x", r"\u", r"\u12", r"\u12g4", r"\u+123", r"a\", r"\打",
        ] {
            assert_eq!(unescape(raw), raw);
            assert_eq!(show(raw), raw);
        }
    }

    #[test]
    fn escaping_escapes_what_json_requires_and_no_more() {
        assert_eq!(
            escape("\"\\/\u{8}\u{c}\n\r\t\0\u{1f}\u{7f}打🧹"),
            "\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}打🧹"
        );
    }

    #[test]
    fn what_is_shown_holds_no_unprintable_character() {
        for code in (0..=0x10FFFF).filter_map(char::from_u32) {
            let sent: String = code
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04X}"))
                .collect();
            for raw in [sent, code.to_string()] {
                let shown = show(&raw);
                assert!(shown.chars().all(printable), "{raw}");
                assert!(!shown.chars().any(char::is_control), "{raw}");
                if code != '\\' {
                    assert_eq!(unescape(&shown), unescape(&raw));
                }
            }
        }
    }

    #[test]
    fn marks_that_turn_or_hide_text_stay_escapes() {
        for code in [
            0x7F, 0x85, 0x9B, 0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x202A, 0x202E,
            0x2066, 0x2069, 0xFEFF, 0xFFFF,
        ] {
            let raw = format!("\\u{code:04x}");
            assert_eq!(show(&raw), raw);
            let plain = char::from_u32(code).unwrap().to_string();
            assert_eq!(show(&plain), raw);
        }
        assert_eq!(show("\u{E0041}"), r"\udb40\udc41");
    }

    #[test]
    fn quotes_and_backslashes_stay_escaped_however_they_were_sent() {
        let raw = r#"\"\u0022\\\u005c\n\u000a"#;
        assert_eq!(show(raw), raw);
    }

    #[test]
    fn only_objects_and_arrays_count_as_nested() {
        assert_eq!(nested(r#"[{\"siid\":2}]"#).unwrap().len(), 5);
        assert!(nested("[1,2]").is_some());
        for raw in ["", "12", "null", r#"\"a\""#, "[1", "{打扫}"] {
            assert!(nested(raw).is_none(), "{raw}");
        }
    }
}
