//! Captures that real recorders wrote, on the screen: what it shows and copies
//! is what the server saw and sent.

use std::fs;

use serde_json::Value;

use super::support::Screen;

const CAPTURES: [&str; 10] = [
    "copy-as-curl.sh",
    "curl-7.88-verbose-log.txt",
    "mitmproxy-11.0.2-mijia-app.har",
    "mitmproxy-11.0.2-mijia-app.mitm",
    "playwright-1.65-chromium-attach.zip",
    "playwright-1.65-chromium-embed.har",
    "synthetic-charles.chlsj",
    "whistle-2.10.10-all-clients.saz",
    "whistle-2.10.10-all-clients.txt",
    "whistle-2.10.10-mijia-app.har",
];

fn sidecar(name: &str) -> Value {
    let path = format!("tests/captures/{name}.expected.json");
    let sidecar: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    match sidecar["same_flows_as"].as_str() {
        Some(other) => self::sidecar(other.strip_suffix(".expected.json").unwrap_or(other)),
        None => sidecar,
    }
}

/// What a key of the copy menu copies; nothing if there is nothing.
fn copied(screen: &mut Screen, key: &str) -> Option<String> {
    screen.copied.clear();
    screen.press("y").press(key);
    screen.copied.pop().map(|(_, text)| text)
}

#[test]
fn what_is_copied_is_what_the_server_saw_and_sent() {
    // The sidecar of curl's commands does not number its entries.
    for name in CAPTURES.into_iter().filter(|name| !name.ends_with(".sh")) {
        let sidecar = sidecar(name);
        let mut screen = Screen::open(&format!("tests/captures/{name}"), 120, 40);
        // All of it, each entry on its own line, in the recorder's order.
        screen.press("a o x");
        let mut compared = 0;
        for flow in sidecar["flows"].as_array().unwrap() {
            let Some(index) = flow["capture"]["index"].as_u64() else {
                continue;
            };
            if flow["crypto"] != "rc4" || flow["signature_ok"] != true {
                continue;
            }
            let digits: Vec<String> = (index + 1).to_string().chars().map(String::from).collect();
            screen.press(&digits.join(" ")).press("G");
            for (member, key) in [("request_plaintext", "A"), ("response_plaintext", "B")] {
                let Some(expected) = flow[member].as_str().filter(|text| !text.is_empty()) else {
                    continue;
                };
                // What a recorder lost is told by the tests of recorders.
                if let Some(found) = copied(&mut screen, key) {
                    let what = format!("{member} of entry {index} of {name}");
                    assert_eq!(found, expected, "{what}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 0, "{name}");
    }
}

/// The members of a plaintext as the screen shows them when they are folded.
fn folded(plaintext: &str) -> Vec<String> {
    let Ok(Value::Object(members)) = serde_json::from_str(plaintext) else {
        return Vec::new();
    };
    let line = |(key, value): (String, Value)| match value {
        Value::Array(items) if !items.is_empty() => Some(format!("{key}: ({})", items.len())),
        Value::Object(members) if !members.is_empty() => {
            Some(format!("{key}: ({})", members.len()))
        }
        Value::Bool(_) => Some(format!("{key}: {value}")),
        Value::Number(number) if number.is_i64() => Some(format!("{key}: {number}")),
        Value::String(text) if key == "message" => Some(format!("{key}: \"{text}\"")),
        // Escapes, secrets and long ones have tests of their own.
        _ => None,
    };
    members.into_iter().filter_map(line).collect()
}

#[test]
fn what_is_seen_is_what_the_server_saw_and_sent() {
    let mut seen = 0;
    for name in [
        "copy-as-curl.sh",
        "mitmproxy-11.0.2-mijia-app.mitm",
        "playwright-1.65-chromium-embed.har",
        "whistle-2.10.10-mijia-app.har",
    ] {
        let sidecar = sidecar(name);
        let flows = sidecar["flows"].as_array().unwrap();
        let proven = |flow: &&Value| flow["crypto"] == "rc4" && flow["signature_ok"] == true;
        for (width, height) in [(80, 24), (120, 40), (200, 60)] {
            let path = format!("tests/captures/{name}");
            let mut screen = Screen::open(&path, width, height);
            let Some(first) = flows.iter().find(proven) else {
                panic!("no flow of {name} is proven");
            };
            let call = first["url"].as_str().unwrap().split('?').next().unwrap();
            let call = call.rsplit('/').next().unwrap();
            screen
                .press("f")
                .paste(&format!("path:{call}"))
                .press("enter g");
            screen.shows(" D ").shows(call);
            for (member, pane) in [("request_plaintext", "2"), ("response_plaintext", "3")] {
                let Some(plaintext) = first[member].as_str() else {
                    continue;
                };
                screen.press(pane).press("tab z g c").holds();
                for line in folded(plaintext) {
                    screen.shows(&line);
                    seen += 1;
                }
                screen.press("z");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_real_capture_is_listed_and_whole_at_every_usual_size() {
    for name in CAPTURES {
        for (width, height) in [(80, 24), (120, 40), (200, 60)] {
            let mut screen = Screen::open(&format!("tests/captures/{name}"), width, height);
            screen
                .holds()
                .press("j j enter")
                .holds()
                .press("2 tab")
                .holds();
        }
    }
}

#[test]
fn a_capture_of_whistle_and_one_of_mitmproxy() {
    for (name, width, height) in [
        ("whistle-2.10.10-all-clients.txt", 200, 60),
        ("whistle-2.10.10-mijia-app.har", 80, 24),
        ("mitmproxy-11.0.2-mijia-app.mitm", 120, 40),
    ] {
        let mut screen = Screen::open(&format!("tests/captures/{name}"), width, height);
        insta::assert_snapshot!(format!("{name} at {width}x{height}"), screen.holds().text());
    }
}
