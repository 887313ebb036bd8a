//! Attaching to whistle and mitmweb, against answers that the real programs
//! gave (`examples/attach/try.sh` runs them), and against servers that lie.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod commands;
mod mitmweb;
mod server;
mod strangers;
mod whistle;

use std::sync::Arc;

use mishark_core::attach::{Attachment, Poll, Target};
use mishark_core::capture::{Capture, Growing};
use mishark_core::decode::{Options, State};
use mishark_core::flow::Flow;
use mishark_core::workspace::Workspace;
use serde_json::Value;

use server::Server;

/// An answer that a real program gave.
fn recorded(name: &str) -> Value {
    let path = format!("tests/attach/answers/{name}");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn attach(server: &Server) -> Attachment {
    Attachment::new(Target::parse(&server.url()).unwrap())
}

/// Place and path of what came.
fn came(poll: &Poll) -> Vec<(usize, String)> {
    let arrivals = poll.arrivals.iter();
    arrivals
        .map(|arrival| {
            let flow = arrival.flow.as_ref().unwrap();
            (arrival.place, flow.request.url.path().to_owned())
        })
        .collect()
}

fn flow(poll: &Poll, at: usize) -> Arc<Flow> {
    Arc::clone(poll.arrivals[at].flow.as_ref().unwrap())
}

/// The states of all flows that came, opened as they are in the program.
fn states(polls: &[&Poll]) -> Vec<State> {
    let mut growing = Growing::new("live");
    for arrival in polls.iter().flat_map(|poll| &poll.arrivals) {
        growing.take(arrival.clone());
    }
    let mut workspace = Workspace::new(Options::default());
    let capture: Capture = growing.capture();
    workspace.add(capture);
    let ids: Vec<_> = workspace.ids().collect();
    let opened = ids.into_iter().map(|id| workspace.open(id).1.state);
    opened.collect()
}
