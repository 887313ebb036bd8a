//! Lists that take longer to make than a frame may: the key's frame comes first.

use mishark::tui::effect::{Effect, Job};
use mishark::tui::key::Key;
use mishark::tui::message::Message;

use super::support::Screen;

/// More rows than a list is made of at once.
const ROWS: usize = 40_000;

/// So many small flows of a vendor; the first took longest.
fn screen() -> Screen {
    let entry = |at: usize| {
        format!(
            r#"{{"startedDateTime":"2026-01-01T00:00:00Z","time":{},"request":{{"method":"GET","url":"https://cdn.example.net/p{at}","headers":[]}},"response":{{"status":200,"headers":[],"content":{{}}}}}}"#,
            ROWS - at
        )
    };
    let entries: Vec<String> = (0..ROWS).map(entry).collect();
    let har = format!(
        r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#,
        entries.join(",")
    );
    let mut screen = Screen::new(100, 24);
    screen.load_bytes("long.har", har.as_bytes());
    screen.press("a");
    screen
}

/// What the loop does with a key until its frame.
fn key(screen: &mut Screen, name: &str) {
    let key = Key::parse(name).unwrap();
    screen.driver.take(Message::Key(key));
    screen.driver.catch_up();
}

#[test]
fn a_frame_comes_before_the_list_and_the_next_key_is_about_the_new_list() {
    let mut screen = screen();
    screen.shows("1/40000").shows("p0 ").shows("p1 ");

    // An order is work for a worker: the old list stands for the frame of the key.
    key(&mut screen, "o");
    let app = &mut screen.driver.app;
    app.update(Message::Key(Key::parse("d").unwrap()));
    let effects = app.refresh();
    assert!(
        matches!(effects[..], [Effect::Job(Job::List(_)), ..]),
        "{effects:?}"
    );
    assert!(app.is_list_awaited());
    screen.shows("1/40000").shows("p1 ");
    screen.driver.perform(effects);
    screen.settle();
    // The cursor has stayed on its flow, which is the last one now.
    screen.shows("40000/40000").shows("p0 ");
    screen.press("g").shows("1/40000").shows("p39999 ");

    // Typed ahead, the next key is about the list that was asked for.
    for name in ["o", "n", "G"] {
        key(&mut screen, name);
    }
    screen.settle();
    screen.shows("40000/40000").shows("p39999 ");
}

#[test]
fn letters_of_a_filter_are_seen_at_once_and_its_list_when_it_is_whole() {
    let mut screen = screen();
    screen
        .press("7 7 7 1 G")
        .shows("7771/40000")
        .shows("p7770 ");
    key(&mut screen, "f");
    for name in ["p", "a", "t", "h", ":", "p", "7"] {
        key(&mut screen, name);
    }
    screen.shows("path:p7").shows("p7769 ");
    screen.settle();
    // 7, 70 to 79, and so on: the cursor has stayed where it was.
    screen.shows("882/1111").shows("p7770 ");
    key(&mut screen, "0");
    screen.settle();
    screen.shows("111/111").shows("p7099 ").hides("p7770 ");
    // What a letter took away the next one may bring back.
    key(&mut screen, "backspace");
    screen.settle();
    screen.shows("882/1111").shows("p7770 ");
    // When the filter is taken, the cursor is where it is.
    for name in ["0", "enter", "k", "F"] {
        key(&mut screen, name);
    }
    screen.settle();
    screen.shows("7099/40000").shows("p7098 ");
}
