//! The sessions: which logins are known, where they come from, and what the
//! cloud thought of them last.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{clear, middle};
use crate::tui::detail::wrap;
use crate::tui::frame::{Frame, frame};
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
    /// Whether secrets are shown.
    pub reveal: bool,
    /// The keys at the foot.
    pub hints: &'a str,
}

impl Sessions {
    /// Moves the cursor.
    pub fn step(&mut self, forward: bool, lines: usize, ring: &Keyring) {
        let last = ring.sessions().len().saturating_sub(1);
        self.cursor = if forward {
            (self.cursor + lines).min(last)
        } else {
            self.cursor.saturating_sub(lines)
        };
    }

    /// Draws it; secrets only if they are to be seen.
    pub fn draw(&self, view: &SessionsView<'_>, look: &Frame, screen: Rect, buffer: &mut Buffer) {
        let area = middle(screen, 110, screen.height.saturating_sub(4).min(24));
        clear(area, buffer);
        let sessions = view.ring.sessions();
        let title = words::sessions(sessions.len());
        let inside = frame(area, look, title, view.hints.to_owned(), buffer);
        let width = usize::from(inside.width);
        let mut write = |y: u16, text: &str, role: Role| {
            let text = keep_start(text, width);
            buffer.set_stringn(inside.x, y, &text, width, look.theme.style(role));
        };
        if sessions.is_empty() {
            for (line, y) in wrap(words::NO_KEYS, width.saturating_sub(2))
                .iter()
                .zip(inside.y..inside.bottom())
            {
                write(y, &format!(" {line}"), Role::Dim);
            }
            return;
        }
        if inside.height == 0 {
            return;
        }
        write(inside.y, &row(words::SESSION_COLUMNS), Role::Dim);
        let more = if inside.height > 2 * MORE_ROWS {
            MORE_ROWS
        } else {
            0
        };
        let bottom = inside.bottom() - more;
        let height = usize::from(bottom - inside.y - 1);
        let top = (self.cursor + 1).saturating_sub(height);
        let in_sight = sessions.iter().enumerate().skip(top);
        let mut chosen = None;
        for ((at, session), y) in in_sight.zip(inside.y + 1..bottom) {
            write(y, &describe(session, view), Role::Text);
            if at == self.cursor {
                chosen = Some(Rect {
                    y,
                    height: 1,
                    ..inside
                });
            }
        }
        if more > 0
            && let Some(session) = self.chosen(view.ring)
        {
            let rule = if look.ascii { "-" } else { "─" }.repeat(width);
            write(bottom, &rule, Role::Border);
            let lines = tell(session, view).into_iter();
            let lines: Vec<String> = lines
                .flat_map(|line| {
                    let wrapped = wrap(&line, width.saturating_sub(2));
                    let owned = wrapped.into_iter().map(|line| format!(" {line}"));
                    owned.collect::<Vec<_>>()
                })
                .collect();
            for (line, y) in lines.iter().zip(bottom + 1..inside.bottom()) {
                write(y, line, Role::Text);
            }
        }
        if let Some(row) = chosen {
            buffer.set_style(row, look.theme.style(Role::Selected));
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

fn describe(session: &Session, view: &SessionsView<'_>) -> String {
    let account = session.user_id.as_ref().or(session.c_user_id.as_ref());
    let account = account.map_or_else(|| "-".to_owned(), |account| hidden(account, view.reveal));
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
fn tell(session: &Session, view: &SessionsView<'_>) -> Vec<String> {
    let mut lines = vec![words::session_from(&clean(&session.origin.to_string()))];
    if !session.hosts.is_empty() {
        lines.push(words::session_hosts(&clean(&session.hosts.join(", "))));
    }
    if let Some(verdict) = view.verdicts.get(&session.id())
        && !verdict.why.is_empty()
    {
        lines.push(words::session_refused(&clean(&verdict.why)));
    }
    if view.reveal {
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
        mishark_core::text::mask(account)
    }
}
