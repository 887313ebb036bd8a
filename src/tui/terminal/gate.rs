//! The one way to the terminal: who has it, and what is written to change that.

#![cfg_attr(
    not(unix),
    allow(dead_code, reason = "nothing is lent or stopped without signals")
)]

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, event, queue};

/// How long a dying process waits for the terminal to take what restores it.
/// A terminal that is stopped (Ctrl-S) or hung may never take anything.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long after we came back an interrupt is still taken for one that was
/// typed into the program outside: the thread of signals may be late.
const ECHO: Duration = Duration::from_secs(1);

/// Who has the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Another program, or the shell while we are stopped. We come back.
    Away,
    /// The shell: we do not come back.
    Closed,
    /// We.
    Ours,
}

/// Held by the UI thread, the thread of signals and the panic hook.
pub(super) struct Gate {
    state: Mutex<State>,
    stale: AtomicBool,
}

struct State {
    owner: Owner,
    mouse: bool,
    /// When another program last gave the terminal back to us.
    returned: Option<Instant>,
}

impl Gate {
    pub(super) fn new(mouse: bool) -> Self {
        Self {
            state: Mutex::new(State {
                owner: Owner::Away,
                mouse,
                returned: None,
            }),
            stale: AtomicBool::new(false),
        }
    }

    /// A panic under the lock leaves nothing half done that matters: what is
    /// to be written to enter or leave does not depend on what was before.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn owner(&self) -> Owner {
        self.lock().owner
    }

    /// Takes the terminal, unless it was closed. On failure it is given back.
    pub(super) fn enter(&self) -> io::Result<()> {
        let mut state = self.lock();
        if state.owner != Owner::Away {
            return Ok(());
        }
        // Raw mode first: in the background this stops us, before a byte is
        // written over the shell's lines.
        let result = enable_raw_mode().and_then(|()| write(&state.entering()?));
        match result {
            Ok(()) => {
                state.owner = Owner::Ours;
                self.set_stale();
            }
            Err(_) => drop(state.restore()),
        }
        result
    }

    /// Takes the terminal back from a program that had it.
    pub(super) fn come_back(&self) -> io::Result<()> {
        self.lock().returned = Some(Instant::now());
        self.enter()
    }

    /// Whether an interrupt is meant for another program: it was typed, and
    /// the terminal sent it to the whole job.
    pub(super) fn is_lent(&self) -> bool {
        let state = self.lock();
        let lately = |returned: Instant| returned.elapsed() < ECHO;
        state.owner == Owner::Away || state.returned.is_some_and(lately)
    }

    /// Takes the terminal anew after we were stopped without being asked, with
    /// whatever the shell did to it meanwhile. Tells whether it was ours.
    pub(super) fn enter_again(&self) -> bool {
        let state = self.lock();
        if state.owner != Owner::Ours {
            return false;
        }
        // A failure shows at the next frame.
        let _ = disable_raw_mode();
        let _ = enable_raw_mode();
        // Leaving first, so that the cursor kept for the shell stays the one
        // that was kept when we came.
        if let (Ok(leaving), Ok(entering)) = (state.leaving(), state.entering()) {
            let _ = write(&[leaving, entering].concat());
        }
        self.set_stale();
        true
    }

    /// Gives the terminal to another; does nothing if it is not ours.
    pub(super) fn leave(&self, to: Owner) -> io::Result<()> {
        let mut state = self.lock();
        match std::mem::replace(&mut state.owner, to) {
            Owner::Ours => state.restore(),
            Owner::Away => Ok(()),
            Owner::Closed => {
                state.owner = Owner::Closed;
                Ok(())
            }
        }
    }

    /// Gives the terminal back as well as can be in [`PATIENCE`], for a process
    /// that is about to die. Whoever holds the lock may be stuck in a write.
    pub(super) fn give_up(self: &Arc<Self>) {
        let (done, wait) = mpsc::channel();
        let gate = Arc::clone(self);
        let helper = thread::Builder::new().spawn(move || {
            let _ = gate.leave(Owner::Closed);
            let _ = done.send(());
        });
        if helper.is_err() || wait.recv_timeout(PATIENCE).is_err() {
            let _ = disable_raw_mode();
        }
    }

    /// Writes bytes if the terminal is ours, and all at once.
    pub(super) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        match self.lock().owner {
            Owner::Ours => write(bytes),
            Owner::Away | Owner::Closed => Ok(()),
        }
    }

    pub(super) fn set_mouse(&self, mouse: bool) -> io::Result<()> {
        let mut state = self.lock();
        state.mouse = mouse;
        if state.owner != Owner::Ours {
            return Ok(());
        }
        let mut bytes = Vec::new();
        if mouse {
            capture_mouse(&mut bytes)?;
        } else {
            release_mouse(&mut bytes)?;
        }
        write(&bytes)
    }

    /// What is on the screen is not what was drawn last.
    pub(super) fn set_stale(&self) {
        self.stale.store(true, Ordering::SeqCst);
    }

    pub(super) fn take_stale(&self) -> bool {
        self.stale.swap(false, Ordering::SeqCst)
    }
}

