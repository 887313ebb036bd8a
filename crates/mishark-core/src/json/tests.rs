//! Properties that hold for all documents, and documents made to hurt.

use proptest::prelude::*;

use super::*;

/// JSON text of any shape, with white space and escapes in all places.
fn document() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned()),
        number(),
        string(),
    ];
    scalar.prop_recursive(6, 60, 6, |inner| {
        let item = (space(), inner.clone(), space())
            .prop_map(|(a, b, c)| a + &b + &c)
            .boxed();
        let member = (space(), string(), space(), item.clone())
            .prop_map(|(before, key, after, item)| format!("{before}{key}{after}:{item}"));
        prop_oneof![
            prop::collection::vec(item, 1..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 1..6)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
            space().prop_map(|space| format!("[{space}]")),
            space().prop_map(|space| format!("{{{space}}}")),
        ]
    })
}

fn number() -> impl Strategy<Value = String> {
    let whole = prop_oneof![
        Just("0".to_owned()),
        any::<u64>().prop_map(|n| n.to_string())
    ];
    let fraction = prop::option::of(any::<u16>());
    let exponent = prop::option::of((
        prop::sample::select(vec!["e", "E", "e+", "E-"]),
        any::<u16>(),
    ));
    (any::<bool>(), whole, fraction, exponent).prop_map(|(negative, whole, fraction, exponent)| {
        let sign = if negative { "-" } else { "" };
        let fraction = fraction.map_or(String::new(), |digits| format!(".{digits}"));
        let exponent = exponent.map_or(String::new(), |(e, digits)| format!("{e}{digits}"));
        format!("{sign}{whole}{fraction}{exponent}")
    })
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(|c| escape(&c.to_string())),
        any::<u16>().prop_map(|unit| format!("\\u{unit:04x}")),
        prop::sample::select(vec![
            "a", "打扫", "did", "\\\"", "\\\\", "\\/", "\\n", "{", "]", ",", ":", " ", "\\u6253",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn space() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "", "", " ", "\n", "\r\n\t", "  "]).prop_map(str::to_owned)
}

/// Bytes that look like JSON at first and are damaged in a few places.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let bytes: Vec<u8> = br#"{}[]",:\ -+.0123456789eEtrufalsnxd"#.to_vec();
    let damage = (
        any::<prop::sample::Index>(),
        prop::sample::select(bytes),
        0..3,
    );
    (document(), prop::collection::vec(damage, 1..4)).prop_map(|(text, damages)| {
        let mut bytes = text.into_bytes();
        for (place, byte, how) in damages {
            let place = place.index(bytes.len() + 1);
            match how {
                0 => bytes.insert(place, byte),
                1 if place < bytes.len() => bytes[place] = byte,
                2 if place < bytes.len() => drop(bytes.remove(place)),
                _ => bytes.truncate(place),
            }
        }
        bytes
    })
}

/// Short texts from JSON's own characters: many are nearly JSON.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u12", "0", "-", "1.5", "e", "true", "nul",
        " ", "\n", "\t", "打", "\"a\"", "\"k\":", "\u{FEFF}",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// What serde_json thinks. It checks neither the encoding of strings it skips
/// nor lets a byte order mark pass; both are ours to add.
fn serde_accepts(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value = serde_json::from_slice::<serde::de::IgnoredAny>(bytes);
    value.is_ok() && std::str::from_utf8(bytes).is_ok()
}

fn minified(document: Document<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    minify(document, &mut out).unwrap();
    out
}

fn printed(document: Document<'_>, options: &Options) -> Vec<u8> {
    let mut out = Vec::new();
    pretty(document, options, &mut out).unwrap();
    out
}

