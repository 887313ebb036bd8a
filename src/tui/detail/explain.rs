//! A side that has nothing to show explains itself, and says which key helps.

use super::{Half, Shown};
use crate::decode::{Reason, State};
use crate::flow::Body;
use crate::text::clean;
use crate::tui::theme::Role;
use crate::tui::words;

/// One line: a word in the margin, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `Why`, `Do`, `View`, or nothing.
    pub label: &'static str,
    /// The text, one sentence or a list's item.
    pub text: String,
    /// How it looks.
    pub role: Role,
}

/// Why a side has nothing to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// What is the case, why, and what to do.
    pub lines: Vec<Line>,
}

/// The keys that help, as they are bound now.
pub struct ExplainKeys {
    /// Enters a key.
    pub enter_key: String,
    /// The sessions.
    pub sessions: String,
    /// Opens a capture.
    pub load: String,
    /// Turns to the next tab.
    pub tab: String,
    /// The stages.
    pub stages: String,
}

/// Explains why the plaintext of a side is not there.
pub fn explain(shown: &Shown, half: Half, waiting: usize, keys: &ExplainKeys) -> Explained {
    let mut lines = Vec::new();
    let mut say = |label, text: String, role| lines.push(Line { label, text, role });
    let decoded = &shown.decoded;
    let state = decoded.state;
    let reason = decoded.reason.as_ref();
    if shown.flow.is_some() && half == Half::Response && decoded.response.is_none() {
        say("", words::NO_RESPONSE.to_owned(), Role::Dim);
        return Explained { lines };
    }
    match state {
        State::Locked => say("", locked(shown), Role::Locked),
        State::Unreadable => say("", "Not opened.".to_owned(), Role::Bad),
        _ => say("", words::NO_BODY.to_owned(), Role::Dim),
    }
    let side = shown.side(half);
    for warning in side.into_iter().flat_map(|side| &side.warnings) {
        say("Note", clean(warning).into_owned(), Role::Warn);
    }
    let Some(reason) = reason.filter(|_| matches!(state, State::Locked | State::Unreadable)) else {
        return Explained { lines };
    };
    match reason {
        Reason::WrongKeys {
            keys: tried,
            more,
            account,
        } => {
            let count = tried.len() + more;
            let one = if count == 1 { "does" } else { "do" };
            say(
                "Why",
                format!(
                    "{} {one} not fit (signature differs):",
                    words::count(count, "known key")
                ),
                Role::Text,
            );
            for key in tried {
                say("", format!("  {}", clean(key)), Role::Text);
            }
            if *more > 0 {
                say("", format!("  and {more} more"), Role::Text);
            }
            if let Some(account) = account {
                say(
                    "Known",
                    format!("the request's account {} is none of theirs", clean(account)),
                    Role::Text,
                );
            }
        }
        reason => say("Why", clean(&reason.message()).into_owned(), Role::Text),
    }
    if state == State::Locked {
        say(
            "Do",
            format!(
                "{}  type or paste an ssecurity (24 characters, ends in ==)",
                keys.enter_key
            ),
            Role::Good,
        );
        say(
            "",
            format!(
                "{}  sessions: read keys from a file, or from a login's capture",
                keys.sessions
            ),
            Role::Good,
        );
        say(
            "",
            format!(
                "{}  open the capture that has this account's login too",
                keys.load
            ),
            Role::Good,
        );
        if waiting > 1 {
            say(
                "",
                format!(
                    "   {} other locked flows are tried with the same key",
                    waiting - 1
                ),
                Role::Dim,
            );
        }
    } else {
        say("Do", clean(reason.hint()).into_owned(), Role::Good);
    }
    say(
        "View",
        format!(
            "{}  other tabs: headers, form, raw, hex    {}  stages",
            keys.tab, keys.stages
        ),
        Role::Dim,
    );
    Explained { lines }
}

fn locked(shown: &Shown) -> String {
    let size = match shown.body(Half::Request) {
        Some(Body::Bytes(bytes)) if !bytes.is_empty() => format!(", {} B", bytes.len()),
        _ => String::new(),
    };
    let nonce = shown.decoded.nonce.as_ref();
    let nonce = nonce.map_or_else(String::new, |nonce| format!(", nonce {}", clean(nonce)));
    format!("Encrypted, not opened. ENCRYPT-RC4{size}{nonce}")
}
