//! The system's clipboard, for real: Xvfb is the display and xclip the program
//! one pastes into. Where either is not there, the test says so and passes.
#![cfg(all(unix, not(target_os = "macos")))]
#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::env;
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use mishark::tui::clipboard::{Clipboard, Environment, How, SYSTEM_LIMIT};

/// Set in the process that has the display; its own variables can not be
/// changed safely while it runs.
const INNER: &str = "MISHARK_TEST_HAS_DISPLAY";

#[test]
fn what_is_copied_can_be_pasted_byte_for_byte() {
    if env::var_os(INNER).is_some() {
        return copy_and_paste();
    }
    let Some(display) = Display::start() else {
        println!("skipped: needs Xvfb and xclip");
        return;
    };
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "what_is_copied_can_be_pasted_byte_for_byte"])
        .args(["--nocapture"])
        .env(INNER, "1")
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .status()
        .unwrap();
    assert!(status.success());
}

fn copy_and_paste() {
    let environment = Environment {
        display: true,
        ..Environment::default()
    };
    let mut clipboard = Clipboard::choose(&environment, None);
    let megabyte = "客厅灯 on = true\n".repeat(1 << 16);
    assert!(megabyte.len() > 1 << 20);
    for text in ["on", "客厅灯 💡\r\n\t\"a\\u0000\" \u{202e}", "", &megabyte] {
        let mut out = Vec::new();
        let copied = clipboard.copy(text, &mut out).unwrap();
        assert_eq!((&copied.how, copied.bytes), (&How::System, text.len()));
        assert!(out.is_empty(), "nothing is for the terminal");
        assert!(paste() == text.as_bytes(), "{} bytes differ", text.len());
    }
    let longest = "a".repeat(SYSTEM_LIMIT);
    clipboard.copy(&longest, &mut Vec::new()).unwrap();
    assert!(paste() == longest.as_bytes(), "the limit is too high");
}

fn paste() -> Vec<u8> {
    let output = Command::new("xclip")
        .args(["-selection", "clipboard", "-out"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// A display of our own, until this is dropped.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Option<Self> {
        if Command::new("xclip").arg("-version").output().is_err() {
            return None;
        }
        // The server picks a free number, and tells it once it is ready.
        let server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .args(["-screen", "0", "64x64x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match server {
            Ok(server) => server,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => panic!("{error}"),
        };
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        let display = Self { server, name };
        assert!(display.name.len() > 1, "Xvfb did not start");
        Some(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // A server that is gone already is no loss.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
