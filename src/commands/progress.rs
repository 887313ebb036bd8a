//! A progress bar on standard error, for work that takes long enough.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use mishark_core::decode::Decoded;
use mishark_core::flow::Flow;
use mishark_core::sweep;
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

/// Opens flows on all cores behind a bar, makes something of each, and hands that
/// to `sink` in order. Returns how many could no longer be read, though they could
/// when their capture was opened.
pub(super) fn sweep<T: Send>(
    workspace: &Workspace,
    ids: impl Iterator<Item = FlowId> + Send,
    work: impl Fn(FlowId, Option<&Flow>, &Decoded) -> T + Sync,
    mut sink: impl FnMut(FlowId, T),
) -> usize {
    let mut lost = 0;
    let captures = workspace.captures().iter();
    let progress = Progress::bytes("opening", captures.map(|capture| capture.size()).sum());
    let opened = |id, flow: Option<&Flow>, decoded: &Decoded| {
        progress.add(workspace.entry(id).len);
        let is_lost = flow.is_none() && workspace.entry(id).error.is_none();
        (is_lost, work(id, flow, decoded))
    };
    let _ = sweep::sweep(workspace, ids, opened, |id, (is_lost, made)| {
        lost += usize::from(is_lost);
        sink(id, made);
        ControlFlow::Continue(())
    });
    lost
}
