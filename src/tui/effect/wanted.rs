//! What is wanted of a job: which text, which draft, which file.

use std::path::PathBuf;

use crate::tui::asked::ExportForm;
use mishark_core::replay::{Draft, Item, Language, Refusal};
use mishark_core::workspace::{FlowId, Workspace};

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

/// What becomes of a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// It is sent.
    Send,
    /// It is shown.
    Show,
}

/// The marked flows as requests: what is ready to be sent, and what is not.
#[derive(Debug, Default)]
pub struct Marked {
    /// What is sent, each with its row.
    pub ready: Vec<(u32, Item)>,
    /// What is not sent, and why.
    pub held: Vec<(u32, String)>,
    /// What has to be confirmed before, each host once.
    pub refusals: Vec<Refusal>,
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
