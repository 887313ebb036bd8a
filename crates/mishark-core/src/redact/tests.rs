//! Secrets wherever they hide, and nothing else.

use super::*;

/// Redacts with a redactor of its own.
fn text(text: &str) -> String {
    let bytes = Redactor::new().text(text.as_bytes()).into_owned();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn names_are_found_however_they_are_written() {
    for name in [
        "Proxy-Authorization",
        "service_token",
        "x-client-secret",
        "PASSWD",
    ] {
        assert!(is_secret(name), "{name}");
    }
    let member = |name: &str| kind(name, Place::Member);
    assert_eq!(member("c_user_id"), Some(Kind::Account));
    assert_eq!((member("hash"), member("")), (None, None));
    assert_eq!(kind("hash", Place::Parameter), Some(Kind::Password));
    assert_eq!(member(&"token".repeat(100)), None);
}

#[test]
fn members_of_json_lose_their_secrets_and_nothing_else() {
    for (before, after) in [
        (
            r#"{"did":"1","token":"0bb9","n":1e5,"token":""}"#,
            r#"{"did":"1","token":"<token-1>","n":1e5,"token":""}"#,
        ),
        (
            "{ \"userId\" :\n 1000000001 , \"pwd\": 1, \"uid\":null}",
            "{ \"userId\" :\n \"<account-1>\" , \"pwd\": 1, \"uid\":null}",
        ),
        (
            r#"&&&START&&&{"ssecurity":"wW\/7w==","psecurity":"qtdu","nonce":50}"#,
            r#"&&&START&&&{"ssecurity":"<key-1>","psecurity":"<key-2>","nonce":50}"#,
        ),
        (
            r#"{"token":["a1","a2", 345 ,"a1"],"name":"token"}"#,
            r#"{"token":["<token-1>","<token-2>", "<token-3>" ,"<token-1>"],"name":"token"}"#,
        ),
        (
            r#"{"\u0074oken":"ab\"c\\","a":"b"}"#,
            r#"{"\u0074oken":"<token-1>","a":"b"}"#,
        ),
        (
            r#"{"token":{"a":"b1","c":[{"d":12}],"e":null},"did":"b2"}"#,
            r#"{"token":{"a":"<token-1>","c":[{"d":"<token-2>"}],"e":null},"did":"b2"}"#,
        ),
        (
            "{'pwd': 'hunter2', 'n': 1}",
            "{'pwd': '<password-1>', 'n': 1}",
        ),
        (
            r#"{"tokens":"ab","did":"ab"}"#,
            r#"{"tokens":"ab","did":"ab"}"#,
        ),
    ] {
        assert_eq!(text(before), after);
    }
}

#[test]
fn json_in_strings_in_json_is_looked_through_at_any_depth() {
    let mut before = r#"{"token":"a\"b/c\\","uid":12345,"x":1}"#.to_owned();
    for _ in 0..4 {
        let after = text(&before);
        assert!(
            after.contains("<token-1>") && !after.contains("b/c"),
            "{after}"
        );
        let mut value: serde_json::Value = serde_json::from_str(&after).unwrap();
        while let Some(inner) = value.get("s") {
            value = serde_json::from_str(inner.as_str().unwrap()).unwrap();
        }
        assert_eq!(value["token"], "<token-1>");
        assert_eq!(value["uid"], "<account-1>");
        assert_eq!(value["x"], 1);
        before = serde_json::json!({ "s": before }).to_string();
    }
}

#[test]
fn text_that_is_cut_off_or_no_json_keeps_no_secret() {
    for (before, after) in [
        (
            r#"{"list":[{"token":"0bb980a5"#,
            r#"{"list":[{"token":"<token-1>"#,
        ),
        (
            r#"{"list":[{"token":"0bb\"#,
            r#"{"list":[{"token":"<token-1>"#,
        ),
        (
            r#"{"s":"{\"token\":\"0bb\"}"#,
            r#"{"s":"{\"token\":\"<token-1>\"}"#,
        ),
        (
            r#"{"s":"{\"token\":\"0bb"#,
            r#"{"s":"{\"token\":\"<token-1>"#,
        ),
        (
            r#"{"s":"{\"token\":\"0bb","a":"b"}"#,
            r#"{"s":"{\"token\":\"<token-1>","a":"b"}"#,
        ),
        (r#"{"userId":100"#, r#"{"userId":"<account-1>""#),
        (
            r#"it's 5" wide: <a href="?x=1&amp;auth=ab%2Fc">{"token":"0bb"}</a>"#,
            r#"it's 5" wide: <a href="?x=1&amp;auth=<token-1>">{"token":"<token-2>"}</a>"#,
        ),
        (r#"{"token":"#, r#"{"token":"#),
        (r#""token":"#, r#""token":"#),
        (":", ":"),
        ("\":", "\":"),
    ] {
        assert_eq!(text(before), after);
    }
}

#[test]
fn parameters_of_urls_and_forms_lose_their_secrets() {
    for (before, after) in [
        (
            "https://h/p?ssecurity=zk%2Fv%3D%3D&_nonce=HT&data=a%2Bb#x",
            "https://h/p?ssecurity=<key-1>&_nonce=HT&data=a%2Bb#x",
        ),
        (
            "sid=x&hash=755E&callback=https%3A%2F%2Fs%2Fsts&user=13800000000",
            "sid=x&hash=<password-1>&callback=https%3A%2F%2Fs%2Fsts&user=<account-1>",
        ),
        (
            r#"{"location":"https:\/\/s\/sts?d=1\u0026auth=ab\/c\u0026userId=12"}"#,
            r#"{"location":"https:\/\/s\/sts?d=1\u0026auth=<token-1>\u0026userId=<account-1>"}"#,
        ),
        (
            "data=%7B%22token%22%3A%220bb%22%2C%22uid%22%3A123%7D&x=1",
            "data=%7B%22token%22%3A%22<token-1>%22%2C%22uid%22%3A%22<account-1>%22%7D&x=1",
        ),
        (
            "qs=%3Fsid%3Dx%26callback%3Dhttps%253A%252F%252Fs%253Fauth%253Dabc%2526d%253D1",
            "qs=%3Fsid%3Dx%26callback%3Dhttps%253A%252F%252Fs%253Fauth%253D<token-1>%2526d%253D1",
        ),
        ("pwd=1&token=&tokens=abc", "pwd=1&token=&tokens=abc"),
        ("%74oken=abc&a=b", "%74oken=<token-1>&a=b"),
        (
            "x?Signature=ab%2Fc%3D&signature=ab&GalaxyAccessKeyId=5151&miot_slh=abc",
            "x?Signature=<token-1>&signature=ab&GalaxyAccessKeyId=<key-1>&miot_slh=<token-2>",
        ),
        (
            "https://me:my%20word@h.io/a@b:c?d",
            "https://me:<password-1>@h.io/a@b:c?d",
        ),
        ("https://h.io:8443/a@b", "https://h.io:8443/a@b"),
    ] {
        assert_eq!(text(before), after);
    }
}

#[test]
fn headers_lose_their_secrets_and_keep_their_form() {
    let mut redactor = Redactor::new();
    for (name, before, after) in [
        (
            "Cookie",
            "cUserId=2Iea; serviceToken=Y/Hu==;locale=zh_CN; odd=abc; flag=1",
            "cUserId=<account-1>; serviceToken=<token-1>;locale=zh_CN; odd=<cookie-1>; flag=1",
        ),
        (
            "set-cookie",
            "serviceToken=Y%2FHu==; Domain=.mi.com; Path=/\nuserId=123; Path=/",
            "serviceToken=<token-1>; Domain=.mi.com; Path=/\nuserId=<account-2>; Path=/",
        ),
        ("Authorization", "Bearer abc.def", "Bearer <token-2>"),
        ("authorization", "abc.def", "<token-2>"),
        (
            "extension-pragma",
            r#"{"ssecurity":"7YkB","nonce":5}"#,
            "<key-1>",
        ),
        (
            "Location",
            "https://s/sts?d=1&clientSign=ab%3D&x=y",
            "https://s/sts?d=1&clientSign=<token-3>&x=y",
        ),
        ("User-Agent", "a: b=c%20d", "a: b=c%20d"),
    ] {
        assert_eq!(redactor.header(name, before), after);
    }
    assert_eq!(
        redactor.counts().to_string(),
        "3 tokens in 5 places, 1 key in 1, 2 accounts in 2, 1 cookie in 1"
    );
    assert_eq!(redactor.counts().places(Kind::Token), 5);
}

#[test]
fn one_secret_has_one_placeholder_however_it_is_written() {
    let mut redactor = Redactor::new();
    redactor.header("cookie", "serviceToken=a/b+c==");
    for same in [
        r#"{"serviceToken":"a\/b+c=="}"#,
        r#"{"s":"{\"token\":\"a\\\/b+c==\"}"}"#,
        "yetAnotherServiceToken=a%2Fb%2Bc%3D%3D",
        "serviceToken=a/b+c==&x",
    ] {
        let after = redactor.text(same.as_bytes());
        let after = String::from_utf8_lossy(&after);
        assert!(after.contains("<token-1>"), "{after}");
    }
    assert_eq!(redactor.counts().secrets(Kind::Token), 1);
    assert_eq!(redactor.counts().places(Kind::Token), 5);
}

#[test]
fn what_was_redacted_stays_as_it_is() {
    for once in [
        r#"{"token":"<token-1>","userId":"<account-12>"}"#,
        "ssecurity=<key-1>&a=b",
    ] {
        assert_eq!(text(once), once);
    }
}

#[test]
fn no_bytes_are_too_odd() {
    for bytes in [
        &b"\xff\":\xff"[..],
        b"\"token\":\"\xff\xfe\"",
        b"%",
        b"%%%2",
        b"%22token%22%3A%22\xff",
        b"\\\\\":\\",
        b"\"token\"\x00:\"ab\"",
    ] {
        let after = Redactor::new().text(bytes).into_owned();
        assert!(!after.is_empty());
    }
    // Many names, none of which ends a value: linear, or this takes minutes.
    for piece in ["?a=", "\"a\":", "%22", "\\\"", "\"token\":[", "?user="] {
        let long = piece.repeat(1 << 17);
        let _ = Redactor::new().text(long.as_bytes());
    }
}
