//! A signed request as text: what would be sent where, and the strings that
//! were signed.

use crate::tui::words;
use mishark_core::redact::{Place, in_field, masked};
use mishark_core::replay::{Endpoint, SignedRequest};
use mishark_core::text::clean;

/// What would be sent, and the strings that were signed. `mask` stands for
/// secrets in them, unless they are to be seen.
pub(super) fn dry_run(signed: &SignedRequest, endpoint: &Endpoint, mask: Option<&str>) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{name:<12} {}\n", clean(value)));
    };
    let path = signed.target().split('?').next().unwrap_or_default();
    let method = signed.method();
    line(
        words::DRY_REQUEST,
        &format!("{method} {}{path}", signed.base()),
    );
    if let Some(base) = &endpoint.base {
        line(words::DRY_SENT_TO, &base.to_string());
    }
    line(words::DRY_AS, &signed.whose());
    line(
        words::DRY_SIGNED_PATH,
        signed.signed_path().unwrap_or_default(),
    );
    if let Some(nonce) = signed.nonce() {
        let minutes = nonce.minutes().map(words::nonce_minutes);
        line(
            "nonce",
            &format!("{}{}", nonce.text(), minutes.unwrap_or_default()),
        );
    }
    line("signature", signed.signature().unwrap_or_default());
    line("rc4_hash", signed.rc4_hash().unwrap_or(words::DRY_NO_HASH));
    let secret = signed.signed_nonce().unwrap_or_default();
    let shown = |string: Option<&[u8]>| {
        let string = String::from_utf8_lossy(string.unwrap_or_default()).into_owned();
        if mask.is_none() || secret.is_empty() {
            string
        } else {
            masked(&string.replace(secret, words::DRY_SIGNED_NONCE)).into_owned()
        }
    };
    line(words::DRY_SIGNED, &shown(signed.signature_string()));
    if signed.rc4_hash_string().is_some() {
        line(words::DRY_HASHED, &shown(signed.rc4_hash_string()));
    }
    let mask_of = |place: Place, name: &str, value: &str| {
        mask.filter(|_| !in_field(place, name, value).is_empty())
    };
    line(words::DRY_FORM, "");
    let fields = signed.form().into_iter().flat_map(|form| form.fields());
    for field in fields {
        let value = String::from_utf8_lossy(field.value());
        let mask = mask_of(Place::Parameter, field.name(), &value);
        let value = mask.unwrap_or(&value);
        line(&format!("  {}", field.name()), value);
    }
    line(words::DRY_HEADERS, "");
    for (name, value) in signed.headers() {
        let mask = mask_of(Place::Header, name, value);
        line(&format!("  {name}:"), mask.unwrap_or(value));
    }
    text
}
