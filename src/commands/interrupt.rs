//! Signals that end a command: Ctrl-C, a closed terminal, `kill`.

use std::io;

use mishark_core::private_file;
use mishark_core::replay::Cancel;

/// Lets the first SIGINT, SIGHUP or SIGTERM stop what is being sent, so that it
/// can be said what was sent and what was not; the second one ends the process.
pub(super) fn stops(cancel: &Cancel) -> io::Result<()> {
    let cancel = cancel.clone();
    watch(move || {
        let ends = cancel.is_cancelled();
        cancel.cancel();
        ends
    })
}

/// Lets them take along the files that are not whole yet.
pub(super) fn takes_along() -> io::Result<()> {
    watch(|| {
        private_file::leave();
        true
    })
}

/// Does something at each of the signals; `true` ends the process.
#[cfg(unix)]
fn watch(act: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let run = move || {
        for signal in signals.forever() {
            if act() {
                // Does not return.
                let _ = emulate_default_handler(signal);
            }
        }
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(run)
        .map(drop)
}

/// Ctrl-C ends the process at once here.
#[cfg(not(unix))]
fn watch(_: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    Ok(())
}
