//! HTTP's own compression, undone where the bytes show that it is still there.
//!
//! The header alone means nothing: it stays when a recorder has undone the
//! compression (whistle, every HAR), and tells the truth where bodies are kept
//! as they were on the wire (mitmproxy's own files, Fiddler, Burp).

use std::borrow::Cow;
use std::io::Read;

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;

use crate::protocol::plaintext::{Gunzip, gunzip, is_gzip, is_text};

/// A body that was compressed more often than this is a trick.
const MAX_LAYERS: usize = 3;

/// How a zstd frame starts.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How much brotli's reader takes at a time.
const BROTLI_BUFFER: usize = 4096;

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
        let result = match coding.as_str() {
            "gzip" | "x-gzip" if is_gzip(bytes) => gunzip(bytes, limit),
            "deflate" if is_zlib(bytes) => inflate(ZlibDecoder::new(bytes), limit),
            "deflate" => match bare_deflate(bytes, limit) {
                Some(result) => result,
                None => continue,
            },
            "zstd" if bytes.starts_with(&ZSTD) => match StreamingDecoder::new(bytes) {
                Ok(decoder) => inflate(decoder, limit),
                Err(_) => Gunzip::Broken(Vec::new()),
            },
            "br" if !bytes.is_empty() && !is_text(bytes) => unbrotli(bytes, limit),
            _ => continue,
        };
        let bytes = match result {
            Gunzip::Whole(bytes) => bytes,
            // Broken from its first byte: what stands there is the body.
            Gunzip::Broken(bytes) if bytes.is_empty() => {
                let what =
                    format!("transport {coding} can not be undone; the body is as it stands");
                undone.warning = Some(what);
                break;
            }
            Gunzip::Broken(bytes) => {
                undone.warning = Some(format!(
                    "transport {coding} broke off after {} bytes",
                    bytes.len()
                ));
                bytes
            }
            Gunzip::TooBig(bytes) => {
                undone.warning = Some(format!(
                    "transport {coding} stopped at {} bytes",
                    bytes.len()
                ));
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

/// Brotli has no magic either: what breaks off is only taken for a cut stream if
/// it yields text.
fn unbrotli(bytes: &[u8], limit: u64) -> Gunzip {
    match inflate(Decompressor::new(bytes, BROTLI_BUFFER), limit) {
        Gunzip::Broken(out) if !is_text(&out) => Gunzip::Broken(Vec::new()),
        result => result,
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
    }

    /// From Google's `brotli` and Meta's `zstd`, of [`TEXT`].
    const BROTLI: &str = "GyoA+I2Ubt6qpGMBqTK8OoSeEgAZTaYD";
    const ZSTD_TEXT: &str = "KLUv/SArrQAAeHRoZSBzYW1lIHRleHQsIAEAwsw6";

    #[test]
    fn brotli_and_zstd_are_undone_within_the_limit() {
        for (encoding, packed) in [("br", BROTLI), ("zstd", ZSTD_TEXT), ("BR", BROTLI)] {
            let packed = crate::protocol::base64::decode(packed.as_bytes())
                .unwrap()
                .bytes;
            let undone = undo(&packed, Some(encoding), 1000);
            assert_eq!(undone.bytes, TEXT, "{encoding}");
            assert!(undone.changed && undone.warning.is_none(), "{encoding}");
            let undone = undo(&packed, Some(encoding), 10);
            assert_eq!(undone.bytes, &TEXT[..10], "{encoding}");
            assert!(undone.warning.unwrap().contains("stopped"));
            for cut in 0..packed.len() {
                let undone = undo(&packed[..cut], Some(encoding), 1000);
                assert!(!undone.changed || TEXT.starts_with(&undone.bytes), "{cut}");
            }
        }
    }

    #[test]
    fn what_breaks_at_once_is_the_body_as_it_stands() {
        for (encoding, bytes) in [
            (
                "gzip",
                &b"\x1f\x8b\x08\0\0\0\0\0\0\x03!>\x124C\r\xf8\x93"[..],
            ),
            ("zstd", &[0x28, 0xb5, 0x2f, 0xfd, 0xff]),
            ("br", &[0x1b, 0xff, 0x00]),
            ("br", b"\x89PNG\r\n\x1a\n"),
        ] {
            let undone = undo(bytes, Some(encoding), 1000);
            assert_eq!(undone.bytes, bytes, "{encoding}");
            assert!(undone.warning.unwrap().contains("can not be undone"));
        }
    }
}
