//! The sessions: which keys are known, and where they come from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{clear, middle};
use crate::session::{Keyring, Session};
use crate::text::{clean, keep_start};
use crate::tui::frame::{Frame, frame};
use crate::tui::theme::Role;

/// Where one is in the list.
#[derive(Debug, Default)]
pub struct Sessions {
    cursor: usize,
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
    pub fn draw(
        &self,
        ring: &Keyring,
        reveal: bool,
        hints: &str,
        look: &Frame,
        screen: Rect,
        buffer: &mut Buffer,
    ) {
        let area = middle(screen, 110, screen.height.saturating_sub(4).min(24));
        clear(area, buffer);
        let title = format!(
            " Sessions  {} ",
            crate::text::count(ring.sessions().len(), "key")
        );
        let inside = frame(area, look, title, hints.to_owned(), buffer);
        let width = usize::from(inside.width);
        if ring.sessions().is_empty() {
            let text = "No key is known. A form with ssecurity, a login, or a key file brings one.";
            if inside.height > 0 {
                buffer.set_stringn(
                    inside.x + 1,
                    inside.y,
                    text,
                    width.saturating_sub(1),
                    look.theme.style(Role::Dim),
                );
            }
            return;
        }
        let heading = format!(
            " {:<10}{:<12}{:<14}{:<8}from",
            "key", "service", "account", "tokens"
        );
        buffer.set_stringn(
            inside.x,
            inside.y,
            &heading,
            width,
            look.theme.style(Role::Dim),
        );
        let height = usize::from(inside.height.saturating_sub(1));
        let top = (self.cursor + 1).saturating_sub(height);
        let sessions = ring.sessions().iter().enumerate().skip(top);
        for ((at, session), y) in sessions.zip(inside.y + 1..inside.bottom()) {
            let line = describe(session, reveal);
            let line = keep_start(&line, width);
            buffer.set_stringn(inside.x, y, &line, width, look.theme.style(Role::Text));
            if at == self.cursor {
                let row = Rect {
                    y,
                    height: 1,
                    ..inside
                };
                buffer.set_style(row, look.theme.style(Role::Selected));
            }
        }
    }

    /// The session the cursor is on.
    pub fn chosen<'a>(&self, ring: &'a Keyring) -> Option<&'a Session> {
        ring.sessions().get(self.cursor)
    }
}

fn describe(session: &Session, reveal: bool) -> String {
    let account = session.user_id.as_ref().or(session.c_user_id.as_ref());
    let account = account.map_or_else(
        || "-".to_owned(),
        |account| {
            if reveal {
                account.clone()
            } else {
                crate::text::mask(account)
            }
        },
    );
    let key = if reveal {
        session.ssecurity.encode()
    } else {
        session.id().to_string()
    };
    format!(
        " {key:<10}{:<12}{:<14}{:<8}{}",
        clean(session.sid.as_deref().unwrap_or("-")),
        clean(&account),
        session.service_tokens.len(),
        clean(&session.origin.to_string()),
    )
}
