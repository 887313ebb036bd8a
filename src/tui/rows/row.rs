//! One flow's row, and what comes to be known of the flow.

use mishark_core::decode::{Decoded, Reason, State};
use mishark_core::directory::Findings;
use mishark_core::flow::Flow;
use mishark_core::summary::{Cached, Summary};
use mishark_core::workspace::FlowId;

/// What a worker saw of a flow it opened, on its way to the flow's row.
#[derive(Debug)]
pub struct Digest {
    /// How far it opens.
    pub state: State,
    /// Why it opens no further, in a few words.
    pub reason: Option<&'static str>,
    /// What it says.
    pub summary: Summary,
    /// Bytes of both plaintexts together.
    pub size: u32,
    /// What it teaches of devices and homes.
    pub findings: Option<Box<Findings>>,
}

impl Digest {
    /// Looks at an opened flow. Runs on workers.
    pub fn of(flow: Option<&Flow>, decoded: &Decoded) -> Self {
        let len = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let request = len(&decoded.request.plaintext);
        let response = decoded
            .response
            .as_ref()
            .map_or(0, |side| len(&side.plaintext));
        Self {
            state: decoded.state,
            reason: decoded.reason.as_ref().map(Reason::short),
            summary: flow.map_or_else(Summary::default, |flow| Summary::of(flow, decoded)),
            size: u32::try_from(request + response).unwrap_or(u32::MAX),
            findings: flow.and_then(|flow| Findings::of(flow, decoded).map(Box::new)),
        }
    }
}

/// What is known of a flow once it was opened, as much as a row shows of it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// How far it opens.
    pub state: State,
    /// Why it opens no further, in a few words.
    pub reason: Option<&'static str>,
    /// What it says; [`Rows::says`](super::Rows::says) tells.
    pub summary: Cached,
    /// Bytes of both plaintexts together.
    pub size: u32,
}

/// One flow.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub id: FlowId,
    /// The number of its call, see [`Table::call`](super::Table::call).
    pub call: u32,
    /// What is known of it; `None` until a sweep was there.
    pub known: Option<Known>,
    /// Whether the user marked it.
    pub marked: bool,
    /// Of a flow that was sent from here the row it was made of.
    pub original: Option<u32>,
}

impl Row {
    /// How far it opens, if that is known.
    pub fn state(&self) -> Option<State> {
        self.known.map(|known| known.state)
    }
}
