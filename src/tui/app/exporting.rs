//! An export on its way to its file.

use super::loading::Progress;
use crate::tui::effect::Export;

/// An export that was asked for.
#[derive(Debug, Default)]
pub(super) struct Exporting {
    /// What is wanted, while its file's name is settled and it is written.
    pub(super) wanted: Option<Export>,
    /// How far it is.
    pub(super) progress: Option<Progress>,
}

impl Exporting {
    /// Begins with what is wanted.
    pub(super) fn begin(&mut self) -> Option<Export> {
        let export = self.wanted.clone()?;
        self.progress = Some(Progress::of(export.flows.len()));
        Some(export)
    }

    /// So many flows more are written.
    pub(super) fn wrote(&mut self, flows: usize) {
        if let Some(progress) = &mut self.progress {
            progress.done += flows as u64;
        }
    }
}
