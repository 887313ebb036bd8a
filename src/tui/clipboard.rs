//! How a copy leaves us: to the clipboard of the machine the user sits at.
//!
//! Over SSH a clipboard of this machine may well be there, succeed, and be the
//! wrong one. So the way is chosen by the environment, never by what works:
//!
//! | where we run | way |
//! |---|---|
//! | over SSH | OSC 52, which the terminal at the far end takes |
//! | Windows Terminal's Linux | OSC 52, which it gives to Windows |
//! | a display | the system's clipboard |
//! | none of them | OSC 52 |
//! | a terminal without OSC 52, or a text too long for it | a file |
//!
//! Nothing tells whether a terminal took what OSC 52 offered it. So what was
//! done is always said: `copied 187 B (OSC 52, tmux)`.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;

mod environment;
mod osc52;

pub use environment::Environment;

use environment::{Multiplexer, Way};
use mishark_core::private_file;

/// The longest text for OSC 52, in bytes: with base64 and its frame that is
/// 100 000 bytes, what hterm's osc52.sh found terminals and multiplexers to
/// take. Above it they drop all of it without a word.
pub const OSC_52_LIMIT: usize = 74_994;

/// The longest text for the system's clipboard, in bytes. An X server takes
/// 16 MiB in one request, and arboard sends no second one.
pub const SYSTEM_LIMIT: usize = 16_000_000;

/// The name of the file that holds the last text that had no other way.
const FILE_NAME: &str = "copied.txt";

/// Where copies go. Keep one for the life of the program: on X11 and Wayland
/// it holds what was copied, and dropping it may empty the clipboard. Drop it
/// after the terminal was given back.
pub struct Clipboard {
    way: Way,
    multiplexer: Multiplexer,
    over_ssh: bool,
    system: Option<arboard::Clipboard>,
    folder: Option<PathBuf>,
}

impl Clipboard {
    /// Chooses the way. `folder` is where a file may be written as the last
    /// one. Nothing is opened before the first copy.
    pub fn choose(environment: &Environment, folder: Option<PathBuf>) -> Self {
        Self {
            way: environment.way(),
            multiplexer: environment.multiplexer(),
            over_ssh: environment.ssh,
            system: None,
            folder,
        }
    }

    /// Copies a text. What goes to the terminal is written to `out`, which
    /// the caller hands on between two frames.
    pub fn copy(&mut self, text: &str, out: &mut impl Write) -> Result<Copied, Error> {
        let (how, limit) = match self.way {
            Way::File => return self.copy_to_file(text, FileReason::NoClipboard),
            Way::Osc52 => (How::Osc52(self.osc52()), OSC_52_LIMIT),
            Way::System if text.len() > SYSTEM_LIMIT => {
                return self.copy_to_file(text, FileReason::TooBig);
            }
            Way::System => match self.copy_to_system(text) {
                Ok(()) => (How::System, SYSTEM_LIMIT),
                Err(_) => (How::Osc52(Osc52::SystemFailed), OSC_52_LIMIT),
            },
        };
        if text.len() > limit {
            return self.copy_to_file(text, FileReason::TooBig);
        }
        if let How::Osc52(_) = how {
            osc52::write(text, self.multiplexer, out).map_err(Error::Terminal)?;
        }
        Ok(Copied {
            how,
            bytes: text.len(),
        })
    }

    /// The way in a few words, for the line that says what this terminal can:
    /// `clipboard: OSC 52 (SSH)`.
    pub fn describe(&self) -> String {
        match self.way {
            Way::File => "clipboard: a file".to_owned(),
            Way::Osc52 => format!("clipboard: {}", self.osc52()),
            Way::System => "clipboard: the system's".to_owned(),
        }
    }

