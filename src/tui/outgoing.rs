//! Requests that are to be sent or on their way: who sends them, and what came
//! of them so far.

use std::collections::BTreeMap;

use mishark_core::replay::Item;

/// Requests that are ready to be sent, one after the other.
#[derive(Debug)]
pub struct Outgoing {
    /// The requests.
    pub items: Vec<Item>,
    /// What is known of them while they are sent.
    pub sending: Sending,
}

impl Outgoing {
    /// Requests of that sender, and whether they change anything.
    pub fn new(items: Vec<Item>, sender: Sender, writes: bool) -> Self {
        let total = items.len();
        Self {
            items,
            sending: Sending {
                sender,
                writes,
                done: 0,
                total,
            },
        }
    }
}

/// Requests on their way.
#[derive(Debug)]
pub struct Sending {
    /// Who sends them.
    pub sender: Sender,
    /// Whether they change anything.
    pub writes: bool,
    /// How many were answered.
    pub done: usize,
    /// How many there are; none while they are being made.
    pub total: usize,
}

/// Who sends.
#[derive(Debug)]
pub enum Sender {
    /// The builder; the row that its draft was made of.
    Builder(Option<u32>),
    /// A recorded request is sent once more; its row.
    Exact(u32),
    /// The marked flows that only read.
    Marked(Batch),
}

/// The marked flows, and what came of each.
#[derive(Debug, Default)]
pub struct Batch {
    /// The rows of those that are sent, in order.
    pub rows: Vec<u32>,
    /// What came of each marked row, in words.
    pub lines: BTreeMap<u32, String>,
    /// How many were answered.
    pub sent: usize,
    /// How many of them the cloud accepted.
    pub accepted: usize,
    /// The last answer, as the reason for an end.
    pub last: String,
}
