//! What stands beside a draft, in a dry run, and in a comparison.

use super::count;

// The parts of a draft.

/// A session that can sign and not log in.
pub const NO_SERVICE_TOKEN: &str = "no serviceToken";
/// Nobody to sign as.
pub fn choose_session(edit: &str) -> String {
    format!("none: {edit} chooses one")
}

/// A form with the plaintext in it and nothing else.
pub const DATA_ALONE: &str = "data alone";
/// The path is signed without its first part.
pub const PATH_STRIPPED: &str = "path without /app";
/// The path is signed as it is.
pub const PATH_WHOLE: &str = "whole path";
/// The fields are signed in the order they have.
pub const ORDER_AS_GIVEN: &str = "as given";
/// The fields are signed by their names.
pub const ORDER_SORTED: &str = "sorted";
/// One keystream for each field.
pub const KEYSTREAM_FRESH: &str = "fresh";
/// One keystream that goes on from field to field.
pub const KEYSTREAM_CHAINED: &str = "chained";
/// The style whose plaintext goes out in the clear.
pub const SIGNED_ONLY: &str = "signed only (HMAC)";

/// Where a request goes other than to its own host.
pub fn sent_to(base: &str, other: &str) -> String {
    format!("{base}, sent to {other}")
}

/// Fields of a form, the plaintext first.
pub fn data_and(names: &str) -> String {
    format!("data, {names}")
}

// A dry run.

/// The frame around a signed request that is shown.
pub const DRY_RUN: &str = "dry run: nothing was sent";
/// What stands for a secret.
pub fn dry_masked(reveal: &str) -> String {
    format!("<masked: {reveal} shows it>")
}

/// What stands for the signed nonce in a signed string.
pub const DRY_SIGNED_NONCE: &str = "<signed nonce>";
/// A form that only its signature guards.
pub const DRY_NO_HASH: &str = "none: this form has no hash";
/// The line with method, host and path.
pub const DRY_REQUEST: &str = "request";
/// The line with the host it really goes to.
pub const DRY_SENT_TO: &str = "sent to";
/// The line with the account.
pub const DRY_AS: &str = "as";
/// The line with the path as it is signed.
pub const DRY_SIGNED_PATH: &str = "signed path";
/// The line with the string that was signed.
pub const DRY_SIGNED: &str = "signed";
/// The line with the string of the hash.
pub const DRY_HASHED: &str = "hashed";
/// Above the fields.
pub const DRY_FORM: &str = "form";
/// Above the headers.
pub const DRY_HEADERS: &str = "headers";

/// The minute a nonce tells of.
pub fn nonce_minutes(minutes: i32) -> String {
    format!("  (minute {minutes})")
}

/// The keys of a dry run.
pub fn dry_run_keys(send: &str, reveal: &str, close: &str) -> String {
    format!("{send} send  {reveal} secrets  {close} close")
}

/// The keys of a text box.
pub fn text_box_keys(take: &str, leave: &str) -> String {
    format!(" {take} takes it  {leave} leaves ")
}

// Comparisons.

/// The frame around a comparison.
pub const WHAT_CHANGED: &str = "what changed";
/// Two plaintexts are one.
pub const NO_DIFFERENCE: &str = "no difference to the original";
/// A plaintext that only the first flow has.
pub const ALL_GONE: &str = "- all of it";
/// A plaintext that only the second flow has.
pub const ALL_NEW: &str = "+ all of it";
/// A comparison with an end.
pub const MORE_CHANGES: &str = "… and more";
/// The same values in other bytes.
pub const LAYOUT_ALONE: &str = "~ white space or the order of members alone";

/// How much a side of two flows differs.
pub fn side_changed(side: &str, changes: usize) -> String {
    match changes {
        0 => format!("{side}: no difference"),
        _ => format!("{side}: {}", count(changes, "change")),
    }
}

/// Plaintexts that cannot be compared member by member.
pub fn other_bytes(before: usize, after: usize) -> String {
    format!("~ {before} bytes -> {after} bytes, no JSON")
}

/// Changes the builder has no room for.
pub fn changes_left(more: usize) -> String {
    format!("… {more} more: = on the replay shows all")
}

// Lists and lines.

/// The list of logins.
pub const CHOOSE_A_SESSION: &str = "session";
/// The list of templates.
pub const NEW_REQUEST: &str = "new request";
/// The list of devices.
pub const DEVICES: &str = "devices";
/// A device that answers.
pub const ONLINE: &str = "online";
/// A device that does not.
pub const OFFLINE: &str = "offline";
/// A proxy that is none.
pub const NO_PROXY: &str = "no proxy: http://host:port or socks5://host:port is wanted";
/// A path that is none.
pub const NO_PATH: &str = "a path begins with /";
/// A machine whose clock cannot be read.
pub const NO_CLOCK: &str = "the clock is outside of all years";

/// A key of another length than the cloud's.
pub fn key_length(bytes: usize) -> String {
    format!("{bytes} bytes, expected 16: 24 characters that end in ==")
}

/// A session lies in a file now.
pub fn saved_session(label: &str, path: &str) -> String {
    format!("saved {label} to {path}")
}
