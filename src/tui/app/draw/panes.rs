//! The panes: their frames and titles, and what stands in an empty list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::action::Action;
use crate::tui::app::{App, Context, Half, Pane, Places};
use crate::tui::builder::BuilderView;
use crate::tui::detail::{self, DetailView};
use crate::tui::flows::FlowsView;
use crate::tui::look::{behind, wrap};
use crate::tui::theme::Role;
use crate::tui::view::Viewport;
use crate::tui::words;
use mishark_core::call;
use mishark_core::decode::State;
use mishark_core::json::Tree;
use mishark_core::text::{clean, keep_start};

impl App {
    pub(super) fn panes(&self, places: &Places, buffer: &mut Buffer) {
        for pane in Pane::ALL {
            if let Some(area) = places.of(pane) {
                match (pane.half(), pane) {
                    (Some(half), _) => self.side_pane(half, area, places, buffer),
                    (None, Pane::Builder) => self.builder_pane(area, places, buffer),
                    (None, Pane::Stages) => self.stages_pane(area, places, buffer),
                    (None, _) => self.flows_pane(area, buffer),
                }
            }
        }
    }

    /// The title of a pane: its own, or the tabs of the frame it shares.
    fn title(&self, places: &Places, own: impl FnOnce() -> String) -> Line<'static> {
        match places.tabbed {
            true => self.tabs_title(),
            false => Line::from(own()),
        }
    }

    fn builder_pane(&self, area: Rect, places: &Places, buffer: &mut Buffer) {
        let Some(builder) = &self.builder else { return };
        let title = || words::build_title(Pane::Builder.number(), builder.is_edited());
        let look = self.pane_look(Pane::Builder);
        let key = |action| self.key_of(action, Context::Builder);
        let foot = words::build_keys(
            &key(Action::Send),
            &key(Action::DryRun),
            &key(Action::EditText),
        );
        let inside = look.frame(area, self.title(places, title), foot, buffer);
        BuilderView {
            builder,
            ring: self.rows.workspace().ring(),
            directory: self.rows.directory(),
            endpoint: &self.endpoint,
            look,
            edit_key: key(Action::Edit),
        }
        .draw(inside, buffer);
    }

    fn stages_pane(&self, area: Rect, places: &Places, buffer: &mut Buffer) {
        let title = || format!(" {} {} ", Pane::Stages.number(), words::STAGES);
        let look = self.pane_look(Pane::Stages);
        let inside = look.frame(area, self.title(places, title), "", buffer);
        self.stages.draw(inside, &look, buffer);
    }

    fn flows_pane(&self, area: Rect, buffer: &mut Buffer) {
        let look = self.pane_look(Pane::Flows);
        let what = words::traffic(self.flows.all_traffic());
        let room = usize::from(area.width).saturating_sub(40);
        let filter = clean(&self.filtering.text);
        let shown = words::flows_shown(what, self.flows.marked_only(), &keep_start(&filter, room));
        let title = format!(" {} {}  {shown} ", Pane::Flows.number(), words::FLOWS);
        let (by, reversed) = self.flows.sorting();
        let position = self.flows.position();
        let foot = if area.width < 60 {
            format!(" {position} ")
        } else {
            let waiting = self.flows.narrow.waiting();
            words::flows_foot(&position, words::order(by), reversed, waiting)
        };
        let inside = look.frame(area, title, foot, buffer);
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
            hits: self
                .finding
                .search
                .as_ref()
                .map_or(&[], |search| &search.hits),
        };
        view.draw(inside, buffer);
    }

    fn empty_list(&self, area: Rect, buffer: &mut Buffer) {
        if self.flows.is_stale() {
            return;
        }
        let key = |action| self.key_of(action, Context::Flows);
        let text = if self.loading.progress.is_some() && self.rows.is_empty() {
            words::LOADING.to_owned()
        } else if self.rows.is_empty() {
            words::NO_ENTRIES.to_owned()
        } else if self.flows.marked_only() && self.rows.marked() == 0 {
            words::NOTHING_MARKED.to_owned()
        } else if !self.filtering.text.is_empty() && self.flows.kept_out() > 0 {
            words::nothing_matches(
                self.flows.kept_out(),
                &self.filtering.text,
                &key(Action::FilterClear),
                &key(Action::Filter),
            )
        } else {
            words::no_mi(self.rows.len(), &key(Action::ShowAll), &self.hosts())
        };
        let lines = wrap(&text, area.width.saturating_sub(2));
        let look = self.look(false);
        look.lines(behind(area, 1), lines, Role::Dim, buffer);
    }

    /// Some of the hosts the captures hold.
    fn hosts(&self) -> String {
        const NAMED: usize = 6;
        let hosts = self.rows.hosts().iter();
        let mut named = hosts.filter(|host| !host.is_empty());
        let mut text: Vec<_> = named.by_ref().take(NAMED).map(|host| clean(host)).collect();
        if named.next().is_some() {
            text.push("…".into());
        }
        text.join(", ")
    }

    fn side_pane(&self, half: Half, area: Rect, places: &Places, buffer: &mut Buffer) {
        let pane = half.pane();
        let look = self.pane_look(pane);
        let detail = self.detail(half);
        let title = || {
            let call = self.flows.selected().map(|row| self.title_of(row, half));
            detail::frame_title(detail, &call.unwrap_or_default())
        };
        let title = self.title(places, title);
        let foot = match &self.shown {
            Some(shown) => detail::proof(shown, half, self.settings.theme),
            None => Line::default(),
        };
        let inside = look.frame(area, title, foot, buffer);
        let note = |tree: &Tree<'static>, row: usize| self.rows.directory().annotate(tree, row);
        DetailView {
            detail,
            shown: self.shown.as_deref(),
            waiting: self.rows.count(State::Locked),
            look,
            opening: self.opening.is_some(),
            note: &note,
            keymap: &self.settings.keymap,
        }
        .draw(inside, buffer);
    }

    /// A row's number as the list has it.
    pub(in crate::tui::app) fn number_of(&self, row: u32) -> String {
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
                format!("{number} {}", words::status(entry.status))
            }
        }
    }

    /// A side's body inside its frame, below a note.
    pub(in crate::tui::app) fn body_rect(&self, places: Option<&Places>, half: Half) -> Rect {
        let inside = places.map_or(Rect::ZERO, |places| places.inside(half.pane()));
        detail::body_area(inside, self.shown.as_deref(), self.detail(half))
    }

    /// The same, as a view wants it.
    pub(in crate::tui::app) fn body_area(&self, places: Option<&Places>, half: Half) -> Viewport {
        let area = self.body_rect(places, half);
        Viewport {
            width: area.width,
            height: area.height,
            reveal: self.reveal,
        }
    }
}
