//! Sealing: from plaintext parameters to the form that is sent.

use super::base64;
use super::cipher::Keystream;
use super::form::{Field, Form};
use super::key::{Nonce, SignedNonce, Ssecurity};
use super::request::{KeystreamMode, Order, RC4_HASH, Scheme, Style};
use super::signature::{Pair, SignedString};

/// The app's style: encrypted, one keystream, sorted, `ssecurity` sent, nothing
/// without a value.
pub const APP_STYLE: Style = Style {
    scheme: Scheme::Rc4,
    keystream: KeystreamMode::Chained,
    order: Order::Sorted,
    path: super::signature::PathForm::Stripped,
    sends_ssecurity: true,
    plain_nonce_name: false,
    skips_empty: true,
};

/// A form ready to send, and every string on the way to it.
///
/// All strings end in or hold the signed nonce, so they are as secret as the
/// key; `Debug` shows none of them.
pub struct SealedForm {
    /// The fields to send.
    pub form: Form,
    /// The key of this request.
    pub signed_nonce: SignedNonce,
    /// What the rc4 hash is the SHA-1 of; `None` in the HMAC form.
    pub rc4_hash_string: Option<Vec<u8>>,
    /// The rc4 hash before encryption; `None` in the HMAC form.
    pub rc4_hash: Option<String>,
    /// What the signature is the SHA-1 or HMAC of.
    pub signature_string: Vec<u8>,
    /// The signature.
    pub signature: String,
}

impl std::fmt::Debug for SealedForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedForm")
            .field("form", &self.form)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// Encrypts (unless the style only signs), hashes and signs.
