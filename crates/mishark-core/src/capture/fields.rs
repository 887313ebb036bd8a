//! Names with values, in every way recorders write them into JSON.

use serde_json::value::RawValue;

use super::lenient::{Any, Members, members, text};
use crate::flow::Headers;

/// More fields than this are no message of any client.
pub(super) const MAX_FIELDS: usize = 4096;

/// Names with their values, as written: an object, or a list of pairs
/// (`["name","value"]`, `{"name":…,"value":…}`). A value may be a list.
pub(super) fn pairs(value: Any<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    if let Some(fields) = members(value) {
        for (name, value) in fields.iter().take(MAX_FIELDS) {
            push(&mut pairs, name, value);
        }
    } else if let Some(list) = list(value) {
        for pair in list.into_iter().take(MAX_FIELDS) {
            if let Some(pair) = members(pair) {
                if let Some(name) = text(pair.get("name")) {
                    push(
                        &mut pairs,
                        &name,
                        pair.get("value").unwrap_or(RawValue::NULL),
                    );
                }
            } else if let Some([name, Some(value)]) = list_of(pair)
                && let Some(name) = text(name)
            {
                push(&mut pairs, &name, value);
            }
        }
    }
    pairs
}

/// Header fields; DevTools and Playwright list HTTP/2's pseudo headers too.
pub(super) fn headers(value: Any<'_>) -> Headers {
    let pairs = pairs(value).into_iter();
    pairs.filter(|(name, _)| !name.starts_with(':')).collect()
}

/// Header fields with the names as they were sent, where a map tells: it may
/// list names that were never sent, so it is only looked up.
pub(super) fn headers_named(value: Any<'_>, names: &Members<'_>) -> Headers {
    let named = |(key, value): (&str, &str)| {
        let name = text(names.get(key)).map_or_else(|| key.to_owned(), Into::into);
        (name, value.to_owned())
    };
    headers(value).iter().map(named).collect()
}

fn list(value: Any<'_>) -> Option<Vec<Any<'_>>> {
    serde_json::from_str(value?.get()).ok()
}

fn list_of(value: Any<'_>) -> Option<[Any<'_>; 2]> {
    serde_json::from_str(value?.get()).ok()
}

fn push(pairs: &mut Vec<(String, String)>, name: &str, value: &RawValue) {
    match list(Some(value)) {
        Some(values) => {
            let values = values.into_iter().take(MAX_FIELDS).filter_map(text);
            pairs.extend(values.map(|value| (name.to_owned(), value.into_owned())));
        }
        None => {
            let value = text(Some(value)).unwrap_or_default();
            pairs.push((name.to_owned(), value.into_owned()));
        }
    }
}
