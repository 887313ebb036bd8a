//! What each action does: one map, in which no arm hangs on its place.

use super::{App, Job, Lane, Overlay};
use crate::tui::action::{Action, Context};
use crate::tui::asked::{Ask, ExportForm};
use crate::tui::detail::Detail;
use crate::tui::effect::{Drafted, Input, Outside, SelectionForm, TextForm};
use crate::tui::overlay::Sessions;
use crate::tui::parts::{Half, Pane};
use crate::tui::theme::Theme;
use crate::tui::words;
use mishark_core::replay::Language;

impl App {
    pub(super) fn do_action(&mut self, action: Action, count: Option<usize>) {
        use words::copy;
        let times = count.unwrap_or(1);
        match action {
            // The program.
            Action::Back => self.back(),
            Action::Cancel => self.cancel_or_quit(),
            Action::CycleTheme => self.next_theme(),
            Action::Help => self.help(),
            Action::HowToRecord => self.read(words::HOW_TO_RECORD, words::RECORDING),
            Action::Log => self.show_log(),
            Action::Palette => self.palette(),
            Action::Quit => self.quit(),
            Action::Redraw => self.wish(Outside::Redraw),
            Action::Reveal => self.toggle_reveal(),
            Action::Suspend => self.wish(Outside::Suspend),
            Action::ToggleAscii => self.settings.ascii = !self.settings.ascii,
            Action::ToggleMouse => self.toggle_mouse(),
            // Captures and keys.
            Action::AddKey | Action::EnterKey => self.ask(Ask::Key),
            Action::AddKeyFile => self.ask(Ask::KeyFile),
            Action::Demo => self.open(Input::Bytes {
                name: words::DEMO.to_owned(),
                bytes: crate::tui::DEMO.to_vec(),
            }),
            Action::Load => self.ask(Ask::Open),
            Action::Paste => self.paste_box(),
            Action::Recent => self.open_recent(),
            Action::SaveSession => self.ask(Ask::Save),
            Action::Sessions => {
                // Ages are told from now on.
                self.start(Job::Now);
                self.overlays.push(Overlay::Sessions(Sessions::default()));
            }
            // Panes.
            Action::CycleLayout => self.next_layout(),
            Action::GrowPane => self.resize_pane(2),
            Action::NextPane => self.turn_pane(true, count),
            Action::PaneBuilder => self.go_to_builder(),
            Action::PaneFlows => self.focus_on(Pane::Flows),
            Action::PaneRequest => self.focus_on(Pane::Request),
            Action::PaneResponse => self.focus_on(Pane::Response),
            Action::PaneStages => self.focus_on(Pane::Stages),
            Action::PreviousPane => self.turn_pane(false, count),
            Action::ShrinkPane => self.resize_pane(-2),
            Action::Stages => self.toggle_stages(),
            Action::ToggleHints => self.choice.without_hints = !self.choice.without_hints,
            Action::Zoom => self.choice.zoomed = !self.choice.zoomed,
            // The list.
            Action::Devices => self.devices(),
            Action::Filter => self.ask(Ask::Filter),
            Action::FilterClear => self.set_filter_text(String::new()),
            Action::Find => self.ask(Ask::Find),
            Action::FindNext => self.find_step(true, times),
            Action::FindPrevious => self.find_step(false, times),
            Action::Mark => self.mark(),
            Action::NextFlow => self.step_flow(true, times),
            Action::Note => self.ask(Ask::Note),
            Action::PreviousFlow => self.step_flow(false, times),
            Action::ShowAll => {
                self.at_list(action, count);
                self.tell(words::showing(words::traffic(self.flows.all_traffic())));
            }
            Action::ShowMarked => {
                self.at_list(action, count);
                if self.flows.marked_only() && self.rows.marked() == 0 {
                    self.tell(words::NOTHING_MARKED);
                }
            }
            Action::Sort => self.menu(Context::Sort, String::new()),
            Action::SortByCode
            | Action::SortByDuration
            | Action::SortByEndpoint
            | Action::SortByNumber
            | Action::SortBySize
            | Action::SortByState
            | Action::SortByTime
            | Action::SortCollapse
            | Action::SortReverse => self.at_list(action, count),
            // What leaves the screen.
            Action::Copy => self.menu(Context::Copy, String::new()),
            Action::CopyBody => self.copy_body(None, copy::BODY, SelectionForm::Pretty),
            Action::CopyBodyAsSent => self.copy_body(None, copy::BODY_AS_SENT, SelectionForm::Sent),
            Action::CopyCurl => self.copy_form(TextForm::Curl),
            Action::CopyCurlSecret => self.copy_form(TextForm::CurlSecret),
            Action::CopyJqPath => self.copy_path(copy::JQ_PATH),
            Action::CopyKey => self.copy_key(),
            Action::CopyLine => self.copy_here(copy::VALUE_AS_SENT, SelectionForm::Sent),
            Action::CopyMarkdown => self.copy_form(TextForm::Markdown),
            Action::CopyPath => self.copy_path(copy::PATH),
            Action::CopyRaw => self.copy_raw(),
            Action::CopyRequest => {
                self.copy_body(Some(Half::Request), copy::REQUEST, SelectionForm::Pretty);
            }
            Action::CopyRequestAsSent => {
                self.copy_body(
                    Some(Half::Request),
                    copy::REQUEST_AS_SENT,
                    SelectionForm::Sent,
                );
            }
            Action::CopyScript => self.copy_script(Language::Python),
            Action::CopyScriptJs => self.copy_script(Language::JavaScript),
            Action::CopyScriptShell => self.copy_script(Language::Shell),
            Action::CopyValue => self.copy_here(copy::VALUE, SelectionForm::Pretty),
            Action::Editor => self.open_editor(),
            Action::Export => self.export_menu(),
            Action::ExportHar => self.ask(Ask::Export(ExportForm::Har)),
            Action::ExportJsonl => self.ask(Ask::Export(ExportForm::Jsonl)),
            Action::ExportMarkdown => self.ask(Ask::Export(ExportForm::Markdown)),
            Action::ExportRedacted => self.ask(Ask::Export(ExportForm::Redacted)),
            Action::Pager => self.outside(Outside::Pager),
            Action::Pipe => self.ask(Ask::Pipe),
            Action::PrintOut => self.print_out(),
            // What is sent.
            Action::Build => self.draft(Drafted::Build),
            Action::Diff => self.diff(),
            Action::ExactResend => self.exact_resend(),
            Action::NewRequest => self.choose_template(),
            Action::Replay => self.draft(Drafted::Send),
            Action::ReplayMarked => self.start_batch(),
            Action::SetBase => self.ask(Ask::Elsewhere),
            Action::SetCertificates => self.ask(Ask::Certificates),
            Action::SetProxy => self.ask(Ask::Proxy),
            // Moves, and what else the pane that has the focus knows.
            _ => self.at_pane(action, count),
        }
    }

