//! The keystream: RC4 of the signed nonce with the first 1024 bytes dropped.

use std::fmt;

use rc4::{KeyInit, Rc4, StreamCipher};
use zeroize::Zeroize;

use super::key::SignedNonce;

/// How many bytes of RC4's output are thrown away before the first one is used.
pub const DROP: usize = 1024;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_nonce() -> SignedNonce {
        SignedNonce::parse(b"qvt3u1S469G3XQDWJHe5beLJybQEpUZ8RZcT4tySmgE=").unwrap()
    }

    /// The stream itself: what zeros become.
    fn stream(length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        Keystream::new(&signed_nonce()).apply(0, &mut bytes);
        bytes
    }

    #[test]
    fn the_first_1024_bytes_are_dropped() {
        let mut cipher = Rc4::new(signed_nonce().bytes().into());
        let mut whole = [0; DROP + 16];
        cipher.write_keystream(&mut whole);
        assert_eq!(stream(16), &whole[DROP..]);
    }

    #[test]
    fn an_offset_reads_the_same_stream_whatever_was_read_before() {
        let whole = stream(100);
        let mut keystream = Keystream::new(&signed_nonce());
        for (offset, length) in [(90, 10), (0, 100), (40, 0), (3, 50), (100, 0)] {
            let mut bytes = vec![0; length];
            keystream.apply(offset, &mut bytes);
            assert_eq!(bytes, whole[offset..offset + length], "{offset}");
        }
    }

    #[test]
    fn the_stream_does_not_show_in_debug() {
        let mut keystream = Keystream::new(&signed_nonce());
        keystream.apply(0, &mut [0; 8]);
        assert_eq!(format!("{keystream:?}"), "Keystream(…)");
    }
}
