//! Captures of real recorders against what the server itself logged, and the
//! same captures packed in every way recorders and people pack them.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;

use crate::support::{Sidecar, hash, root, sidecars, tally};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::{Decoded, Options, Side, State};
use mishark_core::flow::Flow;
use mishark_core::protocol::request::Scheme;
use mishark_core::workspace::Workspace;
use serde_json::Value;
use serde_json::value::RawValue;

const WHISTLE: &str = "whistle-2.10.10-all-clients.txt";
const HARS: [&str; 3] = [
    "mitmproxy-11.0.2-mijia-app.har",
    "playwright-1.65-chromium-embed.har",
    "whistle-2.10.10-mijia-app.har",
];

/// Every capture with what it is recognised as.
const FORMATS: [(&str, &str); 9] = [
    ("mitmproxy-11.0.2-mijia-app.har", "HAR"),
    ("mitmproxy-11.0.2-mijia-app.mitm", "mitmproxy flows"),
    ("playwright-1.65-chromium-attach.zip", "HAR"),
    ("playwright-1.65-chromium-embed.har", "HAR"),
    ("synthetic-burp.xml", "Burp items"),
    ("synthetic-charles.chlsj", "Charles session"),
    ("whistle-2.10.10-all-clients.saz", "SAZ"),
    ("whistle-2.10.10-all-clients.txt", "whistle sessions"),
    ("whistle-2.10.10-mijia-app.har", "HAR"),
];

type Opened = Vec<(Option<Flow>, Decoded)>;

fn open(capture: Capture) -> Opened {
    let name = capture.name().to_owned();
    let mut workspace = Workspace::new(Options::default());
    workspace.add(capture);
    workspace
        .ids()
        .map(|id| {
            let (flow, mut decoded) = workspace.open(id);
            if let Some(key) = &mut decoded.key {
                key.from = key.from.replace(&name, "the capture");
            }
            (flow, decoded)
        })
        .collect()
}

