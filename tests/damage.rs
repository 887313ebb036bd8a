//! What recorders get wrong, and files that are damaged: an entry is lost at
//! most, never the file, and what was mended or lost is said.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::ops::ControlFlow;

use mishark::capture::{Capture, Error, Format, Source, Warning};
use mishark::decode::{Options, State};
use mishark::flow::{Body, Flow, Headers, Url};
use mishark::workspace::Workspace;

fn index(bytes: &[u8]) -> Result<Capture, Error> {
    let source = Source::from_bytes("x.har", bytes.to_vec())?;
    Capture::index(source, &mut |_| ControlFlow::Continue(()))
}

fn har(entries: &[&[u8]]) -> Vec<u8> {
    let head: &[u8] =
        br#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":["#;
    [head, &entries.join(&b","[..]), b"]}}"].concat()
}

/// The only entry of a HAR made of this one.
#[track_caller]
fn read(entry: &[u8]) -> Flow {
    let capture = index(&har(&[entry])).unwrap();
    let shown = String::from_utf8_lossy(entry);
    let [row] = capture.entries() else {
        panic!("one entry in, {} out: {shown}", capture.entries().len());
    };
    assert_eq!(row.error, None, "{shown}");
    let flow = capture.flow(row).unwrap();
    // A list must not show another flow than the one that opens.
    assert_eq!(row.started, flow.started, "{shown}");
    assert_eq!(row.duration_ms, flow.duration_ms, "{shown}");
    assert_eq!(&*row.method, flow.request.method, "{shown}");
    assert_eq!(&*row.host, flow.request.url.host(), "{shown}");
    let status = flow.response.as_ref().and_then(|response| response.status);
    assert_eq!(row.status, status, "{shown}");
    flow
}

/// An entry with this request and response, but for `url` and `method`.
fn entry(request: &str, response: &str) -> Vec<u8> {
    format!(
        r#"{{"startedDateTime":"2026-11-23T16:15:32.292Z","time":12,"request":{{"method":"POST","url":"https://h.example/p"{request}}},"response":{response}}}"#
    )
    .into_bytes()
}

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

fn bytes(text: &str) -> Body {
    Body::Bytes(text.as_bytes().to_vec())
}

// What recorders write.

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
        (r#"{"a":"b"}"#, &[]),
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

// Damaged entries.

/// A whole entry, pretty or not, with a number to know it by.
fn numbered(number: usize) -> String {
    format!(
        "{{\n \"startedDateTime\": \"2026-11-23T16:15:32.292Z\",\n \"request\": {{\"method\": \"GET\", \"url\": \"http://h.example/{number}\", \"headers\": [{{\"name\": \"a\", \"value\": \"}}]\\\"\"}}]}},\n \"response\": {{\"status\": 200, \"content\": {{\"size\": 2, \"text\": \"ok\"}}}}\n}}"
    )
}

/// Five entries of which the third is damaged: the others are intact, and the
/// damage is on a row of its own.
#[track_caller]
fn lost_entry(damage: &str, entry: &str) -> mishark::capture::EntryError {
    let texts: Vec<String> = (0..5)
        .map(|number| match number {
            2 => entry.to_owned(),
            _ => numbered(number),
        })
        .collect();
    let file = har(&texts.iter().map(String::as_bytes).collect::<Vec<_>>());
    let capture = index(&file).unwrap();
    let rows: Vec<String> = capture
        .entries()
        .iter()
        .map(|entry| match &entry.error {
            Some(error) => error.to_string(),
            None => entry.path.to_string(),
        })
        .collect();
    assert_eq!(rows.len(), 5, "{damage}: {rows:?}");
    for number in [0, 1, 3, 4] {
        assert_eq!(rows[number], format!("/{number}"), "{damage}");
        let flow = capture.flow(&capture.entries()[number]).unwrap();
        let body = flow.response.unwrap().body;
        assert!(body == bytes("ok"), "{damage}: {number}");
    }
    assert_eq!(capture.warnings(), [], "{damage}");
    let row = &capture.entries()[2];
    let error = row
        .error
        .clone()
        .unwrap_or_else(|| panic!("{damage}: read"));
    assert_eq!(capture.flow(row).unwrap_err(), *error, "{damage}");
    let start = har(&[texts[0].as_bytes(), texts[1].as_bytes()]).len() - 2;
    let byte = error.byte.unwrap_or_else(|| panic!("{damage}: no byte"));
    // A parser may see it only at what follows, the next quote at the latest.
    let next_quote = file[start + entry.len()..]
        .iter()
        .position(|byte| *byte == b'"');
    let range = start as u64..=(start + entry.len() + next_quote.unwrap() + 1) as u64;
    assert!(range.contains(&byte), "{damage}: {byte} in {range:?}");
    *error
}

#[test]
fn a_damaged_entry_is_one_row_that_names_place_and_reason() {
    let whole = numbered(2);
    let change = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1)
    };
    for (damage, entry, pointer, reason) in [
        (
            "a syntax error inside",
            change("\"status\": 200", "\"status\": o200"),
            "/response/status",
            "expected",
        ),
        (
            "a comma missing",
            change("\"ok\"}}", "\"ok\" 7}}"),
            "/response/content",
            "expected `,` or `}`",
        ),
        ("no object", "7".to_owned(), "", "not an object"),
        ("a string", "\"aborted\"".to_owned(), "", "not an object"),
        ("null", "null".to_owned(), "", "not an object"),
        (
            "an empty object",
            "{}".to_owned(),
            "/request/url",
            "missing",
        ),
        (
            "no url",
            change("\"url\"", "\"uri\""),
            "/request/url",
            "missing",
        ),
        (
            "a url of another type",
            change("\"http://h.example/2\"", "{\"href\": 1}"),
            "/request/url",
            "missing",
        ),
        (
            "a request of another type",
            change("\"request\": {", "\"request\": 7, \"x\": {"),
            "/request/url",
            "missing",
        ),
    ] {
        let error = lost_entry(damage, &entry);
        assert_eq!(error.pointer, pointer, "{damage}: {error}");
        assert!(error.to_string().contains(reason), "{damage}: {error}");
        assert!(error.to_string().contains("(byte "), "{damage}: {error}");
    }
}

