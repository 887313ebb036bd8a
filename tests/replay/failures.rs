//! Everything that can go wrong on the way has its own words, and the draft is
//! still there afterwards.

use std::net::TcpListener;
use std::time::Duration;

use mishark_core::decode::{Options, decode};
use mishark_core::flow::Flow;
use mishark_core::replay::{
    Answer, Base, Cancel, Draft, Endpoint, Proxy as ProxyAddress, Refusal, SendError, TlsFault,
    fresh_nonce, send, sign,
};
use mishark_core::session::{Keyring, Session};

use crate::home::{ACCOUNT, FITNESS, endpoint, session};
use crate::support::cloud::{Account, Behaviour, Cloud};
use crate::support::proxy::{Manner, Proxy};

fn draft() -> Draft {
    let mut draft = Draft::new("https://api.io.mi.com", "/app/miotspec/prop/get", "{}");
    draft.session = Some(session().id());
    draft
}

fn try_with(session: &Session, endpoint: &Endpoint) -> Result<Flow, SendError> {
    let draft = draft();
    let before = draft.clone();
    let signed = sign(&draft, session, fresh_nonce().unwrap()).unwrap();
    let result = send(&signed, endpoint, &Cancel::new());
    assert_eq!(draft, before, "the draft is as it was");
    result
}

fn fails(endpoint: &Endpoint) -> SendError {
    try_with(&session(), endpoint).unwrap_err()
}

fn answer_to(session: &Session, cloud: &Cloud) -> Answer {
    let flow = try_with(session, &endpoint(cloud)).unwrap();
    let mut ring = Keyring::new();
    ring.add(session.clone());
    let decoded = decode(&flow, &ring, Options::default());
    Answer::of(&flow, &decoded).unwrap()
}

fn cloud() -> Cloud {
    Cloud::http(vec![ACCOUNT.into()])
}

#[test]
fn an_unknown_name_is_told_as_such() {
    // Longer than any label may be, so no name server is asked.
    let name = format!("{}.invalid", "a".repeat(64));
    let mut endpoint = Endpoint::default();
    endpoint.base = Some(Base::parse(&format!("http://{name}")).unwrap());
    endpoint.confirm(&name);
    let error = fails(&endpoint);
    assert_eq!(error, SendError::Name { host: name });
    assert!(!error.may_have_arrived());
}

#[test]
fn a_closed_port_is_no_connection() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut endpoint = endpoint(&cloud());
    endpoint.base = Some(Base::parse(&format!("http://127.0.0.1:{port}")).unwrap());
    let error = fails(&endpoint).to_string();
    assert_eq!(
        error,
        format!("not sent: no connection to 127.0.0.1:{port}: refused")
    );
}

