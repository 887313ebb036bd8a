//! The line as text. That it sends the same request is shown with curl itself,
//! in `tests/curl.rs`.

use super::*;
use crate::flow::Url;

fn flow(method: &str, url: &str, headers: &[(&str, &str)], body: Body) -> Flow {
    Flow {
        request: Request {
            method: method.to_owned(),
            url: Url::new(url),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body,
            ..Request::default()
        },
        ..Flow::default()
    }
}

fn kept(flow: &Flow) -> String {
    line(flow, Secrets::Kept).unwrap().text
}

const PLAIN: &[(&str, &str)] = &[("user-agent", "a"), ("accept", "*/*")];

#[test]
fn a_plain_request_is_a_plain_line() {
    let flow = flow("GET", "https://h.io/p?a=b", PLAIN, Body::Absent);
    assert_eq!(
        kept(&flow),
        "curl --url 'https://h.io/p?a=b' -H 'user-agent: a' -H 'accept: */*'"
    );
}

#[test]
fn what_curl_would_add_is_taken_away_and_what_it_makes_is_left_to_it() {
    let headers = [
        (":authority", "h.io"),
        ("Host", "h.io"),
        ("Content-Length", "3"),
        ("X-Empty", ""),
        ("Accept-Encoding", "gzip, deflate"),
    ];
    let flow = flow(
        "POST",
        "http://h.io/",
        &headers,
        Body::Bytes(b"@a!".to_vec()),
    );
    assert_eq!(
        kept(&flow),
        "curl --url 'http://h.io/' -H 'X-Empty;' -H 'Accept-Encoding: gzip, deflate' \
         -H 'User-Agent:' -H 'Accept:' -H 'Content-Type:' --compressed --data-raw '@a!'"
    );
}

#[test]
fn methods_versions_and_odd_urls_have_their_options() {
    for (method, url, version, expected) in [
        (
            "HEAD",
            "http://h/",
            "HTTP/1.1",
            "curl --http1.1 --head --url",
        ),
        ("PUT", "http://h/", "h2", "curl --http2 -X 'PUT' --url"),
        ("GET", "http://h/a/../b", "", "curl --path-as-is --url"),
        ("GET", "http://h/?a[1]=2", "", "curl --globoff --url"),
    ] {
        let mut flow = flow(method, url, PLAIN, Body::Absent);
        flow.request.http_version = version.to_owned();
        assert!(kept(&flow).starts_with(expected), "{}", kept(&flow));
    }
}

#[test]
fn secrets_are_variables_unless_they_are_asked_for() {
    let headers = [
        ("User-Agent", "a"),
        ("accept", "*/*"),
        ("content-type", "application/x-www-form-urlencoded"),
        (
            "Cookie",
            "userId=12; serviceToken=a/b=; yetAnotherServiceToken=a/b=; x-y=zz",
        ),
    ];
    let body = Body::Bytes(b"data=QQ%3D%3D&ssecurity=zk%3D%3D".to_vec());
    let flow = flow("POST", "https://h/p?ssecurity=zk==", &headers, body);
    let line = line(&flow, Secrets::Variables).unwrap();
    assert_eq!(
        line.text,
        "curl --url 'https://h/p?ssecurity='\"${SSECURITY:?}\" -H 'User-Agent: a' -H 'accept: */*' \
         -H 'content-type: application/x-www-form-urlencoded' \
         -H 'Cookie: userId=12; serviceToken='\"${SERVICE_TOKEN:?}\"'; yetAnotherServiceToken='\"${SERVICE_TOKEN:?}\"'; x-y='\"${X_Y:?}\" \
         --data-raw 'data=QQ%3D%3D&ssecurity='\"${SSECURITY_2:?}\""
    );
    assert_eq!(
        line.variables,
        ["SSECURITY", "SERVICE_TOKEN", "X_Y", "SSECURITY_2"]
    );
    assert!(!format!("{line:?}").contains("curl"));
    assert!(kept(&flow).contains("serviceToken=a/b=;"));
}

#[test]
fn a_body_that_is_no_argument_goes_through_a_pipe() {
    let headers = [PLAIN, &[("content-type", "x")]].concat();
    let body = b"\x00a'%\\\n\xff{\"token\":\"secret\"}".to_vec();
    let flow = flow("POST", "http://h/", &headers, Body::Bytes(body));
    let line = line(&flow, Secrets::Variables).unwrap();
    assert_eq!(
        line.text,
        ": \"${TOKEN:?}\" && printf '\\000a\\047%%\\\\\\n\\377{\"token\":\"%s\"}' \"${TOKEN:?}\" | \
         curl --url 'http://h/' -H 'user-agent: a' -H 'accept: */*' -H 'content-type: x' --data-binary @-"
    );
}

#[test]
fn nothing_of_a_capture_is_an_option_a_file_or_a_command() {
    for url in ["-ofile", "file:///etc/passwd", "h.io:443", "", "://x"] {
        assert!(line(&flow("GET", url, &[], Body::Absent), Secrets::Kept).is_none());
    }
    assert!(line(&flow("A B", "http://h", &[], Body::Absent), Secrets::Kept).is_none());
    let headers = [("@/etc/passwd", "a"), ("a", "b\r\nc: d"), ("", "x")];
    let flow = flow(
        "GET",
        "http://h/'$(reboot)`\u{202e}\u{1b}",
        &headers,
        Body::Absent,
    );
    let line = line(&flow, Secrets::Kept).unwrap();
    assert_eq!(
        line.text,
        r"curl --url $'http://h/\'$(reboot)`\xe2\x80\xae\x1b' -H 'User-Agent:' -H 'Accept:'"
    );
    assert_eq!(line.notes.len(), 3);
}

#[test]
fn what_the_capture_has_not_is_told() {
    let dropped = flow("POST", "http://h/", PLAIN, Body::Dropped { size: None });
    let line_of = line(&dropped, Secrets::Kept).unwrap();
    assert_eq!(line_of.notes, ["the capture has not kept the body"]);
    assert!(line_of.text.contains("-X 'POST'"));
    let params = Body::Params(vec![("a b".to_owned(), "c&d".to_owned())]);
    let line_of = line(&flow("POST", "http://h/", PLAIN, params), Secrets::Kept).unwrap();
    assert_eq!(line_of.notes.len(), 1);
    assert!(
        line_of.text.ends_with("--data-raw 'a+b=c%26d'"),
        "{}",
        line_of.text
    );
    let empty = [("content-length", "0")];
    let line_of = line(
        &flow("POST", "http://h/", &empty, Body::Absent),
        Secrets::Kept,
    )
    .unwrap();
    assert!(line_of.text.ends_with("--data-raw ''"), "{}", line_of.text);
}
