//! Finding in a body, and in all plaintexts.

use super::recording::Recording;
use super::support::Screen;
use ratatui::style::Style;

/// Seventeen lamps, one of them two levels down in a string that holds JSON.
fn lamps() -> Screen {
    let mut list: Vec<String> = (0..16)
        .map(|number| format!(r#"{{"name":"lamp {number}","model":"x"}}"#))
        .collect();
    list.push(r#"{"name":"none","extra":"{\"deep\":{\"name\":\"lamp 16\"}}"}"#.to_owned());
    let answer = format!(r#"{{"code":0,"result":{{"list":[{}]}}}}"#, list.join(","));
    let recording = Recording::new()
        .call("/home/device_list", "{}", answer)
        .call(
            "/user/get_user_config",
            "{}",
            r#"{"code":0,"result":"no such thing"}"#,
        )
        .call(
            "/v2/homeroom/gethome",
            r#"{"name":"LAMP"}"#,
            r#"{"code":0,"result":["the lamp"]}"#,
        );
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("lamps.har", &recording.bytes());
    screen.press("enter");
    screen
}

#[test]
fn what_is_found_in_a_body_is_counted_and_gone_through() {
    let mut screen = lamps();
    screen.press("/").shows("find:").type_text("lamp");
    // Already while it is typed.
    screen.press("enter").shows("match 1/17 of \"lamp\"");
    insta::assert_snapshot!(screen.holds().text());
    screen.press("n n").shows("match 3/17").shows("lamp 2");
    screen.press("N").shows("match 2/17");
    screen.press("5 n").shows("match 7/17").shows("lamp 6");
    // After the last one it goes on at the first, and back.
    screen.press("1 1 n").shows("match 1/17");
    screen.press("N").shows("match 17/17");
}

#[test]
fn folded_parts_and_strings_that_hold_json_are_opened_for_what_is_found_there() {
    let mut screen = lamps();
    screen.press("g C").hides("lamp 3");
    screen.press("/").type_text("lamp 3").press("enter");
    screen.shows("match 1/1").shows("lamp 3");
    screen
        .press("esc g C /")
        .type_text("lamp 16")
        .press("enter");
    screen
        .shows("match 1/1 of \"lamp 16\"")
        .shows("lamp 16")
        .holds();
}

#[test]
fn small_letters_find_capitals_and_capitals_themselves() {
    let mut screen = lamps();
    screen
        .press("/")
        .type_text("Lamp")
        .press("enter")
        .shows("match -/0 of \"Lamp\"");
    screen
        .press("/")
        .type_text("lamp 1")
        .press("enter")
        .shows("/8");
}

#[test]
fn a_match_is_marked_not_by_where_the_cursor_is_alone() {
    let mut screen = lamps();
    let place = screen.place_of("lamp 1");
    let before = screen.style_at(place);
    screen.press("/").type_text("lamp").press("enter");
    let place = screen.place_of("lamp 1");
    assert_ne!(screen.style_at(place), before);
}

#[test]
fn escape_ends_a_find_and_a_second_one_goes_back() {
    let mut screen = lamps();
    screen
        .press("/")
        .type_text("lamp")
        .press("enter")
        .shows("match 1/17");
    screen.press("esc").hides("match").shows("[3 RESP]");
    // Still in the body: its path is shown.
    screen.shows(".result.list[0].name");
    screen.press("esc").hides(".result.list[0].name");
}

#[test]
fn an_empty_line_ends_a_find_too() {
    let mut screen = lamps();
    screen
        .press("/")
        .type_text("lamp")
        .press("enter")
        .shows("match 1/17");
    screen.press("/ enter").hides("match");
}

#[test]
fn a_find_goes_with_one_to_the_next_flow() {
    let mut screen = lamps();
    screen
        .press("/")
        .type_text("lamp")
        .press("enter")
        .shows("match 1/17");
    screen
        .press("2 }")
        .shows("match 1/1 of \"lamp\"")
        .shows("the lamp");
}

#[test]
fn all_plaintexts_are_searched_from_the_list() {
    let mut screen = lamps();
    screen
        .press("esc /")
        .shows("find in all flows:")
        .type_text("lamp")
        .press("enter");
    screen.shows("\"lamp\" in 2 flows");
    // The cursor is on a hit already, so it stays; a key makes the count seen.
    screen
        .press("n")
        .shows("flow 2/2 with \"lamp\"")
        .shows("3/3");
    screen
        .press("n")
        .shows("flow 1/2")
        .press("N")
        .shows("flow 2/2");
    // In the opened bodies the text is marked at once, on both sides.
    screen.press("enter").shows("match 1/1 of \"lamp\"");
    screen
        .press("2 tab")
        .shows("match 1/1 of \"lamp\"")
        .shows("LAMP");
    screen.press("esc").hides("match").hides("flow 2/2");
}

#[test]
fn a_search_goes_on_from_the_cursor() {
    let mut screen = lamps();
    screen
        .press("esc j /")
        .type_text("lamp")
        .press("enter")
        .shows("3/3");
    screen
        .press("esc k k j /")
        .type_text("such")
        .press("enter")
        .shows("2/3");
}

#[test]
fn a_search_keeps_to_what_the_list_shows() {
    let mut screen = lamps();
    screen
        .press("esc f")
        .type_text("path:gethome")
        .press("enter");
    screen
        .press("/")
        .type_text("lamp")
        .press("enter")
        .shows("\"lamp\" in 1 flow");
}

#[test]
fn hits_are_marked_in_the_list() {
    let mut screen = lamps();
    screen.press("esc");
    let style = |screen: &Screen, text: &str| -> Style { screen.style_at(screen.place_of(text)) };
    assert_eq!(style(&screen, "gethome"), style(&screen, "get_user_config"));
    screen.press("/").type_text("lamp").press("enter");
    assert_ne!(style(&screen, "gethome"), style(&screen, "get_user_config"));
}

#[test]
fn nothing_found_anywhere_is_said() {
    let mut screen = lamps();
    screen
        .press("esc /")
        .type_text("客厅")
        .press("enter")
        .shows("\"客厅\" in 0 flows")
        .shows("1/3");
    screen.press("n n N").shows("1/3").shows("flow 0/0");
}

#[test]
fn a_text_that_was_sent_as_escapes_is_found_as_it_reads() {
    let recording = Recording::new()
        .call("/v2/homeroom/gethome", "{}", r#"{"code":0}"#)
        .call(
            "/home/device_list",
            "{}",
            r#"{"code":0,"result":"\u5ba2\u5385\u706f"}"#,
        );
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("escapes.har", &recording.bytes());
    screen.press("/").type_text("客厅灯").press("enter");
    screen
        .shows("2/2")
        .press("enter")
        .shows("match 1/1")
        .shows("客厅灯");
}

#[test]
fn text_and_bytes_are_searched_like_json() {
    let page = "<html>\n<p>first lamp</p>\n<p>second lamp</p>\n</html>";
    let recording = Recording::new()
        .foreign("https://a.example/page.html", "text/html", page.as_bytes())
        .foreign(
            "https://a.example/bytes",
            "application/octet-stream",
            b"\x00\x01lamp\xff",
        );
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("pages.har", &recording.bytes());
    screen
        .press("a enter /")
        .type_text("lamp")
        .press("enter")
        .shows("match 1/2 of \"lamp\"");
    screen.press("} n").shows("match 1/1");
}