#[test]
fn an_unknown_authority_is_named_with_what_to_do() {
    let cloud = Cloud::https(vec![ACCOUNT.into()]);
    let mut endpoint = endpoint(&cloud);
    // Another authority is trusted, and not the cloud's.
    let other = Cloud::https(Vec::new());
    let pem = other.authority().unwrap().as_bytes();
    endpoint.certificates = mishark_core::replay::Certificates::parse(pem);
    let error = fails(&endpoint);
    let SendError::Tls {
        fault: TlsFault::UnknownIssuer,
        ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(
        error
            .to_string()
            .contains("nobody known to this machine vouches"),
        "{error}"
    );
    assert!(
        error.hint(false).contains("--cacert"),
        "{}",
        error.hint(false)
    );
    assert!(!error.may_have_arrived() && cloud.seen().is_empty());
}

#[test]
fn the_systems_own_authorities_do_not_vouch_for_it_either() {
    let cloud = Cloud::https(vec![ACCOUNT.into()]);
    let mut endpoint = endpoint(&cloud);
    endpoint.certificates = None;
    let error = fails(&endpoint);
    assert!(matches!(error, SendError::Tls { .. }), "{error:?}");
    assert!(cloud.seen().is_empty());
}

#[test]
fn https_to_a_port_that_speaks_http_is_never_sent() {
    let cloud = cloud();
    let mut endpoint = endpoint(&cloud);
    let base = cloud.base().replace("http:", "https:");
    endpoint.base = Some(Base::parse(&base).unwrap());
    endpoint.certificates = Some(
        mishark_core::replay::Certificates::parse(
            Cloud::https(Vec::new()).authority().unwrap().as_bytes(),
        )
        .unwrap(),
    );
    // The plain server waits for the end of what it takes for a head.
    endpoint.connect_timeout = Duration::from_millis(300);
    let error = fails(&endpoint);
    let expected = format!(
        "not sent: no connection to 127.0.0.1:{}: did not answer in time",
        cloud.port()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_proxy_that_refuses_or_is_not_there_is_told_by_name() {
    let cloud = Cloud::https(vec![ACCOUNT.into()]);
    for (manner, scheme) in [(Manner::Refuse, "http"), (Manner::SocksRefuse, "socks5")] {
        let proxy = Proxy::start(manner);
        let mut endpoint = endpoint(&cloud);
        endpoint.proxy = ProxyAddress::parse(&format!("{scheme}://{}", proxy.authority()));
        let error = fails(&endpoint);
        let SendError::Proxy { proxy: named, .. } = &error else {
            panic!("{scheme}: {error:?}");
        };
        assert_eq!(*named, proxy.authority());
        assert!(error.to_string().contains("refused"), "{error}");
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for scheme in ["http", "socks5h"] {
        let mut endpoint = endpoint(&cloud);
        endpoint.proxy = ProxyAddress::parse(&format!("{scheme}://127.0.0.1:{port}"));
        let error = fails(&endpoint).to_string();
        let expected =
            format!("not sent: the proxy 127.0.0.1:{port} could not be reached: refused");
        assert_eq!(error, expected);
    }
    assert!(cloud.seen().is_empty());
}

#[test]
fn requests_go_through_proxies_of_both_kinds() {
    for cloud in [cloud(), Cloud::https(vec![ACCOUNT.into()])] {
        for (manner, scheme) in [
            (Manner::Tunnel, "http"),
            (Manner::Socks, "socks5"),
            (Manner::Socks, "socks5h"),
        ] {
            let proxy = Proxy::start(manner);
            let mut endpoint = endpoint(&cloud);
            endpoint.proxy = ProxyAddress::parse(&format!("{scheme}://{}", proxy.authority()));
            let flow = try_with(&session(), &endpoint).unwrap();
            assert_eq!(flow.response.unwrap().status, Some(200));
            assert_eq!(proxy.asked(), [format!("127.0.0.1:{}", cloud.port())]);
        }
    }
}

#[test]
fn silence_ends_when_the_time_is_over() {
    let cloud = cloud();
    cloud.behave(Behaviour::Silent);
    let mut endpoint = endpoint(&cloud);
    endpoint.timeout = Duration::from_millis(300);
    let error = fails(&endpoint);
    assert_eq!(error.to_string(), "sent, no answer in 0.3 s");
    assert!(error.may_have_arrived());
}

#[test]
fn a_cut_answer_says_how_much_of_it_came() {
    let cloud = cloud();
    cloud.behave(Behaviour::Cut);
    let error = fails(&endpoint(&cloud));
    let SendError::Cut { had } = error else {
        panic!("{error:?}");
    };
    assert!(had > 0);
    assert!(
        error
            .to_string()
            .starts_with("sent, the connection ended in the answer, after ")
    );
}

#[test]
fn an_answer_of_ten_megabytes_stops_at_the_limit() {
    let cloud = cloud();
    cloud.behave(Behaviour::Huge(10 << 20));
    let mut endpoint = endpoint(&cloud);
    let error = fails(&endpoint);
    assert_eq!(
        error.to_string(),
        "answered, but with more than 8388608 bytes"
    );
    assert!(error.hint(false).contains("--answer-limit"));
    endpoint.answer_limit = 16 << 20;
    assert!(try_with(&session(), &endpoint).is_ok());
}

#[test]
fn what_is_no_http_is_told() {
    let cloud = cloud();
    cloud.behave(Behaviour::NotHttp);
    let error = fails(&endpoint(&cloud)).to_string();
    assert!(error.starts_with("answered, but not by HTTP"), "{error}");
}

#[test]
fn cancelling_lets_go_at_once_and_for_good() {
    let cloud = cloud();
    cloud.behave(Behaviour::Silent);
    let cancel = Cancel::new();
    let signed = sign(&draft(), &session(), fresh_nonce().unwrap()).unwrap();
    let endpoint = endpoint(&cloud);
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| send(&signed, &endpoint, &cancel));
        while cloud.seen().is_empty() {
            std::thread::yield_now();
        }
        cancel.cancel();
        assert_eq!(
            sending.join().unwrap(),
            Err(SendError::Cancelled { sent: true })
        );
    });
    assert!(cancel.is_cancelled());
    assert_eq!(
        send(&signed, &endpoint, &cancel),
        Err(SendError::Cancelled { sent: false })
    );
}

#[test]
fn a_page_is_not_ours_and_never_a_failure_of_the_cipher() {
    let cloud = cloud();
    cloud.behave(Behaviour::Page(200));
    let answer = answer_to(&session(), &cloud);
    let Answer::NotOurs { start } = &answer else {
        panic!("{answer:?}");
    };
    assert!(start.starts_with("<html>"));
    cloud.behave(Behaviour::Page(502));
    assert_eq!(answer_to(&session(), &cloud), Answer::Http { status: 502 });
}

#[test]
fn a_redirect_is_not_followed() {
    let cloud = cloud();
    let other = Cloud::http(vec![ACCOUNT.into()]);
    cloud.behave(Behaviour::Redirect(format!(
        "{}/app/x?secret",
        other.base()
    )));
    let answer = answer_to(&session(), &cloud);
    assert_eq!(answer.to_string(), "HTTP 302, a redirect to 127.0.0.1");
    assert!(other.seen().is_empty());
}

#[test]
fn an_answer_under_another_key_is_a_failure_of_the_cipher() {
    let cloud = cloud();
    cloud.behave(Behaviour::WrongKey);
    let answer = answer_to(&session(), &cloud);
    assert!(matches!(answer, Answer::Shut(_)), "{answer:?}");
}

#[test]
fn a_wrong_key_is_an_invalid_signature() {
    let mut wrong = session();
    wrong.ssecurity = FITNESS.session().ssecurity;
    let answer = answer_to(&wrong, &cloud());
    assert_eq!(answer, Answer::BadSignature { clock_ahead: None });
    assert!(answer.ends_a_batch());
}

#[test]
fn an_expired_token_and_a_strangers_are_told_from_a_wrong_signature() {
    let expired = Account {
        is_expired: true,
        ..ACCOUNT.into()
    };
    let answer = answer_to(&session(), &Cloud::http(vec![expired]));
    assert_eq!(
        answer.to_string(),
        "the token is refused: serviceToken expired"
    );
    let answer = answer_to(&session(), &Cloud::http(vec![FITNESS.into()]));
    assert_eq!(answer.to_string(), "the token is refused: auth error");
    assert!(answer.ends_a_batch() && answer.hint().contains("Log in again"));
}

#[test]
fn a_clock_far_off_is_named_with_a_refused_signature() {
    let cloud = cloud();
    cloud.behave(Behaviour::Clock("Sat, 01 Jan 2000 00:00:00 GMT".to_owned()));
    let answer = answer_to(&session(), &cloud);
    let text = answer.to_string();
    assert!(
        text.starts_with("invalid signature, and this clock is "),
        "{text}"
    );
    assert!(text.ends_with(" min ahead of the server's"), "{text}");
    assert!(answer.hint().contains("clock"));
}

#[test]
fn credentials_go_nowhere_that_nobody_confirmed() {
    let cloud = cloud();
    let mut endpoint = Endpoint::default();
    endpoint.base = Some(Base::parse(&cloud.base()).unwrap());
    let error = fails(&endpoint);
    let SendError::Refused(Refusal::NeedsConfirmation { host, whose }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(host, "127.0.0.1");
    assert!(whose.starts_with("1***17 at xiaomiio (key "), "{whose}");
    assert_eq!(cloud.connections(), 0);
    endpoint.confirm("127.0.0.1");
    assert!(try_with(&session(), &endpoint).is_ok());
    // Confirming one host confirms no other.
    endpoint.base = Some(Base::parse(&cloud.base().replace("127.0.0.1", "localhost")).unwrap());
    assert!(matches!(fails(&endpoint), SendError::Refused(_)));
}

#[test]
fn a_session_of_another_service_or_without_a_token_says_what_is_missing() {
    let signed = |session: &Session| sign(&draft(), session, fresh_nonce().unwrap()).unwrap();
    let endpoint = Endpoint::default();
    let error = endpoint.check(&signed(&FITNESS.session())).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("api.io.mi.com needs a session of xiaomiio, and this is "),
        "{text}"
    );
    let mut bare = session();
    bare.service_tokens.clear();
    let error = endpoint.check(&signed(&bare)).unwrap_err();
    assert_eq!(error.host(), None);
    assert!(error.to_string().contains("has no serviceToken"));
    assert_eq!(endpoint.check(&signed(&session())), Ok(()));
}

#[test]
fn credentials_do_not_go_in_the_clear_to_their_own_host() {
    let mut draft = draft();
    draft.base = "http://api.io.mi.com".to_owned();
    let signed = sign(&draft, &session(), fresh_nonce().unwrap()).unwrap();
    let error = Endpoint::default().check(&signed).unwrap_err();
    assert!(matches!(error, Refusal::InTheClear { .. }), "{error:?}");
}
