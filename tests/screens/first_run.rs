//! Without a capture, and with one that holds something else.

use std::fs;

use super::recording::Recording;
use super::support::Screen;
use mishark::tui::recent::RecentCapture;
use mishark_core::flow::Moment;

#[test]
fn the_first_screen_says_what_can_be_done() {
    let mut screen = Screen::new(80, 24);
    let text = screen
        .holds()
        .text()
        .replace(env!("CARGO_PKG_VERSION"), "VERSION");
    insta::assert_snapshot!(text);
    // Esc and keys of other places do nothing.
    screen
        .press("esc tab enter j k / f y")
        .shows("Open a capture");
    assert!(!screen.quit);
    screen.press("q");
    assert!(screen.quit);
}

#[test]
fn the_demo_shows_flows_of_every_state() {
    let mut screen = Screen::new(80, 24);
    screen
        .press("d")
        .shows("demo")
        .shows("D 31")
        .shows("d 6")
        .shows("K 1")
        .shows("P 3")
        .shows("! 9");
    screen.press("enter").shows("homelist");
}

#[test]
fn how_to_record_is_a_page_away() {
    let mut screen = Screen::new(80, 24);
    screen
        .press("h")
        .shows("w2 start")
        .holds()
        .press("G")
        .shows("the key travels");
    screen.press("q").shows("Open a capture").hides("w2 start");
    assert!(!screen.quit);
}

#[test]
fn a_curl_command_that_is_pasted_is_opened() {
    let (form, _) = Recording::new()
        .call("/home/device_list", r#"{"a":1}"#, "{}")
        .last();
    let curl = format!(
        "curl 'https://api.io.mi.com/app/home/device_list' -H 'Cookie: userId=1' --data-raw '{form}'"
    );
    let mut screen = Screen::new(80, 24);
    // Without asking for the box first.
    screen.paste(&curl).shows("paste one flow").holds();
    screen.press("ctrl-d").shows("D 1").shows("device_list");
    screen.press("2 tab").shows("a: 1");
}

#[test]
fn a_form_that_is_pasted_is_opened_with_its_answer() {
    let (form, answer) = Recording::new()
        .call("/home/device_list", r#"{"a":1}"#, r#"{"code":0,"b":2}"#)
        .last();
    let mut screen = Screen::new(80, 24);
    screen
        .press("p")
        .shows("Paste a curl command")
        .paste(&format!("{form}\n\n{answer}\n"))
        .press("ctrl-d");
    // Its path is not known, so its signature can not be proved.
    screen
        .shows("d 1")
        .press("enter")
        .shows("b: 2")
        .press("2 tab")
        .shows("a: 1");
}

#[test]
fn what_is_pasted_and_is_no_flow_is_said() {
    let mut screen = Screen::new(80, 24);
    screen.press("p").type_text("hello there").press("ctrl-d");
    // However wide it is, it can be read to its end.
    screen
        .shows("pasted: not a capture")
        .shows("JSON lines")
        .shows("Open a capture")
        .holds();
    screen.press("p esc").shows("Open a capture");
}

#[test]
fn captures_opened_before_are_chosen_by_arrows() {
    let mut screen = Screen::new(80, 24);
    let at = Moment::parse("2024-05-01T08:00:00Z").unwrap();
    let recent = ["samples/home.har", "samples/no-keys.har"].map(|path| RecentCapture {
        path: path.into(),
        flows: 5,
        at,
    });
    screen.driver.app.set_recent(recent.to_vec());
    screen
        .shows("Recent")
        .shows("samples/home.har  5 flows  2024-05-01");
    screen.press("down enter").shows("K 4").shows("no-keys.har");
}

#[test]
fn a_capture_of_others_says_what_it_holds() {
    let mut recording = Recording::new();
    for number in 0..9 {
        recording = recording.foreign(
            &format!("https://host{number}.example/"),
            "text/plain",
            b"x",
        );
    }
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("others.har", &recording.bytes());
    screen.shows("9 flows read, none carries a Mi Home request");
    insta::assert_snapshot!(screen.holds().text());
    screen.press("a").shows("1/9").hides("none carries");
}

#[test]
fn an_empty_capture_says_that_it_is_one() {
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("empty.har", &Recording::new().bytes());
    screen.shows("The capture has no entries.").holds();
    screen
        .press("j k G enter tab y v x m ; esc esc / esc")
        .holds();
}

#[test]
fn a_file_that_is_none_says_what_it_starts_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.txt");
    fs::write(&path, "<html><body>not a capture</body></html>").unwrap();
    let mut screen = Screen::new(200, 24);
    screen.load(&path);
    screen
        .shows("page.txt")
        .shows("<html")
        .shows("Open a capture")
        .shows("HAR, whistle");
    screen.load(&folder.path().join("missing.har"));
    screen.shows("missing.har").shows("Open a capture");
    // The next one is opened all the same.
    screen.load("samples/home.har".as_ref());
    screen.shows("D 31");
}

#[test]
fn a_file_that_is_none_does_not_disturb_what_is_open() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen
        .press("5 j L")
        .type_text("samples/README.md")
        .press("enter");
    screen
        .shows("samples/README.md")
        .shows("6/41")
        .shows("home.har ")
        .hides("+1");
}

#[test]
fn a_file_that_ends_too_soon_keeps_what_came_before() {
    let whole = fs::read("samples/home.har").unwrap();
    let mut screen = Screen::new(120, 40);
    screen.load_bytes("cut.har", &whole[..whole.len() / 2]);
    screen
        .shows("cut.har: ends inside entry")
        .shows("entries are whole")
        .shows("gethome")
        .holds();
    // It stays until a key is pressed, and can be read again.
    screen.press("j").hides("ends inside");
    screen
        .press(":")
        .type_text("all messages")
        .press("enter")
        .shows("ends inside");
}

#[test]
fn several_captures_are_opened_one_after_the_other() {
    let mut screen = Screen::new(120, 40);
    screen
        .press("o")
        .type_text("samples/no-keys.har")
        .press("enter")
        .shows("K 4");
    screen
        .press("L")
        .paste("'samples/home.har'\n")
        .press("enter")
        .shows("66 flows");
    screen.shows("no-keys.har +1");
}
