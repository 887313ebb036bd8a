//! Opening a response body.

use super::base64::{self, Repairs};
use super::cipher::Keystream;
use super::error::Error;
use super::plaintext::{Gunzip, Plaintext, Step, gunzip, is_gzip, is_text};

/// What passport answers start with.
const PASSPORT_PREFIX: &[u8] = b"&&&START&&&";

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
        Err(Error::NotBase64 { at, .. }) => {
            return as_is(opened, Outcome::NotBase64 { at });
        }
        Err(_) => return as_is(opened, Outcome::NotBase64 { at: 0 }),
    };
    let Some(keystream) = keystream else {
        let outcome = if short_answer(body) {
            Outcome::Clear
        } else {
            Outcome::NeedsKey
        };
        return as_is(opened, outcome);
    };
    let mut bytes = decoded.bytes;
    keystream.apply(0, &mut bytes);
    let plausible = is_gzip(&bytes) || is_text(&bytes);
    if !plausible && short_answer(body) {
        return as_is(opened, Outcome::Clear);
    }
    opened.repairs = decoded.repairs;
    if !plausible && !hints.key_proved {
        return as_is(opened, Outcome::Noise);
    }
    opened.plaintext.steps = vec![Step::Base64, Step::Rc4];
    unzip(opened, bytes, hints)
}

/// Undoes gzip after RC4: by the bytes first, whatever the header says.
fn unzip(mut opened: OpenedResponse, bytes: Vec<u8>, hints: ResponseHints) -> OpenedResponse {
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
    (opened.outcome, opened.plaintext.bytes) = match gunzip(&bytes, hints.gunzip_limit) {
        Gunzip::Broken(part) => (Outcome::GunzipBroken, part),
        Gunzip::TooBig(part) => (Outcome::GunzipTooBig, part),
        Gunzip::Whole(whole) => (Outcome::Opened, whole),
    };
    opened
}

/// A body that can not be base64, with the passport prefix taken off.
fn clear_text(body: &[u8]) -> Option<(Option<Step>, &[u8])> {
    if let Some(rest) = body.trim_ascii_start().strip_prefix(PASSPORT_PREFIX) {
        return Some((Some(Step::Prefix), rest));
    }
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let first = text.trim_ascii_start().first()?;
    matches!(first, b'{' | b'[' | b'<' | b'#').then_some((None, body))
}

/// A word such as `ok` or `true`, which is base64 by accident.
fn short_answer(body: &[u8]) -> bool {
    const LONGEST: usize = 8;
    body.len() <= LONGEST && is_text(body)
}

/// Whether nearly all of a text is base64, so that it is damage and not prose.
fn mostly_base64(body: &[u8]) -> bool {
    let fits = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    body.iter().filter(fits).count() * 20 >= body.len() * 19
}
