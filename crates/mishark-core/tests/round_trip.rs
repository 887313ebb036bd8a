//! Sealing and opening undo each other, whatever the style; what was changed
//! never verifies; and nothing panics on bytes from outside.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use mishark_core::protocol::base64;
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::form::{Field, Form, form_decode, percent_decode};
use mishark_core::protocol::key::{Nonce, SignedNonce, Ssecurity};
use mishark_core::protocol::plaintext::{GUNZIP_LIMIT, Gunzip, Step, gunzip};
use mishark_core::protocol::request::{
    KeystreamMode, OpenedRequest, Order, Place, RC4_HASH, Scheme, SealedRequest, Style,
};
use mishark_core::protocol::response::{GzipWish, Outcome, ResponseHints, open_response};
use mishark_core::protocol::seal::{SealedForm, seal};
use mishark_core::protocol::signature::{Check, PathForm, path_forms, signed_path};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Names that are part of the envelope, which no parameter can have.
const ENVELOPE: [&str; 6] = [
    RC4_HASH,
    "signature",
    "ssecurity",
    "_nonce",
    "nonce",
    "yetAnotherServiceToken",
];

/// A request before it is sealed.
#[derive(Debug, Clone)]
struct Call {
    style: Style,
    method: &'static str,
    host: &'static str,
    path: String,
    params: Vec<(String, Vec<u8>)>,
    ssecurity: Ssecurity,
    nonce: Nonce,
}

impl Call {
    fn place(&self) -> Place<'_> {
        Place {
            method: self.method,
            host: self.host,
            path: &self.path,
        }
    }

    fn signed_path(&self) -> &str {
        signed_path(&self.path, self.style.path)
    }

    fn seal(&self, style: &Style, params: &[(String, Vec<u8>)]) -> SealedForm {
        let params = params.iter();
        let params: Vec<_> = params
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        seal(
            style,
            self.method,
            self.signed_path(),
            &params,
            &self.ssecurity,
            &self.nonce,
        )
    }

    /// Seals in its own style.
    fn sealed(&self) -> SealedForm {
        self.seal(&self.style, &self.params)
    }

    /// The parameters in the order that the style gives them in the form.
    fn params_in_form(&self) -> Vec<(String, Vec<u8>)> {
        let mut params = self.params.clone();
        if self.style.order == Order::Sorted {
            params.sort_by(|one, other| one.0.cmp(&other.0));
        }
        params
    }

    /// The style as far as the form can tell it.
    fn provable_style(&self) -> Style {
        let mut names: Vec<&str> = self.params.iter().map(|(name, _)| name.as_str()).collect();
        if self.style.scheme == Scheme::Rc4 {
            names.push(RC4_HASH);
        }
        let empty = self.params.iter().all(|(_, value)| value.is_empty());
        let skippable = |(name, value): &(String, Vec<u8>)| name.is_empty() || value.is_empty();
        let rc4 = self.style.scheme == Scheme::Rc4;
        let order = if names.is_sorted() {
            Order::Sorted
        } else {
            self.style.order
        };
        Style {
            keystream: if rc4 && !empty {
                self.style.keystream
            } else {
                KeystreamMode::Undecided
            },
            order,
            skips_empty: order == Order::Sorted && !self.params.iter().any(skippable),
            sends_ssecurity: rc4 && self.style.sends_ssecurity,
            ..self.style
        }
    }
}

fn open(form: &Form, place: Place<'_>, key: &SignedNonce) -> OpenedRequest {
    let request = SealedRequest::recognise(form, None).unwrap();
    request.open(place, key, &mut Keystream::new(key))
}

