//! The screen of a start without a capture.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::tui::action::Action;
use crate::tui::app::{App, Context, Places};
use crate::tui::look::behind;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::text::{clean, keep_end};

impl App {
    pub(super) fn welcome(&self, places: &Places, buffer: &mut Buffer) {
        let area = Rect {
            y: 0,
            height: places.status.y,
            ..places.header
        };
        let look = self.look(true);
        let title = format!(" mishark {} ", env!("CARGO_PKG_VERSION"));
        let inside = look.frame(area, title, "", buffer);
        let width = usize::from(inside.width.saturating_sub(3));
        let key = |action| self.key_of(action, Context::Welcome);
        let mut lines: Vec<(String, Role)> = vec![(String::new(), Role::Text)];
        let text = words::welcome(
            &key(Action::Load),
            &key(Action::Paste),
            &key(Action::Demo),
            &key(Action::Help),
            &key(Action::HowToRecord),
        );
        lines.extend(text.into_iter().map(|line| (line, Role::Text)));
        lines.push((String::new(), Role::Text));
        let mut here = None;
        if !self.recent.captures.is_empty() {
            lines.push((words::RECENT.to_owned(), Role::Title));
            for (at, recent) in self.recent.captures.iter().enumerate() {
                if at == self.recent.cursor {
                    here = Some(lines.len());
                }
                let facts = words::recent(recent);
                let room = width.saturating_sub(facts.width() + 6);
                let path = clean(&recent.path.display().to_string()).into_owned();
                let path = keep_end(&path, room);
                lines.push((format!("  {path}  {facts}"), Role::Text));
            }
            lines.push((String::new(), Role::Text));
        }
        for promise in words::PROMISE {
            lines.push((promise.to_owned(), Role::Dim));
        }
        for ((at, (line, role)), row) in lines.iter().enumerate().zip(inside.rows()) {
            look.text(behind(row, 3), line, *role, buffer);
            if here == Some(at) {
                look.select(row, buffer);
            }
        }
        if let Some(text) = self.told.failure() {
            self.failure(text, places.status, buffer);
        } else if let Some((_, text)) = self.told.latest() {
            let text = format!(" {text}");
            self.write(places.status, &[(text, Role::Good)], buffer);
        }
    }
}
