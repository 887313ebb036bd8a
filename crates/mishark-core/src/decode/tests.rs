use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::capture::EntryError;
use crate::flow::{Body, Flow, Headers, Request, Response, Url};
use crate::protocol::base64::{self, Repairs};
use crate::protocol::cipher::Keystream;
use crate::protocol::form::{Field, Form};
use crate::protocol::key::{Nonce, Ssecurity};
use crate::protocol::plaintext::Step;
use crate::protocol::request::{KeystreamMode, Order, Scheme, Style};
use crate::protocol::seal::{APP_STYLE, seal};
use crate::protocol::signature::{Check, PathForm, SignedString};
use crate::session::{KeyOrigin, Keyring, Place, Session};

mod answers;
mod checks;
mod damage;
mod keys;
mod stages;
mod tampering;
mod verified;

// Invented; both keys have a `+` and a `/`, as damage needs them.
const KEY: &str = "/j2/Jg+k4kFfaYqywaAbHA==";
const OTHER_KEY: &str = "rA+Kuwnp8/qby2BclfOCRg==";
const NONCE: &str = "Ja+5u/LxbV8BuJCB";
const SIGNED: &str = "/miotspec/prop/get";
const URL: &str = "https://api.io.mi.com/app/miotspec/prop/get";
const ANSWER: &[u8] = br#"{"code":0,"message":"ok","result":[{"did":"1","value":true}]}"#;
const CALL: &[u8] = br#"{"params":[{"did":"1","siid":2,"piid":1}]}"#;
const HMAC: Style = Style {
    scheme: Scheme::Hmac,
    keystream: KeystreamMode::Undecided,
    sends_ssecurity: false,
    ..APP_STYLE
};
const KEYLESS: Style = Style {
    sends_ssecurity: false,
    ..APP_STYLE
};
/// The parts of a form, in the order the app sends them.
const FIELDS: [&str; 5] = ["data", "rc4_hash__", "signature", "ssecurity", "_nonce"];

fn key(text: &str) -> Ssecurity {
    Ssecurity::parse(text.as_bytes()).unwrap()
}

fn nonce() -> Nonce {
    Nonce::parse(NONCE.as_bytes()).unwrap()
}

fn form(style: &Style) -> Form {
    seal(
        style,
        "POST",
        SIGNED,
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    )
    .form
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Encrypts an answer as the server does.
fn encrypt(plaintext: &[u8]) -> Vec<u8> {
    let mut bytes = plaintext.to_vec();
    Keystream::new(&nonce().sign(&key(KEY))).apply(0, &mut bytes);
    base64::encode(&bytes).into_bytes()
}

/// A POST with the form in its body, answered as the cloud does.
fn flow(form: &Form) -> Flow {
    let mut headers = Headers::default();
    headers.push("MIOT-ENCRYPT-ALGORITHM", "ENCRYPT-RC4");
    headers.push("Content-Type", "application/x-www-form-urlencoded");
    Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new(URL),
            headers,
            body: Body::Bytes(form.encode()),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(200),
            body: Body::Bytes(encrypt(ANSWER)),
            ..Response::default()
        }),
        ..Flow::default()
    }
}

/// A request that is signed only, with its plain answer.
fn signed_flow(form: &Form) -> Flow {
    let mut flow = flow(form);
    flow.request.headers = Headers::default();
    answer(&mut flow, ANSWER);
    flow
}

fn verified() -> Flow {
    flow(&form(&APP_STYLE))
}

fn answer(flow: &mut Flow, body: impl Into<Vec<u8>>) {
    flow.response.as_mut().unwrap().body = Body::Bytes(body.into());
}

fn answer_header(flow: &mut Flow, name: &str, value: &str) {
    flow.response.as_mut().unwrap().headers.push(name, value);
}

/// A form whose fields stand in the query, as some clients send a POST too.
fn in_query(flow: &mut Flow, form: &Form) {
    let query = String::from_utf8(form.encode()).unwrap();
    flow.request.url = Url::new(format!("{URL}?{query}"));
    flow.request.body = Body::Absent;
}

fn text(form: &Form, name: &str) -> String {
    String::from_utf8(form.get(name).unwrap().to_vec()).unwrap()
}

/// The form without a field.
fn without(form: &Form, name: &str) -> Form {
    let fields = form.fields().iter();
    fields
        .filter(|field| field.name() != name)
        .cloned()
        .collect()
}

/// The form with another field of that name.
fn with(form: &Form, name: &str, value: &str) -> Form {
    let mut form = form.clone();
    form.set(name, value);
    form
}

fn ring(keys: &[&str]) -> Keyring {
    let mut ring = Keyring::new();
    for (entry, text) in keys.iter().enumerate() {
        let place = Place {
            capture: "home.har".to_owned(),
            entry,
        };
        ring.add(Session::new(key(text), KeyOrigin::Form(place)));
    }
    ring
}

fn open(flow: &Flow) -> Decoded {
    decode(flow, &Keyring::new(), Options::default())
}

fn open_with(flow: &Flow, ring: &Keyring) -> Decoded {
    decode(flow, ring, Options::default())
}

fn code(decoded: &Decoded) -> &'static str {
    decoded.reason.as_ref().map_or("", Reason::code)
}

/// Asserts the state, the reason's code, and the words of both checks.
#[track_caller]
fn is(decoded: &Decoded, state: State, reason: &str, checks: [&str; 2]) {
    let found = (
        decoded.state,
        code(decoded),
        [decoded.signature.word(), decoded.rc4_hash.word()],
    );
    assert_eq!(found, (state, reason, checks), "{:?}", decoded.reason);
}

/// Asserts that message and hint of the reason hold these words.
#[track_caller]
fn says(decoded: &Decoded, message: &str, hint: &str) {
    let reason = decoded.reason.as_ref().expect("there is a reason");
    assert!(reason.message().contains(message), "{}", reason.message());
    assert!(reason.hint().contains(hint), "{}", reason.hint());
}

#[track_caller]
fn request_is(decoded: &Decoded, plaintext: &[u8], steps: &[Step]) {
    assert_eq!(decoded.request.plaintext.as_deref(), Some(plaintext));
    assert_eq!(decoded.request.steps, steps);
}

#[track_caller]
fn response_is(decoded: &Decoded, plaintext: &[u8], steps: &[Step]) {
    let side = decoded.response.as_ref().expect("there is a response");
    let found = side.plaintext.as_deref().map(String::from_utf8_lossy);
    assert_eq!(found, Some(String::from_utf8_lossy(plaintext)));
    assert_eq!(side.steps, steps);
}

#[track_caller]
fn response_is_shut(decoded: &Decoded) {
    let side = decoded.response.as_ref().expect("there is a response");
    assert_eq!(side.plaintext, None, "ciphertext is no plaintext");
}

const OPENED: [Step; 2] = [Step::Base64, Step::Rc4];
const FROM_BODY: [Step; 3] = [Step::Form, Step::Base64, Step::Rc4];
const BOTH_MATCH: [&str; 2] = ["match", "match"];
