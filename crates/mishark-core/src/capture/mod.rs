//! Capture files: bytes → entries → flows. No decryption, no display.
//!
//! ```text
//! Source ──head──▶ sniff
//!   │                │
//!   ├──chunks──▶ Scanner ──ranges──▶ rows ──▶ Entry, Entry, …   (JSON)
//!   ├──lengths──▶ Finder ──places──▶ rows ──▶ Entry, Entry, …   (own formats)
//!   ├──directory──▶ Archive ──members──▶ either of these        (zip)
//!   └──one entry─────────────────────────────▶ Flow             (flow)
//! ```
//!
//! Opening a capture reads it once and keeps only where each entry is and what
//! a list shows of it; bodies stay in the file until they are asked for. A bad
//! entry is a row with its reason, and a cut file keeps all that is whole.

mod archive;
mod body;
mod burp;
mod charles;
mod curl;
mod damage;
pub mod error;
mod files;
mod growing;
mod har;
mod index;
mod jobs;
mod lenient;
pub mod lines;
mod located;
mod mentions;
mod message;
mod mitmproxy;
mod playwright;
mod saz;
pub mod scan;
pub mod source;
mod whistle;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

pub use archive::MAX_MEMBER;
pub use error::{EntryError, Error, Warning};
pub use growing::{Arrival, Arrivals, Arrived, Growing, MAX_HELD};
pub use index::Batch;
pub use jobs::MAX_ENTRY;
pub use source::Source;

use files::Files;
use mentions::Mentions;

use crate::flow::{Flow, Moment};

/// A kind of capture file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Burp's saved items.
    Burp,
    /// Charles' JSON session.
    Charles,
    /// curl's commands and logs.
    Curl,
    /// HTTP Archive.
    Har,
    /// Flows as programs write them, one JSON object each: [`lines`].
    Lines,
    /// mitmproxy's own flow file.
    Mitmproxy,
    /// Fiddler's archive of sessions, which whistle writes too.
    Saz,
    /// whistle's own session list.
    Whistle,
}

impl Format {
    /// All of them, for help texts.
    pub const ALL: [Self; 8] = [
        Self::Har,
        Self::Whistle,
        Self::Mitmproxy,
        Self::Saz,
        Self::Charles,
        Self::Burp,
        Self::Curl,
        Self::Lines,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Burp => "Burp items",
            Self::Charles => "Charles session",
            Self::Curl => "curl",
            Self::Har => "HAR",
            Self::Lines => "JSON lines",
            Self::Mitmproxy => "mitmproxy flows",
            Self::Saz => "SAZ",
            Self::Whistle => "whistle sessions",
        }
    }

    /// What it is called in files and menus, for help texts.
    pub fn files(self) -> &'static str {
        match self {
            Self::Burp => "Burp's saved items (.xml)",
            Self::Charles => "Charles' JSON session (.chlsj)",
            Self::Curl => "curl commands (Copy as cURL) and what `curl -v` prints",
            Self::Har => "HAR 1.1-1.3 of any recorder (.har, .zhar, .har.gz, Playwright's .zip)",
            Self::Lines => "flows of your own programs, a JSON object a line (method, url, …)",
            Self::Mitmproxy => "mitmproxy's own flow file (.mitm, -w)",
            Self::Saz => "Fiddler's and whistle's session archives (.saz)",
            Self::Whistle => "whistle's .txt/.json export, and its get-data answer",
        }
    }

    /// Whether an entry's bytes stand in the source in one piece, and not in
    /// members of an archive.
    fn is_in_place(self) -> bool {
        self != Self::Saz
    }
}

/// One record of a capture, as much as a list shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its first byte in the source; in an archive, that of its first member.
    pub start: u64,
    /// How many bytes it has; in an archive, all its members together, packed.
    pub len: u64,
    /// When the request began.
    pub started: Option<Moment>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// The method as recorded.
    pub method: Arc<str>,
    /// The URL's host.
    pub host: Arc<str>,
    /// The URL's path.
    pub path: Arc<str>,
    /// The status code.
    pub status: Option<u16>,
    /// The size of the response body, in the recorder's words.
    pub response_size: Option<u64>,
    /// Whether it may hold a key that no entry before it holds.
    pub may_hold_key: bool,
    /// Why it can not be read; the other fields are empty then.
    pub error: Option<Box<EntryError>>,
}

/// What one entry contributes to the list, before names are shared.
#[derive(Debug, Clone, PartialEq, Default)]
struct Row {
    started: Option<Moment>,
    duration_ms: Option<f64>,
    method: String,
    host: String,
    path: String,
    status: Option<u16>,
    response_size: Option<u64>,
}

impl Row {
    fn of(flow: &Flow) -> Self {
        let response = flow.response.as_ref();
        Self {
            started: flow.started,
            duration_ms: flow.duration_ms,
            method: flow.request.method.clone(),
            host: flow.request.url.host().to_owned(),
            path: flow.request.url.path().to_owned(),
            status: response.and_then(|response| response.status),
            response_size: response
                .and_then(|response| response.body.bytes())
                .map(|bytes| bytes.len() as u64),
        }
    }
}

/// Reads entries out of a file; cheap to clone, and good while the file is
/// still being indexed.
#[derive(Debug, Clone)]
pub struct Reader(Kept);

/// Where the entries of a capture are.
#[derive(Debug, Clone)]
enum Kept {
    /// In a file.
    File {
        source: Arc<Source>,
        files: Arc<Files>,
        format: Format,
    },
    /// In memory: flows that were born here. Their entries start at their
    /// places in this list.
    Flows {
        name: Arc<str>,
        flows: Arc<Vec<Arc<Flow>>>,
    },
}

