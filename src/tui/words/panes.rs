//! Frames, headings and states of the panes, and the lines around them.

use crate::tui::parts::{Arrangement, Half, SortBy, Tab};
use mishark_core::text::count;

/// The frame around the list.
pub const FLOWS: &str = "Flows";
/// The frame around the request.
pub const REQUEST: &str = "Request";
/// The frame around the response.
pub const RESPONSE: &str = "Response";
/// The frame around a side of a flow.
pub fn side(half: Half) -> &'static str {
    match half {
        Half::Request => REQUEST,
        Half::Response => RESPONSE,
    }
}

/// The frame around the builder.
pub const BUILD: &str = "Build";
/// The frame around the stages.
pub const STAGES: &str = "Stages";
/// Secrets are shown.
pub const REVEALED: &str = "REVEALED";
/// Secrets are masked.
pub const MASKED: &str = "masked";
/// What the list shows: all traffic, or Mi Home's alone.
pub fn traffic(all: bool) -> &'static str {
    if all { "all traffic" } else { "Mi Home" }
}

/// Beside a flow that was recorded without an answer.
pub const NO_RESPONSE: &str = "No response in the capture. The request is complete.";
/// A side without a body.
pub const NO_BODY: &str = "No body.";
/// No flow is chosen.
pub const NO_FLOW: &str = "No flow.";
/// While a large body is being read.
pub const OPENING: &str = "opening …";
/// A list of names and values without any.
pub const NOTHING_HERE: &str = "None.";

/// The screen is too small for anything.
pub fn too_small(width: u16, height: u16, least: (u16, u16)) -> String {
    format!(
        "terminal too small ({width}x{height}), need {}x{}",
        least.0, least.1
    )
}

/// Why nothing is in the list.
pub fn nothing_matches(total: usize, filter: &str, clear: &str, edit: &str) -> String {
    format!("0 of {total} match `{filter}`. {clear} clears, {edit} edits.")
}

/// No flow of the capture is Mi Home's; which hosts it holds instead.
pub fn no_mi(total: usize, all: &str, hosts: &str) -> String {
    format!(
        "{} read, none carries a Mi Home request (form fields data, signature, _nonce). \
         {all} shows all. Hosts seen: {hosts}",
        count(total, "flow")
    )
}

/// No flow is marked.
pub const NOTHING_MARKED: &str = "No flow is marked.";
/// The capture has no entries.
pub const NO_ENTRIES: &str = "The capture has no entries.";
/// The first batch is not here yet.
pub const LOADING: &str = "loading …";

/// The names of a side's tabs.
pub fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Plaintext => "plaintext",
        Tab::Headers => "headers",
        Tab::Cookies => "cookies",
        Tab::Form => "form",
        Tab::Raw => "raw",
        Tab::Hex => "hex",
    }
}

/// What the list is ordered by.
pub fn order(by: SortBy) -> &'static str {
    match by {
        SortBy::Code => "code",
        SortBy::Duration => "duration",
        SortBy::Endpoint => "endpoint",
        SortBy::Number => "number",
        SortBy::Size => "size",
        SortBy::State => "state",
        SortBy::Time => "time",
    }
}

/// How the panes stand.
pub fn arrangement(arrangement: Arrangement) -> &'static str {
    match arrangement {
        Arrangement::Auto => "by width",
        Arrangement::Columns => "columns",
        Arrangement::Rows => "rows",
        Arrangement::Stacked => "stacked",
    }
}

/// The tabs of a frame that several panes share.
pub mod tabs {
    /// The request.
    pub const REQUEST: &str = "Req";
    /// The response.
    pub const RESPONSE: &str = "Resp";
    /// The builder.
    pub const BUILD: &str = "Build";
    /// The stages.
    pub const STAGES: &str = "Info";
}

/// The last line's first word: what the keys mean just now.
pub mod mode {
    /// They are typed into the filter.
    pub const FILTER: &str = "FILTER";
    /// They are typed into what is looked for.
    pub const FIND: &str = "FIND";
    /// They are typed into a line or a box.
    pub const INSERT: &str = "INSERT";
    /// They choose from a popup.
    pub const MENU: &str = "MENU";
    /// They are commands.
    pub const NORMAL: &str = "NORMAL";
    /// They are commands, and nothing is loaded.
    pub const READY: &str = "READY";
}

