//! Everything that goes wrong on the way has its own words, and the draft is
//! still there afterwards.

use std::time::Duration;

use mishark::tui::key::Key;
use mishark::tui::message::Message;
use mishark_core::flow::Base;
use mishark_core::replay::{Endpoint, Proxy as ProxyAddress};

use super::builder_home::{Home, endpoint, login};
use super::shared::cloud::{Behaviour, Cloud};
use super::shared::proxy::{Manner, Proxy};

/// An edited read, on a screen that is wide enough for whole sentences.
fn edited() -> Home {
    let mut home = Home::open(200, 40);
    edit(&mut home);
    home
}

fn edit(home: &mut Home) {
    home.build(27)
        .screen
        .press("z e")
        .type_text(" ")
        .press("ctrl-d");
    home.screen.shows("BUILD*");
}

/// Sends, and expects these words; the edit is still there.
#[track_caller]
fn fails(home: &mut Home, words: &[&str]) {
    home.screen.press("ctrl-r");
    for word in words {
        home.screen.shows(word);
    }
    home.screen.shows("BUILD*").hides("sending …");
    // And it can be undone.
    home.screen
        .press("u")
        .shows("BUILD]")
        .press("e")
        .type_text(" ")
        .press("ctrl-d");
}

#[track_caller]
fn fails_by(behaviour: Behaviour, words: &[&str]) {
    let mut home = edited();
    home.cloud.behave(behaviour);
    fails(&mut home, words);
}

#[track_caller]
fn fails_on(change: impl FnOnce(&mut Endpoint), words: &[&str]) {
    let mut home = edited();
    let mut endpoint = endpoint(&home.cloud);
    change(&mut endpoint);
    home.screen.driver.app.set_endpoint(endpoint);
    fails(&mut home, words);
    assert!(home.cloud.seen().len() <= 1);
}

#[test]
fn a_wrong_key_is_an_invalid_signature_with_what_to_look_at() {
    let mut home = Home::open(200, 40);
    // The home's own token, beside a key that is not its.
    let login = login();
    let token = login.service_token().unwrap().reveal().to_owned();
    let cookies = format!("serviceToken={token}; ssecurity=rAnKuwnp8Nqby2BclfOCRg==");
    home.screen.press("S a");
    home.screen.send(Message::Paste(cookies)).press("enter esc");
    edit(&mut home);
    home.screen.press("g k k k k k k k enter");
    home.screen.type_text("unknown").press("enter");
    let words = ["invalid signature", "Key, path or order"];
    home.screen.press("ctrl-r");
    // The key was never seen to go there.
    home.screen.press("y");
    for word in words {
        home.screen.shows(word);
    }
    home.screen.shows("BUILD*");
}

#[test]
fn an_expired_token_is_told_with_what_to_do() {
    let mut home = Home::expired(200, 40);
    edit(&mut home);
    let words = ["the token is refused: serviceToken expired", "Log in again"];
    fails(&mut home, &words);
}

#[test]
fn a_clock_that_is_wrong_is_told_by_the_minutes() {
    let date = "Sat, 01 Jan 2000 00:00:00 GMT".to_owned();
    let words = [
        "invalid signature, and this clock is ",
        "Set this machine's clock",
    ];
    fails_by(Behaviour::Clock(date), &words);
}

#[test]
fn a_connection_that_is_cut_may_have_arrived() {
    let words = [
        "sent, the connection ended in the answer",
        "It may have arrived",
    ];
    fails_by(Behaviour::Cut, &words);
}

#[test]
fn an_answer_of_ten_megabytes_is_too_long() {
    let words = [
        "answered, but with more than 8388608 bytes",
        "--answer-limit",
    ];
    fails_by(Behaviour::Huge(10 << 20), &words);
}

#[test]
fn a_page_is_not_ours_and_an_error_page_an_error() {
    let words = [
        "answered, but not ours: starts with `<html>",
        "Another server",
    ];
    fails_by(Behaviour::Page(200), &words);
    fails_by(
        Behaviour::Page(502),
        &["HTTP error 502", "Look at host and path"],
    );
}

#[test]
fn a_redirect_is_named_and_not_followed() {
    let to = "http://127.0.0.1:9/login?secret".to_owned();
    let words = ["HTTP 302, a redirect to 127.0.0.1", "not followed"];
    fails_by(Behaviour::Redirect(to), &words);
}

#[test]
fn what_is_no_http_and_what_does_not_open_are_two_things() {
    fails_by(Behaviour::NotHttp, &["answered, but not by HTTP"]);
    fails_by(
        Behaviour::WrongKey,
        &["The response decrypts to noise", "Record again"],
    );
}

#[test]
fn a_closed_port_and_silence_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let base = Base::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let words = [
        "not sent: no connection to 127.0.0.1",
        "whether the server runs",
    ];
    fails_on(|endpoint| endpoint.base = Some(base), &words);
    let mut home = edited();
    home.cloud.behave(Behaviour::Silent);
    let mut endpoint = endpoint(&home.cloud);
    endpoint.timeout = Duration::from_millis(200);
    home.screen.driver.app.set_endpoint(endpoint);
    fails(
        &mut home,
        &["sent, no answer in 0.2 s", "It may have arrived"],
    );
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let proxy = Proxy::start(Manner::Refuse);
    let address = ProxyAddress::parse(&format!("http://{}", proxy.authority()));
    let words = ["not sent: the proxy 127.0.0.1", "refused"];
    let cloud = Cloud::https(Vec::new());
    let base = Base::parse(&cloud.base()).unwrap();
    fails_on(
        |endpoint| {
            endpoint.base = Some(base);
            endpoint.proxy = address;
        },
        &words,
    );
}

#[test]
fn an_authority_nobody_knows_is_told_with_the_command_that_trusts_it() {
    let cloud = Cloud::https(Vec::new());
    let base = Base::parse(&cloud.base()).unwrap();
    let words = [
        "not sent: TLS with 127.0.0.1",
        "If whistle or mitmproxy answers here",
    ];
    fails_on(|endpoint| endpoint.base = Some(base), &words);
    assert!(cloud.seen().is_empty());
}

#[test]
fn esc_lets_go_of_a_request_under_way_and_the_draft_stays() {
    let mut home = edited();
    home.cloud.behave(Behaviour::Silent);
    let send = Message::Key(Key::parse("ctrl-r").unwrap());
    home.screen.driver.take(send);
    while home.cloud.connections() == 0 {
        home.screen.driver.catch_up();
    }
    home.screen.shows("sending …").shows("SENDING");
    home.screen
        .press("esc")
        .shows("cancelled")
        .shows("BUILD*")
        .hides("SENDING");
}

#[test]
fn what_a_device_refuses_is_explained() {
    let mut home = Home::open(200, 40);
    home.cloud.item(serde_json::json!({
        "did": "900000003", "siid": 2, "piid": 4, "code": -704_042_011
    }));
    home.build(27).screen.press("z ctrl-r");
    home.screen
        .shows("refused: code -704042011: device offline")
        .shows("The device's cloud said so.");
}
