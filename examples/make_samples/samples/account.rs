//! Throw-away accounts and the clients that speak for them.

use mishark_core::protocol::base64;
use mishark_core::protocol::key::Ssecurity;
use mishark_core::protocol::request::{KeystreamMode, Order, Scheme, Style};
use mishark_core::protocol::seal::APP_STYLE;
use mishark_core::protocol::signature::PathForm;
use sha1::{Digest, Sha1};

use super::exchange::{Headers, fields};
use super::random::Random;

/// One login of one account at one service.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) sid: &'static str,
    pub(super) user_id: &'static str,
    pub(super) c_user_id: String,
    pub(super) ssecurity: Ssecurity,
    pub(super) token: String,
    /// The nonce of the login itself: a number of 19 digits.
    pub(super) nonce: i64,
}

impl Login {
    /// A login made of a seed.
    pub(super) fn new(sid: &'static str, user_id: &'static str, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let key = random.base64::<16>();
        Self {
            sid,
            user_id,
            c_user_id: c_user_id(user_id),
            ssecurity: Ssecurity::parse(key.as_bytes()).expect("16 bytes in base64 are a key"),
            token: random.base64::<48>(),
            nonce: 5_000_000_000_000_000_000 + (random.next() >> 2) as i64 % 4_000_000_000,
        }
    }

    /// `clientSign = base64(SHA-1("nonce=" nonce "&" ssecurity))`.
    pub(super) fn client_sign(&self) -> String {
        let text = format!("nonce={}&{}", self.nonce, self.ssecurity.encode());
        base64::encode(&Sha1::digest(text.as_bytes()))
    }
}

/// The account's other name, the same at every service.
fn c_user_id(user_id: &str) -> String {
    let number = user_id.parse().expect("a sample's account is a number");
    Random::new(number).base64::<15>().replace(['+', '/'], "-")
}

/// The program that sends.
#[derive(Clone, Copy)]
pub(super) struct Client<'a> {
    pub(super) login: &'a Login,
    pub(super) style: Style,
    pub(super) carrier: Carrier,
    pub(super) is_app: bool,
}

/// Where the form stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carrier {
    Body,
    Query,
}

/// Tools that begin the keystream anew for each value, as token extractors do.
pub(super) const FRESH_STYLE: Style = Style {
    scheme: Scheme::Rc4,
    keystream: KeystreamMode::Fresh,
    order: Order::Received,
    path: PathForm::Stripped,
    sends_ssecurity: true,
    plain_nonce_name: false,
    skips_empty: false,
};

/// The article's form: signed only.
pub(super) const HMAC_STYLE: Style = Style {
    scheme: Scheme::Hmac,
    sends_ssecurity: false,
    ..FRESH_STYLE
};

impl<'a> Client<'a> {
    /// The phone app.
    pub(super) fn app(login: &'a Login) -> Self {
        Self {
            login,
            style: APP_STYLE,
            carrier: Carrier::Body,
            is_app: true,
        }
    }

    /// A script.
    pub(super) fn tool(login: &'a Login, style: Style) -> Self {
        Self {
            login,
            style,
            carrier: Carrier::Body,
            is_app: false,
        }
    }

    /// The same client with its form in the URL.
    pub(super) fn in_query(self) -> Self {
        Self {
            carrier: Carrier::Query,
            ..self
        }
    }

    /// Header fields of a call to `host`.
    pub(super) fn headers(&self, host: &str) -> Headers {
        let mut headers = if self.is_app {
            fields(&[
                ("host", host),
                (
                    "user-agent",
                    "Android-15-11.0.701-SAMPLE-PHONE-OS0.0.0.0.SAMPLE-SmartHome-MI_APP_STORE-SAMPLE-64",
                ),
                ("x-xiaomi-protocal-flag-cli", "PROTOCAL-HTTP2"),
                ("miot-accept-encoding", "GZIP"),
                ("accept-encoding", "identity"),
            ])
        } else {
            fields(&[
                ("Host", host),
                ("User-Agent", "made-up-tool/1.0"),
                ("Accept-Encoding", "identity"),
                ("x-xiaomi-protocal-flag-cli", "PROTOCAL-HTTP2"),
            ])
        };
        if self.style.scheme == Scheme::Rc4 {
            let name = if self.is_app {
                "miot-encrypt-algorithm"
            } else {
                "MIOT-ENCRYPT-ALGORITHM"
            };
            headers.push((name.into(), "ENCRYPT-RC4".into()));
        }
        headers.push(("cookie".into(), self.cookie()));
        headers
    }

    fn cookie(&self) -> String {
        let Login {
            user_id,
            c_user_id,
            token,
            ..
        } = self.login;
        if self.is_app {
            format!(
                "cUserId={c_user_id}; yetAnotherServiceToken={token}; serviceToken={token}; \
                 countryCode=CN; locale=zh_CN; timezone_id=Asia/Shanghai; \
                 timezone=GMT%2B08%3A00; is_daylight=0; dst_offset=0; \
                 PassportDeviceId=an_sample00000000; channel=MI_APP_STORE"
            )
        } else {
            format!(
                "userId={user_id}; yetAnotherServiceToken={token}; serviceToken={token}; \
                 locale=zh_CN; timezone=GMT+08:00; is_daylight=0; dst_offset=0; \
                 channel=MI_APP_STORE"
            )
        }
    }
}
