//! Flows that do not open, and keys that open them.

use std::io::Write;

use super::recording::{KEY, Recording};
use super::support::{Screen, file};

/// The key of `samples/no-keys.har`.
fn key() -> String {
    let text = std::fs::read_to_string(file("samples/no-keys.key")).unwrap();
    let line = text.lines().find(|line| !line.starts_with('#')).unwrap();
    line.trim().to_owned()
}

fn locked() -> Screen {
    Screen::open("samples/no-keys.har", 80, 24)
}

#[test]
fn a_flow_without_a_key_explains_itself() {
    let mut screen = locked();
    screen.shows("K 4").shows("needs a key");
    insta::assert_snapshot!("locked_at_80x24", screen.holds().text());
    screen.press("enter z");
    insta::assert_snapshot!("locked_and_zoomed", screen.holds().text());
}

#[test]
fn a_key_that_is_typed_is_never_on_the_screen_and_opens_all_it_fits() {
    let mut screen = locked();
    screen.press("s").shows("hidden:").shows("INSERT");
    let key = key();
    screen.type_text(&key);
    screen
        .hides(&key[..6])
        .hides(&key[8..14])
        .shows(&"*".repeat(key.len()));
    screen
        .press("enter")
        .shows("key taken: 4 flows opened")
        .shows("D 4")
        .hides("K 4");
    // What was locked is shown at once.
    screen.shows("homelist").hides(&key[..6]);
    // Nor in what was told.
    screen
        .press(":")
        .type_text("all messages")
        .press("enter")
        .hides(&key[..6]);
}

#[test]
fn a_key_that_is_pasted_opens_them_too() {
    let mut screen = locked();
    screen
        .press("s")
        .paste(&format!("  {}\n", key()))
        .hides(&key()[..6]);
    screen.press("enter").shows("key taken: 4 flows opened");
}

#[test]
fn a_pasted_key_file_is_read_as_one() {
    let mut screen = locked();
    screen
        .press("s")
        .paste(&format!(r#"{{"ssecurity":"{}"}}"#, key()))
        .press("enter");
    screen.shows("key taken: 4 flows opened");
}

#[test]
fn a_key_that_does_not_fit_says_so_and_the_flow_names_it() {
    let mut screen = locked();
    screen.press("s").type_text(KEY).press("enter");
    screen
        .shows("key taken, but none of 4 locked flows fits it")
        .shows("K 4");
    screen
        .press("enter")
        .shows("1 known key does not fit (signature differs)");
}

#[test]
fn what_is_no_key_is_told_and_can_be_mended() {
    let mut screen = locked();
    screen
        .press("s")
        .type_text("abc!")
        .press("enter")
        .shows("INSERT")
        .hides("abc!");
    insta::assert_snapshot!("no_key", screen.text());
    screen
        .press("ctrl-u")
        .type_text(&key())
        .press("enter")
        .shows("4 flows opened");
}

#[test]
fn a_key_file_opens_them() {
    let mut screen = locked();
    screen
        .press("S")
        .shows("No key is known")
        .press("f")
        .shows("key file");
    screen.type_text("samples/no-keys.key").press("enter");
    screen.press("esc").shows("D 4");
    screen
        .press("S")
        .shows("Sessions  1 key")
        .shows("samples/no-keys.key")
        .holds();
    screen.hides(&key()[..6]);
    screen
        .press(".")
        .shows("REVEALED")
        .shows(&key())
        .press(". esc");
}

#[test]
fn another_capture_that_has_the_key_opens_them() {
    let calls = |recording: Recording| {
        recording.call("/home/device_list", "{}", r#"{"code":0,"result":"opened"}"#)
    };
    let mut with_key = tempfile::NamedTempFile::new().unwrap();
    with_key
        .write_all(&calls(Recording::new()).bytes())
        .unwrap();
    let name = with_key.path().display().to_string();
    // Its keys alone.
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("locked.har", &calls(calls(Recording::locked())).bytes());
    screen
        .shows("K 2")
        .press("S f")
        .paste(&name)
        .press("enter esc");
    screen.shows("D 2").shows("1/2").shows("opened");
    // The whole of it, into the list.
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("locked.har", &calls(calls(Recording::locked())).bytes());
    screen
        .press("L")
        .paste(&name)
        .press("enter")
        .shows("D 3")
        .shows("1/3");
}

#[test]
fn a_file_without_keys_says_so() {
    let mut screen = locked();
    screen
        .press("S f")
        .type_text("samples/README.md")
        .press("enter")
        .shows("neither a key file nor a capture")
        .press("esc")
        .shows("K 4");
    screen
        .press("S f")
        .type_text("no/such/file")
        .press("enter")
        .shows("no/such/file")
        .press("esc");
    screen
        .press("S f")
        .type_text("samples/no-keys.har")
        .press("enter")
        .shows("no key in it");
}

#[test]
fn every_reason_stands_above_its_body_or_in_its_place() {
    let mut screen = Screen::open("samples/home.har", 80, 40);
    screen
        .press("o x f")
        .type_text("not state:D")
        .press("enter g z enter");
    for _ in 0..20 {
        screen
            .press("2 tab")
            .holds()
            .press("3 tab")
            .holds()
            .press("}");
    }
    screen.press("esc esc F");
    for (filter, said) in [
        ("path:deviceinfo state:K", "3 known keys do not fit"),
        ("path:range_get_extra_data state:!", "Not opened."),
        ("state:!", "Not opened."),
    ] {
        screen
            .press("esc esc f ctrl-u")
            .type_text(filter)
            .press("enter g enter")
            .shows(said);
    }
}

#[test]
fn a_locked_flow_can_be_looked_at_raw() {
    let mut screen = locked();
    screen
        .press("2 tab t")
        .shows(":headers")
        .press("t t")
        .shows(":form")
        .shows("rc4_hash__");
    screen
        .press("t")
        .shows(":raw")
        .press("t")
        .shows(":hex")
        .holds();
}
