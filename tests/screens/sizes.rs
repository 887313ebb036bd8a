//! Every size, down to none, with every pane focused and every popup open.

use super::recording;
use super::support::Screen;

/// Sizes that terminals have, and ones that none should have.
const SIZES: [(u16, u16); 19] = [
    (80, 24),
    (120, 40),
    (200, 60),
    (100, 30),
    (160, 12),
    (60, 15),
    (59, 15),
    (60, 14),
    (40, 10),
    (41, 11),
    (39, 10),
    (40, 9),
    (39, 9),
    (1, 100),
    (300, 3),
    (300, 10),
    (2, 2),
    (1, 1),
    (0, 0),
];

/// Keys that lead from the list to each place, and back from it.
const PLACES: [(&str, &str); 22] = [
    ("", ""),
    ("2 tab", "esc"),
    ("3 tab", "esc"),
    ("6 tab", "esc i i"),
    ("i", "i esc"),
    ("z", "z"),
    ("2 tab z", "z esc"),
    ("- -", "- -"),
    ("- - -", "-"),
    ("H", "H"),
    ("y", "esc"),
    ("o", "esc"),
    ("x", "esc"),
    ("S", "esc"),
    ("?", "esc"),
    (":", "esc"),
    ("f", "esc"),
    ("s", "esc"),
    ("L", "esc"),
    (";", "esc"),
    ("/", "esc"),
    ("S a f1", "esc esc esc"),
];

#[test]
fn every_place_is_drawn_inside_at_every_size() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    for (there, back) in PLACES {
        screen.press(there);
        for (width, height) in SIZES {
            screen.resize(width, height).holds();
        }
        screen.resize(80, 24).press(back).holds();
    }
}

#[test]
fn the_first_screen_is_drawn_inside_at_every_size() {
    let mut screen = Screen::new(80, 24);
    for (there, back) in [
        ("", ""),
        ("p", "esc"),
        ("?", "esc"),
        ("h", "esc"),
        ("o", "esc"),
    ] {
        screen.press(there);
        for (width, height) in SIZES {
            screen.resize(width, height).holds();
        }
        screen.resize(80, 24).press(back);
    }
}

#[test]
fn keys_and_mouse_do_no_harm_on_a_screen_that_shows_nothing() {
    for (width, height) in [(0, 0), (1, 1), (39, 9), (40, 10)] {
        let mut screen = Screen::open("samples/home.har", width, height);
        screen
            .press(
                "j G ctrl-d pagedown k g tab j J ctrl-d G t t w u > < e E c C enter / a enter n N",
            )
            .press("tab 2 tab } { z - [ ] i j esc m M M o t y v x h esc f p enter F")
            .click((0, 0))
            .drag((0, 0), (300, 300))
            .click((300, 300))
            .holds();
    }
}

#[test]
fn a_storm_of_sizes_ends_where_it_began() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("1 2 j tab 9 j");
    for round in 0..60u16 {
        screen.resize(round * 7 % 210, round * 5 % 64).holds();
    }
    screen
        .resize(120, 40)
        .shows("┏ 2 Request")
        .shows("13/41")
        .at(".trigger_key");
}

#[test]
fn one_size_below_the_least_says_what_is_needed() {
    let mut screen = Screen::open("samples/home.har", 39, 9);
    screen.shows("terminal too small (39x9), need 40x10");
    screen.resize(40, 10).shows("gethome");
}

#[test]
fn the_list_stands_alone_at_40x10_and_enter_swaps_it_for_the_body() {
    let mut screen = Screen::open("samples/home.har", 40, 10);
    insta::assert_snapshot!("list_at_40x10", screen.text());
    screen.press("enter");
    insta::assert_snapshot!("body_at_40x10", screen.text());
    screen.press("esc").shows("gethome");
}

#[test]
fn three_columns_stand_at_200x60_and_the_stages_below_the_list() {
    let mut screen = Screen::open("samples/home.har", 200, 60);
    screen.press("G 5 G").holds();
    let lines: Vec<String> = screen.text().lines().take(24).map(str::to_owned).collect();
    insta::assert_snapshot!("columns_at_200x60", lines.join("\n"));
    screen.press("i").shows("6 Stages").holds();
    screen.press("i").hides("6 Stages");
}

#[test]
fn panes_grow_and_shrink_and_never_vanish() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut screen = Screen::new(width, height);
        screen.load_bytes("a.har", &recording::polling().bytes());
        for pane in ["1", "2", "3"] {
            screen.press(&format!("{pane} tab"));
            for _ in 0..60 {
                screen.press("]");
            }
            screen.holds().shows("1 Flows");
            for _ in 0..120 {
                screen.press("[");
            }
            screen.holds().shows("1 Flows");
        }
    }
}

#[test]
fn the_layout_goes_round_and_says_its_name() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.shows("2 Request").shows("3 Response");
    screen.press("-").shows("layout: stacked").shows("[3 RESP]");
    screen.press("-").shows("layout: rows").shows("2 Request");
    screen
        .press("-")
        .shows("layout: columns")
        .shows("2 Request");
    screen.press("-").shows("layout: by width");
}

#[test]
fn frames_are_ascii_where_that_is_wanted() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press(":").type_text("ascii").press("enter");
    let text = screen.text();
    assert!(!text.contains(['┏', '│', '━', '─']), "{text}");
    insta::assert_snapshot!("ascii_at_80x24", text);
}
