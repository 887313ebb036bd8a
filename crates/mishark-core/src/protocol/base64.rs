//! Standard base64, and the damage that recorders and proxies do to it.
//!
//! Genuine traffic is clean. What reaches us has been through form decoders
//! (`+` became a blank), double encoders (`%2B` left in), pretty printers
//! (quotes, line breaks) and truncation. All of it is repaired, and each repair
//! is reported, since a value that needed one may have been damaged elsewhere.

use std::borrow::Cow;
use std::fmt;

use ::base64::Engine as _;
use ::base64::alphabet;
use ::base64::engine::general_purpose::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::error::Error;

/// Takes any padding and any unused bits: what repaired text is decoded with.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How often a value may have been url-encoded too much. Two is the most seen.
const MAX_PERCENT_LAYERS: usize = 3;

/// What had to be undone before a text was base64 again.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs(u8);

impl Repairs {
    /// Nothing had to be undone.
    pub const NONE: Self = Self(0);
    /// A blank stood where `+` was: a form decoder read an unescaped `+`.
    pub const BLANKS: Self = Self(1);
    /// `%2B`, `%2F` or `%3D` was left in: encoded twice, or not decoded.
    pub const PERCENT: Self = Self(1 << 1);
    /// The closing `=` were missing.
    pub const PADDING: Self = Self(1 << 2);
    /// `-` and `_` stood for `+` and `/`.
    pub const URL_SAFE: Self = Self(1 << 3);
    /// Quotes or backslashes around or in the text.
    pub const QUOTES: Self = Self(1 << 4);
    /// Line breaks or tabs in the text.
    pub const BREAKS: Self = Self(1 << 5);
    /// The text ends in the middle of a group of four.
    pub const CUT: Self = Self(1 << 6);
    /// Bits are set in the last character that no encoder sets.
    pub const TRAILING_BITS: Self = Self(1 << 7);

    const NAMES: [(Self, &'static str); 8] = [
        (Self::BLANKS, "blanks where base64 has +"),
        (Self::PERCENT, "url-encoding left in"),
        (Self::PADDING, "padding missing"),
        (Self::URL_SAFE, "url-safe alphabet"),
        (Self::QUOTES, "quotes or backslashes"),
        (Self::BREAKS, "line breaks"),
        (Self::CUT, "cut in the middle of a group"),
        (Self::TRAILING_BITS, "unused bits set at the end"),
    ];

    /// Whether nothing had to be undone.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `other` had to be undone.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets of repairs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each repair in words.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .filter(move |(repair, _)| self.contains(*repair))
            .map(|(_, name)| name)
    }
}

impl fmt::Display for Repairs {
    /// All in words, with commas between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for Repairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Base64 that was decoded, with the text that was meant.
#[derive(Clone, PartialEq, Eq)]
pub struct Base64<'a> {
    /// The decoded bytes.
    pub bytes: Vec<u8>,
    /// The text after the repairs: standard alphabet, padded. This is what the
    /// client signed.
    pub text: Cow<'a, str>,
    /// What was repaired.
    pub repairs: Repairs,
}

impl fmt::Debug for Base64<'_> {
    /// It may be a key, so only its size shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Base64({} bytes, {:?})", self.bytes.len(), self.repairs)
    }
}

/// Encodes bytes as standard base64 with padding.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Decodes base64, undoing what recorders do to it.
///
/// The edge trap: a leading or trailing `+` becomes a blank at the edge, so
/// nothing is ever trimmed; a blank after the padding can not have been a `+`
/// and is dropped.
///
/// # Errors
/// [`Error::NotBase64`] with the first byte that fits no repair.
pub fn decode(text: &[u8]) -> Result<Base64<'_>, Error> {
    if let Ok(bytes) = STANDARD.decode(text)
        && let Ok(text) = std::str::from_utf8(text)
    {
        return Ok(Base64 {
            bytes,
            text: Cow::Borrowed(text),
            repairs: Repairs::NONE,
        });
    }
    let (mut fixed, mut repairs) = repair(text)?;
    let symbols = fixed.trim_end_matches('=').len();
    if symbols % 4 == 1 {
        fixed.truncate(symbols - 1);
        repairs = repairs.and(Repairs::CUT);
    }
    let symbols = fixed.trim_end_matches('=').len();
    let padded = symbols.div_ceil(4) * 4;
    if fixed.len() != padded {
        repairs = repairs.and(Repairs::PADDING);
        fixed.truncate(symbols);
        fixed.extend(std::iter::repeat_n('=', padded - symbols));
    }
    let bytes = LENIENT.decode(&fixed).map_err(|_| not_base64(text))?;
    if encode(&bytes) != fixed {
        repairs = repairs.and(Repairs::TRAILING_BITS);
    }
    Ok(Base64 {
        bytes,
        text: Cow::Owned(fixed),
        repairs,
    })
}

/// Decodes base64 of a key or nonce, whose every bit matters although no
/// signature covers its text.
///
/// # Errors
/// As [`decode`], [`Error::AlteredBase64`] if it was cut or has stray bits, and
/// [`Error::Empty`].
pub fn decode_exact(text: &[u8]) -> Result<Base64<'_>, Error> {
    let decoded = decode(text)?;
    if decoded.repairs.contains(Repairs::CUT) || decoded.repairs.contains(Repairs::TRAILING_BITS) {
        return Err(Error::AlteredBase64(text.len()));
    }
    if decoded.bytes.is_empty() {
        return Err(Error::Empty);
    }
    Ok(decoded)
}

