use super::*;
use crate::protocol::form::Field;
use crate::protocol::seal::{APP_STYLE, seal};

const PLACE: Place<'_> = Place {
    method: "POST",
    host: "api.io.mi.com",
    path: "/app/home/device_list",
};
const PATH: &str = "/home/device_list";

fn key() -> (Ssecurity, Nonce, SignedNonce) {
    let ssecurity = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
    let nonce = Nonce::parse(b"Jaq5urLxbV8BuJCB").unwrap();
    let signed_nonce = nonce.sign(&ssecurity);
    (ssecurity, nonce, signed_nonce)
}

fn open(form: &Form) -> OpenedRequest {
    let (_, _, signed_nonce) = key();
    let mut keystream = Keystream::new(&signed_nonce);
    let request = SealedRequest::recognise(form, None).unwrap();
    request.open(PLACE, &signed_nonce, &mut keystream)
}

fn sealed(style: &Style, params: &[Pair<'_>]) -> Form {
    let (ssecurity, nonce, _) = key();
    seal(style, "POST", PATH, params, &ssecurity, &nonce).form
}

#[test]
fn the_keystream_is_proved_by_a_value_after_the_hash() {
    for keystream in [KeystreamMode::Chained, KeystreamMode::Fresh] {
        let style = Style {
            keystream,
            ..APP_STYLE
        };
        let opened = open(&sealed(&style, &[("type", b"z")]));
        assert_eq!(opened.rc4_hash, Check::Match);
        assert_eq!(opened.style, style);
    }
}

#[test]
fn an_empty_value_after_the_hash_proves_no_keystream() {
    let style = Style {
        skips_empty: false,
        ..APP_STYLE
    };
    let opened = open(&sealed(&style, &[("data", b""), ("type", b"")]));
    assert_eq!(opened.rc4_hash, Check::Match);
    assert_eq!(opened.style.keystream, KeystreamMode::Undecided);
}

#[test]
fn the_signed_string_is_without_the_empty_values_that_the_app_leaves_out() {
    let (_, nonce, signed_nonce) = key();
    let string = SignedString::hmac(&nonce, PATH, &[("data", b"{}")], &signed_nonce);
    let form = Form::from_iter([
        Field::new("data", "{}"),
        Field::new("type", ""),
        Field::new("_nonce", nonce.text()),
        Field::new("signature", string.hash()),
    ]);
    let opened = open(&form);
    assert_eq!(opened.signed.check, Check::Match);
    let request = SealedRequest::recognise(&form, None).unwrap();
    let signed = request.signature_string(PLACE, &opened.style, &signed_nonce);
    assert_eq!(signed, Some(string.text()));
}

#[test]
fn an_order_proved_by_the_signature_stays_when_the_hash_does_not_match() {
    let (_, nonce, signed_nonce) = key();
    let mut keystream = Keystream::new(&signed_nonce);
    let mut encrypt = |offset, plaintext: &[u8]| {
        let mut bytes = plaintext.to_vec();
        keystream.apply(offset, &mut bytes);
        base64::encode(&bytes)
    };
    // Text in sorted order, signed in received order, the hash of nothing.
    let fields = [
        ("type", encrypt(12, b"word")),
        ("data", encrypt(0, b"{}")),
        (RC4_HASH, encrypt(2, b"not a hash")),
    ];
    let pairs: Vec<Pair<'_>> = fields
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let string = SignedString::sha1("POST", PATH, &pairs, &signed_nonce);
    let mut form: Form = fields
        .iter()
        .map(|(name, text)| Field::new(*name, text.as_str()))
        .collect();
    form.push(Field::new("_nonce", nonce.text()));
    form.push(Field::new("signature", string.hash()));
    let opened = open(&form);
    assert_eq!(opened.signed.check, Check::Match);
    assert!(matches!(opened.rc4_hash, Check::Mismatch { .. }));
    assert_eq!(opened.style.order, Order::Received);
    let request = SealedRequest::recognise(&form, None).unwrap();
    let signed = request.signature_string(PLACE, &opened.style, &signed_nonce);
    assert_eq!(signed, Some(string.text()));
}

#[test]
fn the_string_of_the_hash_is_told_and_where_its_values_were_read() {
    let (_, _, signed_nonce) = key();
    let params: [(&str, &[u8]); 3] = [("type", b"1"), ("data", b"{}"), ("a", b"IOS")];
    for (keystream, order, offsets) in [
        (KeystreamMode::Chained, Order::Sorted, [33, 3, 0, 5]),
        (KeystreamMode::Chained, Order::Received, [0, 1, 3, 6]),
        (KeystreamMode::Fresh, Order::Received, [0, 0, 0, 0]),
    ] {
        let style = Style {
            keystream,
            order,
            ..APP_STYLE
        };
        let form = sealed(&style, &params);
        let request = SealedRequest::recognise(&form, None).unwrap();
        let opened = open(&form);
        let layout = opened.layout.unwrap();
        let names: Vec<&str> = request.params().iter().map(SealedParam::name).collect();
        let found: Vec<usize> = ["type", "data", "a", RC4_HASH]
            .iter()
            .map(|name| layout.offsets[names.iter().position(|other| other == name).unwrap()])
            .collect();
        assert_eq!(found, offsets);
        let mut stream = Keystream::new(&signed_nonce);
        let string = request.hash_string(PLACE, &layout, &signed_nonce, &mut stream);
        let pairs: &[Pair<'_>] = match order {
            Order::Sorted => &[("a", b"IOS"), ("data", b"{}"), ("type", b"1")],
            Order::Received => &params,
        };
        let expected = SignedString::sha1("POST", PATH, pairs, &signed_nonce);
        assert_eq!(string, Some(expected.text()));
    }
}

#[test]
fn neither_plaintext_nor_key_shows_in_debug() {
    let style = Style {
        scheme: Scheme::Hmac,
        ..APP_STYLE
    };
    for style in [style, APP_STYLE] {
        let form = sealed(&style, &[("data", b"{\"token\":\"secret\"}")]);
        let request = SealedRequest::recognise(&form, None).unwrap();
        let shown = format!("{request:?} {:?}", open(&form));
        let bytes = format!("{:?}", b"secret");
        assert!(!shown.contains("secret\\"), "{shown}");
        assert!(!shown.contains(&bytes[1..bytes.len() - 1]), "{shown}");
        assert!(!shown.contains("rAnKuwnp8Nqby2BclfOCRg"), "{shown}");
    }
}
