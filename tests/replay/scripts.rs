//! A draft copied as a program signs afresh, and the cloud accepts it.

use std::io::Write;
use std::process::{Command, Stdio};

use mishark_core::protocol::request::{KeystreamMode, Order, Scheme};
use mishark_core::replay::{Carrier, Draft, Language, as_script};
use serde_json::{Value, json};

use crate::home::{ACCOUNT, session};
use crate::support::cloud::Cloud;

/// Runs a script as a person would; `None` where its interpreter is missing.
fn run(script: &str, language: Language, cloud: &Cloud) -> Option<String> {
    let program = match language {
        Language::JavaScript => "node",
        Language::Python => "python3",
        Language::Shell => "sh",
    };
    let needed: &[&str] = match language {
        Language::Shell => &["curl", "openssl", "od", "gzip"],
        _ => &[],
    };
    let exists = |program: &str| {
        let status = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok()
    };
    if !needed.iter().all(|program| exists(program)) || !exists(program) {
        eprintln!("{program}: not here");
        return None;
    }
    let mut file = tempfile::Builder::new()
        .suffix(if language == Language::JavaScript {
            ".mjs"
        } else {
            ""
        })
        .tempfile()
        .unwrap();
    file.write_all(script.as_bytes()).unwrap();
    let output = Command::new(program)
        .arg(file.path())
        .env("MI_SSECURITY", session().ssecurity.encode())
        .env(
            "MI_SERVICE_TOKEN",
            session().service_token().unwrap().reveal(),
        )
        .env("MI_USER_ID", "1000000017")
        .env("BASE_URL", cloud.base())
        .env("NO_PROXY", "*")
        .env("no_proxy", "*")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{program}: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn works(language: Language) {
    let cloud = Cloud::http(vec![ACCOUNT.into()]);
    cloud.property("5'\\0\"", 2, 1, json!("客厅 ☂"));
    let data = r#"{"params":[{"did":"5'\\0\"","siid":2,"piid":1}], "e":1e5}"#;
    for (scheme, keystream, order, carrier, gzip) in [
        (
            Scheme::Rc4,
            KeystreamMode::Chained,
            Order::Sorted,
            Carrier::Body,
            true,
        ),
        (
            Scheme::Rc4,
            KeystreamMode::Fresh,
            Order::Received,
            Carrier::Query,
            false,
        ),
        (
            Scheme::Hmac,
            KeystreamMode::Undecided,
            Order::Sorted,
            Carrier::Body,
            false,
        ),
    ] {
        let mut draft = Draft::new("https://api.io.mi.com", "/app/miotspec/prop/get", data);
        draft.params.push(("type".to_owned(), "z &='é".into()));
        if scheme == Scheme::Hmac {
            draft.params.push(("empty".to_owned(), Vec::new()));
        }
        draft.set_scheme(scheme);
        draft.style.keystream = keystream;
        draft.style.order = order;
        draft.carrier = carrier;
        draft.set_gzip(gzip);
        let script = as_script(&draft, language).unwrap();
        assert!(!script.contains(session().service_token().unwrap().reveal()));
        let Some(answer) = run(&script, language, &cloud) else {
            return;
        };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["result"][0]["value"], "客厅 ☂", "{scheme:?}");
        let seen = cloud.seen().remove(0);
        let sent = seen.params.iter().find(|(name, _)| name == "data").unwrap();
        assert_eq!(String::from_utf8_lossy(&sent.1), data);
        let mode = match scheme {
            Scheme::Hmac => "hmac",
            _ if keystream == KeystreamMode::Fresh => "fresh",
            _ => "chained",
        };
        assert!(seen.mode.starts_with(mode), "{}", seen.mode);
    }
}

#[test]
fn python_signs_as_mishark_does() {
    works(Language::Python);
}

#[test]
fn javascript_signs_as_mishark_does() {
    works(Language::JavaScript);
}

#[cfg(unix)]
#[test]
fn the_shell_signs_as_mishark_does() {
    works(Language::Shell);
}
