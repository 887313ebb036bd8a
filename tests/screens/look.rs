//! How it looks: themes, no colour at all, and ASCII.

use mishark::tui::app::Settings;
use mishark::tui::theme::Theme;
use ratatui::style::{Color, Modifier};

use super::support::Screen;

/// Keys that lead to each place from the list.
const PLACES: [&str; 10] = [
    "",
    "m m",
    "3 tab",
    "3 tab / o k enter",
    "i 6 tab",
    "y",
    "S",
    "?",
    ":",
    "r",
];

fn home(settings: Settings) -> Screen {
    let mut screen = Screen::with(100, 30, settings);
    screen.load("samples/home.har".as_ref());
    screen.press("4 j");
    screen
}

fn themed(theme: Theme) -> Screen {
    home(Settings {
        theme,
        ..Settings::default()
    })
}

#[test]
fn colour_is_never_all_that_says_something() {
    for place in PLACES {
        let mut dark = themed(Theme::Dark);
        let text = dark.press(place).text();
        for theme in [Theme::Light, Theme::Mono] {
            assert_eq!(themed(theme).press(place).text(), text, "{place}");
        }
    }
}

#[test]
fn without_colour_no_cell_has_one_and_the_cursor_is_seen() {
    for place in PLACES {
        let mut screen = themed(Theme::Mono);
        let cells = screen.press(place).cells();
        let text = screen.text();
        for cell in cells.content() {
            let colours = (cell.fg, cell.bg);
            assert_eq!(colours, (Color::Reset, Color::Reset), "{place}\n{text}");
        }
        let mut marked = cells.content().iter();
        assert!(
            marked.any(|cell| cell.modifier.contains(Modifier::REVERSED)),
            "{place}\n{text}"
        );
    }
}

#[test]
fn the_theme_goes_round_and_says_its_name() {
    let mut screen = themed(Theme::Dark);
    for name in ["light", "mono", "dark"] {
        screen
            .press(":")
            .type_text("next theme")
            .press("enter")
            .shows(&format!("theme: {name}"));
    }
}

#[test]
fn where_ambiguous_characters_are_wide_none_of_ours_is_drawn() {
    // Each takes two cells in a terminal of that kind, and one in ours.
    const OURS: &str = "─━│┃┌┏┐┓└┗┘┛├┤┬┴┼…→•·▾▸▹▿▶►";
    for place in PLACES {
        let mut screen = home(Settings {
            ascii: true,
            ..Settings::default()
        });
        let text = screen.press(place).text();
        let drawn = text.chars().find(|character| OURS.contains(*character));
        assert_eq!(drawn, None, "{place}\n{text}");
    }
    let mut screen = Screen::with(
        80,
        24,
        Settings {
            ascii: true,
            ..Settings::default()
        },
    );
    let text = screen.text();
    assert!(
        !text.contains(|character| OURS.contains(character)),
        "{text}"
    );
    screen.resize(30, 5).shows("terminal too small (30x5)");
}

#[test]
fn focus_and_cursor_differ_from_what_has_neither() {
    for theme in Theme::ALL {
        let mut screen = themed(theme);
        let list = screen.place_of("1 Flows");
        let here = screen.style_at(screen.place_of("blt_get_beaconkey"));
        let there = screen.style_at(screen.place_of("prop/get"));
        assert_ne!(here, there, "{theme:?}");
        let focused = screen.style_at((list.0 - 2, list.1));
        screen.press("3 tab");
        assert_ne!(screen.style_at((list.0 - 2, list.1)), focused, "{theme:?}");
    }
}
