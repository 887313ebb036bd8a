//! Round the cloud: every style, carrier and region is accepted, and the answer
//! opens.

use mishark_core::decode::{Decoded, Options, State, decode};
use mishark_core::flow::Flow;
use mishark_core::protocol::request::{KeystreamMode, Order, Scheme};
use mishark_core::protocol::signature::{Check, PathForm};
use mishark_core::replay::{
    Answer, Base, Cancel, Carrier, Draft, Endpoint, fresh_nonce, send, sign,
};
use mishark_core::session::{Keyring, Session};
use serde_json::json;

use crate::home::{ACCOUNT, FITNESS, endpoint, session};
use crate::support::cloud::{Behaviour, Cloud};

fn ring(session: &Session) -> Keyring {
    let mut ring = Keyring::new();
    ring.add(session.clone());
    ring
}

pub(crate) fn ask(draft: &Draft, session: &Session, endpoint: &Endpoint) -> (Flow, Decoded) {
    let signed = sign(draft, session, fresh_nonce().unwrap()).unwrap();
    let flow = send(&signed, endpoint, &Cancel::new()).unwrap();
    let decoded = decode(&flow, &ring(session), Options::default());
    (flow, decoded)
}

const CALL: &str = r#"{"params":[{"did":"500000001","siid":2,"piid":1}]}"#;

fn draft(base: &str) -> Draft {
    let mut draft = Draft::new(base, "/app/miotspec/prop/get", CALL);
    draft.session = Some(session().id());
    draft
}

