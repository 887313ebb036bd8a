//! What only a terminal can show: that it is as it was after quitting, panics,
//! signals, and while the program is stopped or lends the terminal.
//!
//! A small program in this file draws one word on a `Terminal` and does what
//! its keys say; it runs in a process of its own.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, exit};
use std::thread;

use crossterm::event::{self, Event, KeyCode, KeyModifiers};
use mishark::tui::terminal::{Options, Suspension, Terminal, panic_words};
use portable_pty::CommandBuilder;
use rustix::process::Signal;

#[path = "support/pty.rs"]
mod pty;

use pty::Pty;

/// Set where this file runs as the program under test.
const INNER: &str = "MISHARK_TEST_TERMINAL";

/// The program's command: this very file, asked for the one test that is none.
fn program() -> CommandBuilder {
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(["--exact", "the_program_under_test", "--nocapture"]);
    command.env(INNER, "1");
    command
}

fn start() -> Pty {
    let mut pty = Pty::start(program(), 80, 24);
    pty.wait_for("ready");
    assert!(pty.screen().alternate_screen() && pty.is_raw());
    assert!(pty.screen().hide_cursor() && pty.screen().bracketed_paste());
    pty
}

#[test]
fn quitting_leaves_the_terminal_as_it_was() {
    let mut pty = start();
    pty.press("q");
    let status = pty.end();
    pty.assert_as_before();
    assert_eq!((status.exit_code(), status.signal()), (0, None));
    // What was on the screen before is there again.
    assert!(pty.screen().contents().contains("running 1 test"));
    assert!(!pty.screen().contents().contains("ready"));
}

#[test]
fn a_frame_is_one_synchronised_update_and_the_title_comes_back() {
    let mut pty = start();
    pty.press("q");
    pty.end();
    let log = String::from_utf8_lossy(&pty.log);
    let (begin, end) = ("\x1b[?2026h", "\x1b[?2026l");
    let drawn = log.find("ready").unwrap();
    assert!(log[..drawn].contains(begin) && log[drawn..].contains(end));
    let (kept, back) = ("\x1b[22;2t\x1b]0;mishark test\x07", "\x1b[23;2t");
    assert!(log[..drawn].contains(kept) && log[drawn..].contains(back));
}

#[test]
fn a_panic_of_the_ui_thread_restores_first_and_tells_then() {
    let mut pty = start();
    pty.press("p");
    let status = pty.end();
    pty.assert_as_before();
    assert_eq!(status.exit_code(), 101);
    let contents = pty.screen().contents();
    assert!(
        contents.contains("panicked at tests/terminal.rs:"),
        "{contents}"
    );
    assert!(!contents.contains("topsecret"), "{contents}");
}

#[test]
fn a_panic_of_a_worker_leaves_the_screen_alone() {
    let mut pty = start();
    pty.press("w");
    pty.wait_for("a worker failed: too few rows");
    assert!(pty.screen().alternate_screen() && pty.is_raw());
    assert!(!pty.screen().contents().contains("panicked"));
    pty.press("q");
    assert!(pty.end().success());
}

#[test]
fn a_deadly_signal_restores_and_kills_as_if_it_had_not_been_caught() {
    for (signal, name) in [
        (Signal::TERM, "Terminated"),
        (Signal::HUP, "Hangup"),
        (Signal::INT, "Interrupt"),
    ] {
        let mut pty = start();
        pty.signal(pty.id(), signal);
        let status = pty.end();
        pty.assert_as_before();
        let told = status.signal().unwrap();
        assert!(told.starts_with(name), "{told}");
    }
}

#[test]
fn a_signal_finds_a_thread_that_is_busy() {
    let mut pty = start();
    pty.press("b");
    pty.wait_for("busy");
    pty.signal(pty.id(), Signal::TERM);
    assert!(pty.end().signal().is_some());
    pty.assert_as_before();
}

#[test]
fn a_terminal_that_takes_nothing_does_not_keep_a_process_alive() {
    let mut pty = start();
    pty.press("f");
    pty.wait_for("flood");
    pty.signal(pty.id(), Signal::TERM);
    assert!(pty.end_unread().signal().is_some());
}

#[test]
fn a_window_that_is_closed_ends_the_program() {
    assert_eq!(start().hang_up().signal(), Some("Hangup"));
}

