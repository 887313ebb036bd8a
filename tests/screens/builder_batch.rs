//! The marked reads, one after the other.

use std::time::Duration;

use mishark::tui::key::Key;
use mishark::tui::message::Message;

use super::builder_home::{Home, data_of, foreign, plaintext};

/// Marks 13 (a read), 14 (a write), 27 and 29 (reads).
fn mark(home: &mut Home) {
    home.go_to(13).screen.press("m m");
    home.go_to(27).screen.press("m");
    home.go_to(29).screen.press("m");
}

#[test]
fn marked_reads_are_sent_in_order_and_writes_named_and_left_out() {
    let mut home = Home::open(120, 40);
    mark(&mut home);
    home.screen.press("B");
    let seen = home.cloud.seen();
    let sent: Vec<&[u8]> = seen.iter().map(data_of).collect();
    assert_eq!(sent, [plaintext(13), plaintext(27), plaintext(29)]);
    home.screen.shows("3 requests sent, ").shows("1 not sent");
    home.screen
        .shows("14 prop/set")
        .shows("not sent: it writes: prop/set: 客厅吸顶灯 (900000001)");
    home.screen.press("esc").shows(".1 ").hides("SENDING");
}

#[test]
fn the_first_refused_signature_or_token_ends_it_and_is_named() {
    let mut home = Home::expired(120, 40);
    mark(&mut home);
    home.screen.press("B");
    assert_eq!(home.cloud.seen().len(), 1);
    home.screen.shows("stopped at 13 prop/get: the token is");
    home.screen.shows("27 prop/get").shows("not tried");
}

#[test]
fn esc_stops_between_two_requests() {
    let mut home = Home::paced(Duration::from_secs(3600));
    mark(&mut home);
    let key = |name| Message::Key(Key::parse(name).unwrap());
    home.screen.driver.take(key("B"));
    while !home.screen.text().contains("1 of 3 sent; Esc stops") {
        home.screen.driver.catch_up();
    }
    home.screen.shows("SENDING 1/3");
    home.screen
        .press("esc")
        .shows("stopped by you")
        .shows("not tried");
    assert_eq!(home.cloud.seen().len(), 1);
    home.screen.press("esc").hides("SENDING");
}

#[test]
fn a_strange_host_is_asked_for_once() {
    let mut home = Home::open(120, 40);
    let endpoint = foreign(&home.cloud);
    home.screen.driver.app.set_endpoint(endpoint);
    mark(&mut home);
    home.screen
        .press("B")
        .shows("is not known as a host of")
        .press("n");
    home.screen.shows("the host was not confirmed").press("esc");
    home.none_sent().screen.press("B y");
    assert_eq!(home.cloud.seen().len(), 3);
}

#[test]
fn nothing_marked_is_told_and_so_is_a_second_batch() {
    let mut home = Home::open(120, 40);
    home.screen.press("B").shows("no flow is marked");
    home.none_sent();
}
