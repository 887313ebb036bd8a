//! What changed between two JSON documents, by meaning.
//!
//! Members of objects are compared by key, whatever their order. Items of
//! arrays are matched by what names them ([`NAMES`]): a device list with one
//! device more in its middle shows that one, and not all that moved. Numbers
//! are compared as sent, strings by what they mean.
//!
//! ```
//! use mishark_core::diff::diff;
//! use mishark_core::json::Tree;
//!
//! let before = Tree::parse(br#"{"result":[{"did":"5","value":true}]}"#)?;
//! let after = Tree::parse(br#"{"result":[{"value":false,"did":"5"}]}"#)?;
//! let diff = diff(&before, &after);
//! assert_eq!(diff.changes[0].to_string(), "~ result[did 5].value  true -> false");
//! # Ok::<(), mishark_core::json::Error>(())
//! ```

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::json::{Kind, Tree, show, unescape};
use crate::text::clean;

/// The members that name an item of an array, together, as far as it has them.
pub const NAMES: [&str; 5] = ["did", "siid", "piid", "aiid", "eiid"];

/// The members that name an item that has none of [`NAMES`]; the first that it
/// has.
pub const OTHER_NAMES: [&str; 5] = ["id", "scene_id", "home_id", "key", "uid"];

/// How many changes are kept. Nobody reads more; two documents that have more
/// have little to do with each other.
pub const MAX_CHANGES: usize = 10_000;

/// How much of a value is quoted.
const QUOTED: usize = 80;

/// The changes from one document to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// In the order of the documents; [`MAX_CHANGES`] at most.
    pub changes: Vec<Change>,
    /// Whether there were more.
    pub has_more: bool,
}

impl Diff {
    /// Whether both documents mean the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is there now.
    Added,
    /// It is another one now.
    Changed,
    /// It is gone.
    Removed,
}

impl ChangeKind {
    /// Its mark in lists.
    pub fn mark(self) -> char {
        match self {
            Self::Added => '+',
            Self::Changed => '~',
            Self::Removed => '-',
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// Where: `result[did 500000001].value`; safe to print. Empty for the whole
    /// document.
    pub path: String,
    /// The row in the first document, and its value, cut where it grows long
    /// and safe to print.
    pub before: Option<(usize, String)>,
    /// The row in the second document, and its value likewise.
    pub after: Option<(usize, String)>,
}

impl fmt::Display for Change {
    /// `~ result[did 500000001].value  true -> false`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "."
        } else {
            &self.path
        };
        write!(f, "{} {path}  ", self.kind.mark())?;
        match (&self.before, &self.after) {
            (Some((_, before)), Some((_, after))) => write!(f, "{before} -> {after}"),
            (Some((_, value)), None) | (None, Some((_, value))) => f.write_str(value),
            (None, None) => Ok(()),
        }
    }
}

/// Compares two documents.
///
/// Takes time linear in their size, and no stack however deep they nest.
pub fn diff(before: &Tree<'_>, after: &Tree<'_>) -> Diff {
    let mut diff = Diff::default();
    let mut paths = Paths::default();
    let mut work = vec![Step {
        path: None,
        before: Some(0),
        after: Some(0),
    }];
    while let Some(step) = work.pop() {
        let kind = match (step.before, step.after) {
            (Some(one), Some(other)) => {
                let kinds = (before.kind(one), after.kind(other));
                let mut below = match kinds {
                    (Kind::Object, Kind::Object) => members(before, one, after, other),
                    (Kind::Array, Kind::Array) => items(before, one, after, other),
                    _ if same(before, one, after, other) => continue,
                    _ => {
                        diff.add(ChangeKind::Changed, &step, &paths, before, after);
                        continue;
                    }
                };
                below.reverse();
                work.extend(below.into_iter().map(|pair| Step {
                    path: Some(paths.add(step.path, pair.name)),
                    before: pair.before,
                    after: pair.after,
                }));
                continue;
            }
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
        };
        diff.add(kind, &step, &paths, before, after);
        if diff.has_more {
            break;
        }
    }
    diff
}

impl Diff {
    fn add(
        &mut self,
        kind: ChangeKind,
        step: &Step,
        paths: &Paths,
        before: &Tree<'_>,
        after: &Tree<'_>,
    ) {
        if self.changes.len() == MAX_CHANGES {
            self.has_more = true;
            return;
        }
        self.changes.push(Change {
            kind,
            path: paths.write(step.path),
            before: step.before.map(|row| (row, quote(before, row))),
            after: step.after.map(|row| (row, quote(after, row))),
        });
    }
}

/// Two values to compare, or one without a partner.
struct Step {
    /// Its place in [`Paths`]; `None` at the root.
    path: Option<usize>,
    before: Option<usize>,
    after: Option<usize>,
}

/// Two children of one name.
struct Pair {
    /// `.name` of a member, `[name]` of an item.
    name: String,
    before: Option<usize>,
    after: Option<usize>,
}

