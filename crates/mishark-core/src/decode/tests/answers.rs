//! Answers, in every state recorders leave them.

use super::*;

#[test]
fn gzip_is_told_by_its_bytes_and_not_by_the_header() {
    let packed = [Step::Base64, Step::Rc4, Step::Gzip];
    for header in [None, Some("GZIP"), Some("gzip"), Some("identity")] {
        let mut flow = verified();
        answer(&mut flow, encrypt(&gzip(ANSWER)));
        if let Some(header) = header {
            answer_header(&mut flow, "Miot-Content-Encoding", header);
        }
        let decoded = open(&flow);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        response_is(&decoded, ANSWER, &packed);
    }
}

#[test]
fn a_gzip_header_without_gzip_is_said_and_harmless() {
    let mut flow = verified();
    answer_header(&mut flow, "miot-content-encoding", "GZIP");
    let decoded = open(&flow);
    is(&decoded, State::Verified, "gzip-missing", BOTH_MATCH);
    says(&decoded, "header says gzip", "Nothing");
    response_is(&decoded, ANSWER, &OPENED);
    assert_eq!(decoded.response.unwrap().warnings.len(), 1);
}

#[test]
fn a_broken_gzip_shows_what_came_before() {
    let long: Vec<u8> = (0..20_000u32)
        .flat_map(|n| n.to_string().into_bytes())
        .collect();
    let whole = gzip(&long);
    let mut flow = verified();
    answer(&mut flow, encrypt(&whole[..whole.len() / 2]));
    let decoded = open(&flow);
    is(&decoded, State::Unreadable, "gzip-broken", BOTH_MATCH);
    let part = decoded
        .response
        .as_ref()
        .unwrap()
        .plaintext
        .clone()
        .unwrap();
    assert!(!part.is_empty() && long.starts_with(&part));
    says(
        &decoded,
        &format!("after {} bytes", part.len()),
        "cut the body",
    );
    request_is(&decoded, CALL, &FROM_BODY);
}

#[test]
fn a_bomb_stops_at_the_limit_of_the_options() {
    let mut flow = verified();
    answer(&mut flow, encrypt(&gzip(&vec![b' '; 1 << 20])));
    let options = Options {
        gunzip_limit: 100,
        ..Options::default()
    };
    let decoded = decode(&flow, &Keyring::new(), options);
    is(&decoded, State::Unreadable, "gzip-too-big", BOTH_MATCH);
    says(&decoded, "more than 100 bytes", "--gunzip-limit");
    response_is(
        &decoded,
        &[b' '; 100],
        &[Step::Base64, Step::Rc4, Step::Gzip],
    );
}

#[test]
fn transport_compression_is_undone_first() {
    let packed = [Step::Transport, Step::Base64, Step::Rc4, Step::Gzip];
    let mut flow = verified();
    answer(&mut flow, gzip(&encrypt(&gzip(ANSWER))));
    answer_header(&mut flow, "content-encoding", "gzip");
    response_is(&open(&flow), ANSWER, &packed);
    // Compressed twice, as the header says.
    answer(&mut flow, gzip(&gzip(&encrypt(ANSWER))));
    flow.response.as_mut().unwrap().headers = Headers::default();
    answer_header(&mut flow, "Content-Encoding", "gzip, GZIP");
    response_is(
        &open(&flow),
        ANSWER,
        &[Step::Transport, Step::Base64, Step::Rc4],
    );
    // The header stays when a recorder has undone it.
    answer(&mut flow, encrypt(ANSWER));
    response_is(&open(&flow), ANSWER, &OPENED);
}

#[test]
fn transport_compression_without_its_header_is_undone_by_its_bytes() {
    let mut flow = verified();
    answer(&mut flow, gzip(&encrypt(ANSWER)));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    response_is(
        &decoded,
        ANSWER,
        &[Step::Transport, Step::Base64, Step::Rc4],
    );
}

