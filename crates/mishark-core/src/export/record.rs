//! What is known of an entry when it is written.

use crate::capture::Entry;
use crate::decode::Decoded;
use crate::flow::Flow;
use crate::workspace::{FlowId, Workspace};

/// Everything that is known of one entry when it is written.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The capture's name as given.
    pub capture: &'a str,
    /// The entry's position in it, from 0.
    pub index: usize,
    /// Its row.
    pub entry: &'a Entry,
    /// The flow; `None` if the entry could not be read.
    pub flow: Option<&'a Flow>,
    /// The flow opened.
    pub decoded: &'a Decoded,
    /// What it says in one line, if that is to be written: JSON lines have it.
    pub says: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// The record of a flow of a workspace, opened, without what it says.
    pub fn of(
        workspace: &'a Workspace,
        id: FlowId,
        flow: Option<&'a Flow>,
        decoded: &'a Decoded,
    ) -> Self {
        Self {
            capture: workspace.captures()[id.capture].name(),
            index: id.entry,
            entry: workspace.entry(id),
            flow,
            decoded,
            says: None,
        }
    }

    /// Whether it could be read when its capture was opened, and no more.
    pub fn is_lost(&self) -> bool {
        self.flow.is_none() && self.entry.error.is_none()
    }
}
