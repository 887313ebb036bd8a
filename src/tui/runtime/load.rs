//! Reading captures and keys.

use std::path::Path;

use super::context::JobContext;
use crate::tui::effect::Input;
use crate::tui::message::{Indexed, Message};
use crate::tui::words;
use mishark_core::capture::{Capture, Error, Format, Source};
use mishark_core::replay::Certificates;
use mishark_core::session::{Keyring, read_key_file};
use mishark_core::workspace::harvest;

/// Reads a capture, and sends its entries and keys as they come.
pub(super) fn run(input: Input, unpack_limit: Option<u64>, context: &JobContext) {
    let name = input.name();
    let source = match input {
        Input::Bytes { name, bytes } => Source::from_bytes_within(name, bytes, unpack_limit),
        Input::Path(path) => Source::open_within(&path, unpack_limit),
    };
    let capture = source.and_then(|source| index(source, context));
    context.send(match capture {
        Ok(capture) => Message::Loaded(Box::new(capture)),
        Err(error) => Message::NotLoaded {
            name,
            why: explain(&error),
        },
    });
}

fn index(source: Source, context: &JobContext) -> Result<Capture, Error> {
    let mut ring = Keyring::new();
    let mut first = 0;
    Capture::index(source, &mut |batch| {
        let known = ring.sessions().len();
        let mentions = batch.entries.iter().any(|entry| entry.may_hold_key);
        harvest(&mut ring, &batch.reader, first, batch.entries);
        first += batch.entries.len();
        // A session that is known may have got a token, which matters as much.
        let has_news = mentions && (ring.sessions().len() > known || known > 0);
        context.send(Message::Indexed(Box::new(Indexed {
            reader: batch.reader.clone(),
            // The screen keeps them, so that they are there once.
            entries: std::mem::take(batch.entries),
            ring: has_news.then(|| ring.clone()),
            done: batch.done,
            total: batch.total,
        })));
        context.go_on()
    })
}

/// What is wrong, and what would have been right.
fn explain(error: &Error) -> String {
    match error {
        Error::NotACapture { .. } => {
            let names: Vec<&str> = Format::all().iter().map(|format| format.name).collect();
            words::not_a_capture(error, &names)
        }
        Error::TooBig { .. } => words::unpacks_to_too_much(error),
        _ => error.to_string(),
    }
}

/// Reads keys from a key file, or from a capture that has the login.
pub(super) fn keys(path: &Path) -> Message {
    let name = path.display().to_string();
    if let Ok(sessions) = read_key_file(path) {
        return Message::Keys {
            name,
            sessions,
            ring: Box::default(),
        };
    }
    let capture = match Capture::open(path) {
        Ok(capture) => capture,
        Err(Error::NotACapture { name, .. }) => {
            return Message::Failed(words::no_key_file(&name));
        }
        Err(error) => return Message::Failed(error.to_string()),
    };
    let mut ring = Keyring::new();
    harvest(&mut ring, capture.reader(), 0, capture.entries());
    Message::Keys {
        name,
        sessions: Vec::new(),
        ring: Box::new(ring),
    }
}

/// Reads the authorities to trust from a PEM file.
pub(super) fn certificates(path: &Path) -> Message {
    match Certificates::read(path) {
        Ok(certificates) => Message::Certificates(certificates),
        Err(error) => Message::Failed(format!("{}: {error}", path.display())),
    }
}
