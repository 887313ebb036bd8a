//! A pasted flow as a capture: what a capture's reader takes is passed on as it
//! is; a bare form, with the answer below it, becomes an entry of its own.

use serde_json::json;

use crate::protocol::form::Form;

/// The path of a form that came without one. Its signature can not be proved
/// then, but its hash can.
const PATH: &str = "https://api.io.mi.com/app/pasted";

/// The bytes of a capture with what was pasted.
pub(super) fn capture(text: &str) -> Vec<u8> {
    let text = text.trim();
    let (head, rest) = match text.split_once("\n\n") {
        Some((head, rest)) => (head.trim(), rest.trim()),
        None => match text.split_once('\n') {
            Some((head, rest)) => (head.trim(), rest.trim()),
            None => (text, ""),
        },
    };
    let (url, query) = match head.split_once('?') {
        Some((url, query)) if url.starts_with("http") => (url, query),
        _ => (PATH, head),
    };
    // A command for curl has the form of its request in it.
    let is_one_word = !query.contains(|c: char| c.is_whitespace() || "'\"".contains(c));
    let is_form = is_one_word
        && Form::parse(query.as_bytes()).is_ok_and(|form| {
            form.has("signature") || form.has("rc4_hash__") || form.has("_nonce")
        });
    if !is_form {
        return text.as_bytes().to_vec();
    }
    let mut entry = json!({
        "request": {
            "method": "POST",
            "url": url,
            "headers": [],
            "postData": {
                "mimeType": "application/x-www-form-urlencoded",
                "text": query,
            },
        },
    });
    if !rest.is_empty() {
        entry["response"] = json!({
            "status": 200,
            "headers": [],
            "content": { "text": rest },
        });
    }
    json!({ "log": { "version": "1.2", "entries": [entry] } })
        .to_string()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_its_answer_becomes_an_entry_and_all_else_stays() {
        let bytes = capture("_nonce=QUJD&data=eA%3D%3D&signature=eQ%3D%3D\n\nQUJDRA==\n");
        let har: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let entry = &har["log"]["entries"][0];
        assert_eq!(
            entry["request"]["postData"]["text"],
            "_nonce=QUJD&data=eA%3D%3D&signature=eQ%3D%3D"
        );
        assert_eq!(entry["response"]["content"]["text"], "QUJDRA==");
        let curl = "curl 'https://api.io.mi.com/app/x' --data-raw 'a=b&_nonce=QUJD&signature=eA'";
        assert_eq!(capture(curl), curl.as_bytes());
    }
}
