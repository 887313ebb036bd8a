//! Known answers from other clients, see `tests/vectors/README.md`.
//!
//! Every entry is checked; each test states how many its file holds, so that
//! none is skipped unnoticed.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::form::{Field, Form};
use mishark_core::protocol::key::{Nonce, SignedNonce, Ssecurity};
use mishark_core::protocol::plaintext::{GUNZIP_LIMIT, Step};
use mishark_core::protocol::request::{
    KeystreamMode, OpenedRequest, Order, Place, RC4_HASH, Scheme, SealedRequest, Style,
};
use mishark_core::protocol::response::{
    GzipWish, OpenedResponse, Outcome, ResponseHints, open_response,
};
use mishark_core::protocol::seal::seal;
use mishark_core::protocol::signature::{Check, PathForm, SignedString, path_forms, signed_path};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Every section there is: the names of the files.
const SECTIONS: [&str; 9] = [
    "encrypted_requests",
    "negative",
    "nonce",
    "peer_path_quirks",
    "rc4",
    "responses",
    "signed_nonce",
    "tolerance",
    "unencrypted_requests",
];

#[test]
fn every_section_has_a_test() {
    let mut found: Vec<String> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    found.sort();
    let known = SECTIONS.map(|section| format!("{section}.json"));
    assert_eq!(found, known);
}

#[test]
fn nonces_are_made_as_the_app_makes_them() {
    for vector in section("nonce", 6) {
        let id = text(&vector, "id");
        let minutes = vector["millis"].as_i64().unwrap() / 60_000;
        assert_eq!(Some(minutes), vector["minutes"].as_i64(), "{id}: minutes");
        let minutes = i32::try_from(minutes).unwrap();
        let random: [u8; 8] = unhex(text(&vector, "rand_hex")).try_into().unwrap();

        let made = Nonce::new(random, minutes);
        assert_eq!(made.text(), text(&vector, "nonce"), "{id}");
        assert_eq!(made.len(), 12, "{id}");
        let parsed = Nonce::parse(text(&vector, "nonce").as_bytes()).unwrap();
        assert_eq!(parsed, made, "{id}: parse undoes the text");
        let plausible = minutes > 25_000_000;
        assert_eq!(made.minutes(), plausible.then_some(minutes), "{id}");

        let short = Nonce::parse(text(&vector, "micloud_gen_nonce").as_bytes()).unwrap();
        let differs = vector["micloud_differs"].as_bool().unwrap();
        assert_eq!(short != made, differs, "{id}: micloud's form");
        assert_eq!(short.len() < 12, differs, "{id}: micloud's length");
        assert_eq!(short.text(), text(&vector, "micloud_gen_nonce"), "{id}");
    }
}

#[test]
fn signed_nonces_are_those_of_eight_clients() {
    for vector in section("signed_nonce", 16) {
        let id = text(&vector, "id");
        let ssecurity = ssecurity(&vector);
        assert_eq!(ssecurity.encode(), text(&vector, "ssecurity"), "{id}");
        let signed = nonce(&vector).sign(&ssecurity);
        assert_eq!(signed.text(), text(&vector, "signed_nonce"), "{id}");
        assert_eq!(signed, signed_nonce(&vector), "{id}: parse undoes the text");
    }
}

#[test]
fn rc4_is_that_of_seven_clients() {
    for vector in section("rc4", 16) {
        let id = text(&vector, "id");
        let plain = rc4_plain(&vector["plain"]);
        assert_eq!(
            Some(plain.len() as u64),
            vector["plain_len"].as_u64(),
            "{id}"
        );
        assert_eq!(sha256(&plain), text(&vector, "plain_sha256"), "{id}: plain");

        let signed_nonce = signed_nonce(&vector);
        let mut cipher = plain.clone();
        Keystream::new(&signed_nonce).apply(0, &mut cipher);
        assert_eq!(
            sha256(&cipher),
            text(&vector, "cipher_sha256"),
            "{id}: cipher"
        );
        if let Some(expected) = vector["cipher_b64"].as_str() {
            assert_eq!(base64::encode(&cipher), expected, "{id}");
        } else {
            let (first, last) = (&cipher[..32], &cipher[cipher.len() - 32..]);
            assert_eq!(
                first,
                unhex(text(&vector, "cipher_first32_hex")),
                "{id}: first"
            );
            assert_eq!(
                last,
                unhex(text(&vector, "cipher_last32_hex")),
                "{id}: last"
            );
        }

        // In pieces, back to front: what a chained form asks of the stream.
        let mut keystream = Keystream::new(&signed_nonce);
        let (head, tail) = cipher.split_at_mut(plain.len() / 3);
        keystream.apply(head.len(), tail);
        keystream.apply(0, head);
        assert!(cipher == plain, "{id}: decrypted in pieces");
    }
}