/// Behind the mode on the first screen: no network, and where copies go.
pub fn offline(clipboard: &str) -> String {
    format!("   offline   {clipboard}")
}

/// What the list shows, for its frame.
pub fn flows_shown(traffic: &str, marked_only: bool, filter: &str) -> String {
    let marked = if marked_only { ", marked" } else { "" };
    if filter.is_empty() {
        format!("{traffic}{marked}")
    } else {
        format!("filter: {filter}  ({traffic}{marked})")
    }
}

/// Where in the list one is, and how it is ordered; how many flows the filter
/// has yet to decide on.
pub fn flows_foot(position: &str, by: &str, reversed: bool, waiting: usize) -> String {
    let order = if reversed { ", reversed" } else { "" };
    match waiting {
        0 => format!(" {position}  by {by}{order} "),
        waiting => format!(" filtering, {waiting} to go  {position}  by {by}{order} "),
    }
}

/// The HTTP status of an answer.
pub fn status(status: Option<u16>) -> String {
    status.map_or_else(
        || "status none".to_owned(),
        |status| format!("status {status}"),
    )
}

/// The builder's frame.
pub fn build_title(number: u8, edited: bool) -> String {
    let edited = if edited { "  (edited *)" } else { "" };
    format!(" {number} {BUILD}{edited} ")
}

/// The foot of the builder's frame.
pub fn build_keys(send: &str, dry_run: &str, text: &str) -> String {
    format!(" {send} send  {dry_run} dry run  {text} as text ")
}

/// The foot of the sessions.
pub fn sessions_keys(add: &str, file: &str, save: &str, reveal: &str, close: &str) -> String {
    format!(" {add} add  {file} from file  {save} save  {reveal} reveal  {close} close ")
}

/// How far a load is.
pub fn loading(percent: u64) -> String {
    format!("LOADING {percent}%  ")
}

/// How far the opening of all flows is.
pub fn opening(percent: u64) -> String {
    format!("opening {percent}%  ")
}

/// How far an export is.
pub fn writing(percent: u64) -> String {
    format!("writing {percent}%  ")
}

/// A request is under way.
pub const FOLLOWING: &str = "FOLLOW  ";

/// Shown while something of it cannot be read, or a proxy does not answer.
pub const LOST: &str = "LOST  ";

/// Shown while a request is on its way.
pub const SENDING: &str = "SENDING  ";

/// The place in what was found in a body; a `+` says that there may be more.
pub fn match_of(here: Option<usize>, total: usize, is_all: bool, needle: &str) -> String {
    let here = here.map_or_else(|| "-".to_owned(), |here| here.to_string());
    let more = if is_all { "" } else { "+" };
    format!("match {here}/{total}{more} of \"{needle}\"")
}

/// The place in the flows in which a text was found.
pub fn flow_with(at: usize, total: usize, percent: Option<u64>, needle: &str) -> String {
    let percent = percent.map_or_else(String::new, |percent| format!("  {percent}%"));
    format!("flow {at}/{total}{percent} with \"{needle}\"")
}

/// How many values Tab goes through.
pub fn known_values(count: usize) -> String {
    format!("Tab: {count} known ")
}

/// A stage's bytes that are masked.
pub const SECRET: &str = "(secret)";

/// A check that holds.
pub const CHECK_MATCHES: &str = "ok";
/// A check that does not.
pub const CHECK_DIFFERS: &str = "differs";
/// A check that cannot be made.
pub const CHECK_UNKNOWN: &str = "unknown";

/// What is to be said above a plaintext, and that the stages have more.
pub fn warned(warning: &str, more: usize) -> String {
    match more {
        0 => warning.to_owned(),
        more => format!("{warning} (and {more} more: i)"),
    }
}

/// Bytes that are not shown as hex while secrets are masked.
pub fn secret_bytes(reveal: &str) -> String {
    format!("There are secrets in these bytes. {reveal} shows them.")
}

/// The heading of the help.
pub const HELP: &str = "help";
/// The heading of the palette.
pub const COMMANDS: &str = "commands";
/// The heading of all messages so far.
pub const LOG: &str = "log";
/// The heading of how to record.
pub const HOW_TO_RECORD: &str = "how to record";

/// The answers to a question.
pub fn yes_no(yes: &str, no: &str) -> String {
    format!("{yes} yes    {no} no")
}
