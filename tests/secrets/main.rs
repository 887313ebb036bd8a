//! One set of secrets through every way out: what a command prints, what is
//! exported, copied and kept.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::io::Write;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Names of secrets, as apps, logins and recorders write them.
const NAMES: [&str; 40] = [
    "serviceToken",
    "passToken",
    "ssecurity",
    "psecurity",
    "token",
    "miot_token",
    "access_token",
    "refresh_token",
    "id_token",
    "authToken",
    "p2pToken",
    "deviceToken",
    "ltmk",
    "beaconkey",
    "bindkey",
    "ble_key",
    "pwd",
    "passwd",
    "password",
    "wifi_password",
    "psk",
    "pin",
    "pincode",
    "secret",
    "clientSecret",
    "apiKey",
    "sessionId",
    "ticket",
    "clientSign",
    "deviceId",
    "device_id",
    "imei",
    "androidId",
    "oaid",
    "userId",
    "cUserId",
    "miid",
    "account",
    "email",
    "nickname",
];

/// A secret that is in nothing else.
fn secret(place: usize, name: usize) -> String {
    format!("Cn{place}Xq{name:02}Rz7Kp3Wv{}", place * 100 + name)
}

/// The capture: each name in each place, and an answer at the front that has
/// the first of them under no name, in every encoding.
fn capture() -> (Vec<Value>, Vec<String>) {
    let mut secrets = Vec::new();
    let mut flows = Vec::new();
    for (number, name) in NAMES.iter().enumerate() {
        let mut new = |place| {
            secrets.push(secret(place, number));
            secret(place, number)
        };
        let data = json!({ "did": "1", *name: new(0), "s": json!({ *name: new(1) }).to_string() });
        let url = format!(
            "https://api.io.mi.com/app/v2/thing/get_info?x=1&{name}={}",
            new(2)
        );
        let location = format!("https://sts.api.io.mi.com/sts?a=1&{name}={}", new(3));
        let packed = STANDARD.encode(json!({ *name: new(4) }).to_string());
        let answer = json!({ "code": 0, "message": "ok", "result": {
            *name: [new(5), { "in": new(6) }], "location": location, "blob": packed,
        }});
        flows.push(json!({
            "method": "POST", "url": url,
            "headers": {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": format!("{name}={}; other_{number}={}; locale=zh_CN", new(7), new(8)),
                "Referer": location, "Authorization": format!("Bearer {}", new(9)),
            },
            "body": form(&data.to_string()),
            "response": { "status": 200, "headers": {}, "body": answer.to_string() },
        }));
    }
    let known = &secrets[0];
    let hex: String = known.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = known.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(format!("the note says {known} and no more").as_bytes())
        .unwrap();
    let said = json!({ "code": -1, "message": format!("bad value {known}"), "result": {
        "a": STANDARD.encode(format!("xy {known}")), "b": hex, "c": known,
        "d": STANDARD.encode(gzip.finish().unwrap()), "e": percent,
    }});
    flows.insert(
        0,
        json!({
            "method": "POST", "url": "https://api.io.mi.com/app/v2/thing/get_info", "headers": {},
            "body": form("{\"did\":\"1\"}"),
            "response": { "status": 200, "headers": {}, "body": said.to_string() },
        }),
    );
    (flows, secrets)
}

/// A signed form that nobody can check, whose plaintext stands in it.
fn form(data: &str) -> String {
    let fields = [
        ("data", data),
        ("_nonce", "J0lH4tl4VlQBxwKe"),
        ("signature", "9Lny4HmMCTAgUwQHcXxeCHuesDZrXrT3gyfFUqX6eKQ="),
        ("ssecurity", "rAnKuwnp8Nqby2BclfOCRg=="),
    ];
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// What a command prints, on both streams.
fn printed(home: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(args)
        .env("HOME", home)
        .env("XDG_STATE_HOME", home)
        .env("MISHARK_SSECURITY", "")
        .output()
        .unwrap();
    let both = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[test]
fn no_way_out_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (flows, secrets) = capture();
    assert!(secrets.len() >= 200);
    let path = folder.path().join("canaries.jsonl");
    let lines: Vec<String> = flows.iter().map(ToString::to_string).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let path = path.to_str().unwrap();
    let mut ways: Vec<Vec<&str>> = vec![
        vec!["list", path],
        vec!["list", "--says", path],
        vec!["verify", path],
        vec!["keys", path],
        vec!["devices", path],
        vec!["decrypt", "--all", "--redact", path],
        vec!["decrypt", "--all", "--redact", "--format", "har", path],
        vec!["decrypt", "--all", "--format", "markdown", path],
    ];
    let numbers: Vec<String> = (0..flows.len()).map(|number| number.to_string()).collect();
    ways.extend(
        numbers[..12]
            .iter()
            .map(|number| vec!["show", path, number.as_str()]),
    );
    for number in &numbers[1..4] {
        for language in ["sh", "py", "js"] {
            ways.push(vec!["replay", path, number, "--as-script", language]);
        }
    }
    for way in ways {
        let shown = printed(folder.path(), &way);
        assert!(!shown.is_empty(), "{way:?}");
        // A program sends the plaintext that it was made of. What stands under
        // no name is known as a secret where all flows are looked through.
        let is_script = way.contains(&"--as-script");
        let looks_through = way.contains(&"decrypt");
        let told = secrets.iter().enumerate().filter(|(number, secret)| {
            let is_sent = is_script && (secret.starts_with("Cn0") || secret.starts_with("Cn1"));
            let is_unnamed = *number == 0 && !looks_through;
            !is_sent && !is_unnamed && shown.contains(secret.as_str())
        });
        let told: Vec<_> = told.collect();
        assert!(told.is_empty(), "{way:?} shows {told:?}");
    }
}

#[test]
fn what_is_known_as_a_secret_is_replaced_in_every_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let (flows, secrets) = capture();
    let path = folder.path().join("canaries.jsonl");
    let lines: Vec<String> = flows.iter().map(ToString::to_string).collect();
    std::fs::write(&path, lines.join("\n")).unwrap();
    let shown = printed(
        folder.path(),
        &["decrypt", "--all", "--redact", path.to_str().unwrap()],
    );
    let first = shown.lines().next().unwrap();
    let result = &flows[0]["response"]["body"];
    let result: Value = serde_json::from_str(result.as_str().unwrap()).unwrap();
    for (name, hidden) in result["result"].as_object().unwrap() {
        assert!(!first.contains(hidden.as_str().unwrap()), "{name}: {first}");
    }
    assert!(
        !first.contains(&secrets[0]) && first.contains("bad value <"),
        "{first}"
    );
    for line in shown.lines().filter(|line| line.starts_with('{')) {
        serde_json::from_str::<Value>(line).unwrap();
    }
}
