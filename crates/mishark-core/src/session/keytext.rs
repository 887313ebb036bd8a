//! The text of a key file, in every shape that clients leave one behind in. It
//! is told by what stands there, never by the file's name:
//!
//! | written by | what stands there |
//! |---|---|
//! | mishark | an object or a list of them, with `hosts` and `lastSeen` |
//! | mijiaAPI, `auth.json` | an object without a sid; `pass_o` means `mijia` |
//! | hass-xiaomi-miot, `.storage/auth-*.json` | an object, perhaps in `data`, with `server_country` |
//! | homebridge-miot | an object with `loggedInAt`; always `xiaomiio` |
//! | MiService, `.mi.token` | an array `[ssecurity, serviceToken]` for each sid |
//! | a login | its answer, `&&&START&&&` and all |
//! | a shell, a browser | `NAME=value` lines; a line of cookies |
//! | a person | a bare `ssecurity` a line, `#` before comments |

use serde_json::{Map, Value};

use super::facts::Facts;
use super::{KeyOrigin, MAX_HOSTS, Session};
use crate::flow::Moment;
use crate::protocol::error::Error;
use crate::protocol::key::Ssecurity;
use crate::protocol::response::behind_prefix;

/// How deep in a file's JSON a key is looked for.
const MAX_DEPTH: usize = 8;

/// Why a file or text gave no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can not be read, or is no text.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// It has more bytes than a key file may have.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Nothing of a key.
    #[error("holds no ssecurity")]
    NoKey,
    /// What a login can be renewed with, and no key.
    #[error("holds a passToken and no ssecurity; only a new login makes one of it")]
    OnlyPassToken,
    /// There is a key, and it is none.
    #[error("ssecurity {0}")]
    BadKey(#[from] Error),
}

/// Reads the sessions in a key file's text.
///
/// # Errors
/// If there is no key in it, or the only one is broken.
pub fn parse_key_file(text: &str, origin: &KeyOrigin) -> Result<Vec<Session>, KeyFileError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    // A login's answer may have been saved with its headers.
    let answer = text.find("&&&").map(|at| &text.as_bytes()[at..]);
    let answer = answer.and_then(behind_prefix);
    let mut reading = Reading {
        origin,
        found: Vec::new(),
        error: KeyFileError::NoKey,
    };
    match serde_json::from_slice(answer.unwrap_or(text.as_bytes())) {
        Ok(value) => reading.value(&value, 0),
        Err(_) => reading.lines(text),
    }
    match reading.found.is_empty() {
        true => Err(reading.error),
        false => Ok(reading.found),
    }
}

struct Reading<'a> {
    origin: &'a KeyOrigin,
    found: Vec<Session>,
    /// Why nothing was found, if nothing is.
    error: KeyFileError,
}

impl Reading<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > MAX_DEPTH => {}
            Value::String(key) => self.bare(key),
            Value::Array(values) => {
                let nested = values.iter().filter(|value| !value.is_string());
                let keys = values
                    .iter()
                    .filter(|value| depth == 0 && value.is_string());
                for value in nested.chain(keys) {
                    self.value(value, depth + 1);
                }
            }
            Value::Object(members) => self.object(members, depth),
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, depth: usize) {
        let mut facts = Facts::default();
        for (name, value) in members {
            match value {
                Value::String(text) => facts.take(name, text),
                Value::Number(number) => facts.take(name, &number.to_string()),
                _ => false,
            };
        }
        let has_key = self.session(&facts);
        if let Some(session) = self.found.last_mut().filter(|_| has_key) {
            session.hosts.extend(hosts(members));
            let seen = members.get("lastSeen").and_then(Value::as_str);
            session.last_seen = seen.and_then(Moment::parse);
        }
        for (name, value) in members {
            match value.as_array().map(Vec::as_slice) {
                Some([Value::String(key), Value::String(token)]) if !has_key => {
                    let mut facts = facts.clone();
                    facts.take("sid", name);
                    facts.take("ssecurity", key);
                    facts.take("serviceToken", token);
                    self.session(&facts);
                }
                _ if value.is_string() => {}
                _ => self.value(value, depth + 1),
            }
        }
    }

    /// Pairs, or else a bare key a line.
    fn lines(&mut self, text: &str) {
        let facts = Facts::of_pairs(text);
        if self.session(&facts) || facts.pass_token.is_some() || facts.token().is_some() {
            return;
        }
        let lines = text.lines().map(str::trim);
        for key in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            self.bare(key);
        }
    }

    fn bare(&mut self, key: &str) {
        match Ssecurity::parse(key.trim().as_bytes()) {
            Ok(key) => self.found.push(Session::new(key, self.origin.clone())),
            Err(error) => self.error = error.into(),
        }
    }

    /// Whether there is a key among the facts.
    fn session(&mut self, facts: &Facts) -> bool {
        match facts.session(self.origin) {
            Ok(Some(session)) => self.found.push(session),
            Ok(None) if facts.pass_token.is_some() => self.error = KeyFileError::OnlyPassToken,
            Ok(None) => {}
            Err(error) => self.error = error.into(),
        }
        facts.ssecurity.is_some()
    }
}

fn hosts(members: &Map<String, Value>) -> impl Iterator<Item = String> {
    let hosts = members.get("hosts").and_then(Value::as_array);
    let hosts = hosts.into_iter().flatten().filter_map(Value::as_str);
    hosts.take(MAX_HOSTS).map(str::to_owned)
}