#[test]
fn an_entry_that_does_not_close_does_not_swallow_the_next() {
    let whole = numbered(2);
    let at = whole.find("\"ok\"").unwrap();
    for (damage, entry) in [
        ("an unclosed brace", whole[..whole.len() - 1].to_owned()),
        ("two unclosed braces", whole.replacen("\"}}\n", "\"\n", 1)),
        ("an unclosed bracket", whole.replacen("}]}", "}}", 1)),
        ("an unclosed quote", whole.replacen("\"ok\"", "\"ok", 1)),
        ("an unopened quote", whole.replacen("\"ok\"", "ok\"", 1)),
        ("a quote in a text", whole.replacen("\"ok\"", "\"o\"k\"", 1)),
        ("cut inside", whole[..at].to_owned()),
        ("cut inside a text", whole[..at + 2].to_owned()),
        (
            "a bracket too many inside",
            whole.replacen("}]}", "}]]}", 1),
        ),
    ] {
        let whole = numbered(2);
        assert_ne!(entry, whole, "{damage}");
        lost_entry(damage, &entry);
    }
}

#[test]
fn a_brace_too_many_inside_an_entry_leaves_the_others_and_is_seen() {
    let damaged = numbered(1).replacen("}]}", "}]}}", 1);
    let texts = [numbered(0), damaged, numbered(2)];
    let file = har(&texts.each_ref().map(|text| text.as_bytes()));
    let capture = index(&file).unwrap();
    let paths = capture.entries().iter().map(|entry| match &entry.error {
        Some(_) => "!",
        None => &*entry.path,
    });
    // What stands before the brace is a whole entry; the rest is none.
    assert_eq!(paths.collect::<Vec<_>>(), ["/0", "/1", "!", "/2"]);
}

#[test]
fn a_bracket_too_many_between_entries_loses_none() {
    for stray in ["}", "]", "}}", "}]", ",", ",,"] {
        let texts: Vec<String> = (0..4).map(numbered).collect();
        let file = har(&[
            texts[0].as_bytes(),
            format!("{}{stray}", texts[1]).as_bytes(),
            texts[2].as_bytes(),
            texts[3].as_bytes(),
        ]);
        let capture = index(&file).unwrap();
        let paths: Vec<&str> = capture
            .entries()
            .iter()
            .filter(|entry| entry.error.is_none())
            .map(|entry| &*entry.path)
            .collect();
        assert_eq!(paths, ["/0", "/1", "/2", "/3"], "{stray}");
    }
}

// Cut files.

