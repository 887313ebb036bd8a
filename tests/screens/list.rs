//! The list of flows.

use super::recording::{self, Recording};
use super::support::Screen;

fn polling(width: u16, height: u16) -> Screen {
    let mut screen = Screen::new(width, height);
    screen.load_bytes("polling.har", &recording::polling().bytes());
    screen
}

/// The numbers of the flows in the list, from the top.
fn numbers(screen: &Screen) -> Vec<usize> {
    let text = screen.text();
    let lines = text
        .lines()
        .skip(2)
        .take_while(|line| !line.starts_with(['┗', '└']));
    lines
        .filter_map(|line| {
            let line = line.trim_start_matches(['┃', '│', '>', '*', ';', ' ', '.']);
            line.split_whitespace().next()?.parse().ok()
        })
        .collect()
}

/// The number of the flow that the cursor is on.
fn here(screen: &Screen) -> usize {
    let text = screen.text();
    let line = text.lines().skip(2).find(|line| line.contains(">"));
    let line = line.unwrap_or_else(|| panic!("no cursor on\n{text}"));
    let line = line.trim_start_matches(['┃', '│', '>', '*', ';', ' ', '.']);
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_capture_is_listed_and_its_first_flow_shown_at_80x24() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    insta::assert_snapshot!(screen.holds().text());
}

#[test]
fn request_and_response_stand_beside_each_other_at_120x40() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("6 j");
    insta::assert_snapshot!(screen.holds().text());
}

#[test]
fn a_count_goes_that_many_flows_and_to_that_line() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("5 j").shows("6/41").shows("[3 RESP]");
    screen.press("2 k").shows("4/41");
    screen.press("1 2").shows("NORMAL  12");
    screen.press("G").shows("12/41").hides("NORMAL  12");
    screen.press("G").shows("41/41");
    screen.press("9 9 9 9 9 9 9 9 9 9 9 9 j").shows("41/41");
    screen.press("g").shows("1/41");
    screen.press("7 g").shows("7/41");
    screen.press("2 }").shows("9/41");
    screen.press("{").shows("8/41");
}

#[test]
fn pages_move_the_list_and_keep_the_cursor_in_sight() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("pagedown").shows("7/41").shows(">");
    screen.press("ctrl-d").shows("10/41");
    screen.press("ctrl-u pageup").shows("1/41");
    screen
        .press("end")
        .shows("41/41")
        .press("home")
        .shows("1/41");
}

#[test]
fn each_order_can_be_had_and_turned_round() {
    for (key, name) in [
        ("n", "number"),
        ("t", "time"),
        ("e", "endpoint"),
        ("s", "state"),
        ("c", "code"),
        ("d", "duration"),
        ("z", "size"),
    ] {
        let mut screen = Screen::new(120, 60);
        screen.load_bytes("polling.har", &recording::polling().bytes());
        screen.press("o x o").press(key);
        let reversed = format!("by {name}, reversed");
        if key == "n" {
            // It was by number already, so it is turned round.
            screen.shows(&reversed).press("o n");
        }
        screen.shows(&format!("by {name} ")).hides("reversed");
        let forward = numbers(&screen);
        assert_eq!(forward.len(), 9, "{name}");
        screen.press("o").press(key).shows(&reversed);
        let mut backward = numbers(&screen);
        backward.reverse();
        assert_eq!(backward, forward, "{name}");
        screen.press("o r").hides("reversed");
        assert_eq!(numbers(&screen), forward, "{name}");
    }
}

#[test]
fn the_largest_comes_first_when_size_is_turned_round() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("o z o r g");
    let first = screen.line(2);
    assert!(first.ends_with("5.3k┃"), "{first}");
    screen.press("G");
    let text = screen.text();
    let last = text.lines().find(|line| line.contains('>')).unwrap();
    assert!(last.ends_with(" 0┃"), "{last}");
}

#[test]
fn the_cursor_stays_on_its_flow_when_the_order_changes() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("4 j");
    assert_eq!(here(&screen), 12);
    for order in ["o d", "o e", "o s", "o r", "o x", "a", "a", "o n"] {
        screen.press(order);
        assert_eq!(here(&screen), 12, "{order}");
    }
}

