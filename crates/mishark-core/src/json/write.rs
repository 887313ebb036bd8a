//! Values written as JSON that no terminal takes for commands.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::text::printable;

/// Writes a value in one line. Whatever is not [`printable`] stands as an escape,
/// which means the same: a line may end up on a terminal.
///
/// Numbers are as short as they are: `20`, not `20.0`.
///
/// ```
/// let mut out = Vec::new();
/// mishark_core::json::write(&("\u{9b}2J\u{202e}", 20.0), &mut out)?;
/// assert_eq!(out, br#"["\u009b2J\u202e",20]"#);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// As `out` has them.
pub fn write(value: &(impl Serialize + ?Sized), out: &mut impl Write) -> io::Result<()> {
    let mut writer = serde_json::Serializer::with_formatter(out, Printable);
    Ok(value.serialize(&mut writer)?)
}

/// [`write()`] into a text.
pub fn to_text(value: &(impl Serialize + ?Sized)) -> String {
    let mut out = Vec::new();
    // A Vec takes everything; what is no plain data becomes no text.
    let _ = write(value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Most of it is, and is told at a byte a step.
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(|character| !printable(character)) {
            let (plain, found) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut characters = found.chars();
            for unit in characters
                .next()
                .unwrap_or_default()
                .encode_utf16(&mut [0; 2])
            {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn write_f64<W: Write + ?Sized>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        // `{}` of an f64 is the shortest decimal that reads back the same.
        write!(out, "{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back_the_same_and_hold_nothing_that_steers_a_terminal() {
        for text in [
            "",
            "a\"\\/\u{8}\n",
            "\u{1b}[31m\u{7f}\u{85}\u{9b}\u{a0}é",
            "客厅灯💡\u{202e}\u{2066}\u{feff}\u{e0041}",
        ] {
            let written = to_text(&serde_json::json!({ text: [text] }));
            let read: serde_json::Value = serde_json::from_str(&written).unwrap();
            assert_eq!(read[text][0], text);
            assert!(written.chars().all(printable), "{written:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_short_as_they_are() {
        let written = to_text(&(20.0, 46.897, f64::NAN, None::<f64>, 1_u64 << 60));
        assert_eq!(written, "[20,46.897,null,null,1152921504606846976]");
    }
}
