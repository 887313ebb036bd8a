use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::capture::EntryError;
use crate::flow::{Headers, Request, Response, Url};
use crate::protocol::base64::Repairs;
use crate::protocol::cipher::Keystream;
use crate::protocol::form::{Field, Form};
use crate::protocol::key::{Nonce, Ssecurity};
use crate::protocol::request::Order;
use crate::protocol::seal::{APP_STYLE, seal};
use crate::protocol::signature::{PathForm, Sha1String};
use crate::session::{KeyOrigin, Place, Session};

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

// What verifies.

#[test]
fn an_app_request_verifies_and_names_its_key_and_nonce() {
    let decoded = open(&verified());
    is(&decoded, State::Verified, "", BOTH_MATCH);
    request_is(&decoded, CALL, &FROM_BODY);
    response_is(&decoded, ANSWER, &OPENED);
    assert_eq!(decoded.scheme, Some(Scheme::Rc4));
    assert_eq!(decoded.style, Some(APP_STYLE));
    assert_eq!(decoded.nonce.as_deref(), Some(NONCE));
    let used = decoded.key.clone().unwrap();
    assert_eq!(used.id, key(KEY).id());
    assert_eq!(used.from, "the request's own form");
    assert!(decoded.request.warnings.is_empty() && decoded.is_mi());
}

#[test]
fn every_style_of_client_verifies_and_is_told() {
    let params: [(&str, &[u8]); 3] = [("type", b"1"), ("data", CALL), ("accessKey", b"IOS")];
    for keystream in [KeystreamMode::Chained, KeystreamMode::Fresh] {
        for order in [Order::Sorted, Order::Received] {
            for path in [PathForm::Stripped, PathForm::Whole] {
                for plain_nonce_name in [false, true] {
                    let style = Style {
                        keystream,
                        order,
                        path,
                        plain_nonce_name,
                        ..APP_STYLE
                    };
                    let signed = match path {
                        PathForm::Stripped => "/x/y",
                        PathForm::Whole => "/app/x/y",
                    };
                    let sealed = seal(&style, "POST", signed, &params, &key(KEY), &nonce());
                    let mut flow = flow(&sealed.form);
                    flow.request.url = Url::new("https://de.api.io.mi.com/app/x/y");
                    let decoded = open(&flow);
                    is(&decoded, State::Verified, "", BOTH_MATCH);
                    assert_eq!(decoded.style, Some(style));
                    assert_eq!(decoded.keystream(), Some(keystream));
                    request_is(&decoded, CALL, &FROM_BODY);
                    let mut others = decoded.request.params.clone();
                    others.sort();
                    let expected = [
                        ("accessKey".to_owned(), b"IOS".to_vec()),
                        ("type".to_owned(), b"1".to_vec()),
                    ];
                    assert_eq!(others, expected);
                }
            }
        }
    }
}

#[test]
fn a_request_without_parameters_verifies_with_its_keystream_undecided() {
    let sealed = seal(&APP_STYLE, "POST", SIGNED, &[], &key(KEY), &nonce());
    let decoded = open(&flow(&sealed.form));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(decoded.keystream(), Some(KeystreamMode::Undecided));
    assert_eq!(decoded.request.plaintext, None);
    response_is(&decoded, ANSWER, &OPENED);
}

#[test]
fn a_fitness_host_signs_its_whole_path() {
    let sealed = seal(
        &Style {
            path: PathForm::Whole,
            ..KEYLESS
        },
        "GET",
        "/app/v1/data/get_fitness_data_by_time",
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    );
    let mut flow = flow(&sealed.form);
    let query = String::from_utf8(sealed.form.encode()).unwrap();
    flow.request.method = "GET".to_owned();
    flow.request.body = Body::Absent;
    flow.request.url = Url::new(format!(
        "https://hlth.io.mi.com/app/v1/data/get_fitness_data_by_time?{query}"
    ));
    let decoded = open_with(&flow, &ring(&[KEY]));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(decoded.style.map(|style| style.path), Some(PathForm::Whole));
}

#[test]
fn the_fields_are_found_wherever_they_travel() {
    let form = form(&APP_STYLE);
    let pairs: Vec<(String, String)> = form
        .fields()
        .iter()
        .map(|field| (field.name().to_owned(), text(&form, field.name())))
        .collect();
    let query = {
        let mut flow = flow(&form);
        in_query(&mut flow, &form);
        flow
    };
    let from_query = [Step::Query, Step::Base64, Step::Rc4];
    let from_params = [Step::Params, Step::Base64, Step::Rc4];
    let mut empty_body = query.clone();
    empty_body.request.body = Body::Bytes(Vec::new());
    let mut multipart = query.clone();
    multipart.request.headers = Headers::default();
    multipart
        .request
        .headers
        .push("content-type", "multipart/form-data; boundary=x");
    multipart.request.body = Body::Bytes(
        b"--x\r\nContent-Disposition: form-data; name=\"img\"; filename=\"signature=1&a.png\"\r\n\r\n\x89PNG&signature\r\n--x--\r\n".to_vec(),
    );
    let mut decoded_params = flow(&form);
    decoded_params.request.body = Body::Params(pairs);
    let mut split = flow(&without(&form, "_nonce"));
    split.request.url = Url::new(format!("{URL}?_nonce={}", NONCE.replace('+', "%2B")));
    for (name, flow, steps) in [
        ("a POST with all in its query", &query, from_query),
        ("the same with an empty body", &empty_body, from_query),
        ("a multipart upload", &multipart, from_query),
        ("decoded HAR params", &decoded_params, from_params),
        ("the nonce alone in the query", &split, FROM_BODY),
    ] {
        let decoded = open(flow);
        assert_eq!(decoded.state, State::Verified, "{name}");
        assert_eq!(decoded.reason, None, "{name}");
        request_is(&decoded, CALL, &steps);
        response_is(&decoded, ANSWER, &OPENED);
    }
}

