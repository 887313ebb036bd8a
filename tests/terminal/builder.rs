//! The builder's way round: a captured request is edited, signed, confirmed and
//! sent to a cloud on this machine, and the answer stands under its original.

use std::path::Path;

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;

use crate::home::Home;
use crate::support::cloud::{Account, Cloud};

/// A cloud that knows the accounts of a capture.
fn cloud(capture: &str) -> Cloud {
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(Path::new(capture)).unwrap());
    let sessions = workspace.ring().sessions().iter();
    let accounts = sessions.flat_map(|session| {
        let tokens = session.service_tokens.iter();
        tokens.map(|token| Account {
            is_fitness: session.sid.as_deref() == Some("miothealth"),
            ..Account::new(&session.ssecurity.encode(), token.reveal())
        })
    });
    Cloud::http(accounts.collect())
}

#[test]
fn an_edited_request_is_confirmed_sent_and_its_answer_stands_under_the_original() {
    let (home, cloud) = (Home::new(), cloud("samples/home.har"));
    let base = cloud.base();
    let mut pty = home.start(&["samples/home.har", "--base-url", &base], 100, 30);
    pty.wait_for("flows opened");
    pty.press("fpath:prop/set\r");
    pty.wait_for("1/1 ");
    pty.wait_for("14 POST prop/set");
    pty.press("r");
    pty.wait_for("4 Build");
    // Down to the first value, which is true.
    pty.press("jjjjj");
    pty.wait_for(">      value: true");
    pty.press("\r");
    pty.wait_for(" value: true\n");
    pty.press("\x15false\r");
    pty.wait_for(">      value: false");
    pty.wait_for("edited *");
    assert_eq!(cloud.seen().len(), 0);
    pty.press("\x12");
    pty.wait_for("Send it?");
    pty.wait_for("This changes things");
    assert_eq!(cloud.seen().len(), 0, "sent before it was confirmed");
    pty.press("y");
    pty.wait_for("answered: replay .1, status 200");
    pty.wait_until("the replay below its original", |screen| {
        let lines: Vec<String> = screen.rows(0, 100).collect();
        let original = lines.iter().position(|line| line.contains("  14 "));
        let below = original.and_then(|line| lines.get(line + 1));
        below.is_some_and(|line| line.contains("> .1 ") && line.contains(" = false"))
    });
    let seen = cloud.seen();
    assert_eq!((seen.len(), seen[0].mode), (1, "chained"));
    let data = seen[0].params.iter().find(|(name, _)| name == "data");
    let data: serde_json::Value = serde_json::from_slice(&data.unwrap().1).unwrap();
    assert_eq!(data["params"][0]["value"], false);
    assert_eq!(data["params"][1]["value"], 35);
    pty.press("Q\x03");
    assert!(pty.end().success());
    pty.assert_as_before();
}
