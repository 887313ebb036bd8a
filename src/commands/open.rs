//! Opening the captures a command names.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::progress::Progress;
use super::terminal::note;
use super::{Outcome, key_options};
use crate::cli::{Input, KeyOptions};
use mishark_core::capture::error::Reason;
use mishark_core::capture::{Capture, Error, Format, Source, Warning};
use mishark_core::text::count;
use mishark_core::workspace::{FlowId, Workspace};

/// How many bad entries are told one by one.
const TOLD: usize = 10;

/// A workspace, and whether all of it could be read.
pub(super) struct Opened {
    pub(super) workspace: Workspace,
    /// [`Outcome::Damaged`] if a file, or an entry, could not be read.
    pub(super) outcome: Outcome,
}

/// Opens captures and keys. A capture that can not be opened is told and left
/// out.
///
/// # Errors
/// If a key is none, or no capture could be opened.
pub(super) fn open(input: &Input) -> Result<Opened> {
    with_keys(&input.captures, &input.keys)
}

/// [`open`] with the parts apart.
pub(super) fn with_keys(captures: &[PathBuf], keys: &KeyOptions) -> Result<Opened> {
    let mut workspace = keys_alone(keys)?;
    let mut outcome = Outcome::Fine;
    let mut last = None;
    for path in captures {
        match index(path, keys.unpack_limit) {
            Ok(capture) => {
                if tell_damage(&capture) {
                    outcome = Outcome::Damaged;
                }
                workspace.add(capture);
            }
            Err(error) if captures.len() == 1 => last = Some(error),
            Err(error) => {
                note(&format!("{error:#}"));
                outcome = Outcome::Damaged;
            }
        }
    }
    match last {
        Some(error) => Err(error),
        None if workspace.captures().is_empty() => {
            Err(anyhow::anyhow!("no capture could be opened"))
        }
        None => Ok(Opened { workspace, outcome }),
    }
}

/// A workspace that holds no capture yet, and the keys the user gave.
///
/// # Errors
/// If a key is none, or a capture to take keys from can not be opened.
pub(super) fn keys_alone(keys: &KeyOptions) -> Result<Workspace> {
    let mut workspace = Workspace::new(key_options::limits(keys));
    for session in key_options::sessions(keys)? {
        workspace.add_session(session);
    }
    for path in &keys.keys_from {
        workspace.harvest(&index(path, keys.unpack_limit)?);
    }
    Ok(workspace)
}

fn index(path: &Path, unpack_limit: Option<u64>) -> Result<Capture> {
    let source = Source::open_within(path, unpack_limit).map_err(explain)?;
    let progress = Progress::bytes("reading", source.len());
    Capture::index(source, &mut |batch| {
        progress.set(batch.done);
        ControlFlow::Continue(())
    })
    .map_err(explain)
}

/// A flow's number as it is printed: behind its capture's if there are several.
pub(super) fn number(workspace: &Workspace, id: FlowId) -> String {
    match workspace.captures().len() {
        1 => id.entry.to_string(),
        _ => format!("{}:{}", id.capture + 1, id.entry),
    }
}

/// Tells how many entries were there when their capture was opened, and no more.
pub(super) fn lost(entries: usize) -> Outcome {
    if entries == 0 {
        return Outcome::Fine;
    }
    note(&format!(
        "{} can no longer be read: the capture was cut or written anew meanwhile",
        count(entries, "entry")
    ));
    Outcome::Damaged
}

/// Adds to an error what would have been right.
fn explain(error: Error) -> anyhow::Error {
    match error {
        Error::NotACapture { .. } => {}
        Error::TooBig { .. } => return anyhow::anyhow!("{error}; --unpack-limit allows more"),
        _ => return error.into(),
    }
    let supported: Vec<String> = Format::all()
        .iter()
        .map(|format| format!("  {}", format.files))
        .collect();
    anyhow::anyhow!("{error}\nsupported are:\n{}", supported.join("\n"))
}

/// Tells what of a capture could not be read; whether there was anything.
fn tell_damage(capture: &Capture) -> bool {
    let name = capture.name();
    for warning in capture.warnings() {
        note(&format!("{name}: {warning}"));
    }
    let bad = capture.entries().iter().enumerate();
    let bad: Vec<_> = bad
        .filter_map(|(index, entry)| Some((index, entry.error.as_ref()?)))
        // The warning of the capture has said so.
        .filter(|(_, error)| error.reason != Reason::Cut)
        .collect();
    for (index, error) in bad.iter().take(TOLD) {
        note(&format!("{name}: entry {index}: {error}"));
    }
    if bad.len() > TOLD {
        note(&format!(
            "{name}: {} more could not be read",
            count(bad.len() - TOLD, "entry")
        ));
    }
    !bad.is_empty() || capture.warnings().iter().any(Warning::is_damage)
}
