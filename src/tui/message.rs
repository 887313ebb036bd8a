//! What the screen is told: keys, and what became of the work it asked for.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::MouseEvent;

use super::answered::Answered;
use super::effect::{Drafted, Editing, Lane, Marked, Point};
use super::flows::Listed;
use super::key::Key;
use super::opened::Opened;
use super::parts::Half;
use super::rows::Digest;
use super::shown::TabJob;
use super::view::{Found, View};
use mishark_core::capture::{Arrival, Capture, Entry, Reader};
use mishark_core::decode::stages::Stage;
use mishark_core::export::form::Written;
use mishark_core::flow::Moment;
use mishark_core::replay::{Certificates, Draft, End, NoDraft, SendError, SignedRequest};
use mishark_core::session::{Keyring, Session};
use mishark_core::workspace::FlowId;

/// One thing that happened.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has another size.
    Resize(u16, u16),
    /// Entries of the capture that is loading.
    Indexed(Box<Indexed>),
    /// The capture that was loading is whole, or as far as was wanted.
    Loaded(Box<Capture>),
    /// The capture that was loading is none, or cannot be read.
    NotLoaded {
        /// Its name.
        name: String,
        /// Why, and what would have been right.
        why: String,
    },
    /// Something came to a capture that grows.
    Grown {
        /// Its place among the captures.
        capture: usize,
        /// What came.
        grown: Box<Grown>,
    },
    /// A flow was opened to be shown.
    Opened(Box<Opened>),
    /// Flows that the sweep has been through.
    Swept {
        /// Which sweep.
        generation: u64,
        /// The flows.
        flows: Vec<(FlowId, Digest)>,
    },
    /// The sweep is through.
    SweepDone {
        /// Which sweep.
        generation: u64,
    },
    /// The list of flows was made.
    Listed(Box<Listed>),
    /// Rows that a filter has decided on.
    Decided {
        /// Which filter.
        generation: u64,
        /// Rows and whether they match.
        rows: Vec<(u32, bool)>,
    },
    /// Rows in whose plaintext the text stands.
    Hits {
        /// Which search.
        generation: u64,
        /// The rows, ascending.
        rows: Vec<u32>,
        /// How many rows were looked at since the last message.
        looked: usize,
        /// Whether that was all.
        done: bool,
    },
    /// A tab of the shown flow was made.
    TabMade {
        /// Which one.
        job: TabJob,
        /// What it shows; `None` if there is nothing.
        view: Option<View>,
    },
    /// Places found in a body.
    Found {
        /// Which find.
        generation: u64,
        /// Where it looked.
        half: Half,
        /// The places.
        found: Found,
    },
    /// Two flows were compared.
    Compared {
        /// What changed, a line each.
        lines: Vec<String>,
        /// Whether the builder shows it.
        for_builder: bool,
    },
    /// A draft was made.
    Drafted {
        /// The row it was made of.
        row: Option<u32>,
        /// The draft.
        draft: Result<Box<Draft>, NoDraft>,
        /// What becomes of it.
        then: Drafted,
    },
    /// A draft was signed, to be shown.
    Signed(Result<Arc<SignedRequest>, SendError>),
    /// Requests were made of the marked flows.
    Marked(Marked),
    /// A request was answered, or not.
    Sent {
        /// Its place among those that are being sent.
        at: usize,
        /// The answer with its request, opened.
        outcome: Result<Box<Answered>, SendError>,
    },
    /// Nothing is being sent any more.
    SendingEnded(End),
    /// A flow was taken apart.
    Staged {
        /// Its row.
        row: u32,
        /// The steps.
        stages: Vec<Stage>,
    },
    /// A text is ready to be copied.
    Text {
        /// What it is, in words.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Authorities were read from a file.
    Certificates(Certificates),
    /// Keys were read from a file.
    Keys {
        /// The file's name.
        name: String,
        /// Sessions of a key file.
        sessions: Vec<Session>,
        /// Keys of a capture.
        ring: Box<Keyring>,
    },
    /// A file was written.
    Written {
        /// Where.
        path: PathBuf,
        /// What came of it.
        written: Written,
    },
    /// A file was not written, and why.
    NotWritten(String),
    /// How far an export is.
    Writing {
        /// Flows written since the last message.
        flows: usize,
    },
    /// A file to write is there already.
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// The properties and actions that calls name.
    Points(Vec<Point>),
    /// What time it is.
    Now(Moment),
    /// A text came back from `$EDITOR`.
    Edited(Editing),
    /// Something to be told.
    Note(String),
    /// Something failed.
    Failed(String),
    /// A worker of that kind panicked, and says nothing more.
    Stumbled(Lane),
}

/// What came to a capture that grows.
#[derive(Debug, Default)]
pub struct Grown {
    /// What the capture is called now.
    pub name: String,
    /// Flows that came.
    pub arrivals: Vec<Arrival>,
    /// All keys of the capture so far, if flows came.
    pub ring: Option<Keyring>,
    /// What is to be told, each once.
    pub notes: Vec<String>,
    /// Why nothing comes at the moment.
    pub trouble: Option<String>,
}

/// Entries that were just indexed.
#[derive(Debug)]
pub struct Indexed {
    /// What reads them.
    pub reader: Reader,
    /// The entries.
    pub entries: Vec<Entry>,
    /// All keys of the capture so far, if there are new ones.
    pub ring: Option<Keyring>,
    /// Bytes of the file that are behind us.
    pub done: u64,
    /// Bytes of the file.
    pub total: u64,
}
