//! Where a row is, in the notations people and programs use.

use super::text::{escape, show, unescape};
use super::tree::{Kind, Tree};

/// A way to write where a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// For reading: `.result[0].名称`; keys in brackets only if they have to.
    Dotted,
    /// For jq: `.result[0]["名称"]`; can be pasted into a filter.
    Jq,
    /// RFC 6901: `/result/0/名称`. Keys are not made safe for a terminal.
    Pointer,
}

impl Tree<'_> {
    /// Writes the path from the root to a row; a close has its container's.
    pub fn path(&self, row: usize, notation: Notation) -> String {
        let mut steps = Vec::new();
        let mut at = self.opening(row);
        while let Some(parent) = self.parent(at) {
            steps.push(at);
            at = parent;
        }
        let mut path = String::new();
        for &step in steps.iter().rev() {
            let key = self.key(step).map(unescape);
            match (notation, key) {
                (Notation::Pointer, Some(key)) => {
                    path.push('/');
                    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
                (Notation::Pointer, None) => {
                    path.push_str(&format!("/{}", self.row(step).index));
                }
                (_, Some(key)) if is_plain(&key, notation) => {
                    path.push('.');
                    path.push_str(&key);
                }
                (_, Some(_)) => {
                    let key = show(self.key(step).unwrap_or_default());
                    // jq wants a dot before the root's brackets.
                    let dot = if path.is_empty() { "." } else { "" };
                    path.push_str(&format!("{dot}[\"{key}\"]"));
                }
                (_, None) => {
                    let dot = if path.is_empty() { "." } else { "" };
                    path.push_str(&format!("{dot}[{}]", self.row(step).index));
                }
            }
        }
        if path.is_empty() && notation != Notation::Pointer {
            path.push('.');
        }
        path
    }

    /// Finds the row a JSON pointer leads to.
    ///
    /// Of duplicate keys the last counts, as for `JSON.parse`, jq and most
    /// other parsers.
    pub fn get(&self, pointer: &str) -> Option<usize> {
        let mut row = 0;
        let mut steps = pointer.split('/');
        // A pointer starts with a slash or is empty, and means the root then.
        if steps.next() != Some("") {
            return None;
        }
        for step in steps {
            row = match self.kind(row) {
                Kind::Array => {
                    let canonical = step == "0" || !step.starts_with(['0', '+']);
                    let index: usize = step.parse().ok().filter(|_| canonical)?;
                    self.children(row).nth(index)?
                }
                Kind::Object => {
                    let key = step.replace("~1", "/").replace("~0", "~");
                    // A key sent as we would send it need not be unescaped.
                    let sent = escape(&key);
                    self.children(row)
                        .filter(|&child| {
                            self.key(child)
                                .is_some_and(|raw| raw == sent || unescape(raw) == key)
                        })
                        .last()?
                }
                _ => return None,
            };
        }
        Some(row)
    }
}

/// Tells whether a key can follow a dot as it is.
fn is_plain(key: &str, notation: Notation) -> bool {
    match notation {
        Notation::Jq => {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !key.starts_with(|c: char| c.is_ascii_digit())
                && !key.is_empty()
                && key.chars().all(word)
        }
        _ => {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            !key.is_empty() && key.chars().all(word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"result":[{"value":1,"odd key":2,"\u540d\u79f0":3,"2.1":[4],"a/b~c":5,"":6,"say \"hi\"":7,"7":8,"x\u202ey":9}]}"#;

    #[test]
    fn each_notation_writes_paths_its_way_and_pointers_lead_back() {
        let tree = Tree::parse(TEXT.as_bytes()).unwrap();
        for (value, dotted, jq, pointer) in [
            (
                "1",
                ".result[0].value",
                ".result[0].value",
                "/result/0/value",
            ),
            (
                "2",
                ".result[0][\"odd key\"]",
                ".result[0][\"odd key\"]",
                "/result/0/odd key",
            ),
            (
                "3",
                ".result[0].名称",
                ".result[0][\"名称\"]",
                "/result/0/名称",
            ),
            (
                "4",
                ".result[0][\"2.1\"][0]",
                ".result[0][\"2.1\"][0]",
                "/result/0/2.1/0",
            ),
            (
                "5",
                ".result[0][\"a/b~c\"]",
                ".result[0][\"a/b~c\"]",
                "/result/0/a~1b~0c",
            ),
            ("6", ".result[0][\"\"]", ".result[0][\"\"]", "/result/0/"),
            (
                "7",
                ".result[0][\"say \\\"hi\\\"\"]",
                ".result[0][\"say \\\"hi\\\"\"]",
                "/result/0/say \"hi\"",
            ),
            ("8", ".result[0].7", ".result[0][\"7\"]", "/result/0/7"),
            (
                "9",
                ".result[0][\"x\\u202ey\"]",
                ".result[0][\"x\\u202ey\"]",
                "/result/0/x\u{202e}y",
            ),
        ] {
            let row = (0..tree.len())
                .find(|&row| tree.value(row) == value)
                .unwrap();
            assert_eq!(tree.path(row, Notation::Dotted), dotted);
            assert_eq!(tree.path(row, Notation::Jq), jq);
            assert_eq!(tree.path(row, Notation::Pointer), pointer);
            assert_eq!(tree.get(pointer), Some(row), "{pointer}");
        }
    }

    #[test]
    fn the_root_is_a_dot_or_an_empty_pointer() {
        let tree = Tree::parse(b"[[1]]").unwrap();
        assert_eq!(tree.path(0, Notation::Dotted), ".");
        assert_eq!(tree.path(0, Notation::Pointer), "");
        assert_eq!(tree.get(""), Some(0));
        assert_eq!(tree.path(2, Notation::Jq), ".[0][0]");
        let tree = Tree::parse(br#"{"a b":1}"#).unwrap();
        assert_eq!(tree.path(1, Notation::Jq), ".[\"a b\"]");
    }

    #[test]
    fn a_closing_row_has_the_path_of_its_container() {
        let tree = Tree::parse(br#"{"a":[1]}"#).unwrap();
        assert_eq!(tree.path(3, Notation::Dotted), ".a");
        assert_eq!(tree.path(4, Notation::Dotted), ".");
    }

    #[test]
    fn of_duplicate_keys_a_pointer_means_the_last() {
        let tree = Tree::parse(br#"{"a":1,"\u0061":2,"b":3}"#).unwrap();
        assert_eq!(tree.get("/a"), Some(2));
    }

    #[test]
    fn pointers_to_nowhere_find_nothing() {
        let tree = Tree::parse(br#"{"a":[1,2],"b":"x"}"#).unwrap();
        for pointer in [
            "a",
            "/c",
            "/a/2",
            "/a/-",
            "/a/+1",
            "/a/01",
            "/a/x",
            "/a/",
            "/b/0",
            "/",
            "/a/0/0",
            "/a/99999999999999999999",
        ] {
            assert_eq!(tree.get(pointer), None, "{pointer}");
        }
    }
}
