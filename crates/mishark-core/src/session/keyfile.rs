//! Files that hold keys: mijiaAPI's `auth.json`, a Home Assistant token file,
//! mishark's own key file, a pasted line of cookies, and a bare `ssecurity`.
//!
//! mishark's own is one JSON object, or a list of them, with the names the
//! login uses: `{"sid", "ssecurity", "userId", "cUserId", "serviceToken"}`, and
//! two of ours: `"hosts"`, a list, and `"lastSeen"`, a time by RFC 3339.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{KeyOrigin, MAX_HOSTS, PastedCookies, Secret, Session};
use crate::flow::Moment;
use crate::private_file::Pending;
use crate::protocol::error::Error;
use crate::protocol::key::Ssecurity;

/// How deep in a file's JSON a key is looked for.
const MAX_DEPTH: usize = 8;

/// How many bytes a key file may have: more than the tokens of many accounts.
pub const MAX_KEY_FILE: u64 = 1 << 20;

/// Why a file gave no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can not be read, or is no text.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// It has more bytes than a key file may have.
    #[error("larger than {MAX_KEY_FILE} bytes")]
    TooLarge,
    /// JSON without a member `ssecurity` that is a string.
    #[error("holds no ssecurity")]
    NoKey,
    /// There is one, and it is none.
    #[error("ssecurity {0}")]
    BadKey(#[from] Error),
}

/// Reads the sessions in a key file.
///
/// # Errors
/// If it can not be read or is too large, and as [`parse_key_file`].
pub fn read_key_file(path: &Path) -> Result<Vec<Session>, KeyFileError> {
    let mut text = String::new();
    let mut file = File::open(path)?.take(MAX_KEY_FILE + 1);
    file.read_to_string(&mut text)?;
    if text.len() as u64 > MAX_KEY_FILE {
        return Err(KeyFileError::TooLarge);
    }
    parse_key_file(&text, &KeyOrigin::File(path.display().to_string()))
}

/// Reads the sessions in a key file's text.
///
/// # Errors
/// If there is no key in it, or the only one is broken.
pub fn parse_key_file(text: &str, origin: &KeyOrigin) -> Result<Vec<Session>, KeyFileError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        // A line of cookies with `ssecurity=…` beside them.
        if text.contains("erviceToken=")
            && let Ok(pasted) = PastedCookies::parse(text)
        {
            let mut session = pasted.session(None).ok_or(KeyFileError::NoKey)?;
            session.origin = origin.clone();
            return Ok(vec![session]);
        }
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

/// Writes sessions as a key file's text, which [`parse_key_file`] reads back.
///
/// Of several tokens only the newest is written. The text is a secret.
pub fn encode_key_file(sessions: &[Session]) -> String {
    let mut list: Vec<Value> = sessions.iter().map(encode).collect();
    let value = match list.len() {
        1 => list.remove(0),
        _ => Value::Array(list),
    };
    format!("{value:#}\n")
}

fn encode(session: &Session) -> Value {
    let mut members = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Value::String);
    add("sid", text(&session.sid));
    add("ssecurity", Some(session.ssecurity.encode().into()));
    add("userId", text(&session.user_id));
    add("cUserId", text(&session.c_user_id));
    let token = session.service_token();
    add("serviceToken", token.map(|token| token.reveal().into()));
    let hosts = Some(&session.hosts).filter(|hosts| !hosts.is_empty());
    add("hosts", hosts.map(|hosts| json!(hosts)));
    add(
        "lastSeen",
        session.last_seen.map(|moment| moment.to_string().into()),
    );
    Value::Object(members)
}

/// Saves sessions to a new key file that only its owner can read. It is there
/// whole or not at all.
///
/// # Errors
/// If something has that name already, or it can not be written.
pub fn save_key_file(path: &Path, sessions: &[Session]) -> io::Result<()> {
    let pending = Pending::begin(path, false)?;
    pending
        .file()
        .write_all(encode_key_file(sessions).as_bytes())?;
    pending.keep()
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
                        session.hosts = hosts(members);
                        session.last_seen = text(&["lastSeen"]).and_then(|it| Moment::parse(&it));
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

fn hosts(members: &Map<String, Value>) -> Vec<String> {
    let hosts = members.get("hosts").and_then(Value::as_array);
    hosts
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .take(MAX_HOSTS)
        .map(str::to_owned)
        .collect()
}
