//! A terminal that a program runs in: a pseudo terminal at one end, vt100's
//! screen at the other.
//!
//! Nothing sleeps. Tests wait for what the screen has to show; the deadline
//! only ends a test that would otherwise never fail.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// When a test has failed. Far above what a loaded machine needs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// How many pieces of output wait to be looked at. Few, so that a program is
/// held up, as by a slow terminal, while a test looks at none.
const UNREAD: usize = 1;

/// What a frame begins and ends with: DEC's synchronised update.
const FRAME_BEGINS: &[u8; 8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8; 8] = b"\x1b[?2026l";

/// A program in its terminal.
pub(crate) struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    reader: JoinHandle<()>,
    child: Running,
    parser: vt100::Parser,
    /// Everything that was written to the terminal.
    pub(crate) log: Vec<u8>,
    /// Whether a frame has begun whose end has not come.
    is_mid_frame: bool,
    /// The terminal's modes before the program ran, in words.
    before: String,
}

impl Pty {
    /// Starts a program in a terminal of its own, as the leader of its session,
    /// with the variables of a plain local xterm.
    pub(crate) fn start(mut command: CommandBuilder, columns: u16, rows: u16) -> Self {
        for name in [
            "TMUX",
            "STY",
            "SSH_TTY",
            "SSH_CONNECTION",
            "SSH_CLIENT",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        // So that the output ends when the program has.
        drop(pair.slave);
        let mut output_reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = sync_channel(UNREAD);
        let reader = thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of a pseudo terminal is an error on Linux.
            while let Ok(len @ 1..) = output_reader.read(&mut buffer) {
                if sender.send(buffer[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            reader,
            child: Running(child),
            parser: parser(columns, rows),
            log: Vec::new(),
            is_mid_frame: false,
            before,
        }
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The lines on the screen, without the blanks at their ends: whether those
    /// were written or left by clearing makes no difference.
    pub(crate) fn text(&self) -> String {
        text(self.screen())
    }

    /// Reads output until the screen is as wanted, with frames that are whole: a
    /// part of one shows the new beside the old.
    pub(crate) fn wait_until(&mut self, wanted: &str, is: impl Fn(&vt100::Screen) -> bool) {
        let start = Instant::now();
        while self.is_mid_frame || !is(self.screen()) {
            let left = DEADLINE.saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!(
                    "{wanted}: {why}; the screen is\n{}",
                    self.screen().contents()
                ),
            }
        }
    }

    /// Reads the output of two terminals until their screens are the same. What
    /// came of one frame may be half of it, so that neither alone is waited for.
    pub(crate) fn wait_until_same(&mut self, other: &mut Self) {
        let start = Instant::now();
        while self.text() != other.text() {
            let mut came = false;
            for pty in [&mut *self, &mut *other] {
                while let Ok(bytes) = pty.output.try_recv() {
                    pty.take(&bytes);
                    came = true;
                }
            }
            if !came {
                assert!(
                    start.elapsed() < DEADLINE,
                    "not the same:\n{}\n{}",
                    self.text(),
                    other.text()
                );
                thread::sleep(Duration::from_millis(10));
            }
        }
    }

    /// Reads output until a text is on the screen.
    pub(crate) fn wait_for(&mut self, wanted: &str) {
        self.wait_until(wanted, |screen| text(screen).contains(wanted));
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        // One of the two may be in two pieces.
        let seen = self.log.len().saturating_sub(FRAME_BEGINS.len() - 1);
        self.log.extend_from_slice(bytes);
        for piece in self.log[seen..].windows(FRAME_BEGINS.len()) {
            self.is_mid_frame &= piece != FRAME_ENDS;
            self.is_mid_frame |= piece == FRAME_BEGINS;
        }
    }

    /// Sends what the keys send.
    pub(crate) fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Makes the window another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).unwrap();
        let number = |cells| NonZeroU16::new(cells).unwrap();
        self.parser
            .screen_mut()
            .set_size(number(rows), number(columns));
    }

    /// The process that was started.
    pub(crate) fn id(&self) -> u32 {
        self.child.0.process_id().unwrap()
    }

    /// Sends a signal to a process in the terminal.
    pub(crate) fn signal(&self, process: u32, signal: Signal) {
        let process = Pid::from_raw(process.try_into().unwrap()).unwrap();
        kill_process(process, signal).unwrap();
    }

    /// Reads the rest of the output and tells how the program ended.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            let left = DEADLINE.saturating_sub(start.elapsed());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!(
                        "it does not end; the screen is\n{}",
                        self.screen().contents()
                    )
                }
            }
        }
        self.child.wait()
    }

    /// Reads output until there was none for so long; tells whether there was
    /// any before that.
    pub(crate) fn wait_for_silence(&mut self, length: Duration) -> bool {
        let start = Instant::now();
        let mut spoke = false;
        while let Ok(bytes) = self.output.recv_timeout(length) {
            self.take(&bytes);
            spoke = true;
            assert!(start.elapsed() < DEADLINE, "it does not fall silent");
        }
        spoke
    }

    /// Takes the terminal away, as when a window is closed, and tells how the
    /// program ended. The program has to draw when a key is pressed.
    pub(crate) fn hang_up(mut self) -> ExitStatus {
        // The thread that reads holds the terminal, too, until it has read
        // something that nobody wants.
        drop(self.output);
        self.writer.write_all(b"x").unwrap();
        self.reader.join().unwrap();
        drop((self.writer, self.master));
        self.child.wait()
    }

    /// Tells how the program ends while nobody reads what it writes.
    pub(crate) fn end_unread(mut self) -> ExitStatus {
        self.child.wait()
    }

    /// Whether keys reach the program one by one and unseen.
    pub(crate) fn is_raw(&self) -> bool {
        modes(&*self.master) != self.before
    }

    /// Whether the terminal is as it was when the program was started.
    #[track_caller]
    pub(crate) fn assert_as_before(&self) {
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "still the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(screen.fgcolor(), vt100::Color::Default);
        assert!(!screen.inverse() && !screen.bold(), "still a style");
        assert_eq!(modes_left_on(&self.log), Vec::<String>::new());
        assert_eq!(modes(&*self.master), self.before, "the terminal's modes");
    }
}

