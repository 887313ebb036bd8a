use super::*;
use crate::flow::{Body, Flow, Headers, Request, Response, Url};
use crate::protocol::key::Ssecurity;

const KEY_A: &str = "rAnKuwnp8Nqby2BclfOCRg==";
const KEY_B: &str = "pOwGNxkmm74O4nna6QTASA==";

fn key(text: &str) -> Ssecurity {
    Ssecurity::parse(text.as_bytes()).unwrap()
}

fn place(entry: usize) -> Place {
    Place {
        capture: "x.har".to_owned(),
        entry,
    }
}

fn answer(url: &str, headers: &[(&str, &str)], body: &str) -> Flow {
    Flow {
        request: Request {
            method: "GET".to_owned(),
            url: Url::new(url),
            ..Request::default()
        },
        response: Some(Response {
            status: Some(200),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Body::Bytes(body.as_bytes().to_vec()),
        }),
        ..Flow::default()
    }
}

#[test]
fn a_form_gives_its_key_with_account_and_token() {
    let mut ring = Keyring::new();
    let mut flow = answer("https://api.io.mi.com/app/x", &[], "");
    flow.request.body = Body::Bytes(b"data=x&ssecurity=rAnKuwnp8Nqby2BclfOCRg%3D%3D".to_vec());
    flow.request
        .headers
        .push("Cookie", "cUserId=abc; serviceToken=T");
    harvest(&mut ring, &flow, &place(3));
    let session = &ring.sessions()[0];
    assert_eq!(session.ssecurity, key(KEY_A));
    assert_eq!(session.c_user_id.as_deref(), Some("abc"));
    assert_eq!(session.service_tokens, [Secret::new("T")]);
    assert_eq!(session.origin, KeyOrigin::Form(place(3)));
}

#[test]
fn a_login_answer_gives_its_key_and_sid() {
    let mut ring = Keyring::new();
    let body = format!(
        "&&&START&&&{{\"ssecurity\":\"{KEY_A}\",\"nonce\":7000000000000000001,\"userId\":17,\
         \"cUserId\":\"c\",\"location\":\"https://sts.api.io.mi.com/sts?d=1&sid=xiaomiio\"}}"
    );
    harvest(
        &mut ring,
        &answer(
            "https://account.xiaomi.com/pass/serviceLogin?sid=mijia",
            &[],
            &body,
        ),
        &place(0),
    );
    let session = &ring.sessions()[0];
    assert_eq!(session.sid.as_deref(), Some("mijia"));
    assert_eq!(session.user_id.as_deref(), Some("17"));
    assert_eq!(session.origin, KeyOrigin::Login(place(0)));
}

#[test]
fn a_refused_login_gives_nothing() {
    let mut ring = Keyring::new();
    let body = "&&&START&&&{\"code\":70016,\"ssecurity\":null,\"desc\":\"x\"}";
    harvest(
        &mut ring,
        &answer(
            "https://account.xiaomi.com/pass/serviceLoginAuth2",
            &[],
            body,
        ),
        &place(0),
    );
    assert!(ring.sessions().is_empty());
}

#[test]
fn the_pragma_header_of_any_hop_gives_its_key() {
    let mut ring = Keyring::new();
    let pragma = format!("{{\"ssecurity\":\"{KEY_B}\",\"nonce\":1}}");
    let headers = [
        ("Extension-Pragma", pragma.as_str()),
        ("Set-Cookie", "cUserId=q; path=/"),
    ];
    harvest(
        &mut ring,
        &answer("https://account.xiaomi.com/x", &headers, ""),
        &place(5),
    );
    assert_eq!(ring.sessions()[0].ssecurity, key(KEY_B));
    assert_eq!(ring.sessions()[0].c_user_id.as_deref(), Some("q"));
    assert_eq!(ring.sessions()[0].origin, KeyOrigin::Pragma(place(5)));
}

