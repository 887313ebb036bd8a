use std::ops::ControlFlow;

use super::*;
use crate::capture::{Capture, Source, Warning};

/// A tnetstring.
fn net(payload: impl AsRef<[u8]>, kind: char) -> Vec<u8> {
    let payload = payload.as_ref();
    let mut out = format!("{}:", payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out.push(kind as u8);
    out
}

fn dictionary(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let parts = members
        .iter()
        .flat_map(|(name, value)| [net(name, ';'), value.clone()]);
    net(parts.collect::<Vec<_>>().concat(), '}')
}

fn fields(pairs: &[(&str, &[u8])]) -> Vec<u8> {
    let pairs = pairs
        .iter()
        .map(|(name, value)| net([net(name, ','), net(value, ',')].concat(), ']'));
    net(pairs.collect::<Vec<_>>().concat(), ']')
}

/// A request as 11.x writes it, redirected to a port of its own.
fn request(authority: &str, headers: &[(&str, &[u8])]) -> Vec<u8> {
    dictionary(&[
        ("path", net("/app/a?x=1", ',')),
        ("authority", net(authority, ',')),
        ("scheme", net("https", ',')),
        ("method", net("POST", ',')),
        ("port", net("18444", '#')),
        ("host", net("127.0.0.1", ';')),
        ("timestamp_start", net("1795450532.0875647", '^')),
        ("content", net("data=1", ',')),
        ("headers", fields(headers)),
        ("http_version", net("HTTP/1.1", ',')),
    ])
}

fn flow(kind: &str, request: Vec<u8>) -> Vec<u8> {
    let response = dictionary(&[
        ("status_code", net("200", '#')),
        ("timestamp_end", net("1795450532.5875647", '^')),
        ("content", net("ok", ',')),
        ("headers", fields(&[("X-Odd", b"\xff")])),
    ]);
    dictionary(&[
        ("websocket", net("", '~')),
        ("response", response),
        ("request", request),
        ("error", net("", '~')),
        ("type", net(kind, ';')),
        ("version", net("21", '#')),
    ])
}

fn http() -> Vec<u8> {
    flow("http", request("", &[("Host", b"h.example.org")]))
}

fn capture(bytes: &[u8]) -> Capture {
    let source = Source::from_bytes("t.mitm", bytes.to_vec()).unwrap();
    Capture::index(source, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn whole(capture: &Capture) -> usize {
    let entries = capture.entries().iter();
    entries.filter(|entry| capture.flow(entry).is_ok()).count()
}

#[test]
fn a_flow_is_read_with_the_host_the_client_meant() {
    for (authority, header, url) in [
        ("", "h.example.org", "https://h.example.org/app/a?x=1"),
        ("a.example.org", "", "https://a.example.org/app/a?x=1"),
        (
            "",
            "h.example.org:8443",
            "https://h.example.org:8443/app/a?x=1",
        ),
        ("", "", "https://127.0.0.1:18444/app/a?x=1"),
    ] {
        let raw = flow("http", request(authority, &[("Host", header.as_bytes())]));
        let flow = read(&raw, 0).unwrap();
        assert_eq!(flow.request.url.as_str(), url);
        assert_eq!(flow.request.body, Body::Bytes(b"data=1".to_vec()));
        assert_eq!(flow.started.unwrap().as_millis(), 1_795_450_532_087);
        assert_eq!(flow.duration_ms.map(f64::round), Some(500.0));
        let response = flow.response.unwrap();
        assert_eq!(response.status, Some(200));
        assert_eq!(response.headers.get("x-odd"), Some("\u{fffd}"));
    }
}

#[test]
fn fields_of_old_versions_are_read() {
    // 0.14 for Python 2: everything is bytes, `httpversion` is a list.
    let request = dictionary(&[
        ("method", net("GET", ',')),
        ("scheme", net("http", ',')),
        ("host", net("h", ',')),
        ("port", net("80", '#')),
        ("path", net("/p", ',')),
        (
            "httpversion",
            net([net("1", '#'), net("0", '#')].concat(), ']'),
        ),
        ("content", net("", ',')),
        ("headers", fields(&[])),
    ]);
    let response = dictionary(&[("code", net("404", '#')), ("content", net("", '~'))]);
    let raw = dictionary(&[("request", request), ("response", response)]);
    let flow = read(&raw, 0).unwrap();
    assert_eq!(flow.request.url.as_str(), "http://h/p");
    assert_eq!(flow.request.http_version, "HTTP/1.0");
    assert_eq!(flow.request.body, Body::Absent);
    let response = flow.response.unwrap();
    assert_eq!(response.status, Some(404));
    assert_eq!(response.body, Body::Dropped { size: None });
}

#[test]
fn flows_of_other_protocols_are_counted_and_not_listed() {
    let tcp = dictionary(&[("messages", net("", ']')), ("type", net("tcp", ';'))]);
    let file = [http(), tcp.clone(), http(), tcp].concat();
    let capture = capture(&file);
    assert_eq!(
        capture.format().map(|format| format.name),
        Some("mitmproxy flows")
    );
    assert_eq!((capture.entries().len(), whole(&capture)), (2, 2));
    assert_eq!(capture.warnings(), [Warning::NotHttp { flows: 2 }]);
    assert!(!capture.warnings()[0].is_damage());
}

#[test]
fn a_cut_anywhere_keeps_the_whole_flows() {
    let one = http();
    let file = [one.clone(), one.clone(), one.clone()].concat();
    for cut in 40..file.len() {
        let capture = capture(&file[..cut]);
        assert_eq!(whole(&capture), cut / one.len(), "{cut}");
        let is_cut = cut % one.len() != 0;
        assert_eq!(
            matches!(capture.warnings(), [Warning::Cut { .. }]),
            is_cut,
            "{cut}"
        );
    }
}

#[test]
fn a_file_that_was_cut_by_a_kill_and_appended_to_loses_no_readable_flow() {
    let one = http();
    let other = flow("http", request("a.example.org", &[("X", b"12345")]));
    let tcp = dictionary(&[("messages", net("", ']')), ("type", net("tcp", ';'))]);
    for cut in 1..one.len() {
        for behind in [&one, &other, &tcp] {
            let file = [&one[..], &one[..cut], behind, &one, &other[..cut], &one].concat();
            let capture = capture(&file);
            let lost = usize::from(*behind == tcp);
            assert_eq!(whole(&capture), 4 - lost, "{cut}");
        }
    }
}

#[test]
fn a_length_that_lies_costs_one_flow() {
    let one = http();
    let digits = one.iter().position(|byte| *byte == b':').unwrap();
    for lie in [
        "1",
        "99",
        "5000",
        "999999999999",
        "9999999999999",
        "-1",
        "x",
    ] {
        let liar = [lie.as_bytes(), &one[digits..]].concat();
        let capture = capture(&[one.clone(), liar, one.clone()].concat());
        assert_eq!((capture.entries().len(), whole(&capture)), (3, 2), "{lie}");
    }
}

#[test]
fn a_flipped_byte_anywhere_neither_panics_nor_loses_the_next_flow() {
    let one = http();
    for at in 0..one.len() {
        let mut file = [one.clone(), one.clone(), one.clone()].concat();
        file[one.len() + at] ^= 0x15;
        let capture = capture(&file);
        assert!(whole(&capture) >= 2, "{at}");
    }
}

#[test]
fn nesting_costs_no_stack() {
    let mut bomb = net("", ']');
    for _ in 0..20_000 {
        bomb = net(&bomb, ']');
    }
    let request = dictionary(&[("headers", bomb.clone()), ("path", bomb)]);
    let capture = capture(&[flow("http", request), http()].concat());
    assert_eq!(whole(&capture), 2);
}

#[test]
fn what_merely_starts_with_digits_is_no_flow_file() {
    for head in [
        "12:00 o'clock",
        "5:hello,",
        "1:2:3",
        "",
        "0:}",
        "9999999999999:1:a;",
    ] {
        assert!(!is(head.as_bytes()), "{head}");
    }
    assert!(is(b"46:9:websocket;"));
    assert!(is(b"46:4:type,"));
}

#[test]
fn the_messages_of_a_websocket_are_kept() {
    let message = |kind, from, content: &[u8]| {
        let parts = [
            net(kind, '#'),
            net(from, '!'),
            net(content, ','),
            net("1795974878.973", '^'),
            net("false", '!'),
            net("false", '!'),
        ];
        net(parts.concat(), ']')
    };
    let messages = [
        message("1", "false", b"hi"),
        message("2", "true", b"\0\xff"),
    ];
    let socket = dictionary(&[("messages", net(messages.concat(), ']'))]);
    let raw = dictionary(&[
        ("websocket", socket),
        ("request", request("", &[("Host", b"h.example.org")])),
        ("response", dictionary(&[("status_code", net("101", '#'))])),
        ("type", net("http", ';')),
    ]);
    let Body::Frames(frames) = read(&raw, 0).unwrap().response.unwrap().body else {
        panic!("no messages");
    };
    let told: Vec<_> = frames
        .iter()
        .map(|frame| {
            (
                frame.sent,
                frame.is_text,
                &frame.bytes[..],
                frame.at.unwrap().as_millis(),
            )
        })
        .collect();
    let at = 1_795_974_878_973;
    assert_eq!(
        told,
        [(false, true, &b"hi"[..], at), (true, false, b"\0\xff", at)]
    );
}
