//! Bodies as recorders write them into JSON.

use super::lenient::{Any, text};
use crate::protocol::base64;

/// The bytes of a text member, with `encoding: "base64"` undone. Recorders
/// differ in the word's case, and some write it over text that is none.
pub(super) fn decoded(
    value: Any<'_>,
    encoding: Any<'_>,
    pointer: &str,
    warnings: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let value = text(value)?;
    let is_base64 =
        text(encoding).is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case("base64"));
    if is_base64 {
        match base64::decode(value.as_bytes()) {
            Ok(decoded) => return Some(decoded.bytes),
            Err(error) => warnings.push(format!("{pointer}/text: {error}; taken as it is")),
        }
    }
    Some(value.into_owned().into_bytes())
}

/// The bytes of a `base64` member, if it holds any.
pub(super) fn base64_member(
    value: Any<'_>,
    pointer: &str,
    warnings: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let value = text(value).filter(|value| !value.is_empty())?;
    match base64::decode(value.as_bytes()) {
        Ok(decoded) => Some(decoded.bytes),
        Err(error) => {
            warnings.push(format!("{pointer}/base64: {error}"));
            None
        }
    }
}
