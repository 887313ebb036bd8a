//! One file in an archive, and the words of its header.

/// What one body or message in an archive may unpack to: whistle keeps 16 MiB at
/// most, and a kilobyte can claim a megabyte.
pub const MAX_MEMBER: u64 = 256 << 20;

/// An archive with more members is no capture: a session has four.
pub(super) const MAX_MEMBERS: usize = 4 << 20;

/// The fixed part of a member's own header.
pub(super) const HEADER: u64 = 30;

/// How a member is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Deflate,
    Encrypted,
    Stored,
    Unknown,
}

/// One file in an archive.
#[derive(Debug)]
pub(in crate::capture) struct Member {
    /// Its path, with `/` between the parts.
    pub(in crate::capture) name: String,
    /// Where its own header is.
    pub(in crate::capture) start: u64,
    /// How many bytes it has, packed.
    pub(in crate::capture) packed: u64,
    /// How many bytes it claims to unpack to.
    pub(super) unpacked: u64,
    pub(super) packing: Packing,
    pub(super) checksum: u32,
    /// Whether it starts inside another, as only bombs do.
    pub(super) overlaps: bool,
}

impl Member {
    pub(in crate::capture) fn is_encrypted(&self) -> bool {
        self.packing == Packing::Encrypted
    }
}

/// A member's path. Some tools on Windows write backslashes.
pub(super) fn name(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).replace('\\', "/")
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    let pair = bytes.get(at..at + 2).and_then(|pair| pair.try_into().ok());
    pair.map_or(0, u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_le_bytes)
}
