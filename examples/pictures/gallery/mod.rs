//! What is shown, and how one gets there.
//!
//! ```text
//! keys ─▶ Screen (the real one, with its workers) ─▶ Buffer ─▶ svg
//! ```

mod screen;
mod svg;

use screen::Screen;

/// One picture.
pub(super) struct Picture {
    /// The file's name, without its end.
    pub(super) name: &'static str,
    /// The file.
    pub(super) svg: String,
    /// The screen as text.
    #[allow(dead_code, reason = "who compares has no use for it")]
    pub(super) text: String,
}

const HOME: &str = "samples/home.har";
/// What names the numbers of the living room's lamp.
const SPEC: &str = "samples/yeelink-ceiling22.spec.json";

/// All pictures, in the README's order.
pub(super) fn all() -> Vec<Picture> {
    vec![builder(), flows(), stages(), locked(), question(), narrow()]
}

/// The lamp's call in the sample, with its value changed from `true` to `false`.
const EDITED: &str = "6 j r 5 j enter ctrl-u f a l s e enter";

/// A write that was edited, signed and sent to a cloud on this machine, and
/// what its answer changed.
fn builder() -> Picture {
    let mut screen = Screen::open(HOME, 120, 46).with_cloud();
    screen.press(EDITED).press("ctrl-r y");
    screen.picture(
        "builder",
        "an edited request was sent; what changed in the answer",
    )
}

/// The list above both sides of a flow.
fn flows() -> Picture {
    let mut screen = Screen::open(HOME, 120, 40);
    screen.press("5 j tab tab");
    screen.picture(
        "flows",
        "the list of flows above a request and its response",
    )
}

/// How a plaintext came about.
fn stages() -> Picture {
    let mut screen = Screen::open(HOME, 120, 26);
    screen.press("6 j i alt-6 z 5 j");
    screen.picture("stages", "how a plaintext came about, step by step")
}

/// A flow without a key.
fn locked() -> Picture {
    let mut screen = Screen::open("samples/no-keys.har", 100, 26);
    screen.press("tab");
    screen.picture(
        "locked",
        "a flow that needs a key says so, and what to press",
    )
}

/// What is asked before something is changed.
fn question() -> Picture {
    let mut screen = Screen::open(HOME, 160, 45).with_cloud();
    screen.press(EDITED).press("ctrl-r");
    screen.picture(
        "question",
        "a question, before a request that changes something is sent",
    )
}

/// Eighty columns.
fn narrow() -> Picture {
    let mut screen = Screen::open(HOME, 80, 24);
    screen.press("1 j enter");
    screen.picture("narrow", "a list of devices in 80 columns and 24 rows")
}