/// Calls everything on bytes from anywhere; nothing may panic.
fn touch(bytes: &[u8]) {
    let _ = looks_like(bytes);
    let checked = check(bytes);
    let parsed = Tree::parse(bytes);
    assert_eq!(
        checked.as_ref().map(|_| ()).map_err(|&error| error),
        parsed.as_ref().map(|_| ()).map_err(|&error| error)
    );
    if let Err(error) = checked {
        assert!(error.offset <= bytes.len());
        assert!(error.line >= 1 && error.column >= 1);
    }
    let text = String::from_utf8_lossy(bytes);
    assert!(show(&text).chars().all(printable));
    let _ = unescape(&text);
    let _ = nested(&text);
    let Ok(tree) = parsed else { return };
    for row in 0..tree.len() {
        let _ = tree.row(row);
        let _ = tree.path(row, Notation::Dotted);
    }
    let _ = Search::new(&tree, "a", Case::Ignore).count();
    let _ = tree.get(&text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn check_agrees_with_serde_json_on_documents(text in document()) {
        prop_assert!(check(text.as_bytes()).is_ok());
        prop_assert!(serde_accepts(text.as_bytes()));
    }

    #[test]
    fn check_agrees_with_serde_json_on_damaged_documents(bytes in damaged()) {
        prop_assert_eq!(check(&bytes).is_ok(), serde_accepts(&bytes));
        touch(&bytes);
    }

    #[test]
    fn check_agrees_with_serde_json_on_soup(bytes in soup()) {
        prop_assert_eq!(check(&bytes).is_ok(), serde_accepts(&bytes));
        touch(&bytes);
    }

    #[test]
    fn no_bytes_make_anything_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        touch(&bytes);
    }

    #[test]
    fn a_cut_document_says_so(text in document(), place in any::<prop::sample::Index>()) {
        let cut = &text.as_bytes()[..place.index(text.len())];
        if let Err(error) = check(cut) {
            let cut_characters = ErrorKind::NotUtf8;
            prop_assert!(matches!(error.kind, ErrorKind::Cut) || error.kind == cut_characters);
        }
    }

    #[test]
    fn minifying_what_was_printed_gives_the_minified_text(text in document(), indent in 0..9_u8) {
        let small = minified(check(text.as_bytes()).unwrap());
        let options = Options { indent, unescape: false };
        let large = printed(check(&small).unwrap(), &options);
        prop_assert_eq!(minified(check(&large).unwrap()), &small[..]);
        prop_assert_eq!(printed(check(text.as_bytes()).unwrap(), &options), large);
    }

    #[test]
    fn what_is_printed_for_a_person_is_json_and_shows_nothing_unprintable(text in document()) {
        let options = Options { indent: 2, unescape: true };
        let shown = String::from_utf8(printed(check(text.as_bytes()).unwrap(), &options)).unwrap();
        prop_assert!(shown.lines().all(|line| line.chars().all(printable)));
        let (tree, shown) = (
            Tree::parse(text.as_bytes()).unwrap(),
            Tree::parse(shown.as_bytes()).unwrap(),
        );
        prop_assert_eq!(tree.len(), shown.len());
        for row in 0..tree.len() {
            prop_assert_eq!(tree.key(row).map(unescape), shown.key(row).map(unescape));
            prop_assert_eq!(tree.string(row).map(unescape), shown.string(row).map(unescape));
        }
    }

    #[test]
    fn printing_has_a_line_for_each_row(text in document()) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let lines = printed(tree.document(0), &Options::default());
        let lines = String::from_utf8(lines).unwrap();
        prop_assert_eq!(lines.split('\n').count(), tree.len());
        for (row, line) in lines.split('\n').enumerate() {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            prop_assert_eq!(blanks, 2 * tree.depth(row) as usize);
        }
    }

    #[test]
    fn rows_tile_the_text(text in document()) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        // Every byte that no row claims is punctuation or white space.
        let mut claimed = vec![0; text.len()];
        for at in 0..tree.len() {
            let row = tree.row(at);
            let opening = row.value.start..row.value.start + 1;
            let own = match row.kind {
                Kind::Array | Kind::Object if row.children > 0 => opening,
                Kind::Array | Kind::Object => {
                    prop_assert!(tree.value(at)[1..row.value.len() - 1].trim().is_empty());
                    row.value.clone()
                }
                _ => row.value.clone(),
            };
            for byte in row.key.clone().into_iter().flatten().chain(own) {
                claimed[byte] += 1;
            }
        }
        for (at, byte) in text.bytes().enumerate() {
            match claimed[at] {
                0 => prop_assert!(b" \n\r\t,:".contains(&byte)),
                count => prop_assert_eq!(count, 1),
            }
        }
    }

    #[test]
    fn relations_between_rows_agree(text in document()) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        for at in 0..tree.len() {
            let row = tree.row(at);
            let children: Vec<_> = tree.children(at).collect();
            prop_assert_eq!(children.len(), row.children);
            for (index, &child) in children.iter().enumerate() {
                let below = tree.row(child);
                prop_assert_eq!(below.parent, Some(at));
                prop_assert_eq!(below.index, index);
                prop_assert_eq!(below.depth, row.depth + 1);
                prop_assert_eq!(below.key.is_some(), row.kind == Kind::Object);
                prop_assert_eq!(tree.next_sibling(child), children.get(index + 1).copied());
                let before = index.checked_sub(1).map(|before| children[before]);
                prop_assert_eq!(tree.prev_sibling(child), before);
            }
            prop_assert_eq!(tree.close(at).is_some(), row.children > 0);
            if let Some(close) = tree.close(at) {
                prop_assert_eq!(tree.kind(close), Kind::Close);
                prop_assert_eq!(tree.opening(close), at);
                prop_assert_eq!(tree.depth(close), row.depth);
                prop_assert_eq!(close + 1, row.end);
            }
            prop_assert_eq!(tree.row_at(row.value.start), Some(at));
            if let Some(key) = row.key {
                prop_assert_eq!(tree.row_at(key.start), Some(at));
            }
            prop_assert!(check(tree.document(at).as_str().as_bytes()).is_ok());
        }
    }

    #[test]
    fn pointers_lead_to_values_that_are_the_same(text in document()) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        for row in 0..tree.len() {
            let pointer = tree.path(row, Notation::Pointer);
            // With duplicate keys it may be another row, or none: of duplicate
            // containers only the last is looked into.
            if let Some(found) = tree.get(&pointer) {
                prop_assert!(found == tree.opening(row) || found > row);
                prop_assert_eq!(tree.path(found, Notation::Pointer), pointer);
            }
        }
    }

    #[test]
    fn escaping_and_unescaping_are_inverse(text in any::<String>()) {
        let raw = escape(&text);
        prop_assert_eq!(unescape(&raw), text);
    }

    #[test]
    fn search_finds_what_a_slow_search_finds(
        text in document(),
        needle in prop::sample::select(vec!["a", "打", "打扫", "did", "\\", "\n", "6", "\"", "aa"]),
    ) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let found: Vec<_> = Search::new(&tree, needle, Case::Exact).collect();
        let mut last = 0;
        for found in &found {
            prop_assert!(found.range.start >= last);
            last = found.range.end;
            let sent = &text[found.range.clone()];
            prop_assert!(sent == needle || unescape(sent) == needle);
            prop_assert_eq!(tree.row_at(found.range.start).unwrap_or(0), found.row);
        }
        // Whatever a match could be is one, or is covered by one.
        for (start, _) in text.match_indices(needle) {
            prop_assert!(found.iter().any(|found| found.range.end > start
                && found.range.start < start + needle.len()));
        }
        for row in 0..tree.len() {
            let whole = tree.row(row);
            let strings = [
                (whole.key, tree.key(row)),
                (Some(whole.value), tree.string(row)),
            ];
            for (range, raw) in strings {
                let (Some(range), Some(raw)) = (range, raw) else { continue };
                if unescape(raw).contains(needle) {
                    prop_assert!(found.iter().any(|found| found.range.end > range.start
                        && found.range.start < range.end));
                }
            }
        }
    }

    #[test]
    fn folds_agree_with_a_slow_model(
        text in document(),
        actions in prop::collection::vec((0..6, any::<prop::sample::Index>()), 0..20),
    ) {
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let mut folds = Folds::new(&tree);
        let mut model = vec![false; tree.len()];
        for (action, row) in actions {
            let row = row.index(tree.len());
            let foldable = tree.close(row).is_some();
            let below = row + 1..tree.end(row);
            match action {
                0 => {
                    folds.fold(&tree, row);
                    model[row] = foldable;
                }
                1 => {
                    folds.unfold(&tree, row);
                    model[row] = false;
                }
                2 => {
                    folds.fold_below(&tree, row);
                    below.for_each(|row| model[row] = tree.close(row).is_some());
                }
                3 => {
                    folds.unfold_below(&tree, row);
                    below.for_each(|row| model[row] = false);
                }
                4 => {
                    folds.reveal(&tree, row);
                    let around = std::iter::successors(tree.parent(row), |&row| tree.parent(row));
                    around.for_each(|row| model[row] = false);
                }
                _ => {
                    folds.fold_children(&tree, row);
                    for child in tree.children(row) {
                        model[child] = tree.close(child).is_some();
                    }
                }
            }
            let in_sight: Vec<_> = (0..tree.len())
                .filter(|&row| {
                    let mut around =
                        std::iter::successors(tree.parent(row), |&row| tree.parent(row));
                    around.all(|row| !model[row])
                })
                .collect();
            let visible: Vec<_> = (0..).map_while(|n| folds.nth_visible(n)).collect();
            prop_assert_eq!(&visible, &in_sight);
            let last = visible.last().copied();
            let mut walked: Vec<_> =
                std::iter::successors(last, |&row| folds.prev_visible(row)).collect();
            walked.reverse();
            prop_assert_eq!(&walked, &in_sight);
            for (row, &folded) in model.iter().enumerate() {
                prop_assert_eq!(folds.is_folded(row), folded);
            }
        }
    }
}

