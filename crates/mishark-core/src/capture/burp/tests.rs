use std::ops::Range;

use super::*;
use crate::capture::found::Found;
use crate::capture::source::Source;
use crate::protocol::base64::encode;

fn locate_text(text: &str) -> Vec<(Range<u64>, Option<Reason>)> {
    let source = Source::from_bytes("test", text.as_bytes().to_vec()).unwrap();
    let found = locate(&source).unwrap();
    found
        .filter_map(|found| match found {
            Found::Entry(range, reason) => Some((range, reason)),
            Found::Cut(_) => None,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn parts(text: &str) -> Vec<&str> {
    let items = locate_text(text).into_iter();
    items
        .map(|(range, _)| &text[range.start as usize..range.end as usize])
        .collect()
}

fn item(request: &[u8], response: &[u8]) -> String {
    format!(
        "<item><time>Mon Nov 23 23:59:01 CST 2026</time><url><![CDATA[https://h.io/a?b&c]]></url>\
         <host ip=\"127.0.0.1\">h.io</host><port>443</port><protocol>https</protocol>\
         <method><![CDATA[POST]]></method><path><![CDATA[/a?b&c]]></path><extension>null</extension>\
         <request base64=\"true\"><![CDATA[{}]]></request><status>200</status>\
         <response base64=\"true\"><![CDATA[{}]]></response><comment></comment></item>",
        encode(request),
        encode(response)
    )
}

#[test]
fn items_are_found_whatever_stands_around_them() {
    let text = "<?xml version=\"1.0\"?><!DOCTYPE items [<!ELEMENT items (item*)><!-- it's <item> -->\
                <!ATTLIST x y CDATA \"<item>\">]><items><!-- <item> -->\
                <item><url><![CDATA[</item><item]]></url></item>\n<item a='b'>2</item ><items/><item/></items>";
    let found = parts(text);
    assert_eq!(found[0], "<item><url><![CDATA[</item><item]]></url></item>");
    assert_eq!(found[1], "<item a='b'>2</item >");
    assert!(is(text.as_bytes()));
    assert!(!is(b"<?xml version='1.0'?><charles-session>"));
    assert!(!is(b"<html><items>"));
}

#[test]
fn items_are_found_across_chunks() {
    let filler = "x".repeat(999);
    let one = format!("<item><a><![CDATA[{filler}</item>{filler}]]></a></item>\n");
    let text = one.repeat(700);
    let found = parts(&text);
    assert_eq!(found.len(), 700);
    assert!(found.iter().all(|item| *item == one.trim()));
}

#[test]
fn a_damaged_item_is_one_bad_row() {
    let table = [
        ("<item>1<item>2</item>", 2, Some(Reason::Unclosed)),
        (
            "<item><a><![CDATA[1</a></item> <item><a>2</a></item>",
            2,
            None,
        ),
        ("<item><a><![CDATA[1]]", 1, Some(Reason::Cut)),
        ("<!DOCTYPE items [\"<item>1</item>", 1, None),
    ];
    for (text, count, reason) in table {
        let found = locate_text(text);
        assert_eq!((found.len(), &found[0].1), (count, &reason), "{text}");
    }
    let damaged = b"<item><a><![CDATA[1</a></item>";
    assert!(matches!(
        read(damaged, 5).unwrap_err().reason,
        Reason::Syntax(_)
    ));
    assert_eq!(
        read(b"<item></item>", 5).unwrap_err().reason,
        Reason::Missing
    );
}

#[test]
fn an_item_is_read_as_it_was_on_the_wire() {
    let response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\
                     Date: Mon, 23 Nov 2026 16:15:32 GMT\r\n\r\n2\r\n\x1f\x8b\r\n0\r\n\r\n";
    let text = item(b"POST /a?b&c HTTP/2\r\nHost: h.io\r\n\r\nd=1", response);
    let flow = read(text.as_bytes(), 0).unwrap();
    assert_eq!(flow.request.url.as_str(), "https://h.io/a?b&c");
    assert_eq!(flow.request.http_version, "HTTP/2");
    assert_eq!(flow.request.body.bytes(), Some(&b"d=1"[..]));
    let response = flow.response.unwrap();
    assert_eq!(response.status, Some(200));
    assert_eq!(response.body.bytes(), Some(&b"\x1f\x8b"[..]));
    let started = flow.started.unwrap().to_string();
    assert_eq!(started, "2026-11-23T15:59:01.000Z");
    assert!(flow.warnings.is_empty());
}

#[test]
fn an_item_without_response_or_base64_is_read() {
    let text = "<item><url>https://h.io/a?b&amp;c&#61;1&d&who;</url><status></status>\
                <request>GET /a HTTP/1.1\r\nHost: h.io\r\n\r\n</request><response></response></item>";
    let flow = read(text.as_bytes(), 0).unwrap();
    assert_eq!(flow.request.url.as_str(), "https://h.io/a?b&c=1&d&who;");
    assert_eq!((flow.response, flow.started), (None, None));
    assert!(flow.warnings.is_empty());

    let mut raw =
        b"<item><protocol>http</protocol><response><![CDATA[HTTP/1.1 200 OK\r\n\r\n".to_vec();
    raw.extend(b"\x1f\x8b\xff]]></response><request base64=\"true\"><![CDATA[R0VUIC8gSFRUUC8xLjENCkhvc3Q6IGguaW86ODA4MA0KDQo=]]></request></item>");
    let flow = read(&raw, 0).unwrap();
    assert_eq!(flow.request.url.as_str(), "http://h.io:8080/");
    let body = flow.response.unwrap().body;
    assert_eq!(body.bytes(), Some(&b"\x1f\x8b\xff"[..]));
    assert_eq!(flow.warnings.len(), 1);
}

#[test]
fn the_clock_of_the_server_decides_between_zones() {
    let served = Moment::parse("Mon, 23 Nov 2026 15:59:03 GMT");
    let table = [
        (
            "Mon Nov 23 23:59:01 CST 2026",
            served,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        (
            "Mon Nov 23 09:59:01 CST 2026",
            served,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        ("Mon Nov 23 09:59:01 CST 2026", None, None),
        (
            "Mon Nov 23 16:59:01 CET 2026",
            None,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        (
            "Mon Nov 23 23:59:01 GMT+08:00 2026",
            None,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        (
            "Mon Nov 23 12:29:01 GMT-03:30 2026",
            None,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        (
            "Mon Nov 23 15:59:01 GMT 2026",
            None,
            Some("2026-11-23T15:59:01.000Z"),
        ),
        ("Mon Nov 23 15:59:01 XYZ 2026", served, None),
        ("Mon Nov 23 15:59:01 GMT+é 2026", None, None),
        ("Mon Nov 99 15:59:01 GMT 2026", None, None),
        ("null", None, None),
        ("", None, None),
    ];
    for (text, served, expected) in table {
        let found = java_date(text, served).map(|moment| moment.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn no_cut_panics() {
    let text = item(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"HTTP/2 200\r\n\r\nx");
    for end in 0..text.len() {
        let _ = read(&text.as_bytes()[..end], 0);
        let found = locate_text(&text[..end]);
        assert!(found.len() < 2 && found.iter().all(|(_, reason)| *reason == Some(Reason::Cut)));
    }
}
