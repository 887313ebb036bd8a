//! Text for a terminal: cleaned, measured, cut to fit.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::json::printable;

/// Text of a capture made safe to print: what is not printable (control bytes,
/// marks of writing direction) shows as `\u{…}`; nothing else changes.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(printable) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if printable(character) {
            clean.push(character);
        } else {
            clean.extend(character.escape_default());
        }
    }
    Cow::Owned(clean)
}

/// Several lines made safe, with their breaks and tabs kept.
pub fn clean_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(['\n', '\t']) {
        let (line, end) = match piece.as_bytes().last() {
            Some(b'\n' | b'\t') => piece.split_at(piece.len() - 1),
            _ => (piece, ""),
        };
        let line = if end == "\n" {
            line.strip_suffix('\r').unwrap_or(line)
        } else {
            line
        };
        out.push_str(&clean(line));
        out.push_str(end);
    }
    out
}

/// Where a column's text stands in its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// At the right edge.
    Right,
}

/// Fills a text up to `width` terminal cells; wide characters count as two.
pub fn pad(text: &str, width: usize, align: Align) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => format!("{text}{blanks}"),
        Align::Right => format!("{blanks}{text}"),
    }
}

/// Keeps the end of a text that is too wide, which tells endpoints apart.
pub fn keep_end(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let mut start = text.len();
    for (at, character) in text.char_indices().rev() {
        let cells = character.width().unwrap_or(0);
        if cells > room {
            break;
        }
        room -= cells;
        start = at;
    }
    Cow::Owned(format!("…{}", &text[start..]))
}

/// Keeps the start of a text that is too wide.
pub fn keep_start(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut room = width.saturating_sub(1);
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let cells = character.width().unwrap_or(0);
        if cells > room {
            break;
        }
        room -= cells;
        end = at + character.len_utf8();
    }
    let mark = if width == 0 { "" } else { "…" };
    Cow::Owned(format!("{}{mark}", &text[..end]))
}

/// The title of a page, or the first line of a text; `None` for what is
/// neither.
pub fn headline(bytes: &[u8]) -> Option<&str> {
    /// A title stands near the beginning.
    const HEAD: usize = 2048;
    let head = &bytes[..bytes.len().min(HEAD)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut in the middle of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if let Some(title) = title(text) {
        return Some(title);
    }
    let line = text.trim_start().lines().next()?.trim();
    let is_text = !line.is_empty() && !line.contains(char::is_control);
    // A tag is no word.
    (is_text && !line.starts_with('<')).then_some(line)
}

fn title(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title>")? + "<title>".len();
    let to = from + lower[from..].find("</title>")?;
    Some(text[from..to].trim()).filter(|title| !title.is_empty())
}

/// The first bytes of a text, `most` at most, cut between characters.
pub fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A size as a person reads it: `412`, `9.1k`, `3.4M`.
pub fn size(bytes: usize) -> String {
    const UNITS: [&str; 3] = ["k", "M", "G"];
    if bytes < 1000 {
        return bytes.to_string();
    }
    let mut value = bytes as f64;
    let mut unit = "";
    for next in UNITS {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if value < 9.95 {
        format!("{value:.1}{unit}")
    } else {
        format!("{value:.0}{unit}")
    }
}

/// `1 flow`, `2 flows`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = match noun {
        "entry" => "entries".to_owned(),
        noun => format!("{noun}s"),
    };
    format!("{number} {}", if number == 1 { noun } else { &plural })
}

/// Bytes as a hex dump: offset, sixteen bytes, their printable characters.
pub fn hex_dump(bytes: &[u8], limit: usize) -> String {
    let mut dump = String::new();
    for (row, chunk) in bytes[..bytes.len().min(limit)].chunks(16).enumerate() {
        let hex: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = |byte: &u8| {
            if (b' '..=b'~').contains(byte) {
                *byte as char
            } else {
                '.'
            }
        };
        let text: String = chunk.iter().map(shown).collect();
        // Writing to a String can not fail.
        let _ = writeln!(dump, "{:08x}  {:<47}  {text}", row * 16, hex.join(" "));
    }
    if bytes.len() > limit {
        let _ = writeln!(dump, "… {} more bytes", bytes.len() - limit);
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_bytes_and_direction_marks_are_shown_not_sent() {
        assert_eq!(clean("客厅灯"), "客厅灯");
        assert_eq!(clean("a\u{1b}[2J\u{202e}b"), "a\\u{1b}[2J\\u{202e}b");
        assert_eq!(clean_lines("a\r\nb\tc\r"), "a\nb\tc\\r");
    }

    #[test]
    fn wide_characters_fill_two_cells() {
        assert_eq!(pad("灯", 4, Align::Left), "灯  ");
        assert_eq!(pad("灯", 4, Align::Right), "  灯");
        assert_eq!(keep_end("/a/客厅灯", 5), "…厅灯");
        assert_eq!(keep_end("abc", 3), "abc");
        assert_eq!(keep_start("客厅灯/a", 6), "客厅…");
        assert_eq!(keep_start("abc", 3), "abc");
        assert_eq!(keep_start("abc", 0), "");
    }

    #[test]
    fn sizes_are_short() {
        let shown: Vec<String> = [0, 999, 1000, 9_949, 9_990, 31_204, 999_600]
            .map(size)
            .into();
        assert_eq!(shown, ["0", "999", "1.0k", "9.9k", "10k", "31k", "1.0M"]);
    }
}
