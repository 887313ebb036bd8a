//! What the screen asks for. Plain data: `update` returns it, tests compare
//! it, and the runtime or the loop around it does it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::content::Content;
use super::detail::{Half, Shown, Tab};
use super::layout::Pane;
use super::overlay::BoxFor;
use super::rows::Spans;
use super::view::{FindJob, Selection};
use crate::attach::Target;
use crate::capture::{Entry, Reader};
use crate::decode::State;
use crate::filter::{Filter, Verdict};
use crate::replay::{Draft, Endpoint, Language, SignedRequest};
use crate::session::Session;
use crate::workspace::{FlowId, Workspace};

/// Something to be done.
#[derive(Debug)]
pub enum Effect {
    /// Work for other threads.
    Job(Job),
    /// Work that is no longer wanted.
    Cancel(Lane),
    /// Something with the terminal.
    Outside(Outside),
    /// A text for the clipboard.
    Copy {
        /// What it is, in words.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// The end.
    Quit,
}

/// A kind of work. One of a kind runs at a time: another one ends it, but for
/// loads and exports, of which the screen asks for one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Drafts, signatures, comparisons.
    Build,
    /// Writing a file.
    Export,
    /// The dear part of a filter.
    Filter,
    /// Finding in the body of a pane.
    Find(Pane),
    /// Reading a capture.
    Load,
    /// Opening the chosen flow.
    Open,
    /// The same, if it is a small one; to cancel one is to cancel both.
    OpenSmall,
    /// Sending a request.
    Send,
    /// Taking the shown flow apart, step by step.
    Stages,
    /// Finding in all plaintexts.
    Search,
    /// Making a tab of a side of the shown flow.
    Tab(Half),
    /// Small work on the side.
    Side,
    /// Opening all flows for the list.
    Sweep,
    /// Looking for what comes to a capture; its place among the captures.
    Watch(usize),
}

impl Lane {
    /// Whether it gives way where all cores are busy.
    pub fn patience(self) -> Patience {
        match self {
            Self::Export | Self::Filter | Self::Search | Self::Sweep => Patience::Much,
            Self::Load => Patience::Some,
            _ => Patience::None,
        }
    }
}

/// How much a kind of work gives way to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Somebody waits for it.
    None,
    /// It keeps all cores busy for a while, and somebody waits for it.
    Some,
    /// It keeps all cores busy for longer, while somebody works.
    Much,
}

/// Work for other threads.
#[derive(Debug)]
pub enum Job {
    /// Read a capture.
    Load(Input),
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
    /// Decide which rows a filter keeps.
    Filter {
        /// Which filter.
        generation: u64,
        /// Captures and keys as they are now.
        workspace: Workspace,
        /// What the flows taught so far.
        directory: Arc<crate::directory::Directory>,
        /// What the user marked.
        marks: Arc<HashMap<FlowId, String>>,
        /// The filter.
        filter: Filter,
        /// The rows, some of which are decided.
        rows: Undecided,
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
        pane: Pane,
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
    /// Let some time pass between two requests.
    Pause(Duration),
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
    /// Send a request.
    Send {
        /// The request.
        request: Arc<SignedRequest>,
        /// Where, and on which way.
        endpoint: Box<Endpoint>,
        /// The row it was made of.
        original: Option<u32>,
    },
    /// Sign a draft with a fresh nonce.
    Sign {
        /// The draft.
        draft: Box<Draft>,
        /// The login.
        session: Box<Session>,
        /// What becomes of it.
        then: Signing,
    },
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

/// A tab that takes longer than a frame to make.
pub struct TabJob {
    /// The flow.
    pub shown: Arc<Shown>,
    /// Its side.
    pub half: Half,
    /// The tab.
    pub tab: Tab,
    /// Whether secrets are shown in it.
    pub reveal: bool,
}

impl std::fmt::Debug for TabJob {
    /// Without the flow, which holds tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TabJob({:?}, {:?})", self.half, self.tab)
    }
}

impl Job {
    /// Its kind.
    pub fn lane(&self) -> Lane {
        match self {
            Self::Diff { .. } | Self::Draft { .. } | Self::Sign { .. } => Lane::Build,
            Self::Export(_) => Lane::Export,
            Self::Filter { .. } => Lane::Filter,
            Self::Find { pane, .. } => Lane::Find(*pane),
            Self::Load(_) => Lane::Load,
            Self::Open(job) => job.lane(),
            Self::ReadCertificates(_)
            | Self::Now
            | Self::Points { .. }
            | Self::ReadKeys(_)
            | Self::SaveSession { .. }
            | Self::Selection { .. }
            | Self::StageText { .. }
            | Self::Text { .. } => Lane::Side,
            Self::Pause(_) | Self::Send { .. } => Lane::Send,
            Self::Stages { .. } => Lane::Stages,
            Self::Tab(job) => Lane::Tab(job.half),
            Self::Search { .. } => Lane::Search,
            Self::Sweep { .. } => Lane::Sweep,
            Self::Watch { capture, .. } => Lane::Watch(*capture),
        }
    }
}

/// Rows of which a filter has not decided all, as they are now.
#[derive(Debug)]
pub struct Undecided {
    /// Their flows.
    pub flows: Spans,
    /// Their states, of those that are known.
    pub states: Vec<Option<State>>,
    /// What was decided of them; there may be more of them.
    pub verdicts: Vec<Verdict>,
}

/// Where a capture comes from.
#[derive(Clone)]
pub enum Input {
    /// Bytes that are here already.
    Bytes {
        /// What to call it.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A file.
    Path(PathBuf),
}

impl Input {
    /// What to call it.
    pub fn name(&self) -> String {
        match self {
            Self::Bytes { name, .. } => name.clone(),
            Self::Path(path) => path.display().to_string(),
        }
    }
}

impl std::fmt::Debug for Input {
    /// Bytes may hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({})", self.name())
    }
}

/// Where flows come from while one looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// A file that grows.
    File(PathBuf),
    /// A proxy that runs.
    Proxy(Target),
}