fn index(name: &str, bytes: &[u8]) -> Capture {
    let source = Source::from_bytes(name, bytes.to_vec());
    Capture::index(source.unwrap(), &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn read(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/captures").join(name)).unwrap()
}

// Against the sidecars.

/// Everything in which one capture differs from its sidecar, in words.
fn differences(sidecar: &Sidecar) -> String {
    let capture = Capture::open(&sidecar.path).unwrap_or_else(|error| panic!("{error}"));
    let mut words = String::new();
    for warning in capture.warnings() {
        let _ = writeln!(words, "{}: {warning}", sidecar.name);
    }
    let opened = open(capture);
    if Some(opened.len() as u64) != sidecar.entries {
        let expected = sidecar.entries.unwrap_or_default();
        let _ = writeln!(
            words,
            "{}: {} entries of {expected}",
            sidecar.name,
            opened.len()
        );
    }
    let mut compared = 0;
    for expected in &sidecar.flows {
        let Some(index) = expected["capture"]["index"].as_u64() else {
            continue;
        };
        let Some((Some(flow), decoded)) = opened.get(index as usize) else {
            let _ = writeln!(words, "{}: entry {index}: not read", sidecar.name);
            continue;
        };
        compared += 1;
        for difference in compare(expected, flow, decoded) {
            let _ = writeln!(words, "{}: entry {index}: {difference}", sidecar.name);
        }
    }
    if compared == 0 {
        let _ = writeln!(words, "{}: nothing to compare", sidecar.name);
    }
    words
}

fn compare(expected: &Value, flow: &Flow, decoded: &Decoded) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |what: &str, found: &str, expected: &str| {
        if found != expected {
            differences.push(format!("{what} is {found}, expected {expected}"));
        }
    };
    let word = |name: &str| expected[name].as_str().unwrap_or("none").to_owned();
    let is_websocket = expected["kind"] == "websocket";
    same("method", &flow.request.method, &word("method"));
    // mitmproxy writes a websocket's URL as the request that opened it.
    let url = flow.request.url.as_str().replacen("https://", "wss://", 1);
    if !is_websocket || url != word("url") {
        same("url", flow.request.url.as_str(), &word("url"));
    }
    let response = flow.response.as_ref();
    let status = response.and_then(|response| response.status);
    same(
        "status",
        &status.unwrap_or_default().to_string(),
        &expected["status"].to_string(),
    );
    let is_match = decoded.signature.word() == "match";
    // The server's own note of a form it answered in its own way.
    if expected["capture"]["request_body"] == "raw-form" {
        same("state", decoded.state.name(), "verified");
    } else {
        let state = match (expected["crypto"].as_str(), is_match) {
            (Some("rc4"), true) => State::Verified,
            (Some("rc4"), false) if decoded.state != State::Verified => decoded.state,
            (Some("rc4"), false) => State::Unreadable,
            (Some("hmac"), _) => State::Plain,
            _ => State::Foreign,
        };
        same("state", decoded.state.name(), state.name());
        let scheme = decoded.scheme.map_or("none", Scheme::name);
        same("scheme", scheme, &word("crypto"));
        same(
            "nonce",
            decoded.nonce.as_deref().unwrap_or("none"),
            &word("nonce"),
        );
    }
    match (expected["signature_ok"].as_bool(), decoded.scheme) {
        (Some(true), _) => same("signature", decoded.signature.word(), "match"),
        (Some(false), Some(_)) => same("signature", decoded.signature.word(), "mismatch"),
        _ => {}
    }
    let sides = [
        ("request", Some(&decoded.request)),
        ("response", decoded.response.as_ref()),
    ];
    for (name, side) in sides {
        differences.extend(compare_body(expected, name, side));
    }
    differences
}

fn compare_body(expected: &Value, name: &str, side: Option<&Side>) -> Option<String> {
    let found = side.and_then(|side| side.plaintext.as_deref());
    match expected["capture"][format!("{name}_body")].as_str()? {
        "ok" => {
            let wanted = expected[format!("{name}_plaintext_sha256")].as_str()?;
            let is_same = found.is_some_and(|found| hash(found) == wanted);
            (!is_same).then(|| {
                let len = &expected[format!("{name}_plaintext_len")];
                format!(
                    "{name} has {:?} bytes, expected other {len}",
                    found.map(<[u8]>::len)
                )
            })
        }
        "absent" => found
            .filter(|found| !found.is_empty())
            .map(|found| format!("{name} invented: {} bytes", found.len())),
        _ => None,
    }
}

#[test]
fn every_capture_gives_what_the_server_logged() {
    // curl's have no bodies to compare by position; text_formats has them.
    let mut sidecars = sidecars();
    sidecars.retain(|sidecar| !sidecar.name.contains("curl"));
    let formats: Vec<_> = sidecars
        .iter()
        .map(|sidecar| {
            (
                sidecar.name.as_str(),
                Capture::open(&sidecar.path).unwrap().format().unwrap().name,
            )
        })
        .collect();
    assert_eq!(formats, FORMATS);
    let words: String = sidecars.iter().map(differences).collect();
    assert!(words.is_empty(), "\n{words}");
}

#[test]
fn entries_that_never_reached_the_server_have_no_invented_answer() {
    for name in HARS.into_iter().chain([WHISTLE]) {
        let sidecar: Value =
            serde_json::from_slice(&read(&format!("{name}.expected.json"))).unwrap();
        let opened = open(index(name, &read(name)));
        for expected in sidecar["entries_that_never_reached_the_server"]
            .as_array()
            .unwrap()
        {
            let at = expected["index"].as_u64().unwrap() as usize;
            let (flow, decoded) = &opened[at];
            let flow = flow.as_ref().unwrap();
            assert_eq!(flow.request.url.as_str(), expected["url"], "{name}: {at}");
            assert_eq!(flow.request.method, expected["method"], "{name}: {at}");
            assert_eq!(decoded.state, State::Foreign, "{name}: {at}");
            let status = flow.response.as_ref().and_then(|response| response.status);
            let expected = expected["status"].as_u64().filter(|status| *status > 0);
            assert_eq!(status.map(u64::from), expected, "{name}: {at}");
            if expected.is_none() {
                assert_eq!(flow.response, None, "{name}: {at}");
            }
        }
    }
}

// The same, packed differently.

fn raw_list(bytes: &[u8]) -> Vec<&RawValue> {
    serde_json::from_slice(bytes).unwrap()
}

#[derive(serde::Deserialize)]
struct Har<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(serde::Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

fn raw_entries(bytes: &[u8]) -> Vec<&RawValue> {
    serde_json::from_slice::<Har<'_>>(bytes)
        .unwrap()
        .log
        .entries
}

fn joined(values: &[&RawValue], separator: &str) -> String {
    let texts: Vec<&str> = values.iter().map(|value| value.get()).collect();
    texts.join(separator)
}

/// JSON without the white space between its tokens, all else as it stands.
fn minified(text: &str) -> String {
    let mut in_string = false;
    let mut is_escaped = false;
    let keep = |char: &char| {
        if in_string {
            in_string = is_escaped || *char != '"';
            is_escaped = !is_escaped && *char == '\\';
            return true;
        }
        in_string = *char == '"';
        !char.is_ascii_whitespace()
    };
    text.chars().filter(keep).collect()
}

fn lines(values: &[&RawValue]) -> String {
    let lines = values.iter().map(|value| minified(value.get()) + "\n");
    lines.collect()
}

fn utf16(text: &str, mark: bool, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(to_bytes).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Ways to pack any text.
fn packings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = std::str::from_utf8(bytes).unwrap();
    // Both end in a bracket, so all their line breaks are between tokens.
    let with_mark = [b"\xef\xbb\xbf", bytes].concat();
    vec![
        ("with a mark", with_mark.clone()),
        ("UTF-16 LE", utf16(text, true, u16::to_le_bytes)),
        ("UTF-16 BE", utf16(text, true, u16::to_be_bytes)),
        ("UTF-16 LE unmarked", utf16(text, false, u16::to_le_bytes)),
        ("UTF-16 BE unmarked", utf16(text, false, u16::to_be_bytes)),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("gzip", gzip(bytes)),
        ("gzip twice", gzip(&gzip(bytes))),
        ("gzip of marked text", gzip(&with_mark)),
        ("zlib, fast", zlib(bytes, 1)),
        ("zlib, usual", zlib(bytes, 6)),
        ("zlib, best", zlib(bytes, 9)),
        ("minified", minified(text).into_bytes()),
        ("blanks around", format!("\r\n \t{text}\n\n ").into_bytes()),
    ]
}

#[track_caller]
fn assert_same(name: &str, packing: &str, found: &Opened, expected: &Opened) {
    assert_eq!(found.len(), expected.len(), "{name}, {packing}: entries");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "{name}, {packing}: entry {at}");
    }
}