#[test]
fn a_clear_answer_is_shown_and_its_message_told() {
    for (body, message) in [
        (
            &br#"{"code":3,"message":"serviceToken expired"}"#[..],
            "clear text: serviceToken expired.",
        ),
        (br#"[1,2]"#, "in clear text."),
        (b"<html>502</html>", "in clear text."),
        (b"#EXTM3U\n#EXT-X-ENDLIST", "in clear text."),
        (b"\xef\xbb\xbf{\"message\":null}", "in clear text."),
        (b"no such service, sorry", "in clear text."),
        (b"ok", "in clear text."),
        (b"true", "in clear text."),
    ] {
        let mut flow = verified();
        answer(&mut flow, body);
        let decoded = open(&flow);
        is(&decoded, State::Verified, "plain-answer", BOTH_MATCH);
        says(&decoded, message, "expired");
        response_is(&decoded, body, &[]);
    }
}

#[test]
fn a_passport_answer_loses_its_prefix() {
    let mut flow = verified();
    answer(&mut flow, br#"&&&START&&&{"code":0,"message":"no"}"#);
    let decoded = open(&flow);
    is(&decoded, State::Verified, "plain-answer", BOTH_MATCH);
    says(&decoded, "clear text: no.", "");
    response_is(&decoded, br#"{"code":0,"message":"no"}"#, &[Step::Prefix]);
}

#[test]
fn an_empty_answer_is_empty() {
    let mut flow = verified();
    answer(&mut flow, b"");
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    response_is(&decoded, b"", &[]);
}

#[test]
fn an_answer_that_is_not_base64_is_placed() {
    let mut body = encrypt(ANSWER);
    body.splice(40..41, "\u{fffd}".bytes());
    let mut flow = verified();
    answer(&mut flow, body);
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "response-not-base64",
        BOTH_MATCH,
    );
    says(&decoded, "not base64 at byte 40", "whistle");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is_shut(&decoded);
}

#[test]
fn noise_under_an_unproved_key_is_not_passed_off_as_an_answer() {
    let mut flow = verified();
    flow.request.url = Url::new("https://api.io.mi.com/app/other");
    answer(&mut flow, base64::encode(&[0x80; 64]));
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "response-noise",
        ["mismatch", "mismatch"],
    );
    says(&decoded, "decrypts to noise", "mixed up");
    request_is(&decoded, CALL, &FROM_BODY);
    response_is_shut(&decoded);
}

#[test]
fn noise_under_a_proved_key_is_shown_with_a_warning() {
    let mut flow = verified();
    answer(&mut flow, base64::encode(&[0x80; 64]));
    let decoded = open(&flow);
    is(&decoded, State::Verified, "", BOTH_MATCH);
    let side = decoded.response.unwrap();
    assert_eq!(side.plaintext.map(|bytes| bytes.len()), Some(64));
    assert_eq!(side.warnings.len(), 1);
    assert!(side.warnings[0].contains("neither text nor gzip"));
}

#[test]
fn a_picture_in_an_encrypted_session_is_shown_as_it_is() {
    let picture = b"\x89PNG\r\n\x1a\n\x00\x01\x02";
    for kind in ["image/png", "Video/MP4", "application/octet-stream"] {
        let mut flow = verified();
        answer(&mut flow, picture);
        answer_header(&mut flow, "Content-Type", kind);
        let decoded = open(&flow);
        is(&decoded, State::Verified, "", BOTH_MATCH);
        response_is(&decoded, picture, &[]);
    }
}

#[test]
fn a_missing_or_dropped_response_leaves_the_request_verified() {
    let mut flow = verified();
    flow.response = None;
    let decoded = open(&flow);
    is(&decoded, State::Verified, "no-response", BOTH_MATCH);
    says(&decoded, "No response in the capture", "Record");
    assert_eq!(decoded.response, None);

    let mut flow = verified();
    flow.response.as_mut().unwrap().body = Body::Dropped {
        size: Some(1_309_536),
    };
    let decoded = open(&flow);
    is(&decoded, State::Verified, "response-dropped", BOTH_MATCH);
    says(&decoded, "did not keep the response body", "bigData");
    let side = decoded.response.unwrap();
    assert_eq!(side.plaintext, None);
    assert!(side.warnings[0].contains("1309536"), "{side:?}");
}

#[test]
fn an_answer_whose_request_was_not_kept_says_what_it_needs() {
    for (algorithm, gzip_header) in [(true, false), (false, true)] {
        let mut flow = verified();
        flow.request.body = Body::Dropped { size: Some(300) };
        if !algorithm {
            flow.request.headers = Headers::default();
        }
        if gzip_header {
            answer_header(&mut flow, "MIOT-CONTENT-ENCODING", "GZIP");
        }
        let decoded = open(&flow);
        is(
            &decoded,
            State::Unreadable,
            "request-missing",
            ["absent", "absent"],
        );
        says(&decoded, "Only the response was recorded", "--nonce");
        assert!(decoded.request.warnings[0].contains("300 bytes"));
        response_is_shut(&decoded);
    }
}

#[test]
fn an_unknown_algorithm_is_never_decrypted_blindly() {
    let mut flow = verified();
    flow.request.headers = Headers::default();
    flow.request
        .headers
        .push("Miot-Encrypt-Algorithm", "ENCRYPT-XYZ");
    let decoded = open(&flow);
    is(
        &decoded,
        State::Unreadable,
        "unknown-algorithm",
        ["absent", "absent"],
    );
    says(&decoded, "ENCRYPT-XYZ is not known", "report");
    assert_eq!(decoded.request.plaintext, None);
    response_is_shut(&decoded);
}

// Entries.

#[test]
fn an_entry_that_can_not_be_read_says_where() {
    let decoded = Decoded::unreadable(Reason::Entry(EntryError {
        pointer: "/request/url".to_owned(),
        reason: crate::capture::error::Reason::Missing,
        byte: Some(77),
    }));
    is(
        &decoded,
        State::Unreadable,
        "bad-entry",
        ["absent", "absent"],
    );
    says(&decoded, "/request/url: missing (byte 77)", "other entries");
}

#[test]
fn an_exported_flow_is_plaintext_that_was_proved_once() {
    let mut flow = verified();
    flow.exported = Some("verified".to_owned());
    flow.request.body = Body::Bytes(CALL.to_vec());
    answer(&mut flow, ANSWER);
    let decoded = open(&flow);
    is(&decoded, State::Plain, "exported", ["unknown", "absent"]);
    says(&decoded, "it was verified then", "capture it came from");
    request_is(&decoded, CALL, &[]);
    response_is(&decoded, ANSWER, &[]);
    flow.exported = Some("foreign".to_owned());
    is(&open(&flow), State::Foreign, "", ["absent", "absent"]);
}

#[test]
fn what_the_reader_mended_is_told_on_the_side_it_concerns() {
    let mut flow = verified();
    flow.warnings = vec!["/request/x: odd".to_owned(), "/response/y: odd".to_owned()];
    let decoded = open(&flow);
    assert_eq!(decoded.request.warnings, ["/request/x: odd"]);
    assert_eq!(decoded.response.unwrap().warnings, ["/response/y: odd"]);
}

#[test]
fn every_cause_has_a_code_a_sentence_and_a_hint_of_its_own() {
    let error = crate::protocol::error::Error::Empty;
    let entry = EntryError {
        pointer: String::new(),
        reason: crate::capture::error::Reason::Cut,
        byte: None,
    };
    let all = [
        Reason::BothDiffer,
        Reason::DoesNotVerify { head: vec![1] },
        Reason::Entry(entry),
        Reason::Exported("plain".to_owned()),
        Reason::GzipMissing,
        Reason::GunzipBroken { after: 1 },
        Reason::GunzipTooBig { limit: 1 },
        Reason::HashAbsent,
        Reason::HashDiffers,
        Reason::KeyDamaged(error.clone()),
        Reason::NoKey,
        Reason::NoNonce { found: None },
        Reason::NoResponse,
        Reason::OwnKeyDiffers,
        Reason::PlainAnswer { message: None },
        Reason::Repaired(Repairs::BLANKS),
        Reason::RequestMissing,
        Reason::RequestNotBase64 {
            param: "data".to_owned(),
            error,
        },
        Reason::ResponseDropped,
        Reason::ResponseNoise,
        Reason::ResponseNotBase64 { at: 1 },
        Reason::SignatureAbsent,
        Reason::SignatureDiffers,
        Reason::SignatureUnchecked,
        Reason::SignedOnly,
        Reason::UnknownAlgorithm("X".to_owned()),
        Reason::WrongKeys {
            keys: vec!["k".to_owned()],
            more: 0,
            account: None,
        },
    ];
    let mut codes: Vec<&str> = all.iter().map(Reason::code).collect();
    for reason in &all {
        let (message, hint) = (reason.message(), reason.hint());
        for sentence in [message.as_str(), hint] {
            assert!(sentence.ends_with('.'), "{sentence}");
            assert!(!sentence.ends_with(".."), "{sentence}");
        }
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
}
