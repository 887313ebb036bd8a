//! HTTP's own compression, undone where the bytes show that it is still there.
//!
//! The header alone means nothing: it stays when a recorder has undone the
//! compression (whistle, every HAR), and tells the truth where bodies are kept
//! as they were on the wire (mitmproxy's own files, Fiddler, Burp).

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::protocol::plaintext::{Gunzip, gunzip, is_gzip, is_text};

/// A body that was compressed more often than this is a trick.
const MAX_LAYERS: usize = 3;

/// A body with its compression undone.
#[derive(Debug)]
pub struct Undone<'a> {
    /// The bytes; those given if there was nothing to undo.
    pub bytes: Cow<'a, [u8]>,
    /// Whether anything was undone.
    pub changed: bool,
    /// What went wrong, in words.
    pub warning: Option<String>,
}

/// Undoes what `content-encoding` names, yielding at most `limit` bytes.
pub fn undo<'a>(bytes: &'a [u8], encoding: Option<&str>, limit: u64) -> Undone<'a> {
    let mut undone = Undone {
        bytes: Cow::Borrowed(bytes),
        changed: false,
        warning: None,
    };
    let codings = encoding.unwrap_or_default().rsplit(',');
    for coding in codings.take(MAX_LAYERS) {
        let coding = coding.trim().to_ascii_lowercase();
        let bytes = &undone.bytes[..];
        let (name, result) = match coding.as_str() {
            "gzip" | "x-gzip" if is_gzip(bytes) => ("gzip", gunzip(bytes, limit)),
            "deflate" if is_zlib(bytes) => ("deflate", inflate(ZlibDecoder::new(bytes), limit)),
            "deflate" => match bare_deflate(bytes, limit) {
                Some(result) => ("deflate", result),
                None => continue,
            },
            "br" | "zstd" if !bytes.is_empty() && !is_text(bytes) => {
                undone.warning = Some(format!("transport {coding} can not be undone"));
                break;
            }
            _ => continue,
        };
        let bytes = match result {
            Gunzip::Whole(bytes) => bytes,
            Gunzip::Broken(bytes) => {
                undone.warning = Some(format!(
                    "transport {name} broke off after {} bytes",
                    bytes.len()
                ));
                bytes
            }
            Gunzip::TooBig(bytes) => {
                undone.warning = Some(format!("transport {name} stopped at {} bytes", bytes.len()));
                bytes
            }
        };
        undone.bytes = Cow::Owned(bytes);
        undone.changed = true;
    }
    undone
}

/// Whether bytes start as zlib does: method 8, and a header that divides by 31.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..]
        if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0)
}

fn inflate(reader: impl Read, limit: u64) -> Gunzip {
    let mut out = Vec::new();
    match reader.take(limit.saturating_add(1)).read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > limit => {
            out.pop();
            Gunzip::TooBig(out)
        }
        Ok(_) => Gunzip::Whole(out),
        Err(_) => Gunzip::Broken(out),
    }
}

/// Deflate without zlib's header, as some servers send it. It has no magic, so
/// only a stream that ends exactly where the body does is one.
fn bare_deflate(bytes: &[u8], limit: u64) -> Option<Gunzip> {
    if bytes.is_empty() || is_text(bytes) {
        return None;
    }
    let mut decoder = DeflateDecoder::new(bytes);
    match inflate(&mut decoder, limit) {
        Gunzip::Whole(out) if decoder.total_in() == bytes.len() as u64 => Some(Gunzip::Whole(out)),
        Gunzip::TooBig(out) => Some(Gunzip::TooBig(out)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"the same text, the same text, the same text";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_the_header_names_is_undone() {
        for (encoding, packed) in [
            ("gzip", gzip(TEXT)),
            ("X-GZIP", gzip(TEXT)),
            ("deflate", zlib(TEXT)),
            ("deflate", deflate(TEXT)),
            ("deflate, gzip", gzip(&zlib(TEXT))),
        ] {
            let undone = undo(&packed, Some(encoding), 1000);
            assert_eq!(undone.bytes, TEXT, "{encoding}");
            assert!(undone.changed && undone.warning.is_none(), "{encoding}");
        }
    }

    #[test]
    fn a_header_that_a_recorder_left_behind_changes_nothing() {
        for encoding in ["gzip", "deflate", "br", "zstd", "identity", ""] {
            let undone = undo(TEXT, Some(encoding), 1000);
            assert_eq!(undone.bytes, TEXT, "{encoding}");
            assert!(!undone.changed && undone.warning.is_none(), "{encoding}");
        }
        let packed = gzip(TEXT);
        assert_eq!(undo(&packed, None, 1000).bytes, packed);
    }

    #[test]
    fn bombs_stop_at_the_limit_and_cuts_keep_what_came_before() {
        let zeros = vec![0; 1 << 20];
        for (encoding, packed) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("deflate", deflate(&zeros)),
        ] {
            let undone = undo(&packed, Some(encoding), 1000);
            assert_eq!(undone.bytes.len(), 1000);
            assert!(undone.warning.unwrap().contains("stopped"));
        }
        let packed = gzip(TEXT);
        let undone = undo(&packed[..packed.len() - 4], Some("gzip"), 1000);
        assert!(undone.warning.unwrap().contains("broke off"));
        let undone = undo(&[0x1b, 0xff, 0x00], Some("br"), 1000);
        assert!(undone.warning.unwrap().contains("can not be undone"));
    }
}
