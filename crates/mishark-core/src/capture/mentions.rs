//! Which entries may hold a key that no earlier entry held.
//!
//! Keys are harvested before anything is decrypted, since a login may stand
//! behind the flows it opens. Reading every entry for that would double the
//! work: in the app's normal case *every* request carries the same `ssecurity`.
//! So the index looks at the bytes only: where the word stands, what follows it
//! is remembered, and an entry is worth reading only for what is new.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::flow::{Body, Flow, transport};
use crate::session::MAX_LOGIN;

/// The word itself, and the part of its base64 that is the same whatever
/// stands around it, for each of the three alignments; and the cookie that a
/// key's token is in.
const NEEDLES: [&str; 5] = [
    "ssecurity",
    "c3NlY3VyaXR5",
    "NzZWN1cml0e",
    "zc2VjdXJpdH",
    "serviceToken",
];

/// Signs that an entry's text does not show its bodies: they are in another file
/// (Playwright), a list of numbers (Node.js), or base64 that starts as gzip or
/// zstd do. Brotli starts like nothing, so its name and that of base64 together
/// have to do.
const PACKED: [&str; 6] = [
    "\"_file\"",
    "\"H4sI",
    "\"KLUv",
    "\"Buffer\"",
    "\"br\"",
    "\"base64\"",
];

/// How many bytes after the word tell one key from another: `=` or `":"` and
/// the larger part of 24 base64 characters, plain or url-encoded.
const TAIL: usize = 24;

/// Different tails remembered; a capture has a few. With more than this every
/// entry that has the word is read, which is slower and as right.
const MAX_SEEN: usize = 4096;

/// How many entries are read whose mention is of no use. A script that has the
/// word is a few; beyond this the first mention of each tail is enough.
const MAX_VAIN: usize = 1024;

/// Finds the word in raw entries. Shared by all threads.
#[derive(Debug)]
pub(super) struct Mentions {
    needles: AhoCorasick,
    hasher: RandomState,
}

impl Mentions {
    pub(super) fn new() -> Self {
        Self {
            // Leftmost matching is what the vectorised search for few words offers.
            needles: AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .build(NEEDLES.iter().chain(&PACKED))
                .expect("eleven short words make an automaton"),
            hasher: RandomState::new(),
        }
    }

    /// A hash of what follows each mention in the text, each once.
    pub(super) fn find(&self, raw: &[u8]) -> Vec<u64> {
        self.look(raw).0
    }

    /// The same, and whether the bodies of the entry whose text this is have to
    /// be [looked into](Self::of).
    pub(super) fn look(&self, raw: &[u8]) -> (Vec<u64>, bool) {
        let mut tails = Vec::new();
        let mut signs = [false; PACKED.len()];
        for found in self.needles.find_iter(raw) {
            match found.pattern().as_usize().checked_sub(NEEDLES.len()) {
                Some(sign) => signs[sign] = true,
                None => {
                    let end = raw.len().min(found.end() + TAIL);
                    tails.push(self.hasher.hash_one(&raw[found.end()..end]));
                }
            }
        }
        let [file, gzip, zstd, buffer, brotli, base64] = signs;
        tails.sort_unstable();
        tails.dedup();
        (tails, file || gzip || zstd || buffer || brotli && base64)
    }

    /// The same of a flow that was read, for recorders that keep bodies as they
    /// were on the wire, or pack the whole file.
    pub(super) fn of(&self, flow: &Flow) -> Vec<u64> {
        let mut tails = self.find(flow.request.url.as_str().as_bytes());
        let headers = &flow.request.headers;
        tails.extend(self.in_body(&flow.request.body, headers.get("content-encoding")));
        for value in headers.all("cookie") {
            tails.extend(self.find(value.as_bytes()));
        }
        if let Some(response) = &flow.response {
            let encoding = response.headers.get("content-encoding");
            tails.extend(self.in_body(&response.body, encoding));
            for (_, value) in response.headers.iter() {
                tails.extend(self.find(value.as_bytes()));
            }
        }
        tails.sort_unstable();
        tails.dedup();
        tails
    }

    fn in_body(&self, body: &Body, encoding: Option<&str>) -> Vec<u64> {
        match body {
            Body::Absent | Body::Dropped { .. } | Body::Frames(_) => Vec::new(),
            // Unpacked to a login's size at most: no larger answer is one.
            Body::Bytes(bytes) => {
                self.find(&transport::undo(bytes, encoding, MAX_LOGIN as u64).bytes)
            }
            Body::Params(params) => params
                .iter()
                .filter(|(name, _)| name == "ssecurity")
                .map(|(_, value)| self.hasher.hash_one(value))
                .collect(),
        }
    }
}

/// The tails whose keys were taken, in entry order.
#[derive(Debug, Default)]
pub(super) struct Seen {
    tails: HashSet<u64>,
    /// How many entries were read for nothing.
    vain: usize,
}

impl Seen {
    /// Whether any tail is new. Then `is_key` tells whether the entry's key can
    /// be taken; if not, a later entry that mentions it is news once more.
    pub(super) fn is_news(&mut self, tails: &[u64], is_key: impl FnOnce() -> bool) -> bool {
        if self.tails.len() > MAX_SEEN {
            return !tails.is_empty();
        }
        if tails.iter().all(|tail| self.tails.contains(tail)) {
            return false;
        }
        if self.vain >= MAX_VAIN || is_key() {
            self.tails.extend(tails);
            return true;
        }
        self.vain += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::base64::encode;

    #[test]
    fn the_word_is_found_in_base64_at_every_alignment() {
        let mentions = Mentions::new();
        for before in 0..6 {
            let body = format!("{}ssecurity=AAAA", "x".repeat(before));
            assert_eq!(
                mentions.find(encode(body.as_bytes()).as_bytes()).len(),
                1,
                "{before}"
            );
        }
        assert!(mentions.find(b"nothing here").is_empty());
    }

    #[test]
    fn the_same_key_is_news_once() {
        let mentions = Mentions::new();
        let mut seen = Seen::default();
        let a = b"x&ssecurity=pOwGNxkmm74O4nna6QTASA%3D%3D&_nonce=1";
        let b = b"ssecurity=/j2/Jg+k4kFfaYqywaAbHA==";
        let mut is_news = |raw, is_key| seen.is_news(&mentions.find(raw), || is_key);
        // It stands where it can not be taken from, and later where it can.
        assert!(!is_news(a, false));
        assert!(is_news(a, true) && !is_news(a, true));
        assert!(is_news(b, true));
    }
}
