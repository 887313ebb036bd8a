//! The stages as they are told, and the one whole that was asked for.

use super::{HEAD, Kind, Outcome, Stage, Which, Whole};
use crate::protocol::plaintext::is_text;

/// Collects stages. Wholes are made for one stage at most, so that a walk
/// through a large flow does not copy it at every step.
pub(super) struct Trail {
    side: Which,
    stages: Vec<Stage>,
    /// The stage whose whole is to be made.
    wanted: Option<usize>,
    made: Option<Vec<u8>>,
}

impl Trail {
    pub(super) fn new(wanted: Option<usize>) -> Self {
        Self {
            side: Which::Request,
            stages: Vec::new(),
            wanted,
            made: None,
        }
    }

    /// From here on the stages are of that side.
    pub(super) fn enter(&mut self, side: Which) {
        self.side = side;
    }

    /// Whether the one whole that was asked for is made already.
    pub(super) fn has_made(&self) -> bool {
        self.made.is_some()
    }

    pub(super) fn into_stages(self) -> Vec<Stage> {
        self.stages
    }

    pub(super) fn into_made(self) -> Option<Vec<u8>> {
        self.made
    }

    /// A stage out of which nothing comes.
    pub(super) fn say(&mut self, kind: Kind, outcome: Outcome, says: impl Into<String>) {
        self.stages.push(Stage {
            side: self.side,
            kind,
            says: says.into(),
            outcome,
            head: Vec::new(),
            size: None,
            whole: None,
            is_secret: false,
        });
    }

    /// The last stage yields these bytes.
    pub(super) fn yields(&mut self, bytes: &[u8]) -> &mut Self {
        if let Some(stage) = self.stages.last_mut() {
            stage.head = bytes[..bytes.len().min(HEAD)].to_vec();
            stage.size = Some(bytes.len());
        }
        self
    }

    /// The last stage yields these bytes, and they are what is copied.
    pub(super) fn gives(&mut self, what: &'static str, bytes: &[u8]) -> &mut Self {
        self.yields(bytes).offers(what, bytes)
    }

    /// What is copied at the last stage.
    pub(super) fn offers(&mut self, what: &'static str, bytes: &[u8]) -> &mut Self {
        if self.wanted.is_some() && self.wanted == self.stages.len().checked_sub(1) {
            self.made = Some(bytes.to_vec());
        }
        if let Some(stage) = self.stages.last_mut() {
            let is_text = is_text(bytes);
            stage.whole = Some(Whole { what, is_text });
        }
        self
    }

    /// The last stage is to be masked.
    pub(super) fn is_secret(&mut self) {
        if let Some(stage) = self.stages.last_mut() {
            stage.is_secret = true;
        }
    }
}
