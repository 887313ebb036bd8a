//! The kinds of capture files: a row each.
//!
//! ```text
//! first bytes, members or names ──sniff──▶ row ──locate──▶ places ──read──▶ Flow
//! ```
//!
//! All that help, README and tests say of a kind, and all that opens it, comes
//! from its row; nothing else asks which kind it is.

use std::fmt;

use super::archive::Archive;
use super::entry::Row;
use super::error::{EntryError, Error};
use super::files::Files;
use super::found::Finder;
use super::lenient::Members;
use super::mentions::Mentions;
use super::scan::Shape;
use super::source::Source;
use super::{anyproxy, burp, charles, curl, har, mitmproxy, mockttp, plain, saz, whistle};
use crate::flow::Flow;

/// A kind of capture file.
pub struct Format {
    /// Its name.
    pub name: &'static str,
    /// What it is called in files and menus, for help texts.
    pub files: &'static str,
    sniff: &'static [Sniff],
    /// Reads one entry: its bytes, where they start, and what belongs to them.
    read: fn(&[u8], u64, &Files) -> Result<Flow, EntryError>,
    /// Reads of an entry what a list shows, where that is quicker than all of it;
    /// nothing where the entry is odd.
    row: Option<ReadRow>,
}

/// Reads an entry's row out of its bytes.
type ReadRow = fn(&[u8]) -> Option<Row>;

/// How files of a kind are recognised, and where their entries are found. What
/// is recognised and can not be read is refused by what finds its entries.
enum Sniff {
    /// JSON: by the list the entries stand in, or by the members of one.
    Json {
        shape: Option<Shape>,
        is: fn(&Members<'_>) -> bool,
    },
    /// A format of its own: by its first bytes.
    Head {
        is: fn(&[u8]) -> bool,
        locate: for<'a> fn(&'a Source) -> Result<Finder<'a>, Error>,
    },
    /// An archive: by its members' names. An entry is in several of them.
    Archive {
        is: fn(&Archive) -> bool,
        locate: for<'a> fn(&'a Archive, &str) -> Result<Finder<'a>, Error>,
    },
}

/// A kind, and what finds its entries in a file; an error if it can not be read.
pub(super) type Located<'a> = (&'static Format, Result<Finder<'a>, Error>);

/// All kinds. The first that recognises a file takes it, so the least particular
/// ones come last.
static ALL: [Format; 10] = [
    Format {
        name: "HAR",
        files: "HAR 1.1-1.3 of any recorder (.har, .zhar, .har.gz, Playwright's .zip)",
        sniff: &[Sniff::Json {
            shape: Some(Shape::Entries),
            is: har::is_entry,
        }],
        read: har::read,
        row: Some(har::row),
    },
    Format {
        name: "whistle sessions",
        files: "whistle's .txt/.json export, and its get-data answer",
        sniff: &[Sniff::Json {
            shape: Some(Shape::GetData),
            is: whistle::is_session,
        }],
        read: |raw, start, _| whistle::read(raw, start),
        row: Some(whistle::row),
    },
    Format {
        name: "mitmproxy flows",
        files: "mitmproxy's own flow file (.mitm, -w)",
        sniff: &[Sniff::Head {
            is: mitmproxy::is,
            locate: mitmproxy::locate,
        }],
        read: |raw, start, _| mitmproxy::read(raw, start),
        row: None,
    },
    Format {
        name: "SAZ",
        files: "Fiddler's and whistle's session archives (.saz)",
        sniff: &[Sniff::Archive {
            is: saz::is,
            locate: saz::locate,
        }],
        read: |_, start, files| saz::read(start, files),
        row: None,
    },
    Format {
        name: "Charles session",
        files: "Charles' JSON session (.chlsj)",
        sniff: &[
            Sniff::Json {
                shape: None,
                is: charles::is_transaction,
            },
            Sniff::Head {
                is: charles::is_other_session,
                locate: charles::refuse,
            },
            Sniff::Archive {
                is: charles::is_archive,
                locate: charles::refuse_archive,
            },
        ],
        read: |raw, start, _| charles::read(raw, start),
        row: Some(charles::row),
    },
    Format {
        name: "AnyProxy records",
        files: "AnyProxy's list of records, as /latestLog answers (.json)",
        sniff: &[Sniff::Json {
            shape: None,
            is: anyproxy::is_record,
        }],
        read: |raw, start, _| anyproxy::read(raw, start),
        row: Some(anyproxy::row),
    },
    Format {
        name: "mockttp exchanges",
        files: "mockttp's requests with their responses (JSON)",
        sniff: &[Sniff::Json {
            shape: None,
            is: mockttp::is_exchange,
        }],
        read: |raw, start, _| mockttp::read(raw, start),
        row: None,
    },
    Format {
        name: "Burp items",
        files: "Burp's saved items (.xml)",
        sniff: &[Sniff::Head {
            is: burp::is,
            locate: burp::locate,
        }],
        read: |raw, start, _| burp::read(raw, start),
        row: None,
    },
    Format {
        name: "curl",
        files: "curl commands (Copy as cURL) and what `curl -v` prints",
        sniff: &[Sniff::Head {
            is: curl::is,
            locate: curl::locate,
        }],
        read: |raw, start, _| curl::read(raw, start),
        row: None,
    },
    Format {
        name: "JSON lines",
        files: "flows of your own programs, a JSON object a line (method, url, …)",
        sniff: &[Sniff::Json {
            shape: None,
            is: plain::is_flow,
        }],
        read: |raw, start, _| plain::read(raw, start),
        row: None,
    },
];