/// Maps a damaged text to the standard alphabet; padding is looked at later.
fn repair(text: &[u8]) -> Result<(String, Repairs), Error> {
    let mut repairs = Repairs::NONE;
    let mut bytes = Cow::Borrowed(text);
    for _ in 0..MAX_PERCENT_LAYERS {
        if !bytes.contains(&b'%') {
            break;
        }
        bytes = Cow::Owned(super::form::percent_decode(&bytes));
        repairs = repairs.and(Repairs::PERCENT);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut fixed = String::with_capacity(bytes.len() + 3);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => {
                fixed.push(byte as char);
            }
            b' ' => {
                repairs = repairs.and(Repairs::BLANKS);
                if !fixed.ends_with('=') {
                    fixed.push('+');
                }
            }
            b'-' | b'_' => {
                repairs = repairs.and(Repairs::URL_SAFE);
                fixed.push(if byte == b'-' { '+' } else { '/' });
            }
            b'\r' | b'\n' | b'\t' => repairs = repairs.and(Repairs::BREAKS),
            b'"' | b'\'' => repairs = repairs.and(Repairs::QUOTES),
            // JSON that was never read back: `\/`, `\n`, and `\u003d` of writers
            // that escape for HTML.
            b'\\' => {
                repairs = repairs.and(Repairs::QUOTES);
                rest = match rest {
                    [b'n' | b'r', after @ ..] => after,
                    [b'u', b'0', b'0', digits @ ..] => {
                        let (symbol, after) =
                            json_escape(digits).ok_or_else(|| not_base64(text))?;
                        fixed.push(symbol);
                        after
                    }
                    _ => rest,
                };
            }
            _ => return Err(not_base64(text)),
        }
    }
    // Padding inside the text: two values run together, not damage.
    if fixed.trim_end_matches('=').contains('=') {
        return Err(not_base64(text));
    }
    Ok((fixed, repairs))
}

/// The symbol of base64 that two hexadecimal digits stand for.
fn json_escape(digits: &[u8]) -> Option<(char, &[u8])> {
    let (symbol, rest) = match digits {
        [b'2', b'b' | b'B', rest @ ..] => ('+', rest),
        [b'2', b'f' | b'F', rest @ ..] => ('/', rest),
        [b'3', b'd' | b'D', rest @ ..] => ('=', rest),
        _ => return None,
    };
    Some((symbol, rest))
}

/// Names the first byte of `text` that base64, however damaged, can not have.
fn not_base64(text: &[u8]) -> Error {
    let foreign = |byte: &u8| {
        !matches!(byte,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' | b'-' | b'_'
            | b' ' | b'\r' | b'\n' | b'\t' | b'"' | b'\'' | b'\\' | b'%')
    };
    let at = text
        .iter()
        .position(foreign)
        .or_else(|| text.iter().position(|byte| matches!(byte, b'=' | b'\\')))
        .unwrap_or(text.len().saturating_sub(1));
    Error::NotBase64 {
        at,
        byte: text.get(at).copied().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_at_either_edge_is_a_plus() {
        let value = decode(b" ++a").unwrap();
        assert_eq!(value.text, "+++a");
        assert_eq!(decode(b"a++ ").unwrap().text, "a+++");
        assert!(value.repairs.contains(Repairs::BLANKS));
    }

    #[test]
    fn a_blank_after_the_padding_is_dropped() {
        assert_eq!(decode(b"YQ== ").unwrap().bytes, b"a");
    }

    #[test]
    fn encoding_left_in_is_undone_twice() {
        assert_eq!(decode(b"%2B%2b%2BA").unwrap().text, "+++A");
        assert_eq!(decode(b"%252B++A").unwrap().text, "+++A");
    }

    #[test]
    fn json_escapes_left_in_are_undone() {
        let value = decode(br"\u002b\/\u002BAYQ\u003d\u003D").unwrap();
        assert_eq!(value.text, "+/+AYQ==");
        assert!(value.repairs.contains(Repairs::QUOTES));
        assert!(decode(br"YWJj\u0041YWI=").is_err());
    }

    #[test]
    fn the_first_foreign_byte_is_named() {
        assert_eq!(
            decode(b"abc!!").unwrap_err(),
            Error::NotBase64 { at: 3, byte: b'!' }
        );
        assert_eq!(
            decode(b"YQ==YQ==").unwrap_err(),
            Error::NotBase64 { at: 2, byte: b'=' }
        );
    }

    #[test]
    fn a_cut_text_keeps_what_is_whole() {
        let value = decode(b"YWJjZ").unwrap();
        assert_eq!(value.bytes, b"abc");
        assert!(value.repairs.contains(Repairs::CUT));
    }

    #[test]
    fn a_key_with_stray_bits_is_not_the_same_key() {
        assert_eq!(decode(b"YR==").unwrap().bytes, b"a");
        assert_eq!(decode_exact(b"YR==").unwrap_err(), Error::AlteredBase64(4));
        assert_eq!(decode_exact(b"").unwrap_err(), Error::Empty);
    }
}
