//! The keys a user gives: files, the environment, arguments.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::KeyOptions;
use mishark_core::decode::Options;
use mishark_core::protocol::key::Ssecurity;
use mishark_core::session::{KeyOrigin, Session, parse_key_file};

/// The variable a key is taken from.
const VARIABLE: &str = "MISHARK_SSECURITY";

/// A key file larger than this is none.
const MAX_KEY_FILE: u64 = 1 << 20;

/// The sessions the user gave, in the order files, variable, arguments.
pub(super) fn sessions(options: &KeyOptions) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for path in &options.ssecurity_file {
        sessions.extend(of_file(path)?);
    }
    if let Some(value) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let key = Ssecurity::parse(value.as_encoded_bytes()).context(VARIABLE)?;
        sessions.push(Session::new(key, KeyOrigin::Environment(VARIABLE)));
    }
    for text in &options.ssecurity {
        let key = Ssecurity::parse(text.as_bytes()).context("--ssecurity")?;
        sessions.push(Session::new(key, KeyOrigin::Given));
    }
    Ok(sessions)
}

/// The sessions in one key file.
pub(super) fn of_file(path: &Path) -> Result<Vec<Session>> {
    let name = path.display().to_string();
    let text = read(path).with_context(|| name.clone())?;
    parse_key_file(&text, &KeyOrigin::File(name.clone())).context(name)
}

fn read(path: &Path) -> Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_KEY_FILE + 1).read_to_string(&mut text)?;
    anyhow::ensure!(
        text.len() as u64 <= MAX_KEY_FILE,
        "larger than {MAX_KEY_FILE} bytes"
    );
    Ok(text)
}

/// The limits the user set.
pub(super) fn limits(options: &KeyOptions) -> Options {
    Options {
        gunzip_limit: options.gunzip_limit,
    }
}