#[test]
fn encrypted_requests_open_and_seal_as_their_clients_do() {
    let (mut undecidable, mut received, mut chained) = (0, 0, 0);
    for vector in section("encrypted_requests", 22) {
        let id = text(&vector, "id");
        let url = Url::parse(text(&vector, "url"));
        let fields = form_fields(&vector["form"]);
        let wire = text(&vector, "wire").as_bytes();
        let params = ordered_params(&vector);
        let (ssecurity, nonce) = (ssecurity(&vector), nonce(&vector));
        assert_eq!(nonce.sign(&ssecurity), signed_nonce(&vector), "{id}: key");
        let place = url.place(text(&vector, "method"));
        let sends_ssecurity = vector["sends_ssecurity"].as_bool().unwrap();
        let decidable = vector["mode_decidable"].as_bool().unwrap_or(true);
        let mode = mode(&vector);

        // What the form can tell: with its fields in sorted order, both orders
        // are the same one.
        let order = if signed_names(&fields).is_sorted() {
            Order::Sorted
        } else {
            assert_eq!(text(&vector, "order"), "insertion", "{id}");
            Order::Received
        };
        let provable = if decidable {
            mode
        } else {
            KeystreamMode::Undecided
        };
        undecidable += usize::from(!decidable);
        received += usize::from(order == Order::Received);
        chained += usize::from(provable == KeystreamMode::Chained);

        let from_wire = Form::parse(wire).unwrap();
        assert_eq!(from_wire.encode(), wire, "{id}: untouched");
        let from_fields = made_form(&fields);
        let mut found = None;
        for (form, how) in [(&from_wire, "wire"), (&from_fields, "form")] {
            for algorithm in [Some("ENCRYPT-RC4"), None] {
                let request = SealedRequest::recognise(form, algorithm)
                    .unwrap_or_else(|| panic!("{id}: {how}: not recognised"));
                assert_eq!(request.scheme(), Scheme::Rc4, "{id}: {how}");
                assert_eq!(request.nonce(), Some(Ok(&nonce)), "{id}: {how}");
                let own = sends_ssecurity.then_some(Ok(&ssecurity));
                assert_eq!(request.ssecurity(), own, "{id}: {how}");
                assert!(request.repairs().is_none(), "{id}: {how}: repairs");

                let key = nonce.sign(&ssecurity);
                let proof = request.check_signature(place, &key).proof;
                assert_eq!(proof.order, order, "{id}: {how}: proved order");
                let opened = request.open(place, &key, &mut Keystream::new(&key));
                assert_eq!(opened.signed.check, Check::Match, "{id}: {how}");
                assert_eq!(opened.rc4_hash, Check::Match, "{id}: {how}");
                let expected = Style {
                    scheme: Scheme::Rc4,
                    keystream: provable,
                    order,
                    path: proof.path,
                    sends_ssecurity,
                    plain_nonce_name: false,
                    skips_empty: order == Order::Sorted
                        && params.iter().all(|(_, value)| !value.is_empty()),
                };
                assert_eq!(opened.style, expected, "{id}: {how}");
                let signed = signed_path(place.path, opened.style.path);
                assert_eq!(signed, text(&vector, "sign_path"), "{id}: {how}: path");
                let usual = path_forms(place.host, place.path)[0];
                assert_eq!(opened.style.path, usual, "{id}: {how}: path rule");
                assert_opened(id, &request, &opened, &params);
                found = Some(opened.style);
            }
        }

        let stated = Style {
            scheme: Scheme::Rc4,
            keystream: mode,
            order: match text(&vector, "order") {
                "insertion" => Order::Received,
                "sorted" => Order::Sorted,
                order => panic!("{id}: unknown order {order}"),
            },
            path: PathForm::Whole,
            sends_ssecurity,
            plain_nonce_name: false,
            skips_empty: false,
        };
        for (style, how) in [(stated, "stated"), (found.unwrap(), "found")] {
            let sealed = seal(
                &style,
                place.method,
                text(&vector, "sign_path"),
                &borrowed(&params),
                &ssecurity,
                &nonce,
            );
            assert_eq!(sealed.signed_nonce, signed_nonce(&vector), "{id}: {how}");
            assert_same_form(&format!("{id}: {how} style"), &sealed.form, &fields, wire);
        }
    }
    assert_eq!((undecidable, received, chained), (2, 1, 8));
}

