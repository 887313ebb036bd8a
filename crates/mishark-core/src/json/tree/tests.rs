//! Rows and the ways between them.

use super::*;

fn tree(text: &str) -> Tree<'_> {
    Tree::parse(text.as_bytes()).unwrap()
}

/// The example at the top of `tree.rs`.
const EXAMPLE: &str = r#"{"code":0,"result":[{"did":"1"},[]]}"#;

#[test]
fn rows_are_as_drawn_at_the_top_of_the_file() {
    let tree = tree(EXAMPLE);
    let rows: Vec<_> = (0..tree.len())
        .map(|i| {
            let row = tree.row(i);
            let key = tree.key(i).unwrap_or("");
            (row.kind, key, row.depth, row.parent, row.index, row.end)
        })
        .collect();
    use Kind::*;
    assert_eq!(
        rows,
        [
            (Object, "", 0, None, 0, 9),
            (Number, "code", 1, Some(0), 0, 2),
            (Array, "result", 1, Some(0), 1, 8),
            (Object, "", 2, Some(2), 0, 6),
            (String, "did", 3, Some(3), 0, 5),
            (Close, "", 2, Some(3), 1, 6),
            (Array, "", 2, Some(2), 1, 7),
            (Close, "", 1, Some(2), 2, 8),
            (Close, "", 0, Some(0), 2, 9),
        ]
    );
    let counts: Vec<_> = (0..tree.len()).map(|i| tree.child_count(i)).collect();
    assert_eq!(counts, [2, 0, 2, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn values_are_as_sent() {
    let tree = tree(
        r#"{"a":1e5,"a":-0,"c":1722123456789012348,"d":1e-07,"e":"\u6253\/","f":true,"g":null,"h":false}"#,
    );
    let values: Vec<_> = tree.children(0).map(|row| tree.value(row)).collect();
    assert_eq!(
        values,
        [
            "1e5",
            "-0",
            "1722123456789012348",
            "1e-07",
            r#""\u6253\/""#,
            "true",
            "null",
            "false"
        ]
    );
    assert_eq!(tree.string(5), Some(r"\u6253\/"));
    assert_eq!(tree.string(1), None);
    let keys: String = tree.children(0).filter_map(|row| tree.key(row)).collect();
    assert_eq!(keys, "aacdefgh");
}

#[test]
fn siblings_skip_what_is_below_them_and_closing_rows() {
    let tree = tree(EXAMPLE);
    assert_eq!(tree.children(0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(tree.children(2).collect::<Vec<_>>(), [3, 6]);
    assert_eq!(tree.children(6).count(), 0);
    assert_eq!(tree.next_sibling(3), Some(6));
    assert_eq!(tree.prev_sibling(6), Some(3));
    assert_eq!(tree.prev_sibling(2), Some(1));
    for row in [0, 2, 4, 5, 6, 7, 8] {
        assert_eq!(tree.next_sibling(row), None, "{row}");
    }
    for row in [0, 1, 3, 4, 5, 7, 8] {
        assert_eq!(tree.prev_sibling(row), None, "{row}");
    }
}

#[test]
fn containers_know_their_closing_rows_and_those_their_opening() {
    let tree = tree(EXAMPLE);
    assert_eq!(tree.close(2), Some(7));
    assert_eq!(tree.close(6), None);
    assert_eq!(tree.close(1), None);
    assert_eq!(tree.opening(7), 2);
    assert_eq!(tree.opening(6), 6);
    assert_eq!(tree.document(7).as_str(), r#"[{"did":"1"},[]]"#);
    assert_eq!(tree.value(7), "]");
}

#[test]
fn a_byte_belongs_to_its_innermost_row() {
    let tree = tree(r#" { "a" : [ 1 , {"b":2} ] } "#);
    //                 0 2 4   8 1   1   1   2 2 2
    let rows: Vec<_> = (0..27).map(|offset| tree.row_at(offset)).collect();
    let expected = [
        None,
        Some(0),
        Some(0),
        Some(1),
        Some(1),
        Some(1),
        Some(1),
        Some(1),
        Some(1),
        Some(1),
        Some(1),
        Some(2),
        Some(1),
        Some(1),
        Some(1),
        Some(3),
        Some(4),
        Some(4),
        Some(4),
        Some(4),
        Some(4),
        Some(5),
        Some(1),
        Some(6),
        Some(0),
        Some(7),
        None,
    ];
    assert_eq!(rows, expected);
    assert_eq!(tree.row_at(usize::MAX), None);
}

#[test]
fn a_lone_scalar_is_a_tree_of_one_row() {
    for text in ["1", "\"a\"", "null", "{}", "[]", " true ", "\u{FEFF}0"] {
        let tree = tree(text);
        assert_eq!(tree.len(), 1, "{text}");
        let row = tree.row(0);
        assert_eq!((row.parent, row.children, row.end), (None, 0, 1));
        assert_eq!(tree.next_sibling(0), None);
        assert_eq!(tree.prev_sibling(0), None);
    }
}

#[test]
fn taking_bytes_keeps_them_and_refusing_gives_them_back() {
    let tree = Tree::take(b"[1]".to_vec()).unwrap();
    assert_eq!(tree.text(), "[1]");
    for bytes in [&b"[1"[..], b"\xFF"] {
        let (_, back) = Tree::take(bytes.to_vec()).unwrap_err();
        assert_eq!(back, bytes);
    }
}

#[test]
fn a_tree_can_outlive_its_bytes() {
    let tree = {
        let bytes = b"[1, 2]".to_vec();
        Tree::parse(&bytes).unwrap().into_owned()
    };
    assert_eq!(tree.value(2), "2");
}

#[test]
fn rows_over_the_limit_are_refused_with_their_place() {
    let fault = read_rows("[1,2,3]", 3).err();
    let kind = ErrorKind::TooManyRows;
    assert_eq!(fault, Some(Fault { offset: 5, kind }));
    assert!(read_rows("[1,2,3]", 5).is_ok());
}
