//! Requests and responses.

use super::recording::Recording;
use super::support::Screen;

/// A screen of one call, in its answer.
fn answered(answer: &str, width: u16, height: u16) -> Screen {
    let recording = Recording::new().call("/home/device_list", r#"{"a":1}"#, answer);
    let mut screen = Screen::new(width, height);
    screen.load_bytes("one.har", &recording.bytes());
    screen.press("enter");
    screen
}

const NESTED: &str = r#"{"code":0,"result":{"list":[{"did":"1","on":true},{"did":"2","on":false}],"extra":"{\"a\":[1,2,{\"b\":\"灯\"}]}","n":1e5}}"#;

#[test]
fn values_fold_and_unfold() {
    let mut screen = answered(NESTED, 80, 30);
    insta::assert_snapshot!(screen.holds().text());
    screen.press("j").shows(">▾ result: {3}").press("h");
    screen.shows("▸ result").hides("did:");
    screen.press("l").shows("did: \"1\"");
    // Into it, to the next sibling, out of it.
    screen
        .press("l")
        .at(".result.list")
        .press("J")
        .at(".result.extra");
    screen.press("K h").hides("did:").press("h").at(".result");
    screen
        .press("E")
        .shows("did: \"1\"")
        .press("C")
        .hides("▾ list");
    screen
        .press("space")
        .shows("list: (2)")
        .press("space")
        .hides("list: (2)");
}

#[test]
fn levels_fold_together() {
    let mut screen = answered(NESTED, 80, 30);
    screen.press("3 j").at(".result.list[0]").press("c");
    screen
        .shows("▸ [0] (2) {did: \"1\", on: true}")
        .shows("▸ [1]");
    screen
        .press("e")
        .shows("▾ [0]")
        .shows("▾ [1]")
        .shows("did: \"2\"");
}

#[test]
fn json_inside_a_string_is_opened_in_place() {
    let mut screen = answered(NESTED, 80, 30);
    screen
        .press("/")
        .type_text("extra")
        .press("enter esc enter");
    screen.shows("\"灯\"").holds();
    insta::assert_snapshot!(screen.text());
    screen.press("2 j").at(".result.extra (json) .a[0]");
    screen.press("k k enter").hides("▾ a");
}

#[test]
fn the_path_under_the_cursor_is_shown() {
    let mut screen = answered(NESTED, 80, 30);
    screen
        .at(".code")
        .press("j")
        .at(".result")
        .press("j j j")
        .at(".result.list[0].did");
    screen.press("G").at(".result.n");
    // Numbers are shown as they were sent.
    screen.shows("n: 1e5");
}

#[test]
fn the_edge_leads_back_to_the_list() {
    let mut screen = answered(NESTED, 80, 30);
    screen.press("g h").shows("┏ 1 Flows");
    screen.press("l").shows("┌ 1 Flows");
}

#[test]
fn escapes_show_as_text_or_as_they_were_sent() {
    let answer = r#"{"name":"\u5ba2\u5385\n灯\u001b[2J"}"#;
    let mut screen = answered(answer, 80, 24);
    screen.shows("客厅").hides("\\u5ba2").holds();
    screen.press("u").shows("\\u5ba2\\u5385").holds();
    screen.press("u").hides("\\u5ba2");
}

#[test]
fn long_lines_are_cut_scrolled_or_wrapped() {
    let answer = format!(r#"{{"long":"{}end"}}"#, "0123456789".repeat(20));
    let mut screen = answered(&answer, 80, 24);
    screen.hides("end").press("w").shows("end").holds();
    screen.press("w").hides("end");
    screen.press("2 0 >").shows("end").holds();
    screen.press("2 0 <").shows("long:").hides("end");
}

#[test]
fn each_tab_shows_its_part_of_the_request() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("6 j 2 tab").shows("params: [2]");
    screen
        .press("t")
        .shows("[headers]")
        .shows("\"•••\"")
        .holds();
    screen
        .press("t")
        .shows("[cookies]")
        .shows("serviceToken: \"•••\"");
    screen
        .press("t")
        .shows("[form]")
        .shows("rc4_hash__")
        .shows("ssecurity: \"•••\"");
    insta::assert_snapshot!("the_form_of_a_request", screen.text());
    screen.press("t").shows("[raw]").shows("data=");
    screen
        .press("t")
        .shows("[hex]")
        .shows("7b 22 70 61")
        .holds();
    insta::assert_snapshot!("the_hex_of_a_request", screen.text());
    screen.press("t").hides("[hex]").shows("params: [2]");
    screen
        .press("T")
        .shows("[hex]")
        .press("2 t")
        .shows("[headers]");
    // The tab stays with the pane, whatever flow is shown.
    screen
        .press("}")
        .shows("[headers]")
        .press("1 t")
        .hides("[headers]");
}

#[test]
fn each_tab_shows_its_part_of_the_response() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("enter t").shows("RESP:headers");
    // There are no cookies and no form in it, so it goes on to what is sent.
    screen
        .press("t")
        .shows("RESP:raw")
        .press("t")
        .shows("RESP:hex")
        .press("t")
        .hides("RESP:");
    screen.press("esc");
}