    /// What the user has to set where a copy may go nowhere.
    pub fn hint(&self) -> Option<&'static str> {
        match (self.way, self.multiplexer) {
            (Way::Osc52, Multiplexer::Tmux) => Some(
                "tmux hands copies on with `set -g set-clipboard on` or `set -g allow-passthrough on`",
            ),
            _ => None,
        }
    }

    fn osc52(&self) -> Osc52 {
        match self.multiplexer {
            Multiplexer::Screen => Osc52::Screen,
            Multiplexer::Tmux => Osc52::Tmux,
            Multiplexer::None if self.over_ssh => Osc52::Ssh,
            Multiplexer::None => Osc52::NoDisplay,
        }
    }

    fn copy_to_system(&mut self, text: &str) -> Result<(), arboard::Error> {
        let system = match &mut self.system {
            Some(system) => system,
            none => none.insert(arboard::Clipboard::new()?),
        };
        let result = system.set_text(text);
        if result.is_err() {
            // The display may have gone and come back: ask anew next time.
            self.system = None;
        }
        result
    }

    fn copy_to_file(&self, text: &str, reason: FileReason) -> Result<Copied, Error> {
        let Some(folder) = &self.folder else {
            return Err(Error::NoFolder { bytes: text.len() });
        };
        let path = folder.join(FILE_NAME);
        private_file::write(&path, text.as_bytes()).map_err(|source| Error::File {
            path: path.clone(),
            source,
        })?;
        Ok(Copied {
            how: How::File { path, reason },
            bytes: text.len(),
        })
    }
}

impl fmt::Debug for Clipboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clipboard")
            .field("way", &self.way)
            .field("multiplexer", &self.multiplexer)
            .finish_non_exhaustive()
    }
}

/// What a copy came to. Its text is the line that confirms it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The way it went.
    pub how: How,
    /// The text's length in bytes.
    pub bytes: usize,
}

/// The way a copy went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Into a file that only its owner may read.
    File {
        /// The file.
        path: PathBuf,
        /// Why not to a clipboard.
        reason: FileReason,
    },
    /// Offered to the terminal.
    Osc52(Osc52),
    /// To the system's clipboard.
    System,
}

/// Why a copy went into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileReason {
    /// The terminal is known to have no OSC 52.
    NoClipboard,
    /// The text is longer than the way takes.
    TooBig,
}

/// Through what OSC 52 went, or why it was OSC 52.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Osc52 {
    /// This machine has no display of its own.
    NoDisplay,
    /// Through GNU screen.
    Screen,
    /// We run over SSH.
    Ssh,
    /// The system's clipboard was chosen and could not be reached.
    SystemFailed,
    /// Through tmux.
    Tmux,
}

impl fmt::Display for Osc52 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDisplay => "OSC 52, no display",
            Self::Screen => "OSC 52, screen",
            Self::Ssh => "OSC 52, SSH",
            Self::SystemFailed => "OSC 52, the system's clipboard does not answer",
            Self::Tmux => "OSC 52, tmux",
        })
    }
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "copied {}", Bytes(self.bytes))?;
        match &self.how {
            How::File { path, reason } => {
                let path = path.to_string_lossy();
                write!(f, " to file {}: ", mishark_core::text::clean(&path))?;
                f.write_str(match reason {
                    FileReason::NoClipboard => "this terminal has no clipboard",
                    FileReason::TooBig => "too big for this terminal",
                })
            }
            How::Osc52(osc52) => write!(f, " ({osc52})"),
            How::System => f.write_str(" (clipboard)"),
        }
    }
}

/// Why a copy went nowhere.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of last resort could not be written.
    #[error("{} can not be written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The clipboard takes less, and there is no folder for a file.
    #[error(
        "{} are too big for this terminal, and there is no folder for a file",
        Bytes(*bytes)
    )]
    NoFolder {
        /// The text's length in bytes.
        bytes: usize,
    },
    /// What the terminal was to take could not be written.
    #[error("the terminal takes no more")]
    Terminal(#[source] io::Error),
}

/// A length as a person reads it, with its unit: `187 B`, `96 KB`, `1.2 MB`.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = mishark_core::text::size(self.0);
        match short.strip_suffix(|unit: char| unit.is_ascii_alphabetic()) {
            Some(number) => {
                let unit = short[number.len()..].to_ascii_uppercase();
                write!(f, "{number} {unit}B")
            }
            None => write!(f, "{short} B"),
        }
    }
}

#[cfg(test)]
mod tests;