#[test]
fn every_packing_of_a_capture_gives_the_same() {
    for name in HARS.into_iter().chain([WHISTLE]) {
        let bytes = read(name);
        let expected = open(index(name, &bytes));
        for (packing, packed) in packings(&bytes) {
            let capture = index(name, &packed);
            assert_eq!(capture.warnings(), [], "{name}, {packing}");
            assert_same(name, packing, &open(capture), &expected);
        }
    }
}

#[test]
fn whistle_sessions_in_any_shape_give_the_same() {
    let bytes = read(WHISTLE);
    let expected = open(index(WHISTLE, &bytes));
    let sessions = raw_list(&bytes);
    let (first, second) = sessions.split_at(40);
    let dump = {
        let members: Vec<String> = sessions
            .iter()
            .enumerate()
            .map(|(id, session)| format!("\"1795450430000-{id:03}\":{}", session.get()))
            .collect();
        format!(
            r#"{{"ec":0,"em":"success","data":{{"ids":["1"],"newIds":[],"data":{{{}}},"lastId":"x"}}}}"#,
            members.join(",")
        )
    };
    for (shape, text) in [
        ("one a line", lines(&sessions)),
        ("one after another", joined(&sessions, "")),
        ("one after another with blanks", joined(&sessions, "\n\n")),
        (
            "two arrays",
            format!("[{}]\n[{}]", joined(first, ","), joined(second, ",")),
        ),
        (
            "two arrays without a break",
            format!("[{}][{}]", joined(first, ","), joined(second, ",")),
        ),
        (
            "an array and single objects",
            format!("[{}]\n{}", joined(first, ","), joined(second, "\n")),
        ),
        ("get-data", dump),
    ] {
        let capture = index(WHISTLE, text.as_bytes());
        assert_eq!(
            capture.format().map(|format| format.name),
            Some("whistle sessions"),
            "{shape}"
        );
        assert_eq!(capture.warnings(), [], "{shape}");
        assert_same(WHISTLE, shape, &open(capture), &expected);
    }
}