#[test]
fn cookies_that_were_set_are_a_tab() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen
        .press("a g 2 j enter 3 t")
        .shows("RESP:cookies")
        .shows("serviceToken: \"•••\"");
}

#[test]
fn secrets_are_masked_until_they_are_wanted() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    // A beacon key in the answer; the form's key and the cookie's token.
    screen
        .press("4 j")
        .shows("beaconkey: \"•••\"")
        .shows("masked");
    screen.press("2 tab 3 t").shows("serviceToken: \"•••\"");
    screen
        .press(".")
        .shows("REVEALED")
        .hides("•••")
        .hides("masked");
    screen.press("4 t").hides("•••").shows("ssecurity:");
    screen.press(".").shows("•••").hides("REVEALED");
    // Hex of a body that has secrets in it is not shown at all.
    screen
        .press("3 tab 6 t")
        .shows("There are secrets in these bytes. . shows them.");
    screen
        .press(".")
        .hides("There are secrets")
        .shows("00000000");
    screen.press(".").shows("There are secrets");
}

#[test]
fn the_warning_that_secrets_are_shown_has_room_on_a_narrow_screen() {
    let mut screen = Screen::open("samples/home.har", 40, 10);
    screen.press(".").shows("REVEALED").holds();
}

#[test]
fn a_page_is_text_and_a_picture_is_bytes() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("a G k enter").shows("<html").holds();
    insta::assert_snapshot!("a_page", screen.text());
    screen
        .press("{")
        .shows("00000000")
        .shows("89 50 4e 47")
        .holds();
}

#[test]
fn a_broken_answer_is_shown_as_far_as_it_goes() {
    let mut screen = answered(r#"{"code":0,"result":[1,2"#, 80, 24);
    screen.shows("not JSON").shows(r#"{"code":0,"result":[1,2"#);
}

#[test]
fn an_empty_answer_and_none_at_all_are_told_apart() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen
        .press("f")
        .type_text("path:typelist")
        .press("enter G 3 tab");
    screen.shows("No response in the capture. The request is complete.");
    screen.press("{").shows("No body.");
}

#[test]
fn names_of_devices_stand_beside_their_numbers() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("6 j").shows("did: \"900000001\"  客厅吸顶灯");
}

#[test]
fn a_body_as_high_as_a_tower_is_walked_by_pages() {
    let list: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
    let mut screen = answered(&format!(r#"{{"list":[{}]}}"#, list.join(",")), 80, 24);
    screen.press("pagedown ctrl-d").shows("[14] 14").holds();
    screen
        .press("G")
        .shows("[4999] 4999")
        .press("2 5 0 2 g")
        .at(".list[2500]")
        .holds();
    screen.press("ctrl-u pageup home").at(".list").holds();
}
