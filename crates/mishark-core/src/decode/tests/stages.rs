//! What is told of each step, for one flow of each kind.

use super::*;
use crate::decode::stages::{Kind, Outcome, Stage, Which, stops_at};
use crate::decode::{explain, whole_of_stage};

/// The stages of a flow as a person sees them, secrets masked.
fn told(flow: &Flow, ring: &Keyring) -> String {
    let options = Options {
        gunzip_limit: 5000,
        ..Options::default()
    };
    let (_, stages) = explain(flow, ring, options);
    let lines: Vec<String> = stages.iter().map(line).collect();
    lines.join("\n")
}

fn line(stage: &Stage) -> String {
    let side = match stage.side {
        Which::Request => '>',
        Which::Response => '<',
    };
    let outcome = format!("{:?}", stage.outcome).to_lowercase();
    let mut line = format!("{side} {:12} {outcome:7}  {}", stage.name(), stage.says);
    if let Some(size) = stage.size {
        let hex: Vec<String> = stage
            .head
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let head = if stage.is_secret {
            "masked".to_owned()
        } else {
            hex.join(" ")
        };
        line.push_str(&format!("\n{:25}{size}: {head}", ""));
    }
    if let Some(whole) = stage.whole {
        let kind = if whole.is_text { "text" } else { "bytes" };
        let secret = if stage.is_secret { ", secret" } else { "" };
        line.push_str(&format!("\n{:25}copies {}, {kind}{secret}", "", whole.what));
    }
    line
}

/// Flows with a title each, told one after the other.
fn all_told(flows: &[(&str, Flow, Keyring)]) -> String {
    let told: Vec<String> = flows
        .iter()
        .map(|(title, flow, ring)| format!("{title}\n{}", told(flow, ring)))
        .collect();
    told.join("\n\n")
}

fn no_ring() -> Keyring {
    Keyring::new()
}

/// A flow whose form has three parameters.
fn three(style: &Style) -> Flow {
    let params: [(&str, &[u8]); 3] = [("type", b"1"), ("data", CALL), ("accessKey", b"IOS")];
    flow(&seal(style, "POST", SIGNED, &params, &key(KEY), &nonce()).form)
}

#[test]
fn a_verified_flow_is_told_from_form_to_json() {
    let mut zipped = verified();
    answer(&mut zipped, gzip(&encrypt(&gzip(ANSWER))));
    answer_header(&mut zipped, "content-encoding", "gzip");
    insta::assert_snapshot!(all_told(&[
        ("the app's own form", verified(), no_ring()),
        ("gzip inside and outside", zipped, no_ring()),
    ]));
}

#[test]
fn a_form_of_several_parameters_tells_where_each_is_read() {
    let style = |keystream, order| Style {
        keystream,
        order,
        ..APP_STYLE
    };
    use KeystreamMode::{Chained, Fresh};
    insta::assert_snapshot!(all_told(&[
        (
            "chained, sorted",
            three(&style(Chained, Order::Sorted)),
            no_ring()
        ),
        (
            "fresh, received",
            three(&style(Fresh, Order::Received)),
            no_ring()
        ),
    ]));
}

#[test]
fn other_carriers_are_named() {
    let mut query = verified();
    in_query(&mut query, &form(&APP_STYLE));
    let mut params = verified();
    let fields = form(&APP_STYLE);
    let fields = fields.fields().iter();
    params.request.body = Body::Params(
        fields
            .map(|field| {
                (
                    field.name().to_owned(),
                    String::from_utf8_lossy(field.value()).into(),
                )
            })
            .collect(),
    );
    insta::assert_snapshot!(all_told(&[
        ("in the query", query, no_ring()),
        ("in the recorder's list", params, no_ring()),
    ]));
}

