//! What each action does.

use super::{App, Effect, Job, Lane, Overlay};
use crate::tui::action::{Action, Context};
use crate::tui::asked::Ask;
use crate::tui::detail::Detail;
use crate::tui::effect::{Drafted, Input, Outside};
use crate::tui::overlay::{Reader, Sessions};
use crate::tui::parts::Pane;
use crate::tui::parts::{Half, Tab};
use crate::tui::theme::Theme;
use crate::tui::view::Move;
use crate::tui::words;

impl App {
    pub(super) fn do_action(&mut self, action: Action, count: Option<usize>) {
        match action {
            Action::Back => self.back(),
            Action::Cancel => self.cancel_or_quit(),
            Action::Copy => self.menu(Context::Copy, String::new()),
            Action::CycleLayout => {
                self.choice.arrangement = self.choice.arrangement.next();
                self.choice.zoomed = false;
                self.tell(words::layout_is(words::arrangement(
                    self.choice.arrangement,
                )));
            }
            Action::CycleTheme => self.next_theme(),
            Action::Demo => {
                let bytes = crate::tui::DEMO.to_vec();
                let name = words::DEMO.to_owned();
                self.queue.push_back(Input::Bytes { name, bytes });
                self.load_next();
            }
            Action::Devices => self.devices(),
            Action::Editor if self.focus == Pane::Builder => self.edit_outside(),
            Action::Editor => self.outside(Outside::Editor),
            Action::EnterKey => self.ask(Ask::Key),
            Action::AddKey => self.ask(Ask::Key),
            Action::AddKeyFile => self.ask(Ask::KeyFile),
            Action::Export => self.export_menu(),
            Action::ExportHar
            | Action::ExportJsonl
            | Action::ExportMarkdown
            | Action::ExportRedacted => {
                self.choose_export(action);
            }
            Action::Filter => self.ask(Ask::Filter),
            Action::FilterClear => self.set_filter_text(String::new()),
            Action::Find => self.ask(Ask::Find),
            Action::FindNext => self.find_step(true, count.unwrap_or(1)),
            Action::FindPrevious => self.find_step(false, count.unwrap_or(1)),
            Action::GrowPane => self.resize_pane(2),
            Action::ShrinkPane => self.resize_pane(-2),
            Action::Help => self.help(),
            Action::HowToRecord => self.read(words::HOW_TO_RECORD, words::RECORDING),
            Action::Load => self.ask(Ask::Open),
            Action::Log => {
                let text = if self.log.is_empty() {
                    words::NOTHING_HERE.to_owned()
                } else {
                    self.log.join("\n")
                };
                self.overlays
                    .push(Overlay::Reader(Reader::new(words::LOG, text).at_end()));
            }
            Action::Note => self.ask(Ask::Note),
            Action::Palette => self.palette(),
            Action::Pager => self.outside(Outside::Pager),
            Action::Paste => self.paste_box(),
            Action::Pipe => self.ask(Ask::Pipe),
            Action::PrintOut => self.print_out(),
            Action::Quit => self.quit(),
            Action::Recent => self.open_recent(),
            Action::Redraw => self.effects.push(Effect::Outside(Outside::Redraw)),
            Action::Reveal => self.toggle_reveal(),
            Action::SaveSession => self.ask(Ask::Save),
            Action::Sessions => {
                // Ages are told from now on.
                self.start(Job::Now);
                self.overlays.push(Overlay::Sessions(Sessions::default()));
            }
            Action::Sort => self.menu(Context::Sort, String::new()),
            Action::Suspend => self.effects.push(Effect::Outside(Outside::Suspend)),
            Action::ToggleAscii => self.settings.ascii = !self.settings.ascii,
            Action::ToggleHints => self.choice.without_hints = !self.choice.without_hints,
            Action::ToggleMouse => {
                self.settings.mouse = !self.settings.mouse;
                let mouse = self.settings.mouse;
                self.effects.push(Effect::Outside(Outside::Mouse(mouse)));
                self.tell(if mouse {
                    words::MOUSE_OURS
                } else {
                    words::MOUSE_TERMINALS
                });
            }
            Action::Zoom => self.choice.zoomed = !self.choice.zoomed,
            Action::NewRequest => self.choose_template(),
            _ if self.is_welcome() => self.welcome_action(action),
            Action::NextPane | Action::PreviousPane => {
                self.turn_pane(action == Action::NextPane, count)
            }
            Action::PaneFlows => self.focus_on(Pane::Flows),
            Action::PaneRequest => self.focus_on(Pane::Request),
            Action::PaneResponse => self.focus_on(Pane::Response),
            Action::PaneStages => self.focus_on(Pane::Stages),
            Action::Stages => self.toggle_stages(),
            Action::PaneBuilder => {
                if self.builder.is_some() {
                    self.choice.builder = true;
                    self.focus_on(Pane::Builder);
                } else {
                    self.draft(Drafted::Build);
                }
            }
            Action::Build => self.draft(Drafted::Build),
            Action::Replay => self.draft(Drafted::Send),
            Action::ReplayMarked => self.start_batch(),
            Action::Diff => self.diff(),
            Action::ExactResend => self.exact_resend(),
            Action::SetBase => self.ask(Ask::Elsewhere),
            Action::SetProxy => self.ask(Ask::Proxy),
            Action::SetCertificates => self.ask(Ask::Certificates),
            Action::CopyScript | Action::CopyScriptJs | Action::CopyScriptShell => {
                self.copy_script(action);
            }
            Action::NextFlow | Action::PreviousFlow => {
                let height = self.flows_height();
                self.flows
                    .step(action == Action::NextFlow, count.unwrap_or(1), height);
            }
            Action::Mark => self.mark(),
            Action::CopyBody
            | Action::CopyBodyAsSent
            | Action::CopyCurl
            | Action::CopyCurlSecret
            | Action::CopyJqPath
            | Action::CopyKey
            | Action::CopyLine
            | Action::CopyMarkdown
            | Action::CopyPath
            | Action::CopyRaw
            | Action::CopyRequest
            | Action::CopyRequestAsSent
            | Action::CopyValue => self.copy(action),
            Action::ShowAll
            | Action::ShowMarked
            | Action::SortByCode
            | Action::SortByDuration
            | Action::SortByEndpoint
            | Action::SortByNumber
            | Action::SortBySize
            | Action::SortByState
            | Action::SortByTime
            | Action::SortCollapse
            | Action::SortReverse => self.list_action(action, count),
            _ => self.pane_action(action, count),
        }
    }

