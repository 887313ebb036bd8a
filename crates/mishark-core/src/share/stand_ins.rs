//! Every value that is not for others, with the one that stands for it.

use std::collections::{HashMap, HashSet};
use std::hash::RandomState;

use super::kind::Kind;
use super::shape::{Draw, alike};

/// How often another stand-in is drawn when one is taken. Short values have
/// few: of two digits there are ninety.
const MOST_DRAWS: u32 = 64;

/// Values with their stand-ins: the same one everywhere, no two the same.
#[derive(Default)]
pub(super) struct StandIns {
    hasher: RandomState,
    values: HashMap<Vec<u8>, (Kind, Vec<u8>)>,
    drawn: HashSet<Vec<u8>>,
}

impl StandIns {
    /// Notes a value. What is empty, a flag or nothing but zeros tells nothing.
    pub(super) fn add(&mut self, kind: Kind, value: &[u8]) {
        let is_flag = matches!(value, b"true" | b"false" | b"null" | b"None");
        let is_zero = value
            .iter()
            .all(|byte| matches!(byte, b'0' | b'.' | b'-' | b':'));
        if value.len() >= 2 && !is_flag && !is_zero && !self.values.contains_key(value) {
            self.values.insert(value.to_vec(), (kind, Vec::new()));
        }
    }

    /// Draws the stand-ins, now that all values are known: none of them is
    /// another's stand-in.
    pub(super) fn draw(&mut self) {
        let mut values: Vec<Vec<u8>> = self.values.keys().cloned().collect();
        values.sort_unstable();
        for value in values {
            let drawn = (0..MOST_DRAWS).map(|attempt| {
                let kind = self.values[&value].0;
                alike(kind, &value, &mut Draw::new(&self.hasher, &value, attempt))
            });
            let free =
                |other: &Vec<u8>| !self.values.contains_key(other) && !self.drawn.contains(other);
            let mut last = None;
            let found = drawn.inspect(|other| last = Some(other.clone())).find(free);
            if let Some(other) = found.or(last) {
                self.drawn.insert(other.clone());
                if let Some(known) = self.values.get_mut(&value) {
                    known.1 = other;
                }
            }
        }
    }

    /// What stands for a value, if it is known.
    pub(super) fn of(&self, value: &[u8]) -> Option<&[u8]> {
        self.values.get(value).map(|(_, other)| other.as_slice())
    }

    /// Other text of the same shape for what nobody can read.
    pub(super) fn scrambled(&self, value: &[u8]) -> Vec<u8> {
        let kind = Kind::Secret(crate::redact::Kind::Key);
        let mut draws = (0..MOST_DRAWS)
            .map(|attempt| alike(kind, value, &mut Draw::new(&self.hasher, value, attempt)));
        let other = draws.find(|other| other != value);
        other.unwrap_or_else(|| value.to_vec())
    }

    /// All values: kind, value, stand-in.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Kind, &[u8], &[u8])> {
        let values = self.values.iter();
        values.map(|(value, (kind, other))| (*kind, value.as_slice(), other.as_slice()))
    }
}
