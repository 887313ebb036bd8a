//! Damaged entries.

use super::{bytes, har, index, numbered};

/// Five entries of which the third is damaged: the others are intact, and the
/// damage is on a row of its own.
#[track_caller]
fn lost_entry(damage: &str, entry: &str) -> mishark_core::capture::EntryError {
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