/// One imported file with its index. Immutable; shared by threads.
#[derive(Debug)]
pub struct Capture {
    reader: Reader,
    entries: Vec<Entry>,
    warnings: Vec<Warning>,
}

impl Capture {
    /// Opens a file, or standard input for `-`, and indexes it.
    ///
    /// # Errors
    /// If it can not be read or is no capture. Damage inside is no error: see
    /// [`Entry::error`] and [`warnings`](Self::warnings).
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::index(Source::open(path)?, &mut |_| ControlFlow::Continue(()))
    }

    /// Indexes a source, and shows each batch of entries as soon as it is
    /// there; the first one comes at once, whatever the file's size.
    ///
    /// When `watch` breaks, the capture holds what was indexed until then.
    ///
    /// # Errors
    /// If it can not be read or is no capture.
    pub fn index(
        source: Source,
        watch: &mut dyn FnMut(&mut Batch<'_>) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        index::index(source, watch)
    }

    /// The same capture with its entries, which were taken from its batches and
    /// come in the same order.
    #[must_use]
    pub fn with_entries(self, entries: Vec<Entry>) -> Self {
        Self { entries, ..self }
    }

    /// A capture of flows that are in memory: what was sent from here.
    pub fn of_flows(name: &str, flows: Vec<Arc<Flow>>) -> Self {
        let mut names = index::Names::default();
        let entries = flows.iter().enumerate().map(|(at, flow)| {
            // A place in a list, which a file's offset could be as well.
            let place = at as u64;
            index::entry(place..place + 1, Ok(Row::of(flow)), false, &mut names)
        });
        Self {
            entries: entries.collect(),
            warnings: Vec::new(),
            reader: Reader(Kept::Flows {
                name: name.into(),
                flows: Arc::new(flows),
            }),
        }
    }

    /// What reads its entries.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The file's name as given.
    pub fn name(&self) -> &str {
        self.reader.name()
    }

    /// The file's kind; `None` for flows that are in memory.
    pub fn format(&self) -> Option<Format> {
        match &self.reader.0 {
            Kept::File { format, .. } => Some(*format),
            Kept::Flows { .. } => None,
        }
    }

    /// How many bytes the source has, unpacked.
    pub fn size(&self) -> u64 {
        match &self.reader.0 {
            Kept::File { source, .. } => source.len(),
            Kept::Flows { flows, .. } => flows.len() as u64,
        }
    }

    /// The entries in file order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with the file as a whole.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads one entry out of the file.
    ///
    /// # Errors
    /// As [`Reader::flow`].
    pub fn flow(&self, entry: &Entry) -> Result<Flow, EntryError> {
        self.reader.flow(entry)
    }
}

impl Reader {
    /// The file's name as given.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kept::File { source, .. } => source.name(),
            Kept::Flows { name, .. } => name,
        }
    }

    /// Reads one entry out of the file.
    ///
    /// # Errors
    /// The entry's own [error](Entry::error), or that the file has changed
    /// since it was indexed.
    pub fn flow(&self, entry: &Entry) -> Result<Flow, EntryError> {
        if let Some(error) = &entry.error {
            return Err((**error).clone());
        }
        let cut = || EntryError {
            pointer: String::new(),
            reason: error::Reason::Cut,
            byte: Some(entry.start),
        };
        match &self.0 {
            Kept::File {
                source,
                files,
                format,
            } => {
                let flow = || {
                    let mut raw = Vec::new();
                    if format.is_in_place() {
                        let range = entry.start..entry.start + entry.len;
                        source.read(range, &mut raw).map_err(|_| cut())?;
                    }
                    read(*format, &raw, entry.start, files)
                };
                // It was whole when it was indexed.
                flow().map_err(|error| match source.is_changed() {
                    true => EntryError {
                        reason: error::Reason::Changed,
                        ..error
                    },
                    false => error,
                })
            }
            Kept::Flows { flows, .. } => {
                let place = usize::try_from(entry.start).ok();
                let flow = place.and_then(|place| flows.get(place)).ok_or_else(cut)?;
                Ok((**flow).clone())
            }
        }
    }
}

/// An entry's row, and what its mentions of keys look like.
fn row(
    format: Format,
    raw: &[u8],
    start: u64,
    files: &Files,
    mentions: &Mentions,
) -> (Result<Row, EntryError>, Vec<u64>) {
    let flow = || read(format, raw, start, files);
    match format {
        Format::Charles => (charles::row(raw, start), mentions.find(raw)),
        Format::Har if har::names_files(raw) => {
            let tails = flow().map_or(Vec::new(), |flow| mentions.of(&flow));
            (har::row(raw, start, files), tails)
        }
        Format::Har => (har::row(raw, start, files), mentions.find(raw)),
        Format::Whistle => (whistle::row(raw, start), mentions.find(raw)),
        // What they hold is packed, or may be.
        Format::Burp | Format::Curl | Format::Lines | Format::Mitmproxy | Format::Saz => {
            match flow() {
                Ok(flow) => (Ok(Row::of(&flow)), mentions.of(&flow)),
                Err(error) => (Err(error), Vec::new()),
            }
        }
    }
}

fn read(format: Format, raw: &[u8], start: u64, files: &Files) -> Result<Flow, EntryError> {
    match format {
        Format::Burp => burp::read(raw, start),
        Format::Charles => charles::read(raw, start),
        Format::Curl => curl::read(raw, start),
        Format::Har => har::read(raw, start, files),
        Format::Lines => lines::plain(raw, start),
        Format::Mitmproxy => mitmproxy::read(raw, start),
        Format::Saz => saz::read(start, files),
        Format::Whistle => whistle::read(raw, start),
    }
}
