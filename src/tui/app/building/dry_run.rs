//! A signed request as text: what would be sent, and the strings that were
//! signed.

use crate::replay::SignedRequest;
use crate::text::clean;

/// What would be sent, and the strings that were signed. Secrets in them only
/// if they are to be seen.
pub(super) fn dry_run(signed: &SignedRequest, reveal: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{name:<12} {}\n", clean(value)));
    };
    line("request", &format!("{} {}", signed.method(), signed.base()));
    line("as", &signed.whose());
    line("signed path", signed.signed_path().unwrap_or_default());
    line(
        "nonce",
        signed.nonce().map(|nonce| nonce.text()).unwrap_or_default(),
    );
    line("signature", signed.signature().unwrap_or_default());
    line(
        "rc4_hash",
        signed.rc4_hash().unwrap_or("none: this form has no hash"),
    );
    let secret = signed.signed_nonce().unwrap_or_default();
    let shown = |string: Option<&[u8]>| {
        let string = String::from_utf8_lossy(string.unwrap_or_default()).into_owned();
        if reveal || secret.is_empty() {
            string
        } else {
            string.replace(secret, "<signed nonce>")
        }
    };
    line("signed", &shown(signed.signature_string()));
    if signed.rc4_hash_string().is_some() {
        line("hashed", &shown(signed.rc4_hash_string()));
    }
    line("form", "");
    if let Some(form) = signed.form() {
        for field in form.fields() {
            let value = String::from_utf8_lossy(field.value());
            let hidden = crate::redact::is_secret(field.name()) && !reveal;
            line(
                &format!("  {}", field.name()),
                if hidden {
                    "<masked: . shows it>"
                } else {
                    &value
                },
            );
        }
    }
    line("headers", "");
    for (name, value) in signed.headers() {
        let hidden = crate::redact::is_secret(name) && !reveal;
        line(
            &format!("  {name}:"),
            if hidden {
                "<masked: . shows it>"
            } else {
                value
            },
        );
    }
    text
}
