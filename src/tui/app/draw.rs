//! The screen as cells. Only reads.

use std::ops::Range;

use ratatui::Frame as Canvas;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{App, Context, Half, Overlay, Pane, Places};
use crate::call;
use crate::decode::State;
use crate::json::{Notation, Tree};
use crate::text::{clean, count, keep_end, keep_start};
use crate::tui::action::Action;
use crate::tui::builder::BuilderView;
use crate::tui::detail::{self, DetailView};
use crate::tui::flows::FlowsView;
use crate::tui::frame::{Frame, frame};
use crate::tui::layout::LEAST;
use crate::tui::overlay::{self, Prompt};
use crate::tui::theme::Role;
use crate::tui::view::Viewport;
use crate::tui::words;

impl App {
    /// Draws everything; tells the terminal where the caret is, if there is one.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let caret = self.render(screen, canvas.buffer_mut());
        if let Some(caret) = caret {
            canvas.set_cursor_position(caret);
        }
    }

    /// Draws everything into cells.
    pub fn render(&self, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
        let Some(places) = self.places() else {
            self.too_small(screen, buffer);
            return None;
        };
        // Drawn between a resize and its message, the places may lie outside.
        if places.mode.bottom() > screen.height || places.mode.right() > screen.width {
            return None;
        }
        if self.is_welcome() {
            self.welcome(&places, buffer);
        } else {
            self.header(places.header, buffer);
            self.panes(&places, buffer);
            self.status(places.status, buffer);
        }
        self.hints(places.hints, buffer);
        self.mode(places.mode, buffer);
        let mut caret = None;
        for popup in &self.overlays {
            caret = self.popup(popup, &places, screen, buffer);
        }
        caret
    }

    fn too_small(&self, screen: Rect, buffer: &mut Buffer) {
        let text = words::too_small(screen.width, screen.height, LEAST);
        if screen.height > 0 {
            buffer.set_stringn(
                screen.x,
                screen.y,
                text,
                usize::from(screen.width),
                self.settings.theme.style(Role::Warn),
            );
        }
    }

    fn frame_look(&self, focused: bool) -> Frame {
        Frame {
            theme: self.settings.theme,
            ascii: self.settings.ascii,
            focused,
        }
    }

    /// A pane's look: the focus is dimmed while a popup has the keys.
    fn pane_look(&self, pane: Pane) -> Frame {
        self.frame_look(self.focus == pane && self.overlays.is_empty())
    }

    /// Writes spans from left to right, as far as there is room.
    fn write(&self, area: Rect, spans: &[(String, Role)], buffer: &mut Buffer) {
        let mut x = area.x;
        for (text, role) in spans {
            let room = usize::from(area.right().saturating_sub(x));
            if room == 0 || area.height == 0 {
                return;
            }
            let (end, _) =
                buffer.set_stringn(x, area.y, text, room, self.settings.theme.style(*role));
            x = end;
        }
    }

    /// Writes spans at the right edge, if there is room beside what is left.
    fn write_right(&self, area: Rect, left: usize, spans: &[(String, Role)], buffer: &mut Buffer) {
        let width: usize = spans.iter().map(|(text, _)| text.width()).sum();
        let room = usize::from(area.width);
        if left + width < room {
            let x = area.x + (room - width) as u16;
            self.write(
                Rect {
                    x,
                    width: width as u16,
                    ..area
                },
                spans,
                buffer,
            );
        }
    }

    fn header(&self, area: Rect, buffer: &mut Buffer) {
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
            right.push((format!("LOADING {}%  ", progress.percent()), Role::Warn));
        } else if let Some(progress) = self.sweep {
            right.push((format!("opening {}%  ", progress.percent()), Role::Dim));
        }
        if self.sending {
            right.push(("SENDING  ".to_owned(), Role::Warn));
        }
        if let Some(progress) = self.exporting {
            right.push((format!("writing {}%  ", progress.percent()), Role::Warn));
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

    fn panes(&self, places: &Places, buffer: &mut Buffer) {
        if let Some(area) = places.flows {
            self.flows_pane(area, buffer);
        }
        for (half, area) in [
            (Half::Request, places.request),
            (Half::Response, places.response),
        ] {
            if let Some(area) = area {
                self.side_pane(half, area, places, buffer);
            }
        }
        if let (Some(area), Some(builder)) = (places.builder, &self.builder) {
            let title = if places.tabbed {
                self.tabs_title()
            } else {
                let edited = if builder.is_edited() {
                    "  (edited *)"
                } else {
                    ""
                };
                Line::from(format!(
                    " {} {}{edited} ",
                    Pane::Builder.number(),
                    words::BUILD
                ))
            };
            let look = self.pane_look(Pane::Builder);
            let key = |action| self.key_of(action, Context::Builder);
            let foot = format!(
                " {} send  {} dry run  {} as text ",
                key(Action::Send),
                key(Action::DryRun),
                key(Action::EditText)
            );
            let inside = frame(area, &look, title, foot, buffer);
            BuilderView {
                builder,
                ring: self.rows.workspace().ring(),
                directory: self.rows.directory(),
                endpoint: &self.endpoint,
                theme: self.settings.theme,
                ascii: self.settings.ascii,
                focused: look.focused,
                reveal: self.reveal,
            }
            .draw(inside, buffer);
        }
        if let Some(area) = places.stages {
            let title = if places.tabbed {
                self.tabs_title()
            } else {
                Line::from(format!(" {} {} ", Pane::Stages.number(), words::STAGES))
            };
            let look = self.pane_look(Pane::Stages);
            let inside = frame(area, &look, title, "", buffer);
            self.stages
                .draw(inside, look.focused, self.settings.theme, buffer);
        }
    }

    fn flows_pane(&self, area: Rect, buffer: &mut Buffer) {
        let look = self.pane_look(Pane::Flows);
        let what = if self.flows.all_traffic {
            words::ALL_TRAFFIC
        } else {
            words::ONLY_MI
        };
        let marked = if self.flows.marked_only {
            ", marked"
        } else {
            ""
        };
        let filter = if self.filter_text.is_empty() {
            format!("{what}{marked}")
        } else {
            let room = usize::from(area.width).saturating_sub(40);
            format!(
                "filter: {}  ({what}{marked})",
                keep_start(&clean(&self.filter_text), room)
            )
        };
        let title = format!(" {} {}  {filter} ", Pane::Flows.number(), words::FLOWS);
        let (by, reversed) = self.flows.sorting();
        let order = if reversed { ", reversed" } else { "" };
        let waiting = match self.flows.narrow.waiting() {
            0 => String::new(),
            waiting => format!("filtering, {waiting} to go  "),
        };
        let position = self.flows.position();
        let foot = if area.width < 60 {
            format!(" {position} ")
        } else {
            format!(" {waiting}{position}  by {}{order} ", by.name())
        };
        let inside = frame(area, &look, title, foot, buffer);
        if self.flows.is_empty() {
            self.empty_list(inside, buffer);
            return;
        }
        let view = FlowsView {
            flows: &self.flows,
            rows: &self.rows,
            theme: self.settings.theme,
            focused: look.focused,
            zone: &self.settings.zone,
            hits: self.search.as_ref().map_or(&[], |search| &search.hits),
        };
        view.draw(inside, buffer);
    }

    fn empty_list(&self, area: Rect, buffer: &mut Buffer) {
        let key = |action| self.key_of(action, Context::Flows);
        let text = if self.loading.is_some() && self.rows.is_empty() {
            words::LOADING.to_owned()
        } else if self.rows.is_empty() {
            words::NO_ENTRIES.to_owned()
        } else if self.flows.marked_only && self.rows.marked() == 0 {
            words::NOTHING_MARKED.to_owned()
        } else if !self.filter_text.is_empty() && self.flows.kept_out() > 0 {
            words::nothing_matches(
                self.flows.kept_out(),
                &self.filter_text,
                &key(Action::FilterClear),
                &key(Action::Filter),
            )
        } else {
            words::no_mi(self.rows.len(), &key(Action::ShowAll), &self.hosts())
        };
        let lines = detail::wrap(&text, usize::from(area.width.saturating_sub(2)));
        for (line, y) in lines.iter().zip(area.y..area.bottom()) {
            buffer.set_stringn(
                area.x + 1,
                y,
                line,
                usize::from(area.width.saturating_sub(1)),
                self.settings.theme.style(Role::Dim),
            );
        }
    }

    /// Some of the hosts the captures hold.
    fn hosts(&self) -> String {
        const NAMED: usize = 6;
        let mut hosts: Vec<String> = Vec::new();
        for row in 0..self.rows.len() as u32 {
            let host = clean(&self.rows.entry(row).host).into_owned();
            if !host.is_empty() && !hosts.contains(&host) {
                if hosts.len() == NAMED {
                    hosts.push("…".to_owned());
                    break;
                }
                hosts.push(host);
            }
        }
        hosts.join(", ")
    }

    fn side_pane(&self, half: Half, area: Rect, places: &Places, buffer: &mut Buffer) {
        let (pane, name) = match half {
            Half::Request => (Pane::Request, words::REQUEST),
            Half::Response => (Pane::Response, words::RESPONSE),
        };
        let look = self.pane_look(pane);
        let detail = self.detail(half);
        let title = if places.tabbed {
            self.tabs_title()
        } else {
            let call = self
                .flows
                .selected()
                .map(|row| self.title_of(row, half))
                .unwrap_or_default();
            Line::from(detail::frame_title(pane.number(), name, detail, &call))
        };
        let foot = match &self.shown {
            Some(shown) => detail::proof(shown, half, self.settings.theme),
            None => Line::default(),
        };
        let inside = frame(area, &look, title, foot, buffer);
        let ghost = |tree: &Tree<'static>, row: usize| self.rows.directory().ghost(tree, row);
        DetailView {
            detail,
            shown: self.shown.as_ref(),
            explained: &self.explained[half as usize],
            theme: self.settings.theme,
            ascii: self.settings.ascii,
            focused: look.focused,
            reveal: self.reveal,
            opening: self.opening.is_some(),
            ghost: &ghost,
            reveal_key: self.key_of(Action::Reveal, Context::Body),
        }
        .draw(inside, buffer);
    }

    /// A row's number as the list has it.
    fn number_of(&self, row: u32) -> String {
        if self.rows.is_replay(row) {
            format!(".{}", self.rows.replay_number(row))
        } else {
            self.rows.row(row).id.entry.to_string()
        }
    }

    fn title_of(&self, row: u32, half: Half) -> String {
        let entry = self.rows.entry(row);
        let number = self.number_of(row);
        match half {
            Half::Request => format!(
                "{number} {} {}",
                clean(&entry.method),
                clean(call::short(&entry.path))
            ),
            Half::Response => {
                let status = entry
                    .status
                    .map_or_else(|| "none".to_owned(), |status| status.to_string());
                format!("{number} status {status}")
            }
        }
    }

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
            (Pane::Request, "Req"),
            (Pane::Response, "Resp"),
            (Pane::Builder, "Build"),
            (Pane::Stages, "Info"),
        ] {
            let is_shown = match self.focus {
                Pane::Flows => pane == Pane::Response,
                focus => pane == focus,
            };
            let half = match pane {
                Pane::Request => Some(Half::Request),
                Pane::Response => Some(Half::Response),
                Pane::Builder | Pane::Flows | Pane::Stages => None,
            };
            let tab = half.map(|half| self.detail(half).tab());
            let tab = match tab {
                Some(tab) if is_shown && tab != detail::Tab::Plaintext => {
                    format!(":{}", tab.name())
                }
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

    fn tabs_title(&self) -> Line<'static> {
        let theme = self.settings.theme;
        let shown = match self.focus {
            Pane::Flows => Pane::Response,
            focus => focus,
        };
        let spans = self.tabs().into_iter().map(|(pane, text)| {
            let role = if pane == shown {
                Role::Focus
            } else {
                Role::Title
            };
            Span::styled(text, theme.style(role))
        });
        Line::from_iter(spans)
    }

    /// Where the tabs of a shared frame are, in cells from its corner.
    pub(super) fn tab_places(&self) -> Vec<(Pane, Range<u16>)> {
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

    /// A side's body inside its frame, below a note.
    pub(super) fn body_rect(&self, places: Option<&Places>, half: Half) -> Rect {
        let pane = match half {
            Half::Request => Pane::Request,
            Half::Response => Pane::Response,
        };
        let inside = places.map_or(Rect::ZERO, |places| places.inside(pane));
        detail::body_area(inside, self.shown.as_ref(), self.detail(half))
    }

    /// The same, as a view wants it.
    pub(super) fn body_area(&self, places: Option<&Places>, half: Half) -> Viewport {
        let area = self.body_rect(places, half);
        Viewport {
            width: area.width,
            height: area.height,
            reveal: self.reveal,
        }
    }

    fn status(&self, area: Rect, buffer: &mut Buffer) {
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

    pub(super) fn hint_places(&self) -> Vec<(Range<u16>, Action)> {
        let hints = self.fitting_hints().into_iter();
        hints.map(|(range, _, _, action)| (range, action)).collect()
    }

    fn hints(&self, area: Rect, buffer: &mut Buffer) {
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

    fn mode(&self, area: Rect, buffer: &mut Buffer) {
        let mode = match self.overlays.last() {
            Some(Overlay::Prompt(prompt)) => match prompt.ask {
                overlay::Ask::Filter => "FILTER",
                overlay::Ask::Find => "FIND",
                _ => "INSERT",
            },
            Some(Overlay::Edit { .. }) => "INSERT",
            Some(_) => "MENU",
            None if self.is_welcome() => "READY",
            None => "NORMAL",
        };
        let pending = self
            .count
            .map_or_else(String::new, |count| format!("  {count}"));
        let mut left = vec![(format!(" {mode}{pending}"), Role::Title)];
        if self.is_welcome() {
            left.push((
                format!("   offline   {}", self.settings.clipboard),
                Role::Dim,
            ));
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

    fn welcome(&self, places: &Places, buffer: &mut Buffer) {
        let area = Rect {
            y: 0,
            height: places.status.y,
            ..places.header
        };
        let look = self.frame_look(true);
        let title = format!(" mishark {} ", env!("CARGO_PKG_VERSION"));
        let inside = frame(area, &look, title, "", buffer);
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
        if !self.recent.is_empty() {
            lines.push(("Recent".to_owned(), Role::Title));
            for (at, recent) in self.recent.iter().enumerate() {
                if at == self.recent_cursor {
                    here = Some(lines.len());
                }
                lines.push((format!("  {}", clean(&words::recent(recent))), Role::Text));
            }
            lines.push((String::new(), Role::Text));
        }
        for promise in words::PROMISE {
            lines.push((promise.to_owned(), Role::Dim));
        }
        for ((at, (line, role)), y) in lines.iter().enumerate().zip(inside.y..inside.bottom()) {
            let width = usize::from(inside.width.saturating_sub(3));
            buffer.set_stringn(
                inside.x + 3,
                y,
                line,
                width,
                self.settings.theme.style(*role),
            );
            if here == Some(at) {
                let row = Rect {
                    y,
                    height: 1,
                    ..inside
                };
                buffer.set_style(row, self.settings.theme.style(Role::Selected));
            }
        }
        if let Some((is_failure, text)) = &self.message {
            let role = if *is_failure { Role::Bad } else { Role::Good };
            self.write(places.status, &[(format!(" {text}"), role)], buffer);
        }
    }

    /// The key of an action there, to be shown.
    pub(super) fn key_of(&self, action: Action, context: Context) -> String {
        let key = self.settings.keymap.first(action, context);
        key.map_or_else(|| words::action(action).to_owned(), |key| key.to_string())
    }

    fn popup(
        &self,
        popup: &Overlay,
        places: &Places,
        screen: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let look = self.frame_look(true);
        match popup {
            Overlay::Confirm { question, .. } => {
                overlay::draw_question(question, &self.settings.keymap, &look, screen, buffer);
                None
            }
            Overlay::Help(list) | Overlay::Palette(list) => Some(list.draw(&look, screen, buffer)),
            Overlay::Menu {
                context,
                cursor,
                about,
            } => {
                overlay::menu(
                    &self.settings.keymap,
                    *context,
                    *cursor,
                    about,
                    &look,
                    screen,
                    buffer,
                );
                None
            }
            Overlay::Edit { purpose, area } => {
                Some(overlay::draw_box(*purpose, area, &look, screen, buffer))
            }
            Overlay::Prompt(prompt) => Some(self.prompt(prompt, places, buffer)),
            Overlay::Reader(reader) => {
                reader.draw(&look, screen, buffer);
                None
            }
            Overlay::Sessions(sessions) => {
                let key = |action| self.key_of(action, Context::Sessions);
                let hints = format!(
                    " {} add  {} from file  {} reveal  {} close ",
                    key(Action::AddKey),
                    key(Action::AddKeyFile),
                    key(Action::Reveal),
                    key(Action::Close)
                );
                sessions.draw(
                    self.rows.workspace().ring(),
                    self.reveal,
                    &hints,
                    &look,
                    screen,
                    buffer,
                );
                None
            }
        }
    }

    /// A line that is typed, with what is wrong with it below.
    fn prompt(&self, prompt: &Prompt, places: &Places, buffer: &mut Buffer) -> Position {
        let area = places.status;
        let theme = self.settings.theme;
        // On a narrow screen the line matters more than what it is called.
        const LEAST_LINE: usize = 20;
        let room = usize::from(area.width).saturating_sub(LEAST_LINE + 3);
        let label = format!(" {}: ", keep_start(prompt.label, room));
        let width = label.width() as u16;
        let blank = " ".repeat(usize::from(area.width));
        buffer.set_string(area.x, area.y, &blank, theme.style(Role::Text));
        self.write(area, &[(label, Role::HintKey)], buffer);
        let line = Rect {
            x: area.x + width.min(area.width),
            width: area.width.saturating_sub(width),
            ..area
        };
        if let Some((_, label)) = prompt.choices.get(prompt.history) {
            let label = clean(label);
            let right = [(format!("{label} "), Role::Ghost)];
            self.write_right(area, usize::from(width) + 24, &right, buffer);
        } else if !prompt.choices.is_empty() {
            let right = [(format!("Tab: {} known ", prompt.choices.len()), Role::Ghost)];
            self.write_right(area, usize::from(width) + 24, &right, buffer);
        }
        let caret = prompt.line.draw(
            line,
            prompt.ask.is_hidden(),
            theme.style(Role::Text),
            buffer,
        );
        if let Some((carets, fault)) = &prompt.fault {
            self.fault(carets, fault, line.x, places, buffer);
        }
        caret
    }

    /// What is wrong with a typed line that begins at `x`: the carets stand
    /// under what they mean, the sentence beside them if it fits there.
    fn fault(&self, carets: &str, fault: &str, x: u16, places: &Places, buffer: &mut Buffer) {
        let style = self.settings.theme.style(Role::Bad);
        let fault = clean(fault);
        let has_hints = places.hints.height > 0;
        let below = if has_hints { places.hints } else { places.mode };
        let carets = carets.trim_end();
        let behind = match carets.width() {
            0 => 1,
            width => usize::from(x) + width + 1,
        };
        let room = usize::from(below.width).saturating_sub(behind + 1);
        let is_beside = fault.width() <= room || !has_hints;
        let mut rows = vec![below];
        if !is_beside {
            rows.push(places.mode);
        }
        for row in rows {
            let blank = " ".repeat(usize::from(row.width));
            buffer.set_string(row.x, row.y, &blank, self.settings.theme.style(Role::Text));
        }
        let width = usize::from(below.right().saturating_sub(x));
        buffer.set_stringn(x.min(below.right()), below.y, carets, width, style);
        let (at, row, room) = if is_beside {
            (behind, below, room)
        } else {
            (1, places.mode, usize::from(below.width).saturating_sub(2))
        };
        let at = row.x + u16::try_from(at).unwrap_or(u16::MAX).min(row.width);
        buffer.set_stringn(at, row.y, keep_start(&fault, room), room, style);
    }

    /// The keys that explanations name.
    pub(super) fn explaining_keys(&self) -> detail::ExplainKeys {
        let key = |action| self.key_of(action, Context::Body);
        detail::ExplainKeys {
            enter_key: key(Action::EnterKey),
            sessions: key(Action::Sessions),
            load: key(Action::Load),
            tab: key(Action::NextTab),
            stages: key(Action::Stages),
        }
    }
}
