//! Signing, asking, sending, and the answer under its original.

use mishark_core::flow::Base;
use mishark_core::protocol::form::Form;

use super::builder_home::{Home, SET, captured, data_of, foreign, login, plaintext};

fn form_value(body: &[u8], name: &str) -> String {
    let form = Form::parse(body).unwrap();
    let field = form.fields().iter().find(|field| field.name() == name);
    String::from_utf8(field.unwrap().value().to_vec()).unwrap()
}

#[test]
fn what_the_dry_run_shows_is_what_is_sent_and_no_secret_is_on_the_screen() {
    let mut home = Home::open(200, 60);
    home.build(14).screen.press("D");
    home.screen
        .shows("dry run: nothing was sent")
        .shows("signed path  /miotspec/prop/set");
    home.screen.shows(SET.split_at(30).0).shows("(minute ");
    let login = login();
    let secrets = login
        .service_tokens
        .iter()
        .map(|token| token.reveal().to_owned());
    for secret in secrets.chain([login.ssecurity.encode(), "1000000001".to_owned()]) {
        home.screen.hides(&secret);
    }
    home.none_sent();
    let shown = home.screen.text();
    let value = |name: &str| {
        let mut lines = shown.lines().map(|line| line.trim_matches(['┃', '│', ' ']));
        let line = lines.find_map(|line| line.split_once(&format!("{name} ")));
        let text = line.unwrap().1.trim_start();
        text.split_whitespace().next().unwrap().to_owned()
    };
    let (signature, nonce, hash) = (value("signature"), value("nonce"), value("rc4_hash__"));
    home.screen
        .press("ctrl-r")
        .shows("This changes things")
        .press("y");
    let seen = home.one_sent();
    assert_eq!(form_value(&seen.body, "signature"), signature);
    assert_eq!(form_value(&seen.body, "_nonce"), nonce);
    assert_eq!(form_value(&seen.body, "rc4_hash__"), hash);
    assert_eq!(data_of(&seen), SET.as_bytes());
}

#[test]
fn a_dry_run_shows_its_secrets_when_they_are_asked_for() {
    let mut home = Home::open(200, 60);
    home.build(14).screen.press("D");
    home.screen.shows("<signed nonce>").shows("Ctrl-R send");
    home.screen.press(".").hides("<signed nonce>");
    home.screen.press(". esc").hides("dry run:");
    home.none_sent();
}

#[test]
fn a_read_is_sent_at_once_and_a_write_only_after_a_yes() {
    let mut home = Home::open(120, 40);
    home.build(13).screen.press("ctrl-r");
    assert_eq!(data_of(&home.one_sent()), plaintext(13));
    home.build(14).screen.press("ctrl-r");
    home.screen
        .shows("客厅吸顶灯 (900000001) 2.1 = true")
        .shows("as 1***01 at xiaomiio");
    let base = home.cloud.base();
    home.screen
        .shows(&format!("POST {base}/app/miotspec/prop/set"));
    home.none_sent().screen.press("n");
    home.none_sent().screen.press("ctrl-r y");
    assert_eq!(data_of(&home.one_sent()), SET.as_bytes());
}

#[test]
fn a_flow_is_sent_again_from_the_list_and_asks_if_it_writes() {
    let mut home = Home::open(120, 40);
    home.go_to(13).screen.press("R");
    assert_eq!(data_of(&home.one_sent()), plaintext(13));
    home.go_to(14)
        .screen
        .press("R")
        .shows("Send it?")
        .press("esc");
    home.none_sent();
}

#[test]
fn the_answer_joins_the_list_below_its_original_with_what_changed() {
    let mut home = Home::open(120, 40);
    let screen = &mut home.build(14).screen;
    screen
        .press("j j j j j enter ctrl-u")
        .type_text("false")
        .press("enter");
    screen.press("ctrl-r y");
    let text = screen.text();
    let at = |start: &str| text.lines().position(|line| line.contains(start));
    let original = at(" 14 00:30:14").unwrap();
    let replay = text.lines().nth(original + 1).unwrap();
    assert!(replay.contains("> .1 ") && replay.contains("D>"), "{text}");
    screen.shows("replay .1  200").shows("accepted");
    screen.shows("request: 1 change").shows("true -> false");
    // Another one comes below it, and compares with the same original.
    screen.press("ctrl-r y").shows("replay .2");
    screen
        .press("alt-1 =")
        .shows("what changed")
        .shows("true -> false");
}

