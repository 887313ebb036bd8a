//! The keys a user gives: files, the environment, arguments.

use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::KeyOptions;
use mishark_core::decode::Options;
use mishark_core::protocol::key::Ssecurity;
use mishark_core::session::{KeyOrigin, Session, read_key_file};

/// The variable a key is taken from.
const VARIABLE: &str = "MISHARK_SSECURITY";

/// The sessions the user gave, in the order files, variable, arguments.
pub(super) fn sessions(options: &KeyOptions) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    for path in &options.ssecurity_file {
        sessions.extend(of_file(path)?);
    }
    if let Some(value) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        let key = value.as_encoded_bytes().trim_ascii();
        let key = Ssecurity::parse(key).context(VARIABLE)?;
        sessions.push(Session::new(key, KeyOrigin::Environment(VARIABLE)));
    }
    for text in &options.ssecurity {
        let key = Ssecurity::parse(text.trim().as_bytes()).context("--ssecurity")?;
        sessions.push(Session::new(key, KeyOrigin::Given));
    }
    Ok(sessions)
}

/// The sessions in one key file.
pub(super) fn of_file(path: &Path) -> Result<Vec<Session>> {
    read_key_file(path).with_context(|| path.display().to_string())
}

/// The limits the user set.
pub(super) fn limits(options: &KeyOptions) -> Options {
    Options {
        gunzip_limit: options.gunzip_limit,
        unpack_limit: options.unpack_limit,
    }
}
