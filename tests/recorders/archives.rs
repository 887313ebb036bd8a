//! Captures that are no JSON at the top, against what the server itself logged.

mod support;

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use mishark::capture::{Capture, Format, Source};
use mishark::decode::{Options, State};
use mishark::flow::Body;
use mishark::protocol::plaintext::Step;
use mishark::protocol::signature::Check;
use mishark::workspace::{FlowId, Workspace};
use support::{Sidecar, sidecars, tally};
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

/// Bodies, signatures, methods, URLs and states agree with the server's log.
fn agrees(name: &str, format: Format) {
    let sidecar = sidecar(name);
    let workspace = workspace(&sidecar);
    assert_eq!(workspace.captures()[0].format(), format);
    assert_eq!(workspace.captures()[0].warnings(), []);
    assert!(
        workspace.captures()[0]
            .entries()
            .iter()
            .all(|entry| entry.error.is_none())
    );
    let tally = tally(&sidecar);
    assert_eq!(tally.exact, tally.kept, "{name} ({})", sidecar.producer);
    assert!(tally.kept > 0);
    assert!(tally.count(State::Verified) > 0);
    assert_eq!(Some(tally.entries as u64), sidecar.entries, "{name}");
    let mut signed = 0;
    for expected in &sidecar.flows {
        let Some(index) = expected["capture"]["index"].as_u64() else {
            continue;
        };
        let id = FlowId {
            capture: 0,
            entry: index as usize,
        };
        let (flow, decoded) = workspace.open(id);
        let flow = flow.expect("all entries are readable");
        let at = format!("{name}: entry {index}");
        let url = &flow.request.url;
        for (name, found) in [
            ("method", flow.request.method.as_str()),
            ("host", url.host()),
            ("path", url.path()),
        ] {
            // Websockets are logged without a host.
            if let Some(expected) = expected[name].as_str() {
                assert_eq!(found, expected, "{at}: {name}");
            }
        }
        if let Some(ok) = expected["signature_ok"].as_bool() {
            signed += 1;
            match ok {
                true => assert_eq!(decoded.signature, Check::Match, "{at}"),
                false => assert!(
                    matches!(decoded.signature, Check::Mismatch { .. } | Check::Absent),
                    "{at}: {:?}",
                    decoded.signature
                ),
            }
        }
    }
    assert!(signed > 0, "{name}");
}

#[test]
fn mitmproxy_flows_agree_with_the_server() {
    agrees("mitmproxy-11.0.2-mijia-app.mitm", Format::Mitmproxy);
}

#[test]
fn whistle_sessions_in_an_archive_agree_with_the_server() {
    agrees("whistle-2.10.10-all-clients.saz", Format::Saz);
}

#[test]
fn playwright_bodies_in_an_archive_agree_with_the_server() {
    agrees("playwright-1.65-chromium-attach.zip", Format::Har);
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
