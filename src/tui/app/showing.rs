//! The flow that is shown: asked for, taken, and taken apart.

use std::sync::Arc;

use super::{App, Job, Lane, Pane};
use crate::tui::detail::Detail;
use crate::tui::opened::{OpenJob, Opened};
use crate::tui::parts::{Half, Tab};
use crate::tui::shown::{Shown, TabJob};
use crate::tui::view::View;

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
        self.stages.forget();
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

    /// Asks for the stages of the shown flow, if they are looked at.
    pub(super) fn take_apart(&mut self) {
        let is_in_sight = self.choice.stages || self.focus == Pane::Stages;
        let row = self.shown.as_ref().map(|shown| shown.row);
        if !is_in_sight || !self.stages.ask(row) {
            return;
        }
        let Some(row) = row else { return };
        let flow = self.rows.row(row).id;
        if self.rows.table().is_whole(flow) {
            self.start(Job::Stages {
                row,
                workspace: self.rows.workspace().clone(),
                flow,
            });
        }
    }

    /// Keeps the chosen stage in sight.
    pub(super) fn fit_stages(&mut self) {
        let inside = self.inside(Pane::Stages);
        self.stages.fit(inside);
    }

    /// Copies all that came out of the stage under the cursor.
    pub(super) fn copy_stage(&mut self) -> bool {
        let (Some(stage), Some(row)) = (self.stages.chosen(), self.stages.row()) else {
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
