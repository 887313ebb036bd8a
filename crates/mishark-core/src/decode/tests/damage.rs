//! Damage to base64 and to the nonce.

use super::*;

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
