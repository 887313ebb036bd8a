//! Charles, Burp and curl: what they keep, against what the server itself saw.

use crate::support::{Sidecar, hash, sidecars, tally};
use mishark_core::capture::{Capture, Error, Source};
use mishark_core::decode::{Decoded, Options, State};
use mishark_core::flow::Flow;
use mishark_core::workspace::Workspace;

fn named(name: &str) -> Sidecar {
    let mut all = sidecars();
    let at = all.iter().position(|sidecar| sidecar.name == name);
    all.swap_remove(at.unwrap_or_else(|| panic!("{name} has a sidecar")))
}

fn opened(capture: Capture) -> Vec<(Option<Flow>, Decoded)> {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(capture);
    workspace.ids().map(|id| workspace.open(id)).collect()
}

fn index(bytes: &[u8]) -> Result<Capture, Error> {
    let source = Source::from_bytes("test", bytes.to_vec())?;
    Capture::index(source, &mut |_| std::ops::ControlFlow::Continue(()))
}

#[test]
fn a_cut_file_of_burp_keeps_its_whole_items() {
    let bytes = std::fs::read(named("synthetic-burp.xml").path).unwrap();
    let whole = index(&bytes).unwrap();
    let third = &whole.entries()[2];
    for (len, entries, good) in [
        (third.start, 2, 2),
        (third.start + third.len - 1, 3, 2),
        (third.start + third.len, 3, 3),
    ] {
        let cut = index(&bytes[..len as usize]).unwrap();
        assert_eq!(cut.entries().len(), entries);
        let read = cut.entries().iter().filter(|it| it.error.is_none());
        assert_eq!(read.count(), good);
        assert_eq!(cut.warnings().len(), 1);
    }
}

/// A ZIP with one empty member.
fn zip_with(name: &str) -> Vec<u8> {
    let len = [name.len() as u8, 0];
    let mut zip = [
        &b"PK\x03\x04\x14"[..],
        &[0; 21],
        &len,
        &[0; 2],
        name.as_bytes(),
    ]
    .concat();
    let start = [zip.len() as u8, 0, 0, 0];
    let record = [
        &b"PK\x01\x02\x14\0\x14"[..],
        &[0; 21],
        &len,
        &[0; 16],
        name.as_bytes(),
    ]
    .concat();
    zip.extend(&record);
    let size = [record.len() as u8, 0, 0, 0];
    zip.extend(
        [
            &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
            &size,
            &start,
            &[0; 2],
        ]
        .concat(),
    );
    zip
}

#[test]
fn other_sessions_of_charles_are_refused_with_a_hint() {
    for bytes in [
        &b"\xac\xed\x00\x05sr\x00\x1ccom.xk72.charles"[..],
        &zip_with("0-meta.json"),
        b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8' ?>\n<charles-session>",
    ] {
        let error = index(bytes).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("charles convert"), "{error}");
    }
}

const LOG: &str = "curl-7.88-verbose-log.txt";

/// The log's parts, each one run of curl.
fn runs() -> Vec<String> {
    let log = String::from_utf8(std::fs::read(named(LOG).path).unwrap()).unwrap();
    let mark = "* Uses proxy env variable";
    let parts = log.split(mark).skip(1);
    parts.map(|part| format!("{mark}{part}")).collect()
}

#[test]
fn copied_commands_open_and_verify() {
    let sidecar = named("copy-as-curl.sh");
    let capture = Capture::open(&sidecar.path).unwrap();
    assert_eq!(capture.format().map(|format| format.name), Some("curl"));
    let opened = opened(capture);
    assert_eq!(opened.len(), sidecar.flows.len());
    for ((flow, decoded), expected) in opened.iter().zip(&sidecar.flows) {
        let flow = flow.as_ref().unwrap();
        assert_eq!(flow.request.url.as_str(), expected["url"]);
        assert_eq!(flow.request.method, expected["method"].as_str().unwrap());
        assert!(flow.request.headers.cookie("serviceToken").is_some());
        assert_eq!(decoded.state, State::Verified);
        assert_eq!(decoded.nonce.as_deref(), expected["nonce"].as_str());
        let plaintext = decoded.request.plaintext.as_deref().unwrap();
        let expected = expected["request_plaintext"].as_str().unwrap();
        assert_eq!(plaintext, expected.as_bytes());
    }
}

