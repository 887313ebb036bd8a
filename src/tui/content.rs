//! One body, read once so that it can be shown, searched and copied: JSON as a
//! tree over its own bytes, text as lines, anything else as bytes.

use std::borrow::Cow;
use std::fmt;

use mishark_core::json::{self, Error, Options, Tree};

/// A body in the form it is shown in. Made on a worker for large ones: reading
/// 50 MB takes a while.
pub enum Content {
    /// Neither JSON nor text.
    Binary(Vec<u8>),
    /// JSON.
    Json(Tree<'static>),
    /// Text.
    Text(Text),
}

/// Text and where its lines start.
pub struct Text {
    text: String,
    /// The first byte of each line. A body has less than 4 GiB of lines' worth
    /// of text, as [`json::MAX_BYTES`] says of JSON.
    lines: Vec<usize>,
    /// Why it is no JSON, if it looks as if it should be.
    pub fault: Option<Error>,
}

impl Text {
    fn new(text: String, fault: Option<Error>) -> Self {
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        if lines.len() > 1 && lines.last() == Some(&text.len()) {
            lines.pop();
        }
        Self { text, lines, fault }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many lines there are; one at least.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// A line without its break. Lines are numbered from 0.
    pub fn line(&self, number: usize) -> &str {
        let range = self.line_range(number);
        self.text[range].trim_end_matches(['\n', '\r'])
    }

    /// The bytes of a line, its break included; empty behind the last one.
    pub fn line_range(&self, number: usize) -> std::ops::Range<usize> {
        let start = self.lines.get(number).copied().unwrap_or(self.text.len());
        let end = self.lines.get(number + 1).copied();
        start..end.unwrap_or(self.text.len())
    }

    /// The line a byte is in.
    pub fn line_at(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte) - 1
    }
}

impl Content {
    /// Reads a body.
    pub fn new(bytes: Vec<u8>) -> Self {
        let looks_like_json = json::looks_like(&bytes);
        match Tree::take(bytes) {
            Ok(tree) => Self::Json(tree),
            Err((fault, bytes)) => match String::from_utf8(bytes) {
                // Text may hold an odd control byte; it is shown as a symbol.
                Ok(text) if !text.contains('\0') => {
                    Self::Text(Text::new(text, looks_like_json.then_some(fault)))
                }
                Ok(text) => Self::Binary(text.into_bytes()),
                Err(error) => Self::Binary(error.into_bytes()),
            },
        }
    }

    /// For reading: JSON with a line for each value, its escapes shown or as sent;
    /// other bodies as they are.
    pub fn pretty(&self, unescape: bool) -> Cow<'_, [u8]> {
        match self {
            Self::Json(tree) => {
                let mut out = pretty(tree, 0, unescape);
                out.push(b'\n');
                Cow::Owned(out)
            }
            body => Cow::Borrowed(body.bytes()),
        }
    }

    /// The bytes, as they are.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Binary(bytes) => bytes,
            Self::Json(tree) => tree.text().as_bytes(),
            Self::Text(text) => text.text.as_bytes(),
        }
    }
}

/// A value of a tree with a line for each value in it.
pub(super) fn pretty(tree: &Tree<'_>, row: usize, unescape: bool) -> Vec<u8> {
    let options = Options {
        unescape,
        ..Options::default()
    };
    let mut out = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = json::pretty(tree.document(row), &options, &mut out);
    out
}

impl fmt::Debug for Content {
    /// Kind and size alone: bodies hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Binary(_) => "Binary",
            Self::Json(_) => "Json",
            Self::Text(_) => "Text",
        };
        write!(f, "{kind}({} bytes)", self.bytes().len())
    }
}
