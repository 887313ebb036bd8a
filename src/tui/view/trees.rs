//! The lines of a JSON body: the rows of its tree, and behind each string that
//! was opened the rows of the tree in that string, and so on.
//!
//! Lines are numbered from 0 as they stand below each other. A place is the
//! tree and the row there; it stays the same while lines come and go.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::place::Place;
use crate::tui::content::Content;
use mishark_core::json::{Folds, Kind, Notation, Tree, nested};
use mishark_core::redact::ranges;

/// How deep strings in strings are opened. Each level doubles the backslashes,
/// so real traffic has two or three.
const DEEPEST_NEST: usize = 16;

/// The longest string that is opened as JSON, so that the key that does it is
/// not felt.
pub(super) const LONGEST_NEST: usize = 2 << 20;

/// The longest string that is read to see whether it is JSON while it is drawn.
/// Longer ones are taken by their looks.
const READ_WHEN_DRAWN: usize = 2048;

/// A JSON body and the strings of it that were opened.
#[derive(Debug)]
pub(super) struct Trees {
    nodes: Vec<Node>,
}

/// Where a tree is kept.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Body(Arc<Content>),
    Nested(Arc<Tree<'static>>),
}

#[derive(Debug)]
struct Node {
    source: Source,
    folds: Folds,
    /// The string that holds this tree.
    parent: Option<Place>,
    /// Strings whose trees are shown, and those trees.
    opened: BTreeMap<usize, usize>,
    /// The trees of strings that were closed, as they were left.
    closed: BTreeMap<usize, usize>,
    /// How many lines it takes with all in it.
    total: usize,
    /// How far the children of its root are indented, in levels.
    depth: usize,
    /// Whether it is in a string that is a secret.
    secret: bool,
    /// The bytes of the secrets in it, in order.
    secrets: Arc<[Range<usize>]>,
}

impl Source {
    /// The tree, if the body is JSON.
    pub(super) fn tree(&self) -> Option<&Tree<'static>> {
        match self {
            Self::Body(content) => match &**content {
                Content::Json(tree) => Some(tree),
                _ => None,
            },
            Self::Nested(tree) => Some(tree),
        }
    }
}

impl Trees {
    /// Takes a body with the bytes of its secrets; `None` if it is no JSON.
    pub(super) fn new(content: Arc<Content>, secrets: Arc<[Range<usize>]>) -> Option<Self> {
        let mut trees = Self { nodes: Vec::new() };
        trees.add(Source::Body(content), None, 0, false, secrets)?;
        Some(trees)
    }

    fn add(
        &mut self,
        source: Source,
        parent: Option<Place>,
        depth: usize,
        secret: bool,
        secrets: Arc<[Range<usize>]>,
    ) -> Option<usize> {
        let folds = Folds::of_values(source.tree()?);
        self.nodes.push(Node {
            total: folds.visible_count(),
            source,
            folds,
            parent,
            opened: BTreeMap::new(),
            closed: BTreeMap::new(),
            depth,
            secret,
            secrets,
        });
        Some(self.nodes.len() - 1)
    }

