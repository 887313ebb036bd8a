//! What is known of the terminal: whether there is one, its width, and whether
//! it wants colour.

use std::io::{self, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

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

/// Terminals whose codes are known, by how their names begin. New ones may have no
/// entry yet in the database of the machine that is logged in to.
const FAMILIES: &str = "alacritty ansi contour cygwin eterm foot ghostty gnome iterm kitty konsole \
    linux rio rxvt screen st- tmux vt wezterm xterm";

/// Whether standard output is a terminal that understands escape codes, as far as
/// its name tells. Windows' have none.
pub(super) fn has_codes() -> bool {
    let term = || std::env::var("TERM").unwrap_or_default();
    is_terminal() && (cfg!(windows) || is_known(&term()))
}

fn is_known(term: &str) -> bool {
    let is_plain = matches!(term, "" | "dumb" | "unknown") || term.contains(['/', '.']);
    !is_plain && (is_familiar(term) || is_listed(term))
}

fn is_familiar(term: &str) -> bool {
    let mut families = FAMILIES.split_whitespace();
    families.any(|family| term.starts_with(family))
}

/// Whether the system's database of terminals (terminfo(5)) has an entry.
fn is_listed(term: &str) -> bool {
    let variable = |name, end: &str| Some(PathBuf::from(std::env::var_os(name)?).join(end));
    let given = [variable("TERMINFO", ""), variable("HOME", ".terminfo")];
    let system = ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"].map(PathBuf::from);
    let mut folders = given.into_iter().flatten().chain(system);
    let first = term.chars().next().unwrap_or_default();
    // By the letter, or on macOS by its number.
    let names = [
        format!("{first}/{term}"),
        format!("{:x}/{term}", u32::from(first)),
    ];
    folders.any(|folder| names.iter().any(|name| folder.join(name).is_file()))
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
        Self(has_codes() && !set("NO_COLOR"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_known_by_its_name() {
        for term in [
            "xterm-256color",
            "screen",
            "tmux-256color",
            "xterm-ghostty",
            "linux",
        ] {
            assert!(is_known(term), "{term}");
        }
        for term in ["", "dumb", "unknown", "nonsense", "../etc/passwd", "."] {
            assert!(!is_known(term), "{term}");
        }
    }
}