#[test]
fn a_get_verifies_though_a_token_was_appended_after_signing() {
    let sealed = seal(
        &APP_STYLE,
        "GET",
        SIGNED,
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    );
    let mut flow = verified();
    in_query(&mut flow, &sealed.form);
    flow.request.method = "GET".to_owned();
    flow.request.url = Url::new(format!(
        "{}&yetAnotherServiceToken=abc%2B",
        flow.request.url.as_str()
    ));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert!(decoded.request.params.is_empty());
}

#[test]
fn params_that_a_recorder_left_encoded_verify_and_say_so() {
    let form = form(&APP_STYLE);
    let encoded = String::from_utf8(form.encode()).unwrap();
    let raw = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let mut flow = verified();
    flow.request.body = Body::Params(
        raw.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    );
    let decoded = open(&flow);
    is(&decoded, State::Verified, "repaired", BOTH_MATCH);
    says(&decoded, "url-encoding left in", "Nothing");
    assert_eq!(decoded.request.steps[0], Step::Params);
}

#[test]
fn params_of_a_signed_request_verify_decoded_or_not() {
    let form = form(&HMAC);
    let encoded = String::from_utf8(form.encode()).unwrap();
    let raw = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let raw = raw
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let decoded = form
        .fields()
        .iter()
        .map(|field| (field.name().to_owned(), text(&form, field.name())))
        .collect();
    for params in [raw, decoded] {
        let mut flow = signed_flow(&form);
        flow.request.body = Body::Params(params);
        let decoded = open_with(&flow, &ring(&[KEY]));
        is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
        request_is(&decoded, CALL, &[Step::Params]);
    }
}

#[test]
fn of_two_nonces_the_usual_name_wins_unless_it_is_broken() {
    let form = form(&APP_STYLE);
    let mut both = form.clone();
    both.push(Field::new("nonce", "AAAAAAAAAAAAAAAA"));
    let decoded = open(&flow(&both));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    let mut broken = with(&form, "_nonce", "***");
    broken.push(Field::new("nonce", NONCE));
    let decoded = open(&flow(&broken));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(
        decoded.style.map(|style| style.plain_nonce_name),
        Some(true)
    );
}

#[test]
fn a_nonce_of_eight_bytes_works() {
    let short = Nonce::parse(b"Ja+5u/LxbV8=").unwrap();
    let sealed = seal(
        &APP_STYLE,
        "POST",
        SIGNED,
        &[("data", CALL)],
        &key(KEY),
        &short,
    );
    let mut flow = flow(&sealed.form);
    flow.response = None;
    let decoded = open(&flow);
    is(&decoded, State::Verified, "no-response", BOTH_MATCH);
    request_is(&decoded, CALL, &FROM_BODY);
}

#[test]
fn a_key_of_the_ring_opens_a_form_without_one_and_its_origin_is_named() {
    let ring = ring(&[OTHER_KEY, KEY]);
    let decoded = open_with(&flow(&form(&KEYLESS)), &ring);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(
        decoded.key.map(|key| key.from).as_deref(),
        Some("form of entry 1 in home.har")
    );
    assert_eq!(decoded.style, Some(KEYLESS));
}

// Which flows are Mi Home's.

#[test]
fn fields_make_a_mi_request_and_hosts_do_not() {
    let mut elsewhere = verified();
    elsewhere.request.url = Url::new("http://192.0.2.7:8080/app/miotspec/prop/get");
    assert_eq!(open(&elsewhere).state, State::Verified);
    let mut foreign = verified();
    foreign.request.headers = Headers::default();
    foreign.request.body = Body::Bytes(b"data={}&lang=zh".to_vec());
    answer(&mut foreign, b"plain".to_vec());
    let decoded = open(&foreign);
    is(&decoded, State::Foreign, "", ["absent", "absent"]);
    assert!(!decoded.is_mi() && decoded.scheme.is_none() && decoded.nonce.is_none());
    request_is(&decoded, b"data={}&lang=zh", &[]);
    response_is(&decoded, b"plain", &[]);
}

#[test]
fn a_signature_without_nonce_and_algorithm_is_somebody_elses() {
    let mut flow = verified();
    flow.request.headers = Headers::default();
    flow.request.body = Body::Bytes(b"signature=abc&timestamp=1".to_vec());
    assert_eq!(open(&flow).state, State::Foreign);
}

#[test]
fn a_foreign_flow_shows_what_the_recorder_kept() {
    let mut flow = Flow::default();
    flow.request.body = Body::Params(vec![("a".to_owned(), "1".to_owned())]);
    flow.response = Some(Response {
        body: Body::Dropped { size: Some(77) },
        ..Response::default()
    });
    let decoded = open(&flow);
    assert_eq!(decoded.state, State::Foreign);
    assert_eq!(decoded.request.params, [("a".to_owned(), b"1".to_vec())]);
    assert_eq!(decoded.request.steps, [Step::Params]);
    let response = decoded.response.unwrap();
    assert_eq!(response.plaintext, None);
    assert!(response.warnings[0].contains("77 bytes"), "{response:?}");
}

// Keys.

#[test]
fn without_any_key_a_flow_is_locked() {
    let decoded = open(&flow(&form(&KEYLESS)));
    is(&decoded, State::Locked, "no-key", ["unknown", "unknown"]);
    says(&decoded, "no ssecurity and no key is known", "--ssecurity");
    assert_eq!(decoded.request.plaintext, None);
    assert!(decoded.key.is_none() && decoded.keystream().is_none());
    response_is_shut(&decoded);
}

