//! The samples are what `examples/make_samples` makes, and show what their
//! README says.

// The test uses all of the example's files, but not its `main`.
#[path = "../examples/make_samples/samples/mod.rs"]
mod made;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mishark_core::capture::{Capture, Warning};
use mishark_core::decode::{Decoded, Options, Side, State};
use mishark_core::session::{KeyOrigin, parse_key_file};
use mishark_core::workspace::Workspace;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(name)
}

fn workspace(name: &str) -> Workspace {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&sample(name)).expect("a sample is a capture"));
    workspace
}

fn decoded(workspace: &Workspace) -> Vec<Decoded> {
    workspace.ids().map(|id| workspace.open(id).1).collect()
}

/// How often each state occurs with each reason.
fn counts(name: &str) -> BTreeMap<(State, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for decoded in decoded(&workspace(name)) {
        let reason = decoded.reason.as_ref().map_or("", |reason| reason.code());
        *counts.entry((decoded.state, reason)).or_default() += 1;
    }
    counts
}

fn states(decoded: &[Decoded]) -> Vec<State> {
    decoded.iter().map(|decoded| decoded.state).collect()
}

#[test]
fn the_samples_are_what_the_example_makes() {
    for (name, bytes) in made::all() {
        let found = std::fs::read(sample(name)).unwrap();
        // Not assert_eq: a difference would print both files.
        assert!(
            found == bytes,
            "{name}: run `cargo run --example make_samples`"
        );
    }
}

#[test]
fn both_recorders_kept_the_same_home() {
    let (har, whistle) = (workspace("home.har"), workspace("home.whistle.txt"));
    assert_eq!(counts("home.har"), counts("home.whistle.txt"));
    assert_eq!(har.len(), whistle.len());
    for (id, other) in har.ids().zip(whistle.ids()) {
        let (one, other) = (har.open(id).1, whistle.open(other).1);
        assert_eq!(one.state, other.state, "{}", id.entry);
        assert_eq!(text(&one.request), text(&other.request), "{}", id.entry);
        let answer = |decoded: &Decoded| decoded.response.as_ref().map(text);
        assert_eq!(answer(&one), answer(&other), "{}", id.entry);
    }
}

/// The plaintext; HAR does not tell an empty body from none.
fn text(side: &Side) -> Vec<u8> {
    side.plaintext.clone().unwrap_or_default()
}

#[test]
fn the_home_shows_every_state() {
    let counts = counts("home.har");
    for state in State::ALL {
        assert!(counts.keys().any(|(found, _)| *found == state), "{state:?}");
    }
}

#[test]
fn the_home_shows_every_reason_that_one_capture_can() {
    let counts = counts("home.har");
    let counts: Vec<_> = counts
        .iter()
        .map(|((state, reason), count)| format!("{count} {} {reason}", state.name()))
        .collect();
    assert_eq!(
        counts,
        [
            "25 verified ",
            "1 verified gzip-missing",
            "1 verified no-response",
            "2 verified plain-answer",
            "1 verified repaired",
            "1 verified response-dropped",
            "1 decrypted both-differ",
            "1 decrypted hash-absent",
            "1 decrypted hash-differs",
            "1 decrypted own-key-differs",
            "1 decrypted signature-absent",
            "1 decrypted signature-differs",
            "1 locked wrong-keys",
            "1 plain signature-differs",
            "2 plain signed-only",
            "1 unreadable does-not-verify",
            "1 unreadable gzip-broken",
            "2 unreadable no-nonce",
            "1 unreadable request-missing",
            "1 unreadable request-not-base64",
            "1 unreadable response-noise",
            "1 unreadable response-not-base64",
            "1 unreadable unknown-algorithm",
            "11 foreign ",
        ]
    );
}

#[test]
fn without_its_key_the_tool_is_locked_and_with_it_verified() {
    let mut workspace = workspace("no-keys.har");
    let before = decoded(&workspace);
    let locked = [State::Locked; 4];
    assert_eq!(states(&before), [&locked[..], &[State::Plain]].concat());
    let text = std::fs::read_to_string(sample("no-keys.key")).unwrap();
    for session in parse_key_file(&text, &KeyOrigin::Given).unwrap() {
        workspace.add_session(session);
    }
    let after = decoded(&workspace);
    let verified = [State::Verified; 4];
    assert_eq!(states(&after), [&verified[..], &[State::Plain]].concat());
    let reasons = [&before[4], &after[4]].map(|decoded| decoded.reason.as_ref().unwrap().code());
    assert_eq!(reasons, ["signature-unchecked", "signed-only"]);
}

#[test]
fn a_broken_file_keeps_what_is_whole_and_names_the_rest() {
    let workspace = workspace("broken.har");
    let verified: Vec<bool> = decoded(&workspace)
        .iter()
        .map(|decoded| decoded.state == State::Verified)
        .collect();
    assert_eq!(verified, [true, true, false, true, true, false]);
    let capture = &workspace.captures()[0];
    let words = |entry: usize| capture.entries()[entry].error.as_ref().unwrap().to_string();
    assert!(words(2).starts_with("brackets or quotes do not close (byte "));
    assert!(words(5).starts_with("the file ends here (byte "));
    assert!(matches!(
        capture.warnings(),
        [Warning::Cut {
            entry: Some(5),
            whole: 4,
            ..
        }]
    ));
}

#[test]
fn a_strict_reader_reads_the_home_too() {
    let har = har::from_path(sample("home.har")).unwrap();
    let har::Spec::V1_2(log) = har.log else {
        panic!("home.har is not HAR 1.2")
    };
    assert_eq!(log.entries.len(), workspace("home.har").len());
}