/// Whether a form verifies for who knows `ssecurity`: with the nonce it carries,
/// all it carries being consistent.
fn verifies(form: &Form, place: Place<'_>, ssecurity: &Ssecurity) -> bool {
    let Some(request) = SealedRequest::recognise(form, None) else {
        return false;
    };
    let Some(Ok(nonce)) = request.nonce() else {
        return false;
    };
    if request.ssecurity().is_some_and(|own| own != Ok(ssecurity)) {
        return false;
    }
    let key = nonce.sign(ssecurity);
    let opened = open(form, place, &key);
    assert_eq!(request.check_signature(place, &key), opened.signed);
    let hash = match request.scheme() {
        Scheme::Hmac => Check::Absent,
        Scheme::Rc4 => Check::Match,
    };
    opened.signed.check == Check::Match && opened.rc4_hash == hash
}

/// The parameters in the order of the form, opened, without the hash.
fn params_of(request: &SealedRequest<'_>, opened: &OpenedRequest) -> Vec<(String, Vec<u8>)> {
    let params = request.params().iter().enumerate();
    params
        .filter(|(_, param)| param.name() != RC4_HASH)
        .map(|(index, param)| {
            let value = match request.scheme() {
                Scheme::Hmac => param.text().to_vec(),
                Scheme::Rc4 => opened.values[index].clone().unwrap(),
            };
            (param.name().to_owned(), value)
        })
        .collect()
}

fn fields_of(form: &Form) -> Vec<(String, Vec<u8>)> {
    let fields = form.fields().iter();
    fields
        .map(|field| (field.name().to_owned(), field.value().to_vec()))
        .collect()
}

fn form_of(fields: &[(String, Vec<u8>)]) -> Form {
    let fields = fields.iter();
    fields
        .map(|(name, value)| Field::new(name.as_str(), value.as_slice()))
        .collect()
}

/// Whether both texts are the same once repaired: that is no tampering.
fn same_base64(one: &[u8], other: &[u8]) -> bool {
    match (base64::decode(one), base64::decode(other)) {
        (Ok(one), Ok(other)) => one.text == other.text,
        _ => false,
    }
}

fn name() -> impl Strategy<Value = String> {
    let known = select(vec![
        "accessKey",
        "clientId",
        "data",
        "did",
        "rc4_hash_",
        "rc4_hash__a",
        "type",
        "z",
        "~",
        "ä",
        "",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "[ -~]{1,6}", "\\PC{0,6}"]
        .prop_filter("part of the envelope", |name| {
            !ENVELOPE.contains(&name.as_str())
        })
}

/// Plaintext bytes that no gunzip inside would be tried on.
fn plaintext() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![
        3 => vec(any::<u8>(), 0..80),
        1 => Just(Vec::new()),
        2 => "\\{\"[ -~]{0,40}\"\\}".prop_map(String::into_bytes),
    ];
    bytes.prop_filter("gzip", |bytes| !bytes.starts_with(&[0x1f, 0x8b, 8]))
}

