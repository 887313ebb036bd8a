//! A progress bar on standard error, for work that takes long enough.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use mishark_core::workspace::{FlowId, Workspace};

/// Work on fewer bytes than this is over before a bar is read.
const WORTH_A_BAR: u64 = 32 << 20;

/// A bar that shows only on a terminal and for large work.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar over `total` bytes.
    pub(super) fn bytes(what: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        if total >= WORTH_A_BAR && std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            let style = "{msg} {bar:30} {percent}% of {total_bytes}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Self(bar)
    }

    /// A bar over the entries of all captures, which a sweep opens one by one.
    pub(super) fn sweep(workspace: &Workspace) -> Self {
        let captures = workspace.captures().iter();
        Self::bytes("opening", captures.map(|capture| capture.size()).sum())
    }

    /// One flow is done.
    pub(super) fn opened(&self, workspace: &Workspace, id: FlowId) {
        self.0.inc(workspace.entry(id).len);
    }

    pub(super) fn set(&self, done: u64) {
        self.0.set_position(done);
    }

    pub(super) fn add(&self, done: u64) {
        self.0.inc(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
