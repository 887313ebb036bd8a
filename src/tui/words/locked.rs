//! A flow that does not open: why, and which key helps.

use super::count;

/// The words in the margin.
pub mod label {
    /// What to do.
    pub const DO: &str = "Do";
    /// What is known besides.
    pub const KNOWN: &str = "Known";
    /// What was noticed on the way.
    pub const NOTE: &str = "Note";
    /// What else there is to look at.
    pub const VIEW: &str = "View";
    /// Why it is so.
    pub const WHY: &str = "Why";
}

/// A flow that does not open for another reason than its key.
pub const NOT_OPENED: &str = "Not opened.";

/// An encrypted flow without its key; the body's bytes, if it has any.
pub fn locked(bytes: usize, nonce: Option<&str>) -> String {
    let size = match bytes {
        0 => String::new(),
        bytes => format!(", {bytes} B"),
    };
    let nonce = nonce.map_or_else(String::new, |nonce| format!(", nonce {nonce}"));
    format!("Encrypted, not opened. ENCRYPT-RC4{size}{nonce}")
}

/// Heads the list of the keys that were tried.
pub fn keys_do_not_fit(keys: usize) -> String {
    let verb = if keys == 1 { "does" } else { "do" };
    format!(
        "{} {verb} not fit (signature differs):",
        count(keys, "known key")
    )
}

/// Ends a list that was cut.
pub fn and_more(more: usize) -> String {
    format!("  and {more} more")
}

/// The request names an account of which no key is known.
pub fn other_account(account: &str) -> String {
    format!("the request's account {account} is none of theirs")
}

/// A key can be typed.
pub fn do_enter_key(key: &str) -> String {
    format!("{key}  type or paste an ssecurity (24 characters, ends in ==)")
}

/// Keys can be read.
pub fn do_sessions(key: &str) -> String {
    format!("{key}  sessions: read keys from a file, or from a login's capture")
}

/// Another capture may have the key.
pub fn do_load(key: &str) -> String {
    format!("{key}  open the capture that has this account's login too")
}

/// What a key is tried on besides.
pub fn others_wait(others: usize) -> String {
    format!("   {others} other locked flows are tried with the same key")
}

/// What there is to look at all the same.
pub fn do_look(tab: &str, stages: &str) -> String {
    format!("{tab}  other tabs: headers, form, raw, hex    {stages}  stages")
}