    fn show_log(&mut self) {
        self.overlays.push(Overlay::Reader(self.told.log()));
    }

    fn toggle_mouse(&mut self) {
        let mouse = !self.settings.mouse;
        self.settings.mouse = mouse;
        self.wish(Outside::Mouse(mouse));
        self.tell(match mouse {
            true => words::MOUSE_OURS,
            false => words::MOUSE_TERMINALS,
        });
    }

    fn next_layout(&mut self) {
        let next = self.choice.arrangement.next();
        self.choice.arrangement = next;
        self.choice.zoomed = false;
        self.tell(words::layout_is(words::arrangement(next)));
    }

    fn next_theme(&mut self) {
        let at = Theme::ALL
            .iter()
            .position(|one| *one == self.settings.theme);
        let theme = Theme::ALL[(at.unwrap_or(0) + 1) % Theme::ALL.len()];
        self.settings.theme = theme;
        self.tell(words::theme_is(theme.name()));
    }

    fn toggle_reveal(&mut self) {
        self.reveal = !self.reveal;
        for half in Half::BOTH {
            self.at_tab(half, Detail::revealed);
        }
        self.find_again();
        self.stages.rewrite(self.reveal);
        self.fit_stages();
    }

    fn mark(&mut self) {
        if let Some(row) = self.flows.selected() {
            self.rows.toggle_mark(row);
            self.marks_changed();
            self.step_flow(true, 1);
        }
    }

    /// A mark or a note is another: what looks at them looks again.
    pub(super) fn marks_changed(&mut self) {
        if self.flows.marked_only() {
            self.flows.invalidate();
        }
        let filter = self.flows.narrow.filter();
        if filter.is_some_and(|filter| filter.needs_marks()) {
            self.set_filter_text(self.filtering.text.clone());
        }
    }

    /// One step back: end the find, leave zoom, go to the list. Never quits.
    fn back(&mut self) {
        if self.cancel_work() || self.clear_find() {
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
        if self.loading.progress.is_some() {
            self.loading.queue.clear();
            self.cancel(Lane::Load);
            return true;
        }
        if self.exporting.progress.is_some() {
            self.cancel(Lane::Export);
            return true;
        }
        let search = self.finding.search.as_mut();
        if let Some(search) = search.filter(|search| !search.complete) {
            search.stop();
            self.cancel(Lane::Search);
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
