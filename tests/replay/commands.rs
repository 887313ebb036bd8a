//! `replay` and `call` as a person runs them, against the cloud.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::replay::{Cancel, Draft, End, Item, SignedRequest, send_batch};
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
        err(&output).contains("stopped: 2 requests not sent: line 3, line 4"),
        "{}",
        err(&output)
    );
}

#[cfg(unix)]
fn interrupted(child: Child, told: &mut impl Read) -> (Option<i32>, String) {
    let mut child = child;
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let mut text = String::new();
    told.read_to_string(&mut text).unwrap();
    (child.wait().unwrap().code(), text)
}

/// Three reads, begun.
fn begun(cloud: &Cloud, rate: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(["replay", SAMPLE, "13", "27", "29"])
        .args(["--base-url", &cloud.base(), "--rate", rate])
        .env("MISHARK_SSECURITY", "")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_pause_says_what_was_sent_and_what_was_not() {
    let cloud = cloud();
    let mut child = begun(&cloud, "0.0001");
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    while !first.contains("13: 200 in ") {
        assert_ne!(told.read_line(&mut first).unwrap(), 0, "{first}");
    }
    let (code, rest) = interrupted(child, &mut told);
    assert_eq!(rest, "mishark: stopped: 2 requests not sent: 27, 29\n");
    assert_eq!(code, Some(130));
    assert_eq!(cloud.seen().len(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_lets_go_of_the_request_under_way() {
    let cloud = cloud();
    cloud.behave(Behaviour::Silent);
    let mut child = begun(&cloud, "1000");
    while cloud.connections() == 0 {
        std::thread::yield_now();
    }
    let mut told = child.stderr.take().unwrap();
    let (code, text) = interrupted(child, &mut told);
    assert!(text.contains("cancelled"), "{text}");
    assert!(
        text.ends_with("stopped: 2 requests not sent: 27, 29\n"),
        "{text}"
    );
    assert_eq!(code, Some(130));
}

#[test]
fn each_request_of_a_batch_is_signed_when_its_turn_comes() {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(SAMPLE.as_ref()).unwrap());
    let items: Vec<Item> = [13, 27]
        .map(|entry| {
            let id = workspace.ids().nth(entry).unwrap();
            let (flow, decoded) = workspace.open(id);
            let draft = Draft::of(&flow.unwrap(), &decoded, workspace.ring()).unwrap();
            let session = workspace.ring().find_id(draft.session.unwrap()).unwrap();
            Item::Draft(Box::new(draft), Box::new(session.clone()))
        })
        .into();
    let cloud = cloud();
    let endpoint = crate::home::endpoint(&cloud);
    let mut told = Vec::new();
    let end = send_batch(
        &items,
        &endpoint,
        Duration::ZERO,
        &workspace,
        &Cancel::new(),
        |event| {
            assert_eq!(cloud.connections(), event.at + 1);
            told.push(event.request.unwrap().nonce().unwrap().text().to_owned());
            Ok::<_, std::convert::Infallible>(())
        },
    );
    assert_eq!(end, Ok(End::Done));
    told.dedup();
    assert_eq!(told.len(), 2);
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

/// What a dry run of an input tells, as JSON, and what is said beside it.
fn dry(input: &str, more: &[&str]) -> (Value, String) {
    let path = format!("tests/replay/inputs/{input}.har");
    let output = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args([
            "replay",
            &path,
            "0",
            "--dry-run",
            "--reveal",
            "--format",
            "json",
        ])
        .args(more)
        .env("MISHARK_SSECURITY", "")
        .output()
        .unwrap();
    let told = serde_json::from_slice(&output.stdout);
    (
        told.unwrap_or_else(|_| panic!("{}", err(&output))),
        err(&output),
    )
}

#[test]
fn blanks_around_a_pointer_are_no_name() {
    let (told, _) = dry("set-with-blanks", &["--set", "/params/0/value = false"]);
    let data: Value = serde_json::from_str(told["request"]["data"].as_str().unwrap()).unwrap();
    let item = data["params"][0].as_object().unwrap();
    assert_eq!(item["value"], false);
    assert!(item.keys().all(|name| name.trim() == name), "{item:?}");
}

#[test]
fn a_byte_order_mark_in_a_file_is_dropped_and_said() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"\xef\xbb\xbf{\"params\":[]}\r\n").unwrap();
    let argument = format!("@{}", file.path().display());
    let (told, said) = dry("set-with-blanks", &["--data", &argument]);
    assert_eq!(told["request"]["data"], r#"{"params":[]}"#);
    assert!(said.contains("its byte-order mark was dropped"), "{said}");
}

#[test]
fn a_header_field_that_http_forbids_is_left_out_and_said() {
    let (told, said) = dry("illegal-header-name", &[]);
    let headers = told["request"]["headers"].as_object().unwrap();
    assert!(headers.contains_key("content-type") && !headers.contains_key("X-API-KEY (Header)"));
    let expected = r#""X-API-KEY (Header)" is left out: HTTP forbids its name or value"#;
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_field_that_a_recorder_wrote_twice_is_sent_once() {
    let path = "tests/replay/inputs/chrome-har-one.har";
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(path.as_ref()).unwrap());
    let (flow, decoded) = workspace.open(workspace.ids().next().unwrap());
    let flow = flow.unwrap();
    let draft = Draft::of(&flow, &decoded, workspace.ring()).unwrap();
    let exact = SignedRequest::exact(&flow).unwrap();
    for headers in [&draft.headers[..], exact.headers()] {
        let mut names: Vec<String> = headers
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "{names:?}");
    }
}