/// Paths as a tree of names: a document may nest as deep as it is long, so no
/// path is written out before it is needed.
#[derive(Default)]
struct Paths(Vec<(Option<usize>, String)>);

impl Paths {
    fn add(&mut self, parent: Option<usize>, name: String) -> usize {
        self.0.push((parent, name));
        self.0.len() - 1
    }

    fn write(&self, path: Option<usize>) -> String {
        /// More names than any genuine answer has; what is above is left out.
        const WRITTEN: usize = 64;
        let names = std::iter::successors(path, |at| self.0[*at].0);
        let mut names: Vec<&str> = names.take(WRITTEN + 1).map(|at| &*self.0[at].1).collect();
        if names.len() > WRITTEN {
            names[WRITTEN] = "…";
        }
        names.reverse();
        let path = names.concat();
        path.trim_start_matches('.').to_owned()
    }
}

/// The members of two objects, paired by key. Of duplicate keys the last
/// counts, as for other parsers.
fn members(before: &Tree<'_>, one: usize, after: &Tree<'_>, other: usize) -> Vec<Pair> {
    let keyed = |tree: &Tree<'_>, row: usize| -> HashMap<String, usize> {
        let children = tree.children(row);
        let key = |child| unescape(tree.key(child).unwrap_or_default()).into_owned();
        children.map(|child| (key(child), child)).collect()
    };
    let (olds, news) = (keyed(before, one), keyed(after, other));
    let mut steps = Vec::new();
    let mut done = HashSet::new();
    for (tree, row, is_old) in [(before, one, true), (after, other, false)] {
        for child in tree.children(row) {
            let raw = tree.key(child).unwrap_or_default();
            let key = unescape(raw).into_owned();
            if (!is_old && olds.contains_key(&key)) || !done.insert(key.clone()) {
                continue;
            }
            steps.push(Pair {
                name: format!(".{}", show(raw)),
                before: olds.get(&key).copied(),
                after: news.get(&key).copied(),
            });
        }
    }
    steps
}

/// The items of two arrays, paired by name if all have one, else by position.
fn items(before: &Tree<'_>, one: usize, after: &Tree<'_>, other: usize) -> Vec<Pair> {
    let olds: Vec<usize> = before.children(one).collect();
    let news: Vec<usize> = after.children(other).collect();
    let names = |tree: &Tree<'_>, rows: &[usize]| -> Option<Vec<String>> {
        let names: Option<Vec<_>> = rows.iter().map(|row| name(tree, *row)).collect();
        let names = names?;
        let distinct: HashSet<&String> = names.iter().collect();
        (distinct.len() == names.len()).then_some(names)
    };
    let (Some(old_names), Some(new_names)) = (names(before, &olds), names(after, &news)) else {
        let longest = olds.len().max(news.len());
        let steps = (0..longest).map(|index| Pair {
            name: format!("[{index}]"),
            before: olds.get(index).copied(),
            after: news.get(index).copied(),
        });
        return steps.collect();
    };
    let by_name: HashMap<&String, usize> = new_names.iter().zip(news.iter().copied()).collect();
    let known: HashSet<&String> = old_names.iter().collect();
    let step = |name: &String, before, after| Pair {
        name: format!("[{name}]"),
        before,
        after,
    };
    let paired = old_names.iter().zip(&olds);
    let paired = paired.map(|(name, row)| step(name, Some(*row), by_name.get(name).copied()));
    let added = new_names.iter().zip(&news);
    let added = added.filter(|(name, _)| !known.contains(name));
    let added = added.map(|(name, row)| step(name, None, Some(*row)));
    paired.chain(added).collect()
}

/// What names an item: `did 500000001 2.1`, `id 7`; safe to print.
fn name(tree: &Tree<'_>, row: usize) -> Option<String> {
    /// A name longer than this is a text.
    const LONGEST: usize = 64;
    if tree.kind(row) != Kind::Object {
        return None;
    }
    let value = |name: &str| {
        let child = tree
            .children(row)
            .find(|child| tree.key(*child) == Some(name))?;
        let text = match tree.kind(child) {
            Kind::String => show(tree.string(child)?).into_owned(),
            Kind::Number => tree.value(child).to_owned(),
            _ => return None,
        };
        (text.len() <= LONGEST).then_some(text)
    };
    let [did, siid, piid, aiid, eiid] = NAMES.map(value);
    let (kind, number) = match (piid, aiid, eiid) {
        (Some(piid), _, _) => ("", Some(piid)),
        (None, Some(aiid), _) => ("action ", Some(aiid)),
        (None, None, Some(eiid)) => ("event ", Some(eiid)),
        (None, None, None) => ("", None),
    };
    let place = match (siid, number) {
        (Some(siid), Some(number)) => Some(format!("{kind}{siid}.{number}")),
        (Some(siid), None) => Some(format!("siid {siid}")),
        (None, Some(number)) => Some(format!("{kind}{number}")),
        (None, None) => None,
    };
    match (did, place) {
        (Some(did), Some(place)) => Some(format!("did {did} {place}")),
        (Some(did), None) => Some(format!("did {did}")),
        (None, Some(place)) => Some(place),
        (None, None) => OTHER_NAMES
            .iter()
            .find_map(|name| Some(format!("{name} {}", value(name)?))),
    }
}