#[test]
fn the_menu_of_orders_is_worked_by_arrows_too() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("o").shows("by the answer's code").holds();
    screen.press("down down enter").shows("by endpoint");
    screen
        .press("o down down down up enter")
        .shows("by endpoint, reversed");
    screen.press("o esc").hides("by the answer's code");
}

#[test]
fn a_polled_run_is_one_line_until_it_is_opened() {
    let mut screen = polling(80, 24);
    screen.shows("prop/get        x5").shows("1/5");
    insta::assert_snapshot!(screen.text());
    screen.press("3 j").shows("4/5").press("space");
    screen.shows("4/9").shows("prop/get");
    assert_eq!(here(&screen), 3);
    insta::assert_snapshot!("an_open_run", screen.text());
    // Each of its flows can be gone to, and closes it.
    screen.press("3 j").shows("7/9").shows("value: 3");
    screen.press("space").shows("4/5").shows("x5");
    // All runs at once, and back.
    screen.press("o x").shows("/9").press("o x").shows("/5");
}

#[test]
fn three_reads_are_a_run_and_writes_never_are() {
    let answer = r#"{"code":0,"result":[]}"#;
    let mut recording = Recording::new();
    for _ in 0..4 {
        recording = recording.call("/miotspec/prop/set", "{}", answer);
    }
    for _ in 0..2 {
        recording = recording.call("/miotspec/prop/get", "{}", answer);
    }
    let mut screen = Screen::new(80, 24);
    screen.load_bytes("sets.har", &recording.bytes());
    screen.shows("1/6").hides(" x4").hides(" x2");
}

#[test]
fn marks_and_notes_stay_with_their_flows() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    // Marking goes on to the next one, so that several are marked in a row.
    screen.press("m m").shows(">").shows("3/41");
    let text = screen.text();
    assert_eq!(text.matches('*').count(), 2, "{text}");
    screen
        .press(";")
        .type_text("看 this one")
        .press("enter")
        .shows("看 this one");
    assert_eq!(here(&screen), 10);
    screen.press("M").shows("marked").shows("/2");
    assert_eq!(numbers(&screen), [8, 9]);
    screen.press("g m").shows("1/1");
    screen.press("m").shows("No flow is marked.");
    screen.press("M").shows("/41");
    // A note is edited, and taken away by emptying it.
    screen.press("g 2 j ;").shows("note: 看 this one");
    screen.press("ctrl-u enter").hides("看 this one");
}

#[test]
fn other_traffic_is_shown_when_it_is_wanted() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.shows("1 Flows  Mi Home").hides("tracking");
    screen
        .press("a")
        .shows("all traffic")
        .shows("/5")
        .press("G");
    screen.shows("tracking.exam…/collect");
    assert_eq!(here(&screen), 60);
    screen.press("a").shows("Mi Home").hides("tracking");
}

#[test]
fn several_captures_are_told_apart() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("4 j");
    screen.load(&super::support::file("samples/no-keys.har"));
    // The cursor has not moved, and the flow is the one that was shown.
    screen.shows("home.har +1").shows("5/4");
    screen.press("G").shows("2:4").shows("no-keys.har").holds();
    insta::assert_snapshot!("two_captures_at_120x40", screen.text());
    screen.resize(80, 24).shows("2:4").holds();
    screen.press("f").type_text("file:no-keys").press("enter");
    screen.shows("2:0").shows("/5").hides("1:8");
}

#[test]
fn an_unknown_host_stands_before_the_path() {
    let mut screen = Screen::open("samples/home.har", 120, 60);
    screen
        .shows("api.mijia.…/statistics")
        .hides("api.io.mi.com/");
}

#[test]
fn the_pane_of_the_list_can_have_all_room() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("z").hides("[3 RESP]").shows("1/41").holds();
    screen.press("esc").shows("[3 RESP]");
    screen.press("enter z").hides("1 Flows").shows("[3 RESP]");
    screen.press("esc").shows("1 Flows").press("esc");
    // Esc never leaves the program.
    screen.press("esc esc esc");
    assert!(!screen.quit);
    screen.press("q");
    assert!(screen.quit);
}
