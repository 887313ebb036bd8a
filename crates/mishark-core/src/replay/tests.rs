#![cfg(feature = "send")]
use super::*;
use crate::decode::{Options, decode};
use crate::flow::{Body, Flow, Request, Response, Url};
use crate::protocol::key::{Nonce, Ssecurity};
use crate::protocol::request::{Order, Scheme};
use crate::session::{KeyOrigin, Keyring, Place, Secret, Session};

const KEY: &str = "rAnKuwnp8Nqby2BclfOCRg==";
const NONCE: &str = "Jaq5urLxbV8BuJCB";
const CALL: &str = r#"{"params":[{"did":"5","siid":2,"piid":1}]}"#;

fn session() -> Session {
    let key = Ssecurity::parse(KEY.as_bytes()).unwrap();
    let place = Place {
        capture: "x.har".to_owned(),
        entry: 0,
    };
    let mut session = Session::new(key, KeyOrigin::Form(place));
    session.sid = Some("xiaomiio".to_owned());
    session.service_tokens = vec![Secret::new("NEW")];
    session
}

fn nonce() -> Nonce {
    Nonce::parse(NONCE.as_bytes()).unwrap()
}

/// What the app would have sent, recorded, with odd escapes and much around it.
fn recorded() -> Flow {
    let mut draft = Draft::new("https://api.io.mi.com", "/app/miotspec/prop/get", CALL);
    draft.session = Some(session().id());
    let signed = sign(&draft, &session(), nonce()).unwrap();
    let body = String::from_utf8(signed.body().to_vec()).unwrap();
    // As some clients escape: small letters, and `=` as it is.
    let body = body.replace("%2B", "%2b").replace("%3D", "=");
    let fields = [
        (":authority", "api.io.mi.com"),
        ("host", "api.io.mi.com"),
        ("content-length", "999"),
        ("x-whistle-policy", "1"),
        ("User-Agent", "app"),
        ("miot-encrypt-algorithm", "ENCRYPT-RC4"),
        ("miot-accept-encoding", "gzip"),
        ("cookie", "userId=17; serviceToken=OLD; locale=zh_CN"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Flow {
        request: Request {
            method: "POST".to_owned(),
            url: Url::new("https://api.io.mi.com/app/miotspec/prop/get?x=1"),
            headers: fields.into_iter().collect(),
            body: Body::Bytes(body.into_bytes()),
            ..Request::default()
        },
        ..Flow::default()
    }
}

fn drafted() -> (Draft, Flow) {
    let flow = recorded();
    let mut ring = Keyring::new();
    ring.add(session());
    let decoded = decode(&flow, &ring, Options::default());
    (Draft::of(&flow, &decoded, &ring).unwrap(), flow)
}

#[test]
fn a_draft_of_a_flow_keeps_what_is_to_be_sent_and_leaves_the_connection() {
    let (draft, flow) = drafted();
    assert_eq!(
        (draft.base.as_str(), draft.host()),
        ("https://api.io.mi.com", "api.io.mi.com")
    );
    assert_eq!(draft.query, "x=1");
    assert_eq!(draft.data(), Some(CALL.as_bytes()));
    assert!(draft.wants_gzip() && draft.changed().is_empty() && draft.notes().is_empty());
    let names: Vec<&str> = draft.headers.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "User-Agent",
            "miot-encrypt-algorithm",
            "miot-accept-encoding"
        ]
    );
    let left_out = [":authority", "host", "content-length", "x-whistle-policy"];
    assert_eq!(draft.left_out(), left_out);
    let signed = sign(&draft, &session(), draft.captured_nonce().unwrap().clone()).unwrap();
    assert_eq!(Some(signed.body()), flow.request.body.bytes());
    assert_eq!(signed.target(), "/app/miotspec/prop/get?x=1");
    // The same login signs, so its cookies are the captured ones.
    let cookie = &signed.headers().last().unwrap().1;
    assert_eq!(cookie, "userId=17; serviceToken=OLD; locale=zh_CN");
}

#[test]
fn the_same_login_given_anew_brings_its_younger_token() {
    let (draft, _) = drafted();
    let mut given = session();
    given.origin = KeyOrigin::File("auth.json".to_owned());
    let signed = sign(&draft, &given, nonce()).unwrap();
    let cookie = &signed.headers().last().unwrap().1;
    assert_eq!(cookie, "userId=17; serviceToken=NEW; locale=zh_CN");
}

#[test]
fn another_login_brings_its_own_cookies() {
    let (draft, _) = drafted();
    let mut other = session();
    other.ssecurity = Ssecurity::parse(b"pOwGNxkmm74O4nna6QTASA==").unwrap();
    let signed = sign(&draft, &other, nonce()).unwrap();
    let cookie = &signed.headers().last().unwrap().1;
    assert_eq!(cookie, "serviceToken=NEW; locale=zh_CN");
}

