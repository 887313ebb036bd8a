//! Work on many flows: the list's sweep, filters that need bodies, search.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::context::JobContext;
use crate::tui::message::Message;
use crate::tui::rows::Digest;
use crate::tui::search;
use mishark_core::decode::Decoded;
use mishark_core::directory::Directory;
use mishark_core::filter::{Facts, Filter};
use mishark_core::sweep::sweep_in_turns;
use mishark_core::workspace::{FlowId, Workspace};

/// What was found is sent when there is this much of it, or after this long:
/// each message costs the screen a look at its list.
const BATCH: usize = 4096;
const PATIENCE: Duration = Duration::from_millis(40);

/// Results on their way to the screen.
struct Batch<T> {
    found: Vec<T>,
    looked: usize,
    since: Instant,
}

impl<T> Batch<T> {
    fn new() -> Self {
        Self {
            found: Vec::new(),
            looked: 0,
            since: Instant::now(),
        }
    }

    /// What is due to be sent.
    fn due(&mut self) -> Option<(Vec<T>, usize)> {
        let is_due = self.looked >= BATCH || self.since.elapsed() >= PATIENCE;
        is_due.then(|| self.take())
    }

    fn take(&mut self) -> (Vec<T>, usize) {
        self.since = Instant::now();
        (
            std::mem::take(&mut self.found),
            std::mem::take(&mut self.looked),
        )
    }
}

/// Opens flows for what the list shows of them.
pub(super) fn sweep_all(
    generation: u64,
    workspace: &Workspace,
    flows: Vec<FlowId>,
    context: &JobContext,
) {
    let mut batch = Batch::new();
    let swept = sweep_in_turns(
        workspace,
        flows.into_iter(),
        || context.permit(),
        |_, flow, decoded| Digest::of(flow, decoded),
        |id, digest| {
            batch.found.push((id, digest));
            batch.looked += 1;
            if let Some((flows, _)) = batch.due() {
                context.send(Message::Swept { generation, flows });
            }
            context.go_on()
        },
    );
    let (flows, _) = batch.take();
    context.send(Message::Swept { generation, flows });
    if swept.is_continue() {
        context.send(Message::SweepDone { generation });
    }
}

/// Goes through rows in their order, and keeps what `work` says of each.
fn through<T: Send>(
    workspace: &Workspace,
    rows: &[(u32, FlowId)],
    context: &JobContext,
    work: impl Fn(FlowId, &Decoded) -> T + Sync,
    mut sink: impl FnMut(u32, T),
) -> ControlFlow<()> {
    let mut at = 0;
    sweep_in_turns(
        workspace,
        rows.iter().map(|(_, id)| *id),
        || context.permit(),
        |id, _, decoded| work(id, decoded),
        |_, result| {
            // The sweep keeps the order.
            sink(rows[at].0, result);
            at += 1;
            context.go_on()
        },
    )
}

/// What filters know beside a flow itself.
pub(super) struct Known<'a> {
    pub(super) directory: &'a Directory,
    pub(super) marks: &'a HashMap<FlowId, String>,
}

/// Opens rows that a filter cannot decide on else.
pub(super) fn filter(
    generation: u64,
    workspace: &Workspace,
    known: &Known<'_>,
    filter: &Filter,
    rows: &[(u32, FlowId)],
    context: &JobContext,
) {
    let mut batch = Batch::new();
    let send = |(rows, _)| context.send(Message::Decided { generation, rows });
    // Whether it came to the end the rows tell.
    let _ = through(
        workspace,
        rows,
        context,
        |id, decoded| {
            let name = workspace.captures()[id.capture].name();
            let facts = Facts {
                state: Some(decoded.state),
                directory: Some(known.directory),
                mark: known.marks.get(&id).map(String::as_str),
                ..Facts::new(name, workspace.entry(id))
            };
            filter.flow(&facts, decoded)
        },
        |row, matches| {
            batch.found.push((row, matches));
            batch.looked += 1;
            if let Some(found) = batch.due() {
                send(found);
            }
        },
    );
    send(batch.take());
}

/// Finds a text in all plaintexts.
pub(super) fn search(
    generation: u64,
    workspace: &Workspace,
    needle: &str,
    rows: Vec<(u32, FlowId)>,
    context: &JobContext,
) {
    let finder = search::Needle::new(needle);
    let mut batch = Batch::new();
    let done = through(
        workspace,
        &rows,
        context,
        |id, decoded| {
            let entry = workspace.entry(id);
            finder.is_in(&entry.host, &entry.path, decoded)
        },
        |row, is_hit| {
            if is_hit {
                batch.found.push(row);
            }
            batch.looked += 1;
            if let Some((rows, looked)) = batch.due() {
                context.send(Message::Hits {
                    generation,
                    rows,
                    looked,
                    done: false,
                });
            }
        },
    );
    let (rows, looked) = batch.take();
    context.send(Message::Hits {
        generation,
        rows,
        looked,
        done: done.is_continue(),
    });
}
