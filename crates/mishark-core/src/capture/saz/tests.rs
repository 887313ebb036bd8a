use std::ops::ControlFlow;
use std::sync::Arc;

use super::super::archive::tests::{source, zip};
use super::*;
use crate::capture::{Capture, Source};

const REQUEST: &[u8] = b"POST https://h.example.org/app/a HTTP/1.1\r\nHost: h\r\n\r\ndata=1";
const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
const FIDDLER: &[u8] = b"<Session><SessionTimers ClientConnected=\"2026-11-24T00:13:48.0000000+08:00\" \
    ClientBeginRequest=\"2026-11-24T00:13:49.0000000+08:00\" ServerDoneResponse=\"0001-01-01T00:00:00\" \
    ClientDoneResponse=\"2026-11-24T00:13:49.2500000+08:00\"/><SessionFlags>\
    <SessionFlag N=\"https-Client-SessionID\" V=\"empty\"/></SessionFlags></Session>";

fn index(bytes: Vec<u8>) -> Result<Capture, Error> {
    let source = Source::from_bytes("t.saz", bytes).unwrap();
    Capture::index(source, &mut |_| ControlFlow::Continue(()))
}

fn capture(members: &[(&str, &[u8])]) -> Capture {
    index(zip(members)).unwrap()
}

fn paths(capture: &Capture) -> Vec<&str> {
    capture.entries().iter().map(|entry| &*entry.path).collect()
}

#[test]
fn a_session_of_fiddler_is_read() {
    let request = b"POST /app/a?x HTTP/1.1\r\nHost: h.example.org:8443\r\n\r\ndata=1";
    let capture = capture(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("raw/1_c.txt", request),
        ("raw/1_m.xml", FIDDLER),
        ("raw/1_s.txt", RESPONSE),
        ("_index.htm", b"<html/>"),
    ]);
    let [entry] = capture.entries() else {
        panic!("one session is one entry");
    };
    let flow = capture.flow(entry).unwrap();
    assert_eq!(
        flow.request.url.as_str(),
        "https://h.example.org:8443/app/a?x"
    );
    assert_eq!(flow.request.body, Body::Bytes(b"data=1".to_vec()));
    assert_eq!(
        flow.started.unwrap().to_string(),
        "2026-11-23T16:13:49.000Z"
    );
    assert_eq!(flow.duration_ms, Some(250.0));
    assert_eq!(flow.response.unwrap().body, Body::Bytes(b"ok".to_vec()));
    assert_eq!(
        (&*entry.path, entry.status, entry.response_size),
        ("/app/a", Some(200), Some(2))
    );
}

#[test]
fn numbers_order_the_sessions_however_they_are_padded() {
    let line = |path: &str| format!("GET http://h/{path} HTTP/1.1\r\n\r\n").into_bytes();
    let (two, ten, one) = (line("two"), line("ten"), line("one"));
    let members: [(&str, &[u8]); 4] = [
        ("export/raw/10_c.txt", &ten),
        ("export/raw/002_c.txt", &two),
        ("export/raw/1_c.txt", &one),
        ("export/raw/99999999999999999999999_c.txt", &one),
    ];
    let capture = capture(&members);
    assert_eq!(paths(&capture), ["/one", "/two", "/ten"]);
}

#[test]
fn what_never_got_an_answer_has_none() {
    let tunnel = b"CONNECT pinned.example.org:443 HTTP/1.1\r\n\r\naborted";
    let extra = br#"{"url":"pinned.example.org:443","captureError":true,"times":{"startTime":1795450447028}}"#;
    let capture = capture(&[
        ("raw/0_c.txt", REQUEST),
        ("raw/0_s.txt", b""),
        ("raw/1_c.txt", tunnel),
        ("raw/1_s.txt", b"HTTP/1.1 captureError unknown\r\n\r\n"),
        ("raw/1_whistle.json", extra),
        ("raw/2_c.txt", b"CONNECT h:443 HTTP/1.1\r\n\r\n"),
    ]);
    let flows: Vec<Flow> = capture
        .entries()
        .iter()
        .map(|entry| capture.flow(entry).unwrap())
        .collect();
    assert!(flows.iter().all(|flow| flow.response.is_none()));
    assert_eq!(flows[1].request.body, Body::Absent);
    assert_eq!(flows[1].request.url.as_str(), "pinned.example.org:443");
    assert_eq!(flows[1].started.unwrap().as_millis(), 1_795_450_447_028);
    assert_eq!(flows[2].request.url.as_str(), "h:443");
}

