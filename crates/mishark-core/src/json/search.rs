//! Finding text in a document, as sent and as meant.
//!
//! `打扫` may have been sent as itself or as `\u6253\u626b`, and a person who
//! searches cannot know. So two finders run side by side over the text:
//!
//! ```text
//! the whole text, as sent ──────────────┐
//!                                       ├─ the earlier one ─► Match
//! strings with a backslash, unescaped ──┘
//! ```
//!
//! Both are lazy, so a caller can stop after any [`Step`], and memory is one
//! unescaped string.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::text::{Piece, Pieces, unescape};
use super::tree::Tree;

/// Whether capital letters differ from small ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `a` finds `a` only.
    Exact,
    /// `a` finds `a` and `A`, in all scripts that have both.
    Ignore,
}

impl Case {
    /// What a person means who types a needle: small letters find capitals too,
    /// a capital finds itself only.
    pub fn of_needle(needle: &str) -> Self {
        if needle.chars().any(char::is_uppercase) {
            Self::Exact
        } else {
            Self::Ignore
        }
    }
}

/// A place where the needle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The innermost row in which the match starts.
    pub row: usize,
    /// The bytes of the document's text; whole escapes, if those matched.
    pub range: Range<usize>,
}

/// What one step of a [`Search`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The whole document has been searched.
    Done,
    /// The needle is here.
    Found(Match),
    /// Nothing yet: some more text has been searched.
    Searching,
}

/// A search through one document, from its start to its end.
///
/// Matches come in order and do not overlap. As an iterator it runs to the
/// next match; [`step`](Self::step) returns every 64 KiB as well, so that a
/// caller can look whether anyone still waits. Only a single string larger
/// than that is searched in one go.
///
/// ```
/// use mishark_core::json::{Case, Search, Tree};
///
/// let tree = Tree::parse(r#"["打扫", "\u6253\u626b", "扫"]"#.as_bytes())?;
/// let rows: Vec<_> = Search::new(&tree, "打扫", Case::Exact)
///     .map(|found| found.row)
///     .collect();
/// assert_eq!(rows, [1, 2]);
/// # Ok::<(), mishark_core::json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Search<'t> {
    tree: &'t Tree<'t>,
    finder: Finder,
    /// Where the finder of text as sent goes on, and what it has found.
    sent_at: usize,
    sent: Option<Range<usize>>,
    /// The same for the finder of text as meant.
    meant_at: usize,
    meant: Option<Range<usize>>,
    /// Where the last match that was given out ends.
    given: usize,
    /// The string whose meaning is being searched.
    string: Option<Unescaped<'t>>,
}

/// How much text is searched before a step returns.
const WINDOW: usize = 64 * 1024;

impl<'t> Search<'t> {
    /// Starts a search; an empty needle is nowhere.
    pub fn new(tree: &'t Tree<'_>, needle: &str, case: Case) -> Self {
        let end = tree.text().len();
        let start = if needle.is_empty() { end } else { 0 };
        Self {
            tree,
            finder: Finder::new(needle, case),
            sent_at: start,
            sent: None,
            meant_at: start,
            meant: None,
            given: 0,
            string: None,
        }
    }

    /// Searches some more.
    pub fn step(&mut self) -> Step {
        let end = self.tree.text().len();
        if self.sent.is_none() && self.sent_at < end {
            self.search_sent();
            if self.sent.is_none() {
                return Step::Searching;
            }
        }
        if self.meant.is_none() && (self.meant_at < end || self.string.is_some()) {
            self.search_meant();
            if self.meant.is_none() {
                return Step::Searching;
            }
        }
        // Of two at one place the longer: half an escape is none.
        let sent_is_first = match (&self.sent, &self.meant) {
            (Some(sent), Some(meant)) => {
                sent.start < meant.start || sent.start == meant.start && sent.end >= meant.end
            }
            (sent, _) => sent.is_some(),
        };
        let first = if sent_is_first {
            self.sent.take()
        } else {
            self.meant.take()
        };
        let Some(range) = first else {
            return Step::Done;
        };
        // Text without escapes is found both ways; an escape and a part of it
        // can be. One place is one match.
        self.given = range.end;
        if self
            .sent
            .as_ref()
            .is_some_and(|sent| sent.start < range.end)
        {
            self.sent = None;
            self.sent_at = range.end;
        }
        if self
            .meant
            .as_ref()
            .is_some_and(|meant| meant.start < range.end)
        {
            self.meant = None;
        }
        Step::Found(Match {
            row: self.tree.row_at(range.start).unwrap_or(0),
            range,
        })
    }