impl State {
    fn entering(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        queue!(
            bytes,
            EnterAlternateScreen,
            event::EnableBracketedPaste,
            cursor::Hide
        )?;
        if self.mouse {
            capture_mouse(&mut bytes)?;
        }
        Ok(bytes)
    }

    fn leaving(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        queue!(bytes, EndSynchronizedUpdate, SetAttribute(Attribute::Reset))?;
        if self.mouse {
            release_mouse(&mut bytes)?;
        }
        queue!(
            bytes,
            event::DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        )?;
        Ok(bytes)
    }

    /// Undoes everything, even if the first part fails; tells the first failure.
    fn restore(&self) -> io::Result<()> {
        let written = self.leaving().and_then(|bytes| write(&bytes));
        written.and(disable_raw_mode())
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Buttons, drags and the wheel, told in decimals so that no column is too far.
/// crossterm would ask for every motion, too, which wakes us for nothing and
/// leaves reports behind for the shell to read.
fn capture_mouse(bytes: &mut Vec<u8>) -> io::Result<()> {
    if cfg!(windows) {
        return queue!(bytes, event::EnableMouseCapture);
    }
    bytes.write_all(b"\x1b[?1000h\x1b[?1002h\x1b[?1006h")
}

fn release_mouse(bytes: &mut Vec<u8>) -> io::Result<()> {
    if cfg!(windows) {
        return queue!(bytes, event::DisableMouseCapture);
    }
    bytes.write_all(b"\x1b[?1006l\x1b[?1002l\x1b[?1000l")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(mouse: bool) -> State {
        State {
            owner: Owner::Ours,
            mouse,
            returned: None,
        }
    }

    /// The modes that bytes set and reset, in order.
    fn modes(bytes: &[u8]) -> Vec<String> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.split("\x1b[?").skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn whatever_was_set_is_reset() {
        for mouse in [false, true] {
            let state = state(mouse);
            let set = modes(&state.entering().unwrap());
            let reset = modes(&state.leaving().unwrap());
            for mode in set {
                let (number, undone) = if let Some(number) = mode.strip_suffix('h') {
                    (number, 'l')
                } else {
                    (mode.trim_end_matches('l'), 'h')
                };
                assert!(reset.contains(&format!("{number}{undone}")), "{mode}");
            }
        }
    }

    #[test]
    fn nothing_is_written_and_nothing_entered_once_it_is_closed() {
        let gate = Gate::new(false);
        gate.leave(Owner::Closed).unwrap();
        gate.leave(Owner::Away).unwrap();
        gate.enter().unwrap();
        assert_eq!(gate.owner(), Owner::Closed);
        assert!(!gate.take_stale());
        gate.send(b"\x1b[31mnot to be seen").unwrap();
    }
}
