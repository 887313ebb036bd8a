//! What leaves the screen: copies, exports, pager and editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{App, Context, Effect, Export, ExportForm, Job, Pane, Progress};
use crate::tui::action::Action;
use crate::tui::asked::Ask;
use crate::tui::content::Content;
use crate::tui::effect::{Outside, SelectionForm, TextForm};
use crate::tui::parts::{Half, Tab};
use crate::tui::view::{Selection, View};
use crate::tui::words;
use mishark_core::json::Notation;
use mishark_core::text::hex_dump;
use mishark_core::workspace::FlowId;

impl App {
    /// Copies something of the flow that is shown.
    pub(super) fn copy(&mut self, action: Action) {
        let half = self.half_in_mind();
        let text_form = match action {
            Action::CopyCurl => Some(TextForm::Curl),
            Action::CopyCurlSecret => Some(TextForm::CurlSecret),
            Action::CopyMarkdown => Some(TextForm::Markdown),
            _ => None,
        };
        if let Some(form) = text_form {
            self.copy_form(form);
            return;
        }
        if self.focus == Pane::Stages
            && matches!(action, Action::CopyValue | Action::CopyLine)
            && self.copy_stage()
        {
            return;
        }
        let Some(shown) = &self.shown else {
            self.fail(words::NO_FLOW);
            return;
        };
        let view = self.detail(half).view();
        let whole = |half| shown.content(half).map(Selection::whole);
        let here = view.map(View::selection);
        let selected = match action {
            Action::CopyBody => Some((words::copy::BODY, whole(half), SelectionForm::Pretty)),
            Action::CopyBodyAsSent => {
                Some((words::copy::BODY_AS_SENT, whole(half), SelectionForm::Sent))
            }
            Action::CopyRequest => Some((
                words::copy::REQUEST,
                whole(Half::Request),
                SelectionForm::Pretty,
            )),
            Action::CopyRequestAsSent => Some((
                words::copy::REQUEST_AS_SENT,
                whole(Half::Request),
                SelectionForm::Sent,
            )),
            Action::CopyLine => Some((words::copy::VALUE_AS_SENT, here, SelectionForm::Sent)),
            Action::CopyValue => Some((words::copy::VALUE, here, SelectionForm::Pretty)),
            _ => None,
        };
        if let Some((what, selection, form)) = selected {
            match selection {
                Some(selection) => self.start(Job::Selection {
                    what,
                    selection,
                    form,
                }),
                None => self.fail(words::nothing_to_copy(what)),
            }
            return;
        }
        let (what, bytes) = match action {
            Action::CopyRaw => (words::copy::RAW, shown.raw(half)),
            Action::CopyKey => (
                words::copy::KEY,
                view.and_then(|view| view.key()).map(String::into_bytes),
            ),
            Action::CopyPath => (
                words::copy::PATH,
                view.and_then(|view| view.path(Notation::Dotted))
                    .map(String::into_bytes),
            ),
            Action::CopyJqPath => (
                words::copy::JQ_PATH,
                view.and_then(|view| view.path(Notation::Jq))
                    .map(String::into_bytes),
            ),
            _ => return,
        };
        match bytes.map(String::from_utf8) {
            Some(Ok(text)) => self.effects.push(Effect::Copy { what, text }),
            Some(Err(error)) => {
                // A clipboard holds text: other bytes go as a dump.
                let text = hex_dump(error.as_bytes(), usize::MAX);
                self.effects.push(Effect::Copy {
                    what: words::copy::HEX,
                    text,
                });
            }
            None => self.fail(words::nothing_to_copy(what)),
        }
    }

    pub(super) fn copy_form(&mut self, form: TextForm) {
        let Some(flow) = self.chosen_flow() else {
            self.fail(words::NO_FLOW);
            return;
        };
        self.start(Job::Text {
            workspace: self.rows.workspace().clone(),
            flow,
            form,
        });
    }