#[test]
fn every_style_is_accepted_and_its_answer_opens() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    cloud.property("500000001", 2, 1, json!(true));
    let mut count = 0;
    for scheme in [Scheme::Rc4, Scheme::Hmac] {
        for keystream in [KeystreamMode::Chained, KeystreamMode::Fresh] {
            for order in [Order::Sorted, Order::Received] {
                for carrier in [Carrier::Body, Carrier::Query] {
                    for gzip in [true, false] {
                        for sends_ssecurity in [true, false] {
                            let mut draft = draft("https://api.io.mi.com");
                            draft.params.insert(0, ("type".into(), b"7".to_vec()));
                            draft.params.insert(0, ("accessKey".into(), b"I".to_vec()));
                            draft.set_scheme(scheme);
                            draft.style.keystream = keystream;
                            draft.style.order = order;
                            draft.style.sends_ssecurity = sends_ssecurity;
                            draft.carrier = carrier;
                            draft.set_gzip(gzip);
                            let (flow, decoded) = ask(&draft, &session(), &endpoint(&cloud));
                            let answer = Answer::of(&flow, &decoded);
                            assert_eq!(answer, Some(Answer::Fine), "{:?}", draft.style);
                            assert_eq!(decoded.signature, Check::Match);
                            let opened = decoded.response.unwrap().plaintext.unwrap();
                            let value: serde_json::Value = serde_json::from_slice(&opened).unwrap();
                            assert_eq!(value["result"][0]["value"], true);
                            let seen = cloud.seen().remove(0);
                            let mode = match (scheme, keystream, order) {
                                (Scheme::Hmac, _, _) => "hmac",
                                (_, KeystreamMode::Fresh, Order::Sorted) => "fresh",
                                (_, KeystreamMode::Fresh, _) => "fresh received",
                                (_, _, Order::Sorted) => "chained",
                                _ => "chained received",
                            };
                            assert_eq!(seen.mode, mode);
                            count += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(count, 64);
}

#[test]
fn every_region_and_gateway_signs_the_path_its_cloud_expects() {
    let cloud = Cloud::http(vec![ACCOUNT.into(), FITNESS.into()]);
    for region in ["", "de.", "us.", "ru.", "tw.", "sg.", "in.", "i2."] {
        for (host, path) in [
            ("api.io.mi.com", "/app/miotspec/prop/get"),
            ("core.api.io.mi.com", "/app/miotspec/prop/get"),
            (
                "business.smartcamera.api.io.mi.com",
                "/common/app/get/eventlist",
            ),
        ] {
            let mut draft = Draft::new(&format!("https://{region}{host}"), path, CALL);
            draft.session = Some(session().id());
            let (flow, decoded) = ask(&draft, &session(), &endpoint(&cloud));
            assert_eq!(
                Answer::of(&flow, &decoded),
                Some(Answer::Fine),
                "{region}{host}"
            );
            assert_eq!(decoded.state, State::Verified);
            // The answer's flow tells where it really went.
            assert_eq!(flow.request.url.host(), "127.0.0.1");
            assert_eq!(flow.request.url.path(), path);
        }
        let base = format!("https://{region}hlth.io.mi.com");
        let mut fitness = Draft::new(&base, "/app/v1/data/get_fitness_data_by_time", "{}");
        assert_eq!(fitness.style.path, PathForm::Whole);
        fitness.session = Some(FITNESS.session().id());
        let (flow, decoded) = ask(&fitness, &FITNESS.session(), &endpoint(&cloud));
        assert_eq!(Answer::of(&flow, &decoded), Some(Answer::Fine), "{base}");
    }
}

#[test]
fn what_is_sent_is_what_the_draft_says_and_nothing_of_the_old_connection() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    let mut draft = draft("https://api.io.mi.com");
    draft.set_header("X-Odd-CASE", Some("v"));
    let (flow, _) = ask(&draft, &session(), &endpoint(&cloud));
    let seen = cloud.seen().remove(0);
    let header = |name: &str| {
        let mut headers = seen.headers.iter();
        headers
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(header("X-Odd-CASE"), Some("v"));
    assert_eq!(header("MIOT-ENCRYPT-ALGORITHM"), Some("ENCRYPT-RC4"));
    let cookie = header("Cookie").unwrap();
    assert!(cookie.contains("serviceToken=HOME-TOKEN"), "{cookie}");
    assert!(cookie.contains("userId=1000000017"), "{cookie}");
    let lower: Vec<String> = seen
        .headers
        .iter()
        .map(|(name, _)| name.to_lowercase())
        .collect();
    for name in [
        "host",
        "content-length",
        "accept-encoding",
        "cookie",
        "user-agent",
    ] {
        let times = lower.iter().filter(|field| *field == name).count();
        assert_eq!(times, 1, "{name} in {lower:?}");
    }
    for name in ["accept", "connection", "transfer-encoding"] {
        assert!(
            !lower.iter().any(|field| field == name),
            "{name} in {lower:?}"
        );
    }
    assert_eq!(flow.request.body.bytes(), Some(&*seen.body));
}

#[test]
fn the_cloud_keeps_a_connection_and_answers_again() {
    use std::io::{Read, Write};
    let cloud = Cloud::http(Vec::new());
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", cloud.port())).unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /x HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\"auth error\"}") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.push(byte[0]);
        }
    }
    assert_eq!((cloud.connections(), cloud.seen().len()), (1, 2));
}

#[test]
fn an_exact_copy_is_the_recorded_request_again() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    let (first, _) = ask(
        &draft("https://api.io.mi.com"),
        &session(),
        &endpoint(&cloud),
    );
    let copy = mishark_core::replay::SignedRequest::exact(&first).unwrap();
    assert!(copy.is_exact() && copy.nonce().is_none());
    let again = send(&copy, &endpoint(&cloud), &Cancel::new()).unwrap();
    let seen = cloud.seen();
    assert_eq!(seen[0].body, seen[1].body);
    assert_eq!(again.response.unwrap().status, Some(200));
}

#[test]
fn https_by_an_authority_the_user_gave_is_trusted() {
    let cloud = Cloud::https(vec![ACCOUNT.into()]);
    let (flow, decoded) = ask(
        &draft("https://api.io.mi.com"),
        &session(),
        &endpoint(&cloud),
    );
    assert_eq!(Answer::of(&flow, &decoded), Some(Answer::Fine));
}

#[test]
fn a_signature_for_another_path_is_refused_as_the_cloud_does() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    let mut draft = draft("https://api.io.mi.com");
    draft.style.path = PathForm::Whole;
    let (flow, decoded) = ask(&draft, &session(), &endpoint(&cloud));
    let answer = Answer::of(&flow, &decoded).unwrap();
    assert_eq!(answer, Answer::BadSignature { clock_ahead: None });
    assert_eq!(flow.response.unwrap().status, Some(401));
    cloud.behave(Behaviour::Honest);
}

#[test]
fn a_base_with_another_port_goes_into_the_host_header() {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    let mut endpoint = endpoint(&cloud);
    endpoint.base = Some(Base::parse(&format!("http://localhost:{}", cloud.port())).unwrap());
    endpoint.confirm("localhost");
    let (_, decoded) = ask(&draft("https://api.io.mi.com"), &session(), &endpoint);
    assert_eq!(decoded.state, State::Verified);
    let seen = cloud.seen().remove(0);
    let mut headers = seen.headers.iter();
    let host = headers
        .find(|(name, _)| name.eq_ignore_ascii_case("host"))
        .unwrap();
    assert_eq!(host.1, format!("localhost:{}", cloud.port()));
}
