//! A small program that draws one word on a `Terminal` and does what its keys
//! say: this very file of tests, asked for the one test that is none.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, exit};
use std::thread;

use crossterm::event::{self, Event, KeyCode, KeyModifiers};
use mishark::tui::terminal::{Terminal, panic_words};
use portable_pty::CommandBuilder;

use crate::pty::Pty;

/// Set where this file runs as the program under test.
pub(crate) const INNER: &str = "MISHARK_TEST_TERMINAL";

/// The test that is none.
pub(crate) const TEST: &str = "program::the_program_under_test";

/// The program's command.
pub(crate) fn program() -> CommandBuilder {
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(["--exact", TEST, "--nocapture"]);
    command.env(INNER, "1");
    command
}

/// The program in a terminal of its own.
pub(crate) fn start() -> Pty {
    let mut pty = Pty::start(program(), 80, 24);
    pty.wait_for("ready");
    assert!(pty.screen().alternate_screen() && pty.is_raw());
    assert!(pty.screen().hide_cursor() && pty.screen().bracketed_paste());
    pty
}

/// Not a test: the program the tests run. It draws one word and its size, and
/// each key makes it do one thing.
#[test]
fn the_program_under_test() {
    if env::var_os(INNER).is_none() {
        return;
    }
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(()) => exit(0),
        Err(_) => exit(101),
    }
}

fn run() {
    let mut terminal = match Terminal::open(true) {
        Ok(terminal) => terminal,
        Err(error) => {
            eprintln!("{error}");
            exit(2)
        }
    };
    let mut word = "ready".to_owned();
    loop {
        terminal
            .draw(|frame| {
                let area = frame.area();
                let (width, height) = (area.width, area.height);
                let text = format!("{word} pid {} {width}x{height}", std::process::id());
                frame.render_widget(text, area);
            })
            .unwrap();
        let Event::Key(key) = event::read().unwrap() else {
            continue;
        };
        match key.code {
            KeyCode::Char('b') => {
                terminal.send(b"\x1b[2;1Hbusy").unwrap();
                loop {
                    std::hint::spin_loop();
                }
            }
            KeyCode::Char('e') => {
                // As vim does on Ctrl-Z: it stops the whole job.
                let script = "kill -TSTP 0; echo resumed; read line";
                terminal
                    .outside(|| Command::new("sh").args(["-c", script]).status())
                    .unwrap()
                    .unwrap();
                word = "came back".to_owned();
            }
            KeyCode::Char('f') => {
                let mut bytes = b"\x1b[2;1Hflood".to_vec();
                bytes.resize(1 << 24, 0);
                terminal.send(&bytes).unwrap();
            }
            KeyCode::Char('o') => {
                let script = "trap 'echo interrupted' INT; echo outside; until [ \"$line\" ]; do read line; done";
                terminal
                    .outside(|| Command::new("sh").args(["-c", script]).status())
                    .unwrap()
                    .unwrap();
                word = "came back".to_owned();
            }
            KeyCode::Char('p') => panic!("a token: {}", "topsecret".repeat(2)),
            KeyCode::Char('q') => return terminal.close().unwrap(),
            KeyCode::Char('w') => {
                let worker = thread::spawn(|| panic!("too few rows"));
                let payload = worker.join().unwrap_err();
                word = format!("a worker failed: {}", panic_words(payload.as_ref()));
            }
            KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => {
                let has_shell = terminal.suspend().unwrap();
                if !has_shell {
                    word = "no shell".to_owned();
                }
            }
            _ => {}
        }
    }
}
