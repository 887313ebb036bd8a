//! Members of a JSON body, found in its own bytes.
//!
//! In JSON `"did"` before a colon is a member's name wherever it stands: a
//! quotation mark inside a string has a backslash before it. So names are found
//! at the speed of `memchr`, in a body of any size, also in one that was cut,
//! and numbers are compared as they were sent.

use std::borrow::Cow;

use memchr::memmem;

use crate::json::{Tree, unescape};
use crate::protocol::response::behind_prefix;

/// Whether `wanted` takes the value of a member, or of an element where the
/// member is an array: a string's meaning, a number or a word as sent. It also
/// gets the name's place. `name` has its quotes.
pub(super) fn members(
    text: &[u8],
    name: &str,
    mut wanted: impl FnMut(usize, &[u8]) -> bool,
) -> bool {
    memmem::find_iter(text, name).any(|at| {
        if at > 0 && text[at - 1] == b'\\' {
            return false;
        }
        let Some(rest) = trim(&text[at + name.len()..]).strip_prefix(b":") else {
            return false;
        };
        let rest = trim(rest);
        let Some(mut rest) = rest.strip_prefix(b"[") else {
            return scalar(rest).is_some_and(|(value, _)| wanted(at, &value));
        };
        while let Some((value, after)) = scalar(trim(rest)) {
            if wanted(at, &value) {
                return true;
            }
            match trim(after).strip_prefix(b",") {
                Some(next) => rest = next,
                None => break,
            }
        }
        false
    })
}

/// Whether `wanted` takes the answer's `code`, or one of an item anywhere in
/// its `result`.
pub(super) fn answer_codes(text: &[u8], mut wanted: impl FnMut(&[u8]) -> bool) -> bool {
    let text = behind_prefix(text).unwrap_or(text);
    // Where a code stands is only asked of one that is wanted, so most bodies
    // need no tree.
    let mut tree = None;
    members(text, "\"code\"", |at, value| {
        if !wanted(value) {
            return false;
        }
        match tree.get_or_insert_with(|| Tree::parse(text)) {
            Ok(tree) => is_of_answer(tree, at),
            // Cut or mended: better shown than hidden.
            Err(_) => true,
        }
    })
}

fn is_of_answer(tree: &Tree<'_>, at: usize) -> bool {
    let Some(mut row) = tree.row_at(at) else {
        return false;
    };
    if tree.depth(row) == 1 {
        return true;
    }
    while tree.depth(row) > 1 {
        let Some(parent) = tree.parent(row) else {
            return false;
        };
        row = parent;
    }
    tree.key(row) == Some("result")
}

/// The scalar that a text starts with, and what comes after; `None` for
/// containers, `null` and what was cut off.
fn scalar(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    if let Some(inside) = text.strip_prefix(b"\"") {
        let mut end = 0;
        loop {
            end += memchr::memchr2(b'"', b'\\', inside.get(end..)?)?;
            if inside[end] == b'"' {
                break;
            }
            end += 2;
        }
        let (raw, after) = (&inside[..end], &inside[end + 1..]);
        let value = match std::str::from_utf8(raw).map(unescape) {
            Ok(Cow::Owned(meant)) => Cow::Owned(meant.into_bytes()),
            _ => Cow::Borrowed(raw),
        };
        return Some((value, after));
    }
    let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
    let end = text.iter().position(ends).unwrap_or(text.len());
    let (value, after) = text.split_at(end);
    let is_scalar = value.first().is_some_and(|first| !b"{[".contains(first)) && value != b"null";
    is_scalar.then_some((Cow::Borrowed(value), after))
}

fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii_start()
}
