//! The terminal is given back, whatever ends the program: with the small
//! program, which can be made to panic, to be busy and to flood.

use std::env;
use std::process::Command;

use rustix::process::Signal;

use crate::program::{INNER, TEST, start};

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
fn a_frame_is_one_synchronised_update() {
    let mut pty = start();
    pty.press("q");
    pty.end();
    let log = String::from_utf8_lossy(&pty.log);
    let (begin, end) = ("\x1b[?2026h", "\x1b[?2026l");
    let drawn = log.find("ready").unwrap();
    assert!(log[..drawn].contains(begin) && log[drawn..].contains(end));
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
        contents.contains("panicked at tests/terminal/program.rs:"),
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

#[test]
fn without_a_terminal_the_reason_is_told() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(INNER, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("standard output is no terminal"), "{told}");
    assert!(!output.stdout.contains(&0x1b));
}
