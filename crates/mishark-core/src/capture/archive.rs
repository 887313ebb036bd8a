//! A zip archive: its members are listed once, their bytes read on demand.
//!
//! The `zip` crate reads the directory; bytes are inflated here, from positional
//! reads, so that threads share one archive without a lock. Where the directory
//! is lost because the file was cut, the members' own headers are walked.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::error::{Error, Reason};
use super::source::Source;

mod member;
mod walk;

pub use member::MAX_MEMBER;
pub(super) use member::Member;

use member::{HEADER, MAX_MEMBERS, Packing, name, u16_at};

/// A member that unpacks to less is unpacked for each entry that names it.
const LARGE: u64 = 8 << 20;

/// What came of a member.
#[derive(Debug)]
struct Unpacked {
    bytes: Result<Vec<u8>, Reason>,
    damage: Vec<String>,
}

/// The members of an archive, by place and by name.
#[derive(Debug)]
pub(super) struct Archive {
    source: Arc<Source>,
    /// In the order of their places.
    members: Vec<Member>,
    by_name: HashMap<String, usize>,
    /// The large member that was unpacked last, by its place.
    large: Mutex<Option<(u64, Unpacked)>>,
    /// Whether the file is cut, so that members are missing.
    pub(super) is_cut: bool,
}

