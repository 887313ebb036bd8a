//! What decoding tells of its steps as it takes them.
//!
//! Every step is told to a [`Trail`], by the code that takes it and with the
//! bytes that came out. One that nobody listens to keeps nothing and makes no
//! words, so that opening a flow for a list costs the same as without.

use super::stages::{HEAD, Kind, Outcome, Stage, Which, Whole};
use crate::protocol::plaintext::is_text;
use crate::redact::ranges;
use crate::text::clean;

mod body;
mod checks;
mod form;
mod keys;
mod words;

pub(super) use checks::Checked;
pub(super) use form::Taken;

/// How much of what a stage yields is searched for secrets, in bytes.
const READ: usize = 1024;

/// Hears of each step, if anyone listens.
#[derive(Default)]
pub(super) struct Trail(Option<Told>);

/// The steps that were told. Wholes are made for one stage at most, so that a
/// large flow is not copied at every step.
struct Told {
    side: Which,
    stages: Vec<Stage>,
    /// Keys that were tried after as many as are told one by one.
    more_keys: usize,
    /// The stage whose whole is to be made.
    wanted: Option<usize>,
    made: Option<Vec<u8>>,
}

impl Trail {
    /// One that keeps the stages, and makes the whole of the one `wanted`.
    pub(super) fn listening(wanted: Option<usize>) -> Self {
        Self(Some(Told {
            side: Which::Request,
            stages: Vec::new(),
            more_keys: 0,
            wanted,
            made: None,
        }))
    }

    /// The stages, and the whole that was wanted.
    pub(super) fn into_told(self) -> (Vec<Stage>, Option<Vec<u8>>) {
        self.0
            .map_or_else(Default::default, |told| (told.stages, told.made))
    }

    /// From here on the stages are the response's.
    pub(super) fn enter_response(&mut self) {
        if let Some(told) = &mut self.0 {
            told.side = Which::Response;
        }
    }

    /// A stage out of which nothing comes.
    pub(super) fn say(&mut self, kind: Kind, outcome: Outcome, says: &str) {
        if let Some(told) = &mut self.0 {
            told.say(kind, outcome, says);
        }
    }

    /// How many stages were told, for [`back_to`](Self::back_to).
    pub(super) fn mark(&self) -> usize {
        self.0.as_ref().map_or(0, |told| told.stages.len())
    }

    /// Forgets what was told since a mark: it is told anew, with more.
    pub(super) fn back_to(&mut self, mark: usize) {
        if let Some(told) = &mut self.0 {
            told.stages.truncate(mark);
            told.more_keys = 0;
            if told.wanted >= Some(mark) {
                told.made = None;
            }
        }
    }
}

impl Told {
    /// A stage; what follows in the chain says what comes out of it.
    fn say(&mut self, kind: Kind, outcome: Outcome, says: impl AsRef<str>) -> &mut Self {
        self.stages.push(Stage {
            side: self.side,
            kind,
            says: clean(says.as_ref()).into_owned(),
            outcome,
            head: Vec::new(),
            size: None,
            whole: None,
            is_secret: false,
        });
        self
    }

    /// The last stage yields these bytes.
    fn yields(&mut self, bytes: &[u8]) -> &mut Self {
        if let Some(stage) = self.stages.last_mut() {
            stage.head = bytes[..bytes.len().min(HEAD)].to_vec();
            stage.size = Some(bytes.len());
            // A secret that begins in the head may end far behind it.
            let seen = &bytes[..bytes.len().min(READ)];
            let first = ranges(seen).first().map(|secret| secret.start);
            stage.is_secret |= first.is_some_and(|start| start < HEAD);
        }
        self
    }

    /// The last stage yields these bytes, and they are what is copied.
    fn gives(&mut self, what: &'static str, bytes: &[u8]) -> &mut Self {
        self.yields(bytes).offers(what, bytes)
    }

    /// What is copied at the last stage.
    fn offers(&mut self, what: &'static str, bytes: &[u8]) -> &mut Self {
        if self.wanted.is_some() && self.wanted == self.stages.len().checked_sub(1) {
            self.made = Some(bytes.to_vec());
        }
        if let Some(stage) = self.stages.last_mut() {
            let is_text = is_text(bytes);
            stage.whole = Some(Whole { what, is_text });
        }
        self
    }

    /// Masks the last stage, if that is so.
    fn masked_if(&mut self, is_secret: bool) {
        if let Some(stage) = self.stages.last_mut() {
            stage.is_secret = is_secret;
        }
    }
}
