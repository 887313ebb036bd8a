//! Secrets in text that is no tree: in JSON inside a string that was not
//! opened, in a body that was cut off, in hex.
//!
//! This goes by what a member looks like: a name in quotes, a colon, a value;
//! in a string that is inside a string there are backslashes before each quote.
//! Only what is in sight is read, and so much before it as the longest secret
//! may take.

use std::ops::Range;

use mishark_core::redact::is_secret;

/// How far before a place a secret may begin that goes on there. Tokens of
/// services have up to 500 characters.
const FARTHEST: usize = 1024;

/// The longest name that is looked at.
const LONGEST_NAME: usize = 32;

/// Returns the values of secrets in a part of a text, in order, each as far as
/// it is in that part.
pub(super) fn secrets(bytes: &[u8], part: Range<usize>) -> Vec<Range<usize>> {
    let from = part.start.saturating_sub(FARTHEST);
    let mut secrets: Vec<Range<usize>> = Vec::new();
    for colon in memchr::memchr_iter(b':', &bytes[from..part.end]) {
        let colon = from + colon;
        if !is_named_secret(&bytes[from..colon]) {
            continue;
        }
        if let Some(value) = value_after(&bytes[..part.end], colon + 1) {
            let seen = value.start.max(part.start)..value.end.min(part.end);
            let is_new = secrets.last().is_none_or(|last| last.end <= seen.start);
            if !seen.is_empty() && is_new {
                secrets.push(seen);
            }
        }
    }
    secrets
}

/// Whether text ends in the quoted name of a secret.
fn is_named_secret(text: &[u8]) -> bool {
    let Some(name) = trim(text).strip_suffix(b"\"") else {
        return false;
    };
    let slashes = name.iter().rev().take_while(|&&byte| byte == b'\\').count();
    let name = &name[..name.len() - slashes];
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let length = name
        .iter()
        .rev()
        .take(LONGEST_NAME + 1)
        .take_while(|&&byte| is_in_name(byte))
        .count();
    let (before, name) = name.split_at(name.len() - length);
    before.last() == Some(&b'"') && std::str::from_utf8(name).is_ok_and(is_secret)
}

/// The string or number behind a colon, without the string's quotes and as far
/// as there are bytes.
fn value_after(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = &bytes[at..];
    let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
    let start = at + blanks;
    let rest = &bytes[start..];
    let slashes = rest.iter().take_while(|&&byte| byte == b'\\').count();
    if rest.get(slashes) == Some(&b'"') {
        // It ends at a quote with as many backslashes before it.
        let start = start + slashes + 1;
        let end = memchr::memchr_iter(b'"', &bytes[start..])
            .map(|quote| start + quote)
            .find(|&quote| {
                let before = bytes[start..quote].iter().rev();
                before.take_while(|&&byte| byte == b'\\').count() == slashes
            });
        return Some(start..end.map_or(bytes.len(), |end| end - slashes));
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
    let word = rest.iter().take_while(|&&byte| is_word(byte)).count();
    (word > 0).then_some(start..start + word)
}

fn trim(text: &[u8]) -> &[u8] {
    let blanks = text
        .iter()
        .rev()
        .take_while(|byte| is_blank(**byte))
        .count();
    &text[..text.len() - blanks]
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let secrets = secrets(text.as_bytes(), 0..text.len());
        secrets.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn members_with_secret_names_are_found_at_any_depth_of_strings() {
        for (text, expected) in [
            (r#"{"token":"abc","a":1}"#, &["abc"][..]),
            (r#"{\"token\": \"abc\",\"pwd\":12}"#, &["abc", "12"]),
            (r#"{\\\"token\\\":\\\"a\\\\\\\"c\\\"}"#, &[r#"a\\\\\\\"c"#]),
            (r#"{"serviceToken" : "cut of"#, &["cut of"]),
            (r#"{"token":{"a":1},"tokens":"x","did":"y"}"#, &[]),
            (r#"token: "abc", 'token':1, "token" "x""#, &[]),
            ("", &[]),
            (":", &[]),
            ("\":", &[]),
            ("\"token\":", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_that_began_before_is_known_as_one() {
        let text = format!("{{\"token\":\"{}\"}}", "x".repeat(300));
        assert_eq!(
            secrets(text.as_bytes(), 100..150).first(),
            Some(&(100..150))
        );
        assert!(secrets(text.as_bytes(), 310..text.len()).is_empty());
    }
}
