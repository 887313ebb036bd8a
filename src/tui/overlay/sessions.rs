//! The sessions: which logins are known, where they come from, and what the
//! cloud thought of them last.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Then;
use crate::tui::action::Action;
use crate::tui::look::{Look, behind, below, middle, wrap};
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::flow::Moment;
use mishark_core::protocol::hosts::region_of_host;
use mishark_core::protocol::key::KeyId;
use mishark_core::session::{Keyring, Session};
use mishark_core::text::{clean, keep_start};

/// Rows below the list that tell more of the chosen session.
const MORE_ROWS: u16 = 6;

/// What the last answer of this run said of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether signature and token were taken.
    pub accepted: bool,
    /// Why not; empty if they were.
    pub why: String,
    /// When the request was sent.
    pub at: Option<Moment>,
}

/// Where one is in the list.
#[derive(Debug, Default)]
pub struct Sessions {
    cursor: usize,
}

/// What is shown of the sessions.
pub struct SessionsView<'a> {
    /// The logins.
    pub ring: &'a Keyring,
    /// What the answers of this run said of them.
    pub verdicts: &'a HashMap<KeyId, Verdict>,
    /// What time it is; ages are told only if it is known.
    pub now: Option<Moment>,
    /// The keys at the foot.
    pub hints: &'a str,
}

impl Sessions {
    pub(super) fn press(&mut self, action: Action, ring: &Keyring) -> Then {
        // No screen shows as many at once: a page goes to the end.
        const PAGE: usize = 4096;
        let last = ring.sessions().len().saturating_sub(1);
        match action.moved(self.cursor, 1, PAGE, last) {
            Some(cursor) => self.cursor = cursor,
            None => return Then::Do(action),
        }
        Then::Stay
    }

    /// Draws it; secrets only if they are to be seen.
    pub fn draw(&self, view: &SessionsView<'_>, look: &Look, screen: Rect, buffer: &mut Buffer) {
        let area = middle(screen, 110, screen.height.saturating_sub(4).min(24));
        let sessions = view.ring.sessions();
        let title = words::sessions(sessions.len());
        let inside = look.popup(area, title, view.hints.to_owned(), buffer);
        if sessions.is_empty() {
            let lines = wrap(words::NO_KEYS, inside.width.saturating_sub(2));
            look.lines(behind(inside, 1), lines, Role::Dim, buffer);
            return;
        }
        let write = |row: Rect, text: &str, role: Role, buffer: &mut Buffer| {
            let text = keep_start(text, usize::from(row.width));
            look.text(row, &text, role, buffer);
        };
        write(inside, &row(words::SESSION_COLUMNS), Role::Dim, buffer);
        let has_more = inside.height > 2 * MORE_ROWS;
        let mut list = below(inside, 1);
        if has_more {
            list.height -= MORE_ROWS;
        }
        let top = (self.cursor + 1).saturating_sub(usize::from(list.height));
        let in_sight = sessions.iter().enumerate().skip(top);
        for ((at, session), row) in in_sight.zip(list.rows()) {
            write(
                row,
                &describe(session, view, look.reveal),
                Role::Text,
                buffer,
            );
            if at == self.cursor {
                look.select(row, buffer);
            }
        }
        if let (true, Some(session)) = (has_more, self.chosen(view.ring)) {
            let more = below(inside, list.height + 1);
            look.rule(more, buffer);
            let told = tell(session, view, look.reveal);
            let lines = told
                .iter()
                .flat_map(|line| wrap(line, more.width.saturating_sub(2)));
            look.lines(behind(below(more, 1), 1), lines, Role::Text, buffer);
        }
    }

    /// The session the cursor is on.
    pub fn chosen<'a>(&self, ring: &'a Keyring) -> Option<&'a Session> {
        ring.sessions().get(self.cursor)
    }
}

/// Columns side by side: key, account, service, region, tokens, seen, and what
/// the last answer was.
fn row(columns: [&str; 7]) -> String {
    let [key, account, service, region, tokens, seen, answer] = columns;
    format!(" {key:<10}{account:<13}{service:<12}{region:<8}{tokens:<8}{seen:<9}{answer}")
}

fn describe(session: &Session, view: &SessionsView<'_>, reveal: bool) -> String {
    let account = session.user_id.as_ref().or(session.c_user_id.as_ref());
    let account = account.map_or_else(|| "-".to_owned(), |account| hidden(account, reveal));
    let mut regions: Vec<&str> = Vec::new();
    for host in &session.hosts {
        match region_of_host(host) {
            Some(region) if !regions.contains(&region) => regions.push(region),
            _ => {}
        }
    }
    let regions = match regions[..] {
        [] => "-".to_owned(),
        _ => regions.join(","),
    };
    let ago = |at: Option<Moment>| {
        let millis = view.now?.as_millis().saturating_sub(at?.as_millis());
        Some(words::age(millis))
    };
    let seen = ago(session.last_seen).unwrap_or_else(|| "-".to_owned());
    let answer = match view.verdicts.get(&session.id()) {
        Some(verdict) => words::verdict(verdict.accepted, ago(verdict.at).as_deref()),
        None => "-".to_owned(),
    };
    row([
        &session.id().to_string(),
        &clean(&account),
        &clean(session.sid.as_deref().unwrap_or("-")),
        &regions,
        &session.service_tokens.len().to_string(),
        &seen,
        &answer,
    ])
}

/// What the columns have no room for.
fn tell(session: &Session, view: &SessionsView<'_>, reveal: bool) -> Vec<String> {
    let mut lines = vec![words::session_from(&clean(&session.origin.to_string()))];
    if !session.hosts.is_empty() {
        lines.push(words::session_hosts(&clean(&session.hosts.join(", "))));
    }
    if let Some(verdict) = view.verdicts.get(&session.id())
        && !verdict.why.is_empty()
    {
        lines.push(words::session_refused(&clean(&verdict.why)));
    }
    if reveal {
        let token = session.service_token();
        let token = token.map_or("-", |token| token.reveal());
        lines.push(format!(
            "ssecurity {}  serviceToken {}",
            session.ssecurity.encode(),
            clean(token)
        ));
    }
    lines
}

fn hidden(account: &str, reveal: bool) -> String {
    if reveal {
        account.to_owned()
    } else {
        mishark_core::redact::masked_account(account)
    }
}