#[test]
fn each_part_can_be_edited_told_apart_and_taken_back() {
    let (draft, _) = drafted();
    type Edit = (Field, fn(&mut Draft));
    let edits: [Edit; 10] = [
        (Field::Method, |draft| draft.method = "GET".into()),
        (Field::Base, |draft| {
            draft.base = "https://de.api.io.mi.com".into()
        }),
        (Field::Path, |draft| draft.path.push('x')),
        (Field::Query, |draft| draft.query.clear()),
        (Field::Style, |draft| draft.style.order = Order::Received),
        (Field::Carrier, |draft| draft.carrier = Carrier::Query),
        (Field::Headers, |draft| draft.set_gzip(false)),
        (Field::Cookies, |draft| drop(draft.cookies.pop())),
        (Field::Params, |draft| {
            draft.params.push(("a".into(), b"1".to_vec()))
        }),
        (Field::Data, |draft| draft.set_data("{}")),
    ];
    let mut all = draft.clone();
    for (field, edit) in edits {
        let mut edited = draft.clone();
        edit(&mut edited);
        assert_eq!(edited.changed(), [field]);
        edited.restore(field);
        assert_eq!(edited, draft);
        edit(&mut all);
    }
    assert_eq!(all.changed().len(), 10);
    all.restore_all();
    assert_eq!(all, draft);
}

#[test]
fn a_part_taken_back_leaves_the_others_edited() {
    let (mut draft, _) = drafted();
    draft.set_data("{}");
    draft.params.push(("a".into(), b"1".to_vec()));
    draft.restore(Field::Params);
    assert_eq!(draft.changed(), [Field::Data]);
    draft.params.push(("a".into(), b"1".to_vec()));
    draft.restore(Field::Data);
    assert_eq!(draft.changed(), [Field::Params]);
}

#[test]
fn an_edited_value_is_escaped_anew_where_it_stood() {
    let (mut draft, flow) = drafted();
    draft.set_data("{}");
    let signed = sign(&draft, &session(), nonce()).unwrap();
    let names = |body: &[u8]| -> Vec<String> {
        let body = String::from_utf8_lossy(body).into_owned();
        let names = body
            .split('&')
            .map(|pair| pair.split('=').next().unwrap().to_owned());
        names.collect()
    };
    let captured = flow.request.body.bytes().unwrap();
    assert_eq!(names(signed.body()), names(captured));
    let nonce = String::from_utf8_lossy(signed.body()).into_owned();
    assert!(
        nonce.contains("ssecurity=rAnKuwnp8Nqby2BclfOCRg=="),
        "as captured: {nonce}"
    );
}

#[test]
fn everything_wrong_is_told_with_field_and_place() {
    let (mut draft, _) = drafted();
    draft.method = "P ST".into();
    draft.base = "api.io.mi.com".into();
    draft.path = "app/客厅".into();
    draft.query = "a b".into();
    draft.headers.push(("X\r\n".into(), "v".into()));
    draft.headers.push(("Content-Length".into(), "3".into()));
    draft.cookies[2].value = CookieValue::Text("a;b".into());
    draft.params.push(("signature".into(), b"x".to_vec()));
    draft.params.push(("data".into(), b"x".to_vec()));
    draft.set_data("{\n \"a\": }");
    draft.session = None;
    let report = check(&draft);
    let told: Vec<(&str, Option<(usize, usize)>)> = report
        .problems
        .iter()
        .map(|problem| (problem.field.name(), problem.at))
        .collect();
    let expected = [
        ("method", None),
        ("base", None),
        ("path", Some((1, 1))),
        ("path", Some((1, 5))),
        ("query", Some((1, 2))),
        ("headers", Some((4, 1))),
        ("headers", Some((5, 1))),
        ("cookies", Some((3, 1))),
        ("params", Some((2, 1))),
        ("data", None),
        ("data", Some((2, 7))),
        ("session", None),
    ];
    assert_eq!(told, expected);
    assert!(!report.is_sound());
    let error = sign(&draft, &session(), nonce()).unwrap_err();
    assert_eq!(error.to_string(), "method: \"P ST\" is no HTTP method");
}

#[test]
fn what_is_only_odd_is_told_and_signed() {
    let (mut draft, _) = drafted();
    draft.set_scheme(Scheme::Hmac);
    draft.set_header("MIOT-ENCRYPT-ALGORITHM", Some("ENCRYPT-RC4"));
    draft.style.path = crate::protocol::signature::PathForm::Whole;
    draft.method = "get".into();
    let report = check(&draft);
    assert_eq!(report.problems.len(), 3, "{:?}", report.problems);
    assert!(report.is_sound());
    let signed = sign(&draft, &session(), nonce()).unwrap();
    assert_eq!(
        (signed.method(), signed.signed_path()),
        ("GET", Some("/app/miotspec/prop/get"))
    );
}

