//! Bodies as recorders write them into JSON.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::lenient::{Any, text};
use crate::flow::Body;
use crate::protocol::base64::{self, Repairs};

/// Base64 that needed a repair and is shorter than this may as well be a word.
const MIN_REPAIRED: usize = 24;

/// The bytes of a text member, with `encoding: "base64"` undone. Recorders
/// differ in the word's case, and some write it over text that is none: then the
/// text is the body.
pub(super) fn decoded(
    value: Any<'_>,
    encoding: Any<'_>,
    pointer: &str,
    warnings: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let value = words(value)?;
    let is_base64 = |name: Cow<'_, str>| name.trim().eq_ignore_ascii_case("base64");
    if text(encoding).is_some_and(is_base64) {
        match strict(&value) {
            Ok(bytes) => return Some(bytes),
            Err(why) => warnings.push(format!("{pointer}/text: {why}; taken as it is")),
        }
    }
    Some(value.into_owned())
}

/// The bytes of a member that is always base64, if it holds any; its text, if it
/// is none.
pub(super) fn base64_member(
    value: Any<'_>,
    pointer: &str,
    warnings: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let value = text(value).filter(|value| !value.is_empty())?;
    match base64::decode(value.as_bytes()) {
        Ok(decoded) => Some(decoded.bytes),
        Err(error) => {
            warnings.push(format!("{pointer}: {error}; taken as it is"));
            Some(value.into_owned().into_bytes())
        }
    }
}

/// A member that is a body whatever its type: text, a buffer, or JSON that was
/// parsed before it was written, whose bytes are as good.
pub(super) fn of_any(value: Any<'_>) -> Body {
    match value.map(RawValue::get) {
        None | Some("null" | "false") => Body::Absent,
        Some(raw) => Body::Bytes(words(value).map_or_else(|| raw.as_bytes().to_vec(), Into::into)),
    }
}

/// The bytes of text, or of a buffer as Node.js writes it:
/// `{"type":"Buffer","data":[1,2]}`.
pub(super) fn words(value: Any<'_>) -> Option<Cow<'_, [u8]>> {
    #[derive(Deserialize)]
    struct Buffer {
        data: Vec<u8>,
    }
    Some(match text(value) {
        Some(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        None => Cow::Owned(serde_json::from_str::<Buffer>(value?.get()).ok()?.data),
    })
}

/// The bytes of text that is said to be base64, or why it does not look so.
fn strict(text: &[u8]) -> Result<Vec<u8>, String> {
    let decoded = base64::decode(text).map_err(|error| error.to_string())?;
    let has = |repair| decoded.repairs.contains(repair);
    let is_clean = decoded.repairs.is_none() || decoded.repairs == Repairs::BREAKS;
    let is_text = has(Repairs::BLANKS) || has(Repairs::PERCENT) || has(Repairs::QUOTES);
    match is_clean || (!is_text && text.len() >= MIN_REPAIRED) {
        true => Ok(decoded.bytes),
        false => Err("not base64".to_owned()),
    }
}
