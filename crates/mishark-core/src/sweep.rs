//! Opens many flows in order, on all cores, bounded and cancellable: lists,
//! export, verification and search all run on this one pipeline.

use std::ops::ControlFlow;

use crate::decode::Decoded;
use crate::flow::Flow;
use crate::ordered::{cores, in_order};
use crate::workspace::{FlowId, Workspace};

/// A job ends after this many flows or bytes, so that the locks around it cost
/// nothing and no core waits long for another.
const JOB_FLOWS: usize = 64;
const JOB_BYTES: u64 = 512 << 10;

/// Opens the flows `ids` names, makes something of each on a worker, and hands
/// that to `sink` in order until it breaks.
///
/// Flows and plaintexts live only while `work` runs, so memory does not grow
/// with the capture; what `work` returns should be small, or written at once.
pub fn sweep<T: Send>(
    workspace: &Workspace,
    ids: impl Iterator<Item = FlowId> + Send,
    work: impl Fn(FlowId, Option<&Flow>, &Decoded) -> T + Sync,
    sink: impl FnMut(FlowId, T) -> ControlFlow<()>,
) -> ControlFlow<()> {
    sweep_in_turns(workspace, ids, || Some(()), work, sink)
}

/// The same, for who is not alone: a worker asks for its `turn` before each flow,
/// and keeps what it got until the flow is done with. Without one all ends, and
/// `sink` gets nothing of the flows behind.
pub fn sweep_in_turns<T: Send, G>(
    workspace: &Workspace,
    ids: impl Iterator<Item = FlowId> + Send,
    turn: impl Fn() -> Option<G> + Sync,
    work: impl Fn(FlowId, Option<&Flow>, &Decoded) -> T + Sync,
    mut sink: impl FnMut(FlowId, T) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let jobs = Jobs { workspace, ids };
    in_order(
        cores(),
        jobs,
        |job| {
            let mut results = Vec::with_capacity(job.len());
            for id in job {
                let Some(_turn) = turn() else {
                    return (results, ControlFlow::Break(()));
                };
                let (flow, decoded) = workspace.open(id);
                results.push((id, work(id, flow.as_ref(), &decoded)));
            }
            (results, ControlFlow::Continue(()))
        },
        |(results, end)| {
            for (id, result) in results {
                sink(id, result)?;
            }
            end
        },
    )
}

struct Jobs<'a, I> {
    workspace: &'a Workspace,
    ids: I,
}

impl<I: Iterator<Item = FlowId>> Iterator for Jobs<'_, I> {
    type Item = Vec<FlowId>;

    fn next(&mut self) -> Option<Vec<FlowId>> {
        let mut job = Vec::new();
        let mut bytes = 0;
        while job.len() < JOB_FLOWS && bytes < JOB_BYTES {
            let Some(id) = self.ids.next() else { break };
            bytes += self.workspace.entry(id).len;
            job.push(id);
        }
        (!job.is_empty()).then_some(job)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::capture::{Capture, Source};
    use crate::decode::Options;

    #[test]
    fn without_a_turn_all_ends_and_nothing_is_left_out_before() {
        let commands = "curl 'https://a.example/'\n".repeat(300);
        let source = Source::from_bytes("many.sh", commands.into_bytes()).unwrap();
        let capture = Capture::index(source, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut workspace = Workspace::new(Options::default());
        workspace.add_harvested(capture);
        // None, one, a job, jobs and a part, all but the last flow, all.
        for turns in [0, 1, 64, 200, 299, 300] {
            let taken = AtomicUsize::new(0);
            let mut seen = Vec::new();
            let flow = sweep_in_turns(
                &workspace,
                workspace.ids(),
                || (taken.fetch_add(1, Ordering::SeqCst) < turns).then_some(()),
                |_, flow, _| flow.is_some(),
                |id, is_flow| {
                    assert!(is_flow);
                    seen.push(id.entry);
                    ControlFlow::Continue(())
                },
            );
            assert_eq!(flow.is_continue(), turns == 300);
            assert!(seen.len() <= turns && seen.iter().copied().eq(0..seen.len()));
        }
    }
}