#[test]
fn har_entries_in_any_shape_give_the_same() {
    for name in HARS {
        let bytes = read(name);
        let entries = raw_entries(&bytes);
        let expected = open(index(name, &bytes));
        let list = joined(&entries, ",");
        for (shape, text) in [
            (
                "entries before version",
                format!(
                    r#"{{"log":{{"entries":[{list}],"pages":[],"creator":{{"name":"x","version":"1"}},"version":"1.2"}}}}"#
                ),
            ),
            (
                "without version",
                format!(r#"{{"log":{{"entries":[{list}]}}}}"#),
            ),
            (
                "a comment before the log",
                format!(
                    r#"{{"comment":{{"entries":[1]}},"log":{{"version":"1.1","entries":[{list}]}}}}"#
                ),
            ),
            ("without log", format!(r#"{{"entries":[{list}]}}"#)),
            ("a bare array", format!("[{list}]")),
            ("one a line", lines(&entries)),
        ] {
            let capture = index(name, text.as_bytes());
            assert_eq!(
                capture.format().map(|format| format.name),
                Some("HAR"),
                "{name}, {shape}"
            );
            assert_eq!(capture.warnings(), [], "{name}, {shape}");
            assert_same(name, shape, &open(capture), &expected);
        }
    }
}

#[test]
fn captures_put_together_in_one_file_are_all_read() {
    for name in HARS {
        let bytes = read(name);
        let once = open(index(name, &bytes));
        let twice: Opened = once.iter().chain(&once).cloned().collect();
        for separator in ["", "\n"] {
            let both = [&bytes[..], separator.as_bytes(), &bytes].concat();
            let capture = index(name, &both);
            assert_eq!(capture.warnings(), [], "{name}");
            assert_same(name, "twice", &open(capture), &twice);
        }
    }
}

#[test]
fn a_wrong_extension_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    for (name, wrong) in [(WHISTLE, "x.har"), (HARS[0], "x.txt"), (HARS[1], "x.png")] {
        let path = folder.path().join(wrong);
        fs::write(&path, read(name)).unwrap();
        let found = open(Capture::open(&path).unwrap());
        assert_same(name, wrong, &found, &open(index(name, &read(name))));
    }
}

#[test]
fn every_kept_body_comes_out_exact() {
    for sidecar in sidecars() {
        let tally = tally(&sidecar);
        assert_eq!(
            tally.exact, tally.kept,
            "{} ({})",
            sidecar.name, sidecar.producer
        );
        assert!(tally.kept > 0, "{} expects nothing", sidecar.name);
        if let Some(entries) = sidecar.entries {
            assert_eq!(tally.entries as u64, entries, "{}", sidecar.name);
        }
    }
}
