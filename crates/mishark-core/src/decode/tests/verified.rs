//! What verifies, and which flows are Mi Home's.

use super::*;

#[test]
fn an_app_request_verifies_and_names_its_key_and_nonce() {
    let decoded = open(&verified());
    is(&decoded, State::Verified, "", BOTH_MATCH);
    request_is(&decoded, CALL, &FROM_BODY);
    response_is(&decoded, ANSWER, &OPENED);
    assert_eq!(decoded.scheme, Some(Scheme::Rc4));
    assert_eq!(decoded.style, Some(APP_STYLE));
    assert_eq!(decoded.nonce.as_deref(), Some(NONCE));
    let used = decoded.key.clone().unwrap();
    assert_eq!(used.id, key(KEY).id());
    assert_eq!(used.from, "the request's own form");
    assert!(decoded.request.warnings.is_empty() && decoded.is_mi());
}

#[test]
fn every_style_of_client_verifies_and_is_told() {
    let params: [(&str, &[u8]); 3] = [("type", b"1"), ("data", CALL), ("accessKey", b"IOS")];
    for keystream in [KeystreamMode::Chained, KeystreamMode::Fresh] {
        for order in [Order::Sorted, Order::Received] {
            for path in [PathForm::Stripped, PathForm::Whole] {
                for plain_nonce_name in [false, true] {
                    let style = Style {
                        keystream,
                        order,
                        path,
                        plain_nonce_name,
                        skips_empty: order == Order::Sorted,
                        ..APP_STYLE
                    };
                    let signed = match path {
                        PathForm::Stripped => "/x/y",
                        PathForm::Whole => "/app/x/y",
                    };
                    let sealed = seal(&style, "POST", signed, &params, &key(KEY), &nonce());
                    let mut flow = flow(&sealed.form);
                    flow.request.url = Url::new("https://de.api.io.mi.com/app/x/y");
                    let decoded = open(&flow);
                    is(&decoded, State::Verified, "", BOTH_MATCH);
                    assert_eq!(decoded.style, Some(style));
                    assert_eq!(decoded.keystream(), Some(keystream));
                    request_is(&decoded, CALL, &FROM_BODY);
                    let mut others = decoded.request.params.clone();
                    others.sort();
                    let expected = [
                        ("accessKey".to_owned(), b"IOS".to_vec()),
                        ("type".to_owned(), b"1".to_vec()),
                    ];
                    assert_eq!(others, expected);
                }
            }
        }
    }
}

#[test]
fn a_request_without_parameters_verifies_with_its_keystream_undecided() {
    let sealed = seal(&APP_STYLE, "POST", SIGNED, &[], &key(KEY), &nonce());
    let decoded = open(&flow(&sealed.form));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(decoded.keystream(), Some(KeystreamMode::Undecided));
    assert_eq!(decoded.request.plaintext, None);
    response_is(&decoded, ANSWER, &OPENED);
}

#[test]
fn a_fitness_host_signs_its_whole_path() {
    let sealed = seal(
        &Style {
            path: PathForm::Whole,
            ..KEYLESS
        },
        "GET",
        "/app/v1/data/get_fitness_data_by_time",
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    );
    let mut flow = flow(&sealed.form);
    let query = String::from_utf8(sealed.form.encode()).unwrap();
    flow.request.method = "GET".to_owned();
    flow.request.body = Body::Absent;
    flow.request.url = Url::new(format!(
        "https://hlth.io.mi.com/app/v1/data/get_fitness_data_by_time?{query}"
    ));
    let decoded = open_with(&flow, &ring(&[KEY]));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(decoded.style.map(|style| style.path), Some(PathForm::Whole));
}

