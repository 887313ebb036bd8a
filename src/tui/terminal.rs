//! The terminal while the screen is ours: taken, drawn on, lent, given back.
//!
//! ```text
//! UI thread ── draw ──► one frame ──┐
//!           ── send ──► OSC 52 … ───┤
//!           ── outside ─ leave, enter ─► gate ──► standard output
//! signals   ── TERM, TSTP, CONT … ──┤     one writer at a time, and none
//! panics    ── of the UI thread ────┘     once the terminal is given back
//! ```
//!
//! The caller reads keys itself, with `crossterm::event`, on the thread that
//! opened the terminal. Nothing here reads.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use std::{env, mem};

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{event, queue};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;

mod gate;
mod panics;
#[cfg(unix)]
mod signals;

pub use panics::words as panic_words;

use gate::{Gate, Owner};

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The terminal cannot place a cursor.
    #[error("the terminal's kind is `dumb`, which can not be drawn on")]
    Dumb,
    /// It could not be set up, or is gone.
    #[error("the terminal can not be set up")]
    Io(#[source] io::Error),
    /// There is nothing to read keys from.
    #[error("no terminal to read keys from")]
    NoKeyboard(#[source] io::Error),
    /// There is nothing to draw on.
    #[error("standard output is no terminal")]
    NoScreen,
}

/// The terminal, ours until this is closed or dropped.
///
/// Open it once in a process, on the thread that draws: the panics of that
/// thread alone give the terminal back. Workers' panics print nothing while
/// the screen is ours; who joins or catches them has [`panic_words`].
///
/// On Unix a thread waits for signals: it gives the terminal back and lets the
/// process die of SIGHUP, SIGINT, SIGQUIT or SIGTERM as if they had not been
/// caught, stops it on SIGTSTP, and takes the terminal again on SIGCONT. Then
/// crossterm yields a resize event, whatever the size, and the frame drawn for
/// it is a whole one.
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Pending>>,
    pending: Pending,
    gate: Arc<Gate>,
}

impl Terminal {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, mouse
    /// where wanted, cursor hidden. When any of it fails, all is undone.
    ///
    /// With the mouse, clicks, drags and the wheel are ours, and the terminal's own
    /// selection needs Shift.
    pub fn open(mouse: bool) -> Result<Self, Error> {
        if !io::stdout().is_terminal() {
            return Err(Error::NoScreen);
        }
        if env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Err(Error::Dumb);
        }
        check_keyboard().map_err(Error::NoKeyboard)?;
        let pending = Pending::default();
        let gate = Arc::new(Gate::new(mouse));
        // Before anything is changed, so that no signal and no panic finds the
        // terminal changed and nobody to restore it.
        #[cfg(unix)]
        signals::watch(&gate).map_err(Error::Io)?;
        panics::watch(&gate);
        let backend = CrosstermBackend::new(pending.clone());
        let screen = ratatui::Terminal::new(backend).map_err(Error::Io)?;
        let terminal = Self {
            screen,
            pending,
            gate,
        };
        // Dropped on failure, which restores what was changed.
        terminal.gate.enter().map_err(Error::Io)?;
        // crossterm listens for resizes from its first look at the keyboard on,
        // and one that comes earlier would be lost.
        event::poll(Duration::ZERO).map_err(Error::NoKeyboard)?;
        Ok(terminal)
    }

    /// Draws one frame: whole after the terminal was lent or the process
    /// stopped, else what changed. All of it is written at once, as one
    /// synchronised update. While the screen is not ours nothing is written.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(
            self.pending,
            BeginSynchronizedUpdate,
            crossterm::cursor::Hide
        )?;
        if self.gate.take_stale() {
            // Not `clear`, which asks the terminal where the cursor is and
            // waits for the answer.
            let size = self.screen.size()?;
            self.screen
                .resize((ratatui::layout::Position::ORIGIN, size).into())?;
        }
        self.screen.draw(render)?;
        queue!(self.pending, EndSynchronizedUpdate)?;
        self.gate.send(&self.pending.take())
    }

    /// Writes bytes between frames that show nothing, as OSC 52 does. Dropped
    /// while the screen is not ours.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.gate.send(bytes)
    }

    /// Makes the next frame a whole one (Ctrl-L).
    pub fn redraw(&mut self) {
        self.gate.set_stale();
    }

    /// Takes the mouse or leaves it to the terminal.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.gate.set_mouse(mouse)
    }

    /// Stops the process, and with it the others of its job, as Ctrl-Z would
    /// outside of raw mode. Returns before that, and the thread of signals
    /// gives the terminal back first; go on as if nothing had been. False, with
    /// nothing done, if no shell would ever continue us: the terminal was opened
    /// for us alone, or this system has no job control.
    pub fn suspend(&mut self) -> io::Result<bool> {
        #[cfg(unix)]
        return signals::stop_job();
        #[cfg(not(unix))]
        return Ok(false);
    }

    /// Gives the terminal back while something else uses it: an editor, a
    /// pager, text to select by hand. The keys' Ctrl-C and Ctrl-\ are for that
    /// program alone. The frame that follows is a whole one.
    ///
    /// Fails if the terminal cannot be left or taken again; in the first case
    /// nothing was run.
    pub fn outside<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        self.gate.leave(Owner::Away)?;
        let result = run();
        self.gate.come_back()?;
        Ok(result)
    }

    /// Gives the terminal back for good and tells if that went wrong, which
    /// dropping it cannot.
    pub fn close(self) -> io::Result<()> {
        self.gate.leave(Owner::Closed)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.gate.leave(Owner::Closed);
    }
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

/// Standard input, or else the process's own terminal: crossterm reads there
/// when a capture comes in through a pipe.
fn check_keyboard() -> io::Result<()> {
    if cfg!(windows) || io::stdin().is_terminal() {
        return Ok(());
    }
    std::fs::File::open("/dev/tty").map(drop)
}

/// A frame until it is whole. ratatui flushes several times while it draws one.
#[derive(Clone, Default)]
struct Pending(Rc<RefCell<Vec<u8>>>);

impl Pending {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.0.borrow_mut())
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