#[test]
fn a_signed_form_is_told_whether_its_key_is_known_or_not() {
    let mut altered = signed_flow(&form(&HMAC));
    altered.request.url = Url::new("https://api.io.mi.com/app/other");
    altered.request.headers.push("Cookie", "userId=1");
    let mut no_nonce = signed_flow(&without(&form(&HMAC), "_nonce"));
    let headers = &mut no_nonce.request.headers;
    headers.push("miot-encrypt-algorithm", "ENCRYPT-RC4");
    let mut ring_of_account = Keyring::new();
    let mut session = Session::new(key(KEY), KeyOrigin::Given);
    session.user_id = Some("1".to_owned());
    ring_of_account.add(session);
    insta::assert_snapshot!(all_told(&[
        ("its key is known", signed_flow(&form(&HMAC)), ring(&[KEY])),
        ("no key is known", signed_flow(&form(&HMAC)), no_ring()),
        (
            "another key is known",
            signed_flow(&form(&HMAC)),
            ring(&[OTHER_KEY])
        ),
        ("another path", altered, ring_of_account),
        ("no nonce", no_nonce, ring(&[KEY])),
    ]));
}

#[test]
fn a_locked_flow_stops_at_the_key_and_tells_of_each_that_was_tried() {
    let damaged = with(&form(&APP_STYLE), "ssecurity", "/j2/Jg+k4kFfaYqywaAbHB==");
    insta::assert_snapshot!(all_told(&[
        ("no key", flow(&form(&KEYLESS)), no_ring()),
        (
            "other keys",
            flow(&form(&KEYLESS)),
            ring(&[OTHER_KEY, "AAECAwQFBgcICQoLDA0ODw=="])
        ),
        ("a damaged key", flow(&damaged), no_ring()),
    ]));
    let flow = flow(&form(&KEYLESS));
    let (_, stages) = explain(&flow, &no_ring(), Options::default());
    let stops = |side| stops_at(&stages, side).map(|stage| stage.kind);
    assert_eq!(stops(Which::Request), Some(Kind::Key));
    assert_eq!(stops(Which::Response), Some(Kind::Rc4));
}

#[test]
fn many_keys_are_counted_and_a_few_tried_again() {
    let texts: Vec<String> = (0..40u8).map(|byte| base64::encode(&[byte; 16])).collect();
    let keys: Vec<&str> = texts.iter().map(String::as_str).collect();
    let told = told(&flow(&form(&KEYLESS)), &ring(&keys));
    assert_eq!(told.matches("signature differs, it would be").count(), 8);
    assert!(
        told.contains("32 keys more, which do not fit either"),
        "{told}"
    );
}

#[test]
fn noise_is_shown_where_it_comes_out() {
    let own_is_other = with(&form(&APP_STYLE), "ssecurity", OTHER_KEY);
    let mut response = verified();
    response.request.url = Url::new("https://api.io.mi.com/app/other");
    answer(&mut response, base64::encode(&[0x80; 64]));
    insta::assert_snapshot!(all_told(&[
        (
            "the form's own key is another's",
            flow(&own_is_other),
            no_ring()
        ),
        (
            "and the right one is known",
            flow(&own_is_other),
            ring(&[KEY])
        ),
        ("an answer to another request", response, no_ring()),
    ]));
}

#[test]
fn what_was_altered_differs_and_both_values_are_told() {
    let app = form(&APP_STYLE);
    let hash = |name| with(&app, name, &base64::encode(&[7; 20]));
    let mut path = verified();
    path.request.url = Url::new("https://api.io.mi.com/app/other");
    insta::assert_snapshot!(all_told(&[
        ("another signature", flow(&hash("signature")), no_ring()),
        ("another hash", flow(&hash("rc4_hash__")), no_ring()),
        ("no signature", flow(&without(&app, "signature")), no_ring()),
        ("another path", path, no_ring()),
        (
            "a signature of another size",
            flow(&with(&form(&KEYLESS), "signature", "YWJj")),
            no_ring()
        ),
    ]));
}

#[test]
fn damage_to_base64_is_named_with_its_repair_or_its_byte() {
    let app = form(&APP_STYLE);
    let quoted = FIELDS.iter().fold(app.clone(), |form, name| {
        let text = format!("\"{}\"", text(&form, name));
        with(&form, name, &text)
    });
    let cut = format!("{}!", &text(&app, "data")[..12]);
    let mut body = encrypt(ANSWER);
    body.splice(40..41, "\u{fffd}".bytes());
    let mut response = verified();
    answer(&mut response, body);
    insta::assert_snapshot!(all_told(&[
        ("quotes everywhere", flow(&quoted), no_ring()),
        (
            "data is no base64",
            flow(&with(&app, "data", &cut)),
            no_ring()
        ),
        ("the answer is no base64", response, no_ring()),
    ]));
}