#[test]
fn a_cut_at_every_byte_keeps_all_whole_entries_and_warns() {
    let entries: Vec<String> = (0..4).map(numbered).collect();
    let shapes = [
        har(&entries.iter().map(String::as_bytes).collect::<Vec<_>>()),
        format!("{{\"entries\": [{}]}}", entries.join(", ")).into_bytes(),
        format!("[{}]", entries.join(",\n")).into_bytes(),
    ];
    for file in shapes {
        let whole = index(&file).unwrap();
        assert_eq!(whole.warnings(), []);
        assert_eq!(whole.entries().len(), 4);
        for cut in 0..file.len() {
            let ends = whole.entries().iter();
            let kept = ends
                .filter(|entry| entry.start + entry.len <= cut as u64)
                .count();
            let capture = match index(&file[..cut]) {
                Ok(capture) => capture,
                Err(error) => {
                    // Too little to tell what it is.
                    assert!(matches!(error, Error::NotACapture { .. }), "{cut}");
                    assert_eq!(kept, 0, "{cut}: {error}");
                    continue;
                }
            };
            let (readable, broken) = capture.entries().split_at(kept);
            assert_eq!(readable, &whole.entries()[..kept], "{cut}");
            assert!(broken.len() <= 1, "{cut}: {broken:?}");
            for entry in broken {
                let words = entry.error.as_ref().unwrap().to_string();
                assert!(words.contains("the file ends here"), "{cut}: {words}");
            }
            let inside = (broken.len() == 1).then_some(kept);
            let expected = Warning::Cut {
                entry: inside,
                whole: kept,
                byte: cut as u64,
            };
            assert_eq!(capture.warnings(), [expected], "{cut}");
        }
    }
}

#[test]
fn who_takes_the_entries_of_a_batch_can_give_them_back() {
    let good = entry("", r#"{"status":200}"#);
    let mut file = har(&[&good, b"7", &good, &good]);
    file.truncate(file.len() - 20);
    let kept = index(&file).unwrap();
    let source = Source::from_bytes("x.har", file).unwrap();
    let mut taken = Vec::new();
    let capture = Capture::index(source, &mut |batch| {
        taken.append(batch.entries);
        ControlFlow::Continue(())
    });
    let capture = capture.unwrap();
    assert!(capture.entries().is_empty());
    // What is wrong counts those that were taken as well.
    assert!(matches!(
        kept.warnings(),
        [Warning::Cut {
            entry: Some(3),
            whole: 2,
            ..
        }]
    ));
    assert_eq!(capture.warnings(), kept.warnings());
    let capture = capture.with_entries(taken);
    assert_eq!(capture.entries(), kept.entries());
    assert!(capture.flow(&capture.entries()[2]).is_ok());
}

#[test]
fn a_cut_at_every_byte_of_sessions_side_by_side_keeps_all_whole_ones() {
    let session = |number: usize| {
        format!("{{\"url\":\"http://h/{number}\",\"req\":{{\"method\":\"GET\"}},\"res\":{{}}}}")
    };
    let file = (0..3).map(session).collect::<Vec<_>>().join("\n");
    let whole = index(file.as_bytes()).unwrap();
    assert_eq!(whole.format(), Some(Format::Whistle));
    for cut in 0..file.len() {
        let Ok(capture) = index(&file.as_bytes()[..cut]) else {
            assert!(cut < whole.entries()[0].len as usize, "{cut}");
            continue;
        };
        let ends = whole.entries().iter();
        let kept = ends.filter(|entry| entry.start + entry.len <= cut as u64);
        let readable = capture.entries().iter();
        let readable = readable.filter(|entry| entry.error.is_none());
        assert!(readable.eq(kept), "{cut}");
        let inside = !matches!(file.as_bytes()[cut - 1], b'}' | b'\n') || {
            capture.entries().iter().any(|entry| entry.error.is_some())
        };
        assert_eq!(capture.warnings().len(), usize::from(inside), "{cut}");
    }
}

#[test]
fn damaged_compression_keeps_what_came_before() {
    use std::io::Write;
    let entries: Vec<String> = (0..2000).map(numbered).collect();
    let file = har(&entries.iter().map(String::as_bytes).collect::<Vec<_>>());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&file).unwrap();
    let packed = encoder.finish().unwrap();
    let capture = index(&packed[..packed.len() / 2]).unwrap();
    let whole = capture
        .entries()
        .iter()
        .filter(|entry| entry.error.is_none());
    assert!(whole.count() > 100);
    assert!(
        matches!(
            capture.warnings(),
            [Warning::DamagedCompression { .. }, Warning::Cut { .. }]
        ),
        "{:?}",
        capture.warnings()
    );
    let head = index(&packed[..10]);
    assert!(matches!(head, Err(Error::Damaged { .. })), "{head:?}");
}

// What is no capture.

