//! The tabs of the frame that request, response and stages share.

use std::ops::Range;

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::app::{App, Pane};
use crate::tui::parts::Tab;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::call;
use mishark_core::text::{clean, keep_start};

impl App {
    /// The tabs of the frame that request, response and stages share.
    fn tabs(&self) -> Vec<(Pane, String)> {
        let row = self.flows.selected();
        let number = row.map(|row| self.number_of(row));
        let call = row.map(|row| clean(call::short(&self.rows.entry(row).path)).into_owned());
        let call = call.unwrap_or_default();
        let lead = number.map_or_else(String::new, |number| {
            format!(" {number} {} ", keep_start(&call, 24))
        });
        let mut tabs = vec![(Pane::Flows, lead)];
        for (pane, word) in [
            (Pane::Request, words::tabs::REQUEST),
            (Pane::Response, words::tabs::RESPONSE),
            (Pane::Builder, words::tabs::BUILD),
            (Pane::Stages, words::tabs::STAGES),
        ] {
            let is_shown = pane == self.focus.detail();
            let tab = match pane.half().map(|half| self.detail(half).tab()) {
                Some(tab) if is_shown && tab != Tab::Plaintext => format!(":{}", words::tab(tab)),
                None if pane == Pane::Builder && self.is_edited() => "*".to_owned(),
                _ => String::new(),
            };
            let word = if is_shown {
                word.to_uppercase()
            } else {
                word.to_owned()
            };
            tabs.push((pane, format!(" [{} {word}{tab}]", pane.number())));
        }
        tabs
    }

    pub(super) fn tabs_title(&self) -> Line<'static> {
        let theme = self.settings.theme;
        let spans = self.tabs().into_iter().map(|(pane, text)| {
            let role = match pane == self.focus.detail() {
                true => Role::Focus,
                false => Role::Title,
            };
            Span::styled(text, theme.style(role))
        });
        Line::from_iter(spans)
    }

    /// Where the tabs of a shared frame are, in cells from its corner.
    pub(in crate::tui::app) fn tab_places(&self) -> Vec<(Pane, Range<u16>)> {
        let mut x = 1;
        let mut places = Vec::new();
        for (pane, text) in self.tabs() {
            let end = x + text.width() as u16;
            if pane != Pane::Flows {
                places.push((pane, x..end));
            }
            x = end;
        }
        places
    }
}
