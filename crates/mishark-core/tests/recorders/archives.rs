//! Captures that are no JSON at the top, against what the server itself logged.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use crate::support::{Sidecar, sidecars};
use flate2::Compression;
use flate2::write::GzEncoder;
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::Options;
use mishark_core::flow::Body;
use mishark_core::protocol::plaintext::Step;
use mishark_core::workspace::{FlowId, Workspace};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn sidecar(name: &str) -> Sidecar {
    let mut all = sidecars().into_iter();
    all.find(|sidecar| sidecar.name == name)
        .unwrap_or_else(|| panic!("{name} is in tests/captures"))
}

fn workspace(sidecar: &Sidecar) -> Workspace {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&sidecar.path).unwrap_or_else(|error| panic!("{error}")));
    workspace
}

/// What was kept; the list tells an empty body from none, the archive does not.
fn bytes(body: &Body) -> &[u8] {
    body.bytes().unwrap_or_default()
}

#[test]
fn an_archive_of_whistle_says_what_its_list_says() {
    let archive = workspace(&sidecar("whistle-2.10.10-all-clients.saz"));
    let list = workspace(&sidecar("whistle-2.10.10-all-clients.txt"));
    assert_eq!(archive.len(), list.len());
    for id in list.ids() {
        let (in_archive, in_list) = (archive.open(id), list.open(id));
        let (a, b) = (
            in_archive.0.expect("readable"),
            in_list.0.expect("readable"),
        );
        assert_eq!(a.request.method, b.request.method, "{id:?}");
        assert_eq!(a.request.url, b.request.url, "{id:?}");
        assert_eq!(bytes(&a.request.body), bytes(&b.request.body), "{id:?}");
        assert_eq!(a.started, b.started, "{id:?}");
        assert_eq!(a.duration_ms, b.duration_ms, "{id:?}");
        assert_eq!(in_archive.1.state, in_list.1.state, "{id:?}");
        assert_eq!(a.response.is_some(), b.response.is_some(), "{id:?}");
        let (Some(a), Some(b)) = (a.response, b.response) else {
            continue;
        };
        assert_eq!(a.status, b.status, "{id:?}");
        assert_eq!(bytes(&a.body), bytes(&b.body), "{id:?}");
    }
}

#[test]
fn bodies_next_to_a_har_are_read_like_those_in_its_archive() {
    let packed = sidecar("playwright-1.65-chromium-attach.zip");
    let folder = tempfile::tempdir().expect("a folder");
    let file = std::fs::File::open(&packed.path).expect("it is there");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    archive.extract(folder.path()).expect("it unpacks");
    let mut unpacked = Workspace::new(Options::default());
    unpacked.add(Capture::open(&folder.path().join("har.har")).expect("a capture"));
    let packed = workspace(&packed);
    assert_eq!(packed.len(), unpacked.len());
    for id in packed.ids() {
        assert_eq!(packed.open(id).0, unpacked.open(id).0);
        assert_eq!(
            packed.entry(id).may_hold_key,
            unpacked.entry(id).may_hold_key
        );
    }
}

#[test]
fn few_entries_of_an_archive_are_read_for_keys() {
    for sidecar in sidecars() {
        let workspace = workspace(&sidecar);
        let entries = workspace.captures()[0].entries();
        let flagged = entries.iter().filter(|entry| entry.may_hold_key).count();
        assert!(
            flagged > 0 && flagged * 2 < entries.len(),
            "{}: {flagged}",
            sidecar.name
        );
    }
}

#[test]
fn a_login_that_fiddler_kept_in_gzip_gives_its_key() {
    let login = r#"&&&START&&&{"ssecurity":"AAAAAAAAAAAAAAAAAAAAAA==","userId":1,"code":0}"#;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(login.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\
        Transfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    answer.extend(format!("{:x}\r\n", gzip.len()).into_bytes());
    answer.extend([&gzip[..], b"\r\n0\r\n\r\n"].concat());
    let request = b"POST https://account.xiaomi.com/pass/serviceLoginAuth2 HTTP/1.1\r\n\r\n";
    let foreign = b"GET https://www.example.com/ HTTP/1.1\r\n\r\n";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("raw/1_c.txt", &request[..]),
        ("raw/1_s.txt", &answer),
        ("raw/2_c.txt", foreign),
    ] {
        let options = SimpleFileOptions::default();
        archive.start_file(name, options).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    let bytes = archive.finish().expect("memory").into_inner();
    let source = Source::from_bytes("login.saz", bytes).expect("an archive");
    let capture = Capture::index(source, &mut |_| ControlFlow::Continue(())).expect("a capture");
    let flagged = capture.entries().iter().map(|entry| entry.may_hold_key);
    assert!(flagged.eq([true, false]));
    let mut workspace = Workspace::new(Options::default());
    workspace.add(capture);
    assert_eq!(workspace.ring().sessions().len(), 1);
    let opened = workspace
        .open(FlowId {
            capture: 0,
            entry: 0,
        })
        .1;
    let response = opened.response.expect("an answer");
    assert!(response.steps.contains(&Step::Transport));
}