#[test]
fn a_million_brackets_exhaust_no_stack() {
    const DEPTH: usize = 1_000_000;
    let text = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    let tree = Tree::parse(text.as_bytes()).unwrap();
    assert_eq!(tree.len(), 2 * DEPTH - 1);
    assert_eq!(tree.depth(DEPTH - 1), DEPTH as u32 - 1);

    let mut folds = Folds::new(&tree);
    folds.fold_below(&tree, 0);
    folds.fold(&tree, 0);
    folds.reveal(&tree, DEPTH - 1);
    assert_eq!(folds.visible_count(), tree.len());
    assert_eq!(
        tree.path(DEPTH - 1, Notation::Pointer).len(),
        2 * (DEPTH - 1)
    );
    assert_eq!(minified(tree.document(0)), text.as_bytes());

    let options = Options {
        indent: 0,
        unescape: false,
    };
    assert_eq!(printed(tree.document(0), &options).len(), 4 * DEPTH - 2);
    assert_eq!(
        check(&text.as_bytes()[1..]).unwrap_err().offset,
        text.len() - 2
    );
    let mixed = "[{\"a\":".repeat(DEPTH / 2) + "0" + &"}]".repeat(DEPTH / 2);
    assert!(check(mixed.as_bytes()).is_ok());
}

