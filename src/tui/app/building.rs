//! The builder: from a flow to a draft, signed, sent, and compared.
//!
//! ```text
//! flow, template ──▶ draft ──editing──▶ draft ──sign──▶ shown, or asked and sent
//!                                                         └─▶ its answer, compared
//! ```

use std::path::PathBuf;

use super::moving::motion;
use super::{App, Confirmed, Job, Overlay, Pane};
use crate::tui::action::Action;
use crate::tui::asked::BoxFor;
use crate::tui::builder::{Builder, Part};
use crate::tui::effect::{Build, Drafted, Outside, Signing};
use crate::tui::view::Viewport;
use crate::tui::words;
use mishark_core::replay::{Draft, Language, NoDraft};

mod answered;
mod batch;
mod choosing;
mod comparing;
mod dry_run;
mod editing;
mod sending;

/// The path of a call that is yet to be written.
const EMPTY_PATH: &str = "/app/";

impl App {
    pub(super) fn builder_action(&mut self, action: Action, count: Option<usize>) {
        let viewport = self.builder_viewport();
        let Some(builder) = &mut self.builder else {
            return;
        };
        match action {
            Action::DryRun => self.sign(Signing::Show),
            Action::Edit => self.edit_part(),
            Action::EditText => self.edit_box(BoxFor::Data),
            Action::Restore if builder.is_edited() => builder.restore(),
            Action::Restore => self.tell(words::NOTHING_TO_UNDO),
            Action::Send => self.sign(Signing::Send),
            Action::ToggleGzip => builder.edit(|draft| {
                let wanted = draft.wants_gzip();
                draft.set_gzip(!wanted);
            }),
            Action::Undo => {
                if !builder.undo() {
                    self.tell(words::NOTHING_TO_UNDO);
                }
            }
            _ => {
                if let Some(motion) = motion(action, count) {
                    builder.apply(motion, viewport);
                }
            }
        }
    }

    /// Asks for a draft of the chosen flow.
    pub(super) fn draft(&mut self, then: Drafted) {
        let chosen = self.flows.selected();
        let flow = chosen.map(|row| self.rows.row(row).id);
        let loaded = self.rows.workspace().captures().len();
        let flow = flow.filter(|id| id.capture < loaded);
        if flow.is_none() && !matches!(then, Drafted::Template { .. }) {
            self.fail(words::NO_FLOW);
            return;
        }
        self.start(Job::Draft {
            workspace: self.rows.workspace().clone(),
            flow,
            row: chosen,
            then,
        });
    }

    pub(super) fn drafted(
        &mut self,
        row: Option<u32>,
        draft: Result<Box<Draft>, NoDraft>,
        then: Drafted,
    ) {
        let draft = match draft {
            Ok(draft) => *draft,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        let (draft, original, then) = match then {
            Drafted::Build => (draft, row, None),
            Drafted::Send => (draft, row, Some(Signing::Send)),
            Drafted::Template { path, data } => {
                (draft.another(&path, data.into_bytes()), None, None)
            }
        };
        let build = Build {
            draft: Box::new(draft),
            original,
            then,
        };
        if self.builder.as_ref().is_some_and(Builder::is_unsent) {
            self.confirm(words::REPLACE_DRAFT, Confirmed::Build(build));
        } else {
            self.build(build);
        }
    }

    /// Puts a draft into the builder, in the place of what is there.
    pub(super) fn build(&mut self, build: Build) {
        let Build {
            mut draft,
            original,
            then,
        } = build;
        // The original of a replay is what it was made of in the end.
        let original = original.map(|row| self.rows.root_of(row));
        // A call of nobody's takes the only login there is.
        if let (None, [session]) = (draft.session, self.rows.workspace().ring().sessions()) {
            draft.session = Some(session.id());
        }
        let is_empty = draft.path == EMPTY_PATH;
        let mut builder = Builder::new(*draft, original);
        if is_empty {
            builder.go_to(Part::Path);
        }
        self.builder = Some(builder);
        self.choice.builder = true;
        self.focus_on(Pane::Builder);
        if let Some(then) = then {
            self.sign(then);
        }
    }

    /// Copies a program that signs and sends the shown flow anew.
    pub(super) fn copy_script(&mut self, language: Language) {
        if self.focus == Pane::Builder
            && let Some(builder) = &self.builder
        {
            match mishark_core::replay::as_script(builder.draft(), language) {
                Ok(text) => self.wish(Outside::Copy {
                    what: "program",
                    text,
                }),
                Err(error) => self.fail(error.to_string()),
            }
            return;
        }
        self.copy_form(crate::tui::effect::TextForm::Script(language));
    }

    /// Saves the session that the cursor is on, which only its owner can read.
    pub(super) fn save_session(&mut self, path: PathBuf) {
        let ring = self.rows.workspace().ring();
        let session = self
            .overlays
            .iter()
            .rev()
            .find_map(|overlay| match overlay {
                Overlay::Sessions(sessions) => sessions.chosen(ring),
                _ => None,
            });
        let Some(session) = session.cloned() else {
            return;
        };
        self.start(Job::SaveSession {
            session: Box::new(session),
            path,
        });
    }

    /// Whether a request is being built that differs from what was captured.
    pub(super) fn is_edited(&self) -> bool {
        self.builder.as_ref().is_some_and(Builder::is_edited)
    }

    pub(super) fn builder_viewport(&self) -> Viewport {
        let places = self.places();
        let inside = places
            .map(|places| places.inside(Pane::Builder))
            .unwrap_or_default();
        let height = self.builder.as_ref().map_or(0, |builder| {
            crate::tui::builder::divide(inside, builder).data
        });
        Viewport {
            width: inside.width,
            height,
            reveal: self.reveal,
        }
    }
}