#[test]
fn a_file_that_shrinks_while_it_is_read_keeps_what_was_whole() {
    // More than is read ahead of the first entries, however many cores there are.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let entry = entry("", r#"{"status":200,"content":{"text":"[]"}}"#);
    let text = har(&vec![&entry[..]; 512 * (4 * cores + 8)]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let source = Source::open(file.path()).unwrap();
    let mut end = None;
    let capture = Capture::index(source, &mut |batch| {
        if end.is_none() {
            end = Some(batch.done);
            let writer = std::fs::File::options().write(true).open(file.path());
            writer.unwrap().set_len(batch.done).unwrap();
        }
        ControlFlow::Continue(())
    });
    let capture = capture.unwrap();
    let [Warning::Unread { whole, error }] = capture.warnings() else {
        panic!("{:?}", capture.warnings());
    };
    assert!(!error.is_empty());
    let is_whole = |entry: &&mishark::capture::Entry| entry.error.is_none();
    assert_eq!(capture.entries().iter().filter(is_whole).count(), *whole);
    assert!(*whole > 0);
    assert!(capture.flow(&capture.entries()[0]).is_ok());
    // Nothing of it was read: that is no capture.
    let source = Source::open(file.path()).unwrap();
    std::fs::write(file.path(), "").unwrap();
    assert!(matches!(
        Capture::index(source, &mut |_| ControlFlow::Continue(())),
        Err(Error::Io { .. })
    ));
}

#[test]
fn what_is_no_capture_is_refused_with_what_was_seen() {
    for (bytes, seen) in [
        (
            &b"hello world, this is text"[..],
            "starts with `hello world, thi`",
        ),
        (b"<!DOCTYPE html><html>", "starts with `<!DOCTYPE html><`"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "starts with 89 50 4e 47"),
        (b"\0\0\0\0", "starts with 00 00 00 00"),
        (b"", "starts with nothing (0 bytes)"),
        (b" \n\t", ""),
        (b"{}", "starts with `{}`"),
        (b"[]", "starts with `[]`"),
        (b"[1,2]", "starts with `[1,2]`"),
        (b"[null,\"x\",{}]", ""),
        (b"{\"log\":1}", "starts with `{\"log\":1}`"),
        (b"{\"log\":[]}", ""),
        (b"{\"a\":{\"log\":{\"entries\":[{}]}}}", ""),
        (b"{\"data\":{\"x\":1},\"result\":0}", ""),
        (b"[{\"url\":\"http://h/\"}]", ""),
        (b"[[[[[[", ""),
        (b"{", ""),
        (b"[", ""),
        (b"\"log\"", ""),
        (b"null", ""),
    ] {
        let error = match index(bytes) {
            Err(error) => error.to_string(),
            Ok(capture) => panic!("{}: {capture:?}", String::from_utf8_lossy(bytes)),
        };
        assert!(error.contains("x.har: not a capture"), "{error}");
        assert!(error.contains(seen), "{error}, expected {seen}");
    }
}

#[test]
fn an_empty_har_is_a_capture_without_entries() {
    for text in [
        &br#"{"log":{"version":"1.2","entries":[]}}"#[..],
        br#"{"log":{}}"#,
        br#"{"entries":[]}"#,
    ] {
        let capture = index(text).unwrap();
        assert_eq!(capture.entries(), []);
        assert_eq!(capture.warnings(), []);
    }
}

#[test]
fn a_member_nested_deeper_than_any_real_one_does_no_harm() {
    let (open, close) = ("[".repeat(200_000), "]".repeat(200_000));
    let deep = format!("{{\"request\":{{\"url\":\"http://h/deep\"}},\"x\":{open}{close}}}");
    let texts = [numbered(0), deep, numbered(1)];
    let file = har(&texts.each_ref().map(|text| text.as_bytes()));
    let capture = index(&file).unwrap();
    let paths = capture.entries().iter().map(|entry| &*entry.path);
    assert_eq!(paths.collect::<Vec<_>>(), ["/0", "/deep", "/1"]);
    assert!(capture.flow(&capture.entries()[1]).is_ok());
    // Broken as well: the reason is looked for without running out of stack.
    let broken = String::from_utf8(file).unwrap().replace("\"x\":", "\"x\"");
    let capture = index(broken.as_bytes()).unwrap();
    let errors = capture.entries().iter().map(|entry| entry.error.is_some());
    assert_eq!(errors.collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_capture_that_is_written_anew_says_so_and_one_that_grows_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.har");
    let whole = std::fs::read("samples/home.har").unwrap();
    std::fs::write(&path, &whole).unwrap();
    // Times of files are coarse: so that a later one differs.
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(long_ago).unwrap();
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&path).unwrap());
    let id = workspace.ids().nth(14).unwrap();
    // More behind it moves nothing.
    std::fs::write(&path, [&whole[..], b"\n\n"].concat()).unwrap();
    assert_eq!(workspace.open(id).1.state, State::Verified);
    // More before it moves all.
    std::fs::write(&path, [&b"        "[..], &whole].concat()).unwrap();
    let (flow, decoded) = workspace.open(id);
    assert!(flow.is_none());
    let reason = decoded.reason.unwrap();
    assert!(
        reason
            .message()
            .contains("the file was written anew since it was opened"),
        "{}",
        reason.message()
    );
    assert!(reason.hint().contains("--follow"), "{}", reason.hint());
    // Cut off, too.
    std::fs::write(&path, b"").unwrap();
    let reason = workspace.open(id).1.reason.unwrap();
    assert!(
        reason.message().contains("written anew"),
        "{}",
        reason.message()
    );
}