#[test]
fn the_sts_hop_ties_its_token_to_the_key_by_location_or_sign() {
    let login = format!(
        "&&&START&&&{{\"ssecurity\":\"{KEY_A}\",\"nonce\":1234567890123456789,\
         \"location\":\"https://sts.api.io.mi.com/sts?d=1\"}}"
    );
    let sign = crate::protocol::signature::client_sign("1234567890123456789", &key(KEY_A));
    let escaped: String = form_urlencoded::byte_serialize(sign.as_bytes()).collect();
    for url in [
        "https://sts.api.io.mi.com/sts?d=1&extra=2".to_owned(),
        format!("https://sts.api.mijia.tech/sts?clientSign={escaped}"),
        format!("https://sts.api.mijia.tech/sts?clientSign={sign}"),
    ] {
        let mut ring = Keyring::new();
        harvest(
            &mut ring,
            &answer("https://account.xiaomi.com/l", &[], &login),
            &place(0),
        );
        harvest(
            &mut ring,
            &answer(&url, &[("set-cookie", "serviceToken=T1; path=/")], "ok"),
            &place(1),
        );
        let tokens = &ring.sessions()[0].service_tokens;
        assert_eq!(tokens, &[Secret::new("T1")], "{url}");
    }
}

#[test]
fn candidates_start_with_token_then_account_then_newest() {
    let mut ring = Keyring::new();
    let mut first = Session::new(key(KEY_A), KeyOrigin::Given);
    first.service_tokens = vec![Secret::new("T")];
    ring.add(first);
    let mut second = Session::new(key(KEY_B), KeyOrigin::Given);
    second.user_id = Some("9".to_owned());
    ring.add(second);
    ring.add(Session::new(
        key("AAECAwQFBgcICQoLDA0ODw=="),
        KeyOrigin::Given,
    ));
    let ids = |cookie: &str| {
        let mut headers = Headers::default();
        headers.push("cookie", cookie);
        let found = ring.candidates(&headers);
        found.iter().map(|session| session.id()).collect::<Vec<_>>()
    };
    let all: Vec<_> = ring.sessions().iter().map(Session::id).collect();
    assert_eq!(ids("serviceToken=T"), [all[0], all[2], all[1]]);
    assert_eq!(ids("userId=9"), [all[1], all[2], all[0]]);
    assert_eq!(ids("userId=8"), [all[2], all[1], all[0]]);
}

#[test]
fn key_files_of_every_kind_are_read() {
    let origin = KeyOrigin::File("k".to_owned());
    for text in [
        format!("{{\"ssecurity\":\"{KEY_A}\",\"userId\":\"1\",\"serviceToken\":\"t\"}}"),
        format!("[{{\"sid\":\"mijia\",\"ssecurity\":\"{KEY_A}\"}}]"),
        format!("{{\"data\":{{\"auth\":{{\"ssecurity\":\"{KEY_A}\",\"user_id\":1}}}}}}"),
        format!("# mine\n{KEY_A}\r\n"),
        format!("\"{KEY_A}\""),
    ] {
        let sessions = parse_key_file(&text, &origin).unwrap();
        assert_eq!(sessions[0].ssecurity, key(KEY_A), "{text}");
    }
    assert!(matches!(
        parse_key_file("{}", &origin),
        Err(KeyFileError::NoKey)
    ));
    assert!(matches!(
        parse_key_file("", &origin),
        Err(KeyFileError::NoKey)
    ));
    assert!(matches!(
        parse_key_file("hello world!", &origin),
        Err(KeyFileError::BadKey(_))
    ));
}

#[test]
fn nothing_secret_shows_in_debug() {
    let mut session = Session::new(key(KEY_A), KeyOrigin::Given);
    session.service_tokens = vec![Secret::new("topsecret")];
    let mut ring = Keyring::new();
    ring.add(session);
    let shown = format!("{ring:?}");
    assert!(
        !shown.contains("topsecret") && !shown.contains(KEY_A),
        "{shown}"
    );
}

#[test]
fn a_session_written_to_a_key_file_is_read_back() {
    let mut session = Session::new(key(KEY_A), KeyOrigin::Given);
    session.sid = Some("mijia".to_owned());
    session.user_id = Some("17".to_owned());
    session.service_tokens = vec![Secret::new("old"), Secret::new("new")];
    session.hosts = vec!["api.mijia.tech".to_owned()];
    session.last_seen = crate::flow::Moment::from_millis(1_700_000_000_000);
    let text = encode_key_file(std::slice::from_ref(&session));
    let origin = KeyOrigin::File("k".to_owned());
    session.service_tokens.remove(0);
    session.origin = origin.clone();
    assert_eq!(
        parse_key_file(&text, &origin).unwrap(),
        vec![session.clone()]
    );
    let other = Session::new(key(KEY_B), origin.clone());
    let text = encode_key_file(&[session.clone(), other.clone()]);
    assert_eq!(
        parse_key_file(&text, &origin).unwrap(),
        vec![session, other]
    );
}

