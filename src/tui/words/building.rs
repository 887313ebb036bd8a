//! What the builder says and asks.

use mishark_core::text::count;

/// Asks before a box is left whose text was edited.
pub const DISCARD: &str = "The text was edited. Leave without taking it?";

/// Asks before a plaintext is signed that is no JSON.
pub fn sign_no_json(fault: &str) -> String {
    format!(
        "The plaintext is no JSON: {fault}.\n\
         The cloud will hardly take it, and its bytes go out as they are.\n\
         Sign it all the same?"
    )
}

/// Another request while one is under way.
pub const ONE_AT_A_TIME: &str = "one is on its way; Esc cancels it";
/// Nobody to sign as.
pub const NO_SESSION: &str = "no session to sign with: Enter on session chooses one, S adds one";
/// An answer without a status.
pub const NO_STATUS: &str = "no status";

/// Asks before a request is sent: what goes where, as whom, and what it does.
pub fn ask_to_send(
    to: &str,
    whose: &str,
    writes: bool,
    what: &str,
    is_exact: bool,
    refusal: Option<&str>,
) -> String {
    let verb = if writes {
        "This changes things"
    } else {
        "This only reads"
    };
    let mut question = format!("{to}\nas {whose}\n{verb}: {what}\n");
    if is_exact {
        question.push_str("Experiment: the recorded nonce and signature are sent once more.\n");
    }
    if let Some(refusal) = refusal {
        question.push_str(&format!("{refusal}.\n"));
    }
    question.push_str("Send it?");
    question
}

/// Asks before marked reads are sent, of which credentials go where nobody said
/// that they may.
pub fn ask_to_send_marked(reads: usize, refusals: &[String]) -> String {
    format!(
        "{} of the marked ones\n{}.\nSend them?",
        count(reads, "read"),
        refusals.join(".\n")
    )
}

/// The line above an answer.
pub fn replay_is(number: &str, status: &str, took: Option<f64>) -> String {
    let took = took.map_or_else(String::new, |ms| format!("  {ms:.0} ms"));
    format!("replay {number}  {status}{took}")
}

/// An answer came.
pub fn answered(number: &str, status: &str) -> String {
    format!("answered: replay {number}, status {status}; = on it compares")
}

/// What to do about a server that nobody known vouches for.
pub fn trust_authority(action: &str) -> String {
    format!("If whistle or mitmproxy answers here, give its CA: `:` and \"{action}\".")
}

/// The report of a batch.
pub const BATCH: &str = "marked reads: what came of them";
/// A batch without anything to do.
pub const NOTHING_MARKED_TO_SEND: &str = "no flow is marked; m marks";
/// Why a batch ended.
pub const BATCH_CANCELLED: &str = "stopped by you";
/// Why a batch ended.
pub const BATCH_NO_ANSWER: &str = "stopped: no answer came";
/// Why a batch ended.
pub const BATCH_UNCONFIRMED: &str = "stopped: the host was not confirmed";
/// A flow that the batch did not come to.
pub const NOT_TRIED: &str = "not tried";

/// A flow that is passed over, and why.
pub fn not_sent(why: &str) -> String {
    format!("not sent: {why}")
}

/// Why a flow is passed over.
pub fn it_writes(what: &str) -> String {
    format!("it writes: {what}")
}

/// What a flow of a batch was answered.
pub fn answered_in_batch(number: &str, said: &str) -> String {
    format!("{said} ({number})")
}

/// Why a batch ended: the cloud refuses signature or token.
pub fn batch_refused(name: &str, said: &str) -> String {
    format!("stopped at {name}: {said}")
}

/// How far a batch is.
pub fn batch_goes_on(done: usize, total: usize) -> String {
    format!("{done} of {total} sent; Esc stops")
}

/// What came of a batch in all.
pub fn batch_done(sent: usize, accepted: usize, total: usize, why: &str) -> String {
    let gap = if why.is_empty() { "" } else { "; " };
    let not = total - sent;
    format!(
        "{} sent, {accepted} accepted, {not} not sent{gap}{why}",
        count(sent, "request")
    )
}