#[test]
fn a_body_the_recorder_dropped_is_not_an_empty_one() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1309536\r\n\r\n";
    let dropped = Body::Dropped {
        size: Some(1_309_536),
    };
    for (method, body) in [("GET", dropped), ("HEAD", Body::Bytes(Vec::new()))] {
        let request = format!("{method} http://h/ HTTP/1.1\r\n\r\n");
        let members: [(&str, &[u8]); 2] =
            [("raw/0_c.txt", request.as_bytes()), ("raw/0_s.txt", answer)];
        let capture = capture(&members);
        let flow = capture.flow(&capture.entries()[0]).unwrap();
        assert_eq!(flow.response.unwrap().body, body, "{method}");
    }
}

#[test]
fn one_bad_session_is_one_bad_row() {
    let capture = capture(&[
        ("raw/1_c.txt", REQUEST),
        ("raw/2_s.txt", RESPONSE),
        ("raw/3_c.txt", b""),
        ("raw/4_c.txt", b"\xff\xfe\0"),
        ("raw/5_c.txt", REQUEST),
        ("raw/5_m.xml", b"<"),
        ("raw/5_whistle.json", b"[1"),
    ]);
    let bad: Vec<bool> = capture
        .entries()
        .iter()
        .map(|entry| entry.error.is_some())
        .collect();
    assert_eq!(bad, [false, true, true, true, false]);
    let error = capture.entries()[1].error.as_deref().unwrap();
    assert_eq!(
        (error.pointer.as_str(), &error.reason),
        ("/request", &Reason::Missing)
    );
}

#[test]
fn a_cut_anywhere_keeps_the_whole_sessions() {
    let members: Vec<(String, &[u8])> = (0..3)
        .flat_map(|n| {
            [
                (format!("raw/{n}_c.txt"), REQUEST),
                (format!("raw/{n}_s.txt"), RESPONSE),
            ]
        })
        .collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(n, b)| (n.as_str(), *b)).collect();
    let bytes = zip(&members);
    let mut most = 0;
    for cut in 4..bytes.len() {
        let Ok(capture) = index(bytes[..cut].to_vec()) else {
            assert_eq!(most, 0, "{cut}");
            continue;
        };
        assert_eq!(capture.warnings(), [Warning::NoDirectory]);
        let whole = paths(&capture)
            .iter()
            .filter(|path| **path == "/app/a")
            .count();
        assert!(whole >= most, "{cut}");
        most = whole;
    }
    assert_eq!(most, 3);
}

#[test]
fn an_encrypted_archive_is_refused_with_words() {
    let mut bytes = zip(&[("raw/1_c.txt", REQUEST)]);
    let directory = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let error = index(bytes).unwrap_err().to_string();
    assert!(error.contains("without a password"), "{error}");
}

#[test]
fn a_place_that_is_no_session_is_an_error() {
    let archive = Archive::open(source(zip(&[("raw/1_c.txt", REQUEST)]))).unwrap();
    let files = Files::Archive {
        archive,
        folder: String::new(),
    };
    assert!(read(7, &files).is_err());
    assert!(read(0, &Files::Nowhere).is_err());
    assert!(read(0, &files).is_ok());
}

#[test]
fn archives_are_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Archive>();
    shared::<Arc<Capture>>();
}
