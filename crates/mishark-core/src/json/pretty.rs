//! Printing a document with other white space, from its own bytes.

use std::io::{self, Write};

use super::document::Document;
use super::space::{is_space, skip_space};
use super::text::show;

/// The depth from which on lines are not indented further.
///
/// Without it a megabyte of brackets would print as a terabyte of blanks. Text
/// that people read is off the screen long before.
pub const DEEPEST_INDENT: usize = 64;

/// How [`pretty`] prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many blanks a level is indented by.
    pub indent: u8,
    /// Whether keys and strings go through [`show`], as for a person to read;
    /// else they are as sent.
    pub unescape: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            indent: 2,
            unescape: false,
        }
    }
}

/// Prints a document with a line for each value.
///
/// Numbers, words and, unless asked otherwise, strings are as sent; so are the
/// order of members and duplicate keys. Empty containers stay on their line.
/// No line break follows the last line. Many small pieces are written: `out`
/// should buffer.
///
/// ```
/// use mishark_core::json::{Options, check, pretty};
///
/// let document = check(br#"{"a":[1e5,{}]}"#)?;
/// let mut out = Vec::new();
/// pretty(document, &Options::default(), &mut out)?;
/// assert_eq!(out, b"{\n  \"a\": [\n    1e5,\n    {}\n  ]\n}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pretty(document: Document<'_>, options: &Options, out: &mut impl Write) -> io::Result<()> {
    let text = document.as_str();
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    // The syntax was checked, so what a byte means needs no more state.
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                out.write_all(&[byte])?;
                at = skip_space(bytes, at + 1);
                if let Some(&close @ (b'}' | b']')) = bytes.get(at) {
                    out.write_all(&[close])?;
                    at += 1;
                } else {
                    depth += 1;
                    break_line(depth, options, out)?;
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                break_line(depth, options, out)?;
                out.write_all(&[byte])?;
                at += 1;
            }
            b',' => {
                out.write_all(b",")?;
                break_line(depth, options, out)?;
                at += 1;
            }
            b':' => {
                out.write_all(b": ")?;
                at += 1;
            }
            b'"' => {
                let end = string_end(bytes, at);
                if options.unescape {
                    let shown = show(&text[at + 1..end - 1]);
                    out.write_all(b"\"")?;
                    out.write_all(shown.as_bytes())?;
                    out.write_all(b"\"")?;
                } else {
                    out.write_all(&bytes[at..end])?;
                }
                at = end;
            }
            _ if is_space(byte) => at += 1,
            _ => {
                let end = scalar_end(bytes, at);
                out.write_all(&bytes[at..end])?;
                at = end;
            }
        }
    }
    Ok(())
}

/// Prints a document without white space, and else as sent.
pub fn minify(document: Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let bytes = document.as_str().as_bytes();
    // What is before `at` and not yet written starts at `kept`.
    let (mut kept, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' {
            at = string_end(bytes, at);
        } else if is_space(byte) {
            out.write_all(&bytes[kept..at])?;
            at = skip_space(bytes, at);
            kept = at;
        } else {
            at += 1;
        }
    }
    out.write_all(&bytes[kept..])
}

fn break_line(depth: usize, options: &Options, out: &mut impl Write) -> io::Result<()> {
    const LINE: &[u8; 65] = b"\n                                                                ";
    let mut blanks = depth.min(DEEPEST_INDENT) * usize::from(options.indent);
    let first = blanks.min(LINE.len() - 1);
    out.write_all(&LINE[..=first])?;
    blanks -= first;
    while blanks > 0 {
        let some = blanks.min(LINE.len() - 1);
        out.write_all(&LINE[1..=some])?;
        blanks -= some;
    }
    Ok(())
}

/// Returns the place after the last quote of the string that starts at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
    {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// Returns the place after the number or word that starts at `at`.
fn scalar_end(bytes: &[u8], at: usize) -> usize {
    let ends = |&byte: &u8| matches!(byte, b',' | b']' | b'}') || is_space(byte);
    bytes[at..]
        .iter()
        .position(ends)
        .map_or(bytes.len(), |n| at + n)
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    fn printed(text: &str, options: &Options) -> String {
        let mut out = Vec::new();
        pretty(check(text.as_bytes()).unwrap(), options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn minified(text: &str) -> String {
        let mut out = Vec::new();
        minify(check(text.as_bytes()).unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_escapes_order_and_duplicates_are_as_sent() {
        let text = r#"{"z":1e5,"a":-0,"z":1722123456789012348,"n":1e-07,"s":"\u6253\/\"\\"}"#;
        assert_eq!(
            printed(text, &Options::default()),
            r#"{
  "z": 1e5,
  "a": -0,
  "z": 1722123456789012348,
  "n": 1e-07,
  "s": "\u6253\/\"\\"
}"#
        );
    }

    #[test]
    fn empty_containers_stay_on_their_line() {
        assert_eq!(
            printed("[ { } , [\n] , [ [ ] ] ]", &Options::default()),
            "[\n  {},\n  [],\n  [\n    []\n  ]\n]"
        );
        assert_eq!(printed(" { } ", &Options::default()), "{}");
    }

    #[test]
    fn strings_and_keys_are_shown_if_asked() {
        let options = Options {
            indent: 0,
            unescape: true,
        };
        assert_eq!(
            printed(r#"{"\u540d":"\u6253\u001b\"\n"}"#, &options),
            "{\n\"名\": \"打\\u001b\\\"\\n\"\n}"
        );
    }

    #[test]
    fn scalars_print_as_they_are() {
        for text in ["1.50", "\" a \"", "true", "null", "-0e+0"] {
            assert_eq!(printed(&format!(" {text}\n"), &Options::default()), text);
            assert_eq!(minified(&format!(" {text}\n")), text);
        }
    }

    #[test]
    fn minifying_removes_white_space_outside_strings_only() {
        assert_eq!(
            minified(" {\r\n \"a b\" :\t[ 1 , \" \\\" \" ] } "),
            r#"{"a b":[1," \" "]}"#
        );
    }

    #[test]
    fn wide_and_deep_indents_are_whole_and_bounded() {
        let options = Options {
            indent: 255,
            unescape: false,
        };
        let text = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        let printed = printed(&text, &options);
        for (depth, line) in printed.lines().enumerate().take(101) {
            let blanks = line.len() - line.trim_start().len();
            assert_eq!(blanks, depth.min(DEEPEST_INDENT) * 255);
        }
    }

    #[test]
    fn an_error_of_the_writer_comes_back() {
        let document = check(b"[1]").unwrap();
        let mut full: &mut [u8] = &mut [0; 2];
        assert!(pretty(document, &Options::default(), &mut full).is_err());
        let mut full: &mut [u8] = &mut [0; 2];
        assert!(minify(document, &mut full).is_err());
    }
}
