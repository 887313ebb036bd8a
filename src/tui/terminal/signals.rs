//! Signals and the end of the terminal, each waited for by a thread of its own:
//! the UI thread may be busy, and the terminal has to be given back before the
//! process dies or stops.

use std::fs::File;
use std::io::{self, IsTerminal, stdin};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use signal_hook::consts::{
    SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1,
    SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU,
};
use signal_hook::iterator::Signals;
use signal_hook::low_level::{emulate_default_handler, raise};

use super::gate::{Gate, Owner};
use mishark_core::private_file;

/// Starts the threads. They live as long as the process: signals that are
/// caught once have no default any more.
pub(super) fn watch(gate: &Arc<Gate>) -> io::Result<()> {
    watch_keyboard(gate)?;
    watch_signals(gate)
}

/// What stops, continues or ends a process unless it is caught.
const CAUGHT: [i32; 13] = [
    SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1,
    SIGUSR2, SIGVTALRM, SIGXCPU,
];

fn watch_signals(gate: &Arc<Gate>) -> io::Result<()> {
    let gate = Arc::clone(gate);
    let mut signals = Signals::new(CAUGHT)?;
    let run = move || {
        // The next SIGCONT ends a stop that was of our own doing.
        let mut expected = false;
        for signal in signals.forever() {
            match signal {
                SIGCONT => {
                    if !std::mem::take(&mut expected) && gate.enter_again() {
                        wake();
                    }
                }
                SIGTSTP => expected |= stop(&gate),
                // Typed into the editor or pager that has the terminal, which
                // sends them to the whole job; it decides what they mean.
                SIGINT | SIGQUIT if gate.is_lent() => {}
                _ => {
                    gate.give_up();
                    private_file::leave();
                    // Does not return.
                    let _ = emulate_default_handler(signal);
                }
            }
        }
    };
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(run)
        .map(drop)
}

/// Ends the process when its terminal goes away without a word. SIGHUP tells
/// only who leads the session, and a script with `trap '' HUP` does not pass it
/// on. crossterm would read the end of the keyboard
/// over and over, and never return.
///
/// Nothing is waited for but the end, so keys wake nobody here. macOS cannot
/// wait for `/dev/tty` so; there this ends at once.
fn watch_keyboard(gate: &Arc<Gate>) -> io::Result<()> {
    let gate = Arc::clone(gate);
    // What crossterm reads.
    let terminal = if stdin().is_terminal() {
        stdin().as_fd().try_clone_to_owned()?
    } else {
        File::open("/dev/tty")?.into()
    };
    let run = move || {
        let mut ends = [PollFd::new(&terminal, PollFlags::empty())];
        while let Err(Errno::INTR) = poll(&mut ends, None) {}
        if ends[0].revents().contains(PollFlags::HUP) {
            gate.give_up();
            // Does not return.
            let _ = emulate_default_handler(SIGHUP);
        }
    };
    thread::Builder::new()
        .name("keyboard".to_owned())
        .spawn(run)
        .map(drop)
}

/// Asks for the whole job to be stopped, as the terminal does on Ctrl-Z: a
/// shell waits for its child, which may be `cargo run` rather than we. Tells
/// whether there is a shell.
pub(super) fn stop_job() -> io::Result<bool> {
    let has_shell = has_shell();
    if has_shell {
        kill_current_process_group(Signal::TSTP)?;
    }
    Ok(has_shell)
}

/// Stops the process and comes back when it goes on; tells whether it did stop.
fn stop(gate: &Gate) -> bool {
    if !has_shell() {
        return false;
    }
    let ours = gate.owner() == Owner::Ours;
    // Whatever fails here shows at the next frame.
    if ours {
        let _ = gate.leave(Owner::Away);
    }
    let stopped = emulate_default_handler(SIGTSTP).is_ok();
    if ours {
        let _ = gate.enter();
        wake();
    }
    stopped
}

/// Whether a shell with job control started us and can continue us. It puts
/// each job into a group of its own; in the session leader's group nobody
/// would, and the kernel ignores SIGTSTP there, too.
fn has_shell() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Makes crossterm yield a resize event, which has the UI thread draw.
fn wake() {
    let _ = raise(SIGWINCH);
}
