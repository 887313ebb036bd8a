//! The clock, the nonces and the sealing of a story.

use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::form::{Field, Form};
use mishark_core::protocol::key::Nonce;
use mishark_core::protocol::request::Scheme;
use mishark_core::protocol::seal::{SealedForm, seal};
use mishark_core::protocol::signature::{Pair, SignedString, path_forms, signed_path};

use super::account::{Carrier, Client};
use super::exchange::{Answer, Exchange, Headers, Kept, START, fields};
use super::gzip::gzip;
use super::random::Random;

/// A story as it is told.
pub(super) struct Script {
    random: Random,
    now: i64,
    exchanges: Vec<Exchange>,
}

/// One call of a client.
pub(super) struct Call<'a> {
    pub(super) client: Client<'a>,
    pub(super) method: &'static str,
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    pub(super) data: String,
    /// Parameters beside `data`, after it.
    pub(super) more: &'a [(&'a str, &'a str)],
    pub(super) damage: Damage<'a>,
    pub(super) reply: Reply<'a>,
}

/// What is wrong with the request.
pub(super) enum Damage<'a> {
    None,
    /// A header field has another value.
    Header(&'a str, &'a str),
    /// The signature is missing, or the hash is.
    Lacks(&'a str),
    /// The form in its encoded text.
    Text(&'a dyn Fn(String) -> String),
    /// A field has another value.
    Value(&'a str, String),
    /// The rc4 hash is of this text.
    Hash(&'a str),
    /// It was signed for another path.
    Path(&'a str),
    /// The recorder did not keep it.
    Dropped,
}

/// What the server says.
pub(super) enum Reply<'a> {
    /// Sealed as it is, or with gzip inside, if the client accepts it.
    Json(String),
    Gzip(String),
    /// Sealed; the header promises gzip and there is none.
    FalseGzip(String),
    /// The sealed gzip answer, changed afterwards.
    Changed(String, &'a dyn Fn(String) -> String),
    /// Sealed for another request.
    Astray(String),
    /// In clear text.
    Clear(u16, &'a str, &'a str),
    /// Not kept.
    Dropped(usize),
    Nothing,
}

impl<'a> Call<'a> {
    /// A call as the client makes it when nothing is wrong.
    pub(super) fn new(client: Client<'a>, path: &'a str, data: String, reply: Reply<'a>) -> Self {
        let host = match client.login.sid {
            "mijia" => "api.mijia.tech",
            _ => "api.io.mi.com",
        };
        Self {
            client,
            method: "POST",
            host,
            path,
            data,
            more: &[],
            damage: Damage::None,
            reply,
        }
    }
}

impl Script {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            now: 0,
            exchanges: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Exchange> {
        self.exchanges
    }

    pub(super) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A request that is none of the protocol's.
    pub(super) fn other(
        &mut self,
        method: &'static str,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
        answer: Answer,
    ) {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?']).next().unwrap_or(rest);
        let mut all = fields(&[
            ("Host", host),
            ("User-Agent", "SampleBrowser/1.0"),
            ("Accept-Encoding", "gzip"),
        ]);
        all.extend(fields(headers));
        if !body.is_empty() {
            let kind = "application/x-www-form-urlencoded";
            all.extend(fields(&[("Content-Type", kind)]));
        }
        self.push(Exchange {
            at: 0,
            took: 0,
            method,
            url: url.to_owned(),
            http2: false,
            headers: all,
            body: Kept::Bytes(body.as_bytes().to_vec()),
            answer: Some(answer),
        });
    }

    /// A call in its envelope, and its answer in one.
    pub(super) fn call(&mut self, call: Call<'_>) {
        let client = call.client;
        let nonce = self.nonce();
        let sealed = close_form(&call, &nonce);
        let mut text =
            String::from_utf8(damaged(&call, &sealed).encode()).expect("an encoded form is ASCII");
        let mut headers = client.headers(call.host);
        match &call.damage {
            Damage::Text(change) => text = change(text),
            Damage::Header(name, value) => {
                for (field, held) in &mut headers {
                    if field.eq_ignore_ascii_case(name) {
                        (*value).clone_into(held);
                    }
                }
            }
            _ => {}
        }
        let mut url = format!("https://{}{}", call.host, call.path);
        let mut body = Kept::none();
        match client.carrier {
            Carrier::Body if matches!(call.damage, Damage::Dropped) => {
                body = Kept::Dropped(text.len());
            }
            Carrier::Body => body = Kept::Bytes(text.into_bytes()),
            Carrier::Query => url = format!("{url}?{text}"),
        }
        if call.method == "POST" {
            headers.extend(fields(&[
                ("content-type", "application/x-www-form-urlencoded"),
                ("content-length", &body.size().to_string()),
            ]));
        }
        let answer = self.answer(&call, &sealed);
        self.push(Exchange {
            at: 0,
            took: 0,
            method: call.method,
            url,
            http2: client.is_app,
            headers,
            body,
            answer,
        });
    }

    fn push(&mut self, mut exchange: Exchange) {
        exchange.took = 20 + self.random.below(180) as i64;
        exchange.at = self.now;
        self.now += exchange.took + 50 + self.random.below(1500) as i64;
        self.exchanges.push(exchange);
    }

    fn nonce(&mut self) -> Nonce {
        let minutes = (START + self.now) / 60_000;
        Nonce::new(self.random.bytes(), minutes as i32)
    }

    fn answer(&mut self, call: &Call<'_>, sealed: &SealedForm) -> Option<Answer> {
        let is_sealed = call.client.style.scheme == Scheme::Rc4;
        let close = |plaintext: &[u8]| {
            if is_sealed {
                seal_answer(sealed, plaintext)
            } else {
                String::from_utf8_lossy(plaintext).into_owned()
            }
        };
        let request_id = self.random.hex::<8>();
        let headers = |kind: &str, gzip: bool| {
            let mut headers = fields(&[
                ("content-type", kind),
                ("x-xiaomi-status-code", "200"),
                ("request-id", &request_id),
            ]);
            if gzip {
                headers.extend(fields(&[("miot-content-encoding", "GZIP")]));
            }
            headers
        };
        const TEXT: &str = "text/plain; charset=utf-8";
        let (status, headers, body): (u16, Headers, Vec<u8>) = match &call.reply {
            Reply::Nothing => return None,
            Reply::Json(json) => (200, headers(TEXT, false), close(json.as_bytes()).into()),
            Reply::Gzip(json) => {
                let zipped = gzip(json.as_bytes());
                (200, headers(TEXT, true), close(&zipped).into())
            }
            Reply::FalseGzip(json) => (200, headers(TEXT, true), close(json.as_bytes()).into()),
            Reply::Changed(json, change) => {
                let zipped = close(&gzip(json.as_bytes()));
                (200, headers(TEXT, true), change(zipped).into())
            }
            Reply::Astray(json) => {
                let other = close_form(call, &self.nonce());
                let text = seal_answer(&other, &gzip(json.as_bytes()));
                (200, headers(TEXT, true), text.into())
            }
            Reply::Clear(status, kind, text) => (*status, headers(kind, false), (*text).into()),
            Reply::Dropped(size) => {
                return Some(Answer {
                    status: 200,
                    headers: headers(TEXT, true),
                    body: Kept::Dropped(*size),
                });
            }
        };
        Some(Answer {
            status,
            headers,
            body: Kept::Bytes(body),
        })
    }
}

/// The form of a call as its client seals it.
fn close_form(call: &Call<'_>, nonce: &Nonce) -> SealedForm {
    let path = match call.damage {
        Damage::Path(path) => path,
        _ => call.path,
    };
    let mut params: Vec<Pair<'_>> = vec![("data", call.data.as_bytes())];
    params.extend(
        call.more
            .iter()
            .map(|(name, value)| (*name, value.as_bytes())),
    );
    seal(
        &call.client.style,
        call.method,
        signed_path(path, path_forms(call.host, path)[0]),
        &params,
        &call.client.login.ssecurity,
        nonce,
    )
}

/// The form with what is wrong in it.
fn damaged(call: &Call<'_>, sealed: &SealedForm) -> Form {
    let form = &sealed.form;
    match &call.damage {
        Damage::Lacks(name) => {
            let kept = form.fields().iter().filter(|field| field.name() != *name);
            signed_again(call, sealed, kept.cloned().collect())
        }
        Damage::Value(name, value) => {
            let mut form = form.clone();
            form.set(name, value.as_str());
            form
        }
        Damage::Hash(text) => {
            let mut form = form.clone();
            let pairs: [Pair<'_>; 1] = [("data", text.as_bytes())];
            let hash = sha1(call, sealed, &pairs);
            let mut bytes = hash.into_bytes();
            Keystream::new(&sealed.signed_nonce).apply(0, &mut bytes);
            form.set("rc4_hash__", base64::encode(&bytes));
            signed_again(call, sealed, form)
        }
        _ => form.clone(),
    }
}

/// The form with a signature that fits it, if it has one at all.
fn signed_again(call: &Call<'_>, sealed: &SealedForm, mut form: Form) -> Form {
    if form.has("signature") {
        let is_param = |field: &&Field| matches!(field.name(), "data" | "rc4_hash__");
        let pairs: Vec<Pair<'_>> = form
            .fields()
            .iter()
            .filter(is_param)
            .map(|field| (field.name(), field.value()))
            .collect();
        let signature = sha1(call, sealed, &pairs);
        form.set("signature", signature);
    }
    form
}

fn sha1(call: &Call<'_>, sealed: &SealedForm, pairs: &[Pair<'_>]) -> String {
    let path = signed_path(call.path, path_forms(call.host, call.path)[0]);
    SignedString::sha1(call.method, path, pairs, &sealed.signed_nonce).hash()
}

/// RC4 from the keystream's start, then base64.
fn seal_answer(sealed: &SealedForm, plaintext: &[u8]) -> String {
    let mut bytes = plaintext.to_vec();
    Keystream::new(&sealed.signed_nonce).apply(0, &mut bytes);
    base64::encode(&bytes)
}
