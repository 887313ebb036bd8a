//! Reading an encrypted form in every way a client may have written it, until
//! the hash inside proves one.

use super::{KeystreamMode, Order, Place, Proof, RC4_HASH, SealedRequest};
use crate::protocol::cipher::Keystream;
use crate::protocol::error::Error;
use crate::protocol::key::SignedNonce;
use crate::protocol::plaintext::is_text;
use crate::protocol::signature::{Check, Pair, PathForm, SignedString, path_forms, signed_path};

/// Where the values of an encrypted form were read, and what its hash was
/// recomputed over: what a person needs to do the same by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Where in the keystream each parameter starts, counted from behind the
    /// bytes that are dropped; as many as
    /// [`SealedRequest::params`], in their order.
    pub offsets: Vec<usize>,
    /// The order the hash was recomputed in.
    pub order: Order,
    /// The form of the path it was recomputed with.
    pub path: PathForm,
}

/// One way to read an encrypted form.
pub(super) struct Reading {
    pub(super) values: Vec<Result<Vec<u8>, Error>>,
    pub(super) mode: KeystreamMode,
    pub(super) layout: Layout,
    pub(super) check: Check,
}

impl Reading {
    fn text_values(&self) -> usize {
        self.values
            .iter()
            .filter(|value| value.as_ref().is_ok_and(|bytes| is_text(bytes)))
            .count()
    }
}

impl SealedRequest<'_> {
    /// Tries every way to read the parameters until the hash inside matches.
    pub(super) fn read_rc4(
        &self,
        place: Place<'_>,
        proof: Option<Proof>,
        signed_nonce: &SignedNonce,
        keystream: &mut Keystream,
    ) -> Reading {
        let mut likeliest: Option<(usize, Reading)> = None;
        let mut orders = vec![Order::Sorted];
        if !self.sorted.is_sorted() {
            orders.push(Order::Received);
        }
        if let Some(proof) = proof {
            // The proved order first: same client, same map.
            orders.sort_by_key(|order| *order != proof.order);
        }
        let forms = path_forms(place.host, place.path);
        let known = proof.map(|proof| [proof.path]);
        let paths = known.as_ref().map_or(forms, |path| path.as_slice());
        for order in orders {
            let chained = self.offsets(order);
            let same = self.reads_the_same(&chained);
            let fresh = vec![0; chained.len()];
            let modes = [
                (KeystreamMode::Chained, &chained),
                (KeystreamMode::Fresh, &fresh),
            ];
            for (mode, offsets) in modes.into_iter().take(if same { 1 } else { 2 }) {
                let mode = if same { KeystreamMode::Undecided } else { mode };
                let values = self.decrypt(offsets, keystream);
                let (path, check) = self.check_hash(place, paths, order, &values, signed_nonce);
                let layout = Layout {
                    offsets: offsets.clone(),
                    order,
                    path,
                };
                let reading = Reading {
                    values,
                    mode,
                    layout,
                    check,
                };
                if reading.check == Check::Match {
                    return reading;
                }
                let score = reading.text_values();
                if likeliest.as_ref().is_none_or(|(best, _)| score > *best) {
                    let mode = KeystreamMode::Undecided;
                    likeliest = Some((score, Reading { mode, ..reading }));
                }
            }
        }
        likeliest
            .map(|(_, reading)| reading)
            .expect("there is always the sorted order to try")
    }

    /// Where each parameter starts in one keystream that runs through them all.
    fn offsets(&self, order: Order) -> Vec<usize> {
        let mut offsets = vec![0; self.params.len()];
        let mut next = 0;
        for index in self.order(order) {
            offsets[index] = next;
            next += self.params[index].bytes.as_ref().map_or(0, Vec::len);
        }
        offsets
    }

    /// Whether values read from those offsets as they do from offset 0.
    fn reads_the_same(&self, offsets: &[usize]) -> bool {
        let mut params = self.params.iter().zip(offsets);
        params
            .all(|(param, offset)| *offset == 0 || param.bytes.as_ref().map_or(true, Vec::is_empty))
    }

    pub(super) fn decrypt(
        &self,
        offsets: &[usize],
        keystream: &mut Keystream,
    ) -> Vec<Result<Vec<u8>, Error>> {
        let params = self.params.iter().zip(offsets);
        params
            .map(|(param, offset)| {
                let mut bytes = param.bytes.clone()?;
                keystream.apply(*offset, &mut bytes);
                Ok(bytes)
            })
            .collect()
    }

    /// The first parameter of that name is the hash.
    fn hash_at(&self) -> Option<usize> {
        self.params.iter().position(|param| param.name == RC4_HASH)
    }

    /// What the hash covers: all values but itself; `None` if one is missing.
    pub(super) fn hashed_pairs<'s>(
        &'s self,
        order: Order,
        values: &'s [Result<Vec<u8>, Error>],
    ) -> Option<Vec<Pair<'s>>> {
        let hash = self.hash_at();
        let others = self.order(order);
        let others = others.into_iter().filter(|index| Some(*index) != hash);
        others
            .map(|index| {
                let value = values[index].as_ref().ok()?;
                Some((self.params[index].name, value.as_slice()))
            })
            .collect()
    }

    /// Recomputes `rc4_hash__` over decrypted values.
    fn check_hash(
        &self,
        place: Place<'_>,
        paths: &[PathForm],
        order: Order,
        values: &[Result<Vec<u8>, Error>],
        signed_nonce: &SignedNonce,
    ) -> (PathForm, Check) {
        let Some(at) = self.hash_at() else {
            return (paths[0], Check::Absent);
        };
        let (Some(pairs), Ok(found)) = (self.hashed_pairs(order, values), &values[at]) else {
            return (paths[0], Check::Unknown);
        };
        let hash = |path: PathForm| {
            let path = signed_path(place.path, path);
            SignedString::sha1(place.method, path, &pairs, signed_nonce).hash()
        };
        let hashes = paths.iter().map(|path| (*path, hash(*path)));
        let mut expected = None;
        for (path, hash) in hashes {
            if hash.as_bytes() == found {
                return (path, Check::Match);
            }
            expected.get_or_insert(hash);
        }
        let check = Check::Mismatch {
            expected: expected.unwrap_or_default(),
            found: printable(found),
        };
        (paths[0], check)
    }
}

/// A decrypted hash for showing; noise as its length.
fn printable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => text.to_owned(),
        _ => format!("{} bytes of noise", bytes.len()),
    }
}
