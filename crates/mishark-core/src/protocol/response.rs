//! Opening a response body.

use super::base64::{self, Base64, Repairs};
use super::cipher::Keystream;
use super::error::Error;
use super::plaintext::{Gunzip, Plaintext, Step, gunzip, is_gzip, is_json_like, is_text};

/// How many bytes of text a wrong key yields less than once in a thousand
/// answers; fewer must be JSON to count.
const TELLING_TEXT: usize = 8;

/// What the account service puts before the JSON of its answers.
const PASSPORT_PREFIX: &[u8] = b"&&&START&&&";

/// What stands behind `&&&START&&&`; `None` if a body does not begin with it.
pub fn behind_prefix(body: &[u8]) -> Option<&[u8]> {
    body.trim_ascii_start().strip_prefix(PASSPORT_PREFIX)
}

/// Whether to gunzip what was decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GzipWish {
    /// If it starts as gzip does. Headers lie both ways.
    #[default]
    Auto,
    /// Never.
    No,
    /// Whatever it starts with.
    Yes,
}

/// What is known of a response before it is opened.
#[derive(Debug, Clone, Copy)]
pub struct ResponseHints {
    /// `MIOT-CONTENT-ENCODING: GZIP` was there.
    pub says_gzip: bool,
    /// The request's signature matched, so the key is right and noise is data.
    pub key_proved: bool,
    /// Whether to gunzip.
    pub gzip: GzipWish,
    /// How many bytes a gunzip may yield.
    pub gunzip_limit: u64,
}

/// What became of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not encrypted: a plain error, HTML, a playlist.
    Clear,
    /// Cut or damaged gzip; what came before is the plaintext.
    GunzipBroken,
    /// The gunzip limit was reached; what came before is the plaintext.
    GunzipTooBig,
    /// No bytes.
    Empty,
    /// Base64, but no key to open it.
    NeedsKey,
    /// Decrypted to bytes that are neither text nor gzip with an unproved key.
    Noise,
    /// Not base64, from that byte on.
    NotBase64 {
        /// Where.
        at: usize,
    },
    /// Decrypted.
    Opened,
}

