//! Secrets in what is packed inside a text: base64 or hex of text, or of gzip.
//! Nothing can be changed in it, so that all of it counts as the secret.

use std::ops::Range;

use super::finder::find;
use super::found::Found;
use crate::protocol::base64;
use crate::protocol::plaintext::{Gunzip, gunzip, is_gzip, is_text};

/// The shortest that is unpacked: a name and a value in base64.
const SHORTEST: usize = 20;

/// How much of what gzip holds is looked through, in bytes; a body in a body is
/// a few kilobytes.
const MOST_UNPACKED: u64 = 4 << 20;

/// Adds what is found in packed parts between what was found.
pub(super) fn add(text: &[u8], found: &mut Vec<Found>) {
    let mut packed = Vec::new();
    let mut others = found.iter().map(|found| &found.range).peekable();
    for range in runs(text) {
        while others.next_if(|other| other.end <= range.start).is_some() {}
        if others.peek().is_some_and(|other| other.start < range.end) {
            continue;
        }
        let inner = unpack(&text[range.clone()]).and_then(|bytes| find(&bytes).into_iter().next());
        packed.extend(inner.map(|inner| Found {
            secret: text[range.clone()].to_vec(),
            quote: String::new(),
            range,
            ..inner
        }));
    }
    if !packed.is_empty() {
        found.append(&mut packed);
        found.sort_by_key(|found| found.range.start);
    }
}

/// The runs that may be base64 or hex.
pub(super) fn runs(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text[at..].iter().position(is_part)?;
            let start = at;
            at += text[start..]
                .iter()
                .take_while(|byte| is_part(byte))
                .count();
            if at - start >= SHORTEST {
                return Some(start..at);
            }
        }
    })
}

/// The text that base64 or hex holds, with gzip undone.
pub(super) fn unpack(run: &[u8]) -> Option<Vec<u8>> {
    let is_hex = run.len().is_multiple_of(2) && run.iter().all(u8::is_ascii_hexdigit);
    let bytes = if is_hex {
        let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
        let pairs = run.chunks_exact(2);
        pairs
            .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
            .collect()
    } else {
        // Most runs are words or ciphertext, which the first bytes tell.
        let first = base64::decode(&run[..4]).ok()?.bytes;
        if !is_gzip(&first) && !is_text(&first) {
            return None;
        }
        base64::decode(run).ok()?.bytes
    };
    let bytes = match gunzip_if(bytes) {
        Gunzip::Whole(bytes) | Gunzip::Broken(bytes) | Gunzip::TooBig(bytes) => bytes,
    };
    is_text(&bytes).then_some(bytes)
}

fn gunzip_if(bytes: Vec<u8>) -> Gunzip {
    if is_gzip(&bytes) {
        gunzip(&bytes, MOST_UNPACKED)
    } else {
        Gunzip::Whole(bytes)
    }
}
