//! What real captures teach of their devices, against what the server that
//! answered them logged.

use std::collections::{BTreeMap, BTreeSet};

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::directory::{Directory, Findings};
use mishark_core::summary::Summary;
use mishark_core::workspace::Workspace;

use crate::support::{Sidecar, sidecars};

/// A capture, learnt from its first flow to its last.
fn learnt(sidecar: &Sidecar) -> (Workspace, Directory) {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&sidecar.path).expect("it is a capture"));
    let mut directory = Directory::default();
    for id in workspace.ids() {
        let (flow, decoded) = workspace.open(id);
        let findings = flow.and_then(|flow| Findings::of(&flow, &decoded));
        if let Some(findings) = findings {
            directory.learn(findings, id);
        }
    }
    (workspace, directory)
}

/// The first device of every list the server wrote down: did and name. Of long
/// answers it noted the beginning only.
fn logged(sidecar: &Sidecar) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for flow in &sidecar.flows {
        let path = flow["path"].as_str().unwrap_or_default();
        let is_kept = flow["capture"]["response_body"] == "ok" && flow["crypto"] != "none";
        if !is_kept || !path.starts_with("/app/") || !path.contains("device_list") {
            continue;
        }
        let answer = flow["response_plaintext"]
            .as_str()
            .or_else(|| flow["response_plaintext_head"].as_str())
            .unwrap_or_default();
        if let (Some(did), Some(name)) = (member(answer, "did"), member(answer, "name")) {
            names.entry(did).or_default().insert(name);
        }
    }
    names
}

/// The first text that stands behind a key.
fn member(json: &str, key: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{key}\":\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

#[test]
fn captures_teach_the_devices_their_lists_hold() {
    let mut devices = 0;
    for sidecar in sidecars() {
        let (_, directory) = learnt(&sidecar);
        for (did, names) in logged(&sidecar) {
            let device = directory.device(&did);
            let name = device.and_then(|device| device.name.as_deref());
            assert!(
                name.is_some_and(|name| names.contains(name)),
                "{}: {did}: {name:?} is none of {names:?}",
                sidecar.name
            );
            devices += 1;
        }
    }
    assert!(devices > 0, "no sidecar has a list");
}

#[test]
fn devices_of_a_home_stand_in_its_rooms() {
    let mut placed = 0;
    for sidecar in sidecars() {
        let (_, directory) = learnt(&sidecar);
        for device in directory.devices() {
            if let Some(room) = directory.room_of(&device.did) {
                let home = directory.home_of(&device.did).expect("a room is in a home");
                assert_eq!(room.home, home.id, "{}", sidecar.name);
                placed += 1;
            }
        }
    }
    assert!(placed > 0);
}

#[test]
fn every_opened_flow_of_a_real_capture_says_something() {
    for sidecar in sidecars() {
        let (workspace, directory) = learnt(&sidecar);
        for id in workspace.ids() {
            let (flow, decoded) = workspace.open(id);
            let Some(flow) = flow else { continue };
            let summary = Summary::of(&flow, &decoded);
            let shut = decoded.request.plaintext.is_none() && decoded.is_mi();
            assert!(
                shut || !summary.text(&directory).is_empty(),
                "{}: {}",
                sidecar.name,
                id.entry
            );
        }
    }
}