#[cfg(unix)]
#[test]
fn a_saved_key_file_is_its_owners_alone_whole_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.key");
    let session = Session::new(key(KEY_A), KeyOrigin::Given);
    save_key_file(&path, std::slice::from_ref(&session)).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let refused = save_key_file(&path, std::slice::from_ref(&session)).unwrap_err();
    assert_eq!(refused.to_string(), "is there already");
    // What could not be written leaves nothing that would block the next.
    let nowhere = folder.path().join("home.key/x");
    assert!(save_key_file(&nowhere, &[session]).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_form_tells_where_and_when_its_key_was_used() {
    let mut ring = Keyring::new();
    let mut flow = answer("https://de.api.io.mi.com/app/x", &[], "");
    flow.started = crate::flow::Moment::from_millis(5);
    flow.request.body = Body::Bytes(b"data=x&ssecurity=rAnKuwnp8Nqby2BclfOCRg%3D%3D".to_vec());
    harvest(&mut ring, &flow, &place(0));
    let session = &ring.sessions()[0];
    assert_eq!(session.hosts, ["de.api.io.mi.com"]);
    assert_eq!(
        session.age_millis(crate::flow::Moment::from_millis(9).unwrap()),
        Some(4)
    );
    assert_eq!(ring.find_id(session.id()), Some(session));
}

#[test]
fn a_key_file_may_be_a_pasted_line_of_cookies() {
    let text = format!("Cookie: userId=17; serviceToken=T; ssecurity={KEY_A}\n");
    let origin = KeyOrigin::File("k".to_owned());
    let sessions = parse_key_file(&text, &origin).unwrap();
    assert_eq!(sessions[0].origin, origin);
    assert_eq!(sessions[0].service_token(), Some(&Secret::new("T")));
    let keyless = parse_key_file("serviceToken=T", &origin);
    assert!(matches!(keyless, Err(KeyFileError::NoKey)));
}

#[test]
fn a_login_given_anew_comes_before_what_a_capture_showed() {
    let key = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
    let place = Place {
        capture: "a.har".to_owned(),
        entry: 0,
    };
    let mut captured = Session::new(key.clone(), KeyOrigin::Form(place.clone()));
    captured.service_tokens = vec![Secret::new("NEW"), Secret::new("OLD")];
    captured.user_id = Some("1".to_owned());
    let mut given = Session::new(key.clone(), KeyOrigin::Given);
    given.service_tokens = vec![Secret::new("NEW")];
    let mut ring = Keyring::new();
    ring.add(captured.clone());
    ring.add(given);
    let session = ring.find(&key).unwrap();
    assert_eq!(session.service_token(), Some(&Secret::new("NEW")));
    assert_eq!(session.origin, KeyOrigin::Given);
    assert_eq!(session.user_id.as_deref(), Some("1"));
    // What a capture shows later does not take that back.
    ring.add(captured);
    assert_eq!(ring.find(&key).unwrap().origin, KeyOrigin::Given);
}

/// The sessions in a key file of these bytes.
fn of_file(bytes: &[u8]) -> Result<Vec<Session>, KeyFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.key");
    std::fs::write(&path, bytes).unwrap();
    read_key_file(&path)
}