///
/// `path` is the path as it is signed, see
/// [`signed_path`](super::signature::signed_path); `params` are name and
/// plaintext in the caller's order, which [`Order::Received`] keeps. An
/// undecided keystream is chained, as the app's is.
pub fn seal(
    style: &Style,
    method: &str,
    path: &str,
    params: &[Pair<'_>],
    ssecurity: &Ssecurity,
    nonce: &Nonce,
) -> SealedForm {
    let signed_nonce = nonce.sign(ssecurity);
    let mut params = params.to_vec();
    if style.order == Order::Sorted {
        params.sort_by_key(|(name, _)| *name);
    }
    match style.scheme {
        Scheme::Hmac => seal_hmac(style, path, &params, signed_nonce, nonce),
        Scheme::Rc4 => seal_rc4(
            style,
            method,
            path,
            &params,
            signed_nonce,
            (ssecurity, nonce),
        ),
    }
}

fn nonce_field(style: &Style, nonce: &Nonce) -> Field {
    let name = if style.plain_nonce_name {
        "nonce"
    } else {
        "_nonce"
    };
    Field::new(name, nonce.text())
}

fn seal_hmac(
    style: &Style,
    path: &str,
    params: &[Pair<'_>],
    signed_nonce: SignedNonce,
    nonce: &Nonce,
) -> SealedForm {
    let signed: Vec<Pair<'_>> = params
        .iter()
        .copied()
        .filter(|(_, value)| !(style.skips_empty && value.is_empty()))
        .collect();
    let string = SignedString::hmac(nonce, path, &signed, &signed_nonce);
    let (signature_string, signature) = (string.text(), string.hash());
    let mut form = Form::from_iter([nonce_field(style, nonce)]);
    for (name, value) in params {
        form.push(Field::new(*name, *value));
    }
    form.push(Field::new("signature", signature.as_str()));
    SealedForm {
        form,
        signed_nonce,
        rc4_hash_string: None,
        rc4_hash: None,
        signature_string,
        signature,
    }
}

fn seal_rc4(
    style: &Style,
    method: &str,
    path: &str,
    params: &[Pair<'_>],
    signed_nonce: SignedNonce,
    (ssecurity, nonce): (&Ssecurity, &Nonce),
) -> SealedForm {
    let mut params = params.to_vec();
    if style.skips_empty {
        params.retain(|(name, value)| !name.is_empty() && !value.is_empty());
    }
    let string = SignedString::sha1(method, path, &params, &signed_nonce);
    let (rc4_hash_string, rc4_hash) = (string.text(), string.hash());
    params.push((RC4_HASH, rc4_hash.as_bytes()));
    if style.order == Order::Sorted {
        params.sort_by_key(|(name, _)| *name);
    }
    let mut keystream = Keystream::new(&signed_nonce);
    let mut offset = 0;
    let mut sealed: Vec<(&str, String)> = Vec::with_capacity(params.len());
    for (name, plaintext) in params {
        let mut bytes = plaintext.to_vec();
        keystream.apply(offset, &mut bytes);
        if style.keystream != KeystreamMode::Fresh {
            offset += bytes.len();
        }
        sealed.push((name, base64::encode(&bytes)));
    }
    let pairs: Vec<Pair<'_>> = sealed
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let string = SignedString::sha1(method, path, &pairs, &signed_nonce);
    let (signature_string, signature) = (string.text(), string.hash());
    let mut form: Form = pairs
        .iter()
        .map(|(name, text)| Field::new(*name, *text))
        .collect();
    form.push(Field::new("signature", signature.as_str()));
    if style.sends_ssecurity {
        form.push(Field::new("ssecurity", ssecurity.encode()));
    }
    form.push(nonce_field(style, nonce));
    SealedForm {
        form,
        rc4_hash_string: Some(rc4_hash_string),
        rc4_hash: Some(rc4_hash),
        signature_string,
        signature,
        signed_nonce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::request::{Place, SealedRequest};
    use crate::protocol::signature::Check;

    fn sealed(style: &Style, params: &[Pair<'_>]) -> SealedForm {
        let ssecurity = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
        let nonce = Nonce::parse(b"Jaq5urLxbV8BuJCB").unwrap();
        seal(
            style,
            "post",
            "/home/device_list",
            params,
            &ssecurity,
            &nonce,
        )
    }

    fn names(sealed: &SealedForm) -> Vec<&str> {
        let fields = sealed.form.fields().iter();
        fields.map(Field::name).collect()
    }

    const PARAMS: [Pair<'_>; 2] = [("type", b"z"), ("data", b"{}")];

    #[test]
    fn the_app_sorts_the_hash_among_the_parameters() {
        let form = sealed(&APP_STYLE, &PARAMS);
        let fields = ["data", RC4_HASH, "type", "signature", "ssecurity", "_nonce"];
        assert_eq!(names(&form), fields);
    }

    #[test]
    fn received_order_puts_the_hash_last() {
        let style = Style {
            order: Order::Received,
            sends_ssecurity: false,
            plain_nonce_name: true,
            ..APP_STYLE
        };
        let form = sealed(&style, &PARAMS);
        let fields = ["type", "data", RC4_HASH, "signature", "nonce"];
        assert_eq!(names(&form), fields);
    }

    #[test]
    fn the_signed_form_holds_neither_key_nor_hash() {
        let style = Style {
            scheme: Scheme::Hmac,
            ..APP_STYLE
        };
        let form = sealed(&style, &PARAMS);
        assert_eq!(names(&form), ["_nonce", "data", "type", "signature"]);
        assert_eq!((&form.rc4_hash, &form.rc4_hash_string), (&None, &None));
    }

    #[test]
    fn the_signed_form_keeps_the_order_that_opening_it_proves() {
        let style = Style {
            scheme: Scheme::Hmac,
            keystream: KeystreamMode::Undecided,
            order: Order::Received,
            sends_ssecurity: false,
            skips_empty: false,
            ..APP_STYLE
        };
        let form = sealed(&style, &PARAMS);
        let request = SealedRequest::recognise(&form.form, None).unwrap();
        let place = Place {
            method: "POST",
            host: "api.io.mi.com",
            path: "/app/home/device_list",
        };
        let mut keystream = Keystream::new(&form.signed_nonce);
        let opened = request.open(place, &form.signed_nonce, &mut keystream);
        assert_eq!(opened.signed.check, Check::Match);
        assert_eq!(opened.style, style);
    }

    #[test]
    fn the_app_sends_an_empty_value_unsigned_or_not_at_all() {
        const PARAMS: [Pair<'_>; 2] = [("data", b"{}"), ("type", b"")];
        let form = sealed(&APP_STYLE, &PARAMS);
        let fields = ["data", RC4_HASH, "signature", "ssecurity", "_nonce"];
        assert_eq!(names(&form), fields);
        let style = Style {
            scheme: Scheme::Hmac,
            sends_ssecurity: false,
            keystream: KeystreamMode::Undecided,
            ..APP_STYLE
        };
        let form = sealed(&style, &PARAMS);
        assert_eq!(names(&form), ["_nonce", "data", "type", "signature"]);
        let request = SealedRequest::recognise(&form.form, None).unwrap();
        let place = Place {
            method: "POST",
            host: "api.io.mi.com",
            path: "/app/home/device_list",
        };
        let mut keystream = Keystream::new(&form.signed_nonce);
        let opened = request.open(place, &form.signed_nonce, &mut keystream);
        assert_eq!((opened.signed.check, opened.style), (Check::Match, style));
        let string = request.signature_string(place, &style, &form.signed_nonce);
        assert_eq!(string, Some(form.signature_string));
    }

    #[test]
    fn debug_shows_no_string_with_the_key_in_it() {
        let form = sealed(&APP_STYLE, &PARAMS);
        let shown = format!("{form:?}");
        assert!(!shown.contains(form.signed_nonce.text()), "{shown}");
        assert!(!shown.contains("rAnKuwnp8Nqby2BclfOCRg"), "{shown}");
    }
}
