//! The lines around the panes: header, status, hints and mode.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::width_of;
use crate::tui::action::{Action, Hint};
use crate::tui::app::{App, Overlay};
use crate::tui::asked::Ask;
use crate::tui::look::{behind, wrap};
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::decode::State;
use mishark_core::json::Notation;
use mishark_core::text::{clean, count, keep_end, keep_start};

impl App {
    pub(super) fn header(&self, area: Rect, buffer: &mut Buffer) {
        let files = self.rows.files();
        let name = match files {
            [] => String::new(),
            [file, rest @ ..] => {
                let name = clean(&file.name);
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = keep_start(name, 28).into_owned();
                match rest.len() {
                    0 => name,
                    more => format!("{name} +{more}"),
                }
            }
        };
        let mut spans = vec![
            (format!(" {name}"), Role::Title),
            (format!("  {}  ", count(self.rows.len(), "flow")), Role::Dim),
        ];
        let counts = self.counts();
        for state in State::ALL {
            let number = counts[state as usize];
            let always = state == State::Verified;
            if (number > 0 || always) && state != State::Foreign {
                let role = crate::tui::flows::role_of(state);
                spans.push((format!("{} {number}  ", state.letter()), role));
            }
        }
        let mut right = Vec::new();
        if let Some(progress) = self.loading.progress {
            right.push((words::loading(progress.percent()), Role::Warn));
        } else if let Some(progress) = self.sweep.progress {
            right.push((words::opening(progress.percent()), Role::Dim));
        }
        match self.following() {
            Some(true) => right.push((words::FOLLOWING.to_owned(), Role::Good)),
            Some(false) => right.push((words::LOST.to_owned(), Role::Bad)),
            None => {}
        }
        if let Some(sending) = &self.sending {
            let told = match sending.total {
                ..2 => words::SENDING.to_owned(),
                total => words::sending_of(sending.done, total),
            };
            right.push((told, Role::Warn));
        }
        if let Some(progress) = self.exporting.progress {
            right.push((words::writing(progress.percent()), Role::Warn));
        }
        let ring = self.rows.workspace().ring();
        right.push((
            format!("{}  ", count(ring.sessions().len(), "key")),
            Role::Dim,
        ));
        if self.reveal {
            right.push((format!("{} ", words::REVEALED), Role::Warn));
        } else {
            right.push((format!("{} ", words::MASKED), Role::Dim));
        }
        self.write(area, &spans, buffer);
        // What must be seen is never crowded out.
        let is_urgent = self.reveal || self.loading.progress.is_some();
        let left = (!is_urgent).then(|| width_of(&spans));
        self.write_right(area, left, &right, buffer);
    }

    pub(super) fn status(&self, area: Rect, buffer: &mut Buffer) {
        if let Some(text) = self.told.failure()
            && area.height > 1
        {
            self.failure(text, area, buffer);
            return;
        }
        let view = self.half().and_then(|half| self.detail(half).view());
        let path = view.and_then(|view| view.path(Notation::Dotted));
        let path = path.unwrap_or_default();
        let width = usize::from(area.width);
        let said = match self.told.latest() {
            Some((true, text)) => Some((text.to_owned(), Role::Bad)),
            Some((false, text)) => Some((text.to_owned(), Role::Good)),
            None => self.find_status().map(|find| (find, Role::Match)),
        };
        let Some((text, role)) = said else {
            let path = format!(" {}", keep_end(&path, width.saturating_sub(2)));
            self.write(area, &[(path, Role::Dim)], buffer);
            return;
        };
        // What was said matters more than where one is.
        let text = keep_start(&text, width.saturating_sub(2)).into_owned();
        let room = width.saturating_sub(text.width() + 4);
        if room > 4 {
            let path = format!(" {}", keep_end(&path, room - 1));
            self.write(area, &[(path, Role::Dim)], buffer);
        }
        let said = [(text, role), (" ".to_owned(), Role::Text)];
        self.write_right(area, None, &said, buffer);
    }

    /// A failure in as many rows as it has, see [`App::places`].
    pub(super) fn failure(&self, text: &str, area: Rect, buffer: &mut Buffer) {
        let rows = usize::from(area.height);
        let width = area.width.saturating_sub(2);
        let mut lines = wrap(text, width);
        if lines.len() > rows {
            lines.truncate(rows);
            if let Some(last) = lines.last_mut() {
                let cut = format!("{last} …");
                *last = keep_start(&cut, usize::from(width)).into_owned().into();
            }
        }
        let area = behind(area, 1);
        self.look(false).lines(area, lines, Role::Bad, buffer);
    }

    /// The hints that fit, each with its cells.
    fn fitting_hints(&self) -> Vec<(Range<u16>, Hint)> {
        let hints = self.settings.keymap.hints(self.context());
        let mut x = 1;
        let mut fitting = Vec::new();
        for hint in hints {
            let width = (hint.key.to_string().width() + 1 + hint.word.width()) as u16;
            if x + width + 2 <= self.size.0 {
                fitting.push((x..x + width, hint));
                x += width + 2;
            }
        }
        fitting
    }

    /// What a click on a cell of the hints does.
    pub(in crate::tui::app) fn hint_at(&self, column: u16) -> Option<Action> {
        let mut hints = self.fitting_hints().into_iter();
        let hit = hints.find(|(range, _)| range.contains(&column));
        hit.map(|(_, hint)| hint.action)
    }

    pub(super) fn hints(&self, area: Rect, buffer: &mut Buffer) {
        for (range, hint) in self.fitting_hints() {
            let key = (hint.key.to_string(), Role::HintKey);
            let word = (format!(" {}", hint.word), Role::HintText);
            self.write(behind(area, range.start), &[key, word], buffer);
        }
    }

    pub(super) fn mode(&self, area: Rect, buffer: &mut Buffer) {
        let mode = match self.overlays.last() {
            Some(Overlay::Prompt(prompt)) => match prompt.ask {
                Ask::Filter => words::mode::FILTER,
                Ask::Find => words::mode::FIND,
                _ => words::mode::INSERT,
            },
            Some(Overlay::Edit(_)) => words::mode::INSERT,
            Some(_) => words::mode::MENU,
            None if self.is_welcome() => words::mode::READY,
            None => words::mode::NORMAL,
        };
        let pending = self
            .count
            .map_or_else(String::new, |count| format!("  {count}"));
        let mut left = vec![(format!(" {mode}{pending}"), Role::Title)];
        if self.is_welcome() {
            left.push((words::offline(&self.settings.clipboard), Role::Dim));
        }
        let width = width_of(&left);
        self.write(area, &left, buffer);
        let right = match self.half().and_then(|half| self.detail(half).view()) {
            Some(view) => view.notice().unwrap_or_else(|| view.progress()),
            None => match self.flows.selected() {
                Some(row) => clean(self.rows.file(row)).into_owned(),
                None => String::new(),
            },
        };
        let room = usize::from(area.width).saturating_sub(width + 2);
        let right = keep_end(&right, room).into_owned();
        self.write_right(
            area,
            Some(width),
            &[(format!("{right} "), Role::Dim)],
            buffer,
        );
    }
}
