//! One JSON object a line and entry, with the same members in the same order
//! always. Plaintext goes in as the bytes it is, never re-serialised.

use super::Record;
use crate::decode::{KeyUse, Reason, Side};
use crate::protocol::base64;
use crate::verdict::{Place, Verdict};

/// Appends one line, with its line break.
pub fn line(record: &Record<'_>, out: &mut Vec<u8>) {
    let Record {
        entry,
        flow,
        decoded,
        ..
    } = record;
    let request = flow.map(|flow| &flow.request);
    let response = flow.and_then(|flow| flow.response.as_ref());
    let mut object = Object::new(out);
    object.text("capture", record.capture);
    object.raw("index", &record.index.to_string());
    object.optional_text(
        "started",
        entry.started.map(|time| time.to_string()).as_deref(),
    );
    object.number("duration_ms", flow.and_then(|flow| flow.duration_ms));
    object.optional_text("method", request.map(|request| request.method.as_str()));
    object.optional_text("url", request.map(|request| request.url.as_str()));
    object.optional_text("host", request.map(|request| request.url.host()));
    object.optional_text("path", request.map(|request| request.url.path()));
    let status = response.and_then(|response| response.status);
    object.number("status", status.map(f64::from));
    object.text("state", decoded.state.name());
    object.optional_text("scheme", decoded.scheme.map(|scheme| scheme.name()));
    object.optional_text("keystream", decoded.keystream().map(|mode| mode.name()));
    object.optional_text("nonce", decoded.nonce.as_deref());
    key(object.member("key"), decoded.key.as_ref());
    object.text("signature", decoded.signature.word());
    object.text("rc4_hash", decoded.rc4_hash.word());
    reason(object.member("reason"), decoded.reason.as_ref());
    let judged = flow.map(|flow| Verdict::of(flow, decoded));
    verdict(object.member("verdict"), &judged.unwrap_or_default());
    if let Some(says) = record.says {
        object.text("says", says);
    }
    side(object.member("request"), flow.map(|_| &decoded.request));
    side(object.member("response"), decoded.response.as_ref());
    object.end();
    out.push(b'\n');
}

fn key(out: &mut Vec<u8>, key: Option<&KeyUse>) {
    let Some(key) = key else {
        return out.extend_from_slice(b"null");
    };
    let mut object = Object::new(out);
    object.text("id", &key.id.to_string());
    object.text("from", &key.from);
    object.end();
}

fn reason(out: &mut Vec<u8>, reason: Option<&Reason>) {
    let Some(reason) = reason else {
        return out.extend_from_slice(b"null");
    };
    let mut object = Object::new(out);
    object.text("code", reason.code());
    object.text("message", &reason.message());
    object.text("hint", reason.hint());
    object.end();
}

fn verdict(out: &mut Vec<u8>, verdict: &Verdict) {
    let mut object = Object::new(out);
    object.text("outcome", verdict.outcome.name());
    object.optional_text("place", verdict.place.map(Place::name));
    let code = verdict.code.map(|code| code.to_string());
    object.raw("code", code.as_deref().unwrap_or("null"));
    object.text("text", &verdict.to_string());
    object.end();
}

fn side(out: &mut Vec<u8>, side: Option<&Side>) {
    let Some(side) = side else {
        return out.extend_from_slice(b"null");
    };
    let mut object = Object::new(out);
    match side
        .plaintext
        .as_deref()
        .map(|bytes| (bytes, std::str::from_utf8(bytes)))
    {
        None => object.raw("plaintext", "null"),
        Some((_, Ok(text))) => object.text("plaintext", text),
        Some((bytes, Err(_))) => {
            object.raw("plaintext", "null");
            object.text("plaintext_base64", &base64::encode(bytes));
        }
    }
    params(object.member("params"), &side.params);
    let out = object.member("steps");
    texts(out, side.steps.iter().map(|step| step.name()));
    let out = object.member("warnings");
    texts(out, side.warnings.iter().map(String::as_str));
    object.end();
}

/// Parameters as an object; a name that occurs more often has a list.
fn params(out: &mut Vec<u8>, params: &[(String, Vec<u8>)]) {
    let mut object = Object::new(out);
    for (index, (name, value)) in params.iter().enumerate() {
        if params[..index].iter().any(|(before, _)| before == name) {
            continue;
        }
        let same: Vec<_> = params[index..]
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| String::from_utf8_lossy(value))
            .collect();
        if same.len() == 1 {
            object.text(name, &String::from_utf8_lossy(value));
        } else {
            texts(object.member(name), same.iter().map(AsRef::as_ref));
        }
    }
    object.end();
}

fn texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a str>) {
    out.push(b'[');
    for (index, text) in texts.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        string(out, text);
    }
    out.push(b']');
}

/// An object being written.
struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, first: true }
    }

    /// Writes a name; the value is to follow.
    fn member(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        string(self.out, name);
        self.out.push(b':');
        self.out
    }

    fn text(&mut self, name: &str, value: &str) {
        string(self.member(name), value);
    }

    fn optional_text(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.raw(name, "null"),
        }
    }

    /// A number, whole where it is whole.
    fn number(&mut self, name: &str, value: Option<f64>) {
        match value {
            // `{}` of an f64 is the shortest decimal that reads back the same.
            Some(value) => self.raw(name, &format!("{value}")),
            None => self.raw(name, "null"),
        }
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.member(name).extend_from_slice(value.as_bytes());
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

/// Bytes at which a string may need an escape; 0xC2 may start a C1 control.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special[0x7f] = true;
    special[0xc2] = true;
    special
};

/// Writes a JSON string. Beside what JSON demands, DEL and the C1 controls are
/// escaped, since a line may end up on a terminal.
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| SPECIAL[usize::from(*byte)]) {
        out.extend_from_slice(&rest[..at]);
        let len = escape(out, &rest[at..]);
        rest = &rest[at + len..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Writes the character that `text` starts with, escaped if it has to be, and
/// returns how many bytes of it were taken.
fn escape(out: &mut Vec<u8>, text: &[u8]) -> usize {
    let (code, len) = match text {
        [b'"' | b'\\', ..] => {
            out.extend_from_slice(&[b'\\', text[0]]);
            return 1;
        }
        [b'\n', ..] => {
            out.extend_from_slice(b"\\n");
            return 1;
        }
        [b'\r', ..] => {
            out.extend_from_slice(b"\\r");
            return 1;
        }
        [b'\t', ..] => {
            out.extend_from_slice(b"\\t");
            return 1;
        }
        [0xc2, second @ 0x80..=0x9f, ..] => (*second, 2),
        [0xc2, ..] => {
            out.push(0xc2);
            return 1;
        }
        _ => (text[0], 1),
    };
    out.extend_from_slice(format!("\\u{code:04x}").as_bytes());
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back_the_same_and_hold_no_control_bytes() {
        for text in [
            "",
            "a\"\\/\u{8}\n",
            "\u{1b}[31m\u{7f}\u{9b}\u{a0}é",
            "客厅灯💡\u{202e}",
        ] {
            let mut out = Vec::new();
            string(&mut out, text);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            let written = String::from_utf8(out).unwrap();
            assert!(!written.chars().any(char::is_control), "{written:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_short_as_they_are() {
        let mut out = Vec::new();
        let mut object = Object::new(&mut out);
        object.number("a", Some(20.0));
        object.number("b", Some(46.897));
        object.number("c", None);
        object.end();
        assert_eq!(out, br#"{"a":20,"b":46.897,"c":null}"#);
    }
}
