//! Signing an untouched draft with its own nonce makes the captured bytes
//! again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mishark_core::capture::Capture;
use mishark_core::decode::{Decoded, Options, State};
use mishark_core::flow::{Body, Flow};
use mishark_core::protocol::key::Ssecurity;
use mishark_core::protocol::request::Scheme;
use mishark_core::protocol::signature::Check;
use mishark_core::replay::{Carrier, Draft, Language, as_script, check, sign};
use mishark_core::session::{KeyOrigin, Session};
use mishark_core::workspace::Workspace;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A capture with the keys that its own list of expectations knows.
fn workspace(path: &Path) -> Workspace {
    let mut workspace = Workspace::new(Options::default());
    let expected = PathBuf::from(format!("{}.expected.json", path.display()));
    if let Ok(text) = std::fs::read(&expected) {
        let expected: Value = serde_json::from_slice(&text).unwrap();
        for key in expected["account"]["ssecurity"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let key = Ssecurity::parse(key.1.as_str().unwrap().as_bytes()).unwrap();
            workspace.add_session(Session::new(key, KeyOrigin::Given));
        }
    }
    workspace.add(Capture::open(path).unwrap());
    workspace
}

/// How resealing a flow went, in a word.
fn reseal(flow: &Flow, decoded: &Decoded, workspace: &Workspace) -> &'static str {
    let Ok(draft) = Draft::of(flow, decoded, workspace.ring()) else {
        return "no draft";
    };
    assert!(draft.changed().is_empty());
    let Some(nonce) = draft.captured_nonce().cloned() else {
        return "no nonce";
    };
    // Whatever a capture holds, these answer and do not panic.
    let report = check(&draft);
    assert!(report.effect.to_string().starts_with(&report.effect.call));
    for language in [Language::JavaScript, Language::Python, Language::Shell] {
        let _ = as_script(&draft, language);
    }
    let session = draft.session.and_then(|id| workspace.ring().find_id(id));
    let Some(session) = session else {
        return "no session";
    };
    let Ok(signed) = sign(&draft, session, nonce) else {
        return "refused";
    };
    let same = match draft.carrier {
        Carrier::Body => Some(signed.body()) == flow.request.body.bytes(),
        Carrier::Query => {
            signed.url() == flow.request.url.as_str()
                && signed.body() == flow.request.body.bytes().unwrap_or_default()
        }
    };
    assert!(signed.target().starts_with(flow.request.url.path()));
    match same {
        true => "same bytes",
        false if matches!(flow.request.body, Body::Params(_)) => "only parameters kept",
        false if !draft.notes().is_empty() => "noted",
        false => "other bytes",
    }
}

/// Whether everything in the request is proved: what is not was changed after
/// it was signed, and comes out as it should have been.
fn is_proved(decoded: &Decoded) -> bool {
    let hash = match decoded.scheme {
        Some(Scheme::Rc4) => Check::Match,
        _ => Check::Absent,
    };
    decoded.signature == Check::Match && decoded.rc4_hash == hash
}

#[test]
fn an_untouched_flow_is_sealed_to_the_captured_bytes_again() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder("tests/captures"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.json"))
        .chain(
            ["home.har", "home.whistle.txt", "no-keys.har"]
                .map(|name| folder("samples").join(name)),
        )
        .collect();
    files.sort();
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for path in files {
        let workspace = workspace(&path);
        for id in workspace.ids() {
            let (Some(flow), decoded) = workspace.open(id) else {
                continue;
            };
            if !decoded.is_mi() {
                continue;
            }
            let word = reseal(&flow, &decoded, &workspace);
            let proved = is_proved(&decoded);
            *counts.entry((word, proved)).or_default() += 1;
            let reason = decoded.reason.as_ref().map(|reason| reason.code());
            let expected: &[&str] = match reason {
                // Blanks stood for `+`; they are written as `%2B` now.
                Some("repaired") => &["noted"],
                // Its field names a key that does not sign it; now it names the
                // one that does.
                Some("own-key-differs") => &["other bytes"],
                _ if proved => &["same bytes"],
                _ => continue,
            };
            let name = path.file_name().unwrap().to_string_lossy();
            let entry = id.entry;
            assert!(
                expected.contains(&word),
                "{name} {entry}: {word} ({reason:?})"
            );
        }
    }
    // All but a handful, so that nothing is passed over unnoticed.
    assert_eq!(counts[&("same bytes", true)], 362, "{counts:?}");
    assert_eq!(counts.get(&("refused", true)), None);
}

#[test]
fn a_flow_that_stays_shut_makes_no_draft_and_says_so() {
    let workspace = workspace(&folder("samples/no-keys.har"));
    let (flow, decoded) = workspace.open(workspace.ids().next().unwrap());
    assert_eq!(decoded.state, State::Locked);
    let error = Draft::of(&flow.unwrap(), &decoded, workspace.ring()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the flow is locked, so there is no plaintext to edit"
    );
}
