//! Plaintext, the steps that led to it, and the bounded gunzip inside.

use std::fmt;
use std::io::Read;

use flate2::Compression;
use flate2::bufread::{GzEncoder, MultiGzDecoder};

/// How many bytes a gunzip may yield unless the caller raises it. The largest
/// genuine answers (device lists of big homes) stay under 4 MiB; a hostile
/// kilobyte can claim gigabytes.
pub const GUNZIP_LIMIT: u64 = 64 << 20;

/// One thing that was undone on the way from the wire to plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Base64 text was decoded.
    Base64,
    /// The fields of an urlencoded body were read.
    Form,
    /// Gzip inside the encryption was undone.
    Gzip,
    /// The recorder's own list of parameters was read, for want of a body.
    Params,
    /// The passport prefix `&&&START&&&` was taken off.
    Prefix,
    /// The fields of the URL's query were read.
    Query,
    /// RC4 was undone.
    Rc4,
    /// A transport compression was undone that the recorder had left in.
    Transport,
}

impl Step {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Form => "form",
            Self::Gzip => "gzip",
            Self::Params => "params",
            Self::Prefix => "prefix",
            Self::Query => "query",
            Self::Rc4 => "rc4",
            Self::Transport => "transport-gzip",
        }
    }
}

/// Bytes that were opened, and what was undone to get them.
///
/// The bytes are the truth: they are shown, copied and signed as they are. They
/// hold device tokens and login answers, so `Debug` shows their number alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Plaintext {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What was undone, in order.
    pub steps: Vec<Step>,
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext({} bytes, {:?})", self.bytes.len(), self.steps)
    }
}

/// How a gunzip ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gunzip {
    /// All of it.
    Whole(Vec<u8>),
    /// The stream broke; these bytes came before.
    Broken(Vec<u8>),
    /// It yields more than the limit; these are the first bytes, limit many.
    TooBig(Vec<u8>),
}

/// Whether the bytes start as gzip does: magic and the only method there is.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 0x08])
}

/// Undoes gzip, members in a row too, yielding at most `limit` bytes.
pub fn gunzip(bytes: &[u8], limit: u64) -> Gunzip {
    // A guess that a hostile trailer can not inflate: device lists shrink to a
    // quarter or so.
    let room = bytes.len().saturating_mul(4).min(1 << 20);
    let mut out = Vec::with_capacity(room.min(usize::try_from(limit).unwrap_or(room)));
    let mut reader = MultiGzDecoder::new(bytes).take(limit.saturating_add(1));
    match reader.read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > limit => {
            out.pop();
            Gunzip::TooBig(out)
        }
        Ok(_) => Gunzip::Whole(out),
        Err(_) => Gunzip::Broken(out),
    }
}

/// Packs bytes as one gzip member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GzEncoder::new(bytes, Compression::default());
    encoder
        .read_to_end(&mut out)
        .expect("bytes in memory are always read");
    out
}

/// Whether bytes are UTF-8 with no control bytes but white space: what a wrong
/// key almost never yields.
pub fn is_text(bytes: &[u8]) -> bool {
    /// Looked at as a whole: a loop that may stop at any byte is not
    /// vectorised.
    const CHUNK: usize = 256;
    let is_control =
        |byte: u8| byte == 0x7f || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let has_control = |chunk: &[u8]| {
        chunk
            .iter()
            .fold(false, |found, byte| found | is_control(*byte))
    };
    // In UTF-8 these bytes stand for themselves only.
    !bytes.chunks(CHUNK).any(has_control) && std::str::from_utf8(bytes).is_ok()
}

/// Whether bytes look like a JSON object or array: text with the right ends.
pub fn is_json_like(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii();
    matches!(
        (trimmed.first(), trimmed.last()),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
    ) && is_text(trimmed)
}

/// The first byte that keeps JSON from being text: one that is no UTF-8, or a
/// NUL behind it. `None` of text, and of what is no JSON without such bytes
/// either. A proved key yields it as it was sent, so it is a client's fault.
pub fn odd_byte(bytes: &[u8]) -> Option<usize> {
    let at = match std::str::from_utf8(bytes) {
        Ok(_) => memchr::memchr(0, bytes)?,
        Err(error) => error.valid_up_to(),
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(|char: char| char == '\0' || char.is_whitespace());
    let json = serde_json::from_str::<serde::de::IgnoredAny>(text);
    (json.is_ok() && is_json_like(text.as_bytes())).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plaintext_does_not_show_in_debug() {
        let plaintext = Plaintext {
            bytes: b"token".to_vec(),
            steps: vec![Step::Rc4],
        };
        assert_eq!(format!("{plaintext:?}"), "Plaintext(5 bytes, [Rc4])");
    }

    #[test]
    fn the_odd_byte_of_json_is_found_and_noise_has_none() {
        assert_eq!(odd_byte(b"{\"a\":\"\xff\"}"), Some(6));
        assert_eq!(odd_byte(b"{\"a\":1}\0\0"), Some(7));
        for bytes in [
            &b"{\"a\":1}"[..],
            b"\xff\xd8\xff",
            b"{\"a\":\xff}",
            b"",
            b"\0",
        ] {
            assert_eq!(odd_byte(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 1 << 20]);
        assert_eq!(gunzip(&bomb, 1000), Gunzip::TooBig(vec![0; 1000]));
        assert_eq!(gunzip(&bomb, 1 << 20), Gunzip::Whole(vec![0; 1 << 20]));
    }

    #[test]
    fn a_cut_stream_keeps_what_came_before() {
        let text: Vec<u8> = (0..60_000u32).flat_map(u32::to_le_bytes).collect();
        let whole = gzip(&text);
        let Gunzip::Broken(part) = gunzip(&whole[..whole.len() / 2], GUNZIP_LIMIT) else {
            panic!("half a stream is broken");
        };
        assert!(!part.is_empty() && text.starts_with(&part));
    }
}
