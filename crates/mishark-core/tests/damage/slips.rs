//! Small slips of hand and tools: what has one reading is read, and said.

use mishark_core::capture::{Capture, Source, Warning};

use super::{har, index, numbered};

fn paths(capture: &Capture) -> Vec<&str> {
    let entries = capture.entries().iter();
    entries.map(|entry| &*entry.path).collect()
}

fn three() -> Vec<u8> {
    let texts: Vec<String> = (0..3).map(numbered).collect();
    har(&texts.iter().map(String::as_bytes).collect::<Vec<_>>())
}

fn text() -> String {
    String::from_utf8(three()).unwrap()
}

#[test]
fn what_is_broken_before_the_list_of_entries_costs_no_entry() {
    let list = text();
    let list = &list[list.find("\"entries\"").unwrap()..];
    for head in [
        r#"{"log":{"version":"1.2,"#,
        r#"{"log":{"version":"1.2" "#,
        r#"{"log":{"version":1.2","#,
        r#"{"log":{version":"1.2","creator":{"name":"x"},"#,
        r#"{"log":{"creator":{"name":"x","#,
        r#"{"log":{"comment":"a "quoted" word","#,
        r#"{"log":"version":"1.2","#,
    ] {
        let capture = index(format!("{head}{list}").as_bytes()).unwrap();
        assert_eq!(paths(&capture), ["/0", "/1", "/2"], "{head}");
        let mended = matches!(capture.warnings(), [Warning::BrokenHead { .. }]);
        assert!(mended || capture.warnings().is_empty(), "{head}");
        assert!(!capture.warnings().iter().any(Warning::is_damage));
    }
    let capture = index(br#"{"log":{"version":"1.2","entries":[]}}"#).unwrap();
    assert_eq!(capture.warnings(), []);
}

#[test]
fn hars_in_other_wrappings_are_read() {
    let one = text();
    let quoted = serde_json::to_string(&one).unwrap();
    let all = ["/0", "/1", "/2"];
    for (wrapped, foreign) in [
        (quoted.clone(), false),
        (serde_json::to_string(&quoted).unwrap(), false),
        (format!("onInputData({one});\n"), true),
        (format!("var har = {one};"), true),
        (format!("listening on 127.0.0.1\n{one}"), true),
        (
            format!("[12:00:01] listening on {{x}}\n{one}\ndone \"so\n"),
            true,
        ),
        (format!("[info] it's up\n{one}"), true),
    ] {
        let capture = index(wrapped.as_bytes()).unwrap();
        assert_eq!(paths(&capture), all, "{:.40}", wrapped);
        let is_said = matches!(capture.warnings(), [Warning::Foreign { .. }]);
        assert_eq!(
            is_said,
            foreign,
            "{:.40}: {:?}",
            wrapped,
            capture.warnings()
        );
    }
    let twice = [all, all].concat();
    for text in [format!("[{one},{one}]"), format!("[{one},\n{one},]")] {
        assert_eq!(paths(&index(text.as_bytes()).unwrap()), twice);
    }
}

#[test]
fn lines_of_a_program_that_logs_between_its_flows_are_read() {
    let line = |path: &str| format!(r#"{{"url":"http://h/{path}","method":"GET"}}"#);
    let text = format!(
        "listening on 127.0.0.1\n{},\nwarn: \"odd\n{}\n2026-01-01 12:00 [x] {{\n{}\n",
        line("a"),
        line("b"),
        line("c")
    );
    let capture = index(text.as_bytes()).unwrap();
    assert_eq!(paths(&capture), ["/a", "/b", "/c"]);
    for text in [
        "just words\nand more\n",
        "[section]\nkey=value\n",
        "{}\n",
        "",
    ] {
        assert!(index(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn slips_inside_an_entry_are_mended_and_said_with_their_byte() {
    let whole = numbered(1);
    for (from, to, words) in [
        (
            "\"status\": 200",
            "\"status\": 200, \"time\": NaN",
            "JSON has not",
        ),
        (
            "\"status\": 200",
            "\"status\": 200.0, \"x\": -Infinity",
            "JSON has not",
        ),
        ("\"ok\"}}", "\"ok\",},}", "a comma too many, 2 times"),
        ("\"ok\"}}", "\"ok\",\"x\":\"\\u12\"}}", "escapes nothing"),
        (
            "\"ok\"}}",
            "\"ok\"},\"x\":1 \"y\":[{} {}]}",
            "a comma missing",
        ),
    ] {
        assert!(whole.contains(from), "{from}");
        let entry = whole.replacen(from, to, 1);
        let file = har(&[
            numbered(0).as_bytes(),
            entry.as_bytes(),
            numbered(2).as_bytes(),
        ]);
        let capture = index(&file).unwrap();
        assert_eq!(paths(&capture), ["/0", "/1", "/2"], "{to}");
        let flow = capture.flow(&capture.entries()[1]).unwrap();
        assert_eq!(capture.entries()[1].status, Some(200));
        assert_eq!(flow.response.unwrap().body.bytes(), Some(&b"ok"[..]));
        let [warning] = &flow.warnings[..] else {
            panic!("{:?}", flow.warnings);
        };
        assert!(
            warning.contains(words) && warning.contains("byte "),
            "{warning}"
        );
    }
}

#[test]
fn all_hars_of_an_archive_are_read() {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for name in ["a.har", "b/c.HAR", "__MACOSX/._a.har", "notes.txt"] {
        writer.start_file(name, options).unwrap();
        writer.write_all(&three()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    let source = Source::from_bytes("two.zip", bytes).unwrap();
    let capture = Capture::index(source, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(paths(&capture), ["/0", "/1", "/2", "/0", "/1", "/2"]);
}

#[test]
fn a_body_where_an_object_should_be_is_the_body_and_no_message_repeats_it() {
    let secret = "ssecurity=e9uuUeb4VFNuMn4ioBVoTA==";
    let texts = [
        format!(
            r#"{{"request":{{"url":"http://h/","postData":"{secret}"}},"response":{{"status":200,"content":"{secret}"}}}}"#
        ),
        format!(r#"{{"url":"http://h/","startTime":1,"req":"{secret}","res":"{secret}"}}"#),
        format!(r#"{{"url":"http://h/","method":"POST","body":"{secret}","response":"{secret}"}}"#),
    ];
    for text in &texts {
        let capture = index(text.as_bytes()).unwrap();
        let flow = capture.flow(&capture.entries()[0]).unwrap();
        assert_eq!(flow.request.body.bytes(), Some(secret.as_bytes()), "{text}");
        assert_eq!(
            flow.response.unwrap().body.bytes(),
            Some(secret.as_bytes()),
            "{text}"
        );
        assert!(!flow.warnings.is_empty());
        assert!(
            !flow.warnings.concat().contains("e9uu"),
            "{:?}",
            flow.warnings
        );
    }
}

#[test]
fn times_are_read_however_they_are_counted() {
    for started in [
        "1789171200000",
        "1789171200",
        "1789171200000000",
        "\"1789171200000\"",
        "\"Sat, 12 Sep 2026 00:00:00 GMT\"",
        "\"2026-09-12T08:00:00+08:00\"",
    ] {
        let text = format!(r#"{{"startedDateTime":{started},"request":{{"url":"http://h/"}}}}"#);
        let capture = index(text.as_bytes()).unwrap();
        let expected = Some("2026-09-12T00:00:00.000Z".to_owned());
        let row = capture.entries()[0].started.map(|time| time.to_string());
        assert_eq!(row, expected, "{started}");
    }
    for started in ["0", "-1", "\"\"", "null", "\"soon\""] {
        let text = format!(r#"{{"startedDateTime":{started},"request":{{"url":"http://h/"}}}}"#);
        assert_eq!(index(text.as_bytes()).unwrap().entries()[0].started, None);
    }
}

#[test]
fn messages_of_websockets_are_kept_whoever_wrote_them() {
    let har = |time: &str| {
        format!(
            r#"{{"startedDateTime":0,"request":{{"url":"wss://h/ws"}},"response":{{"status":101,"content":{{"size":0,"text":""}}}},
            "_webSocketMessages":[{{"type":"receive","time":{time},"opcode":1,"data":"hi"}},{{"type":"send","time":{time},"opcode":2,"data":"AP8="}}]}}"#
        )
    };
    let whistle = r#"{"url":"wss://h/ws","req":{},"res":{"statusCode":101},"frames":[
        {"frameId":"1795974878973-0","opcode":1,"base64":"aGk=","bin":""},
        {"frameId":"1795974878973-1","isClient":true,"opcode":2,"base64":"AP8=","bin":""}]}"#;
    for text in [
        har("1795974878.973"),
        har("1795974878973"),
        whistle.to_owned(),
    ] {
        let capture = index(text.as_bytes()).unwrap();
        let flow = capture.flow(&capture.entries()[0]).unwrap();
        let mishark_core::flow::Body::Frames(frames) = flow.response.unwrap().body else {
            panic!("{text}");
        };
        let told: Vec<(bool, bool, &[u8])> = frames
            .iter()
            .map(|frame| (frame.sent, frame.is_text, &frame.bytes[..]))
            .collect();
        assert_eq!(told, [(false, true, &b"hi"[..]), (true, false, b"\0\xff")]);
        assert!(
            frames
                .iter()
                .all(|frame| frame.at.unwrap().as_millis() == 1_795_974_878_973)
        );
    }
}