#[test]
fn unencrypted_requests_open_and_seal_as_their_clients_do() {
    let mut bodies = 0;
    for vector in section("unencrypted_requests", 11) {
        let id = text(&vector, "id");
        let url = Url::parse(text(&vector, "url"));
        let place = url.place(text(&vector, "method"));
        let (ssecurity, nonce) = (ssecurity(&vector), nonce(&vector));
        let key = nonce.sign(&ssecurity);
        assert_eq!(key, signed_nonce(&vector), "{id}: key");
        let params: Vec<(String, Vec<u8>)> = vector["params"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().into()))
            .collect();

        let mut fields = vec![("_nonce".to_owned(), nonce.text().into())];
        fields.extend(params.clone());
        fields.push(("signature".to_owned(), text(&vector, "signature").into()));
        let made = made_form(&fields);
        let body = vector["body"].as_str().map(str::as_bytes);
        bodies += usize::from(body.is_some());
        let forms = [
            Some(made.clone()),
            body.map(|body| Form::parse(body).unwrap()),
        ];
        for form in forms.into_iter().flatten() {
            let request = SealedRequest::recognise(&form, None).unwrap();
            assert_eq!(request.scheme(), Scheme::Hmac, "{id}");
            let opened = request.open(place, &key, &mut Keystream::new(&key));
            assert_eq!(opened.signed.check, Check::Match, "{id}");
            assert_eq!(opened.rc4_hash, Check::Absent, "{id}");
            assert_eq!(opened.style.order, Order::Sorted, "{id}");
            assert_eq!(opened.style.keystream, KeystreamMode::Undecided, "{id}");
            let signed = signed_path(place.path, opened.style.path);
            assert_eq!(signed, text(&vector, "sign_path"), "{id}: path");
            assert_eq!(request.params().len(), params.len(), "{id}");
            for (param, (name, value)) in request.params().iter().zip(&params) {
                assert_eq!((param.name(), param.text()), (&**name, &**value), "{id}");
            }

            let sealed = seal(
                &opened.style,
                place.method,
                text(&vector, "sign_path"),
                &borrowed(&params),
                &ssecurity,
                &nonce,
            );
            assert_eq!(sealed.signature, text(&vector, "signature"), "{id}: sealed");
            assert_eq!(
                sorted_fields(&sealed.form),
                sorted_fields(&made),
                "{id}: fields"
            );
            if let Some(body) = body {
                assert_eq!(sealed.form.encode(), body, "{id}: sealed body");
            }
        }
    }
    assert_eq!(bodies, 8);
}

#[test]
fn responses_open_to_what_their_clients_read() {
    for vector in section("responses", 11) {
        let id = text(&vector, "id");
        let kind = text(&vector, "kind");
        for key_proved in [true, false] {
            let opened = open_with(&vector, key_proved);
            let bytes = &opened.plaintext.bytes;
            assert_eq!(
                Some(bytes.len() as u64),
                vector["plain_len"].as_u64(),
                "{id}"
            );
            assert_eq!(sha256(bytes), text(&vector, "plain_sha256"), "{id}");
            if let Some(plain) = vector["plain"].as_str() {
                assert_eq!(bytes, plain.as_bytes(), "{id}");
            }
            let prefixed = text(&vector, "body").starts_with("&&&START&&&");
            let (outcome, steps): (_, &[Step]) = match kind {
                "rc4" => (Outcome::Opened, &[Step::Base64, Step::Rc4]),
                "rc4+gzip" => (Outcome::Opened, &[Step::Base64, Step::Rc4, Step::Gzip]),
                "plain-json" if prefixed => (Outcome::Clear, &[Step::Prefix]),
                "plain-json" => (Outcome::Clear, &[]),
                "empty" => (Outcome::Empty, &[]),
                kind => panic!("{id}: unknown kind {kind}"),
            };
            assert_eq!(opened.outcome, outcome, "{id}");
            assert_eq!(opened.plaintext.steps, steps, "{id}");
            assert!(!opened.gzip_missing, "{id}: gzip missing");
        }
        if kind.starts_with("rc4") {
            assert_eq!(without_key(&vector).outcome, Outcome::NeedsKey, "{id}");
        }
    }
}