#[test]
fn a_locked_flow_still_shows_what_the_server_said_in_clear() {
    let mut flow = flow(&form(&KEYLESS));
    answer(&mut flow, br#"{"code":2,"message":"auth error"}"#);
    let decoded = open(&flow);
    is(&decoded, State::Locked, "no-key", ["unknown", "unknown"]);
    response_is(&decoded, br#"{"code":2,"message":"auth error"}"#, &[]);
}

#[test]
fn keys_that_do_not_fit_are_named_with_their_origin_and_the_account_is_masked() {
    let mut flow = flow(&form(&KEYLESS));
    flow.request.headers.push("Cookie", "userId=1234567890");
    let mut wrong = ring(&[OTHER_KEY, "AAECAwQFBgcICQoLDA0ODw=="]);
    let decoded = open_with(&flow, &wrong);
    is(
        &decoded,
        State::Locked,
        "wrong-keys",
        ["unknown", "unknown"],
    );
    says(&decoded, "2 known keys do not fit", "--ssecurity");
    says(&decoded, "form of entry 0 in home.har", "login");
    says(&decoded, "account 1***90 is none of theirs", "");
    says(&decoded, &key(OTHER_KEY).id().to_string(), "");
    let words = decoded.reason.unwrap().message();
    assert!(!words.contains("1234567890"), "{words}");
    response_is_shut(&open_with(&flow, &wrong));

    let mut known = Session::new(key(OTHER_KEY), KeyOrigin::Given);
    known.user_id = Some("1234567890".to_owned());
    wrong.add(known);
    let words = open_with(&flow, &wrong).reason.unwrap().message();
    assert!(!words.contains("none of theirs"), "{words}");
}

#[test]
fn many_wrong_keys_are_counted_and_a_few_named() {
    let texts: Vec<String> = (0..9u8).map(|byte| base64::encode(&[byte; 16])).collect();
    let keys: Vec<&str> = texts.iter().map(String::as_str).collect();
    let decoded = open_with(&flow(&form(&KEYLESS)), &ring(&keys));
    says(&decoded, "9 known keys do not fit", "");
    says(&decoded, ", 5 more.", "");
}

#[test]
fn an_own_key_that_yields_noise_says_what_came_out() {
    let altered = with(&form(&APP_STYLE), "ssecurity", OTHER_KEY);
    let decoded = open(&flow(&altered));
    is(
        &decoded,
        State::Unreadable,
        "does-not-verify",
        ["mismatch", "mismatch"],
    );
    let mut head = base64::decode(altered.get("data").unwrap()).unwrap().bytes;
    Keystream::new(&nonce().sign(&key(OTHER_KEY))).apply(0, &mut head);
    let head: Vec<String> = head.iter().take(4).map(|b| format!("{b:02x}")).collect();
    says(
        &decoded,
        &format!("first bytes {} are not JSON", head.join(" ")),
        "lost +",
    );
    assert_eq!(decoded.request.plaintext, None);
    assert_eq!(decoded.keystream(), None);
    response_is_shut(&decoded);
}

#[test]
fn a_damaged_own_key_says_so_when_no_other_is_known() {
    for damaged in ["!", "/j2/Jg+k4kFfaYqywaAbHB==", "/j2/Jg+k4kFfaYqywaAbH", ""] {
        let decoded = open(&flow(&with(&form(&APP_STYLE), "ssecurity", damaged)));
        is(
            &decoded,
            State::Locked,
            "key-damaged",
            ["unknown", "unknown"],
        );
        says(&decoded, "ssecurity is damaged", "--ssecurity");
    }
}

#[test]
fn an_altered_own_key_is_opened_by_the_right_one_but_never_verified() {
    let ring = ring(&[KEY]);
    for altered in [OTHER_KEY, "!", "/j2/Jg+k4kFfaYqywaAbHB==", "AAAA"] {
        let flow = flow(&with(&form(&APP_STYLE), "ssecurity", altered));
        let decoded = open_with(&flow, &ring);
        is(&decoded, State::Decrypted, "own-key-differs", BOTH_MATCH);
        says(&decoded, "own ssecurity does not fit", "changed after");
        request_is(&decoded, CALL, &FROM_BODY);
        response_is(&decoded, ANSWER, &OPENED);
    }
}

// Damage to the text of base64.

/// A sealed form all of whose values have a `+` and a `/`.
fn full_of_pitfalls() -> (Vec<u8>, Form) {
    let rich = |form: &Form| {
        FIELDS.iter().all(|name| {
            let value = form.get(name).unwrap();
            let padded = value.ends_with(b"=") || *name == "_nonce";
            padded && value.contains(&b'+') && value.contains(&b'/')
        })
    };
    (0..10_000u32)
        .map(|n| {
            let dids: Vec<String> = (1..12).map(|by| (n * by * by).to_string()).collect();
            let call = format!("{{\"dids\":[{}]}}", dids.join(","));
            let params: [(&str, &[u8]); 1] = [("data", call.as_bytes())];
            let sealed = seal(&APP_STYLE, "POST", SIGNED, &params, &key(KEY), &nonce());
            (call.into_bytes(), sealed.form)
        })
        .find(|(_, form)| rich(form))
        .expect("one call in some hundreds is")
}

type Damage = (&'static str, Repairs, fn(&str) -> String);

const DAMAGES: [Damage; 9] = [
    ("blanks", Repairs::BLANKS, |text| text.replace('+', " ")),
    ("%2B left in", Repairs::PERCENT, |text| {
        text.replace('+', "%2B")
    }),
    ("encoded three times", Repairs::PERCENT, |text| {
        text.replace('+', "%25252B").replace('=', "%25253D")
    }),
    ("no padding", Repairs::PADDING, |text| {
        text.trim_end_matches('=').to_owned()
    }),
    ("url-safe", Repairs::URL_SAFE, |text| {
        text.replace('+', "-").replace('/', "_")
    }),
    ("quotes", Repairs::QUOTES, |text| format!("\"{text}\"")),
    ("escaped slashes", Repairs::QUOTES, |text| {
        text.replace('/', "\\/")
    }),
    ("line breaks", Repairs::BREAKS, |text| {
        format!("{}\r\n{}\n", &text[..8], &text[8..])
    }),
    ("escaped breaks", Repairs::QUOTES, |text| {
        format!("{}\\n{}", &text[..8], &text[8..])
    }),
];

#[test]
fn damaged_base64_in_any_field_is_repaired_verifies_and_is_said() {
    let (call, form) = full_of_pitfalls();
    for name in FIELDS {
        for (damage, repair, inflict) in DAMAGES {
            let genuine = text(&form, name);
            let damaged = inflict(&genuine);
            if damaged == genuine {
                assert_eq!((name, damage), ("_nonce", "no padding"));
                continue;
            }
            let decoded = open(&flow(&with(&form, name, &damaged)));
            let told = (decoded.state, code(&decoded));
            assert_eq!(told, (State::Verified, "repaired"), "{name}: {damage}");
            request_is(&decoded, &call, &FROM_BODY);
            let words: Vec<&str> = repair.names().collect();
            says(&decoded, words[0], "Nothing needs to be done");
            let expected = format!("{name}: base64 repaired: {}", words.join(", "));
            assert_eq!(decoded.request.warnings, [expected], "{damage}");
            response_is(&decoded, ANSWER, &OPENED);
        }
    }
}

#[test]
fn a_response_with_damaged_base64_is_repaired_and_said() {
    // Long enough to have both letters.
    let long: Vec<u8> = ANSWER.iter().cycle().take(3001).copied().collect();
    let body = String::from_utf8(encrypt(&long)).unwrap();
    for (damage, repair, inflict) in DAMAGES {
        let mut flow = verified();
        answer(&mut flow, inflict(&body));
        let decoded = open(&flow);
        let told = (decoded.state, code(&decoded));
        assert_eq!(told, (State::Verified, "repaired"), "{damage}");
        response_is(&decoded, &long, &OPENED);
        let words: Vec<&str> = repair.names().collect();
        let expected = format!("base64 repaired: {}", words.join(", "));
        assert_eq!(decoded.response.unwrap().warnings, [expected], "{damage}");
        assert!(decoded.request.warnings.is_empty(), "{damage}");
    }
}

#[test]
fn a_repaired_nonce_or_signature_of_a_signed_form_is_said_too() {
    let form = form(&HMAC);
    for name in ["_nonce", "signature"] {
        let damaged = format!("\"{}\"", text(&form, name));
        let decoded = open_with(&signed_flow(&with(&form, name, &damaged)), &ring(&[KEY]));
        is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
        let expected = format!("{name}: base64 repaired: quotes or backslashes");
        assert_eq!(decoded.request.warnings, [expected]);
    }
}

#[test]
fn a_parameter_that_is_no_base64_is_named_with_its_place() {
    let form = form(&APP_STYLE);
    let damaged = format!("{}!", &text(&form, "data")[..12]);
    let decoded = open(&flow(&with(&form, "data", &damaged)));
    is(
        &decoded,
        State::Unreadable,
        "request-not-base64",
        ["mismatch", "unknown"],
    );
    says(&decoded, "data is not base64 at byte 12 (0x21)", "lost +");
    assert_eq!(decoded.request.plaintext, None);
}

#[test]
fn a_cut_body_does_not_verify() {
    let form = form(&APP_STYLE);
    let cut = &text(&form, "data")[..21];
    let decoded = open(&flow(&with(&form, "data", cut)));
    is(
        &decoded,
        State::Unreadable,
        "does-not-verify",
        ["mismatch", "mismatch"],
    );
    says(&decoded, "first bytes 7b 22 70 61", "cut body");
}

// The nonce.

#[test]
fn without_a_nonce_nothing_opens() {
    let mut flow = flow(&without(&form(&APP_STYLE), "_nonce"));
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "no-nonce",
        ["unknown", "unknown"],
    );
    says(&decoded, "_nonce is missing", "--nonce");
    assert_eq!(decoded.nonce, None);
    response_is_shut(&decoded);
    answer(&mut flow, br#"{"message":"bad nonce"}"#);
    response_is(&open(&flow), br#"{"message":"bad nonce"}"#, &[]);
}

#[test]
fn a_damaged_nonce_is_shown_as_it_came() {
    for damaged in ["zz?", "Ja+5u/LxbV8BuJC", "AB==", ""] {
        let decoded = open(&flow(&with(&form(&APP_STYLE), "_nonce", damaged)));
        is(
            &decoded,
            State::Unreadable,
            "no-nonce",
            ["unknown", "unknown"],
        );
        says(&decoded, "_nonce is damaged", "raw form");
        assert_eq!(decoded.nonce.as_deref(), Some(damaged));
    }
}

#[test]
fn a_signed_request_without_nonce_is_plain_and_unchecked() {
    let form = without(&form(&HMAC), "_nonce");
    let mut flow = signed_flow(&form);
    flow.request
        .headers
        .push("miot-encrypt-algorithm", "ENCRYPT-RC4");
    let decoded = open_with(&flow, &ring(&[KEY]));
    is(&decoded, State::Plain, "no-nonce", ["unknown", "absent"]);
    request_is(&decoded, CALL, &[Step::Form]);
    response_is(&decoded, ANSWER, &[]);
}

// Checks that differ.

/// A form made by hand: parameters chained, and a hash of any text.
fn by_hand(call: &[u8], hash: Option<&[u8]>) -> Form {
    let signed_nonce = nonce().sign(&key(KEY));
    let mut keystream = Keystream::new(&signed_nonce);
    let mut offset = 0;
    let params = [("data", Some(call)), ("rc4_hash__", hash)];
    let sealed: Vec<(&str, String)> = params
        .into_iter()
        .filter_map(|(name, plaintext)| {
            let mut bytes = plaintext?.to_vec();
            keystream.apply(offset, &mut bytes);
            offset += bytes.len();
            Some((name, base64::encode(&bytes)))
        })
        .collect();
    let pairs: Vec<(&str, &[u8])> = sealed
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    let signature = Sha1String {
        method: "POST",
        path: SIGNED,
        pairs: &pairs,
        signed_nonce: &signed_nonce,
    }
    .hash();
    let fields = sealed
        .iter()
        .map(|(name, value)| Field::new(*name, value.as_str()));
    let rest = [
        ("signature", &*signature),
        ("ssecurity", KEY),
        ("_nonce", NONCE),
    ];
    fields
        .chain(rest.map(|(name, value)| Field::new(name, value)))
        .collect()
}

#[test]
fn a_hash_of_something_else_under_a_right_signature_is_not_verified() {
    let form = by_hand(CALL, Some(b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let decoded = open(&flow(&form));
    is(
        &decoded,
        State::Decrypted,
        "hash-differs",
        ["match", "mismatch"],
    );
    says(&decoded, "signature matches but rc4_hash__ differs", "odd");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is(&decoded, ANSWER, &OPENED);
    let Check::Mismatch { found, .. } = decoded.rc4_hash else {
        panic!("it differs");
    };
    assert_eq!(found, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
}

#[test]
fn a_signature_that_differs_leaves_the_plaintext_proved_by_its_hash() {
    let form = form(&APP_STYLE);
    let altered = with(&form, "signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let genuine = text(&form, "signature");
    let keyless = without(&altered, "ssecurity");
    for (form, ring) in [(altered, ring(&[])), (keyless, ring(&[OTHER_KEY, KEY]))] {
        let decoded = open_with(&flow(&form), &ring);
        is(
            &decoded,
            State::Decrypted,
            "signature-differs",
            ["mismatch", "match"],
        );
        says(&decoded, "signature differs", "changed after signing");
        request_is(&decoded, CALL, &FROM_BODY);
        response_is(&decoded, ANSWER, &OPENED);
        let Check::Mismatch { expected, found } = decoded.signature else {
            panic!("it differs");
        };
        assert_eq!(expected, genuine);
        assert_eq!(found, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    }
}

#[test]
fn a_rewritten_path_lets_both_checks_differ_and_the_call_readable() {
    let mut flow = verified();
    flow.request.url = Url::new("https://api.io.mi.com/app/miotspec/prop/set");
    let decoded = open(&flow);
    is(
        &decoded,
        State::Decrypted,
        "both-differ",
        ["mismatch", "mismatch"],
    );
    says(&decoded, "neither signature nor rc4_hash__", "path");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is(&decoded, ANSWER, &OPENED);
    assert_eq!(decoded.keystream(), Some(KeystreamMode::Undecided));
}

#[test]
fn a_form_without_hash_or_without_signature_is_decrypted_by_the_other() {
    let decoded = open(&flow(&by_hand(CALL, None)));
    is(
        &decoded,
        State::Decrypted,
        "hash-absent",
        ["match", "absent"],
    );
    says(&decoded, "no rc4_hash__", "proves the ciphertext");
    request_is(&decoded, CALL, &FROM_BODY);

    let decoded = open(&flow(&without(&form(&APP_STYLE), "signature")));
    is(
        &decoded,
        State::Decrypted,
        "signature-absent",
        ["absent", "match"],
    );
    says(&decoded, "no signature", "proves the plaintext");
    request_is(&decoded, CALL, &FROM_BODY);
}

#[test]
fn a_signature_of_the_wrong_size_matches_nothing_even_without_a_key() {
    let form = with(&form(&KEYLESS), "signature", "AAAA");
    is(
        &open(&flow(&form)),
        State::Locked,
        "no-key",
        ["mismatch", "unknown"],
    );
}

// The signed form.

#[test]
fn a_signed_request_is_plain_and_its_hmac_is_checked() {
    let decoded = open_with(&signed_flow(&form(&HMAC)), &ring(&[OTHER_KEY, KEY]));
    is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
    says(&decoded, "HMAC signature matches", "Nothing");
    assert_eq!(decoded.scheme, Some(Scheme::Hmac));
    assert_eq!(decoded.keystream(), None);
    assert_eq!(decoded.nonce.as_deref(), Some(NONCE));
    request_is(&decoded, CALL, &[Step::Form]);
    response_is(&decoded, ANSWER, &[]);
}

#[test]
fn a_raw_plus_in_a_signed_body_means_a_blank() {
    let call = br#"{"name":"a b","sum":"1+1"}"#;
    let sealed = seal(
        &HMAC,
        "POST",
        SIGNED,
        &[("data", call)],
        &key(KEY),
        &nonce(),
    );
    let body = String::from_utf8(sealed.form.encode()).unwrap();
    assert!(body.contains("a+b") && body.contains("1%2B1"), "{body}");
    let decoded = open_with(&signed_flow(&sealed.form), &ring(&[KEY]));
    is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
    request_is(&decoded, call, &[Step::Form]);
}

#[test]
fn a_signed_request_without_any_key_is_unchecked() {
    let decoded = open(&signed_flow(&form(&HMAC)));
    is(
        &decoded,
        State::Plain,
        "signature-unchecked",
        ["unknown", "absent"],
    );
    says(&decoded, "no key is known to check", "--ssecurity-file");
    request_is(&decoded, CALL, &[Step::Form]);
    response_is(&decoded, ANSWER, &[]);
}

#[test]
fn a_signed_request_of_another_account_stays_unchecked() {
    let decoded = open_with(&signed_flow(&form(&HMAC)), &ring(&[OTHER_KEY]));
    is(&decoded, State::Plain, "wrong-keys", ["unknown", "absent"]);
    request_is(&decoded, CALL, &[Step::Form]);
}

#[test]
fn a_signed_request_of_a_known_login_with_another_signature_differs() {
    let altered = with(&form(&HMAC), "data", r#"{"params":[]}"#);
    let mut login = Session::new(key(KEY), KeyOrigin::Given);
    login.user_id = Some("17".to_owned());
    let mut ring = ring(&[OTHER_KEY]);
    ring.add(login);
    let mut flow = signed_flow(&altered);
    flow.request.headers.push("cookie", "userId=17");
    let decoded = open_with(&flow, &ring);
    is(
        &decoded,
        State::Plain,
        "signature-differs",
        ["mismatch", "absent"],
    );
    says(&decoded, "signature differs", "changed after signing");
    assert_eq!(
        decoded.key.map(|key| key.from).as_deref(),
        Some("given by the user")
    );
}

#[test]
fn an_empty_parameter_that_the_app_did_not_sign_does_no_harm() {
    let mut form = form(&HMAC);
    form.push(Field::new("extra", ""));
    let decoded = open_with(&signed_flow(&form), &ring(&[KEY]));
    is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
    assert_eq!(decoded.request.params, [("extra".to_owned(), Vec::new())]);
}

// Answers.

#[test]
fn gzip_is_told_by_its_bytes_and_not_by_the_header() {
    let packed = [Step::Base64, Step::Rc4, Step::Gzip];
    for header in [None, Some("GZIP"), Some("gzip"), Some("identity")] {
        let mut flow = verified();
        answer(&mut flow, encrypt(&gzip(ANSWER)));
        if let Some(header) = header {
            answer_header(&mut flow, "Miot-Content-Encoding", header);
        }
        let decoded = open(&flow);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        response_is(&decoded, ANSWER, &packed);
    }
}

#[test]
fn a_gzip_header_without_gzip_is_said_and_harmless() {
    let mut flow = verified();
    answer_header(&mut flow, "miot-content-encoding", "GZIP");
    let decoded = open(&flow);
    is(&decoded, State::Verified, "gzip-missing", BOTH_MATCH);
    says(&decoded, "header says gzip", "Nothing");
    response_is(&decoded, ANSWER, &OPENED);
    assert_eq!(decoded.response.unwrap().warnings.len(), 1);
}

#[test]
fn a_broken_gzip_shows_what_came_before() {
    let long: Vec<u8> = (0..20_000u32)
        .flat_map(|n| n.to_string().into_bytes())
        .collect();
    let whole = gzip(&long);
    let mut flow = verified();
    answer(&mut flow, encrypt(&whole[..whole.len() / 2]));
    let decoded = open(&flow);
    is(&decoded, State::Unreadable, "gzip-broken", BOTH_MATCH);
    let part = decoded
        .response
        .as_ref()
        .unwrap()
        .plaintext
        .clone()
        .unwrap();
    assert!(!part.is_empty() && long.starts_with(&part));
    says(
        &decoded,
        &format!("after {} bytes", part.len()),
        "cut the body",
    );
    request_is(&decoded, CALL, &FROM_BODY);
}

#[test]
fn a_bomb_stops_at_the_limit_of_the_options() {
    let mut flow = verified();
    answer(&mut flow, encrypt(&gzip(&vec![b' '; 1 << 20])));
    let options = Options { gunzip_limit: 100 };
    let decoded = decode(&flow, &Keyring::new(), options);
    is(&decoded, State::Unreadable, "gzip-too-big", BOTH_MATCH);
    says(&decoded, "more than 100 bytes", "--gunzip-limit");
    response_is(
        &decoded,
        &[b' '; 100],
        &[Step::Base64, Step::Rc4, Step::Gzip],
    );
}

#[test]
fn transport_compression_is_undone_first() {
    let packed = [Step::Transport, Step::Base64, Step::Rc4, Step::Gzip];
    let mut flow = verified();
    answer(&mut flow, gzip(&encrypt(&gzip(ANSWER))));
    answer_header(&mut flow, "content-encoding", "gzip");
    response_is(&open(&flow), ANSWER, &packed);
    // Compressed twice, as the header says.
    answer(&mut flow, gzip(&gzip(&encrypt(ANSWER))));
    flow.response.as_mut().unwrap().headers = Headers::default();
    answer_header(&mut flow, "Content-Encoding", "gzip, GZIP");
    response_is(
        &open(&flow),
        ANSWER,
        &[Step::Transport, Step::Base64, Step::Rc4],
    );
    // The header stays when a recorder has undone it.
    answer(&mut flow, encrypt(ANSWER));
    response_is(&open(&flow), ANSWER, &OPENED);
}

#[test]
fn transport_compression_without_its_header_is_undone_by_its_bytes() {
    let mut flow = verified();
    answer(&mut flow, gzip(&encrypt(ANSWER)));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    response_is(
        &decoded,
        ANSWER,
        &[Step::Transport, Step::Base64, Step::Rc4],
    );
}

#[test]
fn a_clear_answer_is_shown_and_its_message_told() {
    for (body, message) in [
        (
            &br#"{"code":3,"message":"serviceToken expired"}"#[..],
            "clear text: serviceToken expired.",
        ),
        (br#"[1,2]"#, "in clear text."),
        (b"<html>502</html>", "in clear text."),
        (b"#EXTM3U\n#EXT-X-ENDLIST", "in clear text."),
        (b"\xef\xbb\xbf{\"message\":null}", "in clear text."),
        (b"no such service, sorry", "in clear text."),
        (b"ok", "in clear text."),
        (b"true", "in clear text."),
    ] {
        let mut flow = verified();
        answer(&mut flow, body);
        let decoded = open(&flow);
        is(&decoded, State::Verified, "plain-answer", BOTH_MATCH);
        says(&decoded, message, "expired");
        response_is(&decoded, body, &[]);
    }
}

#[test]
fn a_passport_answer_loses_its_prefix() {
    let mut flow = verified();
    answer(&mut flow, br#"&&&START&&&{"code":0,"message":"no"}"#);
    let decoded = open(&flow);
    is(&decoded, State::Verified, "plain-answer", BOTH_MATCH);
    says(&decoded, "clear text: no.", "");
    response_is(&decoded, br#"{"code":0,"message":"no"}"#, &[Step::Prefix]);
}

#[test]
fn an_empty_answer_is_empty() {
    let mut flow = verified();
    answer(&mut flow, b"");
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    response_is(&decoded, b"", &[]);
}

#[test]
fn an_answer_that_is_not_base64_is_placed() {
    let mut body = encrypt(ANSWER);
    body.splice(40..41, "\u{fffd}".bytes());
    let mut flow = verified();
    answer(&mut flow, body);
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "response-not-base64",
        BOTH_MATCH,
    );
    says(&decoded, "not base64 at byte 40", "whistle");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is_shut(&decoded);
}

#[test]
fn noise_under_an_unproved_key_is_not_passed_off_as_an_answer() {
    let mut flow = verified();
    flow.request.url = Url::new("https://api.io.mi.com/app/other");
    answer(&mut flow, base64::encode(&[0x80; 64]));
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "response-noise",
        ["mismatch", "mismatch"],
    );
    says(&decoded, "decrypts to noise", "mixed up");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is_shut(&decoded);
}

#[test]
fn noise_under_a_proved_key_is_shown_with_a_warning() {
    let mut flow = verified();
    answer(&mut flow, base64::encode(&[0x80; 64]));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    let side = decoded.response.unwrap();
    assert_eq!(side.plaintext.map(|bytes| bytes.len()), Some(64));
    assert_eq!(side.warnings.len(), 1);
    assert!(side.warnings[0].contains("neither text nor gzip"));
}

#[test]
fn a_picture_in_an_encrypted_session_is_shown_as_it_is() {
    let picture = b"\x89PNG\r\n\x1a\n\x00\x01\x02";
    for kind in ["image/png", "Video/MP4", "application/octet-stream"] {
        let mut flow = verified();
        answer(&mut flow, picture);
        answer_header(&mut flow, "Content-Type", kind);
        let decoded = open(&flow);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        response_is(&decoded, picture, &[]);
    }
}

#[test]
fn a_missing_or_dropped_response_leaves_the_request_verified() {
    let mut flow = verified();
    flow.response = None;
    let decoded = open(&flow);
    is(&decoded, State::Verified, "no-response", BOTH_MATCH);
    says(&decoded, "No response in the capture", "Record");
    assert_eq!(decoded.response, None);

    let mut flow = verified();
    flow.response.as_mut().unwrap().body = Body::Dropped {
        size: Some(1_309_536),
    };
    let decoded = open(&flow);
    is(&decoded, State::Verified, "response-dropped", BOTH_MATCH);
    says(&decoded, "did not keep the response body", "bigData");
    let side = decoded.response.unwrap();
    assert_eq!(side.plaintext, None);
    assert!(side.warnings[0].contains("1309536"), "{side:?}");
}

#[test]
fn an_answer_whose_request_was_not_kept_says_what_it_needs() {
    for (algorithm, gzip_header) in [(true, false), (false, true)] {
        let mut flow = verified();
        flow.request.body = Body::Dropped { size: Some(300) };
        if !algorithm {
            flow.request.headers = Headers::default();
        }
        if gzip_header {
            answer_header(&mut flow, "MIOT-CONTENT-ENCODING", "GZIP");
        }
        let decoded = open(&flow);
        is(
            &decoded,
            State::Unreadable,
            "request-missing",
            ["absent", "absent"],
        );
        says(&decoded, "Only the response was recorded", "--nonce");
        assert!(decoded.request.warnings[0].contains("300 bytes"));
        response_is_shut(&decoded);
    }
}

#[test]
fn an_unknown_algorithm_is_never_decrypted_blindly() {
    let mut flow = verified();
    flow.request.headers = Headers::default();
    flow.request
        .headers
        .push("Miot-Encrypt-Algorithm", "ENCRYPT-XYZ");
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "unknown-algorithm",
        ["absent", "absent"],
    );
    says(&decoded, "ENCRYPT-XYZ is not known", "report");
    assert_eq!(decoded.request.plaintext, None);
    response_is_shut(&decoded);
}

// Entries.

#[test]
fn an_entry_that_can_not_be_read_says_where() {
    let decoded = Decoded::unreadable(Reason::Entry(EntryError {
        pointer: "/request/url".to_owned(),
        reason: crate::capture::error::Reason::Missing,
        byte: Some(77),
    }));
    is(
        &decoded,
        State::Unreadable,
        "bad-entry",
        ["absent", "absent"],
    );
    says(&decoded, "/request/url: missing (byte 77)", "other entries");
}

#[test]
fn an_exported_flow_is_plaintext_that_was_proved_once() {
    let mut flow = verified();
    flow.exported = Some("verified".to_owned());
    flow.request.body = Body::Bytes(CALL.to_vec());
    answer(&mut flow, ANSWER);
    let decoded = open(&flow);
    is(&decoded, State::Plain, "exported", ["unknown", "absent"]);
    says(&decoded, "it was verified then", "capture it came from");
    request_is(&decoded, CALL, &[]);
    response_is(&decoded, ANSWER, &[]);
    flow.exported = Some("foreign".to_owned());
    is(&open(&flow), State::Foreign, "", ["absent", "absent"]);
}

#[test]
fn what_the_reader_mended_is_told_on_the_side_it_concerns() {
    let mut flow = verified();
    flow.warnings = vec!["/request/x: odd".to_owned(), "/response/y: odd".to_owned()];
    let decoded = open(&flow);
    assert_eq!(decoded.request.warnings, ["/request/x: odd"]);
    assert_eq!(decoded.response.unwrap().warnings, ["/response/y: odd"]);
}

#[test]
fn every_cause_has_a_code_a_sentence_and_a_hint_of_its_own() {
    let error = crate::protocol::error::Error::Empty;
    let entry = EntryError {
        pointer: String::new(),
        reason: crate::capture::error::Reason::Cut,
        byte: None,
    };
    let all = [
        Reason::BothDiffer,
        Reason::DoesNotVerify { head: vec![1] },
        Reason::Entry(entry),
        Reason::Exported("plain".to_owned()),
        Reason::GzipMissing,
        Reason::GunzipBroken { after: 1 },
        Reason::GunzipTooBig { limit: 1 },
        Reason::HashAbsent,
        Reason::HashDiffers,
        Reason::KeyDamaged(error.clone()),
        Reason::NoKey,
        Reason::NoNonce { found: None },
        Reason::NoResponse,
        Reason::OwnKeyDiffers,
        Reason::PlainAnswer { message: None },
        Reason::Repaired(Repairs::BLANKS),
        Reason::RequestMissing,
        Reason::RequestNotBase64 {
            param: "data".to_owned(),
            error,
        },
        Reason::ResponseDropped,
        Reason::ResponseNoise,
        Reason::ResponseNotBase64 { at: 1 },
        Reason::SignatureAbsent,
        Reason::SignatureDiffers,
        Reason::SignatureUnchecked,
        Reason::SignedOnly,
        Reason::UnknownAlgorithm("X".to_owned()),
        Reason::WrongKeys {
            keys: vec!["k".to_owned()],
            more: 0,
            account: None,
        },
    ];
    let mut codes: Vec<&str> = all.iter().map(Reason::code).collect();
    for reason in &all {
        let (message, hint) = (reason.message(), reason.hint());
        for sentence in [message.as_str(), hint] {
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(!sentence.ends_with(".."), "{sentence}");
        }
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
}

// Tampering.

/// What a field says once all repairs are made; two texts that say the same
/// are the same.
fn meaning(form: &Form) -> Vec<(String, Vec<u8>)> {
    let fields = form.fields().iter();
    fields
        .map(|field| {
            let value = match base64::decode(field.value()) {
                Ok(decoded) => decoded.text.as_bytes().to_vec(),
                Err(_) => field.value().to_vec(),
            };
            (field.name().to_owned(), value)
        })
        .collect()
}

#[test]
fn a_flipped_bit_anywhere_in_a_form_is_never_verified() {
    for style in [APP_STYLE, KEYLESS] {
        let genuine = form(&style);
        let body = genuine.encode();
        let ring = ring(&[KEY, OTHER_KEY]);
        let genuine = meaning(&Form::parse(&body).unwrap());
        assert_eq!(
            open_with(&flow(&form(&style)), &ring).state,
            State::Verified
        );
        let mut tried = 0;
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut altered = body.clone();
                altered[at] ^= 1 << bit;
                if meaning(&Form::parse(&altered).unwrap()) == genuine {
                    continue;
                }
                let mut flow = verified();
                flow.request.body = Body::Bytes(altered.clone());
                let state = open_with(&flow, &ring).state;
                let shown = String::from_utf8_lossy(&altered);
                assert_ne!(state, State::Verified, "bit {bit} of byte {at}: {shown}");
                tried += 1;
            }
        }
        assert!(tried > 1000, "{tried}");
    }
}

#[test]
fn another_character_anywhere_in_a_value_is_never_verified() {
    let genuine = form(&APP_STYLE);
    let ring = ring(&[KEY]);
    for name in FIELDS {
        let value = genuine.get(name).unwrap();
        for at in 0..value.len() {
            for byte in *b"A9+/=z -_" {
                let mut altered = value.to_vec();
                altered[at] = byte;
                let mut form = genuine.clone();
                form.set(name, altered);
                if meaning(&form) == meaning(&genuine) {
                    continue;
                }
                let state = open_with(&flow(&form), &ring).state;
                let byte = char::from(byte);
                assert_ne!(state, State::Verified, "{name}: {byte} at {at}");
            }
        }
    }
}

#[test]
fn a_missing_doubled_or_renamed_field_is_never_verified() {
    let genuine = form(&APP_STYLE);
    let ring = ring(&[KEY]);
    for name in FIELDS {
        let missing = without(&genuine, name);
        // XiaomiGateway3 and fitness clients send no ssecurity.
        let still_whole = name == "ssecurity";
        let state = open_with(&flow(&missing), &ring).state;
        assert_eq!(state == State::Verified, still_whole, "without {name}");
        let mut renamed = missing.clone();
        renamed.push(Field::new(format!("{name}x"), genuine.get(name).unwrap()));
        let state = open_with(&flow(&renamed), &ring).state;
        assert_ne!(state, State::Verified, "{name}x");
        let mut doubled = missing;
        doubled.push(Field::new(name, "AAAA"));
        doubled.push(Field::new(name, genuine.get(name).unwrap()));
        let state = open_with(&flow(&doubled), &ring).state;
        assert_ne!(state, State::Verified, "{name} twice");
    }
    let mut smuggled = genuine;
    smuggled.push(Field::new("extra", "AAAA"));
    assert_ne!(open_with(&flow(&smuggled), &ring).state, State::Verified);
}

#[test]
fn another_method_or_path_is_never_verified() {
    for (method, url) in [
        ("GET", URL),
        ("POST", "https://api.io.mi.com/app/miotspec/prop/ge"),
        ("POST", "https://api.io.mi.com/app/miotspec/prop/get/"),
        ("POST", "https://api.io.mi.com/app/app/miotspec/prop/get"),
        ("POST", "https://api.io.mi.com/ap/miotspec/prop/get"),
        ("POST", "https://api.io.mi.com/app/miotspec/prop%2Fget"),
    ] {
        let mut flow = verified();
        flow.request.method = method.to_owned();
        flow.request.url = Url::new(url);
        assert_ne!(open(&flow).state, State::Verified, "{method} {url}");
    }
}
