//! What the environment tells of where the user sits.

use std::ffi::OsString;

/// What a clipboard is chosen by. Read once; the fields can be set for tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// Whether we run over SSH: `SSH_TTY`, `SSH_CONNECTION` or `SSH_CLIENT`.
    pub ssh: bool,
    /// Whether we run in tmux: `TMUX`, or `TERM` of tmux at the near end.
    pub tmux: bool,
    /// Whether we run in GNU screen: `STY`.
    pub screen: bool,
    /// Whether the terminal is Windows Terminal, with us in its Linux:
    /// `WT_SESSION` and `WSL_DISTRO_NAME`.
    pub windows_terminal: bool,
    /// Whether the system has a clipboard: always on macOS and Windows, else
    /// with `DISPLAY` or `WAYLAND_DISPLAY`.
    pub display: bool,
    /// Whether the terminal is known to have no OSC 52: Linux' own console,
    /// and macOS' Terminal.
    pub without_osc52: bool,
}

/// The way copies go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    File,
    Osc52,
    System,
}

/// What stands between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiplexer {
    None,
    Screen,
    Tmux,
}

impl Environment {
    /// Reads the variables of this process.
    pub fn read() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// Reads variables; one that is empty counts as not set.
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let is = |name, word: &str| variable(name).is_some_and(|value| value == word);
        let term = variable("TERM").unwrap_or_default();
        let own = cfg!(any(target_os = "macos", windows));
        Self {
            ssh: set("SSH_TTY") || set("SSH_CONNECTION") || set("SSH_CLIENT"),
            tmux: set("TMUX") || term.to_string_lossy().starts_with("tmux"),
            screen: set("STY"),
            windows_terminal: set("WT_SESSION") && set("WSL_DISTRO_NAME"),
            display: own || set("DISPLAY") || set("WAYLAND_DISPLAY"),
            without_osc52: is("TERM", "linux") || is("TERM_PROGRAM", "Apple_Terminal"),
        }
    }

    pub(super) fn way(&self) -> Way {
        if self.display && !self.ssh && !self.windows_terminal {
            return Way::System;
        }
        match self.without_osc52 {
            true => Way::File,
            false => Way::Osc52,
        }
    }

    pub(super) fn multiplexer(&self) -> Multiplexer {
        if self.tmux {
            Multiplexer::Tmux
        } else if self.screen {
            Multiplexer::Screen
        } else {
            Multiplexer::None
        }
    }
}
