//! A document as flat rows over its own text.
//!
//! ```text
//! {"code":0,"result":[{"did":"1"},[]]}
//!
//! row  kind    key     depth  parent  index  end
//!  0   Object            0      -       0     9
//!  1   Number  code      1      0       0     2
//!  2   Array   result    1      0       1     8
//!  3   Object            2      2       0     6
//!  4   String  did       3      3       0     5
//!  5   Close             2      3       1     6    } of row 3
//!  6   Array             2      2       1     7    empty: one row
//!  7   Close             1      2       2     8    ] of row 2
//!  8   Close             0      0       2     9    } of row 0
//! ```

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::document::{Document, utf8};
use super::error::{Error, ErrorKind, Fault};
use super::lexer::{Lexer, Token};
use super::limits::{MAX_BYTES, MAX_ROWS};

/// One JSON document: its text and its rows.
///
/// Rows are numbered from 0, the root, downwards; see [`Row`]. Methods that
/// take a row's number panic, as an index into a slice does, when the tree has
/// no such row.
///
/// ```
/// use mishark_core::json::{Kind, Notation, Tree};
///
/// let tree = Tree::parse(br#"{"result":[{"did":1722123456789012348}]}"#)?;
/// let did = tree.get("/result/0/did").unwrap();
/// assert_eq!(tree.value(did), "1722123456789012348");
/// assert_eq!(tree.kind(did), Kind::Number);
/// assert_eq!(tree.path(did, Notation::Jq), ".result[0].did");
/// # Ok::<(), mishark_core::json::Error>(())
/// ```
#[derive(Clone)]
pub struct Tree<'t> {
    text: Cow<'t, str>,
    rows: Vec<Stored>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An array: its opening bracket, and all of it when it is empty.
    Array,
    /// The closing bracket of an array or object that is not empty.
    Close,
    /// The word `false`.
    False,
    /// The word `null`.
    Null,
    /// A number, as sent.
    Number,
    /// An object: its opening brace, and all of it when it is empty.
    Object,
    /// A string, as sent.
    String,
    /// The word `true`.
    True,
}

impl Kind {
    /// Tells what starts with that byte in a document that has passed.
    pub(super) fn of(first: u8) -> Self {
        match first {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'}' | b']' => Self::Close,
            b'"' => Self::String,
            b't' => Self::True,
            b'f' => Self::False,
            b'n' => Self::Null,
            _ => Self::Number,
        }
    }
}

/// All that a tree knows of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the row is.
    pub kind: Kind,
    /// The bytes of a member's key with its quotes.
    pub key: Option<Range<usize>>,
    /// The bytes of the whole value with its quotes or both brackets; of a
    /// [`Kind::Close`] the one bracket.
    pub value: Range<usize>,
    /// How many containers the row is in; a close is beside its opening.
    pub depth: u32,
    /// The row of the container; of a [`Kind::Close`] its opening row.
    pub parent: Option<usize>,
    /// The place among the container's children, from 0.
    pub index: usize,
    /// How many children the row has.
    pub children: usize,
    /// The first row after this one and all below it.
    pub end: usize,
}

/// A row as stored. The kind is not: the value's first byte tells it.
#[derive(Clone, Copy)]
struct Stored {
    /// Equal to `key_end` when there is no key: a key has two quotes at least.
    key_start: u32,
    key_end: u32,
    start: u32,
    value_end: u32,
    depth: u32,
    /// The root's parent is itself.
    parent: u32,
    /// Of a close the number of its container's children: the place which one
    /// more child would have.
    index: u32,
    /// While a container is open, the number of its children so far.
    end: u32,
}

const _: () = assert!(size_of::<Stored>() == 32);

impl<'t> Tree<'t> {
    /// Reads JSON without copying its text.
    pub fn parse(bytes: &'t [u8]) -> Result<Self, Error> {
        Self::read(Cow::Borrowed(utf8(bytes)?))
    }

