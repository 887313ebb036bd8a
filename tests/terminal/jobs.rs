//! Job control: stopped and continued from a shell.

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::home::{Home, LOADED};
use crate::program::program;
use crate::pty::{Pty, text};

/// A shell with job control, and a program started from it.
struct Shell {
    pty: Pty,
    program: u32,
    /// What is on the program's screen.
    ready: &'static str,
}

impl Shell {
    fn start(program: &CommandBuilder, ready: &'static str) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.arg("-i");
        for (name, value) in program.iter_extra_env_as_str() {
            command.env(name, value);
        }
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("PS1", "> ");
        command.env_remove("ENV");
        let mut pty = Pty::start(command, 80, 24);
        pty.wait_for(">");
        let words = program.get_argv().iter().map(|word| word.to_str().unwrap());
        let words: Vec<String> = words.map(|word| format!("'{word}'")).collect();
        // The number of the process that the program becomes.
        let script = r#"echo "pid $$."; exec "$@""#;
        pty.press(&format!("sh -c '{script}' sh {}\r", words.join(" ")));
        pty.wait_until(ready, |screen| {
            screen.alternate_screen() && screen.contents().contains(ready)
        });
        let log = String::from_utf8_lossy(&pty.log).into_owned();
        let numbers = log.split("pid ").filter_map(|rest| rest.split_once('.'));
        let program = numbers.filter_map(|(number, _)| number.parse().ok()).next();
        let program = program.unwrap();
        Self {
            pty,
            program,
            ready,
        }
    }

    fn small() -> Self {
        Self::start(&program(), "ready")
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
        let ready = self.ready;
        self.pty.wait_until("the screen again", |screen| {
            let contents = screen.contents();
            screen.alternate_screen() && contents.contains(ready) && !contents.contains("topped")
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
    let mut shell = Shell::small();
    for _ in 0..2 {
        shell.pty.press("\x1a");
        shell.assert_stopped();
        shell.go_on();
    }
    shell.quit();
}

#[test]
fn being_stopped_by_another_process_is_no_different() {
    let mut shell = Shell::small();
    shell.pty.signal(shell.program, Signal::TSTP);
    shell.assert_stopped();
    shell.go_on();
    shell.quit();
}

#[test]
fn after_a_stop_that_can_not_be_caught_the_screen_comes_back() {
    let mut shell = Shell::small();
    shell.pty.signal(shell.program, Signal::STOP);
    shell.pty.wait_for("topped");
    shell.go_on();
    shell.quit();
}

#[test]
fn what_runs_outside_can_stop_the_job_and_go_on() {
    let mut shell = Shell::small();
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
    let mut shell = Shell::small();
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
fn mishark_stops_and_comes_back_as_it_was() {
    let home = Home::new();
    let mut shell = Shell::start(&home.command(&["samples/home.har"]), "prop/get");
    shell.pty.wait_for("flows opened");
    // A key takes away what was said last, Ctrl-Z as any other. The flow it chooses
    // is on the screen before the key's frame or after it.
    shell.pty.press("j");
    shell
        .pty
        .wait_until("the second flow, and no message", |screen| {
            let text = text(screen);
            let shows_it = [" 2/41", "device_list_page  [2 Req]", " 5 149 B "];
            shows_it.iter().all(|part| text.contains(part)) && !text.contains("flows opened")
        });
    let before = shell.pty.text();
    for _ in 0..2 {
        shell.pty.press("\x1a");
        shell.assert_stopped();
        shell.go_on();
        let is_as_before = |screen: &vt100::Screen| text(screen) == before;
        shell.pty.wait_until("the screen as it was", is_as_before);
    }
    shell.pty.signal(shell.program, Signal::TSTP);
    shell.assert_stopped();
    shell.go_on();
    shell.quit();
}

#[test]
fn mishark_that_is_ended_while_stopped_leaves_the_shell_alone() {
    let home = Home::new();
    let mut shell = Shell::start(&home.command(&["samples/home.har"]), LOADED);
    shell.pty.press("\x1a");
    shell.assert_stopped();
    shell.pty.signal(shell.program, Signal::TERM);
    shell.pty.press("fg\r");
    shell.pty.wait_for("erminated");
    shell.pty.press("exit\r");
    shell.pty.end();
    shell.pty.assert_as_before();
}
