//! The very strings whose hashes a form carries: what one needs to recompute
//! them by hand. Both hold the signed nonce, so they are secrets.

use super::{Layout, Place, RC4_HASH, SealedRequest, Style};
use crate::protocol::cipher::Keystream;
use crate::protocol::key::SignedNonce;
use crate::protocol::signature::{SignedString, signed_path};

impl SealedRequest<'_> {
    /// The very string whose hash the signature is. Holds the signed nonce.
    pub fn signature_string(
        &self,
        place: Place<'_>,
        style: &Style,
        signed_nonce: &SignedNonce,
    ) -> Option<Vec<u8>> {
        let nonce = self.nonce.as_ref()?.as_ref().ok()?;
        let pairs = self.signed_pairs(style.order, style.skips_empty);
        let string = self.signed_string(place, style.path, nonce, &pairs, signed_nonce);
        Some(string.text())
    }

    /// The very string whose SHA-1 `rc4_hash__` is, over the values as they
    /// read at that layout. Holds the signed nonce.
    ///
    /// `None` if the form has no hash or one of its values is no base64.
    pub fn hash_string(
        &self,
        place: Place<'_>,
        layout: &Layout,
        signed_nonce: &SignedNonce,
        keystream: &mut Keystream,
    ) -> Option<Vec<u8>> {
        self.params.iter().find(|param| param.name == RC4_HASH)?;
        let values = self.decrypt(&layout.offsets, keystream);
        let path = signed_path(place.path, layout.path);
        let pairs = self.hashed_pairs(layout.order, &values)?;
        let string = SignedString::sha1(place.method, path, &pairs, signed_nonce);
        Some(string.text())
    }
}
