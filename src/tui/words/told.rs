//! What is told once: what became of a load, a key, a copy, a file.

use std::fmt::Display;
use std::path::Path;

use mishark_core::text::count;

/// A CA was added to those that are trusted.
pub const AUTHORITY_TRUSTED: &str = "the CA is trusted for what is sent from here";

/// How much opened, told once after loading; short enough for 80 cells.
pub fn opened(opened: usize, total: usize, keys: usize, locked: usize, filter: &str) -> String {
    let by = match keys {
        0 => "no key found".to_owned(),
        keys => format!("{} found", count(keys, "key")),
    };
    let rest = match locked {
        0 => String::new(),
        1 => format!("; 1 needs another key ({filter} state:K)"),
        locked => format!("; {locked} need another key ({filter} state:K)"),
    };
    format!("{opened} of {total} Mi Home flows opened, {by}{rest}")
}

/// What became of a key that was given.
pub fn key_taken(fits: usize, waiting: usize) -> String {
    match (fits, waiting) {
        (0, 0) => "key taken; no flow was waiting for one".to_owned(),
        (0, waiting) => format!(
            "key taken, but none of {} fits it",
            count(waiting, "locked flow")
        ),
        (fits, _) => format!("key taken: {} opened", count(fits, "flow")),
    }
}

/// A proxy does not answer.
pub fn lost(name: &str, trouble: &str) -> String {
    format!("{name}: {trouble}; asking again")
}

/// So much is held in memory that a capture grows no more.
pub fn full(name: &str, limit: u64) -> String {
    format!("{name}: flows of more than {limit} bytes are held; no more are taken")
}

/// It answers again.
pub fn back(name: &str) -> String {
    format!("{name}: back")
}

/// Asks before a file is written over.
pub fn overwrite(path: &str) -> String {
    format!("{path} is there already. Write over it?")
}

/// Asks before secrets leave the screen.
pub const QUIT_WORKING: &str = "Something is still being written. Quit all the same?";

/// A file was written.
pub fn wrote(path: &Path, flows: usize, bytes: u64) -> String {
    format!(
        "wrote {}: {}, {bytes} bytes",
        path.display(),
        count(flows, "flow")
    )
}

/// A file was written, but not with all that was asked for.
pub fn wrote_without(wrote: &str, lost: usize) -> String {
    format!(
        "{wrote}; {} could no longer be read: the capture was cut or written anew meanwhile",
        count(lost, "flow")
    )
}

/// An export would replace what it is made of.
pub fn export_over_capture(path: &Path) -> String {
    format!(
        "{}: not written: it is an open capture, which is never written over",
        path.display()
    )
}

/// An export was cancelled.
pub fn export_cancelled(path: &Path) -> String {
    format!("{}: not written, as was wanted", path.display())
}

/// What an export is of, above its menu.
pub fn exported(flows: usize, marked: bool) -> String {
    let which = if marked { "marked" } else { "listed" };
    format!(" {} {which} ", count(flows, "flow"))
}

/// The list is empty.
pub const NOTHING_TO_EXPORT: &str = "no flows to export";

/// A file of keys had none.
pub fn no_key_in(name: &str) -> String {
    format!("{name}: no key in it")
}

/// A file that was to have keys is of another kind.
pub fn no_key_file(name: &str) -> String {
    format!("{name}: neither a key file nor a capture")
}

/// A file is no capture; the formats that are.
pub fn not_a_capture(error: &dyn Display, formats: &[&str]) -> String {
    format!("{error}; supported are {}", formats.join(", "))
}

/// A capture unpacks to more than it may.
pub fn unpacks_to_too_much(error: &dyn Display) -> String {
    format!("{error}; start with --unpack-limit to allow more")
}

/// The layout now.
pub fn layout_is(name: &str) -> String {
    format!("layout: {name}")
}

/// The theme now.
pub fn theme_is(name: &str) -> String {
    format!("theme: {name}")
}

/// What the list shows now.
pub fn showing(traffic: &str) -> String {
    format!("showing {traffic}")
}

/// The mouse is the workbench's.
pub const MOUSE_OURS: &str = "mouse: ours";
/// The mouse is the terminal's.
pub const MOUSE_TERMINALS: &str = "mouse: the terminal's";

/// In how many flows a text was found.
pub fn found_in(needle: &str, flows: usize) -> String {
    format!("\"{needle}\" in {}", count(flows, "flow"))
}

/// A search was cancelled.
pub const SEARCH_STOPPED: &str = "search stopped";

/// There is nothing of that kind to be copied.
pub fn nothing_to_copy(what: &str) -> String {
    format!("no {what} here")
}

/// A stage that left nothing.
pub const NOTHING_OF_STAGE: &str = "there is nothing to copy of this stage";
/// An entry of a broken capture.
pub const ENTRY_UNREADABLE: &str = "the entry can not be read";
/// A request that curl has no way to send.
pub const NO_CURL: &str = "no curl command can send this";

/// What was copied.
pub mod copy {
    /// A side's plaintext.
    pub const BODY: &str = "plaintext";
    /// The same, byte for byte.
    pub const BODY_AS_SENT: &str = "plaintext as sent";
    /// A line for curl.
    pub const CURL: &str = "curl";
    /// Bytes that are no text.
    pub const HEX: &str = "bytes in hex";
    /// A path for jq.
    pub const JQ_PATH: &str = "jq path";
    /// A member's name.
    pub const KEY: &str = "key";
    /// A flow.
    pub const MARKDOWN: &str = "Markdown";
    /// A path.
    pub const PATH: &str = "path";
    /// A script.
    pub const PROGRAM: &str = "program";
    /// What was on the wire.
    pub const RAW: &str = "raw form";
    /// The request's plaintext.
    pub const REQUEST: &str = "request";
    /// The same, byte for byte.
    pub const REQUEST_AS_SENT: &str = "request as sent";
    /// What came out of a stage.
    pub const STAGE: &str = "stage";
    /// The same of a stage whose bytes are no text.
    pub const STAGE_DUMP: &str = "stage, as a dump";
    /// The value under the cursor.
    pub const VALUE: &str = "value";
    /// The same, byte for byte.
    pub const VALUE_AS_SENT: &str = "value as sent";
}

/// A worker panicked.
pub const PANICKED: &str = "a worker stumbled (this is a bug); the rest goes on";

/// The system gives no thread.
pub fn no_thread(error: &dyn Display) -> String {
    format!("no thread for this: {error}")
}

/// The workbench was started without a shell to suspend to.
pub const NO_SHELL: &str = "there is no shell to go back to";
/// On the normal screen, after what was shown there.
pub const ENTER_COMES_BACK: &str = "[Enter comes back]";

/// A pager or an editor that the shell could not run.
pub fn not_run(command: &str, status: &dyn Display) -> String {
    format!("`{command}` was not run: {status}")
}
