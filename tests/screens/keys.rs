//! One table of keys: what it says is what they do.

use std::collections::HashSet;

use mishark::tui::action::{Action, BINDINGS, Context, Keymap};
use mishark::tui::app::Settings;
use mishark::tui::key::Key;

use super::recording::Recording;
use super::support::Screen;

fn home() -> Screen {
    Screen::open("samples/home.har", 120, 40)
}

/// A capture that is opened in no time.
fn small() -> Screen {
    let recording = Recording::new()
        .call(
            "/home/device_list",
            r#"{"a":[1,{"b":2}]}"#,
            r#"{"code":0,"result":[1]}"#,
        )
        .call("/miotspec/prop/get", r#"{"params":[]}"#, r#"{"code":0}"#);
    let mut screen = Screen::new(120, 40);
    screen.load_bytes("small.har", &recording.bytes());
    screen
}

/// Keys that lead to a place from the list of a capture.
fn way_to(context: Context) -> Option<&'static str> {
    Some(match context {
        Context::Flows => "",
        Context::Body => "3 tab",
        Context::Builder => "r",
        Context::Stages => "i 6 tab",
        Context::Copy => "y",
        Context::Export => "x",
        Context::Sort => "o",
        Context::Sessions => "S",
        Context::Prompt => "f",
        Context::Reader => ": l o g enter",
        _ => return None,
    })
}

#[test]
fn every_key_of_every_place_leaves_a_whole_screen() {
    for context in Context::ALL {
        let Some(way) = way_to(context) else { continue };
        for binding in BINDINGS.iter().filter(|one| one.contexts.has(context)) {
            // What is sent leaves the screen; it has tests of its own.
            let sends = [Action::Send, Action::Replay, Action::ExactResend];
            if sends.contains(&binding.action) {
                continue;
            }
            for key in binding.keys {
                let mut screen = small();
                screen.press(way).press(key).holds();
            }
        }
    }
}

#[test]
fn help_names_the_keys_of_where_one_is_first_and_every_action_once() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("?").shows("help").shows("flows");
    screen.press("esc 3 tab ?").shows("request, response");
    // Whatever it is that is looked for, help has it.
    let mut seen = HashSet::new();
    for binding in BINDINGS {
        if !seen.insert(binding.action) || binding.contexts.has(Context::Confirm) {
            continue;
        }
        let words = binding.action.words();
        let start: String = words.chars().take(40).collect();
        screen.press("ctrl-u").paste(words).shows(&start);
    }
}

#[test]
fn help_works_inside_popups_and_goes_back_to_them() {
    let mut screen = home();
    screen
        .press("y ?")
        .shows("help")
        .press("esc")
        .shows("the value, pretty");
    screen
        .press("esc S f1")
        .shows("help")
        .press("esc")
        .shows("Sessions");
    // A question mark that is typed into a line is one.
    screen
        .press("esc f ?")
        .hides("help; type")
        .press("f1")
        .shows("help");
    screen.press("esc esc").shows("NORMAL");
}

#[test]
fn help_narrows_while_one_types() {
    let mut screen = home();
    screen
        .press("?")
        .type_text("next layout")
        .shows("the next layout")
        .hides("filter flows");
    screen.press("esc").shows("NORMAL");
}

#[test]
fn the_palette_finds_commands_by_some_of_their_letters() {
    let mut screen = home();
    screen
        .press(":")
        .type_text("theme")
        .shows("the next theme")
        .press("enter");
    screen.shows("theme: light");
    // Who lacks a key asks how to record with a capture open.
    screen
        .press(":")
        .type_text("how to record")
        .press("enter")
        .shows("w2 start")
        .press("esc");
    screen
        .press("ctrl-p")
        .type_text("zzzz")
        .press("enter")
        .shows("commands");
    screen.press("esc").shows("NORMAL");
}

#[test]
fn the_hint_bar_names_keys_of_where_one_is() {
    let mut screen = home();
    screen.shows("j move  ? help  Enter open");
    screen.press("y").shows("v value").press("esc");
    screen.press("f").shows("Enter take").press("esc");
    screen
        .press("H")
        .hides("Enter open")
        .press("H")
        .shows("Enter open");
}

#[test]
fn a_key_that_was_changed_is_the_one_that_is_shown_and_works() {
    let mut keymap = Keymap::default();
    let key = |text: &str| Key::parse(text).unwrap();
    keymap.bind("filter", &[key("f3")]);
    keymap.bind("down", &[key("ctrl-j"), key("e")]);
    let settings = Settings {
        keymap,
        ..Settings::default()
    };
    let mut screen = Screen::with(120, 40, settings);
    screen.load("samples/home.har".as_ref());
    screen
        .shows("F3 filter")
        .hides(" f filter")
        .press("f")
        .hides("FILTER");
    screen.press("f3").shows("FILTER").press("esc");
    screen.press("j").shows("1/41").press("e").shows("2/41");
    screen.press("?").type_text("filter flows").shows("F3");
}

#[test]
fn a_dry_run_names_the_key_that_shows_its_secrets() {
    let mut keymap = Keymap::default();
    keymap.bind("reveal", &[Key::parse("f4").unwrap()]);
    let settings = Settings {
        keymap,
        ..Settings::default()
    };
    let mut screen = Screen::with(120, 60, settings);
    screen.load("samples/home.har".as_ref());
    screen
        .press("4 j r D")
        .shows("dry run: nothing was sent")
        .shows("<masked: F4 shows it>");
    screen.press("f4").hides("<masked:");
}

#[test]
fn a_count_is_shown_until_it_is_used() {
    let mut screen = home();
    screen
        .press("1 2")
        .shows("NORMAL  12")
        .press("j")
        .shows("13/41");
    screen
        .press("5 esc")
        .hides("NORMAL  5")
        .press("3 G")
        .shows("3/41");
}

#[test]
fn escape_never_quits_and_q_does() {
    let mut screen = home();
    screen.press("esc esc esc");
    assert!(!screen.quit);
    screen.press("q");
    assert!(screen.quit);
    let mut screen = home();
    screen.press("ctrl-c");
    assert!(screen.quit);
}
