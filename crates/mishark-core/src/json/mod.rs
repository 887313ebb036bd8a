//! JSON shown, folded, searched and printed from its own bytes.
//!
//! Plaintext bytes are the truth: `1e5`, `-0`, 1722123456789012348, the order
//! of members, duplicate keys and escapes stay as they were sent. So this is
//! not a parser into values: nothing here turns a number into an `f64` or an
//! object into a map, and nothing knows of a terminal or a style.
//!
//! ```text
//! bytes ─ check ─► Document ─ pretty, minify ─► bytes
//!   └──── Tree::parse ─► rows ─┬─ path, get ─► where a value is
//!                              ├─ Folds ─────► which rows are in sight
//!                              └─ Search ────► ranges of the text
//! ```
//!
//! A row is one value, or the closing bracket of one that is not empty: what
//! a person sees as one line. Rows are numbered from 0, the root, downwards.
//!
//! Bodies come from strangers. No function recurses, so nesting cannot exhaust
//! the stack; no bytes make one panic; memory is at most [`MAX_ROWS`] rows.
//!
//! Text of a document reaches a terminal only through [`show`].

mod count;
mod document;
mod error;
mod folds;
mod lexer;
mod limits;
mod members;
mod path;
mod pretty;
mod search;
mod space;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod write;

pub use count::{Count, count};
pub use document::{Document, check, looks_like};
pub use error::{Error, ErrorKind};
pub use folds::Folds;
pub use limits::{MAX_BYTES, MAX_ROWS};
pub use path::Notation;
pub use pretty::{DEEPEST_INDENT, Options, minify, pretty};
pub use search::{Case, Finder, Match, Search, Step};
pub use text::{escape, nested, printable, show, show_pieces, unescape};
pub use tree::{Kind, Row, Tree};
pub use write::{to_text, write};