    /// Searches a window of the text as sent.
    fn search_sent(&mut self) {
        let text = self.tree.text();
        let window = boundary(text, self.sent_at.saturating_add(WINDOW));
        // A match may begin in this window and end in the next.
        let end = boundary(text, window.saturating_add(self.finder.longest()));
        if let Some(found) = self.finder.find(&text[self.sent_at..end]) {
            let range = self.sent_at + found.start..self.sent_at + found.end;
            self.sent_at = range.end;
            self.sent = Some(range);
        } else {
            self.sent_at = window;
        }
    }

    /// Searches the string at hand as meant, or looks for the next one.
    fn search_meant(&mut self) {
        if let Some(string) = &mut self.string {
            let found = string.find(&self.finder);
            if found.is_none() {
                self.string = None;
            }
            self.meant = found.filter(|found| found.start >= self.given);
            return;
        }
        let bytes = self.tree.text().as_bytes();
        let end = self.meant_at.saturating_add(WINDOW).min(bytes.len());
        let Some(found) = memchr::memchr(b'\\', &bytes[self.meant_at..end]) else {
            self.meant_at = end;
            return;
        };
        let at = self.meant_at + found;
        let Some(quoted) = self.tree.string_at(at) else {
            self.meant_at = at + 1;
            return;
        };
        self.meant_at = quoted.end;
        let inside = quoted.start + 1..quoted.end - 1;
        self.string = Some(Unescaped::new(self.tree.text(), inside));
    }
}

impl Iterator for Search<'_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        loop {
            match self.step() {
                Step::Done => return None,
                Step::Found(found) => return Some(found),
                Step::Searching => {}
            }
        }
    }
}

/// A string's meaning, and a way back from there to the bytes as sent.
#[derive(Debug, Clone)]
struct Unescaped<'t> {
    meaning: Cow<'t, str>,
    /// How far the meaning has been searched.
    searched: usize,
    /// Walks behind the matches, so that no table of places is needed.
    pieces: Pieces<'t>,
    piece: Piece<'t>,
    /// Where the piece starts in the meaning, and in the document.
    meant_at: usize,
    sent_at: usize,
}

impl<'t> Unescaped<'t> {
    fn new(text: &'t str, inside: Range<usize>) -> Self {
        let raw = &text[inside.clone()];
        Self {
            meaning: unescape(raw),
            searched: 0,
            pieces: Pieces::new(raw),
            piece: Piece::Plain(""),
            meant_at: 0,
            sent_at: inside.start,
        }
    }

    fn find(&mut self, finder: &Finder) -> Option<Range<usize>> {
        let found = finder.find(&self.meaning[self.searched..])?;
        let (start, end) = (self.searched + found.start, self.searched + found.end);
        self.searched = end;
        Some(self.sent(start)..self.sent(end))
    }

    /// Returns where in the document a place in the meaning is; places must
    /// come in order.
    fn sent(&mut self, place: usize) -> usize {
        loop {
            let (sent, meant) = self.piece.lengths();
            if place < self.meant_at + meant {
                break;
            }
            let Some(piece) = self.pieces.next() else {
                return self.sent_at + sent;
            };
            self.piece = piece;
            self.meant_at += meant;
            self.sent_at += sent;
        }
        // Within an escape there is only its start: it means one character.
        self.sent_at + (place - self.meant_at)
    }
}