/// One layer of a response, heard of at the moment it is undone.
pub enum Layer<'a> {
    /// Base64 was decoded, or it is none.
    Base64(Result<&'a Base64<'a>, &'a Error>),
    /// RC4 was undone; these bytes came out.
    Rc4(&'a [u8]),
    /// RC4 was undone, and what came out is no answer.
    Noise(&'a [u8]),
    /// Gzip was undone.
    Gzip {
        /// The bytes that were unpacked.
        packed: &'a [u8],
        /// What came out.
        unpacked: &'a Gunzip,
    },
}

/// A response with all layers undone that could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedResponse {
    /// The plaintext; for what would not open, the body as it is.
    pub plaintext: Plaintext,
    /// What became of it.
    pub outcome: Outcome,
    /// What of its base64 was repaired.
    pub repairs: Repairs,
    /// The header promised gzip and there was none.
    pub gzip_missing: bool,
}

/// Undoes base64, RC4 and gzip, in the order that covers everything seen.
///
/// A body that starts as JSON, HTML or a passport answer does is clear text
/// inside an encrypted session: base64 can not contain those characters.
/// Responses carry no authentication: with an unproved key the only check is
/// whether text or gzip comes out.
pub fn open_response(
    body: &[u8],
    keystream: Option<&mut Keystream>,
    hints: ResponseHints,
) -> OpenedResponse {
    open_response_heard(body, keystream, hints, &mut |_| {})
}

/// [`open_response`], with each layer told to `hear` as it is undone.
pub fn open_response_heard(
    body: &[u8],
    keystream: Option<&mut Keystream>,
    hints: ResponseHints,
    hear: &mut dyn FnMut(Layer<'_>),
) -> OpenedResponse {
    let mut opened = OpenedResponse {
        plaintext: Plaintext::default(),
        outcome: Outcome::Empty,
        repairs: Repairs::NONE,
        gzip_missing: false,
    };
    if body.is_empty() {
        return opened;
    }
    if let Some((step, text)) = clear_text(body) {
        opened.plaintext.bytes = text.to_vec();
        opened.plaintext.steps.extend(step);
        opened.outcome = Outcome::Clear;
        return opened;
    }
    let as_is = |mut opened: OpenedResponse, outcome| {
        opened.plaintext.bytes = body.to_vec();
        opened.outcome = outcome;
        opened
    };
    let decoded = match base64::decode(body) {
        Ok(decoded) => decoded,
        Err(_) if is_text(body) && !mostly_base64(body) => return as_is(opened, Outcome::Clear),
        Err(error) => {
            hear(Layer::Base64(Err(&error)));
            return as_is(opened, Outcome::NotBase64 { at: error.at() });
        }
    };
    // What holds no bytes was no base64 either: "0", a quoted nothing.
    if decoded.bytes.is_empty() {
        return as_is(opened, Outcome::Clear);
    }
    let Some(keystream) = keystream else {
        if is_words(body) {
            return as_is(opened, Outcome::Clear);
        }
        hear(Layer::Base64(Ok(&decoded)));
        return as_is(opened, Outcome::NeedsKey);
    };
    if is_words(body) {
        let mut bytes = decoded.bytes.clone();
        keystream.apply(0, &mut bytes);
        if !is_gzip(&bytes) && !is_json(&bytes) {
            return as_is(opened, Outcome::Clear);
        }
    }
    hear(Layer::Base64(Ok(&decoded)));
    let mut bytes = decoded.bytes;
    keystream.apply(0, &mut bytes);
    opened.repairs = decoded.repairs;
    // A proved key needs no look at the whole answer.
    let plausible = hints.key_proved
        || is_gzip(&bytes)
        || is_text(&bytes) && (bytes.len() >= TELLING_TEXT || is_json(&bytes));
    if !plausible {
        hear(Layer::Noise(&bytes));
        return as_is(opened, Outcome::Noise);
    }
    hear(Layer::Rc4(&bytes));
    opened.plaintext.steps = vec![Step::Base64, Step::Rc4];
    unzip(opened, bytes, hints, hear)
}

/// Undoes gzip after RC4: by the bytes first, whatever the header says.
fn unzip(
    mut opened: OpenedResponse,
    bytes: Vec<u8>,
    hints: ResponseHints,
    hear: &mut dyn FnMut(Layer<'_>),
) -> OpenedResponse {
    let zipped = match hints.gzip {
        GzipWish::Auto => is_gzip(&bytes),
        GzipWish::No => false,
        GzipWish::Yes => true,
    };
    opened.outcome = Outcome::Opened;
    if !zipped {
        opened.gzip_missing = hints.says_gzip && hints.gzip == GzipWish::Auto;
        opened.plaintext.bytes = bytes;
        return opened;
    }
    opened.plaintext.steps.push(Step::Gzip);
    let unpacked = gunzip(&bytes, hints.gunzip_limit);
    hear(Layer::Gzip {
        packed: &bytes,
        unpacked: &unpacked,
    });
    (opened.outcome, opened.plaintext.bytes) = match unpacked {
        Gunzip::Broken(part) => (Outcome::GunzipBroken, part),
        Gunzip::TooBig(part) => (Outcome::GunzipTooBig, part),
        Gunzip::Whole(whole) => (Outcome::Opened, whole),
    };
    opened
}

/// A body that can not be base64, with the passport prefix taken off.
fn clear_text(body: &[u8]) -> Option<(Option<Step>, &[u8])> {
    if let Some(rest) = behind_prefix(body) {
        return Some((Some(Step::Prefix), rest));
    }
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let first = text.trim_ascii_start().first()?;
    matches!(first, b'{' | b'[' | b'<' | b'#').then_some((None, body))
}

/// Words such as `ok`, `Unauthorized` or `404 Not Found`, which are base64 by
/// accident. Nothing encrypted of more than a few bytes has neither digits nor
/// `+` and `/`; of what is shorter only JSON is taken for an answer.
fn is_words(body: &[u8]) -> bool {
    const LONGEST: usize = 64;
    const LONGEST_WITH_DIGITS: usize = 8;
    let body = body.trim_ascii();
    let has = |found: fn(&u8) -> bool| body.iter().any(found);
    body.len() <= LONGEST
        && body
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'"'))
        && (body.len() <= LONGEST_WITH_DIGITS
            || !has(u8::is_ascii_digit)
            || has(|byte| *byte == b' '))
}

/// Whether bytes are JSON or look like it, which noise of even one byte seldom
/// does.
fn is_json(bytes: &[u8]) -> bool {
    is_json_like(bytes) || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// Whether nearly all of a text is base64, so that it is damage and not prose.
fn mostly_base64(body: &[u8]) -> bool {
    let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    body.iter().filter(fits).count() * 20 >= body.len() * 19
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::protocol::key::SignedNonce;
    use crate::protocol::plaintext::GUNZIP_LIMIT;

    const HINTS: ResponseHints = ResponseHints {
        says_gzip: false,
        key_proved: true,
        gzip: GzipWish::Auto,
        gunzip_limit: GUNZIP_LIMIT,
    };

    fn keystream() -> Keystream {
        let text = b"qvt3u1S469G3XQDWJHe5beLJybQEpUZ8RZcT4tySmgE=";
        Keystream::new(&SignedNonce::parse(text).unwrap())
    }

    fn open(body: &[u8], hints: ResponseHints) -> OpenedResponse {
        open_response(body, Some(&mut keystream()), hints)
    }

    fn encrypt(plaintext: &[u8]) -> Vec<u8> {
        let mut bytes = plaintext.to_vec();
        keystream().apply(0, &mut bytes);
        base64::encode(&bytes).into()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_not_encrypted_is_left_as_it_is() {
        let bodies: [&[u8]; 19] = [
            br#"{"code":3,"message":"auth err"}"#,
            b" \r\n[1]",
            b"\xef\xbb\xbf{}",
            b"<html><body>502 Bad Gateway</body></html>",
            b"<!DOCTYPE html>",
            b"#EXTM3U\n#EXT-X-VERSION:3\n",
            b"ok",
            b"ok\n",
            b"true",
            b"null",
            b"\"ok\"",
            b"\"\"",
            b"0",
            b"404",
            b"\n",
            b"Unauthorized",
            b"Not Found",
            b"404 page not found",
            b"error: no such device",
        ];
        for body in bodies {
            for hints in [
                HINTS,
                ResponseHints {
                    key_proved: false,
                    ..HINTS
                },
            ] {
                let opened = open(body, hints);
                let name = String::from_utf8_lossy(body);
                assert_eq!(opened.outcome, Outcome::Clear, "{name:?}");
                assert_eq!(opened.plaintext.bytes, body, "{name:?}");
                assert!(opened.plaintext.steps.is_empty(), "{name:?}");
            }
            assert_eq!(open_response(body, None, HINTS).outcome, Outcome::Clear);
        }
    }

    #[test]
    fn a_passport_answer_loses_its_prefix() {
        let opened = open(b"&&&START&&&{\"code\":0}", HINTS);
        assert_eq!(opened.outcome, Outcome::Clear);
        assert_eq!(opened.plaintext.bytes, b"{\"code\":0}");
        assert_eq!(opened.plaintext.steps, [Step::Prefix]);
    }

    #[test]
    fn short_answers_open_if_they_are_json() {
        for plaintext in [&b"{}"[..], b"[]", b"1", b"true", b"\"ok\"", b"null", b"[1]"] {
            for key_proved in [true, false] {
                let opened = open(
                    &encrypt(plaintext),
                    ResponseHints {
                        key_proved,
                        ..HINTS
                    },
                );
                assert_eq!(opened.outcome, Outcome::Opened);
                assert_eq!(opened.plaintext.bytes, plaintext);
            }
        }
    }

    #[test]
    fn a_few_bytes_of_text_do_not_prove_a_key() {
        let unproved = ResponseHints {
            key_proved: false,
            ..HINTS
        };
        assert_eq!(open(&encrypt(b"hi"), unproved).outcome, Outcome::Noise);
        assert_eq!(open(&encrypt(b"hi"), HINTS).plaintext.bytes, b"hi");
        assert_eq!(
            open(&encrypt(b"hi, there"), unproved).outcome,
            Outcome::Opened
        );
    }

    #[test]
    fn noise_is_data_only_under_a_proved_key() {
        let body = encrypt(&[0xff; 40]);
        assert_eq!(open(&body, HINTS).plaintext.bytes, [0xff; 40]);
        let opened = open(
            &body,
            ResponseHints {
                key_proved: false,
                ..HINTS
            },
        );
        assert_eq!(opened.outcome, Outcome::Noise);
        assert_eq!(opened.plaintext.bytes, body);
    }

    #[test]
    fn a_quoted_and_wrapped_body_is_opened() {
        let mut body = encrypt(br#"{"code":0,"message":"ok"}"#);
        body.insert(12, b'\n');
        let body = [b"\"", &body[..], b"\"\n"].concat();
        let opened = open(&body, HINTS);
        assert_eq!(opened.plaintext.bytes, br#"{"code":0,"message":"ok"}"#);
        assert!(
            opened
                .repairs
                .contains(Repairs::QUOTES.and(Repairs::BREAKS))
        );
    }

    #[test]
    fn the_bytes_decide_about_gzip_and_not_the_header() {
        let says_gzip = ResponseHints {
            says_gzip: true,
            ..HINTS
        };
        let opened = open(&encrypt(b"{\"code\":0}"), says_gzip);
        assert_eq!(opened.plaintext.bytes, b"{\"code\":0}");
        assert!(opened.gzip_missing);

        let zipped = gzip(b"{\"code\":0}");
        let opened = open(&encrypt(&zipped), HINTS);
        assert_eq!(opened.plaintext.bytes, b"{\"code\":0}");
        assert_eq!(
            opened.plaintext.steps,
            [Step::Base64, Step::Rc4, Step::Gzip]
        );
        assert!(!opened.gzip_missing);

        let gzip = GzipWish::No;
        let opened = open(&encrypt(&zipped), ResponseHints { gzip, ..HINTS });
        assert_eq!(opened.plaintext.bytes, zipped);
    }

    #[test]
    fn broken_gzip_keeps_what_came_before() {
        let text: Vec<u8> = (0..60_000u32).flat_map(u32::to_le_bytes).collect();
        let zipped = gzip(&text);
        let opened = open(&encrypt(&zipped[..zipped.len() / 2]), HINTS);
        assert_eq!(opened.outcome, Outcome::GunzipBroken);
        assert!(!opened.plaintext.bytes.is_empty() && text.starts_with(&opened.plaintext.bytes));
    }

    #[test]
    fn too_much_gzip_stops_at_the_limit() {
        let body = encrypt(&gzip(&[b'x'; 5000]));
        let opened = open(
            &body,
            ResponseHints {
                gunzip_limit: 4999,
                ..HINTS
            },
        );
        assert_eq!(opened.outcome, Outcome::GunzipTooBig);
        assert_eq!(opened.plaintext.bytes, [b'x'; 4999]);
        let opened = open(
            &body,
            ResponseHints {
                gunzip_limit: 5000,
                ..HINTS
            },
        );
        assert_eq!(opened.outcome, Outcome::Opened);
    }

    #[test]
    fn damage_is_told_from_prose() {
        let mut body = encrypt(&[b'x'; 60]);
        body[30] = b'!';
        assert_eq!(open(&body, HINTS).outcome, Outcome::NotBase64 { at: 30 });
        assert_eq!(
            open(&[0xff, 0xd8, 0xff], HINTS).outcome,
            Outcome::NotBase64 { at: 0 }
        );
        assert_eq!(open(b"", HINTS).outcome, Outcome::Empty);
        assert_eq!(
            open_response(&encrypt(&[b'x'; 60]), None, HINTS).outcome,
            Outcome::NeedsKey
        );
    }
}