#[test]
fn the_files_that_clients_leave_behind_give_key_token_service_and_host() {
    let pair = |first, second| format!("{{{first}\"ssecurity\":\" {KEY_A} \"{second}}}");
    let arrays = format!(
        "{{\"deviceId\":\"D\",\"userId\":17,\"passToken\":\"P\",\"micoapi\":[\"{KEY_B}\",\"m\"],\
         \"xiaomiio\":[\"{KEY_A}\",\"T\"]}}"
    );
    let mijia_api = pair(
        "\"nonce\":1234567890123456789,\"pass_o\":\"0\",",
        ",\"userId\":17,\"serviceToken\":\"T\"",
    );
    let storage = pair(
        "\"server_country\":\"de\",\"sid\":\"xiaomiio\",",
        ",\"user_id\":\"17\",\"service_token\":\"T\"",
    );
    let homebridge = pair(
        "\"loggedInAt\":1,",
        ",\"userId\":\"17\",\"serviceToken\":\"T\"",
    );
    let answer = pair(
        "\"location\":\"https://sts.api.io.mi.com/sts?d=1\",",
        ",\"userId\":17,\"serviceToken\":\"T\"",
    );
    for (text, sid, host) in [
        (arrays, "xiaomiio", None),
        (mijia_api, "mijia", None),
        (
            format!("{{\"version\":1,\"data\":{storage}}}"),
            "xiaomiio",
            Some("de.api.io.mi.com"),
        ),
        (storage, "xiaomiio", Some("de.api.io.mi.com")),
        (homebridge, "xiaomiio", None),
        (
            format!("HTTP/1.1 200 OK\r\n\r\n&&&START&&&{answer}"),
            "xiaomiio",
            None,
        ),
        (
            format!(
                "export XIAOMI_USER_ID=17\nSERVICE_TOKEN='T'\nREGION=sg\nsid: xiaomiio\n\
                     MISHARK_SSECURITY= \"{KEY_A}\"\n"
            ),
            "xiaomiio",
            Some("sg.api.io.mi.com"),
        ),
    ] {
        let sessions = of_file(text.as_bytes()).unwrap();
        let session = sessions
            .iter()
            .find(|session| session.ssecurity == key(KEY_A));
        let session = session.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(session.sid.as_deref(), Some(sid), "{text}");
        assert_eq!(session.user_id.as_deref(), Some("17"), "{text}");
        assert_eq!(session.service_token(), Some(&Secret::new("T")), "{text}");
        assert_eq!(session.hosts.first().map(String::as_str), host, "{text}");
    }
}

#[test]
fn a_key_is_read_in_every_encoding_and_with_blanks_around_it() {
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{KEY_A}\r\n")
            .encode_utf16()
            .flat_map(unit)
            .collect()
    };
    let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    for bytes in [
        &little[..],
        &little[2..],
        &big,
        &big[2..],
        format!("\u{feff}  {KEY_A}\t\n\n").as_bytes(),
        format!("[\" {KEY_A} \"]").as_bytes(),
        format!("$env:MISHARK_SSECURITY = \"{KEY_A}\"").as_bytes(),
        format!("ssecurity: {KEY_A}").as_bytes(),
    ] {
        let sessions = of_file(bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"));
        assert_eq!(sessions[0].ssecurity, key(KEY_A), "{bytes:?}");
    }
}

#[test]
fn a_file_without_a_key_says_what_it_holds_instead() {
    let says = |text: &str| of_file(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(says("{\"userId\":1}"), "holds no ssecurity");
    let renews = "holds a passToken and no ssecurity; only a new login makes one of it";
    assert_eq!(says("{\"userId\":1,\"passToken\":\"V1:x\"}"), renews);
    assert_eq!(says("passToken=V1:x; userId=1"), renews);
    let long = vec![b'#'; 1 + MAX_KEY_FILE as usize];
    assert_eq!(
        of_file(&long).unwrap_err().to_string(),
        "larger than 1048576 bytes"
    );
    assert!(of_file(&[0xc3, 0x28]).is_err() && says("!").contains("ssecurity"));
}

#[test]
fn a_token_belongs_to_the_key_that_its_request_is_signed_with_whichever_comes_first() {
    use crate::protocol::key::Nonce;
    use crate::protocol::seal::{APP_STYLE, seal};
    let style = crate::protocol::request::Style {
        sends_ssecurity: false,
        ..APP_STYLE
    };
    let nonce = Nonce::new([7; 8], 29_819_550);
    let sealed = seal(&style, "GET", "/x", &[("data", b"{}")], &key(KEY_A), &nonce);
    let mut flow = answer("https://de.api.io.mi.com/app/x", &[], "");
    flow.request.body = Body::Bytes(sealed.form.encode());
    let cookie = "serviceToken=\"T/1==\"; userId=17";
    flow.request.headers.push("Cookie", cookie);
    let given = |text| Session::new(key(text), KeyOrigin::Given);
    for key_first in [true, false] {
        let mut ring = Keyring::new();
        ring.add(given(KEY_B));
        if key_first {
            ring.add(given(KEY_A));
        }
        harvest(&mut ring, &flow, &place(0));
        if !key_first {
            ring.add(given(KEY_A));
        }
        let session = ring.find(&key(KEY_A)).unwrap();
        assert_eq!(session.service_token(), Some(&Secret::new("T/1==")));
        assert_eq!(session.hosts, ["de.api.io.mi.com"]);
        assert_eq!(session.user_id.as_deref(), Some("17"));
        assert!(ring.find(&key(KEY_B)).unwrap().service_tokens.is_empty());
    }
}
