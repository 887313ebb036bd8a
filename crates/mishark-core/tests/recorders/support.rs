//! What several tests share: captures by name, and what their sidecars expect.

use std::fs;
use std::path::{Path, PathBuf};

use mishark_core::capture::Capture;
use mishark_core::decode::{Options, State};
use mishark_core::workspace::Workspace;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The project's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A capture with its sidecar: what the server itself logged.
pub(crate) struct Sidecar {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) producer: String,
    pub(crate) entries: Option<u64>,
    pub(crate) flows: Vec<Value>,
}

/// All captures in `tests/captures` that have a sidecar, by name.
pub(crate) fn sidecars() -> Vec<Sidecar> {
    let folder = root().join("tests/captures");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("tests/captures is a folder")
        .map(|file| {
            file.expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter_map(|name| Some(name.strip_suffix(".expected.json")?.to_owned()))
        // Some flows are only here for others to name with `same_flows_as`.
        .filter(|name| folder.join(name).exists())
        .collect();
    names.sort();
    names.iter().map(|name| sidecar(&folder, name)).collect()
}

fn sidecar(folder: &Path, name: &str) -> Sidecar {
    let read = |file: String| -> Value {
        let text = fs::read(folder.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    let own = read(format!("{name}.expected.json"));
    let flows = match own["same_flows_as"].as_str() {
        Some(other) => read(other.to_owned()),
        None => own.clone(),
    };
    Sidecar {
        path: folder.join(name),
        name: name.to_owned(),
        producer: own["producer"].as_str().unwrap_or_default().to_owned(),
        entries: flows["entries_in_capture"].as_u64(),
        flows: flows["flows"].as_array().cloned().unwrap_or_default(),
    }
}

/// What became of one capture.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) entries: usize,
    pub(crate) states: Vec<(State, usize)>,
    /// Bodies that came out exact, of those the sidecar says the file holds.
    pub(crate) exact: usize,
    pub(crate) kept: usize,
}

impl Tally {
    pub(crate) fn count(&self, state: State) -> usize {
        let found = self.states.iter().find(|(known, _)| *known == state);
        found.map_or(0, |(_, count)| *count)
    }
}

/// Opens a capture and compares every body with its sidecar.
pub(crate) fn tally(sidecar: &Sidecar) -> Tally {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&sidecar.path).unwrap_or_else(|error| panic!("{error}")));
    let opened: Vec<_> = workspace.ids().map(|id| workspace.open(id).1).collect();
    let mut tally = Tally {
        entries: opened.len(),
        states: State::ALL
            .into_iter()
            .map(|state| {
                (
                    state,
                    opened.iter().filter(|flow| flow.state == state).count(),
                )
            })
            .collect(),
        ..Tally::default()
    };
    for (position, flow) in sidecar.flows.iter().enumerate() {
        let capture = &flow["capture"];
        // curl's sidecars name no positions: same commands, same order.
        let by_position = flow.get("capture").is_none();
        let index = match capture["index"].as_u64() {
            Some(index) => index as usize,
            None if by_position => position,
            None => continue,
        };
        for side in ["request", "response"] {
            let kept = capture[format!("{side}_body")] == "ok";
            let expected = if by_position {
                flow[format!("{side}_plaintext")]
                    .as_str()
                    .map(|text| hash(text.as_bytes()))
            } else {
                flow[format!("{side}_plaintext_sha256")]
                    .as_str()
                    .map(str::to_owned)
            };
            let (true, Some(expected)) = (kept || by_position, expected) else {
                continue;
            };
            let found = opened.get(index).and_then(|flow| match side {
                "request" => Some(&flow.request),
                _ => flow.response.as_ref(),
            });
            let found = found.and_then(|side| side.plaintext.as_deref());
            tally.kept += 1;
            tally.exact += usize::from(found.map(hash) == Some(expected));
        }
    }
    tally
}

/// SHA-256 in hex.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