fn style() -> impl Strategy<Value = Style> {
    (
        select(vec![Scheme::Rc4, Scheme::Rc4, Scheme::Hmac]),
        select(vec![KeystreamMode::Chained, KeystreamMode::Fresh]),
        select(vec![Order::Sorted, Order::Received]),
        select(vec![PathForm::Stripped, PathForm::Whole]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(scheme, keystream, order, path, sends_ssecurity, plain_nonce_name)| Style {
                scheme,
                keystream,
                order,
                path,
                sends_ssecurity,
                plain_nonce_name,
                // Values may be empty here, and are expected to come back.
                skips_empty: false,
            },
        )
}

fn ssecurity() -> impl Strategy<Value = Ssecurity> {
    let bytes = prop_oneof![vec(any::<u8>(), 16), vec(any::<u8>(), 1..40)];
    bytes.prop_map(|bytes| Ssecurity::parse(base64::encode(&bytes).as_bytes()).unwrap())
}

fn nonce() -> impl Strategy<Value = Nonce> {
    prop_oneof![
        (any::<[u8; 8]>(), any::<i32>()).prop_map(|(random, minutes)| Nonce::new(random, minutes)),
        vec(any::<u8>(), 1..20)
            .prop_map(|bytes| Nonce::parse(base64::encode(&bytes).as_bytes()).unwrap()),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    (
        style(),
        select(vec!["GET", "POST"]),
        select(vec![
            "api.io.mi.com",
            "core.api.mijia.tech",
            "de.hlth.io.mi.com",
        ]),
        "/app(/[a-z0-9%_]{1,8}){1,3}",
        vec((name(), plaintext()), 0..=4),
        ssecurity(),
        nonce(),
    )
        .prop_map(
            |(style, method, host, path, params, ssecurity, nonce)| Call {
                style,
                method,
                host,
                path,
                params,
                ssecurity,
                nonce,
            },
        )
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn opening_undoes_sealing_in_every_style(call in call()) {
        let sealed = call.sealed();
        let wire = sealed.form.encode();
        let form = Form::parse(&wire).unwrap();
        prop_assert_eq!(fields_of(&form), fields_of(&sealed.form));

        let request = SealedRequest::recognise(&form, None).unwrap();
        prop_assert_eq!(request.scheme(), call.style.scheme);
        prop_assert_eq!(request.nonce(), Some(Ok(&call.nonce)));
        let sent = call.provable_style().sends_ssecurity;
        prop_assert_eq!(request.ssecurity(), sent.then_some(Ok(&call.ssecurity)));
        let key = call.nonce.sign(&call.ssecurity);
        prop_assert!(key == sealed.signed_nonce);

        let opened = open(&form, call.place(), &key);
        prop_assert_eq!(&opened.signed.check, &Check::Match);
        let hash = match call.style.scheme {
            Scheme::Hmac => Check::Absent,
            Scheme::Rc4 => Check::Match,
        };
        prop_assert_eq!(&opened.rc4_hash, &hash);
        prop_assert_eq!(opened.style, call.provable_style());
        let found = params_of(&request, &opened);
        prop_assert_eq!(&found, &call.params_in_form());

        let string = request.signature_string(call.place(), &opened.style, &key);
        prop_assert_eq!(string, Some(sealed.signature_string));
        prop_assert!(call.seal(&opened.style, &found).form.encode() == wire);
    }

    #[test]
    fn the_algorithm_header_changes_nothing_that_has_a_hash(call in call()) {
        let call = Call { style: Style { scheme: Scheme::Rc4, ..call.style }, ..call };
        let sealed = call.sealed();
        let request = SealedRequest::recognise(&sealed.form, Some("ENCRYPT-RC4")).unwrap();
        prop_assert_eq!(request.scheme(), Scheme::Rc4);
        let signed = request.check_signature(call.place(), &sealed.signed_nonce);
        prop_assert_eq!(signed.check, Check::Match);
    }

    #[test]
    fn a_made_form_is_read_back(fields in vec(("\\PC{0,8}", vec(any::<u8>(), 0..20)), 0..8)) {
        let form = form_of(&fields);
        let read = Form::parse(&form.encode()).unwrap();
        prop_assert_eq!(fields_of(&read), fields);
    }

    #[test]
    fn an_untouched_form_encodes_to_its_bytes(
        bytes in prop_oneof![vec(any::<u8>(), 0..200), "[a-c%+=&2Bb ]{0,80}".prop_map(Vec::from)],
    ) {
        prop_assert_eq!(Form::parse(&bytes).unwrap().encode(), bytes);
    }

    #[test]
    fn base64_is_read_back(bytes in vec(any::<u8>(), 0..100), url_safe in any::<bool>()) {
        let text = base64::encode(&bytes);
        let decoded = base64::decode(text.as_bytes()).unwrap();
        prop_assert!(decoded.repairs.is_none());
        prop_assert_eq!(&decoded.bytes, &bytes);
        // And with all the harm a recorder does at once.
        let mut harmed = text.trim_end_matches('=').replace('+', " ");
        if url_safe {
            harmed = harmed.replace('/', "_");
        }
        let harmed = format!("\"{harmed}\"\r\n");
        let decoded = base64::decode(harmed.as_bytes()).unwrap();
        prop_assert_eq!(&decoded.bytes, &bytes);
        prop_assert_eq!(&decoded.text, &text);
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn a_changed_byte_of_any_field_never_verifies(
        call in call(),
        field in any::<Index>(),
        at in any::<Index>(),
        to in any::<u8>(),
        flip in option::of(0..8u32),
    ) {
        let genuine = fields_of(&call.sealed().form);
        prop_assert!(verifies(&form_of(&genuine), call.place(), &call.ssecurity));
        let filled: Vec<usize> = (0..genuine.len())
            .filter(|index| !genuine[*index].1.is_empty())
            .collect();
        let index = filled[field.index(filled.len())];
        let mut fields = genuine.clone();
        let (name, value) = (&genuine[index].0, &mut fields[index].1);
        let byte = at.index(value.len());
        value[byte] = flip.map_or(to, |bit| value[byte] ^ 1 << bit);
        prop_assume!(*value != genuine[index].1);
        let is_base64 = call.style.scheme == Scheme::Rc4 || ENVELOPE.contains(&name.as_str());
        if !(is_base64 && same_base64(value, &genuine[index].1)) {
            prop_assert!(!verifies(&form_of(&fields), call.place(), &call.ssecurity), "{name}");
        }
    }

    #[test]
    fn a_flipped_bit_behind_the_base64_never_verifies(
        call in call(),
        field in any::<Index>(),
        bit in any::<Index>(),
    ) {
        let style = Style { scheme: Scheme::Rc4, sends_ssecurity: true, ..call.style };
        let call = Call { style, ..call };
        let mut fields = fields_of(&call.sealed().form);
        let decoded: Vec<Vec<u8>> = fields
            .iter()
            .map(|(_, value)| base64::decode(value).unwrap().bytes)
            .collect();
        let filled: Vec<usize> = (0..fields.len()).filter(|at| !decoded[*at].is_empty()).collect();
        let index = filled[field.index(filled.len())];
        let mut bytes = decoded[index].clone();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        fields[index].1 = base64::encode(&bytes).into();
        let form = form_of(&fields);
        prop_assert!(!verifies(&form, call.place(), &call.ssecurity), "{}", fields[index].0);
    }

    #[test]
    fn a_renamed_dropped_or_added_field_never_verifies(
        call in call(),
        field in any::<Index>(),
        other in name(),
        value in plaintext(),
        change in 0..3,
    ) {
        let mut fields = fields_of(&call.sealed().form);
        let index = field.index(fields.len());
        match change {
            0 => {
                prop_assume!(fields[index].0 != other);
                fields[index].0 = other;
            }
            1 => {
                // No signature covers that the key is sent along.
                prop_assume!(fields[index].0 != "ssecurity");
                // The app signs `data=` where there is no parameter at all.
                prop_assume!(fields[index] != ("data".to_owned(), Vec::new()) || call.params.len() > 1);
                fields.remove(index);
            }
            _ => {
                // The app leaves empty values out of what it signs.
                prop_assume!(!value.is_empty());
                fields.insert(index, (other, base64::encode(&value).into()));
            }
        }
        prop_assert!(!verifies(&form_of(&fields), call.place(), &call.ssecurity));
    }

    #[test]
    fn another_method_path_nonce_or_key_never_verifies(
        call in call(),
        path in "(/[a-zA-Z0-9]{1,6}){1,3}",
        nonce in nonce(),
        ssecurity in ssecurity(),
    ) {
        let sealed = call.sealed();
        let place = call.place();
        let key = &sealed.signed_nonce;
        prop_assert_eq!(open(&sealed.form, place, key).signed.check, Check::Match);

        let other = |place: Place<'_>, key: &SignedNonce| {
            let opened = open(&sealed.form, place, key);
            let hash_matches = opened.rc4_hash == Check::Match;
            opened.signed.check == Check::Match || hash_matches
        };
        if call.style.scheme == Scheme::Rc4 {
            for method in ["PUT", "POS", "GETT", ""] {
                prop_assert!(!other(Place { method, ..place }, key), "{method}");
            }
        }
        let path = if path == call.path { "/" } else { path.as_str() };
        let forms = path_forms(call.host, path).iter();
        prop_assume!(!forms.into_iter().any(|form| signed_path(path, *form) == call.signed_path()));
        prop_assert!(!other(Place { path, ..place }, key), "{path}");
        prop_assume!(nonce != call.nonce && ssecurity != call.ssecurity);
        prop_assert!(!other(place, &nonce.sign(&call.ssecurity)));
        prop_assert!(!other(place, &call.nonce.sign(&ssecurity)));
    }
}

/// Seals a response as the server does.
fn seal_response(plaintext: &[u8], zipped: bool, key: &SignedNonce) -> Vec<u8> {
    let mut bytes = if zipped {
        gzip(plaintext)
    } else {
        plaintext.to_vec()
    };
    Keystream::new(key).apply(0, &mut bytes);
    base64::encode(&bytes).into()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn hints() -> impl Strategy<Value = ResponseHints> {
    let wish = select(vec![GzipWish::Auto, GzipWish::No, GzipWish::Yes]);
    let limit = prop_oneof![0..200u64, Just(u64::MAX), Just(GUNZIP_LIMIT)];
    (any::<bool>(), any::<bool>(), wish, limit).prop_map(
        |(says_gzip, key_proved, gzip, gunzip_limit)| ResponseHints {
            says_gzip,
            key_proved,
            gzip,
            gunzip_limit,
        },
    )
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_response_opens_to_what_was_sealed(
        text in prop_oneof![
            "\\{\"[ -~]{0,200}\"\\}".prop_map(Vec::from),
            vec(any::<u8>(), 64..200),
        ],
        zipped in any::<bool>(),
        says_gzip in any::<bool>(),
        (ssecurity, nonce) in (ssecurity(), nonce()),
    ) {
        let key = nonce.sign(&ssecurity);
        let body = seal_response(&text, zipped, &key);
        let hints = ResponseHints {
            says_gzip,
            key_proved: true,
            gzip: GzipWish::Auto,
            gunzip_limit: GUNZIP_LIMIT,
        };
        let opened = open_response(&body, Some(&mut Keystream::new(&key)), hints);
        prop_assert_eq!(opened.outcome, Outcome::Opened);
        prop_assert_eq!(opened.plaintext.bytes, text);
        let steps = [Step::Base64, Step::Rc4, Step::Gzip];
        prop_assert_eq!(&opened.plaintext.steps, &steps[..2 + usize::from(zipped)]);
        prop_assert_eq!(opened.gzip_missing, says_gzip && !zipped);
        prop_assert!(opened.repairs.is_none());
        // Short bodies may be taken for words without a key.
        if body.len() > 64 {
            let shut = open_response(&body, None, hints);
            prop_assert_eq!(shut.outcome, Outcome::NeedsKey);
        }
    }

    #[test]
    fn a_gunzip_never_yields_more_than_its_limit(
        text in vec(select(b"ab ".to_vec()), 0..4000),
        limit in prop_oneof![0..5000u64, Just(u64::MAX)],
        cut in option::of(any::<Index>()),
        harm in option::of((any::<Index>(), any::<u8>())),
    ) {
        let mut zipped = gzip(&text);
        if cut.is_none() && harm.is_none() {
            let bound = usize::try_from(limit).unwrap_or(usize::MAX).min(text.len());
            let expected = if (limit as usize) < text.len() {
                Gunzip::TooBig(text[..bound].to_vec())
            } else {
                Gunzip::Whole(text.clone())
            };
            prop_assert_eq!(gunzip(&zipped, limit), expected);
        }
        if let Some((at, to)) = harm {
            let at = at.index(zipped.len());
            zipped[at] = to;
        }
        zipped.truncate(cut.map_or(zipped.len(), |cut| cut.index(zipped.len())));
        let (Gunzip::Whole(out) | Gunzip::Broken(out) | Gunzip::TooBig(out)) = gunzip(&zipped, limit);
        prop_assert!(out.len() as u64 <= limit);
    }
}

/// Bytes as they come from captures, damaged or hostile.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..120),
        "[A-Za-z0-9+/=%_ \"\\\\\r\n-]{0,60}".prop_map(Vec::from),
        "(%[0-9a-fA-F]{0,2}|\\\\u00[0-9a-f]{0,2}|=|\\+){0,12}".prop_map(Vec::from),
        vec(any::<u8>(), 0..60).prop_map(|bytes| base64::encode(&bytes).into()),
        vec(any::<u8>(), 0..60).prop_map(|tail| [&[0x1f, 0x8b, 8][..], &tail].concat()),
    ]
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn no_request_makes_anything_panic(
        text in hostile(),
        envelope in vec((select(ENVELOPE.to_vec()), hostile()), 0..8),
        others in vec(("\\PC{0,4}", hostile()), 0..4),
        turn in any::<Index>(),
        algorithm in option::of("\\PC{0,12}"),
        (method, host, path) in ("\\PC{0,5}", "[a-z.]{0,12}", "(/app)?(/?\\PC{0,3}){0,2}"),
        (ssecurity, nonce) in (ssecurity(), nonce()),
    ) {
        form_decode(&text);
        percent_decode(&text);
        let mut fields: Vec<Field> = envelope
            .into_iter()
            .map(|(name, value)| Field::new(name, value))
            .chain(others.into_iter().map(|(name, value)| Field::new(name, value)))
            .collect();
        let middle = turn.index(fields.len() + 1);
        fields.rotate_left(middle);
        let key = nonce.sign(&ssecurity);
        let place = Place { method: &method, host: &host, path: &path };
        for form in [Form::parse(&text).unwrap(), fields.into_iter().collect()] {
            let Some(request) = SealedRequest::recognise(&form, algorithm.as_deref()) else {
                continue;
            };
            let opened = request.open(place, &key, &mut Keystream::new(&key));
            request.signature_string(place, &opened.style, &key);
            prop_assert_ne!(opened.signed.check, Check::Match);
            let shown = format!("{request:?}");
            prop_assert!(!shown.is_empty());
        }
    }

    #[test]
    fn no_response_makes_anything_panic(
        body in hostile(),
        hints in hints(),
        (ssecurity, nonce) in (ssecurity(), nonce()),
        encrypted in any::<bool>(),
    ) {
        let key = nonce.sign(&ssecurity);
        let body = if encrypted { seal_response(&body, false, &key) } else { body };
        open_response(&body, None, hints);
        let opened = open_response(&body, Some(&mut Keystream::new(&key)), hints);
        let bytes = opened.plaintext.bytes.len();
        prop_assert!(bytes <= body.len() || bytes as u64 <= hints.gunzip_limit);
    }

    #[test]
    fn no_base64_makes_anything_panic(text in hostile()) {
        if let Ok(decoded) = base64::decode(&text) {
            // What was repaired needs no second repair, bar bits no encoder sets.
            let again = base64::decode(decoded.text.as_bytes()).unwrap();
            prop_assert_eq!(&again.bytes, &decoded.bytes);
            prop_assert_eq!(&again.text, &decoded.text);
        }
        for read in [base64::decode_exact(&text).is_ok(), Nonce::parse(&text).is_ok()] {
            prop_assert_eq!(read, Ssecurity::parse(&text).is_ok());
        }
    }
}
