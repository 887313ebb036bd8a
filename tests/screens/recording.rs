//! Captures made for one test: calls sealed as the app seals them, and traffic
//! of others.

use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::key::{Nonce, Ssecurity};
use mishark_core::protocol::seal::{APP_STYLE, seal};
use serde_json::{Value, json};

/// The key of recordings, made up.
pub(crate) const KEY: &str = "rAnKuwnp8Nqby2BclfOCRg==";

/// A HAR that grows by calls.
#[derive(Clone, Default)]
pub(crate) struct Recording {
    entries: Vec<Value>,
    keeps_key: bool,
}

impl Recording {
    /// One whose requests carry the key.
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            keeps_key: true,
        }
    }

    /// One whose requests do not.
    pub(crate) fn locked() -> Self {
        Self::default()
    }

    /// An encrypted call and its encrypted answer.
    pub(crate) fn call(self, path: &str, request: &str, answer: impl AsRef<[u8]>) -> Self {
        let key = Ssecurity::parse(KEY.as_bytes()).unwrap();
        // Each call has a nonce of its own.
        let nonce = Nonce::new([self.entries.len() as u8; 8], 28_000_000);
        let style = mishark_core::protocol::request::Style {
            sends_ssecurity: self.keeps_key,
            ..APP_STYLE
        };
        let sealed = seal(
            &style,
            "POST",
            path,
            &[("data", request.as_bytes())],
            &key,
            &nonce,
        );
        let mut bytes = answer.as_ref().to_vec();
        Keystream::new(&sealed.signed_nonce).apply(0, &mut bytes);
        let body = String::from_utf8(sealed.form.encode()).unwrap();
        let request = json!({
            "method": "POST",
            "url": format!("https://api.io.mi.com/app{path}"),
            "headers": [
                { "name": "Cookie", "value": "serviceToken=made-up-token; userId=1000000001" },
                { "name": "MIOT-ENCRYPT-ALGORITHM", "value": "ENCRYPT-RC4" },
            ],
            "postData": { "mimeType": "application/x-www-form-urlencoded", "text": body },
        });
        let response = json!({
            "status": 200,
            "headers": [],
            "content": { "mimeType": "text/plain", "text": base64::encode(&bytes) },
        });
        self.entry(request, response)
    }

    /// Somebody else's request; its body comes as it is.
    pub(crate) fn foreign(self, url: &str, mime: &str, body: &[u8]) -> Self {
        let request = json!({ "method": "GET", "url": url, "headers": [] });
        let response = json!({
            "status": 200,
            "headers": [{ "name": "Content-Type", "value": mime }],
            "content": {
                "mimeType": mime,
                "encoding": "base64",
                "text": base64::encode(body),
            },
        });
        self.entry(request, response)
    }

    fn entry(mut self, request: Value, response: Value) -> Self {
        let at = self.entries.len();
        self.entries.push(json!({
            "startedDateTime": format!("2024-05-01T08:{:02}:{:02}.000Z", at / 60, at % 60),
            "time": 10 + at,
            "request": request,
            "response": response,
        }));
        self
    }

    /// Form and answer of the last call, as they were on the wire.
    pub(crate) fn last(&self) -> (String, String) {
        let entry = self.entries.last().unwrap();
        let text = |value: &Value| value["text"].as_str().unwrap().to_owned();
        (
            text(&entry["request"]["postData"]),
            text(&entry["response"]["content"]),
        )
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let log = json!({ "log": { "version": "1.2", "entries": self.entries } });
        log.to_string().into_bytes()
    }
}

/// Lists three things, polls one property five times, and sets it.
pub(crate) fn polling() -> Recording {
    let mut recording = Recording::new()
        .call("/v2/homeroom/gethome", "{}", r#"{"code":0,"result":{}}"#)
        .call(
            "/home/device_list",
            "{}",
            r#"{"code":0,"result":{"list":[]}}"#,
        )
        .call("/user/get_user_config", "{}", r#"{"code":0,"result":[]}"#);
    for value in 0..5 {
        recording = recording.call(
            "/miotspec/prop/get",
            r#"{"params":[{"did":"1","siid":2,"piid":1}]}"#,
            format!(r#"{{"code":0,"result":[{{"did":"1","siid":2,"piid":1,"code":0,"value":{value}}}]}}"#),
        );
    }
    recording.call(
        "/miotspec/prop/set",
        r#"{"params":[{"did":"1","siid":2,"piid":1,"value":true}]}"#,
        r#"{"code":0,"result":[{"did":"1","siid":2,"piid":1,"code":0}]}"#,
    )
}
