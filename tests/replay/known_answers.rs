//! The same inputs as the public clients' make the same bytes.

use std::path::Path;

use mishark_core::protocol::key::{Nonce, Ssecurity};
use mishark_core::protocol::request::{KeystreamMode, Order, Scheme};
use mishark_core::protocol::signature::{PathForm, signed_path};
use mishark_core::replay::{Carrier, Draft, SignedRequest, sign};
use mishark_core::session::{KeyOrigin, Session};
use serde_json::Value;

fn section(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let text = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {vector}"))
}

fn draft(vector: &Value, params: Vec<(String, Vec<u8>)>) -> (Draft, Session) {
    let url = mishark_core::flow::Url::new(text(vector, "url"));
    let mut draft = Draft::new(&format!("https://{}", url.authority()), url.path(), "");
    draft.method = text(vector, "method").to_owned();
    draft.params = params;
    draft.any_data = true;
    let stripped = signed_path(url.path(), PathForm::Stripped);
    draft.style.path = if stripped == text(vector, "sign_path") {
        PathForm::Stripped
    } else {
        PathForm::Whole
    };
    let key = Ssecurity::parse(text(vector, "ssecurity").as_bytes()).unwrap();
    (draft, Session::new(key, KeyOrigin::Given))
}

fn signed(draft: &Draft, session: &Session, vector: &Value) -> SignedRequest {
    let nonce = Nonce::parse(text(vector, "nonce").as_bytes()).unwrap();
    let signed = sign(draft, session, nonce);
    signed.unwrap_or_else(|error| panic!("{}: {error}", text(vector, "id")))
}

#[test]
fn encrypted_requests_are_those_of_the_public_clients() {
    let mut compared = 0;
    for vector in section("encrypted_requests") {
        let id = text(&vector, "id");
        let params = vector["params"].as_array().unwrap().iter();
        let params = params.map(|pair| {
            let text = |at: usize| pair[at].as_str().unwrap();
            (text(0).to_owned(), text(1).as_bytes().to_vec())
        });
        let (mut draft, session) = draft(&vector, params.collect());
        draft.style.keystream = match text(&vector, "mode") {
            "fresh" => KeystreamMode::Fresh,
            _ => KeystreamMode::Chained,
        };
        draft.style.order = match text(&vector, "order") {
            "insertion" => Order::Received,
            _ => Order::Sorted,
        };
        draft.style.sends_ssecurity = vector["sends_ssecurity"].as_bool().unwrap();
        draft.style.skips_empty = false;
        if vector["carrier"] == "query" {
            draft.carrier = Carrier::Query;
        }
        let signed = signed(&draft, &session, &vector);
        let form = signed.form().unwrap();
        for pair in vector["form"].as_array().unwrap() {
            let (name, value) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            assert_eq!(form.get(name), Some(value.as_bytes()), "{id}: {name}");
        }
        assert_eq!(form.get("signature"), signed.signature().map(str::as_bytes));
        assert_eq!(
            form.fields().len(),
            vector["form"].as_array().unwrap().len()
        );
        let names = form.fields().iter().map(|field| field.name());
        let expected = vector["form"].as_array().unwrap().iter();
        // The bytes themselves, where the client has the app's order.
        if names.eq(expected.map(|pair| pair[0].as_str().unwrap())) {
            let sent = match draft.carrier {
                Carrier::Body => signed.body().to_vec(),
                Carrier::Query => signed.target().split_once('?').unwrap().1.into(),
            };
            assert_eq!(
                String::from_utf8_lossy(&sent),
                text(&vector, "wire"),
                "{id}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 15, "only {compared} compared byte for byte");
}

#[test]
fn signed_requests_are_those_of_the_public_clients() {
    for vector in section("unencrypted_requests") {
        let id = text(&vector, "id");
        let params = vector["params"].as_object().unwrap().iter();
        let params =
            params.map(|(name, value)| (name.clone(), value.as_str().unwrap().as_bytes().to_vec()));
        let (mut draft, session) = draft(&vector, params.collect());
        draft.set_scheme(Scheme::Hmac);
        assert_eq!(draft.header("miot-encrypt-algorithm"), None);
        let signed = signed(&draft, &session, &vector);
        assert_eq!(signed.signature(), vector["signature"].as_str(), "{id}");
        if let Some(body) = vector["body"].as_str() {
            assert_eq!(String::from_utf8_lossy(signed.body()), body, "{id}");
        }
        assert_eq!(signed.rc4_hash(), None);
    }
}
