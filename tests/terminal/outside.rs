//! Other programs on our terminal: pager, editor, pipes. Scripts play them.

use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use crate::home::{Home, LOADED};
use crate::pty::{Pty, text};

/// Starts with a program that says it is there, waits for Enter, and is told of
/// by a variable.
fn start(home: &Home, variable: &str, script: &str) -> Pty {
    let program = home.script(&variable.to_lowercase(), script);
    let mut command = home.command(&["samples/home.har"]);
    command.env("THERE", home.path());
    command.env(variable, format!("{} --flag", program.display()));
    let mut pty = Pty::start(command, 100, 30);
    pty.wait_for(LOADED);
    pty.wait_for("flows opened");
    pty
}

/// Waits until the other program is there, and has the terminal to itself.
fn wait_for_guest(pty: &mut Pty, word: &str) {
    pty.wait_until(word, |screen| {
        !screen.alternate_screen() && screen.contents().contains(word)
    });
    pty.assert_as_before();
}

/// Ends the other program, and waits for the screen as it was.
fn back(pty: &mut Pty, before: &str) {
    pty.press("\r");
    pty.wait_until("the screen is ours again", |screen| {
        screen.alternate_screen() && text(screen) == before
    });
    assert!(pty.is_raw() && pty.screen().bracketed_paste());
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn the_pager_gets_the_plaintext_and_the_terminal_and_gives_it_back() {
    let home = Home::new();
    let script = r#"cat > "$THERE/page"; echo "the pager, $1"; read -r line < /dev/tty"#;
    let mut pty = start(&home, "PAGER", script);
    // What was said last goes with the key.
    pty.press("\x1b[3~");
    pty.wait_until("no message", |screen| {
        !screen.contents().contains("flows opened")
    });
    let before = pty.text();
    pty.press("v");
    wait_for_guest(&mut pty, "the pager, --flag");
    let page = std::fs::read_to_string(home.path().join("page")).unwrap();
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    assert!(page["result"]["homelist"].is_array());
    back(&mut pty, &before);
}

#[test]
fn the_editor_gets_a_file_that_is_private_and_gone_afterwards() {
    let home = Home::new();
    let script = r#"echo "$2" > "$THERE/edited"; echo "the editor, $1"; read -r line"#;
    let mut pty = start(&home, "EDITOR", script);
    pty.press("\x1b[3~");
    pty.wait_until("no message", |screen| {
        !screen.contents().contains("flows opened")
    });
    let before = pty.text();
    pty.press("\x05");
    wait_for_guest(&mut pty, "the editor, --flag");
    let edited = std::fs::read_to_string(home.path().join("edited")).unwrap();
    let edited = std::path::PathBuf::from(edited.trim());
    let mode = std::fs::metadata(&edited).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&edited).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    back(&mut pty, &before);
    assert!(!edited.exists());
}

#[test]
fn a_signal_takes_along_the_file_that_the_editor_has() {
    let home = Home::new();
    let script = r#"echo "$2" > "$THERE/edited"; echo "the editor, $1"; read -r line"#;
    let mut pty = start(&home, "EDITOR", script);
    pty.press("\x05");
    wait_for_guest(&mut pty, "the editor, --flag");
    let edited = std::fs::read_to_string(home.path().join("edited")).unwrap();
    let edited = std::path::Path::new(edited.trim());
    assert!(edited.is_file());
    pty.signal(pty.id(), Signal::TERM);
    assert!(pty.end().signal().is_some());
    assert!(!edited.exists() && !edited.parent().unwrap().exists());
}

#[test]
fn ctrl_c_in_the_pager_is_the_pagers() {
    let home = Home::new();
    let script = r#"trap 'echo interrupted' INT; cat > /dev/null; echo "the pager"
until [ "$line" ]; do read -r line < /dev/tty; done"#;
    let mut pty = start(&home, "PAGER", script);
    pty.press("v");
    wait_for_guest(&mut pty, "the pager");
    pty.press("\x03");
    pty.wait_for("interrupted");
    pty.press("enough\r");
    pty.wait_until("the screen is ours again", |screen| {
        screen.alternate_screen() && screen.contents().contains(LOADED)
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_window_that_changes_while_the_pager_has_it_is_drawn_anew() {
    let home = Home::new();
    let script = r#"cat > /dev/null; echo "the pager"; read -r line < /dev/tty"#;
    let mut pty = start(&home, "PAGER", script);
    pty.press("v");
    wait_for_guest(&mut pty, "the pager");
    pty.resize(120, 40);
    pty.press("\r");
    pty.wait_until("a frame of the new size", |screen| {
        let lines: Vec<String> = screen.rows(0, 120).collect();
        screen.alternate_screen() && lines[39].contains("NORMAL") && lines[1].contains("━┓")
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_pager_that_is_not_there_leaves_the_screen_usable() {
    let home = Home::new();
    let mut command = home.command(&["samples/home.har"]);
    command.env("PAGER", "/missing/pager");
    let mut pty = Pty::start(command, 100, 30);
    pty.wait_for("flows opened");
    pty.press("v");
    pty.wait_for("/missing/pager");
    pty.wait_until("the screen again", |screen| {
        screen.alternate_screen() && screen.contents().contains(LOADED)
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn what_a_pipe_prints_stays_until_enter() {
    let home = Home::new();
    let mut pty = home.open();
    pty.press("|");
    pty.wait_for("Enter take");
    pty.press("wc -c\r");
    wait_for_guest(&mut pty, "[Enter comes back]");
    pty.press("\r");
    pty.wait_until("the screen again", |screen| {
        screen.alternate_screen() && screen.contents().contains(LOADED)
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}