#[test]
fn a_log_keeps_heads_and_answers_but_no_request_bodies() {
    let sidecar = named(LOG);
    let capture = Capture::open(&sidecar.path).unwrap();
    assert_eq!(capture.format().map(|format| format.name), Some("curl"));
    let opened = opened(capture);
    assert_eq!(opened.len(), 6);
    for ((flow, decoded), expected) in opened.iter().zip(&sidecar.flows) {
        let flow = flow.as_ref().unwrap();
        assert_eq!(flow.request.url.as_str(), expected["url"]);
        let response = flow.response.as_ref().unwrap();
        assert_eq!(response.status, Some(200));
        let body = response.body.bytes().unwrap();
        if let Some(length) = response.headers.get("content-length") {
            assert_eq!(body.len().to_string(), length);
        }
        let in_query = flow.request.url.query().is_some();
        let state = if in_query {
            State::Verified
        } else {
            State::Unreadable
        };
        assert_eq!(decoded.state, state);
    }
    let tally = tally(&sidecar);
    assert_eq!((tally.exact, tally.kept), (2, 2));
}

/// A terminal holds both: what the one lacks the other has.
#[test]
fn commands_with_their_logs_open_on_both_sides() {
    let sidecar = named(LOG);
    let commands = std::fs::read_to_string(named("copy-as-curl.sh").path).unwrap();
    let session: String = commands
        .lines()
        .zip(runs())
        .map(|(command, log)| format!("me@pc:~$ {command}\n{log}"))
        .collect();
    for session in [session.replace('\n', "\r\n"), session] {
        let opened = opened(index(session.as_bytes()).unwrap());
        assert_eq!(opened.len(), 6);
        for ((_, decoded), expected) in opened.iter().zip(&sidecar.flows) {
            assert_eq!(decoded.state, State::Verified);
            let request = decoded.request.plaintext.as_deref().unwrap();
            let expected_request = expected["request_plaintext"].as_str().unwrap();
            assert_eq!(request, expected_request.as_bytes());
            let response = decoded.response.as_ref().unwrap().plaintext.as_deref();
            assert_eq!(
                hash(response.unwrap()),
                expected["response_plaintext_sha256"]
            );
        }
    }
}

#[test]
fn an_encrypted_answer_pasted_below_its_command_opens() {
    let commands = std::fs::read_to_string(named("copy-as-curl.sh").path).unwrap();
    let log = opened(Capture::open(&named(LOG).path).unwrap());
    let mut note = String::new();
    for (command, (flow, _)) in commands.lines().zip(&log) {
        let response = flow.as_ref().unwrap().response.as_ref().unwrap();
        let body = std::str::from_utf8(response.body.bytes().unwrap()).unwrap();
        note.push_str(&format!("{command}\n\n# the answer:\n{body}\n\n"));
    }
    let opened = opened(index(note.as_bytes()).unwrap());
    for ((_, decoded), expected) in opened.iter().zip(&named(LOG).flows) {
        let response = decoded.response.as_ref().unwrap().plaintext.as_deref();
        assert_eq!(
            hash(response.unwrap()),
            expected["response_plaintext_sha256"]
        );
    }
}

#[test]
fn a_command_copied_for_windows_is_the_same_request() {
    let commands = std::fs::read_to_string(named("copy-as-curl.sh").path).unwrap();
    // As Chrome writes it: each special character behind a caret.
    let for_cmd: String = commands
        .lines()
        .map(|command| {
            let mut out = String::new();
            for char in command.chars() {
                match char {
                    '\'' => out.push_str("^\""),
                    '%' | '&' | '|' | '<' | '>' | '^' => out.extend(['^', char]),
                    _ => out.push(char),
                }
            }
            out.replace(" -H ", " ^\r\n  -H ") + "\r\n"
        })
        .collect();
    let here = opened(index(for_cmd.as_bytes()).unwrap());
    let there = opened(index(commands.as_bytes()).unwrap());
    assert_eq!(here.len(), 6);
    for ((here, decoded), (there, _)) in here.iter().zip(&there) {
        assert_eq!(here, there);
        assert_eq!(decoded.state, State::Verified);
    }
}