#[test]
fn an_answer_is_decrypted_and_verified_like_any_other_flow() {
    let mut home = Home::open(120, 40);
    home.build(13).screen.press("ctrl-r alt-1");
    home.screen.shows("D>").shows("rc4_hash ok  signature ok");
}

#[test]
fn an_answer_under_a_filter_is_decided_on_like_any_other_flow() {
    let mut home = Home::open(120, 40);
    home.screen
        .press("f")
        .type_text("path:prop/get code:<0")
        .press("enter");
    home.screen.press("g r ctrl-r").hides("filtering");
    let _ = home.one_sent();
}

#[test]
fn any_two_flows_are_compared() {
    let mut home = Home::open(120, 40);
    home.go_to(13).screen.press("m m =");
    home.screen
        .shows("what changed")
        .shows("request:")
        .shows("response:");
    // One mark and the flow the cursor is on.
    home.screen.press("esc k m =").shows("what changed");
    home.screen.press("esc");
    home.go_to(13).screen.press("m =");
    home.screen.shows("to compare: mark two flows");
}

#[test]
fn the_recorded_bytes_are_sent_once_more_only_as_an_experiment() {
    let mut home = Home::open(160, 50);
    home.go_to(13);
    home.screen
        .press(":")
        .type_text("experiment")
        .press("enter");
    home.screen
        .shows("Experiment: the recorded nonce and signature")
        .shows("客厅吸顶灯");
    home.none_sent().screen.press("y");
    let seen = home.one_sent();
    let (flow, _) = captured().open(mishark_core::workspace::FlowId {
        capture: 0,
        entry: 13,
    });
    let flow = flow.unwrap();
    assert_eq!(seen.body, flow.request.body.bytes().unwrap());
    home.screen.press("alt-1").shows("> .1 ");
}

#[test]
fn another_server_has_to_be_confirmed_first() {
    let mut home = Home::open(160, 50);
    let endpoint = foreign(&home.cloud);
    home.screen.driver.app.set_endpoint(endpoint);
    home.build(13).screen.press("ctrl-r");
    home.screen
        .shows("127.0.0.1 is not known as a host of")
        .shows("This only reads");
    home.screen.press("n");
    home.none_sent().screen.press("ctrl-r y");
    let _ = home.one_sent();
    // It is confirmed for the rest of the run.
    home.screen.press("ctrl-r");
    let _ = home.one_sent();
}

#[test]
fn a_session_of_another_service_says_which_one_is_missing() {
    let mut home = Home::open(160, 50);
    let mut endpoint = foreign(&home.cloud);
    endpoint.base = Some(Base::parse("https://api.io.mi.com").unwrap());
    home.screen.driver.app.set_endpoint(endpoint);
    home.build(13).screen.press("k k k k k k k enter");
    home.screen.type_text("mijia").press("enter ctrl-r");
    home.screen
        .shows("api.io.mi.com needs a session of xiaomiio")
        .press("n");
    home.none_sent();
}

#[test]
fn the_sessions_tell_what_the_cloud_thought_of_them() {
    let mut home = Home::open(120, 40);
    home.build(13).screen.press("ctrl-r S");
    home.screen
        .shows("accepted now")
        .shows("1***01")
        .shows("xiaomiio")
        .shows(" cn ");
    home.screen.shows("hosts  api.io.mi.com").shows("from   ");
    home.screen
        .hides("1000000001")
        .hides(login().service_token().unwrap().reveal());
    let mut home = Home::expired(120, 40);
    home.build(13)
        .screen
        .press("ctrl-r")
        .shows("the token is refused");
    home.screen
        .press("S")
        .shows("rejected now")
        .shows("answer the token is refused");
}

#[test]
fn pasted_cookies_renew_a_login_whose_token_has_expired() {
    let mut home = Home::expired(120, 40);
    home.build(13)
        .screen
        .press("ctrl-r")
        .shows("the token is refused");
    let _ = home.one_sent();
    home.screen
        .press("S a")
        .send(mishark::tui::message::Message::Paste(
            "Cookie: userId=1000000001; serviceToken=A-NEW-ONE".to_owned(),
        ));
    home.screen.hides("A-NEW-ONE").press("enter esc ctrl-r");
    let seen = home.one_sent();
    let cookie = super::builder_home::header_of(&seen, "cookie");
    assert!(cookie.contains("serviceToken=A-NEW-ONE"), "{cookie}");
}