    /// The flow the cursor is on, if its capture is whole.
    fn chosen_flow(&self) -> Option<FlowId> {
        let id = self.rows.row(self.flows.selected()?).id;
        (id.capture < self.rows.workspace().captures().len()).then_some(id)
    }

    /// The flows an export is of: the marked ones, else those in the list.
    fn export_flows(&self) -> Vec<FlowId> {
        let loaded = self.rows.workspace().captures().len();
        let any_marked = self.rows.marked() > 0;
        let mut rows: Vec<u32> = if any_marked {
            // Numbers of rows fit, see `Rows::extend`.
            (0..self.rows.len() as u32)
                .filter(|row| self.rows.row(*row).marked)
                .collect()
        } else {
            self.flows.order().to_vec()
        };
        rows.sort_unstable();
        rows.into_iter()
            .map(|row| self.rows.row(row).id)
            .filter(|id| id.capture < loaded)
            .collect()
    }

    pub(super) fn export_menu(&mut self) {
        let flows = self.export_flows();
        if flows.is_empty() {
            self.fail(words::NOTHING_TO_EXPORT);
            return;
        }
        let about = words::exported(flows.len(), self.rows.marked() > 0);
        self.menu(Context::Export, about);
    }

    pub(super) fn choose_export(&mut self, action: Action) {
        let form = match action {
            Action::ExportHar => ExportForm::Har,
            Action::ExportMarkdown => ExportForm::Markdown,
            Action::ExportRedacted => ExportForm::Redacted,
            _ => ExportForm::Jsonl,
        };
        self.ask(Ask::Export(form));
    }

    /// A name to propose: the capture's, beside where the user is.
    pub(super) fn export_name(&self, form: ExportForm) -> String {
        let first = self.rows.files().first();
        let stem = first
            .and_then(|file| Path::new(&file.name).file_stem())
            .map_or_else(
                || "mishark".into(),
                |stem| stem.to_string_lossy().into_owned(),
            );
        let stem: String = stem
            .chars()
            .filter(|character| character.is_alphanumeric() || "-_.".contains(*character))
            .collect();
        format!("{stem}-plain.{}", form.extension())
    }

    pub(super) fn export_to(&mut self, form: ExportForm, path: PathBuf) {
        let export = Export {
            workspace: self.rows.workspace().clone(),
            flows: self.export_flows(),
            form,
            path,
            overwrite: false,
        };
        self.export = Some(export);
        self.run_export();
    }

    /// Writes the export that was asked for.
    pub(super) fn run_export(&mut self) {
        if let Some(export) = self.export.clone() {
            self.exporting = Some(Progress {
                done: 0,
                total: export.flows.len() as u64,
            });
            self.start(Job::Export(Box::new(export)));
        }
    }

    /// The body one looks at, to be shown by another program.
    fn body_in_mind(&self) -> Option<Arc<Content>> {
        let half = self.half_in_mind();
        let detail = self.detail(half);
        if self.half().is_some()
            && detail.tab() != Tab::Plaintext
            && let Some(view) = detail.view()
        {
            return Some(Arc::clone(view.content()));
        }
        self.shown.as_ref()?.content(half).cloned()
    }

    pub(super) fn outside(&mut self, how: impl FnOnce(Arc<Content>) -> Outside) {
        match self.body_in_mind() {
            Some(body) => self.effects.push(Effect::Outside(how(body))),
            None => self.fail(words::NO_BODY),
        }
    }

    pub(super) fn pipe(&mut self, command: String) {
        self.outside(|body| Outside::Pipe { command, body });
    }

    /// Prints the value under the cursor to the normal screen, where the
    /// terminal's own selection reaches all of it.
    pub(super) fn print_out(&mut self) {
        let half = self.half_in_mind();
        let selection = match self.half() {
            Some(_) => self.detail(half).view().map(View::selection),
            None => self.body_in_mind().as_ref().map(Selection::whole),
        };
        let Some(selection) = selection else {
            self.fail(words::NO_BODY);
            return;
        };
        self.effects
            .push(Effect::Outside(Outside::Print(selection)));
    }
}
