//! What leaves the screen: copies, exports, pager and editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{App, Context, Job, Pane};
use crate::tui::asked::ExportForm;
use crate::tui::content::Content;
use crate::tui::effect::{Export, Outside, SelectionForm, TextForm};
use crate::tui::parts::{Half, Tab};
use crate::tui::view::{Selection, View};
use crate::tui::words;
use mishark_core::json::Notation;
use mishark_core::text::hex_dump;
use mishark_core::workspace::FlowId;

impl App {
    /// Copies a plaintext; without a side, that of the side one looks at.
    pub(super) fn copy_body(
        &mut self,
        half: Option<Half>,
        what: &'static str,
        form: SelectionForm,
    ) {
        let half = half.unwrap_or_else(|| self.half_in_mind());
        let shown = self.shown.as_ref();
        let content = shown.and_then(|shown| shown.content(half));
        let selection = content.map(Selection::whole);
        self.copy_selection(what, selection, form);
    }

    /// Copies what the cursor is on: a value, a line, a stage.
    pub(super) fn copy_here(&mut self, what: &'static str, form: SelectionForm) {
        if self.focus == Pane::Stages && self.copy_stage() {
            return;
        }
        let selection = self.view_in_mind().map(View::selection);
        self.copy_selection(what, selection, form);
    }

    fn copy_selection(
        &mut self,
        what: &'static str,
        selection: Option<Selection>,
        form: SelectionForm,
    ) {
        match selection {
            Some(selection) => self.start(Job::Selection {
                what,
                selection,
                form,
            }),
            None => self.nothing_to_copy(what),
        }
    }

    pub(super) fn copy_key(&mut self) {
        let key = self.view_in_mind().and_then(View::key);
        self.copy_text(words::copy::KEY, key.map(String::into_bytes));
    }

    pub(super) fn copy_path(&mut self, what: &'static str) {
        let notation = match what {
            words::copy::JQ_PATH => Notation::Jq,
            _ => Notation::Dotted,
        };
        let path = self.view_in_mind().and_then(|view| view.path(notation));
        self.copy_text(what, path.map(String::into_bytes));
    }

    pub(super) fn copy_raw(&mut self) {
        let half = self.half_in_mind();
        let raw = self.shown.as_ref().and_then(|shown| shown.raw(half));
        self.copy_text(words::copy::RAW, raw);
    }

    fn copy_text(&mut self, what: &'static str, bytes: Option<Vec<u8>>) {
        let (what, text) = match bytes.map(String::from_utf8) {
            Some(Ok(text)) => (what, text),
            // A clipboard holds text: other bytes go as a dump.
            Some(Err(error)) => (words::copy::HEX, hex_dump(error.as_bytes(), usize::MAX)),
            None => return self.nothing_to_copy(what),
        };
        self.wish(Outside::Copy { what, text });
    }

    fn nothing_to_copy(&mut self, what: &str) {
        match self.shown {
            Some(_) => self.fail(words::nothing_to_copy(what)),
            None => self.fail(words::NO_FLOW),
        }
    }

    fn view_in_mind(&self) -> Option<&View> {
        self.detail(self.half_in_mind()).view()
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
        self.exporting.wanted = Some(export);
        self.run_export();
    }

    /// Writes the export that was asked for.
    pub(super) fn run_export(&mut self) {
        if let Some(export) = self.exporting.begin() {
            self.start(Job::Export(Box::new(export)));
        }
    }

    /// What is edited goes to `$EDITOR` to be taken back, what is read to be shown.
    pub(super) fn open_editor(&mut self) {
        match self.focus {
            Pane::Builder => self.edit_outside(),
            _ => self.outside(Outside::Editor),
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
            Some(body) => self.wish(how(body)),
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
        self.wish(Outside::Print(selection));
    }
}
