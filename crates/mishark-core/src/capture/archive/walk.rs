//! The members of an archive whose directory is lost, found by their own
//! headers, one behind the other.

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::member::{HEADER, MAX_MEMBER, MAX_MEMBERS, Member, Packing, name, u16_at, u32_at};
use crate::capture::source::Source;

/// What a member's own header starts with.
const MEMBER: &[u8] = b"PK\x03\x04";

/// How much is read at a time.
const CHUNK: u64 = 64 << 10;

/// The header says nothing of sizes; they follow the bytes (Playwright).
const SIZES_FOLLOW: u16 = 1 << 3;

const ENCRYPTED: u16 = 1;

/// The whole members; one that is cut is left out.
pub(super) fn members(source: &Source) -> io::Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut at = 0;
    while let Some(start) = source.find(at, MEMBER)?
        && members.len() < MAX_MEMBERS
    {
        at = match member(source, start)? {
            Some((member, end)) => {
                members.push(member);
                end
            }
            None => start + MEMBER.len() as u64,
        };
    }
    Ok(members)
}

/// The member whose header is at `start`, and where it ends; `None` if the file
/// ends first, or it is no header.
fn member(source: &Source, start: u64) -> io::Result<Option<(Member, u64)>> {
    let len = source.len();
    if len - start < HEADER {
        return Ok(None);
    }
    let mut header = Vec::new();
    source.read(start..start + HEADER, &mut header)?;
    let named = start + HEADER + u64::from(u16_at(&header, 26));
    let data = named + u64::from(u16_at(&header, 28));
    if data > len {
        return Ok(None);
    }
    let mut raw_name = Vec::new();
    source.read(start + HEADER..named, &mut raw_name)?;
    let flags = u16_at(&header, 6);
    let packing = match u16_at(&header, 8) {
        _ if flags & ENCRYPTED != 0 => Packing::Encrypted,
        0 => Packing::Stored,
        8 => Packing::Deflate,
        _ => Packing::Unknown,
    };
    let mut checksum = u32_at(&header, 14);
    let packed = match (flags & SIZES_FOLLOW != 0, packing) {
        (true, Packing::Deflate) => {
            let Some(packed) = deflated(source, data)? else {
                return Ok(None);
            };
            let mut follow = Vec::new();
            let end = data + packed;
            source.read(end..len.min(end + 8), &mut follow)?;
            // The mark before the checksum is optional.
            checksum = match follow.strip_prefix(b"PK\x07\x08") {
                Some(follow) => u32_at(follow, 0),
                None => u32_at(&follow, 0),
            };
            packed
        }
        (true, _) => return Ok(None),
        // Sizes of 4 GiB and more stand elsewhere; such a member is none of ours.
        (false, _) => u64::from(u32_at(&header, 18)),
    };
    // A size that follows is not looked for.
    let unpacked = match flags & SIZES_FOLLOW {
        0 => u64::from(u32_at(&header, 22)),
        _ => u64::MAX,
    };
    let end = data + packed;
    let member = Member {
        name: name(&raw_name),
        start,
        packed,
        unpacked,
        packing,
        checksum,
        overlaps: false,
    };
    Ok((end <= len).then_some((member, end)))
}

/// How many bytes a deflate stream has; `None` if it does not end, or yields
/// more than a member may.
fn deflated(source: &Source, start: u64) -> io::Result<Option<u64>> {
    let mut inflate = Decompress::new(false);
    let mut out = vec![0; CHUNK as usize];
    let mut bytes = Vec::new();
    let len = source.len();
    loop {
        let at = start + inflate.total_in();
        source.read(at..len.min(at + CHUNK), &mut bytes)?;
        let (read, written) = (inflate.total_in(), inflate.total_out());
        match inflate.decompress(&bytes, &mut out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(Some(inflate.total_in())),
            Ok(_) if inflate.total_out() > MAX_MEMBER => return Ok(None),
            Ok(_) if (inflate.total_in(), inflate.total_out()) != (read, written) => {}
            Ok(_) | Err(_) => return Ok(None),
        }
    }
}
