//! Charles, Burp and curl: what they keep, against what the server itself saw.

mod support;

use mishark::capture::{Capture, Error, Format, Source};
use mishark::decode::{Decoded, Options, State};
use mishark::flow::Flow;
use mishark::protocol::signature::Check;
use mishark::workspace::Workspace;
use support::{Sidecar, sidecars, tally};

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

/// Compares every flow of a proxy's capture with what the server logged.
fn compare(name: &str, format: Format, count: usize) {
    let sidecar = named(name);
    let capture = Capture::open(&sidecar.path).unwrap();
    assert_eq!(capture.format(), format);
    assert!(capture.warnings().is_empty());
    assert_eq!(capture.entries().len(), count);
    let opened = opened(capture);
    for flow in &sidecar.flows {
        let Some(index) = flow["capture"]["index"].as_u64() else {
            continue;
        };
        let (recorded, decoded) = &opened[index as usize];
        let recorded = recorded.as_ref().unwrap();
        // A proxy records the handshake's scheme, the server its own.
        let url = flow["url"].as_str().unwrap().replace("wss://", "https://");
        assert_eq!(recorded.request.url.as_str(), url, "{name} {index}");
        assert_eq!(recorded.request.method, flow["method"].as_str().unwrap());
        let status = recorded.response.as_ref().and_then(|it| it.status);
        assert_eq!(status.map(u64::from), flow["capture"]["status"].as_u64());
        match flow["signature_ok"].as_bool() {
            Some(true) => assert_eq!(decoded.signature, Check::Match, "{name} {index}"),
            Some(false) => assert_ne!(decoded.signature, Check::Match, "{name} {index}"),
            None => {}
        }
    }
    let tally = tally(&sidecar);
    assert!(tally.kept > 60, "{name}: {}", tally.kept);
    assert_eq!(tally.exact, tally.kept, "{name}");
    assert!(tally.count(State::Verified) > 20, "{name}");
}

#[test]
fn charles_keeps_what_the_server_saw() {
    compare("synthetic-charles.chlsj", Format::Charles, 54);
}

#[test]
fn burp_keeps_what_the_server_saw() {
    compare("synthetic-burp.xml", Format::Burp, 54);
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

#[test]
fn other_sessions_of_charles_are_refused_with_a_hint() {
    for bytes in [
        &b"\xac\xed\x00\x05sr\x00\x1ccom.xk72.charles"[..],
        b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8' ?>\n<charles-session>",
    ] {
        let error = index(bytes).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains("charles convert"), "{error}");
    }
}
