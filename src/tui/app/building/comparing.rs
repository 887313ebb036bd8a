//! What changed from one flow to another.

use crate::tui::app::{App, Job};
use crate::tui::builder::Note;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::workspace::FlowId;

/// How many changes the builder shows; the rest is in the comparison.
const CHANGES: usize = 8;

impl App {
    /// Compares a replay with its original, or the two flows that are marked.
    pub(in crate::tui::app) fn diff(&mut self) {
        let loaded = self.rows.workspace().captures().len();
        let marked: Vec<FlowId> = (0..self.rows.len() as u32)
            .filter(|row| self.rows.row(*row).marked)
            .map(|row| self.rows.row(row).id)
            .filter(|id| id.capture < loaded)
            .collect();
        if let [first, second] = marked[..] {
            self.compare(first, second, false);
            return;
        }
        let chosen = self.flows.selected();
        if let ([marked], Some(row)) = (&marked[..], chosen)
            && self.rows.row(row).id != *marked
            && self.rows.row(row).id.capture < loaded
        {
            self.compare(*marked, self.rows.row(row).id, false);
            return;
        }
        let replay = chosen.filter(|row| self.rows.is_replay(*row));
        let original = replay.and_then(|row| self.rows.row(row).original);
        match (replay, original) {
            (Some(replay), Some(original)) => {
                self.compare(self.rows.row(original).id, self.rows.row(replay).id, false);
            }
            _ => self.fail(words::NOTHING_TO_COMPARE),
        }
    }

    pub(super) fn compare(&mut self, before: FlowId, after: FlowId, for_builder: bool) {
        self.start(Job::Diff {
            workspace: self.rows.workspace().clone(),
            before,
            after,
            for_builder,
        });
    }

    pub(in crate::tui::app) fn compared(&mut self, lines: Vec<String>, for_builder: bool) {
        if !for_builder {
            self.read(words::WHAT_CHANGED, lines.join("\n"));
            return;
        }
        let Some(builder) = &mut self.builder else {
            return;
        };
        let more = lines.len().saturating_sub(CHANGES);
        builder
            .notes
            .extend(lines.into_iter().take(CHANGES).map(|text| Note {
                role: if text.starts_with(['~', '+', '-']) {
                    Role::Warn
                } else {
                    Role::Dim
                },
                text,
            }));
        if more > 0 {
            builder.notes.push(Note {
                text: words::changes_left(more),
                role: Role::Dim,
            });
        }
    }
}