/// How far a batch is, in the header.
pub fn sending_of(done: usize, total: usize) -> String {
    format!("SENDING {done}/{total}  ")
}

/// The columns of the sessions.
pub const SESSION_COLUMNS: [&str; 7] = [
    "key",
    "account",
    "service",
    "region",
    "tokens",
    "seen",
    "last answer",
];

/// How long ago something was, in few cells.
pub fn age(millis: i64) -> String {
    let minutes = millis.max(0) / 60_000;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..1440 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// What the cloud thought of a session last, and how long ago.
pub fn verdict(accepted: bool, ago: Option<&str>) -> String {
    let word = if accepted { "accepted" } else { "rejected" };
    match ago {
        Some(ago) => format!("{word} {ago}"),
        None => word.to_owned(),
    }
}

/// Where a session comes from.
pub fn session_from(origin: &str) -> String {
    format!("from   {origin}")
}

/// Where a session was seen to go.
pub fn session_hosts(hosts: &str) -> String {
    format!("hosts  {hosts}")
}

/// Why a session was rejected.
pub fn session_refused(why: &str) -> String {
    format!("answer {why}")
}

/// Cookies without a key, and no session they could belong to.
pub const COOKIES_WITHOUT_KEY: &str =
    "no ssecurity beside the cookies: choose the session they belong to in S, then add them there";

/// Fewer than two flows to compare.
pub const NOTHING_TO_COMPARE: &str =
    "to compare: mark two flows, or one and go to the other, or choose a replay";

/// The heading of the sessions.
pub fn sessions(keys: usize) -> String {
    format!(" Sessions  {} ", count(keys, "key"))
}

/// No session is known.
pub const NO_KEYS: &str =
    "No key is known. A form with ssecurity, a login, or a key file brings one.";

/// A call that nobody has made, in the list of templates: its name.
pub const EMPTY_CALL: &str = "empty";
/// The same: what it is.
pub const EMPTY_CALL_ABOUT: &str = "a call of your own: path and plaintext to be written";

/// Beside a number that no spec names.
pub const SEEN_IN_CAPTURE: &str = "in the capture";

/// The values a property can have.
pub fn range(least: &str, greatest: &str, step: &str) -> String {
    format!("{least} to {greatest}, step {step}")
}

/// Asks before an edited draft gives way to another.
pub const REPLACE_DRAFT: &str =
    "The builder has edits that were not sent. Put another draft in their place?";
/// Asks before an edited draft is left.
pub const QUIT_EDITED: &str = "The builder has edits that were not sent. Quit all the same?";
/// Text that no box can show.
pub const NO_TEXT_FOR_BOX: &str = "not UTF-8, which no text box can hold; the editor can";
/// The editor wrote what no box can show.
pub const NO_TEXT_FROM_EDITOR: &str = "what the editor wrote is not UTF-8; the text is as it was";
/// The editor put a mark in front of the text.
pub const MARK_DROPPED: &str = "the editor put a byte-order mark in front; it was dropped";
/// Names and values are to be text.
pub const NOT_UTF8: &str = "the text is not UTF-8";

/// A line that is no name and value.
pub fn no_pair(line: usize, separator: char) -> String {
    format!("line {line}: expected a name and '{separator}'")
}

/// What the editor made of a part cannot be taken.
pub fn not_taken(fault: &str) -> String {
    format!("{fault}; nothing was changed")
}

/// A request is on its way.
pub const UNDER_WAY: &str = "sending … Esc cancels";
/// Before what a write does.
pub const WRITES: &str = "WRITES";
/// Before what a read asks for.
pub const READS: &str = "reads";
/// No login to choose from.
pub const NO_SESSION_KNOWN: &str = "no session is known; S adds one";
/// No device to choose from.
pub const NO_DEVICE_KNOWN: &str = "no capture tells of a device yet";
/// Nothing was edited.
pub const NOTHING_TO_UNDO: &str = "nothing to undo";