/// A needle, prepared: finds it in text that is not JSON as [`Search`] does in
/// text that is.
#[derive(Debug, Clone)]
pub struct Finder(Needle);

#[derive(Debug, Clone)]
enum Needle {
    Exact(Box<memmem::Finder<'static>>),
    /// Characters as [`fold`] gives them.
    Folded(Vec<char>),
}

impl Finder {
    /// Prepares a needle.
    pub fn new(needle: &str, case: Case) -> Self {
        if case == Case::Exact || !needle.chars().any(is_cased) {
            let finder = memmem::Finder::new(needle).into_owned();
            return Self(Needle::Exact(Box::new(finder)));
        }
        Self(Needle::Folded(needle.chars().map(fold).collect()))
    }

    /// Returns the most bytes a match can have.
    pub fn longest(&self) -> usize {
        match &self.0 {
            Needle::Exact(finder) => finder.needle().len(),
            Needle::Folded(needle) => needle.len() * 4,
        }
    }

    /// Finds the first match.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        match &self.0 {
            Needle::Exact(finder) => {
                let start = finder.find(text.as_bytes())?;
                Some(start..start + finder.needle().len())
            }
            Needle::Folded(needle) => find_folded(text, needle),
        }
    }
}

fn find_folded(text: &str, needle: &[char]) -> Option<Range<usize>> {
    let (&first, rest) = needle.split_first()?;
    let matches_at = |start: usize| {
        let mut characters = text[start..].chars();
        characters.next().filter(|&c| fold(c) == first)?;
        for &wanted in rest {
            characters.next().filter(|&c| fold(c) == wanted)?;
        }
        Some(start..text.len() - characters.as_str().len())
    };
    if first.is_ascii() {
        let (small, capital) = (first as u8, first.to_ascii_uppercase() as u8);
        return memchr::memchr2_iter(small, capital, text.as_bytes()).find_map(matches_at);
    }
    text.char_indices().find_map(|(start, _)| matches_at(start))
}

/// Returns the small form of a letter, and any other character itself.
///
/// One character stays one, and only ASCII letters become ASCII letters: the
/// Kelvin sign is no `k`. That keeps places simple and the search fast.
fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut small = character.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) if !small.is_ascii() => small,
        _ => character,
    }
}

fn is_cased(character: char) -> bool {
    !character.to_lowercase().eq([character]) || !character.to_uppercase().eq([character])
}

