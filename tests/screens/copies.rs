//! What is copied, against the bytes of the capture.

use super::recording::Recording;
use super::support::Screen;

const REQUEST: &str = r#"{ "did" : "1", "n" : 1.50 }"#;
const ANSWER: &str = r#"{"code":0, "message":"\u597d","result":{"a b":[1e5,{"x":"{\"y\":2}"}]}}"#;

/// A screen on the number in the answer.
fn screen() -> Screen {
    let recording = Recording::new()
        .call("/home/device_list", REQUEST, ANSWER)
        .foreign(
            "https://a.example/b",
            "application/octet-stream",
            b"\x00\xff\x01",
        );
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("copies.har", &recording.bytes());
    screen
        .press("enter /")
        .type_text("1e5")
        .press("enter esc")
        .at(".result[\"a b\"][0]");
    screen
}

#[track_caller]
fn copied(screen: &mut Screen, keys: &str) -> String {
    screen.copied.clear();
    screen.press(keys);
    assert_eq!(screen.copied.len(), 1, "{keys}: {}", screen.text());
    screen.copied.remove(0).1
}

#[test]
fn the_menu_says_what_can_be_copied() {
    let mut screen = screen();
    screen.press("y");
    insta::assert_snapshot!(screen.holds().text());
    screen.press("esc").hides("Markdown");
    assert!(screen.copied.is_empty());
}

#[test]
fn a_value_its_key_and_its_paths_are_copied() {
    let mut screen = screen();
    assert_eq!(copied(&mut screen, "y v"), "1e5");
    assert_eq!(copied(&mut screen, "y o"), "1e5");
    assert_eq!(copied(&mut screen, "y p"), ".result[\"a b\"][0]");
    assert_eq!(copied(&mut screen, "y q"), ".result[\"a b\"][0]");
    screen.press("h");
    assert_eq!(copied(&mut screen, "y k"), "a b");
    assert_eq!(copied(&mut screen, "y o"), r#"[1e5,{"x":"{\"y\":2}"}]"#);
    assert_eq!(
        copied(&mut screen, "y v"),
        "[\n  1e5,\n  {\n    \"x\": \"{\\\"y\\\":2}\"\n  }\n]"
    );
    screen.press("g j");
    assert_eq!(copied(&mut screen, "y v"), "好");
    assert_eq!(copied(&mut screen, "y o"), r#""\u597d""#);
    screen.shows("copied 8 B");
}

#[test]
fn bodies_are_copied_byte_for_byte_or_pretty() {
    let mut screen = screen();
    assert_eq!(copied(&mut screen, "y B"), ANSWER);
    assert_eq!(copied(&mut screen, "y A"), REQUEST);
    let pretty = copied(&mut screen, "y b");
    assert!(
        pretty.starts_with("{\n  \"code\": 0,\n  \"message\": \"好\""),
        "{pretty}"
    );
    assert!(pretty.contains("1e5"), "{pretty}");
    assert_eq!(
        copied(&mut screen, "y a"),
        "{\n  \"did\": \"1\",\n  \"n\": 1.50\n}"
    );
    screen.press("2 tab");
    assert_eq!(copied(&mut screen, "y B"), REQUEST);
}

#[test]
fn from_the_list_the_answer_is_meant() {
    let mut screen = screen();
    screen.press("esc");
    assert_eq!(copied(&mut screen, "y B"), ANSWER);
    assert_eq!(copied(&mut screen, "y A"), REQUEST);
}

#[test]
fn the_raw_form_is_what_was_on_the_wire() {
    let recording = Recording::new().call("/home/device_list", REQUEST, ANSWER);
    let (form, answer) = recording.last();
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("raw.har", &recording.bytes());
    screen.press("2 tab");
    assert_eq!(copied(&mut screen, "y r"), form);
    screen.press("3 tab");
    assert_eq!(copied(&mut screen, "y r"), answer);
}

#[test]
fn json_in_a_string_is_copied_from_where_it_was_opened() {
    let mut screen = screen();
    screen.press("G enter j");
    assert_eq!(copied(&mut screen, "y v"), "2");
    assert_eq!(copied(&mut screen, "y k"), "y");
    let path = copied(&mut screen, "y q");
    assert_eq!(path, ".result[\"a b\"][1].x | fromjson | .y");
}

#[test]
fn bytes_are_copied_as_a_dump() {
    let mut screen = screen();
    screen.press("esc a j");
    let dump = copied(&mut screen, "y B");
    assert!(dump.starts_with("00000000  00 ff 01"), "{dump}");
}

#[test]
fn where_there_is_nothing_to_copy_it_is_said() {
    let mut screen = screen();
    screen.press("g h y p").shows("copied").press("enter");
    let mut screen = Screen::open("samples/no-keys.har", 80, 24);
    screen.press("y v").shows("no value here");
    screen.press("y B").shows("no plaintext as sent here");
    screen.press("y k").shows("no key here");
    assert!(screen.copied.is_empty());
}

#[test]
fn a_secret_that_is_masked_is_copied_all_the_same() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen
        .press("4 j enter /")
        .type_text("beaconkey")
        .press("enter esc")
        .shows("beaconkey: \"•••\"");
    let key = copied(&mut screen, "y v");
    assert_eq!(key.len(), 32, "{key}");
    screen.hides(&key);
}

#[test]
fn a_value_can_be_printed_to_the_normal_screen() {
    let mut screen = screen();
    screen.press("P");
    assert_eq!(screen.outside.len(), 1);
    screen.press("v ctrl-e |").type_text("jq .").press("enter");
    assert_eq!(screen.outside.len(), 4);
    let asked = format!("{:?}", screen.outside);
    assert!(
        !asked.contains("1e5"),
        "what is asked for names no body: {asked}"
    );
}