#[test]
fn the_fields_are_found_wherever_they_travel() {
    let form = form(&APP_STYLE);
    let pairs: Vec<(String, String)> = form
        .fields()
        .iter()
        .map(|field| (field.name().to_owned(), text(&form, field.name())))
        .collect();
    let query = {
        let mut flow = flow(&form);
        in_query(&mut flow, &form);
        flow
    };
    let from_query = [Step::Query, Step::Base64, Step::Rc4];
    let from_params = [Step::Params, Step::Base64, Step::Rc4];
    let mut empty_body = query.clone();
    empty_body.request.body = Body::Bytes(Vec::new());
    let mut multipart = query.clone();
    multipart.request.headers = Headers::default();
    multipart
        .request
        .headers
        .push("content-type", "multipart/form-data; boundary=x");
    multipart.request.body = Body::Bytes(
        b"--x\r\nContent-Disposition: form-data; name=\"img\"; filename=\"signature=1&a.png\"\r\n\r\n\x89PNG&signature\r\n--x--\r\n".to_vec(),
    );
    let mut decoded_params = flow(&form);
    decoded_params.request.body = Body::Params(pairs);
    let mut split = flow(&without(&form, "_nonce"));
    split.request.url = Url::new(format!("{URL}?_nonce={}", NONCE.replace('+', "%2B")));
    for (name, flow, steps) in [
        ("a POST with all in its query", &query, from_query),
        ("the same with an empty body", &empty_body, from_query),
        ("a multipart upload", &multipart, from_query),
        ("decoded HAR params", &decoded_params, from_params),
        ("the nonce alone in the query", &split, FROM_BODY),
    ] {
        let decoded = open(flow);
        assert_eq!(decoded.state, State::Verified, "{name}");
        assert_eq!(decoded.reason, None, "{name}");
        request_is(&decoded, CALL, &steps);
        response_is(&decoded, ANSWER, &OPENED);
    }
}

#[test]
fn a_get_verifies_though_a_token_was_appended_after_signing() {
    let sealed = seal(
        &APP_STYLE,
        "GET",
        SIGNED,
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    );
    let mut flow = verified();
    in_query(&mut flow, &sealed.form);
    flow.request.method = "GET".to_owned();
    flow.request.url = Url::new(format!(
        "{}&yetAnotherServiceToken=abc%2B",
        flow.request.url.as_str()
    ));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert!(decoded.request.params.is_empty());
}

#[test]
fn params_that_a_recorder_left_encoded_verify_and_say_so() {
    let form = form(&APP_STYLE);
    let encoded = String::from_utf8(form.encode()).unwrap();
    let raw = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let mut flow = verified();
    flow.request.body = Body::Params(
        raw.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    );
    let decoded = open(&flow);
    is(&decoded, State::Verified, "repaired", BOTH_MATCH);
    says(&decoded, "url-encoding left in", "Nothing");
    assert_eq!(decoded.request.steps[0], Step::Params);
}

#[test]
fn params_of_a_signed_request_verify_decoded_or_not() {
    let form = form(&HMAC);
    let encoded = String::from_utf8(form.encode()).unwrap();
    let raw = encoded.split('&').filter_map(|pair| pair.split_once('='));
    let raw = raw
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let decoded = form
        .fields()
        .iter()
        .map(|field| (field.name().to_owned(), text(&form, field.name())))
        .collect();
    for params in [raw, decoded] {
        let mut flow = signed_flow(&form);
        flow.request.body = Body::Params(params);
        let decoded = open_with(&flow, &ring(&[KEY]));
        is(&decoded, State::Plain, "signed-only", ["match", "absent"]);
        request_is(&decoded, CALL, &[Step::Params]);
    }
}

#[test]
fn of_two_nonces_the_usual_name_wins_unless_it_is_broken() {
    let form = form(&APP_STYLE);
    let mut both = form.clone();
    both.push(Field::new("nonce", "AAAAAAAAAAAAAAAA"));
    let decoded = open(&flow(&both));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    let mut broken = with(&form, "_nonce", "***");
    broken.push(Field::new("nonce", NONCE));
    let decoded = open(&flow(&broken));
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(
        decoded.style.map(|style| style.plain_nonce_name),
        Some(true)
    );
}

#[test]
fn a_nonce_of_eight_bytes_works() {
    let short = Nonce::parse(b"Ja+5u/LxbV8=").unwrap();
    let sealed = seal(
        &APP_STYLE,
        "POST",
        SIGNED,
        &[("data", CALL)],
        &key(KEY),
        &short,
    );
    let mut flow = flow(&sealed.form);
    flow.response = None;
    let decoded = open(&flow);
    is(&decoded, State::Verified, "no-response", BOTH_MATCH);
    request_is(&decoded, CALL, &FROM_BODY);
}

#[test]
fn a_key_of_the_ring_opens_a_form_without_one_and_its_origin_is_named() {
    let ring = ring(&[OTHER_KEY, KEY]);
    let decoded = open_with(&flow(&form(&KEYLESS)), &ring);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    assert_eq!(
        decoded.key.map(|key| key.from).as_deref(),
        Some("form of entry 1 in home.har")
    );
    assert_eq!(decoded.style, Some(KEYLESS));
}

