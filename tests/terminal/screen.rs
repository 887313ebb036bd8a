//! mishark's ways in and out.

use rustix::process::Signal;

use crate::home::{Home, LOADED};
use crate::pty::Pty;

#[test]
fn a_capture_is_listed_and_q_gives_the_terminal_back() {
    let home = Home::new();
    let mut pty = home.open();
    let contents = pty.screen().contents();
    assert!(contents.contains("gethome"), "{contents}");
    assert!(contents.contains("客厅"), "{contents}");
    pty.press("q");
    let status = pty.end();
    pty.assert_as_before();
    assert_eq!((status.exit_code(), status.signal()), (0, None));
    assert_eq!(pty.screen().contents().trim(), "");
}

#[test]
fn without_a_capture_there_is_a_welcome_and_the_demo_one_key_away() {
    let home = Home::new();
    let mut pty = home.start(&[], 80, 24);
    pty.wait_for("Open a capture of the Mi Home app");
    pty.press("d");
    pty.wait_for("gethome");
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn into_a_pipe_the_list_is_printed_and_no_screen_opened() {
    let home = Home::new();
    let mut command = home.other("sh");
    command.args(["-c", r#""$0" samples/home.har | cat"#]);
    command.arg(env!("CARGO_BIN_EXE_mishark"));
    let mut pty = Pty::start(command, 120, 80);
    assert!(pty.end().success());
    let contents = pty.screen().contents();
    assert!(contents.contains("gethome"), "{contents}");
    assert!(!pty.log.contains(&0x1b));
    pty.assert_as_before();
}

#[test]
fn on_a_terminal_that_nobody_knows_the_list_is_printed_without_a_code() {
    let home = Home::new();
    for script in [
        r#"TERM= "$0" samples/home.har"#,
        r#"unset TERM; "$0" samples/home.har"#,
        r#"TERM=nonsense "$0" samples/home.har"#,
        r#"TERM=dumb "$0" samples/home.har"#,
    ] {
        let mut command = home.other("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_mishark")]);
        let mut pty = Pty::start(command, 120, 80);
        assert!(pty.end().success());
        let contents = pty.screen().contents();
        assert!(contents.contains("gethome"), "{script}: {contents}");
        assert!(!pty.log.contains(&0x1b), "{script}");
    }
}

#[test]
fn a_capture_from_a_pipe_leaves_the_keys_to_the_terminal() {
    let home = Home::new();
    let mut command = home.other("sh");
    command.args(["-c", r#"cat samples/home.har | "$0" -"#]);
    command.arg(env!("CARGO_BIN_EXE_mishark"));
    let mut pty = Pty::start(command, 100, 30);
    pty.wait_for(LOADED);
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn what_is_no_capture_is_told_on_the_screen_and_a_missing_one_at_once() {
    let home = Home::new();
    let mut pty = home.start(&["Cargo.toml"], 100, 30);
    pty.wait_for("Cargo.toml");
    pty.wait_until("why", |screen| screen.contents().contains("not a"));
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
    let mut pty = home.start(&["missing.har"], 100, 30);
    assert_eq!(pty.end().exit_code(), 2);
    assert!(pty.screen().contents().contains("missing.har"));
    assert!(!pty.log.contains(&0x1b));
}

#[test]
fn a_deadly_signal_gives_the_terminal_back_and_kills() {
    let home = Home::new();
    for (signal, name) in [
        (Signal::TERM, "Terminated"),
        (Signal::HUP, "Hangup"),
        (Signal::INT, "Interrupt"),
        (Signal::QUIT, "Quit"),
        (Signal::ABORT, "Aborted"),
        (Signal::ALARM, "Alarm"),
        (Signal::USR1, "User defined signal 1"),
        (Signal::USR2, "User defined signal 2"),
        (Signal::XCPU, "CPU time limit"),
    ] {
        let mut pty = home.open();
        pty.signal(pty.id(), signal);
        let status = pty.end();
        pty.assert_as_before();
        let told = status.signal().unwrap();
        assert!(told.starts_with(name), "{told}");
    }
}

#[test]
fn ctrl_c_closes_what_is_open_and_then_quits() {
    let home = Home::new();
    let mut pty = home.open();
    pty.press("x");
    pty.wait_for("export");
    pty.press("\x03");
    pty.wait_until("the menu gone", |screen| {
        let contents = screen.contents();
        contents.contains(LOADED) && contents.contains("NORMAL")
    });
    pty.press("\x03");
    let status = pty.end();
    pty.assert_as_before();
    assert_eq!((status.exit_code(), status.signal()), (0, None));
}

#[test]
fn a_window_that_is_closed_ends_it() {
    let home = Home::new();
    let status = home.open().hang_up();
    // Or by the frame that could not be drawn, if that comes first.
    let is_hangup = status.signal() == Some("Hangup");
    assert!(is_hangup || status.exit_code() == 2, "{status:?}");
}

/// The script alone is told by SIGHUP, and ignores it. Who goes on reading the
/// end of the keyboard is never done, and takes a whole processor.
#[test]
fn a_window_that_is_closed_ends_it_even_if_nobody_says_so() {
    let home = Home::new();
    let told = home.path().join("status");
    let mut command = home.other("sh");
    let script = r#"trap '' HUP; "$0" samples/home.har; echo "status $?" > "$1""#;
    command.args(["-c", script, env!("CARGO_BIN_EXE_mishark")]);
    command.arg(&told);
    let mut pty = Pty::start(command, 100, 30);
    pty.wait_for(LOADED);
    pty.wait_for("flows opened");
    assert!(pty.hang_up().success());
    let told = std::fs::read_to_string(told).unwrap();
    // 128 and the number of SIGHUP, as a shell tells a signal.
    let told = told.trim();
    assert!(matches!(told, "status 129" | "status 2"), "{told}");
}
