//! What is known of the terminal: whether there is one, its width, and whether
//! it wants colour.

use std::io::{self, IsTerminal, Write, stderr, stdout};

use mishark_core::decode::State;
use mishark_core::text::{clean_lines, hex_dump};

/// Prints a note on standard error. Text of captures in it is made safe.
pub(super) fn note(text: &str) {
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(stderr().lock(), "mishark: {}", clean_lines(text));
}

/// Whether standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    stdout().is_terminal()
}

/// Writes a plaintext byte for byte; onto a terminal its text without control
/// bytes, and in hex what is no text.
pub(super) fn plaintext(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    if !is_terminal() {
        return out.write_all(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            write!(out, "{}{end}", clean_lines(text))
        }
        Err(_) => write!(out, "{}", hex_dump(bytes, usize::MAX)),
    }
}

/// How wide the terminal is; `None` into pipes and files.
pub(super) fn width() -> Option<usize> {
    if !is_terminal() {
        return None;
    }
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    Some(usize::from(columns))
}

/// Colour on standard output: on a terminal that has it, unless `NO_COLOR` is
/// set. State is never told by colour alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint(bool);

impl Paint {
    pub(super) fn stdout() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(is_terminal() && !set("NO_COLOR") && !dumb)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Headings.
    pub(super) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What matters less.
    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// In the colour of a state.
    pub(super) fn state(self, state: State, text: &str) -> String {
        let code = match state {
            State::Decrypted => "33",
            State::Foreign => "2",
            State::Locked => "35",
            State::Plain => "36",
            State::Unreadable => "31",
            State::Verified => "32",
        };
        self.paint(code, text)
    }
}
