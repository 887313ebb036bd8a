//! Tampering: nothing altered ever counts as verified.

use super::*;

/// What a field says once all repairs are made; two texts that say the same
/// are the same.
fn meaning(form: &Form) -> Vec<(String, Vec<u8>)> {
    let fields = form.fields().iter();
    fields
        .map(|field| {
            let value = match base64::decode(field.value()) {
                Ok(decoded) => decoded.text.as_bytes().to_vec(),
                Err(_) => field.value().to_vec(),
            };
            (field.name().to_owned(), value)
        })
        .collect()
}

#[test]
fn a_flipped_bit_anywhere_in_a_form_is_never_verified() {
    for style in [APP_STYLE, KEYLESS] {
        let genuine = form(&style);
        let body = genuine.encode();
        let ring = ring(&[KEY, OTHER_KEY]);
        let genuine = meaning(&Form::parse(&body).unwrap());
        assert_eq!(
            open_with(&flow(&form(&style)), &ring).state,
            State::Verified
        );
        let mut tried = 0;
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut altered = body.clone();
                altered[at] ^= 1 << bit;
                if meaning(&Form::parse(&altered).unwrap()) == genuine {
                    continue;
                }
                let mut flow = verified();
                flow.request.body = Body::Bytes(altered.clone());
                let state = open_with(&flow, &ring).state;
                let shown = String::from_utf8_lossy(&altered);
                assert_ne!(state, State::Verified, "bit {bit} of byte {at}: {shown}");
                tried += 1;
            }
        }
        assert!(tried > 1000, "{tried}");
    }
}

#[test]
fn another_character_anywhere_in_a_value_is_never_verified() {
    let genuine = form(&APP_STYLE);
    let ring = ring(&[KEY]);
    for name in FIELDS {
        let value = genuine.get(name).unwrap();
        for at in 0..value.len() {
            for byte in *b"A9+/=z -_" {
                let mut altered = value.to_vec();
                altered[at] = byte;
                let mut form = genuine.clone();
                form.set(name, altered);
                if meaning(&form) == meaning(&genuine) {
                    continue;
                }
                let state = open_with(&flow(&form), &ring).state;
                let byte = char::from(byte);
                assert_ne!(state, State::Verified, "{name}: {byte} at {at}");
            }
        }
    }
}

#[test]
fn a_missing_doubled_or_renamed_field_is_never_verified() {
    let genuine = form(&APP_STYLE);
    let ring = ring(&[KEY]);
    for name in FIELDS {
        let missing = without(&genuine, name);
        // XiaomiGateway3 and fitness clients send no ssecurity.
        let still_whole = name == "ssecurity";
        let state = open_with(&flow(&missing), &ring).state;
        assert_eq!(state == State::Verified, still_whole, "without {name}");
        let mut renamed = missing.clone();
        renamed.push(Field::new(format!("{name}x"), genuine.get(name).unwrap()));
        let state = open_with(&flow(&renamed), &ring).state;
        assert_ne!(state, State::Verified, "{name}x");
        let mut doubled = missing;
        doubled.push(Field::new(name, "AAAA"));
        doubled.push(Field::new(name, genuine.get(name).unwrap()));
        let state = open_with(&flow(&doubled), &ring).state;
        assert_ne!(state, State::Verified, "{name} twice");
    }
    let mut smuggled = genuine;
    smuggled.push(Field::new("extra", "AAAA"));
    assert_ne!(open_with(&flow(&smuggled), &ring).state, State::Verified);
}

#[test]
fn another_method_or_path_is_never_verified() {
    for (method, url) in [
        ("GET", URL),
        ("POST", "https://api.io.mi.com/app/miotspec/prop/ge"),
        ("POST", "https://api.io.mi.com/app/miotspec/prop/get/"),
        ("POST", "https://api.io.mi.com/app/app/miotspec/prop/get"),
        ("POST", "https://api.io.mi.com/ap/miotspec/prop/get"),
        ("POST", "https://api.io.mi.com/app/miotspec/prop%2Fget"),
    ] {
        let mut flow = verified();
        flow.request.method = method.to_owned();
        flow.request.url = Url::new(url);
        assert_ne!(open(&flow).state, State::Verified, "{method} {url}");
    }
}
