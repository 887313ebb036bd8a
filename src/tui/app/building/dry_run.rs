//! A signed request as text: what would be sent where, and the strings that
//! were signed.

use crate::replay::{Endpoint, SignedRequest};
use crate::text::clean;

/// What stands for a secret.
const MASKED: &str = "<masked: . shows it>";

/// What would be sent, and the strings that were signed. Secrets in them only
/// if they are to be seen.
pub(super) fn dry_run(signed: &SignedRequest, endpoint: &Endpoint, reveal: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{name:<12} {}\n", clean(value)));
    };
    let path = signed.target().split('?').next().unwrap_or_default();
    let method = signed.method();
    line("request", &format!("{method} {}{path}", signed.base()));
    if let Some(base) = &endpoint.base {
        line("sent to", &base.to_string());
    }
    line("as", &signed.whose());
    line("signed path", signed.signed_path().unwrap_or_default());
    if let Some(nonce) = signed.nonce() {
        let minutes = nonce
            .minutes()
            .map(|minutes| format!("  (minute {minutes})"));
        line(
            "nonce",
            &format!("{}{}", nonce.text(), minutes.unwrap_or_default()),
        );
    }
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
    let masked = |name: &str| crate::redact::is_secret(name) && !reveal;
    line("form", "");
    let fields = signed.form().into_iter().flat_map(|form| form.fields());
    for field in fields {
        let value = String::from_utf8_lossy(field.value());
        let value = if masked(field.name()) { MASKED } else { &value };
        line(&format!("  {}", field.name()), value);
    }
    line("headers", "");
    for (name, value) in signed.headers() {
        let value = if masked(name) { MASKED } else { value };
        line(&format!("  {name}:"), value);
    }
    text
}
