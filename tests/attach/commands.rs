//! `attach`, `--follow` and `--stdin-jsonl` as a person runs them.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use mishark_core::capture::Capture;
use serde_json::{Value, json};

use crate::recorded;
use crate::server::{Answer, Server};

/// A running mishark, ended when the test is over.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mishark"))
            .args(arguments)
            .env("MISHARK_SSECURITY", "")
            .env("TZ", "UTC")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// The next line of its output; waits for it.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn json(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}\n{}", self.errors()))
    }

    /// All that it said on standard error, after its end.
    fn errors(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn whistle() -> Server {
    Server::start(|asked| {
        let mut whole = recorded("whistle-2.10.10.json");
        if !asked.target.contains("startTime=0&") {
            whole["data"]["newIds"] = json!([]);
            whole["data"]["data"] = json!({});
        }
        Some(Answer::json(&whole))
    })
}

#[test]
fn flows_of_a_proxy_are_listed_line_by_line() {
    let server = whistle();
    let mut mishark = Running::start(&["attach", &server.url()], &[]);
    assert!(mishark.line().ends_with("endpoint"));
    let row = mishark.line();
    assert!(row.contains("verified"), "{row}");
    assert!(row.ends_with("127.0.0.1/app/miotspec/prop/get"), "{row}");
    assert!(mishark.errors().contains("attached"));
}

#[test]
fn flows_of_a_proxy_are_written_as_decrypt_writes_them() {
    let server = whistle();
    let url = server.url();
    let mut mishark = Running::start(&["attach", &url, "--format", "jsonl"], &[]);
    let flow = mishark.json();
    let name = url.replace("http://", "whistle ");
    assert_eq!(flow["capture"], json!(name));
    assert_eq!(flow["state"], "verified");
    let answer = flow["response"]["plaintext"].as_str().unwrap();
    assert!(answer.contains("\"did\":\"900000001\""), "{answer}");
}

#[test]
fn only_the_named_address_is_contacted_whatever_the_environment_says() {
    let proxy = Server::start(|_| Some(Answer::new(200, &[], b"{}")));
    let server = whistle();
    let url = proxy.url();
    let environment = [
        ("HTTP_PROXY", url.as_str()),
        ("http_proxy", &url),
        ("HTTPS_PROXY", &url),
        ("ALL_PROXY", &url),
        ("NO_PROXY", ""),
    ];
    let mut mishark = Running::start(
        &["attach", &server.url(), "--format", "jsonl"],
        &environment,
    );
    assert_eq!(mishark.json()["state"], "verified");
    assert_eq!(proxy.asked(), Vec::<String>::new());
    assert!(!server.asked().is_empty());
}

#[test]
fn a_wrong_server_is_an_error() {
    let server = Server::start(|_| Some(Answer::new(200, &[], b"<html>")));
    let mut mishark = Running::start(&["attach", &server.url()], &[]);
    assert_eq!(mishark.line(), "");
    assert_eq!(mishark.child.wait().unwrap().code(), Some(2));
    let authority = server.url().replace("http://", "");
    let expected = format!("mishark: {authority}: neither whistle nor mitmweb answers there\n");
    assert_eq!(mishark.errors(), expected);
}

/// The Mi Home flows of a sample, a line each.
fn lines() -> Vec<String> {
    let capture = Capture::open("samples/home.har".as_ref()).unwrap();
    let entries = capture.entries().iter();
    let flows = entries.filter(|entry| entry.error.is_none() && entry.path.starts_with("/app/"));
    let lines = flows.take(12).map(|entry| {
        let flow = capture.flow(entry).unwrap();
        let fields = |headers: &mishark_core::flow::Headers| -> Vec<Value> {
            let fields = headers.iter();
            fields.map(|(name, value)| json!([name, value])).collect()
        };
        let text = |body: &mishark_core::flow::Body| {
            String::from_utf8(body.bytes().unwrap_or_default().to_vec()).unwrap()
        };
        let response = flow.response.as_ref().unwrap();
        json!({
            "method": flow.request.method,
            "url": flow.request.url.as_str(),
            "headers": fields(&flow.request.headers),
            "body": text(&flow.request.body),
            "response": {
                "status": response.status,
                "headers": fields(&response.headers),
                "body": text(&response.body),
            },
        })
        .to_string()
    });
    lines.collect()
}

#[test]
fn a_program_that_streams_flows_has_each_opened_at_once() {
    let lines = lines();
    let mut mishark = Running::start(&["decrypt", "--stdin-jsonl"], &[]);
    let mut input = mishark.child.stdin.take().unwrap();
    for (at, line) in lines.iter().enumerate() {
        writeln!(input, "{line}").unwrap();
        let flow = mishark.json();
        assert_eq!(flow["index"], at);
        assert_eq!(flow["state"], "verified");
    }
    drop(input);
    assert_eq!(mishark.child.wait().unwrap().code(), Some(0));
    assert_eq!(mishark.errors(), "");
}

#[test]
fn names_that_came_in_a_stream_are_known_to_its_filter_from_then_on() {
    let arguments = ["decrypt", "--stdin-jsonl", "--filter", "did:客厅吸顶灯"];
    let mut mishark = Running::start(&arguments, &[]);
    let mut input = mishark.child.stdin.take().unwrap();
    for line in lines() {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let mut picked = 0;
    loop {
        let line = mishark.line();
        if line.is_empty() {
            break;
        }
        assert!(line.contains("900000001"), "{line}");
        picked += 1;
    }
    // The list of devices names it first.
    assert!(picked > 2, "{picked}");
    assert_eq!(mishark.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_bad_line_is_told_with_its_number_and_the_others_are_opened() {
    let lines = lines();
    let mut mishark = Running::start(&["decrypt", "--stdin-jsonl"], &[]);
    let mut input = mishark.child.stdin.take().unwrap();
    let text = format!("{}\n\n{{nonsense\n[]\n{}", lines[0], lines[1]);
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    assert_eq!(mishark.json()["state"], "verified");
    assert_eq!(mishark.json()["state"], "verified");
    assert_eq!(mishark.line(), "");
    assert_eq!(mishark.child.wait().unwrap().code(), Some(2));
    let errors = mishark.errors();
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.contains("-: line 3: "), "{errors}");
    assert!(errors.contains("-: line 4: not an object"), "{errors}");
}

#[test]
fn what_is_appended_to_a_followed_file_is_printed() {
    let lines = lines();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flows.jsonl");
    fs::write(&path, format!("{}\n", lines[0])).unwrap();
    let name = path.to_str().unwrap();
    let mut decrypt = Running::start(&["decrypt", "--follow", name], &[]);
    let mut list = Running::start(&["list", "--follow", name], &[]);
    assert_eq!(decrypt.json()["index"], 0);
    assert!(list.line().ends_with("endpoint"));
    assert!(list.line().contains("verified"));
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    // Half a line, and the rest of it with another one.
    let (half, rest) = lines[1].split_at(40);
    file.write_all(half.as_bytes()).unwrap();
    write!(file, "{rest}\n{}\n", lines[2]).unwrap();
    for index in [1, 2] {
        let flow = decrypt.json();
        assert_eq!(
            (&flow["index"], &flow["state"]),
            (&json!(index), &json!("verified"))
        );
        assert!(list.line().contains("verified"));
    }
}

#[test]
fn a_har_that_is_rewritten_gives_its_new_flows() {
    let sample = fs::read("samples/home.har").unwrap();
    let mut har: Value = serde_json::from_slice(&sample).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap().clone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.har");
    let mut write = |count: usize| {
        har["log"]["entries"] = json!(entries[..count]);
        fs::write(&path, har.to_string()).unwrap();
    };
    write(9);
    let mut mishark = Running::start(&["decrypt", "--follow", path.to_str().unwrap()], &[]);
    assert_eq!(mishark.json()["index"], 8);
    write(11);
    assert_eq!(mishark.json()["index"], 9);
    assert_eq!(mishark.json()["index"], 10);
}
