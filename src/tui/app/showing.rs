//! The flow that is shown: asked for, taken, and taken apart.

use std::sync::Arc;

use super::{App, Job, Lane, Pane};
use crate::tui::detail::{Detail, Explained, explain};
use crate::tui::opened::{OpenJob, Opened};
use crate::tui::parts::{Half, Tab};
use crate::tui::shown::{Shown, TabJob};
use crate::tui::stages::StageLine;
use crate::tui::theme::Role;
use crate::tui::view::View;
use crate::tui::words;
use mishark_core::decode::State;
use mishark_core::decode::stages::{Outcome, Which};

impl App {
    /// Asks for the flow the cursor is on, unless it is shown or on its way.
    pub(super) fn open_selected(&mut self) {
        let Some(row) = self.flows.selected() else {
            if self.shown.take().is_some() {
                self.take_shown(None, [None, None]);
            }
            self.opening = None;
            return;
        };
        let is_shown = self.shown.as_ref().is_some_and(|shown| shown.row == row);
        if self.opening == Some(row) || (is_shown && self.opening.is_none()) {
            return;
        }
        if is_shown {
            // Back on the flow that is shown, before the other one came.
            self.opening = None;
            self.cancel(Lane::Open);
            return;
        }
        let Some(reader) = self.rows.reader(row) else {
            return;
        };
        self.opening = Some(row);
        let job = OpenJob {
            row,
            reader: reader.clone(),
            entry: self.rows.entry(row).clone(),
            workspace: self.rows.workspace().clone(),
        };
        self.start(Job::Open(Box::new(job)));
    }

    pub(super) fn opened(&mut self, opened: Opened) {
        if self.opening == Some(opened.shown.row) {
            self.opening = None;
            self.take_shown(Some(Arc::new(opened.shown)), opened.views);
        }
    }

    fn take_shown(&mut self, shown: Option<Arc<Shown>>, views: [Option<View>; 2]) {
        self.shown = shown;
        for (half, view) in Half::BOTH.into_iter().zip(views) {
            self.at_tab(half, |detail, shown, reveal| {
                detail.take(shown, view, reveal)
            });
        }
        self.explain_shown();
        self.staged = None;
        self.find_again();
    }

    /// Changes the tab of a side, and asks for one that takes longer than a frame
    /// to make.
    pub(super) fn at_tab(
        &mut self,
        half: Half,
        change: impl FnOnce(&mut Detail, Option<&Shown>, bool) -> Option<Tab>,
    ) {
        let detail = &mut self.details[half as usize];
        let tab = change(detail, self.shown.as_deref(), self.reveal);
        let (Some(tab), Some(shown)) = (tab, &self.shown) else {
            return;
        };
        self.start(Job::Tab(TabJob {
            shown: Arc::clone(shown),
            half,
            tab,
            reveal: self.reveal,
        }));
    }

    pub(super) fn tab_made(&mut self, job: &TabJob, view: Option<View>) {
        let is_shown = self
            .shown
            .as_ref()
            .is_some_and(|shown| Arc::ptr_eq(shown, &job.shown));
        if is_shown && job.reveal == self.reveal {
            self.detail_mut(job.half).made(job.tab, view);
            self.find_again();
        }
    }

    pub(super) fn explain_shown(&mut self) {
        let waiting = self.rows.count(State::Locked);
        let keys = self.explaining_keys();
        for half in Half::BOTH {
            self.explained[half as usize] = match &self.shown {
                Some(shown) if shown.content(half).is_none() => {
                    explain(shown, half, waiting, &keys)
                }
                _ => Explained::default(),
            };
        }
    }

    /// Asks for the stages of the shown flow, if they are looked at.
    pub(super) fn take_apart(&mut self) {
        let is_in_sight = self.choice.stages || self.focus == Pane::Stages;
        let row = self.shown.as_ref().map(|shown| shown.row);
        if !is_in_sight || self.staged == row {
            return;
        }
        self.staged = row;
        self.taken_apart.clear();
        self.show_stages();
        let Some(row) = row else { return };
        let flow = self.rows.row(row).id;
        if flow.capture < self.rows.workspace().captures().len() {
            self.start(Job::Stages {
                row,
                workspace: self.rows.workspace().clone(),
                flow,
            });
        }
    }

    /// Writes the stages that are there, with their secrets masked.
    pub(super) fn show_stages(&mut self) {
        let mut lines = Vec::new();
        let mut side = None;
        for (at, stage) in self.taken_apart.iter().enumerate() {
            if side != Some(stage.side) {
                side = Some(stage.side);
                let name = match stage.side {
                    Which::Request => words::REQUEST,
                    Which::Response => words::RESPONSE,
                };
                lines.push(StageLine {
                    name: name.to_owned(),
                    text: String::new(),
                    role: Role::Title,
                    stage: None,
                });
            }
            let role = match stage.outcome {
                Outcome::Differs => Role::Warn,
                Outcome::Done if stage.kind.is_check() => Role::Good,
                Outcome::Done => Role::Text,
                Outcome::Failed => Role::Bad,
                Outcome::Skipped | Outcome::Unknown => Role::Dim,
            };
            let mut text = stage.says.clone();
            if !stage.head.is_empty() {
                let hidden = stage.is_secret && !self.reveal;
                text.push_str("  ");
                text.push_str(&if hidden {
                    words::SECRET.to_owned()
                } else {
                    head(&stage.head)
                });
            }
            lines.push(StageLine {
                name: stage.name().to_owned(),
                text,
                role,
                stage: Some(at),
            });
        }
        self.stages.set(lines);
        let inside = self.places().map(|places| places.inside(Pane::Stages));
        self.stages.fit(inside.unwrap_or_default());
    }

    /// Copies all that came out of the stage under the cursor.
    pub(super) fn copy_stage(&mut self) -> bool {
        let (Some(stage), Some(row)) = (self.stages.chosen(), self.staged) else {
            return false;
        };
        self.start(Job::StageText {
            workspace: self.rows.workspace().clone(),
            flow: self.rows.row(row).id,
            stage,
        });
        true
    }
}

/// The first bytes of a step, in hex and as text.
fn head(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let text: String = bytes
        .iter()
        .map(|byte| {
            if (b' '..=b'~').contains(byte) {
                *byte as char
            } else {
                '.'
            }
        })
        .collect();
    format!("{} {text}", hex.join(" "))
}