    fn welcome_action(&mut self, action: Action) {
        let last = self.recent.len().saturating_sub(1);
        match action {
            Action::Down => self.recent_cursor = (self.recent_cursor + 1).min(last),
            Action::Up => self.recent_cursor = self.recent_cursor.saturating_sub(1),
            _ => {}
        }
    }

    fn open_recent(&mut self) {
        if let Some(recent) = self.recent.get(self.recent_cursor) {
            self.queue.push_back(Input::Path(recent.path.clone()));
            self.load_next();
        }
    }

    /// An action on the list, whichever pane has the focus.
    fn list_action(&mut self, action: Action, count: Option<usize>) {
        let height = self.flows_height();
        self.flows.apply(action, count, height);
        match action {
            Action::ShowAll => {
                let what = if self.flows.all_traffic() {
                    words::ALL_TRAFFIC
                } else {
                    words::ONLY_MI
                };
                self.tell(words::showing(what));
            }
            Action::ShowMarked if self.flows.marked_only() && self.rows.marked() == 0 => {
                self.tell(words::NOTHING_MARKED);
            }
            _ => {}
        }
    }

    fn pane_action(&mut self, action: Action, count: Option<usize>) {
        match self.focus {
            Pane::Flows => match action {
                Action::Open | Action::In => self.enter_flow(),
                Action::Out => {}
                _ => self.list_action(action, count),
            },
            Pane::Request => self.body_action(Half::Request, action, count),
            Pane::Response => self.body_action(Half::Response, action, count),
            Pane::Builder => self.builder_action(action, count),
            Pane::Stages => match action {
                Action::Out => self.focus_on(Pane::Flows),
                _ => {
                    let places = self.places();
                    let inside = places
                        .map(|places| places.inside(Pane::Stages))
                        .unwrap_or_default();
                    self.stages.apply(action, count.unwrap_or(1), inside);
                }
            },
        }
    }

    /// From the list to the body that says most.
    pub(super) fn enter_flow(&mut self) {
        let half = self.half_in_mind();
        self.focus_on(match half {
            Half::Request => Pane::Request,
            Half::Response => Pane::Response,
        });
    }

    fn body_action(&mut self, half: Half, action: Action, count: Option<usize>) {
        let times = count.unwrap_or(1);
        match action {
            Action::NextTab | Action::PreviousTab => {
                let tab = count.and_then(|count| Tab::ALL.get(count.wrapping_sub(1)));
                self.at_tab(half, |detail, shown, reveal| match tab {
                    Some(tab) => detail.go_to(*tab, shown, reveal),
                    None => detail.turn(action == Action::NextTab, shown, reveal),
                });
                self.find_again();
                return;
            }
            _ => {}
        }
        let area = self.body_area(self.places().as_ref(), half);
        let Some(view) = self.detail_mut(half).view_mut() else {
            if action == Action::Out {
                self.focus_on(Pane::Flows);
            }
            return;
        };
        let motion = match action {
            Action::Down => Move::Down(times),
            Action::Up => Move::Up(times),
            Action::HalfDown => Move::HalfDown,
            Action::HalfUp => Move::HalfUp,
            Action::PageDown => Move::PageDown,
            Action::PageUp => Move::PageUp,
            Action::Top => count.map_or(Move::Top, Move::To),
            Action::Bottom => count.map_or(Move::Bottom, Move::To),
            Action::In => Move::In,
            Action::Out => Move::Out,
            Action::NextSibling => Move::NextSibling(times),
            Action::PreviousSibling => Move::PrevSibling(times),
            Action::Toggle => Move::Toggle,
            Action::CloseLevel => Move::Fold,
            Action::OpenLevel => Move::Unfold,
            Action::CloseDeep => Move::FoldDeep,
            Action::OpenDeep => Move::UnfoldDeep,
            Action::OpenNested => Move::Open,
            Action::ToggleRaw => Move::ToggleRaw,
            Action::ToggleWrap => Move::ToggleWrap,
            Action::ScrollLeft => Move::ScrollLeft(8 * times),
            Action::ScrollRight => Move::ScrollRight(8 * times),
            _ => return,
        };
        let moved = view.apply(motion, area);
        // Out of the outermost value is back to the list.
        if action == Action::Out && !moved {
            self.focus_on(Pane::Flows);
        }
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        if pane == Pane::Stages {
            self.choice.stages = true;
        }
        self.focus = pane;
    }