impl Watched {
    /// What to call it, before it has answered.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Proxy(target) => target.authority().to_owned(),
        }
    }
}

/// One flow to be opened.
#[derive(Debug)]
pub struct OpenJob {
    /// Its row.
    pub row: u32,
    /// What reads it.
    pub reader: Reader,
    /// Where it is.
    pub entry: Entry,
    /// Keys as they are now.
    pub workspace: Workspace,
}

/// A flow smaller than this takes less than a frame, unless it is packed very
/// tightly.
const SMALL: u64 = 256 << 10;

impl OpenJob {
    /// What kind of work it is.
    pub fn lane(&self) -> Lane {
        match self.entry.len < SMALL {
            true => Lane::OpenSmall,
            false => Lane::Open,
        }
    }
}

/// As what a value or a body is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionForm {
    /// JSON with a line a value, a string as the text it means.
    Pretty,
    /// The bytes as they were sent.
    Sent,
}

/// A text that can be made of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// A curl command, with its secrets as variables.
    Curl,
    /// A curl command, with its live secrets.
    CurlSecret,
    /// Markdown, redacted.
    Markdown,
    /// A program that signs and sends it anew.
    Script(Language),
}

/// What becomes of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drafted {
    /// It is edited.
    Build,
    /// It is one of the marked reads.
    Batch,
    /// It is signed and sent.
    Send,
    /// Its client makes another call.
    Template {
        /// The call's path.
        path: String,
        /// The call's plaintext.
        data: String,
    },
}

/// A property or an action of a device, as a call names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The device.
    pub did: String,
    /// The service's number.
    pub siid: u32,
    /// The property's or the action's own number.
    pub iid: u32,
    /// Whether it is an action.
    pub is_action: bool,
}

/// A draft on its way into the builder.
#[derive(Debug)]
pub struct Build {
    /// The draft.
    pub draft: Box<Draft>,
    /// The row it was made of.
    pub original: Option<u32>,
    /// What becomes of it at once.
    pub then: Option<Signing>,
}

/// A request that is ready to be sent.
#[derive(Debug)]
pub struct Outgoing {
    /// The request.
    pub request: Arc<SignedRequest>,
    /// The row its answer comes under.
    pub original: Option<u32>,
    /// What it does.
    pub effect: crate::replay::Effect,
}

/// What becomes of a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// It is sent as one of the marked reads, that of this row.
    Batch(u32),
    /// It is sent.
    Send,
    /// It is shown.
    Show,
}

/// What to write where.
#[derive(Debug, Clone)]
pub struct Export {
    /// Captures and keys as they are now.
    pub workspace: Workspace,
    /// The flows, in order.
    pub flows: Vec<FlowId>,
    /// In which form.
    pub form: ExportForm,
    /// Where.
    pub path: PathBuf,
    /// Whether a file that is there may be written over.
    pub overwrite: bool,
}

/// A form of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// HAR with plaintext bodies.
    Har,
    /// JSON lines.
    Jsonl,
    /// Markdown, redacted.
    Markdown,
    /// HAR with plaintext bodies, redacted.
    Redacted,
}

impl ExportForm {
    /// The usual end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::Jsonl => "jsonl",
            Self::Markdown => "md",
            Self::Redacted => "redacted.har",
        }
    }
}

/// A text on its way to `$EDITOR`, or back.
#[derive(Clone, PartialEq, Eq)]
pub struct Editing {
    /// What the text is.
    pub purpose: BoxFor,
    /// The text, byte for byte.
    pub text: Vec<u8>,
}

impl std::fmt::Debug for Editing {
    /// Without the text: it may hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Editing({:?}, {} bytes)", self.purpose, self.text.len())
    }
}

/// What needs the terminal itself.
#[derive(Debug)]
pub enum Outside {
    /// Hand a text to `$EDITOR`, and take it back.
    Edit(Editing),
    /// Show a body in `$EDITOR`.
    Editor(Arc<Content>),
    /// Switch the mouse.
    Mouse(bool),
    /// Show a body in `$PAGER`.
    Pager(Arc<Content>),
    /// Pipe a body through a shell command and show what comes out.
    Pipe {
        /// The command.
        command: String,
        /// The body.
        body: Arc<Content>,
    },
    /// Print a value to the normal screen.
    Print(Selection),
    /// Draw everything again.
    Redraw,
    /// Give the terminal back until `fg`.
    Suspend,
}
