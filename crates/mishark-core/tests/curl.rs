//! The line for curl, for real: bash runs it, and a server on loopback sees
//! the very request that was captured. Where bash or curl is not there, the
//! tests say so and pass.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use mishark_core::export::curl::{Secrets, line};
use mishark_core::flow::{Body, Flow, Request, Url};

/// Whether what runs the lines is there.
fn can_run() -> bool {
    let there = ["bash", "curl"]
        .iter()
        .all(|program| Command::new(program).arg("--version").output().is_ok());
    if !there {
        println!("skipped: needs bash and curl");
    }
    there
}

/// A request to a port of ours, as a recorder would have it.
fn flow(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Flow {
    Flow {
        request: Request {
            method: method.to_owned(),
            url: Url::new(format!("http://127.0.0.1:{port}{path}")),
            http_version: "HTTP/1.1".to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: match body {
                b"" => Body::Absent,
                body => Body::Bytes(body.to_vec()),
            },
        },
        ..Flow::default()
    }
}

/// Runs a line; tells whether it went well.
fn run(line: &str, variables: &[(&str, &str)]) -> bool {
    let home = tempfile::tempdir().unwrap();
    // A file: what is pasted has no limit, and an argument would.
    let script = home.path().join("line");
    std::fs::write(&script, line).unwrap();
    let output = Command::new("bash")
        .arg(script)
        .env("HOME", home.path())
        .env("CURL_HOME", home.path())
        .env("no_proxy", "*")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    output.status.success()
}

/// What one client sends, up to the end of its body.
fn serve(listener: TcpListener) -> Vec<u8> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 1 << 16];
    loop {
        let len = stream.read(&mut buffer).unwrap();
        assert!(len > 0, "the request is not whole");
        request.extend_from_slice(&buffer[..len]);
        let Some(end) = find(&request, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
        let body: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |len| len.parse().unwrap());
        if request.len() == end + 4 + body {
            break;
        }
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    request
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// Sends a request by its line and returns what arrived, with the lines of its
/// head but those that name the port and the length.
fn sent(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    secrets: Secrets,
    variables: &[(&str, &str)],
) -> (Vec<String>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let line = line(&flow(port, method, path, headers, body), secrets).unwrap();
    let server = thread::spawn(move || serve(listener));
    assert!(run(&line.text, variables), "{}", line.text);
    let request = server.join().unwrap();
    let end = find(&request, b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let lines = head.split("\r\n").filter(|line| {
        !line.starts_with("Host: 127.0.0.1:") && !line.starts_with("Content-Length: ")
    });
    (
        lines.map(str::to_owned).collect(),
        request[end + 4..].to_vec(),
    )
}

const ODD: &str = "it's \"quoted\" $HOME `id` $(id) \\ ! %s 客厅灯 #";

#[test]
fn header_fields_arrive_in_their_order_and_case_and_nothing_is_added() {
    if !can_run() {
        return;
    }
    let headers = [
        ("X-Second", ODD),
        ("x-FIRST", "a"),
        ("X-Empty", ""),
        ("Cookie", "a=b; c=\"d\""),
        ("x-first", "again"),
    ];
    let path = "/app/{a,b}/[1-3]/../x?q='%27&r=$HOME";
    for method in ["GET", "DELETE", "PATCH", "HEAD"] {
        let (head, body) = sent(method, path, &headers, b"", Secrets::Kept, &[]);
        let mut expected = vec![format!("{method} {path} HTTP/1.1")];
        expected.extend(headers.iter().map(|(name, value)| match *value {
            "" => format!("{name}:"),
            value => format!("{name}: {value}"),
        }));
        assert_eq!(head, expected);
        assert_eq!(body, b"");
    }
}

#[test]
fn bodies_arrive_byte_for_byte() {
    if !can_run() {
        return;
    }
    let all: Vec<u8> = (0..=255).collect();
    let long = format!("{ODD}\n").repeat(4000);
    for body in [
        b"@/etc/passwd".as_slice(),
        b"a=b%20c&d=+e\r\n\n",
        ODD.as_bytes(),
        b"\\x41\\n%%%d",
        &all,
        long.as_bytes(),
        &all.repeat(600),
    ] {
        for method in ["POST", "PUT"] {
            let (head, arrived) = sent(method, "/", &[], body, Secrets::Kept, &[]);
            assert!(arrived == body, "{} bytes", body.len());
            assert_eq!(head, [format!("{method} / HTTP/1.1")]);
        }
    }
}

#[test]
fn variables_put_the_secrets_back_in() {
    if !can_run() {
        return;
    }
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", "serviceToken=a/b=; locale=zh_CN"),
    ];
    let variables = [("SERVICE_TOKEN", "a/b="), ("SSECURITY", "zk%3D")];
    let form = b"data=QQ&ssecurity=zk%3D".as_slice();
    let with_nul = b"data=\0&ssecurity=zk%3D".as_slice();
    for body in [form, with_nul] {
        let (head, arrived) = sent(
            "POST",
            "/p?ssecurity=zk%3D&x=1",
            &headers,
            body,
            Secrets::Variables,
            &variables,
        );
        assert_eq!(head[0], "POST /p?ssecurity=zk%3D&x=1 HTTP/1.1");
        assert_eq!(head[2], "Cookie: serviceToken=a/b=; locale=zh_CN");
        assert_eq!(arrived, body);
    }
}

#[test]
fn nothing_is_sent_while_a_variable_is_not_set() {
    if !can_run() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for body in [b"ssecurity=zk%3D".as_slice(), b"\0&ssecurity=zk%3D"] {
        let flow = flow(port, "POST", "/", &[], body);
        let line = line(&flow, Secrets::Variables).unwrap();
        assert!(!line.text.contains("zk"));
        assert!(!run(&line.text, &[]), "{}", line.text);
    }
    listener.set_nonblocking(true).unwrap();
    let nobody = listener.accept().map(drop).unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
}
