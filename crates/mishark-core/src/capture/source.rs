//! The bytes of a capture: a file read at positions, or bytes in memory.
//!
//! No memory map: resident memory stays small, no `unsafe` is needed, and a
//! file that shrinks under us is an error, not a signal.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::error::{Error, Warning};
use crate::json;

/// How much is held of a capture that can not be read at positions: one from a
/// pipe, or a packed one, however large it and the machine's memory are.
pub const UNPACKED_LIMIT: u64 = 4 << 30;

/// What any pack may yield, however small it is.
const YIELD_OF_ANY: u64 = 64 << 20;

/// What a pack may yield for each of its bytes. Captures of one call polled for
/// hours come to 50; a bomb comes to 1032 in each of its layers.
const YIELD_OF_BYTE: u64 = 100;

/// How many bytes at the start are looked at to tell what a file is.
pub const HEAD: usize = 4096;

/// How much is searched at a time.
const SEARCHED: u64 = 256 << 10;

/// The bytes of one capture.
#[derive(Debug)]
pub struct Source {
    name: String,
    folder: Option<PathBuf>,
    bytes: Bytes,
    /// What a pack may yield, if that was said.
    unpack_limit: Option<u64>,
    warning: Option<Warning>,
}

#[derive(Debug)]
enum Bytes {
    File {
        file: File,
        len: u64,
        modified: Option<SystemTime>,
    },
    Owned(Vec<u8>),
}

