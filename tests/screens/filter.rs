//! Narrowing the list.

use super::support::Screen;

fn home() -> Screen {
    Screen::open("samples/home.har", 80, 24)
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_a_mistake_keeps_the_last_good_one() {
    let mut screen = home();
    screen.press("f").type_text("path:set");
    screen.shows("prop/set").hides("gethome ");
    screen.type_text(" )");
    screen.shows("^").shows("prop/set");
    insta::assert_snapshot!(screen.holds().text());
}

#[test]
fn what_is_wrong_stands_under_a_caret_with_what_was_meant() {
    let mut screen = home();
    screen.press("f").type_text("path:prop stat:d");
    let (typed, _) = screen.place_of("stat:");
    screen.shows("state:").shows("status:");
    let (caret, _) = screen.place_of("^");
    assert_eq!(caret, typed);
    // Enter does not take it: the line stays to be mended.
    screen
        .press("enter")
        .shows("filter: path:prop stat:d")
        .shows("^");
    screen.press("ctrl-u").hides("^").shows("1/41");
}

#[test]
fn what_is_wrong_is_told_on_the_smallest_screen_too() {
    let mut screen = Screen::open("samples/home.har", 40, 10);
    screen.press("f").type_text(")").shows("^").holds();
}

#[test]
fn a_filter_on_what_was_said_is_decided_on_plaintext() {
    let mut screen = home();
    screen.press("f").type_text("resp:homelist").press("enter");
    screen.shows("gethome").hides("prop/get").shows("NORMAL");
    screen.press("F").shows("1/41");
    screen
        .press("f")
        .type_text("code:!=0")
        .press("enter")
        .shows("-704042011");
    screen
        .press("F f")
        .type_text("not state:D and path:prop")
        .press("enter");
    screen.hides("ok D").shows("ok d");
}

#[test]
fn short_names_of_mitmproxy_are_known() {
    let mut screen = home();
    screen
        .press("f")
        .type_text("~u prop/set")
        .press("enter")
        .shows("/1 ");
    screen
        .press("F f")
        .type_text("~c 502")
        .press("enter")
        .shows("502")
        .shows("/1 ");
    screen
        .press("F f")
        .type_text("! ~u prop & ~m POST")
        .press("enter")
        .hides("prop/");
    screen
        .press("F f")
        .type_text("~bs homelist")
        .press("enter")
        .shows("gethome");
}

#[test]
fn filters_that_were_used_are_brought_back_by_arrows() {
    let mut screen = home();
    for filter in ["path:prop", "path:scene", "state:K"] {
        screen.press("f ctrl-u").type_text(filter).press("enter");
    }
    screen.press("F f up").shows("filter: state:K");
    screen.press("up").shows("filter: path:scene");
    screen
        .press("up up up")
        .shows("filter: path:prop")
        .shows("prop/set");
    screen.press("down").shows("filter: path:scene");
    screen.press("down down").shows("/41");
    screen.press("up enter").shows("filter: state:K");
    // The first arrow brings another one than what stands there.
    screen.press("f up").shows("filter: path:scene");
}

#[test]
fn nothing_left_says_what_was_asked_and_how_to_go_on() {
    let mut screen = home();
    screen.press("f").type_text("did:12345").press("enter");
    screen.shows("0 of 50 match `did:12345`. F clears, f edits.");
    screen
        .press("f")
        .shows("filter: did:12345")
        .press("esc F")
        .shows("1/41");
}

#[test]
fn escape_leaves_the_line_and_keeps_what_was_narrowed() {
    let mut screen = home();
    screen
        .press("f")
        .type_text("path:prop")
        .type_text(" (")
        .press("esc");
    screen
        .shows("filter: path:prop ")
        .shows("NORMAL")
        .hides("gethome ");
}

#[test]
fn a_filter_holds_for_what_is_loaded_later() {
    let mut screen = home();
    screen
        .press("f")
        .type_text("path:prop/set")
        .press("enter")
        .shows("1/1 ");
    screen.load(&super::support::file("samples/no-keys.har"));
    screen.shows("1/2 ").shows("2:3");
}

#[test]
fn a_filter_on_states_follows_what_a_key_opens() {
    let mut screen = Screen::open("samples/no-keys.har", 80, 24);
    screen
        .press("f")
        .type_text("state:K")
        .press("enter")
        .shows("/4 ");
    screen.press("s");
    let key = std::fs::read_to_string("samples/no-keys.key").unwrap();
    let key = key.lines().find(|line| !line.starts_with('#')).unwrap();
    screen.paste(key).press("enter");
    screen.shows("0 of 5 match");
    screen.press("ctrl-c");
}

#[test]
fn a_filter_that_was_given_at_the_start_is_one() {
    let mut screen = Screen::new(80, 24);
    screen.driver.app.start_filter("path:prop/set".to_owned());
    screen.load(&super::support::file("samples/home.har"));
    screen.shows("1/1 ").shows("filter: path:prop/set");
}
