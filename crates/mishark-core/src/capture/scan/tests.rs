use super::*;

/// The entries of a text, fed in chunks of every size, which must not matter.
fn entries(text: &str) -> (Vec<&str>, Option<Shape>, End) {
    let mut first: Option<(Vec<Range<u64>>, Option<Shape>, End)> = None;
    for size in (1..20).chain([text.len().max(1)]) {
        let mut scanner = Scanner::new();
        let mut found = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            scanner.push(chunk, &mut found);
        }
        let end = scanner.finish();
        let result = (found, scanner.shape(), end);
        assert_eq!(
            first.get_or_insert(result.clone()),
            &result,
            "chunks of {size}"
        );
    }
    let (found, shape, end) = first.unwrap();
    let texts = found
        .iter()
        .map(|range| &text[range.start as usize..range.end as usize]);
    (texts.collect(), shape, end)
}

#[test]
fn every_shape_is_found() {
    let entries_shape = Some(Shape::Entries);
    let values = Some(Shape::Values);
    for (text, expected, shape) in [
        (
            r#"{"log":{"version":"1.2","entries":[{"a":1}, {"b":"]}"}]}}"#,
            vec![r#"{"a":1}"#, r#"{"b":"]}"}"#],
            entries_shape,
        ),
        (
            r#"{"log":{"entries":[{"a":1}],"creator":{"entries":[7]}}}"#,
            vec![r#"{"a":1}"#],
            entries_shape,
        ),
        (
            r#"{"log":{"creator":{"entries":[7]},"entries":[]}}"#,
            vec![],
            entries_shape,
        ),
        (r#"{"entries":[{}]}"#, vec!["{}"], entries_shape),
        (
            "[{\"a\":[1,{}]},\n{}]",
            vec![r#"{"a":[1,{}]}"#, "{}"],
            values,
        ),
        (
            "[1,\"x\\\"]\",null ]",
            vec!["1", "\"x\\\"]\"", "null"],
            values,
        ),
        (
            "{\"a\":1}\n{\"a\":2}\r\n",
            vec![r#"{"a":1}"#, r#"{"a":2}"#],
            values,
        ),
        ("[{}][{},{}]", vec!["{}", "{}", "{}"], values),
        (
            r#"{"ec":0,"data":{"ids":["x"],"data":{"x":{"u":1},"y":{}}}}"#,
            vec![r#"{"u":1}"#, "{}"],
            Some(Shape::GetData),
        ),
        (
            r#"{"data":{"x":1},"url":"u"}"#,
            vec![r#"{"data":{"x":1},"url":"u"}"#],
            values,
        ),
        ("\u{feff}[{}]", vec!["{}"], values),
    ] {
        assert_eq!(entries(text), (expected, shape, End::Whole), "{text}");
    }
}

#[test]
fn a_key_is_not_looked_for_in_strings_or_deeper_down() {
    let text = r#"{"log":{"comment":"\"entries\":[{}]","pages":[{"entries":[{}]}],"entries":[{"x":{"entries":[{}]}}]}}"#;
    assert_eq!(entries(text).0, [r#"{"x":{"entries":[{}]}}"#]);
}

#[test]
fn a_cut_keeps_what_came_before_and_says_where() {
    let whole = r#"{"log":{"entries":[{"a":1},{"b":"\\\""}]}}"#;
    for end in 0..whole.len() {
        let (found, _, _) = entries(&whole[..end]);
        let expected = if end >= 39 { 2 } else { usize::from(end >= 26) };
        assert_eq!(found.len(), expected, "{}", &whole[..end]);
    }
    assert_eq!(entries(&whole[..35]).2, End::InEntry(27));
    assert_eq!(entries(&whole[..27]).2, End::Early);
    assert_eq!(entries("{\"url\":").2, End::InEntry(0));
}

#[test]
fn closing_brackets_without_an_opening_one_do_no_harm() {
    assert_eq!(entries("]}[{}]").0, ["{}"]);
}

#[test]
fn a_list_that_goes_on_behind_its_end_is_not_an_entry_itself() {
    let text = r#"{"log":{"entries":[]}}{{}]}}"#;
    assert_eq!(entries(text).0, ["{}"]);
}

proptest::proptest! {
    /// Whoever reads the entries relies on it.
    #[test]
    fn entries_are_in_order_and_never_overlap(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "{", "}", "[", "]", "{", "}", "[", "]", ",", ":", "\"", "\\", "1",
                "{\"log\":{\"entries\":[", "{\"data\":{\"data\":{", "\"a\":", "{}", "{\"x\":[]}", "\"s\"",
            ]),
            0..60,
        ),
    ) {
        let text = format!("{{\"log\":{{\"entries\":[{}", pieces.concat());
        let (found, _, _) = entries(&text);
        let mut last = text.as_ptr() as usize;
        for entry in found {
            let start = entry.as_ptr() as usize;
            proptest::prop_assert!(start >= last, "{text}");
            last = start + entry.len();
        }
    }
}
