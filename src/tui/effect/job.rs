//! Work for other threads.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Drafted, Export, Input, Lane, SelectionForm, TextForm, Watched};
use crate::tui::flows::ListJob;
use crate::tui::opened::OpenJob;
use crate::tui::parts::Half;
use crate::tui::shown::TabJob;
use crate::tui::view::{FindJob, Selection};
use mishark_core::directory::Directory;
use mishark_core::filter::Filter;
use mishark_core::replay::{Endpoint, Item};
use mishark_core::session::Session;
use mishark_core::workspace::{FlowId, Workspace};

/// Work for other threads.
#[derive(Debug)]
pub enum Job {
    /// Read a capture.
    Load {
        /// The capture.
        input: Input,
        /// How many bytes it may unpack to, if that was said.
        unpack_limit: Option<u64>,
    },
    /// Open one flow to be shown.
    Open(Box<OpenJob>),
    /// Open many flows for what the list shows of them.
    Sweep {
        /// Which sweep.
        generation: u64,
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The flows.
        flows: Vec<FlowId>,
    },
    /// Make the list of flows.
    List(Box<ListJob>),
    /// Decide which rows a filter keeps.
    Filter {
        /// Which filter.
        generation: u64,
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// What the flows taught so far.
        directory: Arc<Directory>,
        /// What the user marked.
        marks: Arc<HashMap<FlowId, String>>,
        /// The filter.
        filter: Filter,
        /// The rows, in ascending order.
        rows: Vec<(u32, FlowId)>,
    },
    /// Find a text in all plaintexts.
    Search {
        /// Which search.
        generation: u64,
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The text.
        needle: String,
        /// The rows, in ascending order.
        rows: Vec<(u32, FlowId)>,
    },
    /// Find a text in one body.
    Find {
        /// Which find.
        generation: u64,
        /// Where.
        half: Half,
        /// The work.
        job: FindJob,
    },
    /// Make a text of a flow, to be copied.
    Text {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The flow.
        flow: FlowId,
        /// Which text.
        form: TextForm,
    },
    /// Make a text of what the cursor is on, to be copied.
    Selection {
        /// What it is, in words.
        what: &'static str,
        /// What the cursor is on.
        selection: Selection,
        /// As what.
        form: SelectionForm,
    },
    /// Compare two flows.
    Diff {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The first.
        before: FlowId,
        /// The second.
        after: FlowId,
        /// Whether the builder shows it.
        for_builder: bool,
    },
    /// Make a draft of a flow.
    Draft {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The flow, if there is one.
        flow: Option<FlowId>,
        /// Its row.
        row: Option<u32>,
        /// What becomes of the draft.
        then: Drafted,
    },
    /// Tell the time.
    Now,
    /// Look for the properties and actions that calls name.
    Points {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The calls.
        flows: Vec<FlowId>,
    },
    /// Save a session to a key file.
    SaveSession {
        /// The session.
        session: Box<Session>,
        /// Where.
        path: PathBuf,
    },
    /// Make requests of the marked flows, as far as they only read.
    Marked {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// Names of devices.
        directory: Arc<Directory>,
        /// Where, and on which way.
        endpoint: Box<Endpoint>,
        /// Their rows, in ascending order.
        rows: Vec<(u32, FlowId)>,
    },
    /// Send requests, one after the other.
    Send {
        /// The requests.
        items: Vec<Item>,
        /// Where, and on which way.
        endpoint: Box<Endpoint>,
        /// How long to wait between two.
        pause: Duration,
        /// Captures and keys as they are now.
        workspace: Workspace,
    },
    /// Sign a draft with a fresh nonce, to be shown.
    Sign(Item),
    /// Take a flow apart, step by step.
    Stages {
        /// Its row.
        row: u32,
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The flow.
        flow: FlowId,
    },
    /// Make a tab of the shown flow.
    Tab(TabJob),
    /// Make a text of one stage, to be copied.
    StageText {
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// The flow.
        flow: FlowId,
        /// Which stage.
        stage: usize,
    },
    /// Read the authorities to trust from a PEM file.
    ReadCertificates(PathBuf),
    /// Read keys from a key file or a capture.
    ReadKeys(PathBuf),
    /// Write flows to a file.
    Export(Box<Export>),
    /// Look for what comes to a capture, until it is cancelled.
    Watch {
        /// Its place among the captures.
        capture: usize,
        /// Where its flows come from.
        watched: Watched,
    },
}

impl Job {
    /// Its kind.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Diff { .. } | Self::Draft { .. } | Self::Sign(_) => Lane::Build,
            Self::Export(_) => Lane::Export,
            Self::Filter { .. } => Lane::Filter,
            Self::Find { half, .. } => Lane::Find(*half),
            Self::List(_) => Lane::List,
            Self::Load { .. } => Lane::Load,
            Self::Open(job) if job.is_small() => Lane::OpenSmall,
            Self::Open(_) => Lane::Open,
            Self::ReadCertificates(_)
            | Self::Now
            | Self::Points { .. }
            | Self::ReadKeys(_)
            | Self::SaveSession { .. }
            | Self::Selection { .. }
            | Self::StageText { .. }
            | Self::Text { .. } => Lane::Side,
            Self::Marked { .. } | Self::Send { .. } => Lane::Send,
            Self::Stages { .. } => Lane::Stages,
            Self::Tab(job) => Lane::Tab(job.half),
            Self::Search { .. } => Lane::Search,
            Self::Sweep { .. } => Lane::Sweep,
            Self::Watch { capture, .. } => Lane::Watch(*capture),
        }
    }
}
