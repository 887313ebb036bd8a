//! Secrets masked, for a person who looks on: on screens, in lists and in
//! messages.

use std::borrow::Cow;
use std::ops::Range;

use super::found::Found;
use super::names::{Place, candidate};
use super::places::{in_field, in_text};

/// What stands for a secret.
const MASK: &str = "***";

/// A text with `***` for each secret in it; JSON stays JSON.
///
/// ```
/// use mishark_core::redact::masked;
///
/// assert_eq!(masked("https://h/sts?d=1&auth=abc"), "https://h/sts?d=1&auth=***");
/// assert_eq!(masked(r#"{"uid":12345}"#), r#"{"uid":"***"}"#);
/// ```
pub fn masked(text: &str) -> Cow<'_, str> {
    mask(text, in_text(text.as_bytes()))
}

/// The value of a header field, a cookie or a form's field with `***` for each
/// secret in it.
pub fn masked_field<'v>(place: Place, name: &str, value: &'v str) -> Cow<'v, str> {
    mask(value, in_field(place, name, value))
}

fn mask(text: &str, found: Vec<Found>) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut at = 0;
    for Found { range, quote, .. } in found {
        shown.push_str(&text[at..range.start]);
        shown.push_str(&format!("{quote}{MASK}{quote}"));
        at = range.end;
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// The bytes of the secrets in a text, in order.
pub fn ranges(text: &[u8]) -> Vec<Range<usize>> {
    in_text(text).into_iter().map(|found| found.range).collect()
}

/// Whether a member of this name and value is a secret, or holds one.
pub fn is_secret_member(name: &str, value: &str) -> bool {
    let kind = candidate(name, Place::Member);
    let is_one = |kind| Found::new(0..value.len(), kind, name, value.as_bytes().to_vec());
    kind.and_then(is_one).is_some() || holds_secret(value.as_bytes())
}

/// Whether a text holds a secret.
pub fn holds_secret(text: &[u8]) -> bool {
    !in_text(text).is_empty()
}

/// An account number with its middle hidden.
pub fn masked_account(account: &str) -> String {
    let chars: Vec<char> = account.chars().collect();
    match chars.len() {
        0..=4 => "***".to_owned(),
        len => {
            let tail: String = chars[len - 2..].iter().collect();
            format!("{}***{tail}", chars[0])
        }
    }
}
