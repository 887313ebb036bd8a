//! Checks that differ, and the form that is signed only.

use super::*;

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
    let signature = SignedString::sha1("POST", SIGNED, &pairs, &signed_nonce).hash();
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
