//! The envelope as the cloud sees it: opened and proved with nothing of
//! mishark's.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use hmac::{Hmac, KeyInit, Mac};
use rc4::{Rc4, StreamCipher};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::http::Request;

/// One login that the cloud knows.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The key in base64.
    pub(crate) ssecurity: String,
    /// The token.
    pub(crate) token: String,
    /// Whether the token is too old.
    pub(crate) is_expired: bool,
    /// Whether it is Mi Fitness', which signs the path with `/app`.
    pub(crate) is_fitness: bool,
}

impl Account {
    pub(crate) fn new(ssecurity: &str, token: &str) -> Self {
        Self {
            ssecurity: ssecurity.to_owned(),
            token: token.to_owned(),
            is_expired: false,
            is_fitness: false,
        }
    }
}

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) message: &'static str,
}

const AUTH: Refusal = Refusal {
    code: 0,
    message: "auth error",
};
const SIGNATURE: Refusal = Refusal {
    code: 0,
    message: "invalid signature",
};

/// A request that was accepted.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) params: Vec<(String, Vec<u8>)>,
    /// The keystream and order that its hash proves; `hmac` if it has none.
    pub(crate) mode: &'static str,
    signed_nonce: Vec<u8>,
}

impl Opened {
    pub(crate) fn param(&self, name: &str) -> Option<&[u8]> {
        let mut params = self.params.iter();
        let (_, value) = params.find(|(param, _)| param == name)?;
        Some(value)
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.mode != "hmac"
    }

    /// Seals an answer as the request asked for.
    pub(crate) fn seal(&self, plaintext: &[u8], gzip: bool, wrong_key: bool) -> Vec<u8> {
        if !self.is_encrypted() {
            return plaintext.to_vec();
        }
        let mut bytes = plaintext.to_vec();
        if gzip {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(plaintext).unwrap();
            bytes = encoder.finish().unwrap();
        }
        let mut key = self.signed_nonce.clone();
        if wrong_key {
            key[0] ^= 1;
        }
        keystream(&key).apply_keystream(&mut bytes);
        STANDARD.encode(bytes).into_bytes()
    }
}

/// RC4 with its first 1024 bytes thrown away.
fn keystream(key: &[u8]) -> Rc4 {
    let mut rc4 = Rc4::new_from_slice(key).unwrap();
    rc4.apply_keystream(&mut [0; 1024]);
    rc4
}

/// Opens and proves a request.
pub(crate) fn open(request: &Request, accounts: &[Account]) -> Result<Opened, Refusal> {
    let token = request.cookie("serviceToken").ok_or(AUTH)?;
    let account = accounts.iter().find(|account| account.token == token);
    let account = account.ok_or(AUTH)?;
    if account.is_expired {
        return Err(Refusal {
            code: 3,
            message: "serviceToken expired",
        });
    }
    let fields = request.fields();
    let field = |name: &str| {
        let mut fields = fields.iter();
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_slice())
    };
    if field("ssecurity").is_some_and(|sent| sent != account.ssecurity.as_bytes()) {
        return Err(SIGNATURE);
    }
    let nonce_text = field("_nonce").or(field("nonce")).ok_or(SIGNATURE)?;
    let nonce = STANDARD.decode(nonce_text).map_err(|_| SIGNATURE)?;
    let signature = field("signature").ok_or(SIGNATURE)?;
    let mut hash = Sha256::new();
    hash.update(STANDARD.decode(&account.ssecurity).unwrap());
    hash.update(&nonce);
    let signed_nonce = hash.finalize().to_vec();
    let signed_text = STANDARD.encode(&signed_nonce);

    let path = request.path();
    let signed_path = match path.strip_prefix("/app/") {
        Some(rest) if !account.is_fitness => format!("/{rest}"),
        _ => path,
    };
    const ENVELOPE: [&str; 5] = [
        "signature",
        "_nonce",
        "nonce",
        "ssecurity",
        "yetAnotherServiceToken",
    ];
    let params = fields
        .iter()
        .filter(|(name, _)| !ENVELOPE.contains(&name.as_str()));
    let params: Vec<(String, Vec<u8>)> = params.cloned().collect();
    let mut sorted = params.clone();
    sorted.sort();
    let joined = |pairs: &[(String, Vec<u8>)]| {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value)));
        pairs.collect::<Vec<_>>().join("&")
    };

    if request.header("miot-encrypt-algorithm").is_none() && field("rc4_hash__").is_none() {
        // The app leaves empty values unsigned.
        let mut signed = sorted.clone();
        signed.retain(|(_, value)| !value.is_empty());
        let texts = [
            joined(&sorted),
            joined(&signed),
            joined(&params),
            "data=".to_owned(),
        ];
        let is_signed = texts.iter().any(|text| {
            let nonce = String::from_utf8_lossy(nonce_text);
            let text = format!("{signed_path}&{signed_text}&{nonce}&{text}");
            let mut mac = Hmac::<Sha256>::new_from_slice(&signed_nonce).unwrap();
            mac.update(text.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes()).as_bytes() == signature
        });
        return match is_signed {
            true => Ok(Opened {
                params,
                mode: "hmac",
                signed_nonce,
            }),
            false => Err(SIGNATURE),
        };
    }

    let method = request.method.to_uppercase();
    let sha1 = |pairs: &[(String, Vec<u8>)]| {
        let mut parts = vec![method.clone(), signed_path.clone()];
        let text = joined(pairs);
        if !text.is_empty() {
            parts.push(text);
        }
        parts.push(signed_text.clone());
        STANDARD.encode(Sha1::digest(parts.join("&").as_bytes()))
    };
    for (order, pairs) in [("sorted", &sorted), ("received", &params)] {
        if sha1(pairs).as_bytes() != signature {
            continue;
        }
        for chained in [true, false] {
            let mut stream = keystream(&signed_nonce);
            let mut plain = Vec::new();
            for (name, value) in pairs {
                let mut bytes = STANDARD.decode(value).map_err(|_| SIGNATURE)?;
                if !chained {
                    stream = keystream(&signed_nonce);
                }
                stream.apply_keystream(&mut bytes);
                plain.push((name.clone(), bytes));
            }
            let at = plain.iter().position(|(name, _)| name == "rc4_hash__");
            let (_, hash) = plain.remove(at.ok_or(SIGNATURE)?);
            if sha1(&plain).as_bytes() == hash {
                let mode = match (chained, order) {
                    (true, "sorted") => "chained",
                    (true, _) => "chained received",
                    (false, "sorted") => "fresh",
                    (false, _) => "fresh received",
                };
                return Ok(Opened {
                    params: plain,
                    mode,
                    signed_nonce,
                });
            }
        }
    }
    Err(SIGNATURE)
}
