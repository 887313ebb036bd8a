//! Answers of every kind and the verdict on each.

use super::*;
use crate::decode::{Options, State, decode};
use crate::flow::{Body, Request, Response, Url};
use crate::session::Keyring;
use Outcome::{Accepted, Pending, Refused, Unknown};

/// A call with its answer, in the clear: a verdict does not depend on how it
/// was sealed.
fn flow(path: &str, data: &str, status: Option<u16>, answer: &[u8]) -> Flow {
    Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new(format!("https://api.io.mi.com/app{path}")),
            body: Body::Bytes(data.as_bytes().to_vec()),
            ..Request::default()
        },
        response: Some(Response {
            status,
            body: Body::Bytes(answer.to_vec()),
            ..Response::default()
        }),
        exported: Some("verified".to_owned()),
        ..Flow::default()
    }
}

fn judge(flow: &Flow) -> Verdict {
    Verdict::of(flow, &decode(flow, &Keyring::new(), Options::default()))
}

/// The verdict on an answer to a call that writes.
fn written(status: u16, answer: &str) -> Verdict {
    judge(&flow(
        "/miotspec/prop/set",
        "{}",
        Some(status),
        answer.as_bytes(),
    ))
}

#[test]
fn an_envelope_is_accepted_only_if_nothing_in_it_says_no() {
    for (answer, outcome, text) in [
        (r#"{"code":0,"message":"ok","result":[]}"#, Accepted, ""),
        (
            r#"{"code":"0","message":"成功","result":null}"#,
            Accepted,
            "",
        ),
        (r#"{"code":0}"#, Accepted, ""),
        (r#"{"result":true}"#, Accepted, ""),
        (r#"{"code":1,"message":"ok"}"#, Accepted, ""),
        (
            r#"{"code":0,"message":"permission denied"}"#,
            Refused,
            "permission denied",
        ),
        (
            r#"{"code":0,"message":"Permission denied.","result":{"a":1}}"#,
            Refused,
            "permission denied",
        ),
        (
            r#"{"code":0,"message":"no such home","result":null}"#,
            Refused,
            "no such home",
        ),
        (
            r#"{"code":0,"message":"no such home","result":{}}"#,
            Refused,
            "no such home",
        ),
        (r#"{"code":0,"desc":"busy"}"#, Refused, "busy"),
        (r#"{"code":0,"message":"","result":false}"#, Refused, ""),
        (r#"{"code":0,"message":"ok","result":false}"#, Refused, "ok"),
        (
            r#"{"code":0,"error":{"code":-5,"message":"user ack timeout"}}"#,
            Refused,
            "user ack timeout",
        ),
        (
            r#"{"code":-8,"message":"data format error"}"#,
            Refused,
            "data format error",
        ),
        (
            r#"{"code":-704042011,"message":"whatever"}"#,
            Refused,
            "device offline",
        ),
        (r#"{"code":-702022036}"#, Pending, "still being executed"),
        (r#"{"code":-702010000}"#, Accepted, ""),
        (r#"{"code":"E_NO"}"#, Refused, "E_NO"),
        (r#"{"device":1}"#, Unknown, ""),
        (r#"{"description":"a light","services":[]}"#, Unknown, ""),
        ("[]", Unknown, ""),
    ] {
        let verdict = written(200, answer);
        assert_eq!(
            (verdict.outcome, &*verdict.text),
            (outcome, text),
            "{answer}"
        );
    }
}

#[test]
fn a_bare_false_refuses_what_writes_and_answers_what_reads() {
    let scenes = "/appgateway/miot/appsceneservice/AppSceneService";
    let answer = br#"{"code":0,"message":"ok","result":false}"#;
    for (call, outcome) in [
        ("NewRunScene", Refused),
        ("RunScene", Refused),
        ("Delete", Refused),
        ("GetSceneInfo", Accepted),
    ] {
        let verdict = judge(&flow(&format!("{scenes}/{call}"), "{}", Some(200), answer));
        assert_eq!(verdict.outcome, outcome, "{call}");
    }
}

#[test]
fn of_several_items_the_worst_counts_and_the_share_is_said() {
    for (answer, outcome, code, says) in [
        (
            r#"{"code":0,"result":[{"code":0},{"code":-704042011},{"code":-704040003}]}"#,
            Refused,
            -704_042_011,
            "2 of 3: device offline",
        ),
        (
            r#"{"code":0,"result":[{"code":0},{"code":-702022036}]}"#,
            Pending,
            -702_022_036,
            "still being executed",
        ),
        (
            r#"{"code":0,"result":[{"code":-702022036},{"code":-704042011}]}"#,
            Refused,
            -704_042_011,
            "1 of 2: device offline",
        ),
        (r#"{"code":0,"result":{"code":-9}}"#, Refused, -9, "code -9"),
        (
            r#"{"code":0,"result":{"list":[{"did":"1","code":-704042011},{"did":"2","code":0}]}}"#,
            Refused,
            -704_042_011,
            "device offline",
        ),
        (
            r#"{"code":0,"result":{"a":{"b":{"code":7}}}}"#,
            Accepted,
            0,
            "accepted",
        ),
        (
            r#"[{"code":0},{"code":-704220043}]"#,
            Refused,
            -704_220_043,
            "1 of 2: bad property value",
        ),
        (
            r#"{"code":0,"result":[{"code":1},{"code":-702000000}]}"#,
            Accepted,
            0,
            "accepted",
        ),
    ] {
        let verdict = written(200, answer);
        assert_eq!(verdict.outcome, outcome, "{answer}");
        assert_eq!(verdict.code, Some(code), "{answer}");
        assert_eq!(verdict.to_string(), says, "{answer}");
    }
}

#[test]
fn a_place_is_told_where_a_code_tells_one() {
    let place = |answer: &str| written(200, answer).place;
    assert_eq!(place(r#"{"code":-705204006}"#), Some(Place::Spec));
    assert_eq!(
        place(r#"{"code":0,"result":[{"code":-704083036}]}"#),
        Some(Place::Device)
    );
    assert_eq!(place(r#"{"code":-702022036}"#), Some(Place::DeviceCloud));
    assert_eq!(place(r#"{"code":-702010000}"#), None);
    assert_eq!(place(r#"{"code":-6}"#), None);
    assert_eq!(place(r#"{"code":0,"message":"auth err"}"#), None);
}

#[test]
fn errors_of_http_are_told_by_their_bodies_and_else_by_their_status() {
    for (status, answer, text, cause) in [
        (
            401,
            r#"{"code":0,"message":"invalid signature"}"#,
            "invalid signature",
            Cause::Signature,
        ),
        (
            401,
            r#"{"code":0,"message":"auth error"}"#,
            "auth error",
            Cause::Token,
        ),
        (
            401,
            r#"{"code":3,"message":""}"#,
            "auth error",
            Cause::Token,
        ),
        (401, "auth err", "auth error", Cause::Token),
        (401, "", "unauthorised", Cause::Http),
        (415, "", "this style is refused here", Cause::Http),
        (
            415,
            "Unsupported Media Type",
            "this style is refused here",
            Cause::Http,
        ),
        (
            415,
            r#"{"code":0,"message":"unsupported"}"#,
            "this style is refused here",
            Cause::Http,
        ),
        (
            426,
            r#"{"code":0,"message":"SERVICETOKEN_EXPIRED"}"#,
            "serviceToken expired",
            Cause::Token,
        ),
        (
            426,
            "SERVICETOKEN_EXPIRED",
            "serviceToken expired",
            Cause::Token,
        ),
        (
            426,
            "Upgrade Required",
            "serviceToken expired",
            Cause::Token,
        ),
        (403, r#"{"code":0,"message":"no"}"#, "no", Cause::Message),
        (
            502,
            "<html><title>502 Bad Gateway</title>",
            "502 Bad Gateway",
            Cause::Message,
        ),
        (500, r#"{"code":-704042011}"#, "device offline", Cause::Code),
        (599, "", "", Cause::Http),
    ] {
        let verdict = written(status, answer);
        assert_eq!(verdict.outcome, Refused, "{status} {answer}");
        assert_eq!(
            (&*verdict.text, verdict.cause),
            (text, cause),
            "{status} {answer}"
        );
    }
}

#[test]
fn what_is_no_json_is_not_taken_for_the_clouds_consent() {
    for (status, answer, outcome) in [
        (Some(200), &b"ok"[..], Accepted),
        (Some(200), b"\x89PNG\r\n\x1a\n\xff\xfe", Accepted),
        (
            Some(200),
            b"<html><title>Log in to the hotel</title>",
            Unknown,
        ),
        (Some(200), b"permission denied", Refused),
        (Some(200), b"busy", Unknown),
        (Some(200), b"", Unknown),
        (Some(200), br#"{"code":0,"resu"#, Unknown),
        (Some(302), b"moved", Unknown),
        (None, b"ok", Unknown),
        (None, br#"{"code":0,"result":1}"#, Accepted),
    ] {
        let flow = flow("/miotspec/prop/set", "{}", status, answer);
        assert_eq!(judge(&flow).outcome, outcome, "{}", answer.escape_ascii());
    }
    let mut unanswered = flow("/x", "{}", None, b"");
    unanswered.response = None;
    assert_eq!(judge(&unanswered).to_string(), "no answer");
}

#[test]
fn a_locked_answer_is_unknown_and_a_plain_one_to_a_locked_request_is_not() {
    let locked = |status, answer: &[u8]| {
        let mut flow = flow("/home/device_list", "", Some(status), answer);
        flow.exported = None;
        flow.request.body = Body::Bytes(
            b"data=AAAAAAAAAAAA&rc4_hash__=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D&_nonce=J0lH4tl4VlQBxwKe"
                .to_vec(),
        );
        let decoded = decode(&flow, &Keyring::new(), Options::default());
        assert_eq!(decoded.state, State::Locked);
        Verdict::of(&flow, &decoded)
    };
    assert_eq!(locked(200, b"q83vEjRWeJCrze8SNFZ4kA==").outcome, Unknown);
    assert_eq!(
        locked(401, br#"{"code":0,"message":"auth err"}"#).cause,
        Cause::Token
    );
}

#[test]
fn a_servers_words_are_cut_and_safe_to_print() {
    let answer = format!(
        r#"{{"code":-8,"message":"a\u001b[31m\n{}"}}"#,
        "b".repeat(999)
    );
    let text = written(200, &answer).text;
    assert!(text.chars().count() < 2 * MAX_WORDS && !text.contains(char::is_control));
}
