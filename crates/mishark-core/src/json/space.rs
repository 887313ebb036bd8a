//! What may stand around values and tokens.

/// The byte order mark, which some senders put before JSON.
pub(super) const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// Tells whether a byte is white space between tokens.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Returns the first place from `at` on that is not white space.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_space(byte)) {
        at += 1;
    }
    at
}
