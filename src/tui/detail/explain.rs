//! A side that has nothing to show explains itself, and says which key helps.

use crate::tui::action::{Action, Context, Keymap};
use crate::tui::parts::Half;
use crate::tui::shown::Shown;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::decode::{Reason, State};
use mishark_core::flow::Body;
use mishark_core::text::clean;

/// One line: a word in the margin, and what it says.
pub(super) struct Advice {
    /// `Why`, `Do`, `View`, or nothing.
    pub(super) label: &'static str,
    /// The text, one sentence or a list's item.
    pub(super) text: String,
    /// How it looks.
    pub(super) role: Role,
}

/// Explains why the plaintext of a side is not there: what is the case, why, and
/// which keys help. So many flows wait for a key.
pub(super) fn explain(shown: &Shown, half: Half, waiting: usize, keymap: &Keymap) -> Vec<Advice> {
    let key = |action| keymap.shown(action, Context::Body);
    let mut lines = Vec::new();
    let mut say = |label, text: String, role| lines.push(Advice { label, text, role });
    let decoded = &shown.decoded;
    let state = decoded.state;
    let reason = decoded.reason.as_ref();
    if shown.flow.is_some() && half == Half::Response && decoded.response.is_none() {
        say("", words::NO_RESPONSE.to_owned(), Role::Dim);
        return lines;
    }
    match state {
        State::Locked => say("", locked(shown), Role::Locked),
        State::Unreadable => say("", words::NOT_OPENED.to_owned(), Role::Bad),
        _ => say("", words::NO_BODY.to_owned(), Role::Dim),
    }
    let side = shown.side(half);
    for warning in side.into_iter().flat_map(|side| &side.warnings) {
        say(words::label::NOTE, clean(warning).into_owned(), Role::Warn);
    }
    let Some(reason) = reason.filter(|_| matches!(state, State::Locked | State::Unreadable)) else {
        return lines;
    };
    match reason {
        Reason::WrongKeys {
            keys: tried,
            more,
            account,
        } => {
            let count = tried.len() + more;
            say(words::label::WHY, words::keys_do_not_fit(count), Role::Text);
            for key in tried {
                say("", format!("  {}", clean(key)), Role::Text);
            }
            if *more > 0 {
                say("", words::and_more(*more), Role::Text);
            }
            if let Some(account) = account {
                say(
                    words::label::KNOWN,
                    words::other_account(&clean(account)),
                    Role::Text,
                );
            }
        }
        reason => say(
            words::label::WHY,
            clean(&reason.message()).into_owned(),
            Role::Text,
        ),
    }
    if state == State::Locked {
        say(
            words::label::DO,
            words::do_enter_key(&key(Action::EnterKey)),
            Role::Good,
        );
        say("", words::do_sessions(&key(Action::Sessions)), Role::Good);
        say("", words::do_load(&key(Action::Load)), Role::Good);
        if waiting > 1 {
            say("", words::others_wait(waiting - 1), Role::Dim);
        }
    } else {
        say(
            words::label::DO,
            clean(reason.hint()).into_owned(),
            Role::Good,
        );
    }
    say(
        words::label::VIEW,
        words::do_look(&key(Action::NextTab), &key(Action::Stages)),
        Role::Dim,
    );
    lines
}

fn locked(shown: &Shown) -> String {
    let size = match shown.body(Half::Request) {
        Some(Body::Bytes(bytes)) => bytes.len(),
        _ => 0,
    };
    let nonce = shown.decoded.nonce.as_deref().map(clean);
    words::locked(size, nonce.as_deref())
}