#[test]
fn without_a_nonce_nothing_goes_on() {
    insta::assert_snapshot!(all_told(&[
        (
            "none",
            flow(&without(&form(&APP_STYLE), "_nonce")),
            no_ring()
        ),
        (
            "damaged",
            flow(&with(&form(&APP_STYLE), "_nonce", "zz?")),
            no_ring()
        ),
    ]));
}

#[test]
fn answers_in_every_state_are_told() {
    let answered = |body: &[u8]| {
        let mut flow = verified();
        answer(&mut flow, body);
        flow
    };
    let long: Vec<u8> = (0..2000u32).flat_map(u32::to_le_bytes).collect();
    let packed = gzip(&long);
    let mut missing = verified();
    answer_header(&mut missing, "miot-content-encoding", "GZIP");
    let mut picture = answered(b"\x89PNG\r\n\x1a\n\x00\x01\x02");
    answer_header(&mut picture, "Content-Type", "image/png");
    let mut none = verified();
    none.response = None;
    let mut dropped = verified();
    dropped.response.as_mut().unwrap().body = Body::Dropped {
        size: Some(1_309_536),
    };
    let flows = [
        (
            "clear",
            answered(br#"{"code":3,"message":"serviceToken expired"}"#),
        ),
        ("passport's", answered(br#"&&&START&&&{"code":0}"#)),
        ("a page", answered(b"<html>502</html>")),
        ("empty", answered(b"")),
        (
            "gzip cut off",
            answered(&encrypt(&packed[..packed.len() / 2])),
        ),
        ("gzip beyond the limit", answered(&encrypt(&packed))),
        ("gzip promised", missing),
        ("cut JSON", answered(&encrypt(&ANSWER[..40]))),
        ("binary", answered(base64::encode(&[0x80; 64]).as_bytes())),
        ("a picture", picture),
        ("none", none),
        ("dropped", dropped),
    ];
    let told: Vec<String> = flows
        .iter()
        .map(|(title, flow)| {
            let told = told(flow, &no_ring());
            let response: Vec<&str> = told
                .split_inclusive('\n')
                .skip_while(|line| !line.starts_with('<'))
                .collect();
            format!("{title}\n{}", response.concat())
        })
        .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn flows_without_an_envelope_are_short() {
    let mut foreign = signed_flow(&Form::default());
    foreign.request.body = Body::Bytes(br#"[1,2]"#.to_vec());
    answer(&mut foreign, gzip(ANSWER));
    answer_header(&mut foreign, "Content-Encoding", "gzip");
    let mut listed = foreign.clone();
    listed.request.body = Body::Params(vec![("a".to_owned(), "b".to_owned())]);
    listed.response = None;
    let mut half = verified();
    half.request.body = Body::Dropped { size: Some(300) };
    let mut unknown = verified();
    unknown.request.headers = Headers::default();
    unknown
        .request
        .headers
        .push("Miot-Encrypt-Algorithm", "ENCRYPT-XYZ");
    let mut exported = foreign.clone();
    exported.exported = Some("verified".to_owned());
    insta::assert_snapshot!(all_told(&[
        ("foreign", foreign, no_ring()),
        ("foreign, listed", listed, no_ring()),
        ("half of a pair", half, no_ring()),
        ("an unknown algorithm", unknown, no_ring()),
        ("exported", exported, no_ring()),
    ]));
}

#[test]
fn a_whole_is_made_for_the_stage_that_offers_it_and_for_no_other() {
    let flow = verified();
    let options = Options::default();
    let (_, stages) = explain(&flow, &no_ring(), options);
    let made = |index| whole_of_stage(&flow, &no_ring(), options, index);
    for (index, stage) in stages.iter().enumerate() {
        assert_eq!(made(index).is_some(), stage.whole.is_some(), "{stage:?}");
    }
    assert_eq!(made(stages.len()), None);
    let signed = stages
        .iter()
        .position(|stage| stage.kind == Kind::Signature);
    let string = String::from_utf8(made(signed.unwrap()).unwrap()).unwrap();
    let signed_nonce = nonce().sign(&key(KEY));
    let app = form(&APP_STYLE);
    assert_eq!(
        string,
        format!(
            "POST&{SIGNED}&data={}&rc4_hash__={}&{}",
            text(&app, "data"),
            text(&app, "rc4_hash__"),
            signed_nonce.text()
        )
    );
    let hashed = stages.iter().position(|stage| stage.kind == Kind::Rc4Hash);
    let string = String::from_utf8(made(hashed.unwrap()).unwrap()).unwrap();
    let call = String::from_utf8_lossy(CALL);
    assert_eq!(
        string,
        format!("POST&{SIGNED}&data={call}&{}", signed_nonce.text())
    );
}

#[test]
fn no_secret_is_in_debug_or_in_words() {
    for style in [APP_STYLE, HMAC] {
        let flow = flow(&form(&style));
        let ring = ring(&[KEY]);
        let (_, stages) = explain(&flow, &ring, Options::default());
        let shown = format!("{stages:?}");
        for secret in [KEY, nonce().sign(&key(KEY)).text()] {
            assert!(!shown.contains(&secret[..8]), "{shown}");
        }
        let of_key = stages.iter().find(|stage| stage.kind == Kind::Key).unwrap();
        assert!(of_key.is_secret && of_key.head.len() == 16);
        let bytes = format!("{:?}", of_key.head);
        assert!(!shown.contains(&bytes), "{shown}");
    }
}

#[test]
fn where_a_side_stops_is_where_its_plaintext_ends() {
    let stop = |flow: &Flow, ring: &Keyring, side| {
        let (_, stages) = explain(flow, ring, Options::default());
        stops_at(&stages, side).map(|stage| stage.kind)
    };
    let (request, response) = (Which::Request, Which::Response);
    assert_eq!(stop(&verified(), &no_ring(), request), None);
    assert_eq!(stop(&verified(), &no_ring(), response), None);
    // A damaged key is no stop when another one fits.
    let damaged = flow(&with(&form(&APP_STYLE), "ssecurity", "!"));
    assert_eq!(stop(&damaged, &ring(&[KEY]), request), None);
    assert_eq!(stop(&damaged, &no_ring(), request), Some(Kind::Key));
    let noise = flow(&with(&form(&APP_STYLE), "ssecurity", OTHER_KEY));
    assert_eq!(stop(&noise, &no_ring(), request), Some(Kind::Rc4));
    // What is signed only is open without any key.
    assert_eq!(stop(&signed_flow(&form(&HMAC)), &no_ring(), request), None);
    let packed = gzip(ANSWER);
    let mut broken = verified();
    answer(&mut broken, encrypt(&packed[..packed.len() - 12]));
    assert_eq!(stop(&broken, &no_ring(), response), Some(Kind::Gzip));
    broken.response = None;
    assert_eq!(stop(&broken, &no_ring(), response), Some(Kind::Body));
}

#[test]
fn a_damaged_form_is_told_with_the_checks_that_decode_made() {
    let ring = ring(&[KEY, OTHER_KEY]);
    let body = form(&APP_STYLE).encode();
    for at in 0..body.len() {
        for other in [b'&', b'%', b'=', 0xff, body[at] ^ 1] {
            let mut altered = verified();
            let mut body = body.clone();
            body[at] = other;
            altered.request.body = Body::Bytes(body);
            let (decoded, told) = explain(&altered, &ring, Options::default());
            assert_eq!(decoded, open_with(&altered, &ring));
            for (kind, check) in [
                (Kind::Signature, &decoded.signature),
                (Kind::Rc4Hash, &decoded.rc4_hash),
            ] {
                let outcome = match check {
                    Check::Absent => Outcome::Skipped,
                    Check::Match => Outcome::Done,
                    Check::Mismatch { .. } => Outcome::Differs,
                    Check::Unknown => Outcome::Unknown,
                };
                let found = told.iter().find(|stage| stage.kind == kind);
                let found = found.map_or(outcome, |stage| stage.outcome);
                assert_eq!(found, outcome, "{other} at {at}: {told:?}");
            }
            let call = decoded.request.plaintext;
            let has_call = call.is_some_and(|call| !call.is_empty());
            let is_call = |stage: &Stage| {
                (stage.side, stage.kind) == (Which::Request, Kind::Json)
                    && (decoded.scheme.is_none() || stage.says.starts_with("data: "))
            };
            let found = told.iter().any(is_call);
            assert_eq!(found, has_call, "{other} at {at}: {told:?}");
        }
    }
}
