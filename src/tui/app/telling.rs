//! What the screen tells: the latest message in the status line, all of them in
//! the log.

use crate::tui::look::wrap;
use crate::tui::overlay::Reader;
use crate::tui::words;
use mishark_core::text::clean;

/// How many messages the log keeps.
const LOG: usize = 500;

/// A failure is told in as many rows at most.
const FAILURE_ROWS: usize = 3;

/// What was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Whether the latest message is a failure, and its text.
    latest: Option<(bool, String)>,
    log: Vec<String>,
}

impl Told {
    pub(super) fn say(&mut self, is_failure: bool, text: &str) {
        let text = clean(text).into_owned();
        if self.log.len() >= LOG {
            self.log.remove(0);
        }
        self.log.push(text.clone());
        // A failure that nobody has seen yet is not covered up.
        if is_failure || self.failure().is_none() {
            self.latest = Some((is_failure, text));
        }
    }

    /// The latest message was seen, or is over.
    pub(super) fn clear(&mut self) {
        self.latest = None;
    }

    /// Whether the latest message is a failure, and its text.
    pub(super) fn latest(&self) -> Option<(bool, &str)> {
        let (is_failure, text) = self.latest.as_ref()?;
        Some((*is_failure, text))
    }

    /// The latest message, if it is a failure.
    pub(super) fn failure(&self) -> Option<&str> {
        let (is_failure, text) = self.latest()?;
        is_failure.then_some(text)
    }

    /// How many rows the latest message takes: a failure is told whole, if it can
    /// be.
    pub(super) fn rows(&self, width: u16) -> u16 {
        let lines = |text| wrap(text, width.saturating_sub(2)).len();
        let rows = self.failure().map_or(1, lines);
        rows.min(FAILURE_ROWS) as u16
    }

    /// All messages so far, to be read from their end.
    pub(super) fn log(&self) -> Reader {
        let text = match self.log[..] {
            [] => words::NOTHING_HERE.to_owned(),
            _ => self.log.join("\n"),
        };
        Reader::new(words::LOG, text).at_end()
    }
}