impl Source {
    /// Opens a file, or standard input for `-`.
    ///
    /// Gzip, zlib (mitmproxy's `.zhar`), UTF-16 and JSON inside a JSON string are
    /// undone here, whatever the file is called.
    ///
    /// # Errors
    /// If it can not be read, or unpacks to more than its size and the memory that
    /// is free allow.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_within(path, None)
    }

    /// [`open`](Self::open) with a limit in bytes for what it unpacks to, if there is
    /// one.
    ///
    /// # Errors
    /// If it can not be read, or unpacks to more.
    pub fn open_within(path: &Path, unpack_limit: Option<u64>) -> Result<Self, Error> {
        let name = path.display().to_string();
        let io = |error| Error::Io {
            name: path.display().to_string(),
            error,
        };
        if path.as_os_str() == "-" {
            let bytes = read_all(io::stdin().lock()).map_err(io)?;
            return Self::from_bytes_within(name, bytes, unpack_limit);
        }
        let file = File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if metadata.is_dir() {
            return Err(io(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let folder = path.parent().map(Path::to_owned);
        // A pipe or `<(command)` can be read once, and not at positions.
        if metadata.is_file() {
            let source = Self {
                name: name.clone(),
                folder: folder.clone(),
                bytes: Bytes::File {
                    file: file.try_clone().map_err(io)?,
                    len: metadata.len(),
                    modified: metadata.modified().ok(),
                },
                unpack_limit,
                warning: None,
            };
            if Packing::of(&source.head().map_err(io)?).is_none() {
                return Ok(source);
            }
        }
        Ok(Self {
            folder: folder.filter(|_| metadata.is_file()),
            ..Self::from_bytes_within(name, read_all(file).map_err(io)?, unpack_limit)?
        })
    }

    /// Takes bytes that are in memory, and unpacks them if they are packed.
    ///
    /// # Errors
    /// [`Error::TooBig`] and [`Error::Damaged`].
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Error> {
        Self::from_bytes_within(name, bytes, None)
    }

    /// [`from_bytes`](Self::from_bytes) with a limit as [`open_within`](Self::open_within)
    /// has.
    ///
    /// # Errors
    /// The same.
    pub fn from_bytes_within(
        name: impl Into<String>,
        mut bytes: Vec<u8>,
        unpack_limit: Option<u64>,
    ) -> Result<Self, Error> {
        /// A capture that was packed more often than this is a trick.
        const MAX_LAYERS: usize = 3;
        let name = name.into();
        let mut warning = None;
        // What stands here is there; a pack and what comes of its layers may be less.
        let mut limit = UNPACKED_LIMIT;
        let packed = bytes.len() as u64;
        for _ in 0..MAX_LAYERS {
            let Some(packing) = Packing::of(&bytes) else {
                break;
            };
            limit = unpack_limit.unwrap_or_else(|| may_yield(packed, free_memory()));
            let (unpacked, whole) = packing.undo(&bytes, limit);
            if !whole {
                if unpacked.is_empty() {
                    return Err(Error::Damaged { name });
                }
                warning = Some(Warning::DamagedCompression {
                    byte: unpacked.len() as u64,
                });
            }
            bytes = unpacked;
            if bytes.len() as u64 > limit {
                break;
            }
        }
        if bytes.len() as u64 > limit {
            return Err(Error::TooBig { name, limit });
        }
        Ok(Self {
            name,
            folder: None,
            bytes: Bytes::Owned(bytes),
            unpack_limit,
            warning,
        })
    }

    /// All bytes, if they are in memory.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self.bytes {
            Bytes::File { .. } => Vec::new(),
            Bytes::Owned(bytes) => bytes,
        }
    }

    /// The name as given; `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder it is in, if it is a file.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        match &self.bytes {
            Bytes::File { len, .. } => *len,
            Bytes::Owned(bytes) => bytes.len() as u64,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a pack of its size may yield.
    pub(super) fn may_yield(&self) -> u64 {
        let limit = self.unpack_limit;
        limit.unwrap_or_else(|| may_yield(self.len(), free_memory()))
    }

    /// What was wrong with the packing.
    pub fn warning(&self) -> Option<&Warning> {
        self.warning.as_ref()
    }

    /// The first bytes, [`HEAD`] at most.
    ///
    /// # Errors
    /// If the file can not be read.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.read(0..self.len().min(HEAD as u64), &mut head)?;
        Ok(head)
    }

    /// Whether the file was written to since it was opened. Bytes that were
    /// appended move nothing, and a recorder that writes all of it anew moves
    /// everything, so this is for telling why something can not be read.
    pub(super) fn is_changed(&self) -> bool {
        match &self.bytes {
            Bytes::File { file, modified, .. } => {
                let now = file.metadata().and_then(|metadata| metadata.modified());
                now.ok() != *modified
            }
            Bytes::Owned(_) => false,
        }
    }

    /// Where `pattern` stands next, at or behind `from`.
    pub(super) fn find(&self, from: u64, pattern: &[u8]) -> io::Result<Option<u64>> {
        let finder = memchr::memmem::Finder::new(pattern);
        let len = self.len();
        let mut bytes = Vec::new();
        let mut start = from;
        while start < len {
            let end = len.min(start + SEARCHED + pattern.len() as u64);
            self.read(start..end, &mut bytes)?;
            if let Some(at) = finder.find(&bytes) {
                return Ok(Some(start + at as u64));
            }
            start += SEARCHED;
        }
        Ok(None)
    }

    /// Reads a range into `buffer`, replacing what it held. Several threads may
    /// do so at once.
    ///
    /// # Errors
    /// If the file can not be read, or has become shorter.
    pub fn read(&self, range: Range<u64>, buffer: &mut Vec<u8>) -> io::Result<()> {
        let len = usize::try_from(range.end.saturating_sub(range.start))
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        match &self.bytes {
            Bytes::File { file, .. } => {
                buffer.resize(len, 0);
                read_exact_at(file, buffer, range.start)
            }
            Bytes::Owned(bytes) => {
                buffer.clear();
                let start = usize::try_from(range.start).unwrap_or(usize::MAX);
                let part = start
                    .checked_add(len)
                    .and_then(|end| bytes.get(start..end))
                    .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
                buffer.extend_from_slice(part);
                Ok(())
            }
        }
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            Ok(count) => {
                buffer = &mut buffer[count..];
                offset += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What a pack of so many bytes may yield: it is held in memory.
fn may_yield(packed: u64, free: Option<u64>) -> u64 {
    let by_size = YIELD_OF_ANY.saturating_add(packed.saturating_mul(YIELD_OF_BYTE));
    // The pack and what comes of it are there at once, and others want memory too.
    let by_memory = free.map_or(UNPACKED_LIMIT, |free| free / 2);
    by_size.min(by_memory).min(UNPACKED_LIMIT)
}

/// The bytes of memory that are free, where the system tells.
fn free_memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let available = |line: &str| {
        let kib = line.strip_prefix("MemAvailable:")?.strip_suffix("kB")?;
        kib.trim().parse::<u64>().ok()
    };
    told.lines().find_map(available)?.checked_mul(1024)
}

/// What must be undone before a capture can be read at positions.
#[derive(Debug, Clone, Copy)]
enum Packing {
    Gzip,
    /// JSON inside a JSON string.
    String,
    Utf16 {
        big_endian: bool,
    },
    Zlib,
}

impl Packing {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            [b'"', inside @ ..] => {
                let is_blank = |byte: &&u8| b" \\nrt\"".contains(byte);
                let first = inside.iter().find(|byte| !is_blank(byte));
                matches!(first, Some(b'{' | b'[')).then_some(Self::String)
            }
            // The four headers zlib writes; `x` followed by one of these bytes
            // starts no text.
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(Self::Zlib),
            [0xff, 0xfe, ..] => Some(Self::Utf16 { big_endian: false }),
            [0xfe, 0xff, ..] => Some(Self::Utf16 { big_endian: true }),
            // PowerShell's `>` writes UTF-16; without a mark, JSON's first
            // character tells it.
            [b'{' | b'[', 0, ..] => Some(Self::Utf16 { big_endian: false }),
            [0, b'{' | b'[', ..] => Some(Self::Utf16 { big_endian: true }),
            _ => None,
        }
    }

    /// What comes out, one byte beyond the limit at most, and whether it is all.
    fn undo(self, bytes: &[u8], limit: u64) -> (Vec<u8>, bool) {
        let unpack = |reader: &mut dyn Read| {
            let mut out = Vec::new();
            let read = reader.take(limit.saturating_add(1)).read_to_end(&mut out);
            (out, read.is_ok())
        };
        match self {
            Self::Gzip => unpack(&mut MultiGzDecoder::new(bytes)),
            Self::Zlib => unpack(&mut ZlibDecoder::new(bytes)),
            Self::String => {
                let text = String::from_utf8_lossy(&bytes[1..]);
                let inside = text.rsplit_once('"').map_or(&*text, |(inside, _)| inside);
                (json::unescape(inside).into_owned().into_bytes(), true)
            }
            Self::Utf16 { big_endian } => {
                let units = bytes.chunks_exact(2).map(|unit| {
                    let unit = [unit[0], unit[1]];
                    if big_endian {
                        u16::from_be_bytes(unit)
                    } else {
                        u16::from_le_bytes(unit)
                    }
                });
                let text: String = char::decode_utf16(units)
                    .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                (text.into_bytes(), true)
            }
        }
    }
}

/// All there is, one byte beyond the limit at most.
fn read_all(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(UNPACKED_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_a_pack_may_yield_follows_from_its_size_and_the_memory() {
        let (kib, mib, gib) = (1 << 10, 1 << 20, 1 << 30);
        assert_eq!(may_yield(10 * kib, None), 64 * mib + 1000 * kib);
        assert_eq!(may_yield(10 * mib, Some(64 * gib)), 1064 * mib);
        assert_eq!(may_yield(gib, Some(64 * gib)), UNPACKED_LIMIT);
        assert_eq!(may_yield(gib, Some(gib)), gib / 2);
        assert_eq!(may_yield(u64::MAX, None), UNPACKED_LIMIT);
    }

    #[test]
    fn all_layers_together_may_yield_as_much_as_was_said() {
        let bomb = gzip(&gzip(&vec![0; 1 << 20]));
        let open = |limit| Source::from_bytes_within("bomb.har", bomb.clone(), Some(limit));
        assert_eq!(open(1 << 20).unwrap().len(), 1 << 20);
        let error = open((1 << 20) - 1).unwrap_err().to_string();
        assert_eq!(error, "bomb.har: unpacks to more than 1048575 bytes");
    }
}