// Which flows are Mi Home's.

#[test]
fn fields_make_a_mi_request_and_hosts_do_not() {
    let mut elsewhere = verified();
    elsewhere.request.url = Url::new("http://192.0.2.7:8080/app/miotspec/prop/get");
    assert_eq!(open(&elsewhere).state, State::Verified);
    let mut foreign = verified();
    foreign.request.headers = Headers::default();
    foreign.request.body = Body::Bytes(b"data={}&lang=zh".to_vec());
    answer(&mut foreign, b"plain".to_vec());
    let decoded = open(&foreign);
    is(&decoded, State::Foreign, "", ["absent", "absent"]);
    assert!(!decoded.is_mi() && decoded.scheme.is_none() && decoded.nonce.is_none());
    request_is(&decoded, b"data={}&lang=zh", &[]);
    response_is(&decoded, b"plain", &[]);
}

#[test]
fn a_signature_without_nonce_and_algorithm_is_somebody_elses() {
    let mut flow = verified();
    flow.request.headers = Headers::default();
    flow.request.body = Body::Bytes(b"signature=abc&timestamp=1".to_vec());
    assert_eq!(open(&flow).state, State::Foreign);
}

#[test]
fn a_foreign_flow_shows_what_the_recorder_kept() {
    let mut flow = Flow::default();
    flow.request.body = Body::Params(vec![("a".to_owned(), "1".to_owned())]);
    flow.response = Some(Response {
        body: Body::Dropped { size: Some(77) },
        ..Response::default()
    });
    let decoded = open(&flow);
    assert_eq!(decoded.state, State::Foreign);
    assert_eq!(decoded.request.params, [("a".to_owned(), b"1".to_vec())]);
    assert_eq!(decoded.request.steps, [Step::Params]);
    let response = decoded.response.unwrap();
    assert_eq!(response.plaintext, None);
    assert!(response.warnings[0].contains("77 bytes"), "{response:?}");
}

#[test]
fn a_form_of_which_a_part_stands_in_the_query_verifies() {
    let app = form(&APP_STYLE);
    let part = |names: &[&str]| -> Form {
        let fields = app.fields().iter();
        let fields = fields.filter(|field| names.contains(&field.name()));
        fields.cloned().collect()
    };
    for names in [
        &["signature", "_nonce"][..],
        &["signature", "ssecurity"],
        &["data", "rc4_hash__"],
        &["data", "signature", "_nonce"],
    ] {
        let rest: Vec<&str> = FIELDS
            .into_iter()
            .filter(|name| !names.contains(name))
            .collect();
        let mut split = flow(&part(names));
        let query = String::from_utf8(part(&rest).encode()).unwrap();
        split.request.url = Url::new(format!("{URL}?{query}"));
        let decoded = open(&split);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        assert_eq!(
            decoded.request.plaintext.as_deref(),
            Some(CALL),
            "{names:?}"
        );
        split.request.url = Url::new(format!("{URL}?{query}&ts=1"));
        let has_data = names.contains(&"data");
        assert_eq!(open(&split).state == State::Verified, has_data, "{names:?}");
    }
}

#[test]
fn a_form_that_is_packed_as_a_whole_verifies() {
    let plain = form(&APP_STYLE).encode();
    for named in [true, false] {
        let mut packed = verified();
        packed.request.body = Body::Bytes(gzip(&plain));
        if named {
            packed.request.headers.push("Content-Encoding", "gzip");
        }
        let decoded = open(&packed);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        let steps = [Step::Transport, Step::Form, Step::Base64, Step::Rc4];
        request_is(&decoded, CALL, &steps);
    }
}

#[test]
fn a_path_that_a_tool_decoded_is_signed_as_it_was_sent() {
    let path = "/home/rpc/%E5%AE%A2%20%7B";
    let sealed = seal(
        &APP_STYLE,
        "POST",
        path,
        &[("data", CALL)],
        &key(KEY),
        &nonce(),
    );
    let mut decoded_by_tool = flow(&sealed.form);
    decoded_by_tool.request.url = Url::new("https://api.io.mi.com/app/home/rpc/客 {");
    is(&open(&decoded_by_tool), State::Verified, "", BOTH_MATCH);
}
