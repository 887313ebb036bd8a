//! What can be wrong with a capture, as a whole or in one entry.

use std::fmt;
use std::io;

/// Why a file is no capture, or can not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system would not open or read it.
    #[error("{name}: {error}")]
    Io {
        /// The file's name as given.
        name: String,
        /// What the system said.
        error: io::Error,
    },
    /// Its first bytes fit nothing that is supported.
    #[error("{name}: not a capture: starts with {}", Head(.head))]
    NotACapture {
        /// The file's name as given.
        name: String,
        /// Its first bytes, 16 at most.
        head: Vec<u8>,
    },
    /// Recognised, but of a kind that can not be read.
    #[error("{name}: {what} can not be read: {hint}")]
    Unsupported {
        /// The file's name as given.
        name: String,
        /// What it is.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// It unpacks to more than it may, see [`Source::open`](super::Source::open).
    #[error("{name}: unpacks to more than {limit} bytes")]
    TooBig {
        /// The file's name as given.
        name: String,
        /// The limit.
        limit: u64,
    },
    /// Compressed, and the compression is damaged from the start.
    #[error("{name}: damaged compression")]
    Damaged {
        /// The file's name as given.
        name: String,
    },
}

impl Error {
    /// Nothing known starts so.
    pub(super) fn not_a_capture(name: &str, head: &[u8]) -> Self {
        Self::NotACapture {
            name: name.to_owned(),
            head: head.iter().copied().take(16).collect(),
        }
    }

    /// Known, and not to be read: what it is, and what to do.
    pub(super) fn unsupported(name: &str, what: &'static str, hint: &'static str) -> Self {
        let name = name.to_owned();
        Self::Unsupported { name, what, hint }
    }
}

/// First bytes, as text where they are, else in hex.
struct Head<'a>(&'a [u8]);

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing (0 bytes)");
        }
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
        if self.0.len() > 8 && self.0.iter().all(is_base64) {
            return f.write_str("letters and digits, perhaps a key");
        }
        if self.0.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return write!(f, "`{}`", String::from_utf8_lossy(self.0));
        }
        let hex: Vec<String> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        f.write_str(&hex.join(" "))
    }
}

/// Why one entry could not be read. The others are not affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError {
    /// JSON pointer to the place inside the entry; empty for the entry itself.
    pub pointer: String,
    /// What was found there.
    pub reason: Reason,
    /// The byte in the file (unpacked, if it was packed), where it is known.
    pub byte: Option<u64>,
}

impl EntryError {
    /// Of a whole entry, which starts at this byte.
    pub(super) fn at(start: u64, reason: Reason) -> Self {
        Self::inside("", start, reason)
    }

    /// Of a place inside the entry that starts at this byte.
    pub(super) fn inside(pointer: &str, start: u64, reason: Reason) -> Self {
        Self {
            pointer: pointer.to_owned(),
            reason,
            byte: Some(start),
        }
    }

    /// A member that must be there is not, in the entry that starts there.
    pub(super) fn missing(pointer: &str, start: u64) -> Self {
        Self::inside(pointer, start, Reason::Missing)
    }
}

/// What was found where an entry should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The file ends inside it.
    #[error("the file ends here")]
    Cut,
    /// A member that must be there is not.
    #[error("missing")]
    Missing,
    /// An object that is no flow.
    #[error("no flow: expected a whistle session, a HAR entry, or method, url and body")]
    NoFlow,
    /// Something else stands there by now: the file was written anew.
    #[error("the file was written anew since it was opened")]
    Changed,
    /// Not an object.
    #[error("not an object")]
    NotAnObject,
    /// Broken JSON; the parser's words.
    #[error("{0}")]
    Syntax(String),
    /// Larger than [`MAX_ENTRY`](super::MAX_ENTRY).
    #[error("larger than {limit} bytes")]
    TooBig {
        /// The limit in bytes.
        limit: u64,
    },
    /// Damaged so that its end was not found; reading went on at the next one.
    #[error("brackets or quotes do not close")]
    Unclosed,
    /// A member of an archive that can not be unpacked; why.
    #[error("{0}")]
    Unpackable(&'static str),
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.reason.fmt(f)?;
        match self.byte {
            Some(byte) => write!(f, " (byte {byte})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for EntryError {}

/// What is wrong with a capture that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The file ends inside an entry or before its last bracket.
    #[error("ends {} (byte {byte}); {whole} entries are whole", within(*entry))]
    Cut {
        /// The entry it ends in, if it is in one (0-based).
        entry: Option<usize>,
        /// How many entries are whole.
        whole: usize,
        /// Where it ends.
        byte: u64,
    },
    /// The system would not read it to its end: a disk that fails, a file that
    /// shrinks meanwhile. What came before is kept.
    #[error("could not be read to its end ({error}); {whole} entries are whole")]
    Unread {
        /// How many entries are whole.
        whole: usize,
        /// What the system said.
        error: String,
    },
    /// It was compressed and the compression is damaged; what came before is
    /// kept.
    #[error("compression is damaged; the first {byte} bytes could be unpacked")]
    DamagedCompression {
        /// How many bytes came out.
        byte: u64,
    },
    /// An archive's directory is missing, as it is where the file is cut; the
    /// whole members were found without it.
    #[error("the archive is cut or damaged; its whole members were found without its directory")]
    NoDirectory,
    /// It has text that is no JSON, as a program's log lines, which was passed
    /// over.
    #[error("has text that is no JSON (from byte {byte} on), which was passed over")]
    Foreign {
        /// Where the first of it begins.
        byte: u64,
    },
    /// What stands before the list of entries is broken, as by a quote that is
    /// missing; the list was found all the same.
    #[error(
        "mended: a quote, comma or bracket is missing before the list of entries (byte {byte})"
    )]
    BrokenHead {
        /// Where the list begins.
        byte: u64,
    },
    /// It also holds flows of other protocols, which are not listed.
    #[error("flows left out because they are not HTTP: {flows}")]
    NotHttp {
        /// How many.
        flows: usize,
    },
}

impl Warning {
    /// Whether something was lost, and not merely left out.
    pub fn is_damage(&self) -> bool {
        !matches!(
            self,
            Self::NotHttp { .. } | Self::Foreign { .. } | Self::BrokenHead { .. }
        )
    }
}

/// Where a file ends.
fn within(entry: Option<usize>) -> String {
    entry.map_or_else(
        || "early".to_owned(),
        |entry| format!("inside entry {entry}"),
    )
}