#[test]
fn messages_say_what_was_expected_and_where() {
    for (text, message) in [
        ("", "text ends too early at line 1 column 1"),
        (
            "{\"a\":1\n\"b\":2}",
            "expected ',' or '}' at line 2 column 1",
        ),
        ("[1\n2]", "expected ',' or ']' at line 2 column 1"),
        ("{\"a\":1,}", "expected a key at line 1 column 8"),
        ("{1:2}", "expected a key or '}' at line 1 column 2"),
        ("{\"a\" 1}", "expected ':' at line 1 column 6"),
        ("[1,]", "expected a value at line 1 column 4"),
        ("[1", "text ends too early at line 1 column 3"),
        (
            "{\"打扫\":nil}",
            "expected true, false or null at line 1 column 7",
        ),
        ("[tru", "text ends too early at line 1 column 5"),
        (
            "01",
            "number starts with a needless zero at line 1 column 1",
        ),
        ("-x", "expected a digit at line 1 column 2"),
        ("1.e5", "expected a digit at line 1 column 3"),
        ("1e+", "text ends too early at line 1 column 4"),
        ("\"\\x\"", "unknown escape at line 1 column 2"),
        ("\"\\u12g4\"", "unknown escape at line 1 column 2"),
        ("\"\\u12", "text ends too early at line 1 column 6"),
        (
            "\"a\tb\"",
            "control character in a string at line 1 column 3",
        ),
        ("{} x", "expected the end of the text at line 1 column 4"),
        ("\u{FEFF}x", "expected a value at line 1 column 1"),
    ] {
        let error = check(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), message, "{text:?}");
    }
}

#[test]
fn columns_count_characters_and_offsets_count_bytes() {
    let error = check("[\"打扫\" 1]".as_bytes()).unwrap_err();
    assert_eq!((error.offset, error.line, error.column), (10, 1, 7));
}

#[test]
fn bytes_that_are_not_utf8_are_named_with_their_place() {
    let error = check(b"[\n\"a\xFF\"]").unwrap_err();
    assert_eq!(error.offset, 4);
    assert_eq!(error.to_string(), "text is not utf-8 at line 2 column 3");
}

#[test]
fn containers_are_told_apart_across_words_of_the_bit_stack() {
    let opened = "[{\"a\":".repeat(100);
    let closed = "}]".repeat(100);
    assert!(check(format!("{opened}1{closed}").as_bytes()).is_ok());
    let wrong = "]}".repeat(100);
    assert!(check(format!("{opened}1{wrong}").as_bytes()).is_err());
}
