//! Captures on their way: those that wait, the one that loads, and the sweep that
//! opens flows for the list.

use std::collections::VecDeque;
use std::path::PathBuf;

use crate::tui::effect::Input;
use mishark_core::capture::Growing;

/// Work under way, as the header shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is behind us.
    pub done: u64,
    /// What there is.
    pub total: u64,
}

impl Progress {
    /// Work of that size that has just begun.
    pub(super) fn of(total: usize) -> Self {
        Self {
            done: 0,
            total: total as u64,
        }
    }

    /// In hundredths.
    pub fn percent(self) -> u64 {
        (self.done.min(self.total) * 100)
            .checked_div(self.total)
            .unwrap_or(100)
    }
}

/// Captures that are loaded one after the other.
#[derive(Debug, Default)]
pub(super) struct Loading {
    /// Captures that wait.
    pub(super) queue: VecDeque<Input>,
    /// How far the capture is that loads.
    pub(super) progress: Option<Progress>,
    /// Whether it was told how many flows open.
    pub(super) is_told: bool,
    /// Captures that were loaded since somebody asked, files and others.
    pub(super) newly: Vec<(PathBuf, usize)>,
    /// Flows waiting for a key when one was given, to tell how many it opened.
    pub(super) key_given: Option<usize>,
}

impl Loading {
    /// The next capture that waits, unless one loads.
    pub(super) fn next(&mut self) -> Option<Input> {
        if self.progress.is_some() {
            return None;
        }
        let input = self.queue.pop_front()?;
        self.progress = Some(Progress::default());
        self.is_told = false;
        Some(input)
    }

    /// Whether nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.progress.is_none() && self.queue.is_empty()
    }
}

/// The opening of flows for what the list shows of them.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    pub(super) progress: Option<Progress>,
    pub(super) generation: u64,
    /// Whether it goes through what came, and not through all.
    pub(super) is_partial: bool,
}

impl Sweep {
    /// Begins anew, with so many flows.
    pub(super) fn begin(&mut self, flows: usize, is_partial: bool) {
        self.generation += 1;
        self.progress = Some(Progress::of(flows));
        self.is_partial = is_partial;
    }
}

/// One capture that grows.
#[derive(Debug)]
pub(super) struct Watching {
    pub(super) growing: Growing,
    /// Why nothing comes at the moment.
    pub(super) trouble: Option<String>,
    /// Whether no more is taken.
    pub(super) is_full: bool,
}
