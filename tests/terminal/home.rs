//! The program itself, with a home of its own.

use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::pty::Pty;

/// What is on the screen when `samples/home.har` is there, and its first flow.
pub(crate) const LOADED: &str = "homelist";

/// A home without settings, and nothing of the user who runs the tests.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `mishark` with arguments, in the project's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> CommandBuilder {
        let mut command = self.other(env!("CARGO_BIN_EXE_mishark"));
        command.args(arguments);
        command
    }

    /// Another program, in the same surroundings.
    pub(crate) fn other(&self, program: &str) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        for name in [
            "COLORFGBG",
            "DISPLAY",
            "EDITOR",
            "LC_ALL",
            "LC_CTYPE",
            "MISHARK_CONFIG",
            "MISHARK_SSECURITY",
            "PAGER",
            "VISUAL",
            "WAYLAND_DISPLAY",
            "WSL_DISTRO_NAME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(name);
        }
        command.env("HOME", self.path());
        command.env("LANG", "C.UTF-8");
        command.env("TZ", "UTC");
        command
    }

    /// `mishark` with arguments, in a terminal.
    pub(crate) fn start(&self, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        Pty::start(self.command(arguments), columns, rows)
    }

    /// `mishark` with the made-up home on its screen, all of it opened.
    pub(crate) fn open(&self) -> Pty {
        let mut pty = self.start(&["samples/home.har"], 100, 30);
        pty.wait_for(LOADED);
        pty.wait_for("flows opened");
        assert!(pty.screen().alternate_screen() && pty.is_raw());
        assert!(pty.screen().hide_cursor() && pty.screen().bracketed_paste());
        pty
    }

    /// Writes a program, a shell script, and returns its path.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&path, mode).unwrap();
        path
    }
}
