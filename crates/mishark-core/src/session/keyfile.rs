//! Files that hold keys. They are read in every [shape](super::parse_key_file),
//! and written in one.
//!
//! mishark's own is one JSON object, or a list of them, with the names the
//! login uses: `{"sid", "ssecurity", "userId", "cUserId", "serviceToken"}`, and
//! two of ours: `"hosts"`, a list, and `"lastSeen"`, a time by RFC 3339.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{KeyFileError, KeyOrigin, Session, parse_key_file};
use crate::private_file::Pending;

/// How many bytes a key file may have: more than the tokens of many accounts.
pub const MAX_KEY_FILE: u64 = 1 << 20;

/// Reads the sessions in a key file.
///
/// # Errors
/// If it can not be read or is too large, and as [`parse_key_file`].
pub fn read_key_file(path: &Path) -> Result<Vec<Session>, KeyFileError> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_KEY_FILE + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_KEY_FILE {
        return Err(KeyFileError::TooLarge {
            limit: MAX_KEY_FILE,
        });
    }
    let text =
        text_of(bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no text"))?;
    parse_key_file(&text, &KeyOrigin::File(path.display().to_string()))
}

/// UTF-8, or the UTF-16 that Windows' tools write, with a mark in front or told
/// by the zero that every second byte of an ASCII letter is.
fn text_of(bytes: Vec<u8>) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes[..] {
        [0xff, 0xfe, ..] | [_, 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, ..] => u16::from_be_bytes,
        _ => return String::from_utf8(bytes).ok(),
    };
    let (units, _) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| read(*unit)).collect();
    String::from_utf16(&units).ok()
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