/// Whether a file starts as an archive does.
pub(super) fn is(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

impl Archive {
    /// Lists the members of an archive.
    ///
    /// # Errors
    /// If the file can not be read, or claims too many members.
    pub(super) fn open(source: Arc<Source>) -> Result<Self, Error> {
        let listed = directory(&source);
        let is_cut = listed.is_none();
        let members = match listed {
            Some(members) => members,
            None => walk::members(&source).map_err(|error| Error::Io {
                name: source.name().to_owned(),
                error,
            })?,
        };
        if members.len() >= MAX_MEMBERS {
            return Err(Error::Unsupported {
                name: source.name().to_owned(),
                what: "an archive with millions of members",
                hint: "a capture has four a request",
            });
        }
        Ok(Self::of(source, members, is_cut))
    }

    fn of(source: Arc<Source>, mut members: Vec<Member>, is_cut: bool) -> Self {
        members.sort_by_key(|member| member.start);
        let mut end = 0;
        for member in &mut members {
            member.overlaps = member.start < end;
            end = end.max(
                member
                    .start
                    .saturating_add(HEADER)
                    .saturating_add(member.packed),
            );
        }
        let names = members.iter().enumerate();
        let by_name = names.map(|(index, member)| (member.name.clone(), index));
        Self {
            by_name: by_name.collect(),
            large: Mutex::default(),
            source,
            members,
            is_cut,
        }
    }

    /// The archive's own bytes.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// All members in the order of their places.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member whose header is at a place.
    pub(super) fn at(&self, start: u64) -> Option<&Member> {
        let index = self
            .members
            .binary_search_by_key(&start, |member| member.start);
        self.members.get(index.ok()?)
    }

    /// The member of that name.
    pub(super) fn named(&self, name: &str) -> Option<&Member> {
        self.members.get(*self.by_name.get(name)?)
    }

    /// [`read`](Self::read)s a member that many entries may name. A large one is
    /// unpacked once for all that name it after each other.
    pub(super) fn read_shared(
        &self,
        member: &Member,
        limit: u64,
        pointer: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<u8>, Reason> {
        if member.unpacked < LARGE {
            match self.read(member, limit.min(LARGE), pointer, warnings) {
                // It claims less than it is.
                Err(Reason::TooBig { .. }) => {}
                read => return read,
            }
        }
        // Nothing that may panic is done under it. Who wants the same waits for it.
        let mut large = self.large.lock().unwrap_or_else(PoisonError::into_inner);
        let unpacked = match large.take() {
            Some((start, unpacked)) if start == member.start => unpacked,
            _ => {
                let mut damage = Vec::new();
                let bytes = self.read(member, limit, "", &mut damage);
                Unpacked { bytes, damage }
            }
        };
        let told = unpacked.damage.iter();
        warnings.extend(told.map(|damage| format!("{pointer}{damage}")));
        let bytes = unpacked.bytes.clone();
        *large = Some((member.start, unpacked));
        bytes
    }

    /// Unpacks a member to `limit` bytes at most. Damage is told in `warnings`;
    /// what came before it is kept.
    pub(super) fn read(
        &self,
        member: &Member,
        limit: u64,
        pointer: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<u8>, Reason> {
        if member.overlaps {
            return Err(Reason::Unpackable("its bytes belong to another member"));
        }
        if member.packed > limit {
            return Err(Reason::TooBig { limit });
        }
        let mut packed = Vec::new();
        let start = self.data(member)?;
        let end = start.saturating_add(member.packed);
        let within = end.min(self.source.len());
        let read = self.source.read(start.min(within)..within, &mut packed);
        read.map_err(|_| Reason::Cut)?;
        let bytes = match member.packing {
            Packing::Deflate => {
                let mut bytes = Vec::new();
                let mut reader = DeflateDecoder::new(&packed[..]).take(limit + 1);
                if reader.read_to_end(&mut bytes).is_err() {
                    warnings.push(format!(
                        "{pointer}: compression is damaged after {} bytes",
                        bytes.len()
                    ));
                    return Ok(bytes);
                }
                bytes
            }
            Packing::Encrypted => return Err(Reason::Unpackable("encrypted")),
            Packing::Stored => packed,
            Packing::Unknown => return Err(Reason::Unpackable("packed in an unknown way")),
        };
        if bytes.len() as u64 > limit {
            return Err(Reason::TooBig { limit });
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        if end > within {
            warnings.push(format!("{pointer}: the file ends inside it"));
        } else if crc.sum() != member.checksum {
            warnings.push(format!("{pointer}: its checksum differs"));
        }
        Ok(bytes)
    }

    /// Where a member's bytes begin: behind its own header, whose name and extra
    /// fields need not be as long as in the directory.
    fn data(&self, member: &Member) -> Result<u64, Reason> {
        let mut header = Vec::new();
        let end = member.start.saturating_add(HEADER);
        let read = self.source.read(member.start..end, &mut header);
        if read.is_err() || !header.starts_with(b"PK\x03\x04") {
            return Err(Reason::Unpackable(
                "its header is not where the directory says",
            ));
        }
        Ok(end + u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28)))
    }
}

/// The members as the directory lists them; `None` if it is damaged or lost.
fn directory(source: &Source) -> Option<Vec<Member>> {
    let archive = ZipArchive::new(BufReader::new(Reader { source, at: 0 })).ok()?;
    (0..archive.len().min(MAX_MEMBERS))
        .map(|index| {
            let entry = archive.by_index_data(index).ok()?;
            Some(Member {
                name: name(entry.name_raw()),
                start: entry.header_start(),
                packed: entry.compressed_size(),
                unpacked: entry.size(),
                packing: match entry.compression() {
                    _ if entry.encrypted() => Packing::Encrypted,
                    CompressionMethod::Deflated => Packing::Deflate,
                    CompressionMethod::Stored => Packing::Stored,
                    _ => Packing::Unknown,
                },
                checksum: entry.crc32(),
                overlaps: false,
            })
        })
        .collect()
}

/// A source as the `zip` crate wants it.
struct Reader<'a> {
    source: &'a Source,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.source.len();
        let start = self.at.min(len);
        let end = len.min(start.saturating_add(out.len() as u64));
        let mut bytes = Vec::new();
        self.source.read(start..end, &mut bytes)?;
        out[..bytes.len()].copy_from_slice(&bytes);
        self.at = end;
        Ok(bytes.len())
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Start(at) => Some(at),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
pub(super) mod tests;
