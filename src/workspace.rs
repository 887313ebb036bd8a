//! The open captures and their keys: what the commands and the screen hold.

use crate::capture::{Capture, Entry};
use crate::decode::{Decoded, Options, Reason, decode};
use crate::flow::Flow;
use crate::session::{Keyring, Place, Session};

/// Names one flow across all open captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId {
    /// The capture's position, from 0.
    pub capture: usize,
    /// The entry's position in it, from 0.
    pub entry: usize,
}

/// Captures, the ring of keys that opens them, and the limits that hold.
#[derive(Debug, Default)]
pub struct Workspace {
    captures: Vec<Capture>,
    ring: Keyring,
    options: Options,
}

impl Workspace {
    /// No captures yet.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Adds a capture and takes its keys.
    pub fn add(&mut self, capture: Capture) {
        self.harvest(&capture);
        self.captures.push(capture);
    }

    /// Takes a capture's keys and nothing else.
    ///
    /// Only entries that may hold a key that no earlier one holds are read, so
    /// this costs little however large the capture is.
    pub fn harvest(&mut self, capture: &Capture) {
        let candidates = capture.entries().iter().enumerate();
        for (index, entry) in candidates.filter(|(_, entry)| entry.may_hold_key) {
            if let Ok(flow) = capture.flow(entry) {
                let place = Place {
                    capture: capture.name().to_owned(),
                    entry: index,
                };
                self.ring.harvest(&flow, &place);
            }
        }
    }

    /// Adds a session the user gave.
    pub fn add_session(&mut self, session: Session) {
        self.ring.add(session);
    }

    /// The captures in the order they were added.
    pub fn captures(&self) -> &[Capture] {
        &self.captures
    }

    /// All keys.
    pub fn ring(&self) -> &Keyring {
        &self.ring
    }

    /// How many entries all captures have.
    pub fn len(&self) -> usize {
        self.captures
            .iter()
            .map(|capture| capture.entries().len())
            .sum()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of all flows, in order.
    pub fn ids(&self) -> impl Iterator<Item = FlowId> + Send + '_ {
        let captures = self.captures.iter().enumerate();
        captures.flat_map(|(index, capture)| {
            (0..capture.entries().len()).map(move |entry| FlowId {
                capture: index,
                entry,
            })
        })
    }

    /// The entry of a flow. Ids come from [`ids`](Self::ids).
    pub fn entry(&self, id: FlowId) -> &Entry {
        &self.captures[id.capture].entries()[id.entry]
    }

    /// Reads a flow and opens it as far as possible. An entry that can not be
    /// read has no flow and says why.
    pub fn open(&self, id: FlowId) -> (Option<Flow>, Decoded) {
        match self.captures[id.capture].flow(self.entry(id)) {
            Ok(flow) => {
                let decoded = decode(&flow, &self.ring, self.options);
                (Some(flow), decoded)
            }
            Err(error) => (None, Decoded::unreadable(Reason::Entry(error))),
        }
    }
}
