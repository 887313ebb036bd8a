//! How numbers and names are put into a stage's one line.

use std::borrow::Cow;

use super::{Kind, MAX_TAKEN_APART, Outcome, trail::Trail};
use crate::json::{self, count, looks_like};
use crate::protocol::base64::Repairs;
use crate::protocol::error::Error;
use crate::protocol::plaintext::is_text;
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

/// A sentence that may quote a capture, made safe.
pub(super) fn line(sentence: &str) -> String {
    text::clean(sentence).into_owned()
}

/// `, repaired: padding missing`, or nothing.
pub(super) fn repaired(repairs: Repairs) -> String {
    if repairs.is_none() {
        return String::new();
    }
    let names: Vec<&str> = repairs.names().collect();
    format!(", repaired: {}", names.join(", "))
}

/// One value's base64: what it decodes to, or the byte where it does not.
pub(super) fn base64(
    trail: &mut Trail,
    name: &str,
    text: &[u8],
    decoded: Result<&[u8], &Error>,
    repairs: Repairs,
) {
    match decoded {
        Ok(decoded) => {
            let (from, to) = (bytes(text.len()), bytes(decoded.len()));
            let repaired = repaired(repairs);
            let says = format!("{name}{from} of base64 → {to}{repaired}");
            trail.say(Kind::Base64, Outcome::Done, says);
            trail.yields(decoded);
        }
        Err(error) => trail.say(Kind::Base64, Outcome::Failed, format!("{name}{error}")),
    }
    trail.offers("the base64", text);
}

/// The last step: the plaintext, read as what it is.
pub(super) fn plaintext(trail: &mut Trail, name: &str, plaintext: &[u8]) {
    if plaintext.is_empty() {
        trail.say(Kind::Body, Outcome::Skipped, format!("{name}empty"));
        return;
    }
    let (outcome, says) = if plaintext.len() > MAX_TAKEN_APART {
        (Outcome::Skipped, "too large to be counted".to_owned())
    } else {
        match count(plaintext) {
            Ok(found) => (Outcome::Done, counted(found)),
            Err(error) if looks_like(plaintext) => {
                (Outcome::Failed, format!("cut or broken: {error}"))
            }
            Err(_) if is_text(plaintext) => (Outcome::Skipped, "text, no JSON".to_owned()),
            Err(_) => (Outcome::Skipped, "binary: neither JSON nor text".to_owned()),
        }
    };
    trail.say(Kind::Json, outcome, format!("{name}{says}"));
    trail.gives("the plaintext", plaintext);
}

fn counted(count: json::Count) -> String {
    let members = |noun| text::count(count.members, noun);
    let values = text::count(count.values, "value");
    match count.root {
        json::Kind::Object => format!("an object, {}, {values}", members("member")),
        json::Kind::Array => format!("an array, {}, {values}", members("element")),
        json::Kind::String => "a string".to_owned(),
        json::Kind::Number => "a number".to_owned(),
        json::Kind::True => "true".to_owned(),
        json::Kind::False => "false".to_owned(),
        json::Kind::Null | json::Kind::Close => "null".to_owned(),
    }
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