#[test]
fn responses_do_not_open_with_another_key() {
    let mut tried = 0;
    for vector in section("responses", 11) {
        let id = text(&vector, "id");
        if !text(&vector, "kind").starts_with("rc4") {
            continue;
        }
        tried += 1;
        for part in ["ssecurity", "nonce"] {
            let mut other = vector.clone();
            let mut bytes = base64::decode(text(&vector, part).as_bytes())
                .unwrap()
                .bytes;
            bytes[3] ^= 1;
            other[part] = base64::encode(&bytes).into();
            let opened = open_with(&other, false);
            assert_eq!(opened.outcome, Outcome::Noise, "{id}: another {part}");
            assert_eq!(
                opened.plaintext.bytes,
                text(&vector, "body").as_bytes(),
                "{id}"
            );
            assert!(opened.plaintext.steps.is_empty(), "{id}");
        }
    }
    assert_eq!(tried, 8);
}

#[test]
fn changed_requests_and_broken_responses_are_told_apart() {
    let (mut requests, mut responses) = (0, 0);
    for vector in section("negative", 10) {
        match text(&vector, "type") {
            "request" => {
                requests += 1;
                assert_changed_request(&vector);
            }
            "response" => {
                responses += 1;
                assert_undecodable(&vector);
            }
            other => panic!("{}: unknown type {other}", text(&vector, "id")),
        }
    }
    assert_eq!((requests, responses), (7, 3));
}

#[test]
fn damaged_base64_is_read() {
    for vector in section("tolerance", 6) {
        let id = text(&vector, "id");
        let decoded = base64::decode(text(&vector, "input").as_bytes()).unwrap();
        assert_eq!(decoded.bytes, unhex(text(&vector, "hex")), "{id}");
        assert_eq!(decoded.text, base64::encode(&decoded.bytes), "{id}: text");
        let genuine = text(&vector, "note") == "standard";
        assert_eq!(decoded.repairs.is_none(), genuine, "{id}: repairs");
    }
}

#[test]
fn the_path_rule_holds_where_those_of_peers_break() {
    // Our rule, by the URL, beside the peers' from the file.
    let ours = [
        (
            "https://api.io.mi.com/app/home/device_list",
            "/home/device_list",
        ),
        (
            "https://api.io.mi.com/app/v2/common/list",
            "/v2/common/list",
        ),
        (
            "https://business.smartcamera.api.io.mi.com/common/app/get/eventlist",
            "/common/app/get/eventlist",
        ),
        ("https://api.io.mi.com/app/x/app/y", "/x/app/y"),
        (
            "https://api.io.mi.com/app/home/device_list?a=1",
            "/home/device_list",
        ),
        ("https://core.api.mijia.tech/app/home/rpc/1", "/home/rpc/1"),
        ("https://hlth.io.mi.com/app/v1/data/get", "/app/v1/data/get"),
        ("https://api.io.mi.com/app", "/app"),
        (
            "https://api.io.mi.com/app/appgateway/miot/appsceneservice/AppSceneService/RunScene",
            "/appgateway/miot/appsceneservice/AppSceneService/RunScene",
        ),
    ];
    let (mut recomputed, mut raised, mut agreed) = (0, 0, 0);
    for (vector, (url, path)) in section("peer_path_quirks", 9).into_iter().zip(ours) {
        assert_eq!(text(&vector, "url"), url);
        let parsed = Url::parse(url);
        let form = path_forms(&parsed.host, &parsed.path)[0];
        assert_eq!(signed_path(&parsed.path, form), path, "{url}: our rule");

        let key = signed_nonce(&vector);
        let params = vector["params"].as_object().unwrap();
        let pairs: Vec<_> = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap().as_bytes()))
            .collect();
        let sign = |path| SignedString::sha1("POST", path, &pairs, &key).hash();
        let peers = vector["path_each_peer_signed"].as_object().unwrap();
        assert_eq!(peers.len(), 4, "{url}");
        for (peer, theirs) in peers {
            let theirs = theirs.as_str().unwrap();
            if theirs.starts_with("raises") {
                assert_eq!(text(&vector, peer), theirs, "{url}: {peer}");
                raised += 1;
                continue;
            }
            assert_eq!(sign(theirs), text(&vector, peer), "{url}: {peer}");
            assert_eq!(
                sign(path) == text(&vector, peer),
                theirs == path,
                "{url}: {peer}"
            );
            recomputed += 1;
            agreed += usize::from(theirs == path);
        }
        // The home-assistant client strips as the app does, except at hlth.
        if !parsed.host.starts_with("hlth.") {
            assert_eq!(sign(path), text(&vector, "hass.sha1_sign"), "{url}");
        }
    }
    assert_eq!((recomputed, raised, agreed), (33, 3, 15));
}

