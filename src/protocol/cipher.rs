//! The keystream: RC4 of the signed nonce with the first 1024 bytes dropped.

use std::fmt;

use rc4::{KeyInit, Rc4, StreamCipher};
use zeroize::Zeroize;

use super::key::SignedNonce;

/// How many bytes of RC4's output are thrown away before the first one is used.
const DROP: usize = 1024;

/// One flow's keystream, made once and as long as its longest value.
///
/// Every value of a request and its response is encrypted with this one stream,
/// from offset 0 or (chained) from where the value before it stopped. So it is
/// kept: trying both costs no second key schedule.
pub struct Keystream {
    cipher: Rc4,
    bytes: Vec<u8>,
}

impl Keystream {
    /// Schedules the key and drops the first 1024 bytes.
    pub fn new(signed_nonce: &SignedNonce) -> Self {
        let mut cipher = Rc4::new(signed_nonce.bytes().into());
        cipher.write_keystream(&mut [0; DROP]);
        Self {
            cipher,
            bytes: Vec::new(),
        }
    }

    /// Encrypts or decrypts `data` in place with the stream from `offset` on.
    pub fn apply(&mut self, offset: usize, data: &mut [u8]) {
        let end = offset + data.len();
        if self.bytes.len() < end {
            let start = self.bytes.len();
            self.bytes.resize(end, 0);
            self.cipher.write_keystream(&mut self.bytes[start..]);
        }
        for (byte, key) in data.iter_mut().zip(&self.bytes[offset..end]) {
            *byte ^= key;
        }
    }
}

impl Drop for Keystream {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for Keystream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keystream(…)")
    }
}
