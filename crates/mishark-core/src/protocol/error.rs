//! What can be wrong with bytes that should be part of an envelope.

/// A part of an envelope that is not what it says.
///
/// The messages never hold a value, only positions and sizes, so that they may
/// be printed and logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A byte that belongs to no base64 alphabet and to no known damage.
    #[error("not base64 at byte {at} (0x{byte:02x})")]
    NotBase64 {
        /// Where the byte stands in the text as received.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// Base64 of a key or nonce that does not decode to exactly those bytes:
    /// it was cut, or has bits set where there must be none.
    #[error("base64 of {0} characters is cut or altered")]
    AlteredBase64(usize),
    /// A key or nonce of no bytes.
    #[error("empty")]
    Empty,
    /// More fields than [`MAX_FIELDS`](super::form::MAX_FIELDS).
    #[error("more than {limit} fields")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
}

impl Error {
    /// The byte from which on it is wrong; 0 where that is no one's fault.
    pub fn at(&self) -> usize {
        match self {
            Self::NotBase64 { at, .. } => *at,
            Self::AlteredBase64(_) | Self::Empty | Self::TooManyFields { .. } => 0,
        }
    }
}