/// The process, ended when the test has failed.
struct Running(Box<dyn Child + Send + Sync>);

impl Running {
    fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "it does not end");
            thread::yield_now();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended unless the test failed.
        let _ = self.0.kill();
    }
}

/// The lines of a screen, without the blanks at their ends.
pub(crate) fn text(screen: &vt100::Screen) -> String {
    let lines = screen.rows(0, u16::MAX);
    let lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        ..PtySize::default()
    }
}

fn parser(columns: u16, rows: u16) -> vt100::Parser {
    let number = |cells| NonZeroU16::new(cells).unwrap();
    vt100::Parser::new(number(rows), number(columns), 0)
}

/// The private modes (`CSI ? n h`) and keyboard protocols (`CSI > n u`, kitty's)
/// that were switched on and not off again. The cursor is as it should be when
/// it is on, and lines wrap (7) from the start.
fn modes_left_on(log: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(log);
    let mut on = Vec::new();
    let mut keyboards = 0_i32;
    for sequence in text.split("\x1b[").skip(1) {
        let end = sequence.find(|end: char| end.is_ascii_alphabetic());
        let Some((parameters, end)) = end.map(|at| (&sequence[..at], sequence.as_bytes()[at]))
        else {
            continue;
        };
        match (parameters.as_bytes().first(), end) {
            (Some(b'?'), b'h' | b'l') => {
                for mode in parameters[1..].split(';') {
                    on.retain(|other| other != mode);
                    if end == b'h' && !matches!(mode, "7" | "25") {
                        on.push(mode.to_owned());
                    }
                }
            }
            (Some(b'>'), b'u') => keyboards += 1,
            (Some(b'<'), b'u') => keyboards -= parameters[1..].parse().unwrap_or(1),
            _ => {}
        }
    }
    if keyboards > 0 {
        on.push(format!("{keyboards} of kitty's keyboards"));
    }
    on
}

/// What `stty` would show.
fn modes(master: &(dyn MasterPty + Send)) -> String {
    let termios = master.get_termios().unwrap();
    format!(
        "{:?} {:?} {:?} {:?}",
        termios.input_flags, termios.output_flags, termios.control_flags, termios.local_flags
    )
}