#[test]
fn nobody_is_stopped_whom_nobody_could_continue() {
    let mut pty = start();
    pty.press("\x1a");
    pty.wait_for("no shell");
    pty.signal(pty.id(), Signal::TSTP);
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_frame_after_a_resize_fits() {
    let mut pty = start();
    pty.wait_for("80x24");
    pty.resize(100, 30);
    pty.wait_for("100x30");
    pty.resize(1, 1);
    pty.resize(40, 10);
    pty.wait_for("40x10");
    pty.press("q");
    assert!(pty.end().success());
}

#[test]
fn what_runs_outside_has_the_terminal_to_itself_and_its_interrupts() {
    let mut pty = start();
    pty.press("o");
    pty.wait_for("outside");
    pty.assert_as_before();
    // Ctrl-C goes to the whole job; the program outside alone has a say in it.
    pty.press("\x03enough\r");
    pty.wait_until("the screen is ours again", |screen| {
        screen.alternate_screen() && screen.contents().contains("came back")
    });
    assert!(String::from_utf8_lossy(&pty.log).contains("interrupted"));
    assert!(pty.is_raw());
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

/// A shell with job control, and the program started from it.
struct Shell {
    pty: Pty,
    program: u32,
}

impl Shell {
    fn start() -> Self {
        let mut command = CommandBuilder::new("sh");
        command.arg("-i");
        command.env("PS1", "> ");
        command.env_remove("ENV");
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for("> ");
        let program = program();
        let words = program.get_argv().iter().map(|word| word.to_str().unwrap());
        let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
        pty.press(&format!("{INNER}=1 {}\r", words.join(" ")));
        pty.wait_until("ready", |screen| {
            screen.alternate_screen() && screen.contents().contains("ready")
        });
        let contents = pty.screen().contents();
        let (_, rest) = contents.split_once("pid ").unwrap();
        let program = rest.split_whitespace().next().unwrap().parse().unwrap();
        Self { pty, program }
    }

    fn assert_stopped(&mut self) {
        self.pty.wait_until("stopped", |screen| {
            !screen.alternate_screen() && screen.contents().contains("topped")
        });
        self.wait_for_prompt();
        self.pty.assert_as_before();
    }

    fn wait_for_prompt(&mut self) {
        self.pty.wait_until("the prompt", |screen| {
            let (row, _) = screen.cursor_position();
            let line = screen.rows(0, 80).nth(row.into()).unwrap();
            !screen.alternate_screen() && line.starts_with("> ")
        });
    }

    fn go_on(&mut self) {
        // Not a return: a simple shell keeps the modes it finds.
        self.pty.press("fg\n");
        self.pty.wait_until("ready again", |screen| {
            let contents = screen.contents();
            screen.alternate_screen() && contents.contains("ready") && !contents.contains("topped")
        });
        assert!(self.pty.is_raw() && self.pty.screen().hide_cursor());
    }

    fn quit(mut self) {
        self.pty.press("q");
        self.wait_for_prompt();
        self.pty.press("echo status=$?.\r");
        self.pty.wait_for("status=0.");
        self.pty.press("exit\r");
        assert!(self.pty.end().success());
        self.pty.assert_as_before();
    }
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_draws_everything_anew() {
    let mut shell = Shell::start();
    for _ in 0..2 {
        shell.pty.press("\x1a");
        shell.assert_stopped();
        shell.go_on();
    }
    shell.quit();
}

#[test]
fn being_stopped_by_another_process_is_no_different() {
    let mut shell = Shell::start();
    shell.pty.signal(shell.program, Signal::TSTP);
    shell.assert_stopped();
    shell.go_on();
    shell.quit();
}

#[test]
fn after_a_stop_that_can_not_be_caught_the_screen_comes_back() {
    let mut shell = Shell::start();
    shell.pty.signal(shell.program, Signal::STOP);
    shell.pty.wait_for("topped");
    shell.go_on();
    shell.quit();
}

#[test]
fn what_runs_outside_can_stop_the_job_and_go_on() {
    let mut shell = Shell::start();
    shell.pty.press("e");
    shell.wait_for_prompt();
    assert!(shell.pty.screen().contents().contains("topped"));
    shell.pty.assert_as_before();
    shell.pty.press("fg\n");
    shell.pty.wait_for("resumed");
    shell.pty.press("\r");
    shell.pty.wait_until("the screen is ours again", |screen| {
        screen.alternate_screen() && screen.contents().contains("came back")
    });
    assert!(shell.pty.is_raw());
    shell.quit();
}

#[test]
fn a_signal_that_arrives_while_stopped_ends_it_and_leaves_the_shell_alone() {
    let mut shell = Shell::start();
    shell.pty.press("\x1a");
    shell.assert_stopped();
    shell.pty.signal(shell.program, Signal::TERM);
    shell.pty.press("fg\r");
    shell.pty.wait_for("erminated");
    shell.pty.press("exit\r");
    shell.pty.end();
    shell.pty.assert_as_before();
}

#[test]
fn without_a_terminal_the_reason_is_told() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_program_under_test", "--nocapture"])
        .env(INNER, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("standard output is no terminal"), "{told}");
    assert!(!output.stdout.contains(&0x1b));
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
    let options = Options {
        mouse: true,
        title: Some("mishark test".to_owned()),
    };
    let mut terminal = match Terminal::open(options) {
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
                let suspended = terminal.suspend().unwrap();
                if suspended == Suspension::NoShell {
                    word = "no shell".to_owned();
                }
            }
            _ => {}
        }
    }
}