    /// The tree of a node.
    pub(super) fn tree(&self, node: usize) -> &Tree<'static> {
        let tree = self.nodes[node].source.tree();
        tree.expect("add takes sources with a tree only")
    }

    /// The tree of a node, to keep.
    pub(super) fn source(&self, node: usize) -> Source {
        self.nodes[node].source.clone()
    }

    /// The string that holds a tree; `None` of the body.
    pub(super) fn parent(&self, node: usize) -> Option<Place> {
        self.nodes[node].parent
    }

    /// The tree shown behind a string.
    pub(super) fn opened(&self, place: Place) -> Option<usize> {
        self.nodes[place.node].opened.get(&place.row).copied()
    }

    /// The strings of a tree that are opened, in order, and their trees.
    pub(super) fn openings(&self, node: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let opened = &self.nodes[node].opened;
        opened.iter().map(|(&row, &nested)| (row, nested))
    }

    /// How many lines there are; one at least.
    pub(super) fn count(&self) -> usize {
        self.nodes[0].total
    }

    /// The place of a line; the last one's if there are fewer.
    pub(super) fn place(&self, line: usize) -> Place {
        let (mut node, mut line) = (0, line.min(self.count().saturating_sub(1)));
        'node: loop {
            let here = &self.nodes[node];
            let mut more = 0;
            for (&row, &nested) in &here.opened {
                if !here.folds.is_visible(row) {
                    continue;
                }
                let at = here.folds.visible_before(row) + more;
                if line <= at {
                    break;
                }
                let total = self.nodes[nested].total;
                if line <= at + total {
                    (node, line) = (nested, line - at - 1);
                    continue 'node;
                }
                more += total;
            }
            let row = here.folds.nth_visible(line - more).unwrap_or(0);
            return Place { node, row };
        }
    }

    /// The number of the line at a place in sight.
    pub(super) fn index(&self, place: Place) -> usize {
        let (mut line, mut at) = (0, Some(place));
        while let Some(Place { node, row }) = at {
            let here = &self.nodes[node];
            line += here.folds.visible_before(row);
            for (&before, &nested) in here.opened.range(..row) {
                if here.folds.is_visible(before) {
                    line += self.nodes[nested].total;
                }
            }
            at = here.parent;
            // The string's own line is before all in it.
            line += usize::from(at.is_some());
        }
        line
    }

    /// The place itself if it is in sight, else that of the line which hides it.
    pub(super) fn nearest(&self, place: Place) -> Place {
        let mut nearest = self.nearest_in_node(place);
        let mut node = place.node;
        while let Some(parent) = self.nodes[node].parent {
            let shown = self.nearest_in_node(parent);
            if shown != parent || self.opened(parent) != Some(node) {
                nearest = shown;
            }
            node = parent.node;
        }
        nearest
    }

    fn nearest_in_node(&self, Place { node, row }: Place) -> Place {
        let (tree, folds) = (self.tree(node), &self.nodes[node].folds);
        let row = folds.nearest_visible(tree.opening(row.min(tree.len() - 1)));
        let row = if folds.is_visible(row) {
            row
        } else {
            folds.nth_visible(0).unwrap_or(0)
        };
        Place { node, row }
    }

    /// Brings a place in sight by unfolding what hides it. Strings that were
    /// closed stay so.
    pub(super) fn reveal(&mut self, place: Place) {
        let mut at = Some(place);
        while let Some(Place { node, row }) = at {
            self.fold(node, |folds, tree| folds.reveal(tree, row));
            at = self.parent(node);
        }
        self.recount(place.node);
    }

    /// Whether a container is folded.
    pub(super) fn is_folded(&self, place: Place) -> bool {
        self.nodes[place.node].folds.is_folded(place.row)
    }

    /// Whether a place is a container that is not empty.
    pub(super) fn is_foldable(&self, place: Place) -> bool {
        self.nodes[place.node].folds.is_foldable(place.row)
    }

    /// Changes the folds of a tree and counts its lines anew.
    pub(super) fn change(&mut self, node: usize, change: impl FnOnce(&mut Folds, &Tree<'_>)) {
        self.fold(node, change);
        self.recount(node);
    }

    fn fold(&mut self, node: usize, change: impl FnOnce(&mut Folds, &Tree<'_>)) {
        let here = &mut self.nodes[node];
        let tree = here.source.tree();
        let tree = tree.expect("add takes sources with a tree only");
        change(&mut here.folds, tree);
    }

    fn recount(&mut self, node: usize) {
        let mut at = Some(node);
        while let Some(node) = at {
            let here = &self.nodes[node];
            let nested: usize = here
                .opened
                .iter()
                .filter(|(row, _)| here.folds.is_visible(**row))
                .map(|(_, &nested)| self.nodes[nested].total)
                .sum();
            let total = here.folds.visible_count() + nested;
            at = here.parent.map(|parent| parent.node);
            self.nodes[node].total = total;
        }
    }

    /// Opens the JSON in a string; its tree. `None` if there is none.
    pub(super) fn open(&mut self, place: Place) -> Option<usize> {
        if let Some(nested) = self.opened(place) {
            return Some(nested);
        }
        let nested = match self.nodes[place.node].closed.remove(&place.row) {
            Some(nested) => nested,
            None => {
                let raw = self.tree(place.node).string(place.row)?;
                if raw.len() > LONGEST_NEST || self.nesting(place.node) >= DEEPEST_NEST {
                    return None;
                }
                let tree = Arc::new(nested(raw)?.into_owned());
                let (depth, secret) = (self.depth(place) + 1, self.is_secret(place));
                {
                    let secrets = ranges(tree.text().as_bytes()).into();
                    self.add(Source::Nested(tree), Some(place), depth, secret, secrets)?
                }
            }
        };
        self.nodes[place.node].opened.insert(place.row, nested);
        self.recount(place.node);
        Some(nested)
    }

    /// Shows a string as a string again.
    pub(super) fn close(&mut self, place: Place) {
        let here = &mut self.nodes[place.node];
        if let Some(nested) = here.opened.remove(&place.row) {
            here.closed.insert(place.row, nested);
            self.recount(place.node);
        }
    }

    fn nesting(&self, node: usize) -> usize {
        std::iter::successors(Some(node), |&node| Some(self.nodes[node].parent?.node)).count()
    }

    /// By how many levels a line is indented.
    pub(super) fn depth(&self, Place { node, row }: Place) -> usize {
        // Children of the root have depth 1, but the root is not shown.
        self.nodes[node].depth + (self.tree(node).depth(row) as usize).saturating_sub(1)
    }

    /// The bytes of the secrets in a tree, in order.
    pub(super) fn secrets(&self, node: usize) -> &[Range<usize>] {
        &self.nodes[node].secrets
    }

    /// Whether a value is to be masked as a whole: a scalar that is a secret, or
    /// that is in a string that is one.
    pub(super) fn is_secret(&self, Place { node, row }: Place) -> bool {
        let tree = self.tree(node);
        if matches!(tree.kind(row), Kind::Array | Kind::Object | Kind::Close) {
            return false;
        }
        let mut value = tree.row(row).value;
        if tree.kind(row) == Kind::String {
            // Without its quotes.
            value = value.start + 1..value.end - 1;
        }
        let secrets = self.secrets(node);
        let next = secrets.partition_point(|secret| secret.end <= value.start);
        let covers = |it: &Range<usize>| it.start <= value.start && it.end >= value.end;
        self.nodes[node].secret || secrets.get(next).is_some_and(covers)
    }

    /// Whether a string holds JSON, or looks as if it did if it is long.
    pub(super) fn holds_json(&self, place: Place) -> bool {
        let tree = self.tree(place.node);
        let Some(raw) = tree.string(place.row) else {
            return false;
        };
        let blank = |c: char| matches!(c, ' ' | '\n' | '\t' | '\r');
        let text = raw.trim_matches(blank);
        let pair = (text.as_bytes().first(), text.as_bytes().last());
        let looks = matches!(pair, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')));
        let starts_escaped = raw.starts_with('\\') && raw.len() <= READ_WHEN_DRAWN;
        (looks || starts_escaped) && (raw.len() > READ_WHEN_DRAWN || nested(raw).is_some())
    }

    /// Writes where a place is; see [`View::path`](super::View::path).
    pub(super) fn path(&self, place: Place, notation: Notation) -> Option<String> {
        let join = match notation {
            Notation::Dotted => " (json) ",
            Notation::Jq => " | fromjson | ",
            Notation::Pointer => "",
        };
        let mut path = self.tree(place.node).path(place.row, notation);
        let mut node = place.node;
        while let Some(parent) = self.parent(node) {
            if notation == Notation::Pointer {
                return None;
            }
            path = self.tree(parent.node).path(parent.row, notation) + join + &path;
            node = parent.node;
        }
        Some(path)
    }
}
