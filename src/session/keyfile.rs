//! Files that hold keys: mijiaAPI's `auth.json`, a Home Assistant token file,
//! mishark's own key file, and a bare `ssecurity`.
//!
//! mishark's own is one JSON object, or a list of them, with the names the
//! login uses: `{"sid", "ssecurity", "userId", "cUserId", "serviceToken"}`.

use serde_json::Value;

use super::{KeyOrigin, Secret, Session};
use crate::protocol::error::Error;
use crate::protocol::key::Ssecurity;

/// How deep in a file's JSON a key is looked for.
const MAX_DEPTH: usize = 8;

/// Why a file gave no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// JSON without a member `ssecurity` that is a string.
    #[error("holds no ssecurity")]
    NoKey,
    /// There is one, and it is none.
    #[error("ssecurity {0}")]
    BadKey(#[from] Error),
}

/// Reads the sessions in a key file's text.
///
/// # Errors
/// If there is no key in it, or the only one is broken.
pub fn parse_key_file(text: &str, origin: &KeyOrigin) -> Result<Vec<Session>, KeyFileError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        // A bare key, one a line; `#` starts a comment.
        let lines = text.lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let sessions = keys
            .map(|key| {
                Ok(Session::new(
                    Ssecurity::parse(key.as_bytes())?,
                    origin.clone(),
                ))
            })
            .collect::<Result<Vec<_>, KeyFileError>>()?;
        return if sessions.is_empty() {
            Err(KeyFileError::NoKey)
        } else {
            Ok(sessions)
        };
    };
    if let Value::String(key) = &value {
        return Ok(vec![Session::new(
            Ssecurity::parse(key.as_bytes())?,
            origin.clone(),
        )]);
    }
    let mut found = Vec::new();
    let mut error = KeyFileError::NoKey;
    collect(&value, origin, 0, &mut found, &mut error);
    if found.is_empty() {
        Err(error)
    } else {
        Ok(found)
    }
}

fn collect(
    value: &Value,
    origin: &KeyOrigin,
    depth: usize,
    found: &mut Vec<Session>,
    error: &mut KeyFileError,
) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(values) => {
            for value in values {
                collect(value, origin, depth + 1, found, error);
            }
        }
        Value::Object(members) => {
            let text = |names: &[&str]| {
                names.iter().find_map(|name| match members.get(*name)? {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                })
            };
            if let Some(key) = text(&["ssecurity"]) {
                match Ssecurity::parse(key.as_bytes()) {
                    Ok(ssecurity) => {
                        let mut session = Session::new(ssecurity, origin.clone());
                        session.sid = text(&["sid"]);
                        session.user_id = text(&["userId", "user_id"]);
                        session.c_user_id = text(&["cUserId", "c_user_id"]);
                        let token = text(&["serviceToken", "service_token"]);
                        session.service_tokens = token.map(Secret::new).into_iter().collect();
                        found.push(session);
                    }
                    Err(why) => *error = why.into(),
                }
            }
            for value in members.values() {
                collect(value, origin, depth + 1, found, error);
            }
        }
        _ => {}
    }
}
