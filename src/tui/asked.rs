//! What somebody is asked for: lines, texts, and which file.

/// What a typed line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The builder's server.
    Base,
    /// A template's blank.
    Blank,
    /// A file of authorities.
    Certificates,
    /// Another server for all that is sent.
    Elsewhere,
    /// A file to write.
    Export(ExportForm),
    /// A filter.
    Filter,
    /// A text in the focused pane, or in all plaintexts.
    Find,
    /// An ssecurity.
    Key,
    /// A file with keys.
    KeyFile,
    /// A note to the flow.
    Note,
    /// A capture to open.
    Open,
    /// The builder's method and path.
    Path,
    /// A command to pipe the body through.
    Pipe,
    /// A proxy.
    Proxy,
    /// A file for a session.
    Save,
    /// A value of the builder's plaintext.
    Value,
}

impl Ask {
    /// Whether what is typed must not be seen.
    pub fn is_hidden(self) -> bool {
        self == Self::Key
    }
}

/// What the text of a box is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxFor {
    /// The builder's cookies.
    Cookies,
    /// The builder's plaintext.
    Data,
    /// The builder's header fields.
    Headers,
    /// The builder's parameters beside the plaintext.
    Params,
    /// A flow to open.
    Paste,
}

impl BoxFor {
    /// What stands between name and value, where each line is such a pair.
    pub fn separator(self) -> Option<char> {
        match self {
            Self::Cookies | Self::Params => Some('='),
            Self::Data | Self::Paste => None,
            Self::Headers => Some(':'),
        }
    }
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
