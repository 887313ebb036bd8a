//! Which key opens a flow, and what is said when none does.

use super::*;

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
