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
    mut sink: impl FnMut(FlowId, T) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let jobs = Jobs { workspace, ids };
    in_order(
        cores(),
        jobs,
        |job| {
            let open = |id| {
                let (flow, decoded) = workspace.open(id);
                (id, work(id, flow.as_ref(), &decoded))
            };
            job.into_iter().map(open).collect::<Vec<_>>()
        },
        |results| {
            for (id, result) in results {
                sink(id, result)?;
            }
            ControlFlow::Continue(())
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