/// A changed request fails in the stated way, and verifies once the stated
/// change is undone.
fn assert_changed_request(vector: &Value) {
    let id = text(vector, "id");
    let origin = text(vector, "from");
    let fields = form_fields(&vector["form"]);
    let (signature, rc4_hash) = checks(&fields, vector);
    let expected = &vector["expect"];
    assert_eq!(expected["signature_ok"], Value::Bool(false), "{id}");
    assert!(
        matches!(signature, Check::Mismatch { .. }),
        "{id}: {signature:?}"
    );
    if expected["hash_ok"].is_null() {
        assert_eq!(rc4_hash, Check::Absent, "{id}");
    } else {
        assert_eq!(expected["hash_ok"], Value::Bool(false), "{id}");
        assert!(
            matches!(rc4_hash, Check::Mismatch { .. }),
            "{id}: {rc4_hash:?}"
        );
    }

    let why = text(vector, "why");
    let stated = match why {
        "one bit of data flipped" | "chained form, data flipped" => "data",
        "plain form: data changed" => "data",
        "one bit of rc4_hash__ flipped" => "rc4_hash__",
        "another ssecurity" => "ssecurity",
        "another nonce" => "_nonce",
        "another method" => "method",
        _ => panic!("{id}: unknown reason {why}"),
    };
    let plain = origin.starts_with("plain");
    let originals = if plain {
        section("unencrypted_requests", 11)
    } else {
        section("encrypted_requests", 22)
    };
    let Some(original) = originals.iter().find(|other| text(other, "id") == origin) else {
        // Its original is not among ours, but one bit away.
        assert_eq!((id, stated), ("neg-08", "data"));
        let repaired: Vec<_> = with_one_bit_flipped(&fields, stated)
            .filter(|fields| checks(fields, vector) == (Check::Match, Check::Match))
            .collect();
        assert_eq!(repaired.len(), 1, "{id}: one bit undoes it");
        return;
    };
    let genuine = if plain {
        let form = Form::parse(text(original, "body").as_bytes()).unwrap();
        let fields = form.fields().iter();
        fields
            .map(|field| (field.name().to_owned(), field.value().to_vec()))
            .collect()
    } else {
        form_fields(&original["form"])
    };
    let hash = if plain { Check::Absent } else { Check::Match };
    assert_eq!(
        checks(&genuine, original),
        (Check::Match, hash),
        "{id}: {origin}"
    );
    assert_eq!(fields.len(), genuine.len(), "{id}");
    let keys = ["method", "url"].into_iter();
    let mut changed: Vec<&str> = keys.filter(|key| vector[*key] != original[*key]).collect();
    for ((name, value), (genuine_name, genuine_value)) in fields.iter().zip(&genuine) {
        assert_eq!(name, genuine_name, "{id}");
        if value != genuine_value {
            changed.push(name);
        }
    }
    assert_eq!(changed, [stated], "{id}");
}

