use std::ops::ControlFlow;

use super::super::archive::tests::zip;
use super::*;
use crate::capture::Capture;
use crate::flow::Body;

const KEY: &[u8] = b"ssecurity=AAECAwQFBgcICQoLDA0ODw==";
const DIGEST: &str = "4a5eb7171b58e08a6881721e3b43d5a44419a2be";

fn index(members: &[(&str, &[u8])]) -> Result<Capture, Error> {
    let source = Source::from_bytes("t.zip", zip(members)).unwrap();
    Capture::index(source, &mut |_| ControlFlow::Continue(()))
}

fn har(file: &str) -> Vec<u8> {
    let file = serde_json::to_string(file).unwrap();
    format!(
        r#"{{"log":{{"entries":[{{"request":{{"method":"POST","url":"https://h/p","postData":{{"text":"","_file":{file}}}}},
        "response":{{"status":200,"content":{{"size":9,"_file":{file}}}}}}}]}}}}"#
    )
    .into_bytes()
}

#[test]
fn bodies_come_out_of_the_archive() {
    let name = format!("{DIGEST}.txt");
    for folder in ["", "export/"] {
        let (har_name, body_name) = (format!("{folder}har.har"), format!("{folder}{name}"));
        let capture = index(&[(&har_name, &har(&name)), (&body_name, KEY)]).unwrap();
        assert_eq!(capture.format().map(|format| format.name), Some("HAR"));
        let flow = capture.flow(&capture.entries()[0]).unwrap();
        let body = Body::Bytes(KEY.to_vec());
        assert_eq!(
            (&flow.request.body, &flow.response.unwrap().body),
            (&body, &body)
        );
        assert!(
            capture.entries()[0].may_hold_key,
            "found in a body's own file"
        );
    }
}

#[test]
fn names_that_lead_elsewhere_give_no_body() {
    for name in [
        "../secret",
        "/etc/passwd",
        "secret",
        &format!("../{DIGEST}"),
        &format!("{DIGEST}.missing"),
    ] {
        let members: [(&str, &[u8]); 3] = [
            ("har.har", &har(name)),
            ("secret", b"x"),
            ("../secret", b"x"),
        ];
        let capture = index(&members).unwrap();
        let flow = capture.flow(&capture.entries()[0]).unwrap();
        assert_eq!(
            flow.response.unwrap().body,
            Body::Dropped { size: Some(9) },
            "{name}"
        );
        assert_eq!(flow.warnings.len(), 2, "{name}");
    }
}

#[test]
fn a_packed_capture_of_another_kind_is_read_too() {
    let list = br#"[{"url":"https://h/p","req":{"method":"GET"},"startTime":1}]"#;
    let capture = index(&[("network.txt", list)]).unwrap();
    assert_eq!(
        capture.format().map(|format| format.name),
        Some("whistle sessions")
    );
    let capture = index(&[("__MACOSX/._home.har", b"\0"), ("home.HAR", &har("x"))]).unwrap();
    assert_eq!(capture.entries().len(), 1);
}

#[test]
fn archives_without_a_capture_are_refused() {
    for members in [
        &[("a.txt", &b"x"[..]), ("b.txt", b"y")][..],
        &[("only.txt", b"no capture")],
        &[("inner.zip", b"PK\x03\x04")],
        &[],
    ] {
        assert!(index(members).is_err(), "{members:?}");
    }
}

#[test]
fn a_cut_archive_gives_what_of_its_har_is_whole() {
    let name = format!("{DIGEST}.txt");
    let har = har(&name);
    let bytes = zip(&[("har.har", &har), (&name, b"body")]);
    for cut in 4..bytes.len() {
        let source = Source::from_bytes("t.zip", bytes[..cut].to_vec()).unwrap();
        if let Ok(capture) = Capture::index(source, &mut |_| ControlFlow::Continue(())) {
            assert_eq!(capture.entries().len(), 1, "{cut}");
            assert!(capture.flow(&capture.entries()[0]).is_ok(), "{cut}");
            assert!(!capture.warnings().is_empty(), "{cut}");
        }
    }
}
