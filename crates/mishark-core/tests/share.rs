//! Captures, shared: each opens and verifies as before, says the same but for
//! stand-ins, and holds none of what it stood for.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::path::{Path, PathBuf};

use mishark_core::capture::Capture;
use mishark_core::decode::{Decoded, Options};
use mishark_core::protocol::key::Ssecurity;
use mishark_core::session::{KeyOrigin, Session};
use mishark_core::share::{Form, Kind, Plan};
use mishark_core::workspace::Workspace;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The samples and the captures of curl.
fn captures() -> Vec<PathBuf> {
    let captures = ["copy-as-curl.sh", "curl-7.88-verbose-log.txt"];
    let captures = captures.map(|name| root().join("tests/captures").join(name));
    let samples = ["home.har", "broken.har"].map(|name| root().join("samples").join(name));
    captures.into_iter().chain(samples).collect()
}

/// A capture with the keys that its own list of expectations knows.
fn workspace(path: &Path) -> Workspace {
    let mut workspace = Workspace::new(Options::default());
    let expected = PathBuf::from(format!("{}.expected.json", path.display()));
    if let Ok(text) = std::fs::read(&expected) {
        let expected: Value = serde_json::from_slice(&text).unwrap();
        let keys = expected["account"]["ssecurity"].as_object();
        for (_, key) in keys.into_iter().flatten() {
            let key = Ssecurity::parse(key.as_str().unwrap().as_bytes()).unwrap();
            workspace.add_session(Session::new(key, KeyOrigin::Given));
        }
    }
    workspace.add(Capture::open(path).unwrap());
    workspace
}

/// The capture's shared text, and what opens it.
fn shared(before: &Workspace, plan: &Plan, form: Form) -> (Vec<u8>, Workspace) {
    let sharer = plan.sharer().unwrap();
    let mut entries = Vec::new();
    for id in before.ids() {
        let (flow, decoded) = before.open(id);
        entries.push(sharer.entry(flow.as_ref(), &decoded).unwrap());
    }
    let text = [
        form.head().as_bytes(),
        &entries.join(form.between().as_bytes()),
        form.tail().as_bytes(),
    ]
    .concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared");
    std::fs::write(&path, &text).unwrap();
    let mut after = Workspace::new(Options::default());
    for session in plan.sessions() {
        after.add_session(session.clone());
    }
    after.add(Capture::open(&path).unwrap());
    // Opened while the file is there.
    for id in after.ids() {
        let _ = after.open(id);
    }
    std::mem::forget(folder);
    (text, after)
}

fn words(decoded: &Decoded) -> (&'static str, &'static str, &'static str) {
    (
        decoded.state.name(),
        decoded.signature.word(),
        decoded.rc4_hash.word(),
    )
}

/// Text with all letters and digits alike: what stand-ins leave as it is.
fn shape(text: Option<&[u8]>) -> String {
    let text = String::from_utf8_lossy(text.unwrap_or_default());
    let class = |letter: char| match letter {
        '0'..='9' => '0',
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        letter if letter.is_alphabetic() => '甲',
        other => other,
    };
    text.chars().map(class).collect()
}

#[test]
fn a_shared_capture_opens_verifies_and_says_the_same_but_for_stand_ins() {
    for path in captures() {
        let before = workspace(&path);
        let name = path.display();
        let plan = Plan::of(&before, true);
        for form in [Form::Har, Form::Lines] {
            let (_, after) = shared(&before, &plan, form);
            assert_eq!(before.len(), after.len(), "{name} {form:?}");
            for (old, new) in before.ids().zip(after.ids()) {
                let (old_flow, old) = before.open(old);
                let (new_flow, opened) = after.open(new);
                let at = format!("{name} {form:?} entry {}", new.entry);
                assert_eq!(
                    words(&old),
                    words(&opened),
                    "{at}: {:?} {:?}",
                    old.reason,
                    opened.reason
                );
                let (Some(old_flow), Some(new_flow)) = (old_flow, new_flow) else {
                    continue;
                };
                let status = |flow: &mishark_core::flow::Flow| {
                    flow.response.as_ref().and_then(|response| response.status)
                };
                assert_eq!(status(&old_flow), status(&new_flow), "{at}");
                assert_eq!(old_flow.request.method, new_flow.request.method, "{at}");
                assert_eq!(old_flow.started, new_flow.started, "{at}");
                let plaintexts = [
                    (&old.request.plaintext, &opened.request.plaintext),
                    (
                        &old.response.clone().unwrap_or_default().plaintext,
                        &opened.response.clone().unwrap_or_default().plaintext,
                    ),
                ];
                for (old, new) in plaintexts {
                    assert_eq!(shape(old.as_deref()), shape(new.as_deref()), "{at}");
                }
            }
        }
    }
}

#[test]
fn no_secret_and_nothing_personal_of_the_sample_is_left() {
    let before = workspace(&root().join("samples/home.har"));
    let plan = Plan::of(&before, true);
    let (text, after) = shared(&before, &plan, Form::Har);
    let mut all = String::from_utf8(text).unwrap();
    for id in after.ids() {
        let (_, opened) = after.open(id);
        for side in [Some(&opened.request), opened.response.as_ref()]
            .into_iter()
            .flatten()
        {
            all.push_str(&String::from_utf8_lossy(
                side.plaintext.as_deref().unwrap_or_default(),
            ));
        }
    }
    for secret in [
        "Y/HuCEaczayf9zWrJ4qEum0cFwz1wRg8hgdjsoE4XpZzenTl",
        "2Iea6riCVVTPex6cdCfC",
        "1000000001",
        "wWdeC7mApXWolmH",
        "755E9DDE55431141408422398C1133CA",
        "0bb980a575a89661fec08aa83b63f1ee",
        "900000001",
        "1sampleht0001",
        "700000000001",
        "710000000001",
        "800000000001",
        "02:00:5E:C1:67:5E",
        "192.0.2.100",
        "样例无线网",
        "客厅吸顶灯",
    ] {
        let encoded = secret.replace('/', "%2F").replace('+', "%2B");
        assert!(!all.contains(secret) && !all.contains(&encoded), "{secret}");
    }
    let counts = plan.counts();
    for kind in [
        Kind::Did,
        Kind::Home,
        Kind::Room,
        Kind::Scene,
        Kind::Mac,
        Kind::Name,
    ] {
        assert!(counts[&kind] > 0, "{kind:?}");
    }
}

#[test]
fn names_stay_unless_they_are_to_go() {
    let before = workspace(&root().join("samples/home.har"));
    let plan = Plan::of(&before, false);
    let (_, after) = shared(&before, &plan, Form::Har);
    let said = after.ids().any(|id| {
        let (_, opened) = after.open(id);
        let answer = opened.response.and_then(|side| side.plaintext);
        String::from_utf8_lossy(&answer.unwrap_or_default()).contains("客厅吸顶灯")
    });
    assert!(said);
}
