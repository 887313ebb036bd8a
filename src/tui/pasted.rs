//! A pasted flow as a capture: what a capture's reader takes is passed on as it
//! is; a bare form, with the answer below it, becomes an entry of its own.

use serde_json::json;

use mishark_core::protocol::form::Form;

/// The path of a form that came without one. Its signature cannot be proved
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
    if !is_form(query) {
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

/// Whether a text is a form of Mi Home's and nothing else. In a curl command
/// with its form the fields are found as well, but the first of them begins with
/// `curl`, and blanks.
fn is_form(text: &str) -> bool {
    let Ok(form) = Form::parse(text.as_bytes()) else {
        return false;
    };
    let mut names = form.fields().iter().map(|field| field.name());
    let is_name =
        |name: &str| !name.contains(|one: char| one.is_whitespace() || "'\"".contains(one));
    let is_ours = ["signature", "rc4_hash__", "_nonce"]
        .iter()
        .any(|name| form.has(name));
    is_ours && names.all(is_name)
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
        for curl in [
            "curl 'https://api.io.mi.com/app/x' --data-raw 'a=b'",
            "curl https://api.io.mi.com/app/x -d data=eA%3D%3D&_nonce=QUJD&signature=eQ%3D%3D",
            "curl --url 'https://api.io.mi.com/app/x' -d 'data=eA%3D%3D&_nonce=QUJD&signature=e'",
        ] {
            assert_eq!(capture(curl), curl.as_bytes());
        }
    }
}
