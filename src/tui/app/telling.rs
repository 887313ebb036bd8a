//! What the screen tells: the latest message in the status line, all of them in
//! the log.

use super::App;
use crate::tui::look::wrap;
use mishark_core::text::clean;

/// How many messages the log keeps.
const LOG: usize = 500;

/// A failure is told in as many rows at most.
const FAILURE_ROWS: usize = 3;

impl App {
    /// Something to be told before anything happens: what is wrong with the
    /// settings.
    pub fn tell_all(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            self.fail(text);
        }
    }

    /// How many rows the message takes: a failure is told whole, if it can be.
    pub(super) fn failure_rows(&self) -> u16 {
        let Some((true, text)) = &self.message else {
            return 1;
        };
        let lines = wrap(text, self.size.0.saturating_sub(2)).len();
        lines.min(FAILURE_ROWS) as u16
    }

    pub(super) fn tell(&mut self, text: impl Into<String>) {
        self.say(false, text.into());
    }

    pub(super) fn fail(&mut self, text: impl Into<String>) {
        self.say(true, text.into());
    }

    fn say(&mut self, is_failure: bool, text: String) {
        let text = clean(&text).into_owned();
        if self.log.len() >= LOG {
            self.log.remove(0);
        }
        self.log.push(text.clone());
        // A failure that nobody has seen yet is not covered up.
        if is_failure || !matches!(self.message, Some((true, _))) {
            self.message = Some((is_failure, text));
        }
    }
}