    /// Reads JSON and keeps its text; gives the bytes back if it is none.
    pub fn take(bytes: Vec<u8>) -> Result<Tree<'static>, (Error, Vec<u8>)> {
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let fault = Fault {
                    offset: error.utf8_error().valid_up_to(),
                    kind: ErrorKind::NotUtf8,
                };
                let bytes = error.into_bytes();
                return Err((fault.locate(&bytes), bytes));
            }
        };
        match rows(&text) {
            Ok(rows) => Ok(Tree {
                text: Cow::Owned(text),
                rows,
            }),
            Err(error) => Err((error, text.into_bytes())),
        }
    }

    /// Reads JSON from text, borrowed or owned.
    pub(super) fn read(text: Cow<'t, str>) -> Result<Self, Error> {
        let rows = rows(&text)?;
        Ok(Self { text, rows })
    }

    /// Returns the whole text as sent, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Copies the text if it was borrowed, so that the tree can outlive it.
    pub fn into_owned(self) -> Tree<'static> {
        Tree {
            text: Cow::Owned(self.text.into_owned()),
            rows: self.rows,
        }
    }

    /// Returns the number of rows, which is 1 at least.
    #[expect(clippy::len_without_is_empty, reason = "a tree has a root")]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns all about a row.
    pub fn row(&self, row: usize) -> Row {
        let stored = self.rows[row];
        Row {
            kind: self.kind(row),
            key: stored.key(),
            value: stored.value(),
            depth: stored.depth,
            parent: self.parent(row),
            index: stored.index as usize,
            children: self.child_count(row),
            end: stored.end as usize,
        }
    }

    /// Returns what a row is.
    pub fn kind(&self, row: usize) -> Kind {
        Kind::of(self.text.as_bytes()[self.rows[row].start as usize])
    }

    /// Returns how many containers a row is in.
    pub fn depth(&self, row: usize) -> u32 {
        self.rows[row].depth
    }

    /// Returns a member's key as sent, without its quotes.
    pub fn key(&self, row: usize) -> Option<&str> {
        self.rows[row].key().map(|key| self.inside(key))
    }

    /// Returns a row's whole value as sent, with its quotes or both brackets.
    pub fn value(&self, row: usize) -> &str {
        &self.text[self.rows[row].value()]
    }

    /// Returns a string as sent, without its quotes; `None` for other kinds.
    pub fn string(&self, row: usize) -> Option<&str> {
        (self.kind(row) == Kind::String).then(|| self.inside(self.rows[row].value()))
    }

    /// Returns a row's value as a document of its own; a close has its
    /// container's.
    pub fn document(&self, row: usize) -> Document<'_> {
        Document::passed(self.value(self.opening(row)))
    }

    /// Returns the row of the container; of a close its opening row.
    pub fn parent(&self, row: usize) -> Option<usize> {
        let parent = self.rows[row].parent as usize;
        (row != 0).then_some(parent)
    }

    /// Returns the first row after this one and all below it.
    pub fn end(&self, row: usize) -> usize {
        self.rows[row].end as usize
    }

    /// Returns the closing row of a container that is not empty.
    pub fn close(&self, row: usize) -> Option<usize> {
        let last = self.end(row) - 1;
        (last != row).then_some(last)
    }

    /// Returns the opening row of a close, and any other row itself.
    pub fn opening(&self, row: usize) -> usize {
        if self.kind(row) == Kind::Close {
            self.rows[row].parent as usize
        } else {
            row
        }
    }

    /// Returns the number of children.
    pub fn child_count(&self, row: usize) -> usize {
        self.close(row)
            .map_or(0, |close| self.rows[close].index as usize)
    }

    /// Returns the rows of a container's children, in order.
    pub fn children(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.close(row).map(|_| row + 1);
        std::iter::successors(first, |&child| self.next_sibling(child))
    }

    /// Returns the next child of the same container.
    pub fn next_sibling(&self, row: usize) -> Option<usize> {
        let next = self.end(row);
        let has_next = row != 0 && self.kind(row) != Kind::Close && self.kind(next) != Kind::Close;
        has_next.then_some(next)
    }

    /// Returns the previous child of the same container.
    pub fn prev_sibling(&self, row: usize) -> Option<usize> {
        let has_prev = self.rows[row].index > 0 && self.kind(row) != Kind::Close;
        has_prev.then(|| self.opening(row - 1))
    }

    /// Returns the innermost row whose key, value or inner punctuation a byte
    /// of the text belongs to; `None` around the root.
    pub fn row_at(&self, offset: usize) -> Option<usize> {
        let after = self.rows.partition_point(|row| row.from() <= offset);
        let row = after.checked_sub(1)?;
        if offset < self.rows[row].value_end as usize {
            return Some(row);
        }
        // Between two rows. Either way out is the container around them: of a
        // close, that is the parent of its opening.
        self.parent(self.opening(row))
    }

    /// Returns the key or string, with its quotes, that a byte is in.
    pub(super) fn string_at(&self, offset: usize) -> Option<Range<usize>> {
        let row = self.row_at(offset)?;
        let stored = self.rows[row];
        match stored.key().filter(|key| key.contains(&offset)) {
            Some(key) => Some(key),
            None => (self.kind(row) == Kind::String).then(|| stored.value()),
        }
    }

    fn inside(&self, quoted: Range<usize>) -> &str {
        &self.text[quoted.start + 1..quoted.end - 1]
    }
}