/// Signature and rc4 hash, with the key the form carries or else the vector's.
fn checks(fields: &[(String, Vec<u8>)], vector: &Value) -> (Check, Check) {
    let form = made_form(fields);
    let request = SealedRequest::recognise(&form, None).unwrap();
    let own = request.ssecurity().map(|own| own.unwrap().clone());
    let ssecurity = own.unwrap_or_else(|| ssecurity(vector));
    let key = request.nonce().unwrap().unwrap().sign(&ssecurity);
    let url = Url::parse(text(vector, "url"));
    let place = url.place(text(vector, "method"));
    let opened = request.open(place, &key, &mut Keystream::new(&key));
    assert_eq!(request.check_signature(place, &key), opened.signed);
    (opened.signed.check, opened.rc4_hash)
}

/// Every form that is one bit of the decoded `name` away.
fn with_one_bit_flipped(
    fields: &[(String, Vec<u8>)],
    name: &str,
) -> impl Iterator<Item = Vec<(String, Vec<u8>)>> {
    let at = fields.iter().position(|(other, _)| other == name).unwrap();
    let bytes = base64::decode(&fields[at].1).unwrap().bytes;
    (0..bytes.len() * 8).map(move |bit| {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let mut fields = fields.to_vec();
        fields[at].1 = base64::encode(&bytes).into();
        fields
    })
}

/// A response that does not decrypt is kept as it is, with the reason.
fn assert_undecodable(vector: &Value) {
    let id = text(vector, "id");
    assert_eq!(vector["expect"]["kind"], "undecodable", "{id}");
    let outcome = match text(vector, "why") {
        "wrong ssecurity" | "wrong nonce" => Outcome::Noise,
        "HTML instead of base64" => Outcome::Clear,
        why => panic!("{id}: unknown reason {why}"),
    };
    let opened = open_with(vector, false);
    assert_eq!(opened.outcome, outcome, "{id}");
    assert_eq!(
        opened.plaintext.bytes,
        text(vector, "body").as_bytes(),
        "{id}"
    );
    assert!(opened.plaintext.steps.is_empty(), "{id}");
}

fn assert_opened(
    id: &str,
    request: &SealedRequest<'_>,
    opened: &OpenedRequest,
    params: &[(String, Vec<u8>)],
) {
    let mut expected = params.to_vec();
    if opened.style.order == Order::Sorted {
        expected.sort();
    }
    assert_eq!(request.params().len(), opened.values.len(), "{id}");
    let values = request.params().iter().zip(&opened.values);
    let found: Vec<_> = values
        .filter(|(param, _)| param.name() != RC4_HASH)
        .map(|(param, value)| {
            assert!(param.repairs().is_none(), "{id}: {}", param.name());
            (param.name().to_owned(), value.clone().unwrap())
        })
        .collect();
    assert_eq!(found, expected, "{id}: plaintext");
}

/// The signed fields in order, all fields as a set, and so the bytes.
fn assert_same_form(id: &str, sealed: &Form, fields: &[(String, Vec<u8>)], wire: &[u8]) {
    let got: Vec<(String, Vec<u8>)> = sealed
        .fields()
        .iter()
        .map(|field| (field.name().to_owned(), field.value().to_vec()))
        .collect();
    assert_eq!(
        signed_names(&got),
        signed_names(fields),
        "{id}: signed order"
    );
    let sorted = |fields: &[(String, Vec<u8>)]| {
        let mut fields = fields.to_vec();
        fields.sort();
        fields
    };
    assert_eq!(sorted(&got), sorted(fields), "{id}: fields");
    let encoded = sealed.encode();
    if got == fields {
        assert_eq!(encoded, wire, "{id}: bytes");
    }
    let parts = |text: &[u8]| {
        let mut parts: Vec<Vec<u8>> = text
            .split(|byte| *byte == b'&')
            .map(<[u8]>::to_vec)
            .collect();
        parts.sort();
        parts
    };
    assert_eq!(parts(&encoded), parts(wire), "{id}: encoded fields");
}

/// Opens a response vector as a capture would, with its own key and headers.
fn open_with(vector: &Value, key_proved: bool) -> OpenedResponse {
    let key = nonce(vector).sign(&ssecurity(vector));
    let body = text(vector, "body").as_bytes();
    open_response(
        body,
        Some(&mut Keystream::new(&key)),
        hints(vector, key_proved),
    )
}

fn without_key(vector: &Value) -> OpenedResponse {
    open_response(text(vector, "body").as_bytes(), None, hints(vector, false))
}

