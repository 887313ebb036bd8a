//! What the user has set.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::tui::action::Keymap;
use crate::tui::theme::Theme;
use mishark_core::capture::MAX_HELD;

/// How long to wait between two requests of a batch: two a second is what a
/// person with the app does, and what the command line does by itself.
pub const BATCH_PAUSE: Duration = Duration::from_millis(500);

/// What the user has set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The colours.
    pub theme: Theme,
    /// Whether frames and marks are ASCII.
    pub ascii: bool,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// The zone times are shown in.
    pub zone: TimeZone,
    /// The keys.
    pub keymap: Keymap,
    /// What copies go to, in words, for the first screen.
    pub clipboard: String,
    /// How long to wait between two requests of a batch.
    pub batch_pause: Duration,
    /// How many bytes of bodies a capture that grows may hold.
    pub max_held: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::Dark,
            ascii: false,
            mouse: true,
            zone: TimeZone::UTC,
            keymap: Keymap::default(),
            clipboard: String::new(),
            batch_pause: BATCH_PAUSE,
            max_held: MAX_HELD,
        }
    }
}
