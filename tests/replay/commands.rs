//! `replay` and `call` as a person runs them, against the cloud.

use std::process::{Command, Output};

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;
use serde_json::{Value, json};

use crate::support::cloud::{Account, Behaviour, Cloud};

const SAMPLE: &str = "samples/home.har";

/// A cloud that knows the accounts of the sample.
fn cloud() -> Cloud {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(SAMPLE.as_ref()).unwrap());
    let sessions = workspace.ring().sessions().iter();
    let accounts = sessions.flat_map(|session| {
        let key = session.ssecurity.encode();
        let tokens = session.service_tokens.iter();
        tokens.map(move |token| Account::new(&key, token.reveal()))
    });
    let cloud = Cloud::http(accounts.collect());
    cloud.property("900000001", 2, 1, json!(true));
    cloud
}

fn mishark(arguments: &[&str], cloud: &Cloud) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(arguments)
        .args(["--base-url", &cloud.base(), "--rate", "1000"])
        .env("MISHARK_SSECURITY", "")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_edited_read_is_answered_and_its_plaintext_printed() {
    let cloud = cloud();
    let output = mishark(
        &[
            "replay",
            SAMPLE,
            "13",
            "--data",
            r#"{"params":[{"did":"900000001","siid":2,"piid":1}]}"#,
        ],
        &cloud,
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let answer: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(answer["result"][0]["value"], true);
    assert!(err(&output).contains(" ms: accepted"), "{}", err(&output));
}

#[test]
fn a_write_is_sent_only_with_yes_and_shows_what_it_changed() {
    let cloud = cloud();
    let write = ["replay", SAMPLE, "14", "--set", "/params/0/value=false"];
    let output = mishark(&write, &cloud);
    assert_eq!(output.status.code(), Some(2));
    let expected = "mishark: not sent: this can change something at home\n  \
        14: prop/set: 900000001 2.1 = false, 900000001 2.2 = 35\n\
        --yes sends it, --dry-run shows it\n";
    assert_eq!(err(&output), expected);
    assert_eq!(cloud.connections(), 0);

    let output = mishark(
        &[&write[..], &["--yes", "--format", "diff"]].concat(),
        &cloud,
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        out(&output).contains("result[did 900000001 2.1]"),
        "{}",
        out(&output)
    );
    let read = [
        "call",
        "--template",
        "prop-get",
        "--did",
        "900000001",
        "--siid",
        "2",
        "--piid",
        "1",
        "--from",
        SAMPLE,
    ];
    let answer: Value = serde_json::from_str(&out(&mishark(&read, &cloud))).unwrap();
    assert_eq!(answer["result"][0]["value"], false);
}

#[test]
fn json_tells_request_answer_and_checks_and_no_secret() {
    let cloud = cloud();
    let output = mishark(&["replay", SAMPLE, "13", "--format", "json"], &cloud);
    let text = out(&output);
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        told["checks"],
        json!({"signature": "match", "rc4_hash": "match"})
    );
    assert_eq!(told["verdict"]["fine"], true);
    assert_eq!(told["request"]["headers"]["Cookie"], "***");
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(SAMPLE.as_ref()).unwrap());
    for session in workspace.ring().sessions() {
        assert!(!text.contains(&session.ssecurity.encode()));
        let mut tokens = session.service_tokens.iter();
        assert!(!tokens.any(|token| text.contains(token.reveal())));
    }
}

#[test]
fn every_sample_that_opens_goes_round_the_cloud() {
    let cloud = cloud();
    // Written by clients whose account the cloud does not know, or altered.
    let output = mishark(
        &[
            "replay",
            SAMPLE,
            "--filter",
            "state:verified -path:typelist",
            "--yes",
            "--format",
            "json",
        ],
        &cloud,
    );
    let lines = out(&output);
    assert!(lines.lines().count() >= 25, "{}", err(&output));
    for line in lines.lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            told["verdict"]["fine"], true,
            "{}: {}",
            told["name"], told["verdict"]
        );
    }
}

#[test]
fn a_batch_of_drafts_stops_at_the_first_refused_signature() {
    let cloud = cloud();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let lines = [
        r#"{"entry":13}"#,
        "",
        r#"{"entry":13,"set":{"/params/0/piid":2}}"#,
        r#"{"template":"homes"}"#,
    ];
    std::io::Write::write_all(&mut file, lines.join("\n").as_bytes()).unwrap();
    let path = file.path().to_str().unwrap();
    let output = mishark(&["replay", SAMPLE, "--drafts", path], &cloud);
    assert_eq!(out(&output).lines().count(), 3, "{}", err(&output));
    cloud.behave(Behaviour::Clock("Sat, 01 Jan 2000 00:00:00 GMT".to_owned()));
    cloud.seen();
    let output = mishark(&["replay", SAMPLE, "--drafts", path], &cloud);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(cloud.seen().len(), 1);
    assert!(
        err(&output).contains("stopped: 2 requests not sent"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_saved_session_calls_without_its_capture() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.key");
    let keys = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(["keys", SAMPLE, "--save", all.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(err(&keys).contains("3 sessions saved"), "{}", err(&keys));
    let sessions: Value = serde_json::from_slice(&std::fs::read(&all).unwrap()).unwrap();
    let one = folder.path().join("one.key");
    std::fs::write(&one, sessions[0].to_string()).unwrap();
    let output = mishark(
        &[
            "call",
            "/app/v2/message/v2/typelist",
            "{}",
            "--session",
            one.to_str().unwrap(),
        ],
        &cloud,
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let many = mishark(
        &[
            "call",
            "/app/v2/message/v2/typelist",
            "{}",
            "--session",
            all.to_str().unwrap(),
        ],
        &cloud,
    );
    assert!(
        err(&many).contains("3 sessions, expected one"),
        "{}",
        err(&many)
    );
}

#[test]
fn an_exact_copy_of_a_write_asks_like_any_other() {
    let cloud = cloud();
    let output = mishark(&["replay", SAMPLE, "14", "--exact"], &cloud);
    assert_eq!(output.status.code(), Some(2));
    let output = mishark(&["replay", SAMPLE, "13", "--exact"], &cloud);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let sent = cloud.seen().remove(0);
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(SAMPLE.as_ref()).unwrap());
    let recorded = workspace.open(workspace.ids().nth(13).unwrap()).0.unwrap();
    assert_eq!(recorded.request.body.bytes(), Some(&*sent.body));
}

#[test]
fn failures_end_with_two_and_refusals_of_the_cloud_with_one() {
    let cloud = cloud();
    cloud.behave(Behaviour::Page(200));
    let output = mishark(&["replay", SAMPLE, "13"], &cloud);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("not ours: starts with `<html>"),
        "{}",
        err(&output)
    );
    cloud.behave(Behaviour::Huge(10 << 20));
    let output = mishark(&["replay", SAMPLE, "13"], &cloud);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        err(&output).contains("Raise the limit with --answer-limit"),
        "{}",
        err(&output)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_authorities_trusts_the_usual_ones() {
    let cloud = Cloud::https(Vec::new());
    let output = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(["replay", SAMPLE, "13", "--base-url", &cloud.base()])
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/nonexistent")
        .env("MISHARK_SSECURITY", "")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = err(&output);
    assert!(
        text.contains("nobody known to this machine vouches"),
        "{text}"
    );
    assert!(text.contains("--cacert FILE"), "{text}");
}