impl fmt::Debug for Tree<'_> {
    /// Names the size only: a document may be large and may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tree({} rows)", self.rows.len())
    }
}

impl Stored {
    fn key(self) -> Option<Range<usize>> {
        (self.key_start != self.key_end).then_some(self.key_start as usize..self.key_end as usize)
    }

    fn value(self) -> Range<usize> {
        self.start as usize..self.value_end as usize
    }

    fn from(&self) -> usize {
        if self.key_start != self.key_end {
            self.key_start as usize
        } else {
            self.start as usize
        }
    }
}

/// Reads a document's rows.
fn rows(text: &str) -> Result<Vec<Stored>, Error> {
    read_rows(text, MAX_ROWS).map_err(|fault| fault.locate(text.as_bytes()))
}

/// How many rows there may be: one for each bracket, and one behind each comma.
/// Rows that grew by doubling would take three times their room for a moment.
fn expected_rows(text: &[u8]) -> usize {
    /// Those in strings count too, so no more than one in this many bytes is
    /// believed.
    const LEAST_BYTES: usize = 8;
    let is_mark = |byte: &&u8| matches!(**byte, b',' | b'[' | b']' | b'{' | b'}');
    (text.iter().filter(is_mark).count() + 1).min(text.len() / LEAST_BYTES + 1)
}

fn read_rows(text: &str, most: usize) -> Result<Vec<Stored>, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault {
            offset: MAX_BYTES,
            kind: ErrorKind::TooLong,
        });
    }
    // From here on every offset fits 32 bits, and so does every row's number.
    let mut rows: Vec<Stored> = Vec::with_capacity(expected_rows(text.as_bytes()).min(most));
    let mut lexer = Lexer::new(text);
    let (mut key_start, mut key_end) = (0, 0);
    // Of the innermost open container; the outer ones keep theirs in `end`.
    let (mut parent, mut depth, mut index) = (0_u32, 0, 0);
    while let Some(token) = lexer.next()? {
        let (start, value_end) = match token {
            Token::Key { start, end } => {
                (key_start, key_end) = (start as u32, end as u32);
                continue;
            }
            Token::Open { at } => (at, at),
            Token::Scalar { start, end } => (start, end),
            Token::Close { at } => (at, at + 1),
        };
        if rows.len() >= most {
            return Err(Fault {
                offset: start,
                kind: ErrorKind::TooManyRows,
            });
        }
        let row = rows.len() as u32;
        let (start, value_end) = (start as u32, value_end as u32);
        if let Token::Close { .. } = token {
            depth -= 1;
            if index > 0 {
                rows.push(Stored {
                    key_start: 0,
                    key_end: 0,
                    start,
                    value_end,
                    depth,
                    parent,
                    index,
                    end: row + 1,
                });
            }
            let end = rows.len() as u32;
            let opened = &mut rows[parent as usize];
            opened.value_end = value_end;
            opened.end = end;
            parent = opened.parent;
            index = rows[parent as usize].end;
            continue;
        }
        rows.push(Stored {
            key_start,
            key_end,
            start,
            value_end,
            depth,
            parent,
            index,
            end: row + 1,
        });
        (key_start, key_end) = (0, 0);
        index += 1;
        if let Token::Open { .. } = token {
            rows[parent as usize].end = index;
            (parent, index) = (row, 0);
            depth += 1;
        }
    }
    rows.shrink_to_fit();
    Ok(rows)
}

#[cfg(test)]
mod tests;
