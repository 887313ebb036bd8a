//! What recorders write, each in its way.

use mishark_core::flow::{Body, Flow, Headers, Url};

use super::{bytes, entry, read};

#[track_caller]
fn response_body(response: &str) -> Option<Body> {
    read(&entry("", response))
        .response
        .map(|response| response.body)
}

#[track_caller]
fn request_body(request: &str) -> Body {
    read(&entry(request, r#"{"status":200}"#)).request.body
}

#[test]
fn a_status_that_is_none_means_no_response() {
    for status in [
        "-1",
        "0",
        "\"aborted\"",
        "null",
        "\"\"",
        "\"-1\"",
        "{}",
        "99999",
    ] {
        let response = format!(r#"{{"status":{status},"headers":[],"content":{{}}}}"#);
        let flow = read(&entry("", &response));
        assert_eq!(flow.response, None, "{status}");
    }
    for response in ["null", "{}"] {
        assert_eq!(read(&entry("", response)).response, None, "{response}");
    }
    let failed = r#"{"status":0,"headers":[{"name":"a","value":"b"}]}"#;
    let response = read(&entry("", failed)).response.unwrap();
    assert_eq!(response.status, None);
    assert_eq!(response.headers.get("a"), Some("b"));
}

#[test]
fn a_status_is_a_number_however_it_is_written() {
    for status in ["200", "\"200\"", "\" 200 \""] {
        let flow = read(&entry("", &format!(r#"{{"status":{status}}}"#)));
        assert_eq!(flow.response.unwrap().status, Some(200), "{status}");
    }
}

#[test]
fn response_bodies_of_all_recorders_are_told_apart() {
    let dropped = |size| Body::Dropped { size: Some(size) };
    for (content, expected) in [
        (r#""status":200"#, Body::Absent),
        (r#""status":200,"bodySize":77"#, dropped(77)),
        (r#""status":200,"content":null"#, Body::Absent),
        (r#""status":200,"content":{}"#, Body::Absent),
        (r#""status":200,"content":{"size":-1}"#, Body::Absent),
        (r#""status":204,"content":{"size":0}"#, bytes("")),
        (r#""status":200,"content":{"size":9}"#, dropped(9)),
        (r#""status":200,"content":{"size":"9"}"#, dropped(9)),
        (r#""status":200,"content":{"size":9,"text":""}"#, dropped(9)),
        (
            r#""status":200,"content":{"size":9,"text":null}"#,
            dropped(9),
        ),
        (r#""status":200,"content":{"size":0,"text":""}"#, bytes("")),
        (
            r#""status":200,"content":{"size":-1,"text":"a"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"size":0,"text":"a"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"a","size":null}"#,
            bytes("a"),
        ),
        (r#""status":200,"content":{"text":7}"#, bytes("7")),
        (
            r#""status":200,"content":{"text":"YQ==","encoding":"base64"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"YQ==","encoding":"BASE64"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"YQ==","encoding":" Base64"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"YQ==","encoding":null}"#,
            bytes("YQ=="),
        ),
        (
            r#""status":200,"content":{"text":"YQ==","encoding":""}"#,
            bytes("YQ=="),
        ),
        (
            r#""status":200,"content":{"text":"Y\r\nQ==","encoding":"base64"}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"lossy","base64":"YQ=="}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"kept","base64":""}"#,
            bytes("kept"),
        ),
        (
            r#""status":200,"content":{"size":9,"text":"","_file":"ab.json"}"#,
            dropped(9),
        ),
        (
            r#""status":200,"content":{"text":"a","comment":{"x":[1]}}"#,
            bytes("a"),
        ),
        (
            r#""status":200,"content":{"text":"a","text":"b"}"#,
            bytes("b"),
        ),
    ] {
        let found = response_body(&format!("{{{content}}}"));
        assert!(found.as_ref() == Some(&expected), "{content}: {found:?}");
    }
}

#[test]
fn request_bodies_of_all_recorders_are_told_apart() {
    let dropped = |size| Body::Dropped { size: Some(size) };
    let params = |value: &str| Body::Params(vec![("a".to_owned(), value.to_owned())]);
    for (request, expected) in [
        ("", Body::Absent),
        (r#","bodySize":-1"#, Body::Absent),
        (r#","bodySize":0"#, Body::Absent),
        (r#","bodySize":77"#, dropped(77)),
        (r#","postData":null"#, Body::Absent),
        (r#","postData":null,"bodySize":77"#, dropped(77)),
        (r#","postData":{}"#, Body::Absent),
        (
            r#","postData":{"mimeType":"","text":"","params":[]}"#,
            Body::Absent,
        ),
        (
            r#","postData":{"text":"","params":[]},"bodySize":77"#,
            dropped(77),
        ),
        (r#","postData":{"text":"a=1"}"#, bytes("a=1")),
        (
            r#","postData":{"text":"a=1","params":[{"name":"a","value":"2"}]}"#,
            bytes("a=1"),
        ),
        (
            r#","postData":{"text":"","params":[{"name":"a","value":"1 2"}]}"#,
            params("1 2"),
        ),
        (
            r#","postData":{"params":[{"name":"a","value":"1%2B2"}]}"#,
            params("1%2B2"),
        ),
        (
            r#","postData":{"params":[{"name":"a","value":1}]}"#,
            params("1"),
        ),
        (r#","postData":{"params":[{"name":"a"}]}"#, params("")),
        (
            r#","postData":{"params":[{"name":"a","value":null}]}"#,
            params(""),
        ),
        (
            r#","postData":{"params":[null,{"name":"a","value":"1"}]}"#,
            params("1"),
        ),
        (r#","postData":{"params":null,"text":"a"}"#, bytes("a")),
        (r#","postData":{"params":{"a":"1"},"text":"b"}"#, bytes("b")),
        (
            r#","postData":{"text":"lossy","base64":"YQ=="}"#,
            bytes("a"),
        ),
        (
            r#","postData":{"text":"YQ==","encoding":"base64"}"#,
            bytes("a"),
        ),
        (
            r#","postData":{"mimeType":"none","text":"aborted"}"#,
            Body::Absent,
        ),
        (
            r#","postData":{"text":"","_file":"ab.bin"},"bodySize":5"#,
            dropped(5),
        ),
        (
            r#","_content":{"text":"/w==","size":1,"encoding":"base64"}"#,
            Body::Bytes(vec![0xff]),
        ),
        (
            r#","_content":{"text":"a","encoding":null},"postData":{"text":"b"}"#,
            bytes("a"),
        ),
        (r#","_content":null,"postData":{"text":"b"}"#, bytes("b")),
        (r#","postData":{"text":"a","text":"b"}"#, bytes("b")),
    ] {
        let found = request_body(request);
        assert!(found == expected, "{request}: {found:?}");
    }
}

#[test]
fn text_that_is_not_the_base64_it_is_called_is_taken_as_it_is_and_said() {
    let flow = read(&entry(
        "",
        r#"{"status":200,"content":{"text":"{\"a\":1}","encoding":"base64"}}"#,
    ));
    assert_eq!(
        flow.response.unwrap().body.bytes(),
        Some(&br#"{"a":1}"#[..])
    );
    assert_eq!(flow.warnings.len(), 1);
    assert!(flow.warnings[0].starts_with("/response/content/text: not base64 at byte 0"));
    for text in ["Not base 64", "OK", "plain", "a%2Bb"] {
        let content = format!(r#"{{"content":{{"text":"{text}","encoding":"base64"}}}}"#);
        let flow = read(&entry("", &content));
        assert!(flow.response.unwrap().body == bytes(text), "{text}");
        assert_eq!(flow.warnings.len(), 1, "{text}");
    }
}

#[test]
fn headers_are_read_as_far_as_they_are_headers() {
    for (headers, expected) in [
        ("null", &[][..]),
        ("[]", &[]),
        (r#"[{"name":"a","value":"b","comment":{}}]"#, &[("a", "b")]),
        (r#"[{"name":"a","value":1}]"#, &[("a", "1")]),
        (r#"[{"name":"a","value":null}]"#, &[("a", "")]),
        (r#"[{"name":"a"}]"#, &[("a", "")]),
        (r#"[{"value":"b"},{"name":"c","value":"d"}]"#, &[("c", "d")]),
        (
            r#"[{"name":":path","value":"/"},{"name":"a","value":"b"}]"#,
            &[("a", "b")],
        ),
        (
            r#"[{"name":"a","value":"1"},{"name":"A","value":"2"}]"#,
            &[("a", "1"), ("A", "2")],
        ),
        (r#"[null,{"name":"a","value":"b"},7]"#, &[("a", "b")]),
        (r#"[{"name":"a","name":"c","value":"b"}]"#, &[("c", "b")]),
        (r#"{"a":"b"}"#, &[("a", "b")]),
        (
            r#"[["a","b"],{"name":"c","value":["d"]}]"#,
            &[("a", "b"), ("c", "d")],
        ),
        ("7", &[]),
    ] {
        let flow = read(&entry(
            &format!(r#","headers":{headers},"postData":{{"text":"kept"}}"#),
            &format!(r#"{{"status":200,"headers":{headers},"content":{{"text":"kept"}}}}"#),
        ));
        let response = flow.response.unwrap();
        let list = |headers: &Headers| -> Vec<(String, String)> {
            let owned = headers.iter();
            owned
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        let expected: Vec<(String, String)> = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(list(&flow.request.headers), expected, "{headers}");
        assert_eq!(list(&response.headers), expected, "{headers}");
        assert!(flow.request.body == bytes("kept"), "{headers}");
        assert!(response.body == bytes("kept"), "{headers}");
    }
}

#[test]
fn times_of_all_recorders_are_read() {
    for (started, expected) in [
        ("2026-11-23T16:15:32Z", Some("2026-11-23T16:15:32.000Z")),
        ("2026-11-23T16:15:32.292Z", Some("2026-11-23T16:15:32.292Z")),
        (
            "2026-11-23T16:15:32.292050+00:00",
            Some("2026-11-23T16:15:32.292Z"),
        ),
        (
            "2026-11-23T16:15:32.2920507-07:00",
            Some("2026-11-23T23:15:32.292Z"),
        ),
        ("2026-11-23T16:15:32.292", Some("2026-11-23T16:15:32.292Z")),
        ("2026-11-23 16:15:32", Some("2026-11-23T16:15:32.000Z")),
        ("yesterday", None),
        ("", None),
    ] {
        let entry = format!(r#"{{"startedDateTime":"{started}","request":{{"url":"http://h/"}}}}"#);
        let found = read(entry.as_bytes()).started.map(|time| time.to_string());
        assert_eq!(found.as_deref(), expected, "{started}");
    }
    for (time, expected) in [
        ("12.5", Some(12.5)),
        ("\"12.5\"", Some(12.5)),
        ("63604615927841", Some(63_604_615_927_841.0)),
        ("1e400", None),
        ("-1", None),
        ("null", None),
        ("{}", None),
    ] {
        let entry = format!(
            r#"{{"time":{time},"timings":{{"receive":{time}}},"request":{{"url":"http://h/"}}}}"#
        );
        assert_eq!(read(entry.as_bytes()).duration_ms, expected, "{time}");
    }
}

#[test]
fn only_the_url_is_needed() {
    let flow = read(br#"{"request":{"url":"pinned.example.org:443"}}"#);
    let mut expected = Flow::default();
    expected.request.url = Url::new("pinned.example.org:443");
    assert_eq!(flow, expected);
}

#[test]
fn members_of_other_types_and_comments_do_not_matter() {
    let flow = read(
        br#"{"comment":{"entries":[{}]},"cache":null,"timings":null,"pageref":7,"connection":{"a":1},"_x":[[]],
            "request":{"url":"http://h/","method":"GET","cookies":{},"queryString":null,"headersSize":"x","comment":[]},
            "response":{"status":200,"redirectURL":null,"_error":null,"cookies":7,"content":{"text":"a"}}}"#,
    );
    assert_eq!(flow.response.unwrap().body.bytes(), Some(&b"a"[..]));
    assert_eq!(flow.warnings, Vec::<String>::new());
}

#[test]
fn of_a_doubled_key_the_last_one_counts() {
    let flow = read(
        br#"{"time":1,"time":2,"request":{"url":"http://a/"},
            "request":{"method":"GET","url":"http://b/","url":"http://c/","method":"PUT"},
            "response":{"status":200,"status":404,"content":{"text":"a"},"content":{"text":"b","size":1,"size":2}}}"#,
    );
    assert_eq!(flow.duration_ms, Some(2.0));
    assert_eq!(flow.request.url.as_str(), "http://c/");
    assert_eq!(flow.request.method, "PUT");
    let response = flow.response.unwrap();
    assert_eq!(response.status, Some(404));
    assert_eq!(response.body.bytes(), Some(&b"b"[..]));
}

#[test]
fn careless_strings_are_mended_and_said() {
    let content = |text: &[u8]| {
        let head =
            br#"{"request":{"url":"http://h/"},"response":{"status":200,"content":{"text":""#;
        [&head[..], text, br#""}}}"#].concat()
    };
    for (text, expected, mended) in [
        (&br"\ud83d\udca1"[..], "💡", false),
        (br"a\ud83db", "a\u{fffd}b", false),
        (br"\udca1", "\u{fffd}", false),
        (b"a\xffb", "a\u{fffd}b", true),
        (b"a\xc3", "a\u{fffd}", true),
        (b"a\nb", "a\nb", true),
        (b"a\r\n\tb\x00", "a\r\n\tb\0", true),
        (br"a\qb", r"a\qb", true),
        (br"\x41", r"\x41", true),
    ] {
        let flow = read(&content(text));
        let body = flow.response.unwrap().body;
        let found = body.bytes().map(String::from_utf8_lossy).unwrap();
        assert_eq!(found, expected);
        assert_eq!(flow.warnings.len(), usize::from(mended), "{expected}");
        assert!(flow.warnings.iter().all(|words| words.contains("mended")));
    }
}