#[test]
fn data_that_is_no_json_is_signed_only_when_that_is_meant() {
    let (mut draft, _) = drafted();
    draft.set_data(vec![0xff, 0]);
    assert!(sign(&draft, &session(), nonce()).is_err());
    draft.any_data = true;
    assert!(sign(&draft, &session(), nonce()).is_ok());
}

#[test]
fn the_same_inputs_make_the_same_bytes() {
    let (draft, _) = drafted();
    let one = sign(&draft, &session(), nonce()).unwrap();
    let other = sign(&draft.clone(), &session(), nonce()).unwrap();
    assert_eq!(one.body(), other.body());
    assert_eq!(one.signature_string(), other.signature_string());
    assert!(
        one.signature_string()
            .unwrap()
            .starts_with(b"POST&/miotspec/prop/get&data=")
    );
    let hashed = one.rc4_hash_string().unwrap();
    assert!(hashed.ends_with(one.signed_nonce().unwrap().as_bytes()));
}

#[test]
fn debug_shows_no_secret() {
    let (draft, flow) = drafted();
    let signed = sign(&draft, &session(), nonce()).unwrap();
    let exact = SignedRequest::exact(&flow).unwrap();
    let shown = format!("{draft:?} {signed:?} {exact:?} {:?}", draft.cookies);
    for secret in [
        KEY,
        "OLD",
        "NEW",
        "zh_CN",
        "siid",
        signed.signed_nonce().unwrap(),
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn a_camera_url_carries_the_new_token_behind_its_signed_fields() {
    let mut flow = recorded();
    let form = String::from_utf8(flow.request.body.bytes().unwrap().to_vec()).unwrap();
    let url =
        format!("https://api.io.mi.com/app/miotspec/prop/get?{form}&yetAnotherServiceToken=OLD");
    flow.request.url = Url::new(url.as_str());
    flow.request.body = Body::Absent;
    let mut ring = Keyring::new();
    ring.add(session());
    let decoded = decode(&flow, &ring, Options::default());
    let draft = Draft::of(&flow, &decoded, &ring).unwrap();
    assert_eq!(draft.carrier, Carrier::Query);
    let signed = sign(&draft, &session(), nonce()).unwrap();
    assert_eq!(signed.url(), url);
    let mut other = session();
    other.ssecurity = Ssecurity::parse(b"pOwGNxkmm74O4nna6QTASA==").unwrap();
    let signed = sign(&draft, &other, nonce()).unwrap();
    assert!(
        signed.url().ends_with("&yetAnotherServiceToken=NEW"),
        "{}",
        signed.url()
    );
}

/// What a plain answer of that status and body is taken for.
fn answer(status: u16, body: &str) -> String {
    let mut flow = recorded();
    flow.response = Some(Response {
        status: Some(status),
        body: Body::Bytes(body.as_bytes().to_vec()),
        ..Response::default()
    });
    let mut ring = Keyring::new();
    ring.add(session());
    let decoded = decode(&flow, &ring, Options::default());
    Answer::of(&flow, &decoded).unwrap().to_string()
}

#[test]
fn answers_are_told_apart_by_what_they_say_and_not_by_code_alone() {
    for (status, body, expected) in [
        (200, r#"{"code":0,"message":"ok","result":[]}"#, "accepted"),
        (200, r#"{"code":0,"data":{}}"#, "accepted"),
        (
            401,
            r#"{"code":0,"message":"invalid signature"}"#,
            "invalid signature",
        ),
        (
            401,
            r#"{"code":0,"message":"auth err"}"#,
            "the token is refused: auth error",
        ),
        (
            200,
            r#"{"code":0,"message":"SERVICETOKEN_EXPIRED"}"#,
            "the token is refused: serviceToken expired",
        ),
        (
            200,
            r#"{"code":3,"message":"serviceToken expired"}"#,
            "the token is refused: serviceToken expired",
        ),
        (200, r#"{"code":2}"#, "the token is refused: auth error"),
        (
            200,
            r#"{"code":-6,"message":"invalid\u001b[2J home"}"#,
            "refused: code -6: invalid\\u{1b}[2J home",
        ),
        (200, r#"{"code":-8}"#, "refused: code -8"),
        (
            500,
            r#"{"code":-1,"message":"oops"}"#,
            "refused: code -1: oops",
        ),
        (403, r#"{"code":0}"#, "HTTP error 403: forbidden"),
        (502, "<html><body>bad gateway", "HTTP error 502"),
        (
            200,
            "<!doctype html>",
            "answered, but not ours: starts with `<!doctype html>`",
        ),
        (204, "", "HTTP 204, an empty answer"),
        (404, "", "HTTP error 404: not found"),
        (302, "", "HTTP 302, a redirect"),
    ] {
        assert_eq!(answer(status, body), expected, "{status} {body}");
    }
}