fn hints(vector: &Value, key_proved: bool) -> ResponseHints {
    let mut headers = vector["headers"].as_object().unwrap().iter();
    ResponseHints {
        says_gzip: headers.any(|(name, value)| {
            name.eq_ignore_ascii_case("MIOT-CONTENT-ENCODING")
                && value.as_str().unwrap().eq_ignore_ascii_case("GZIP")
        }),
        key_proved,
        gzip: GzipWish::Auto,
        gunzip_limit: GUNZIP_LIMIT,
    }
}

/// The parts of a URL that are signed, or decide how.
struct Url {
    host: String,
    path: String,
}

impl Url {
    fn parse(url: &str) -> Self {
        let rest = url.strip_prefix("https://").unwrap();
        let rest = rest.split('?').next().unwrap();
        let (host, path) = rest.split_at(rest.find('/').unwrap());
        Self {
            host: host.to_owned(),
            path: path.to_owned(),
        }
    }

    fn place<'a>(&'a self, method: &'a str) -> Place<'a> {
        Place {
            method,
            host: &self.host,
            path: &self.path,
        }
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// All entries of a section, whose number must be `count`.
fn section(name: &str, count: usize) -> Vec<Value> {
    assert!(SECTIONS.contains(&name));
    let file = std::fs::read(directory().join(format!("{name}.json"))).unwrap();
    let vectors: Vec<Value> = serde_json::from_slice(&file).unwrap();
    assert_eq!(vectors.len(), count, "{name}: number of vectors");
    vectors
}

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key]
        .as_str()
        .unwrap_or_else(|| panic!("{}: no text {key}", vector["id"]))
}

fn ssecurity(vector: &Value) -> Ssecurity {
    Ssecurity::parse(text(vector, "ssecurity").as_bytes()).unwrap()
}

fn nonce(vector: &Value) -> Nonce {
    Nonce::parse(text(vector, "nonce").as_bytes()).unwrap()
}

fn signed_nonce(vector: &Value) -> SignedNonce {
    SignedNonce::parse(text(vector, "signed_nonce").as_bytes()).unwrap()
}

fn mode(vector: &Value) -> KeystreamMode {
    match text(vector, "mode") {
        "chained" => KeystreamMode::Chained,
        "fresh" => KeystreamMode::Fresh,
        mode => panic!("{}: unknown mode {mode}", vector["id"]),
    }
}

/// Pairs of name and value, as `form` and `params` hold them.
fn form_fields(pairs: &Value) -> Vec<(String, Vec<u8>)> {
    let pairs = pairs.as_array().unwrap().iter();
    pairs
        .map(|pair| {
            let part = |index: usize| pair[index].as_str().unwrap();
            assert_eq!(pair.as_array().unwrap().len(), 2);
            (part(0).to_owned(), part(1).into())
        })
        .collect()
}

fn ordered_params(vector: &Value) -> Vec<(String, Vec<u8>)> {
    form_fields(&vector["params"])
}

fn borrowed(params: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    let params = params.iter();
    params
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect()
}

fn made_form(fields: &[(String, Vec<u8>)]) -> Form {
    let fields = fields.iter();
    fields
        .map(|(name, value)| Field::new(name.as_str(), value.as_slice()))
        .collect()
}

/// The names that are signed, the hash among them, in order.
fn signed_names(fields: &[(String, Vec<u8>)]) -> Vec<&str> {
    let names = fields.iter().map(|(name, _)| name.as_str());
    let names: Vec<_> = names
        .filter(|name| !["signature", "ssecurity", "_nonce"].contains(name))
        .collect();
    assert!(names.contains(&RC4_HASH));
    names
}

fn sorted_fields(form: &Form) -> Vec<(&str, &[u8])> {
    let fields = form.fields().iter();
    let mut fields: Vec<_> = fields.map(|field| (field.name(), field.value())).collect();
    fields.sort_unstable();
    fields
}

fn rc4_plain(plain: &Value) -> Vec<u8> {
    if let Some(text) = plain["utf8"].as_str() {
        return text.into();
    }
    if let Some(hex) = plain["hex"].as_str() {
        return unhex(hex);
    }
    assert_eq!(plain["rule"], "byte[i]=(i*mul+add)&255");
    let number = |key: &str| plain[key].as_u64().unwrap();
    let byte = |index| ((index * number("mul") + number("add")) & 255) as u8;
    (0..number("len")).map(byte).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks_exact(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
