//! The lines around the panes: header, status, hints and mode.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::tui::action::Action;
use crate::tui::app::{App, Overlay};
use crate::tui::detail::wrap;
use crate::tui::overlay;
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
                let name = name
                    .rsplit(['/', '\\'])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let name = keep_start(&name, 28).into_owned();
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
        if let Some(progress) = self.loading {
            right.push((words::loading(progress.percent()), Role::Warn));
        } else if let Some(progress) = self.sweep {
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
        if let Some(progress) = self.exporting {
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
        let left: usize = spans.iter().map(|(text, _)| text.width()).sum();
        self.write(area, &spans, buffer);
        self.write_right(area, left, &right, buffer);
        // What must be seen is never crowded out.
        if self.reveal || self.loading.is_some() {
            let width: usize = right.iter().map(|(text, _)| text.width()).sum();
            if left + width >= usize::from(area.width) {
                let x = area.right().saturating_sub(width as u16);
                self.write(
                    Rect {
                        x,
                        width: area.right() - x,
                        ..area
                    },
                    &right,
                    buffer,
                );
            }
        }
    }

    pub(super) fn status(&self, area: Rect, buffer: &mut Buffer) {
        if let Some((true, text)) = &self.message
            && area.height > 1
        {
            self.failure(text, area, buffer);
            return;
        }
        let find = self.find_status();
        let path = self
            .half()
            .and_then(|half| self.detail(half).view())
            .and_then(|view| view.path(Notation::Dotted));
        let width = usize::from(area.width);
        let right = match (&self.message, find) {
            (Some((is_failure, text)), _) => {
                let role = if *is_failure { Role::Bad } else { Role::Good };
                Some((text.clone(), role))
            }
            (None, Some(find)) => Some((find, Role::Match)),
            (None, None) => None,
        };
        let Some((text, role)) = right else {
            let path = path.unwrap_or_default();
            self.write(
                area,
                &[(
                    format!(" {}", keep_end(&path, width.saturating_sub(2))),
                    Role::Dim,
                )],
                buffer,
            );
            return;
        };
        // What was said matters more than where one is.
        let text = keep_start(&text, width.saturating_sub(2)).into_owned();
        let room = width.saturating_sub(text.width() + 4);
        let path = path.unwrap_or_default();
        let path = format!(" {}", keep_end(&path, room.saturating_sub(1)));
        let path = if room > 4 { path } else { String::new() };
        self.write(area, &[(path, Role::Dim)], buffer);
        let x = area.right().saturating_sub(text.width() as u16 + 1);
        self.write(
            Rect {
                x,
                width: area.right() - x,
                ..area
            },
            &[(text, role)],
            buffer,
        );
    }

    /// A failure in as many rows as it has, see [`App::places`].
    pub(super) fn failure(&self, text: &str, area: Rect, buffer: &mut Buffer) {
        let rows = usize::from(area.height);
        let width = usize::from(area.width).saturating_sub(2);
        let mut lines: Vec<String> = wrap(text, width).into_iter().map(Into::into).collect();
        if lines.len() > rows {
            lines.truncate(rows);
            if let Some(last) = lines.last_mut() {
                *last = keep_start(&format!("{last} …"), width).into_owned();
            }
        }
        for (line, y) in lines.into_iter().zip(area.y..) {
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            self.write(row, &[(format!(" {line}"), Role::Bad)], buffer);
        }
    }

    /// The hints that fit, each with its cells and what a click on it does.
    fn fitting_hints(&self) -> Vec<(Range<u16>, String, &'static str, Action)> {
        let mut hints = self.settings.keymap.hints(self.context());
        // Help is always there.
        let room = self.size.0;
        let mut x = 1;
        let mut fitting = Vec::new();
        let mut order: Vec<usize> = Vec::new();
        let mut used = 1;
        for (at, (_, key, word, _)) in hints.iter().enumerate() {
            let width = (key.to_string().width() + 1 + word.width() + 2) as u16;
            if used + width <= room {
                used += width;
                order.push(at);
            }
        }
        for at in order {
            let (_, key, word, action) = &mut hints[at];
            let key = key.to_string();
            let end = x + (key.width() + 1 + word.width()) as u16;
            fitting.push((x..end, key, *word, *action));
            x = end + 2;
        }
        fitting
    }

    pub(in crate::tui::app) fn hint_places(&self) -> Vec<(Range<u16>, Action)> {
        let hints = self.fitting_hints().into_iter();
        hints.map(|(range, _, _, action)| (range, action)).collect()
    }

    pub(super) fn hints(&self, area: Rect, buffer: &mut Buffer) {
        if area.height == 0 {
            return;
        }
        for (range, key, word, _) in self.fitting_hints() {
            let place = Rect {
                x: area.x + range.start,
                width: range.end - range.start,
                ..area
            };
            let spans = [(key, Role::HintKey), (format!(" {word}"), Role::HintText)];
            self.write(place, &spans, buffer);
        }
    }

    pub(super) fn mode(&self, area: Rect, buffer: &mut Buffer) {
        let mode = match self.overlays.last() {
            Some(Overlay::Prompt(prompt)) => match prompt.ask {
                overlay::Ask::Filter => words::mode::FILTER,
                overlay::Ask::Find => words::mode::FIND,
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
        let width: usize = left.iter().map(|(text, _)| text.width()).sum();
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
        self.write_right(area, width, &[(format!("{right} "), Role::Dim)], buffer);
    }
}