    fn turn_pane(&mut self, forward: bool, count: Option<usize>) {
        let panes: Vec<Pane> = Pane::ALL
            .into_iter()
            .filter(|pane| match pane {
                Pane::Stages => self.choice.stages,
                Pane::Builder => self.choice.builder,
                _ => true,
            })
            .collect();
        if let Some(count) = count {
            let wanted = Pane::ALL
                .into_iter()
                .find(|pane| usize::from(pane.number()) == count);
            if let Some(pane) = wanted {
                self.focus_on(pane);
            }
            return;
        }
        let at = panes
            .iter()
            .position(|pane| *pane == self.focus)
            .unwrap_or(0);
        let step = if forward { 1 } else { panes.len() - 1 };
        self.focus_on(panes[(at + step) % panes.len()]);
    }

    fn toggle_stages(&mut self) {
        self.choice.stages = !self.choice.stages;
        let is_tabbed = self.places().is_some_and(|places| places.tabbed);
        if self.choice.stages {
            // Where panes share one place, it has to be looked at to be seen.
            if is_tabbed || self.places().is_some_and(|places| places.stages.is_none()) {
                self.focus = Pane::Stages;
            }
        } else if self.focus == Pane::Stages {
            self.focus = Pane::Response;
        }
    }

    fn resize_pane(&mut self, cells: i16) {
        match self.focus {
            Pane::Flows | Pane::Stages => self.choice.list = self.choice.list.saturating_add(cells),
            Pane::Request => self.choice.request = self.choice.request.saturating_add(cells),
            Pane::Builder | Pane::Response => {
                self.choice.request = self.choice.request.saturating_sub(cells)
            }
        }
    }

    fn next_theme(&mut self) {
        let themes = Theme::ALL;
        let at = themes
            .iter()
            .position(|theme| *theme == self.settings.theme);
        self.settings.theme = themes[(at.unwrap_or(0) + 1) % themes.len()];
        self.tell(words::theme_is(self.settings.theme.name()));
    }

    fn toggle_reveal(&mut self) {
        self.reveal = !self.reveal;
        for half in Half::BOTH {
            self.at_tab(half, Detail::revealed);
        }
        self.find_again();
        self.show_stages();
    }

    fn mark(&mut self) {
        if let Some(row) = self.flows.selected() {
            self.rows.toggle_mark(row);
            self.marks_changed();
            let height = self.flows_height();
            self.flows.step(true, 1, height);
        }
    }

    /// A mark or a note is another: what looks at them looks again.
    pub(super) fn marks_changed(&mut self) {
        if self.flows.marked_only() {
            self.flows.invalidate();
        }
        let filter = self.flows.narrow.filter();
        if filter.is_some_and(|filter| filter.needs_marks()) {
            let text = self.filter_text.clone();
            self.set_filter_text(text);
        }
    }

    /// One step back: end the find, leave zoom, go to the list. Never quits.
    fn back(&mut self) {
        if self.cancel_work() {
            return;
        }
        if self.clear_find() {
            return;
        }
        if self.choice.zoomed {
            self.choice.zoomed = false;
        } else if self.focus == Pane::Builder {
            // The draft stays; it is one key away.
            self.choice.builder = false;
            self.focus = Pane::Flows;
        } else if self.focus != Pane::Flows {
            self.focus = Pane::Flows;
        } else if self.flows.marked_only() {
            self.flows.set_marked_only(false);
        }
    }

    /// Ends what is under way; tells whether anything was.
    fn cancel_work(&mut self) -> bool {
        if self.cancel_sending() {
            return true;
        }
        if self.loading.is_some() {
            self.queue.clear();
            self.cancel(Lane::Load);
            return true;
        }
        if self.exporting.is_some() {
            self.cancel(Lane::Export);
            return true;
        }
        if self.search.as_ref().is_some_and(|search| !search.complete) {
            self.cancel(Lane::Search);
            if let Some(search) = &mut self.search {
                search.complete = true;
                search.upto = None;
            }
            self.tell(words::SEARCH_STOPPED);
            return true;
        }
        false
    }

    fn cancel_or_quit(&mut self) {
        if !self.overlays.is_empty() {
            self.overlays.pop();
        } else if !self.cancel_work() {
            self.quit();
        }
    }
}
