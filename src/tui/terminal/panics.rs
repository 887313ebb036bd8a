//! A panic of the UI thread gives the terminal back before it is told of; one
//! of a worker is left to whoever catches it.
//!
//! What a panic says may quote a capture (`"…" is not a char boundary` prints
//! the text), so only words known when this was compiled are shown.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::io::{Write, stderr};
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::thread;

use super::gate::{Gate, Owner};

/// How the standard library's messages begin that are made at run time and
/// hold numbers only.
const NUMBERS_ONLY: [&str; 6] = [
    "attempt to ",
    "copy_from_slice: ",
    "index out of bounds: ",
    "range end index ",
    "range start index ",
    "slice index starts at ",
];

/// What a caught panic says, as far as it can be told without quoting a
/// capture: words written in the source, and numbers. For messages and logs.
pub fn words(payload: &(dyn Any + Send)) -> Cow<'static, str> {
    safe(payload)
}

fn safe(payload: &dyn Any) -> Cow<'static, str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return Cow::Borrowed(text);
    }
    match payload.downcast_ref::<String>() {
        Some(text) if NUMBERS_ONLY.iter().any(|start| text.starts_with(start)) => {
            Cow::Owned(text.clone())
        }
        _ => Cow::Borrowed("what it says is not shown, since it may quote a capture"),
    }
}

/// Watches the panics of this thread until the process ends.
pub(super) fn watch(gate: &Arc<Gate>) {
    let gate = Arc::clone(gate);
    let ui = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == ui {
            gate.give_up();
        } else if gate.owner() != Owner::Closed {
            return;
        }
        tell(info);
    }));
}

fn tell(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map_or_else(String::new, |place| format!(" at {place}"));
    let mut err = stderr().lock();
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(
        err,
        "mishark: panicked{place}: {}\nThis is a mistake in mishark {}, not in the capture. Please report the line above.",
        safe(info.payload()),
        env!("CARGO_PKG_VERSION")
    );
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = writeln!(err, "{backtrace}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(run: impl FnOnce() + panic::UnwindSafe) -> Cow<'static, str> {
        words(panic::catch_unwind(run).unwrap_err().as_ref())
    }

    #[test]
    fn words_of_the_source_and_numbers_are_told() {
        assert_eq!(
            caught(|| panic!("a pane without rows")),
            "a pane without rows"
        );
        let row = std::hint::black_box(7);
        assert_eq!(
            caught(move || {
                std::hint::black_box([0; 3][..][row]);
            }),
            "index out of bounds: the len is 3 but the index is 7"
        );
    }

    #[test]
    fn text_of_a_capture_is_not_told() {
        for text in ["topsecret", "灯topsecret"] {
            let owned = text.to_owned();
            let told = caught(move || panic!("bad token {owned}"));
            assert!(!told.contains("topsecret"), "{told}");
        }
        let end = std::hint::black_box(1);
        let told = caught(move || {
            std::hint::black_box("灯topsecret"[..end].len());
        });
        assert!(!told.contains("topsecret"), "{told}");
    }
}
