//! What one question to a proxy brings, and where its flows go.

use std::sync::Arc;
use std::time::Duration;

use super::error::Trouble;
use crate::capture::{Arrival, EntryError};
use crate::flow::Flow;

/// How long to wait between two questions: a flow that shows within half a
/// second feels live, and both programs answer from memory.
pub const INTERVAL: Duration = Duration::from_millis(500);

/// What one question brought.
#[derive(Debug, Default)]
pub struct Poll {
    /// Flows that came, or came again with their answer.
    pub arrivals: Vec<Arrival>,
    /// Why the rest did not come.
    pub trouble: Option<Trouble>,
    /// Whether there is more to be had, and it may be asked for at once.
    pub more: bool,
}

/// Gives each flow a place in the capture when it is shown first.
#[derive(Debug, Default)]
pub(super) struct Places(usize);

impl Places {
    /// Shows a flow at its place, or at the next free one; returns where.
    pub(super) fn show(
        &mut self,
        place: Option<usize>,
        flow: Result<Arc<Flow>, EntryError>,
        arrivals: &mut Vec<Arrival>,
    ) -> usize {
        let place = place.unwrap_or_else(|| {
            self.0 += 1;
            self.0 - 1
        });
        arrivals.push(Arrival { place, flow });
        place
    }
}