impl Format {
    /// All kinds.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The kind of a JSON text by the list its entries stand in.
    pub(super) fn of_shape(shape: Shape) -> Option<&'static Self> {
        Self::find(|sniff| matches!(sniff, Sniff::Json { shape: own, .. } if *own == Some(shape)))
    }

    /// The kind of a JSON object by its members, if it is a flow.
    pub(super) fn of_members(members: &Members<'_>) -> Option<&'static Self> {
        Self::find(|sniff| matches!(sniff, Sniff::Json { is, .. } if is(members)))
            .filter(|_| !is_decrypted(members))
    }

    /// Finds the entries of a source that starts so; `None` if no kind knows it.
    pub(super) fn locate<'a>(head: &[u8], source: &'a Source) -> Option<Located<'a>> {
        Self::rows().find_map(|(format, sniff)| match sniff {
            Sniff::Head { is, locate } if is(head) => Some((format, locate(source))),
            _ => None,
        })
    }

    /// The same for an archive; `name` is that of its file.
    pub(super) fn locate_in<'a>(archive: &'a Archive, name: &str) -> Option<Located<'a>> {
        Self::rows().find_map(|(format, sniff)| match sniff {
            Sniff::Archive { is, locate } if is(archive) => Some((format, locate(archive, name))),
            _ => None,
        })
    }

    fn find(is: impl Fn(&Sniff) -> bool) -> Option<&'static Self> {
        let mut rows = Self::rows();
        rows.find(|(_, sniff)| is(sniff)).map(|(format, _)| format)
    }

    fn rows() -> impl Iterator<Item = (&'static Self, &'static Sniff)> {
        ALL.iter()
            .flat_map(|format| format.sniff.iter().map(move |sniff| (format, sniff)))
    }

    /// Whether an entry's bytes stand in the source in one piece, and not in
    /// members of an archive.
    pub(super) fn is_in_place(&self) -> bool {
        let is_archive = |sniff: &Sniff| matches!(sniff, Sniff::Archive { .. });
        !self.sniff.iter().all(is_archive)
    }

    /// One whole entry.
    pub(super) fn flow(&self, raw: &[u8], start: u64, files: &Files) -> Result<Flow, EntryError> {
        (self.read)(raw, start, files)
    }

    /// An entry's row, and what its mentions of keys look like.
    pub(super) fn row(
        &self,
        raw: &[u8],
        start: u64,
        files: &Files,
        mentions: &Mentions,
    ) -> (Result<Row, EntryError>, Vec<u64>) {
        let flow = || (self.read)(raw, start, files);
        let Some(row) = self.row else {
            // What they hold is packed, or may be.
            return match flow() {
                Ok(flow) => (Ok(Row::of(&flow)), mentions.of(&flow)),
                Err(error) => (Err(error), Vec::new()),
            };
        };
        let (mut tails, is_packed) = mentions.look(raw);
        if is_packed && let Ok(flow) = flow() {
            tails = mentions.of(&flow);
        }
        let row = row(raw).map_or_else(|| flow().map(|flow| Row::of(&flow)), Ok);
        (row, tails)
    }
}

/// Whether it is what `mishark decrypt` writes: bodies are plaintext there, and
/// there is nothing to open or prove.
fn is_decrypted(members: &Members<'_>) -> bool {
    ["state", "signature", "rc4_hash", "request"]
        .iter()
        .all(|name| members.get(name).is_some())
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
