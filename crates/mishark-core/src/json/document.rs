//! Whether bytes are JSON.

use super::error::{Error, ErrorKind, Fault};
use super::lexer::Lexer;
use super::space::{BOM, is_space};

/// Text that is known to be exactly one JSON value.
///
/// Only [`check`] and [`Tree::document`](super::Tree::document) make one, so
/// what takes a document cannot meet bad syntax half way through its output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Document<'t>(&'t str);

impl<'t> Document<'t> {
    /// Takes text that the lexer has passed.
    pub(super) fn passed(text: &'t str) -> Self {
        Self(text)
    }

    /// Returns the text as sent, without a byte order mark.
    pub fn as_str(self) -> &'t str {
        self.0
    }
}

impl std::fmt::Debug for Document<'_> {
    /// Names the size only: a document may be large and may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.0.len())
    }
}

/// Tells whether bytes start like a JSON object or array.
///
/// This looks at the first byte after white space and a byte order mark only;
/// [`check`] tells whether the promise is kept.
pub fn looks_like(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let first = bytes.iter().find(|&&byte| !is_space(byte));
    matches!(first, Some(b'{' | b'['))
}

/// Checks that bytes are one JSON value and nothing else, by RFC 8259.
///
/// A leading byte order mark is passed over, as the RFC allows. So are lone
/// surrogates such as `\ud800`, which its grammar lets through.
///
/// ```
/// use mishark_core::json::check;
///
/// assert!(check(br#"{"code": 0, "result": [1e5, -0]}"#).is_ok());
///
/// let error = check(b"[\n 1\n 2]").unwrap_err();
/// assert_eq!(error.to_string(), "expected ',' or ']' at line 3 column 2");
/// ```
pub fn check(bytes: &[u8]) -> Result<Document<'_>, Error> {
    let text = utf8(bytes)?;
    let mut lexer = Lexer::new(text);
    let start = lexer.start();
    loop {
        match lexer.next() {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(Document(&text[start..])),
            Err(fault) => return Err(fault.locate(bytes)),
        }
    }
}

/// Reads bytes as UTF-8, the only encoding RFC 8259 knows.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        Fault {
            offset: error.valid_up_to(),
            kind: ErrorKind::NotUtf8,
        }
        .locate(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_and_arrays_look_like_json_and_scalars_do_not() {
        for (bytes, expected) in [
            (&b"{"[..], true),
            (b" \r\n\t[", true),
            (b"\xEF\xBB\xBF {", true),
            (b"", false),
            (b"   ", false),
            (b"\"{\"", false),
            (b"12", false),
            (b"<html>", false),
            (b"\xEF\xBB", false),
        ] {
            assert_eq!(looks_like(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_document_starts_after_its_byte_order_mark() {
        let document = check(b"\xEF\xBB\xBF[1]").unwrap();
        assert_eq!(document.as_str(), "[1]");
    }

    #[test]
    fn debug_of_a_document_does_not_print_it() {
        let document = check(br#"{"token":"secret"}"#).unwrap();
        assert_eq!(format!("{document:?}"), "Document(18 bytes)");
    }
}