/// Whether two values that are not both objects or both arrays are the same.
fn same(before: &Tree<'_>, one: usize, after: &Tree<'_>, other: usize) -> bool {
    match (before.string(one), after.string(other)) {
        (Some(one), Some(other)) => one == other || unescape(one) == unescape(other),
        (None, None) => before.value(one) == after.value(other),
        _ => false,
    }
}

/// A value as sent, cut and safe to print.
fn quote(tree: &Tree<'_>, row: usize) -> String {
    let value = tree.value(row);
    let end = value.char_indices().nth(QUOTED).map(|(at, _)| at);
    let cut = &value[..end.unwrap_or(value.len())];
    let mut text = match tree.string(row) {
        Some(_) => show(cut).into_owned(),
        None => clean(cut).into_owned(),
    };
    if end.is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (before.as_bytes(), after.as_bytes());
        let diff = diff(&Tree::parse(before).unwrap(), &Tree::parse(after).unwrap());
        diff.changes.iter().map(Change::to_string).collect()
    }

    #[test]
    fn order_of_members_spaces_and_escapes_mean_nothing() {
        assert!(lines(r#"{"a":1,"b":"客"}"#, r#"{ "b" : "\u5ba2", "a" : 1 }"#).is_empty());
        assert_eq!(lines("1", "1.0"), ["~ .  1 -> 1.0"]);
        assert_eq!(lines("1e5", "100000"), ["~ .  1e5 -> 100000"]);
    }

    #[test]
    fn properties_are_matched_by_device_and_place() {
        let before = r#"{"code":0,"result":[
            {"did":"500000001","siid":2,"piid":1,"value":true,"updateTime":1},
            {"did":"500000001","siid":2,"piid":2,"value":30}]}"#;
        let after = r#"{"code":0,"result":[
            {"did":"500000001","siid":2,"piid":2,"value":30},
            {"did":"500000001","siid":2,"piid":1,"value":false,"code":0}]}"#;
        assert_eq!(
            lines(before, after),
            [
                "~ result[did 500000001 2.1].value  true -> false",
                "- result[did 500000001 2.1].updateTime  1",
                "+ result[did 500000001 2.1].code  0",
            ]
        );
    }

    #[test]
    fn one_device_more_in_the_middle_is_one_change() {
        let before = r#"[{"did":"1"},{"did":"3"}]"#;
        let after = r#"[{"did":"1"},{"did":"2","name":"灯"},{"did":"3"}]"#;
        assert_eq!(
            lines(before, after),
            [r#"+ [did 2]  {"did":"2","name":"灯"}"#]
        );
    }

    #[test]
    fn without_names_or_with_one_twice_position_counts() {
        assert_eq!(lines("[1,2]", "[1,3,4]"), ["~ [1]  2 -> 3", "+ [2]  4"]);
        let twice = r#"[{"id":1,"a":1},{"id":1,"a":2}]"#;
        let other = r#"[{"id":1,"a":1},{"id":1,"a":3}]"#;
        assert_eq!(lines(twice, other), ["~ [1].a  2 -> 3"]);
        let scenes = lines(
            r#"[{"scene_id":"7","on":1}]"#,
            r#"[{"scene_id":"7","on":2}]"#,
        );
        assert_eq!(scenes, ["~ [scene_id 7].on  1 -> 2"]);
    }

    #[test]
    fn a_value_of_another_kind_is_one_change() {
        assert_eq!(
            lines(r#"{"a":[1]}"#, r#"{"a":{"b":1}}"#),
            [r#"~ a  [1] -> {"b":1}"#]
        );
        assert_eq!(lines(r#""1""#, "1"), [r#"~ .  "1" -> 1"#]);
    }

    #[test]
    fn nothing_of_a_document_reaches_a_terminal_unclean() {
        let changes = lines("{}", "{\"\u{202e}k\":\"\\u001b[2J\u{7f}\"}");
        assert_eq!(changes, ["+ \\u202ek  \"\\u001b[2J\\u007f\""]);
    }

    #[test]
    fn depth_and_number_have_their_limits() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(100_000), "]".repeat(100_000));
        let path = &lines(&deep("1"), &deep("2"))[0];
        assert!(path.ends_with("1 -> 2"));
        let many = |value: &str| format!("[{}0]", format!("{value},").repeat(MAX_CHANGES + 5));
        let (one, two) = (many("1"), many("2"));
        let (one, two) = (
            Tree::parse(one.as_bytes()).unwrap(),
            Tree::parse(two.as_bytes()).unwrap(),
        );
        let diff = diff(&one, &two);
        assert!(diff.has_more && diff.changes.len() == MAX_CHANGES && !diff.is_empty());
    }
}