/// Returns the first boundary between characters from `at` on.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(tree: &'t Tree<'_>, needle: &str, case: Case) -> Vec<(usize, &'t str)> {
        Search::new(tree, needle, case)
            .map(|found| (found.row, &tree.text()[found.range]))
            .collect()
    }

    #[test]
    fn text_is_found_as_sent_and_as_meant_and_once_each() {
        let text = r#"{"打扫":"\u6253\u626b","\u6253扫 a":["x打\u626by \u6253","打扫\n打扫"]}"#;
        let tree = Tree::parse(text.as_bytes()).unwrap();
        assert_eq!(
            found(&tree, "打扫", Case::Exact),
            [
                (1, "打扫"),
                (1, r"\u6253\u626b"),
                (2, r"\u6253扫"),
                (3, r"打\u626b"),
                (4, "打扫"),
                (4, "打扫"),
            ]
        );
    }

    #[test]
    fn escapes_are_found_as_sent_too() {
        let tree = Tree::parse(br#"["\u6253\n\/", "a\"b"]"#).unwrap();
        assert_eq!(found(&tree, r"\u62", Case::Exact), [(1, r"\u62")]);
        assert_eq!(found(&tree, "\n", Case::Exact), [(1, r"\n")]);
        assert_eq!(found(&tree, "\n/", Case::Exact), [(1, r"\n\/")]);
        assert_eq!(found(&tree, "a\"b", Case::Exact), [(2, r#"a\"b"#)]);
        assert_eq!(found(&tree, "\\", Case::Exact).len(), 4);
    }

    #[test]
    fn an_escape_and_a_part_of_it_are_one_match() {
        let tree = Tree::parse(br#"["\u0036", "\\"]"#).unwrap();
        assert_eq!(found(&tree, "6", Case::Exact), [(1, r"\u0036")]);
        assert_eq!(found(&tree, "\\", Case::Exact), [(1, "\\"), (2, r"\\")]);
    }

    #[test]
    fn matches_across_rows_belong_to_the_row_they_start_in() {
        let tree = Tree::parse(br#"{"a":[true,1]}"#).unwrap();
        assert_eq!(found(&tree, "true,1", Case::Exact), [(2, "true,1")]);
        assert_eq!(found(&tree, ",", Case::Exact), [(1, ",")]);
        assert_eq!(found(&tree, "}", Case::Exact), [(5, "}")]);
        let tree = Tree::parse(b"  1").unwrap();
        assert_eq!(found(&tree, " ", Case::Exact), [(0, " "), (0, " ")]);
    }

    #[test]
    fn case_is_ignored_in_all_scripts_if_asked() {
        let text = r#"["Élan","\u00c9LAN","ΣΊΣΥΦΟΣ","Wi-Fi 开关","ẞ","K"]"#;
        let tree = Tree::parse(text.as_bytes()).unwrap();
        assert_eq!(
            found(&tree, "éLan", Case::Ignore),
            [(1, "Élan"), (2, r"\u00c9LAN")]
        );
        assert_eq!(found(&tree, "σίσυ", Case::Ignore), [(3, "ΣΊΣΥ")]);
        assert_eq!(found(&tree, "wI-fI 开", Case::Ignore), [(4, "Wi-Fi 开")]);
        assert_eq!(found(&tree, "开关", Case::Ignore), [(4, "开关")]);
        assert_eq!(found(&tree, "ß", Case::Ignore), [(5, "ẞ")]);
        assert_eq!(found(&tree, "fi", Case::Exact), []);
    }

    #[test]
    fn an_empty_needle_and_one_longer_than_the_text_are_nowhere() {
        let tree = Tree::parse(b"[1]").unwrap();
        for case in [Case::Exact, Case::Ignore] {
            assert_eq!(found(&tree, "", case), []);
            assert_eq!(found(&tree, "[1],[2]", case), []);
            assert_eq!(found(&tree, "[1] A", case), []);
        }
    }

    #[test]
    fn repeated_text_is_found_without_overlaps() {
        let tree = Tree::parse(br#"["aaaaa\u0061\u0061"]"#).unwrap();
        assert_eq!(
            found(&tree, "aa", Case::Exact),
            [(1, "aa"), (1, "aa"), (1, r"a\u0061")]
        );
    }

    #[test]
    fn matches_on_the_edges_of_windows_are_found() {
        for shift in 0..8 {
            let padding = "打".repeat(WINDOW / 3);
            let text = format!("[\"{}{padding}Ab打扫\",\"{padding}\"]", "x".repeat(shift));
            let tree = Tree::parse(text.as_bytes()).unwrap();
            assert_eq!(found(&tree, "Ab打扫", Case::Exact), [(1, "Ab打扫")]);
            assert_eq!(found(&tree, "aB打扫", Case::Ignore), [(1, "Ab打扫")]);
        }
    }

    #[test]
    fn a_long_search_can_be_left_between_steps() {
        let text = format!("[{}1]", "0,".repeat(5 * WINDOW));
        let tree = Tree::parse(text.as_bytes()).unwrap();
        let mut search = Search::new(&tree, "1", Case::Exact);
        let mut steps = 0;
        while search.step() == Step::Searching {
            steps += 1;
        }
        assert!(steps >= 10);
        assert_eq!(search.next(), None);
    }
}
