//! The open captures and their keys: what the commands and the screen hold.

use std::sync::Arc;

use crate::capture::{Capture, Entry, Reader};
use crate::decode::stages::Stage;
use crate::decode::{Decoded, Options, Reason, decode, explain, whole_of_stage};
use crate::flow::Flow;
use crate::session::{self, Keyring, Place, Session};

/// Names one flow across all open captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FlowId {
    /// The capture's position, from 0.
    pub capture: usize,
    /// The entry's position in it, from 0.
    pub entry: usize,
}

/// Captures, the ring of keys that opens them, and the limits that hold.
///
/// A clone is cheap and stays as it was: what works on many flows takes one
/// along while the original grows.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    captures: Vec<Arc<Capture>>,
    ring: Arc<Keyring>,
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
        self.add_harvested(capture);
    }

    /// Adds a capture whose keys were taken while it was indexed.
    pub fn add_harvested(&mut self, capture: Capture) {
        self.captures.push(Arc::new(capture));
    }

    /// Puts a capture in the place of one that is there.
    pub fn replace(&mut self, place: usize, capture: Capture) {
        if let Some(old) = self.captures.get_mut(place) {
            *old = Arc::new(capture);
        }
    }

    /// Takes a capture's keys and nothing else.
    ///
    /// Only entries that may hold a key that no earlier one holds are read, so
    /// this costs little however large the capture is.
    pub fn harvest(&mut self, capture: &Capture) {
        harvest(
            Arc::make_mut(&mut self.ring),
            capture.reader(),
            0,
            capture.entries(),
        );
    }

    /// Adds a session the user gave.
    pub fn add_session(&mut self, session: Session) {
        Arc::make_mut(&mut self.ring).add(session);
    }

    /// Adds what another ring knows.
    pub fn add_keys(&mut self, ring: &Keyring) {
        let own = Arc::make_mut(&mut self.ring);
        for session in ring.sessions() {
            own.add(session.clone());
        }
    }

    /// The captures in the order they were added.
    pub fn captures(&self) -> &[Arc<Capture>] {
        &self.captures
    }

    /// All keys.
    pub fn ring(&self) -> &Keyring {
        &self.ring
    }

    /// The limits that hold.
    pub fn options(&self) -> Options {
        self.options
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
        self.open_entry(self.captures[id.capture].reader(), self.entry(id))
    }

    /// The steps on which a flow's plaintext came about, as [`explain`] tells
    /// them; none of an entry that can not be read.
    pub fn explain(&self, id: FlowId) -> Vec<Stage> {
        let flow = self.captures[id.capture].reader().flow(self.entry(id));
        flow.map_or_else(
            |_| Vec::new(),
            |flow| explain(&flow, &self.ring, self.options).1,
        )
    }

    /// All that came out of one of the steps of [`explain`](Self::explain);
    /// `None` if nothing did.
    pub fn whole_of_stage(&self, id: FlowId, stage: usize) -> Option<Vec<u8>> {
        let flow = self.captures[id.capture].reader().flow(self.entry(id));
        whole_of_stage(&flow.ok()?, &self.ring, self.options, stage)
    }

    /// [`open`](Self::open) for an entry of a capture that is still being
    /// indexed, and not in the workspace yet.
    pub fn open_entry(&self, reader: &Reader, entry: &Entry) -> (Option<Flow>, Decoded) {
        match reader.flow(entry) {
            Ok(flow) => {
                let decoded = decode(&flow, &self.ring, self.options);
                (Some(flow), decoded)
            }
            Err(error) => (None, Decoded::unreadable(Reason::Entry(error))),
        }
    }
}

/// Takes the keys out of a run of entries, the first of which has the number
/// `first` in its capture.
pub fn harvest(ring: &mut Keyring, reader: &Reader, first: usize, entries: &[Entry]) {
    for (index, entry) in entries.iter().enumerate() {
        if !entry.may_hold_key {
            continue;
        }
        if let Ok(flow) = reader.flow(entry) {
            let place = Place {
                capture: reader.name().to_owned(),
                entry: first + index,
            };
            session::harvest(ring, &flow, &place);
        }
    }
}
