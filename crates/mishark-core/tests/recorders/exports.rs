//! The `har` crate as judge of what we read and write, and the form of every
//! line and entry that is exported.

use std::fs;
use std::ops::ControlFlow;

use crate::support::{root, sidecars};
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::{Decoded, Options, Side, State};
use mishark_core::export::{Record, har as export, jsonl};
use mishark_core::flow::{Body, Flow, Headers, Url};
use mishark_core::protocol::base64;
use mishark_core::workspace::Workspace;
use serde_json::{Value, json};

fn workspace(name: &str, bytes: &[u8]) -> Workspace {
    let source = Source::from_bytes(name, bytes.to_vec()).unwrap();
    let capture = Capture::index(source, &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{error}"));
    let mut workspace = Workspace::new(Options::default());
    workspace.add(capture);
    workspace
}

/// Every capture that came out of a recorder, by name, and one with damage.
fn captures() -> Vec<(String, Vec<u8>)> {
    let mut captures: Vec<(String, Vec<u8>)> = sidecars()
        .into_iter()
        .map(|sidecar| (sidecar.name, fs::read(sidecar.path).unwrap()))
        .collect();
    assert!(captures.len() >= 4);
    let damaged = br#"{"log":{"entries":[{"request":{"url":x}},{"request":{"url":"http://h/"}}]}}"#;
    captures.push(("damaged.har".to_owned(), damaged.to_vec()));
    captures
}

// Reading.

/// What one entry says to either reader.
#[derive(Debug, PartialEq)]
struct Said {
    method: String,
    url: String,
    status: Option<u64>,
    headers: Vec<(String, String)>,
    response_headers: Vec<(String, String)>,
    request: Vec<u8>,
    response: Vec<u8>,
}

fn headers(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = list.as_array().unwrap().iter();
    list.map(|header| (text(&header["name"]), text(&header["value"])))
        // Pseudo headers are no headers.
        .filter(|(name, _)| !name.starts_with(':'))
        .collect()
}

/// An entry as the `har` crate understood it.
fn judged(entry: &Value) -> Said {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let content = &entry["response"]["content"];
    let response = text(&content["text"]);
    let is_base64 = text(&content["encoding"]).eq_ignore_ascii_case("base64");
    Said {
        method: text(&entry["request"]["method"]),
        url: text(&entry["request"]["url"]),
        status: entry["response"]["status"]
            .as_u64()
            .filter(|status| *status > 0),
        headers: headers(&entry["request"]["headers"]),
        response_headers: headers(&entry["response"]["headers"]),
        request: text(&entry["request"]["postData"]["text"]).into_bytes(),
        response: if is_base64 {
            base64::decode(response.as_bytes()).unwrap().bytes
        } else {
            response.into_bytes()
        },
    }
}

fn read(flow: &Flow) -> Said {
    let owned = |headers: &mishark_core::flow::Headers| {
        let fields = headers.iter();
        fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let bytes = |body: &Body| body.bytes().unwrap_or_default().to_vec();
    let response = flow.response.as_ref();
    Said {
        method: flow.request.method.clone(),
        url: flow.request.url.as_str().to_owned(),
        status: response.and_then(|response| response.status).map(u64::from),
        headers: owned(&flow.request.headers),
        response_headers: response.map_or_else(Vec::new, |response| owned(&response.headers)),
        request: bytes(&flow.request.body),
        response: response.map_or_else(Vec::new, |response| bytes(&response.body)),
    }
}

/// Compares all entries of a file if the judge accepts it, and tells whether it
/// did. What whistle and our own exports add to HAR the judge does not know.
fn agree(name: &str, bytes: &[u8]) -> bool {
    let Ok(judge) = har::from_slice(bytes) else {
        return false;
    };
    assert_eq!(har::from_reader(bytes).unwrap(), judge, "{name}");
    let judge = serde_json::to_value(judge).unwrap();
    let original: Value = serde_json::from_slice(bytes).unwrap();
    let workspace = workspace(name, bytes);
    let entries = judge["log"]["entries"].as_array().unwrap();
    assert_eq!(workspace.len(), entries.len(), "{name}");
    for (at, (entry, id)) in entries.iter().zip(workspace.ids()).enumerate() {
        let original = &original["log"]["entries"][at];
        let mut expected = judged(entry);
        let found = read(&workspace.open(id).0.unwrap());
        let post_data = &original["request"]["postData"];
        if post_data["base64"].is_string() || post_data["encoding"] == "base64" {
            expected.request.clone_from(&found.request);
        }
        if original["response"]["content"]["base64"].is_string() {
            expected.response.clone_from(&found.response);
        }
        // whistle's own word for a request that was aborted.
        if post_data["mimeType"] == "none" {
            expected.request.clear();
        }
        assert_eq!(found, expected, "{name}: entry {at}");
    }
    true
}

#[test]
fn what_the_judge_accepts_we_read_alike() {
    let accepted: Vec<String> = captures()
        .into_iter()
        .filter(|(name, bytes)| agree(name, bytes))
        .map(|(name, _)| name)
        .collect();
    // The others it refuses for what their recorder wrote; we read them all.
    assert_eq!(
        accepted,
        [
            "mitmproxy-11.0.2-mijia-app.har",
            "playwright-1.65-chromium-embed.har",
            "whistle-2.10.10-mijia-app.har",
        ]
    );
}

#[test]
fn generated_hars_the_judge_accepts_we_read_alike() {
    let contents = [
        json!({"size": 0}),
        json!({"size": -1, "mimeType": ""}),
        json!({"size": 9, "mimeType": "x", "text": ""}),
        json!({"size": 1, "mimeType": "x", "text": "a"}),
        json!({"size": 0, "text": "é💡\u{0}\n\"\\/"}),
        json!({"size": 2, "text": "//8=", "encoding": "base64"}),
        json!({"size": 2, "text": "//8=", "encoding": "BASE64", "compression": -3}),
        json!({"size": 4, "text": "YQ==", "encoding": "identity"}),
        json!({"text": null, "encoding": null, "comment": "x"}),
        json!({"size": "9", "text": "a"}),
        json!({"size": 1.5, "text": "a"}),
    ];
    let bodies = [
        Value::Null,
        json!({"mimeType": "x", "text": "a=%2B+1&b"}),
        json!({"mimeType": "", "text": ""}),
        json!({"mimeType": "x", "text": "é\n", "params": []}),
        json!({"mimeType": "x", "text": "a=1", "params": [{"name": "a", "value": "2"}]}),
        json!({"mimeType": "x", "params": [{"name": "a", "value": "1"}, {"name": "b"}]}),
        json!({"text": "no type"}),
    ];
    let lists = [
        json!([]),
        json!([{"name": ":path", "value": "/"}, {"name": "A", "value": "1"}, {"name": "a", "value": ""}]),
    ];
    let (mut accepted, mut refused) = (0, 0);
    for version in ["1.2", "1.3", "1.1"] {
        for content in &contents {
            for body in &bodies {
                let entries: Vec<Value> = [200, 0, -1, 599]
                    .into_iter()
                    .flat_map(|status| lists.iter().map(move |list| (status, list)))
                    .map(|(status, list)| entry(body, status, list, content))
                    .collect();
                let creator = json!({"name": "x", "version": "1"});
                let log = json!({"version": version, "creator": creator, "entries": entries});
                let document = json!({"log": log}).to_string();
                if agree("generated", document.as_bytes()) {
                    accepted += 1;
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(accepted > 80, "{accepted} accepted, {refused} refused");
    assert!(refused > 80, "{accepted} accepted, {refused} refused");
}

fn entry(body: &Value, status: i64, headers: &Value, content: &Value) -> Value {
    json!({
        "startedDateTime": "2026-11-23T16:15:32.292Z",
        "time": 1.5,
        "request": {
            "method": "POST", "url": "https://h.example/a%2Fb?c=d%20e#f",
            "httpVersion": "HTTP/2", "cookies": [], "headers": headers,
            "queryString": [], "headersSize": -1, "bodySize": -1, "postData": body,
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "h2", "cookies": [],
            "headers": headers, "content": content, "redirectURL": "",
            "headersSize": -1, "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    })
}

// Writing.

/// All entries of a capture as one HAR.
fn exported(workspace: &Workspace) -> Vec<u8> {
    let mut entries = Vec::new();
    each(workspace, |record| entries.push(export::entry(record)));
    [
        export::head().as_bytes(),
        &entries.join(&b","[..]),
        export::TAIL.as_bytes(),
    ]
    .concat()
}

fn each(workspace: &Workspace, mut write: impl FnMut(&Record<'_>)) {
    for id in workspace.ids() {
        let (flow, decoded) = workspace.open(id);
        write(&Record {
            capture: workspace.captures()[id.capture].name(),
            index: id.entry,
            entry: workspace.entry(id),
            flow: flow.as_ref(),
            decoded: &decoded,
            says: None,
        });
    }
}

fn opened(workspace: &Workspace) -> Vec<(Option<Flow>, Decoded)> {
    workspace.ids().map(|id| workspace.open(id)).collect()
}

fn plaintext(side: &Side) -> &[u8] {
    side.plaintext.as_deref().unwrap_or_default()
}

#[test]
fn an_exported_har_reads_back_as_the_plaintext_it_was_made_of() {
    for (name, bytes) in captures() {
        let original = workspace(&name, &bytes);
        let written = exported(&original);
        let again = workspace("exported.har", &written);
        assert_eq!(again.captures()[0].warnings(), [], "{name}");
        assert_eq!(again.len(), original.len(), "{name}");
        let pairs = opened(&original).into_iter().zip(opened(&again));
        for (at, ((flow, before), (read, after))) in pairs.enumerate() {
            let context = format!("{name}: entry {at}");
            let read = read.unwrap();
            let flow = flow.unwrap_or_else(|| {
                let mut unreadable = Flow::default();
                unreadable.request.method = "GET".to_owned();
                unreadable.request.url = Url::new("http://unreadable.invalid/");
                unreadable
            });
            assert_eq!(read.request.method, flow.request.method, "{context}");
            let url = match flow.request.url.as_str() {
                tunnel if !tunnel.contains("://") => format!("https://{tunnel}/"),
                url => url.to_owned(),
            };
            assert_eq!(read.request.url.as_str(), url, "{context}");
            // As sent, but for what tells of a body: that is another one now.
            let kept = |headers: &Headers| {
                let fields = headers
                    .iter()
                    .map(|(name, value)| (name.to_lowercase(), value));
                let of_body = ["content-type", "content-length", "content-encoding"];
                fields
                    .filter(|(name, _)| !of_body.contains(&&**name) && !name.starts_with("miot-"))
                    .map(|(name, value)| (name, value.to_owned()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                kept(&read.request.headers),
                kept(&flow.request.headers),
                "{context}"
            );
            assert_eq!(read.exported.as_deref(), Some(before.state.name()));
            let status = |flow: &Flow| flow.response.as_ref().and_then(|it| it.status);
            assert_eq!(status(&read), status(&flow), "{context}");
            assert!(
                plaintext(&after.request) == plaintext(&before.request),
                "{context}"
            );
            let [was, is] = [&before, &after].map(|decoded| {
                let side = decoded.response.as_ref();
                side.map(plaintext).unwrap_or_default().to_vec()
            });
            assert!(was == is, "{context}: response");
            let state = match before.state {
                State::Foreign => State::Foreign,
                _ => State::Plain,
            };
            assert_eq!(after.state, state, "{context}");
        }
    }
}

#[test]
fn an_exported_har_is_valid_and_counts_its_bytes() {
    for (name, bytes) in captures() {
        let workspace = workspace(&name, &bytes);
        let written = exported(&workspace);
        assert!(agree(&format!("{name}, exported"), &written));
        let document: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(document["log"]["version"], "1.2");
        assert_eq!(document["log"]["creator"]["name"], "mishark");
        let entries = document["log"]["entries"].as_array().unwrap();
        for (at, (entry, (_, decoded))) in entries.iter().zip(opened(&workspace)).enumerate() {
            let context = format!("{name}: entry {at}");
            let is_get = entry["request"]["method"] == "GET";
            let len = if is_get {
                0
            } else {
                plaintext(&decoded.request).len()
            };
            assert_eq!(entry["request"]["bodySize"], len, "{context}");
            assert!(!is_get || entry["request"].get("postData").is_none_or(Value::is_null));
            let url = entry["request"]["url"].as_str().unwrap();
            assert!(url.contains("://"), "{context}: {url}");
            for (message, body) in [("request", "postData"), ("response", "content")] {
                let message = &entry[message];
                let names = headers(&message["headers"])
                    .into_iter()
                    .map(|(name, _)| name);
                let stale = |name: &String| {
                    let name = name.to_lowercase();
                    name.starts_with("miot-")
                        || name == "content-length"
                        || name == "content-encoding"
                };
                assert!(
                    !message[body]["text"].is_string()
                        || !names.into_iter().any(|name| stale(&name)),
                    "{context}"
                );
            }
            let len = decoded
                .response
                .as_ref()
                .map_or(0, |side| plaintext(side).len());
            assert_eq!(entry["response"]["content"]["size"], len, "{context}");
            let members: Vec<&str> = entry["_mishark"]
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(
                members,
                [
                    "capture",
                    "index",
                    "state",
                    "scheme",
                    "keystream",
                    "nonce",
                    "key",
                    "signature",
                    "rc4_hash",
                    "reason",
                    "params",
                    "request_steps",
                    "response_steps"
                ],
                "{context}"
            );
            assert_eq!(entry["_mishark"]["index"], at, "{context}");
            assert_eq!(
                entry["_mishark"]["state"],
                decoded.state.name(),
                "{context}"
            );
            assert_eq!(entry["_mishark"]["signature"], decoded.signature.word());
        }
    }
}

#[test]
fn an_exported_har_names_no_key() {
    for sidecar in sidecars() {
        let expected =
            fs::read(root().join(format!("tests/captures/{}.expected.json", sidecar.name)));
        let expected: Value = serde_json::from_slice(&expected.unwrap()).unwrap();
        let Some(keys) = expected["account"]["ssecurity"].as_object() else {
            continue;
        };
        let workspace = workspace(&sidecar.name, &fs::read(&sidecar.path).unwrap());
        each(&workspace, |record| {
            let entry: Value = serde_json::from_slice(&export::entry(record)).unwrap();
            let own = entry["_mishark"].to_string();
            for key in keys.values().filter_map(Value::as_str) {
                assert!(!own.contains(key), "{}: {own}", sidecar.name);
            }
        });
    }
}

#[test]
fn every_json_line_has_the_same_members_in_the_same_order() {
    for (name, bytes) in captures() {
        let workspace = workspace(&name, &bytes);
        let mut lines = Vec::new();
        each(&workspace, |record| jsonl::line(record, &mut lines));
        let lines: Vec<&[u8]> = lines.split_inclusive(|byte| *byte == b'\n').collect();
        assert_eq!(lines.len(), workspace.len(), "{name}");
        for (at, (line, (flow, decoded))) in lines.iter().zip(opened(&workspace)).enumerate() {
            let context = format!("{name}: line {at}");
            let line: Value = serde_json::from_slice(line).unwrap();
            let members: Vec<&str> = line
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            let expected = "capture,index,started,duration_ms,method,url,host,path,status,state,\
                            scheme,keystream,nonce,key,signature,rc4_hash,reason,verdict,request,response";
            assert_eq!(members.join(","), expected, "{context}");
            assert_eq!(line["capture"], name, "{context}");
            assert_eq!(line["index"], at, "{context}");
            assert_eq!(line["state"], decoded.state.name(), "{context}");
            let reason = decoded.reason.as_ref().map(|reason| reason.code());
            assert_eq!(line["reason"]["code"].as_str(), reason, "{context}");
            let request = flow.as_ref().map(|_| &decoded.request);
            side_is(&context, &line["request"], request);
            side_is(&context, &line["response"], decoded.response.as_ref());
        }
    }
}

fn side_is(context: &str, line: &Value, side: Option<&Side>) {
    let Some(side) = side else {
        assert!(line.is_null(), "{context}");
        return;
    };
    let members: Vec<&str> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let text = side.plaintext.as_deref().map(std::str::from_utf8);
    if let Some(Err(_)) = text {
        let expected = [
            "plaintext",
            "plaintext_base64",
            "params",
            "steps",
            "warnings",
        ];
        assert_eq!(members, expected, "{context}");
        let found = line["plaintext_base64"].as_str().unwrap();
        let found = base64::decode(found.as_bytes()).unwrap().bytes;
        assert_eq!(Some(found), side.plaintext, "{context}");
        assert!(line["plaintext"].is_null(), "{context}");
    } else {
        let expected = ["plaintext", "params", "steps", "warnings"];
        assert_eq!(members, expected, "{context}");
        let text = text.transpose().unwrap_or_default();
        assert_eq!(line["plaintext"].as_str(), text, "{context}");
    }
    let steps: Vec<&str> = side.steps.iter().map(|step| step.name()).collect();
    assert_eq!(line["steps"], json!(steps), "{context}");
    assert_eq!(line["warnings"], json!(side.warnings), "{context}");
}
