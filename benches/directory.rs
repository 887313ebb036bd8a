//! What a line on a flow costs, and what looking for names costs, beside
//! opening it: both run on workers for every flow of a capture.
//!
//! `cargo bench --bench directory`

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mishark_core::capture::Capture;
use mishark_core::decode::{Decoded, Options};
use mishark_core::directory::{Directory, Findings};
use mishark_core::flow::Flow;
use mishark_core::summary::Summary;
use mishark_core::workspace::{FlowId, Workspace};

fn main() {
    divan::main();
}

fn workspace() -> Workspace {
    let mut workspace = Workspace::new(Options::default());
    let sample = Capture::open("samples/home.har".as_ref()).expect("a sample is a capture");
    workspace.add(sample);
    workspace
}

/// A morning at home: lists, properties, actions, scenes, logins, pages.
fn flows() -> Vec<(Flow, Decoded)> {
    let workspace = workspace();
    let open = |id| {
        let (flow, decoded) = workspace.open(id);
        Some((flow?, decoded))
    };
    workspace.ids().filter_map(open).collect()
}

fn directory(flows: &[(Flow, Decoded)]) -> Directory {
    let mut directory = Directory::default();
    for (flow, decoded) in flows {
        if let Some(findings) = Findings::of(flow, decoded) {
            directory.learn(findings, FlowId::default());
        }
    }
    directory
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let workspace = workspace();
    bencher
        .counter(ItemsCount::new(workspace.len()))
        .bench_local(|| {
            for id in workspace.ids() {
                black_box(workspace.open(id));
            }
        });
}

#[divan::bench]
fn summaries(bencher: Bencher<'_, '_>) {
    let flows = flows();
    bencher
        .counter(ItemsCount::new(flows.len()))
        .bench_local(|| {
            for (flow, decoded) in &flows {
                black_box(Summary::of(flow, decoded));
            }
        });
}

#[divan::bench]
fn findings(bencher: Bencher<'_, '_>) {
    let flows = flows();
    bencher
        .counter(ItemsCount::new(flows.len()))
        .bench_local(|| black_box(directory(&flows)));
}

/// A screenful is some fifty of them.
#[divan::bench]
fn texts(bencher: Bencher<'_, '_>) {
    let flows = flows();
    let directory = directory(&flows);
    let summary = |(flow, decoded): &(Flow, Decoded)| Summary::of(flow, decoded);
    let summaries: Vec<Summary> = flows.iter().map(summary).collect();
    bencher
        .counter(ItemsCount::new(summaries.len()))
        .bench_local(|| {
            for summary in &summaries {
                black_box(summary.text(&directory));
            }
        });
}
