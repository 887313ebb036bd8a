//! Captures that are no JSON at the top, against what the server itself logged.

mod support;

use mishark::capture::{Capture, Format};
use mishark::decode::Options;
use mishark::protocol::signature::Check;
use mishark::workspace::{FlowId, Workspace};
use support::{Sidecar, sidecars, tally};

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
    assert_eq!(tally.exact, tally.kept, "{name}");
    assert!(tally.kept > 0);
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
        let flow = flow.unwrap();
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
