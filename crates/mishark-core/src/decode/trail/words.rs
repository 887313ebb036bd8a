//! How numbers and names are put into a stage's one line.

use std::borrow::Cow;

use crate::protocol::base64::Repairs;
use crate::text;

/// Names and values of a capture longer than this are cut: a stage is a line.
const LONGEST: usize = 48;

/// A size in bytes: `309 B`, `1 204 B`.
pub(super) fn bytes(size: usize) -> String {
    format!("{} B", grouped(size))
}

/// A number with its digits in groups of three.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// The first bytes in hex, for telling what something begins with.
pub(super) fn begins(bytes: &[u8]) -> String {
    const SHOWN: usize = 4;
    let head: Vec<String> = bytes
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    head.join(" ")
}

/// A name or value out of a capture, made safe and short.
pub(super) fn short(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        return Cow::Borrowed("(nothing)");
    }
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", text::clean(&name[..end]))),
        None => text::clean(name),
    }
}

/// Several names out of a capture, as many as fit a line.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 12;
    let mut names = names;
    let shown: Vec<Cow<'_, str>> = names.by_ref().take(SHOWN).map(short).collect();
    let more = if names.next().is_some() { " …" } else { "" };
    format!("{}{more}", shown.join(" "))
}

/// `, repaired: padding missing`, or nothing.
pub(super) fn repaired(repairs: Repairs) -> String {
    if repairs.is_none() {
        return String::new();
    }
    format!(", repaired: {repairs}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        let shown = [0, 12, 999, 1_204, 31_204, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1 204", "31 204", "1 000 000"]);
    }

    #[test]
    fn names_are_safe_and_short() {
        assert_eq!(short("data"), "data");
        assert_eq!(short(""), "(nothing)");
        assert_eq!(short("a\u{1b}[2J"), "a\\u{1b}[2J");
        let long = short(&"灯".repeat(50)).into_owned();
        assert_eq!(long, format!("{}…", "灯".repeat(48)));
    }
}
