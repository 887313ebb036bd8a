//! Ctrl-C while requests are being sent.

use std::io;

use mishark_core::replay::Cancel;

/// Lets the first SIGINT, SIGHUP or SIGTERM stop what is being sent, so that it
/// can be said what was sent and what was not; the second one ends the process.
#[cfg(unix)]
pub(super) fn stops(cancel: &Cancel) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let cancel = cancel.clone();
    let run = move || {
        for signal in signals.forever() {
            if cancel.is_cancelled() {
                // Does not return.
                let _ = emulate_default_handler(signal);
            }
            cancel.cancel();
        }
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(run)
        .map(drop)
}

/// Ctrl-C ends the process at once here.
#[cfg(not(unix))]
pub(super) fn stops(_: &Cancel) -> io::Result<()> {
    Ok(())
}
