//! The mouse: what is clicked is what is meant, what is under the pointer
//! scrolls, borders can be dragged.

use crossterm::event::MouseEventKind::{ScrollDown, ScrollUp};

use super::support::Screen;

fn home(width: u16, height: u16) -> Screen {
    Screen::open("samples/home.har", width, height)
}

#[test]
fn a_click_chooses_a_flow_and_a_second_one_opens_it() {
    let mut screen = home(120, 40);
    let row = screen.place_of("prop/get  ");
    screen.click(row).shows("6/41").shows("13 POST prop/get");
    screen.click(row).at(".code");
}

#[test]
fn a_click_focuses_a_pane_and_its_line() {
    let mut screen = home(200, 60);
    let message = screen.place_of("message: \"ok\"");
    screen.click(message).at(".message");
    // A second click folds what can be folded.
    let result = screen.place_of("result: {3}");
    screen
        .click(result)
        .at(".result")
        .click(result)
        .hides("roomlist");
}

#[test]
fn a_click_on_a_tab_or_a_hint_does_what_it_says() {
    let mut screen = home(80, 24);
    let tab = screen.place_of("[2 Req]");
    screen.click(tab).shows("[2 REQ]").shows("fetch_share");
    let help = screen.place_of("? help");
    screen.click(help).shows("┏ help");
}

#[test]
fn the_wheel_turns_what_is_under_the_pointer_without_the_focus() {
    let mut screen = home(200, 60);
    screen.press("j");
    let body = screen.place_of("message: \"ok\"");
    screen
        .mouse(ScrollDown, body)
        .hides("message: \"ok\"")
        .shows("2/41");
    screen.mouse(ScrollUp, body).shows("message: \"ok\"");
    let list = screen.place_of("gethome");
    screen.mouse(ScrollDown, list).hides("  2/41");
    // In a popup it turns the popup.
    screen
        .press("?")
        .mouse(ScrollDown, list)
        .shows("┏ help")
        .holds();
}

#[test]
fn a_border_is_dragged_and_panes_keep_their_least() {
    let mut screen = home(120, 40);
    let border = screen.place_of("┗");
    let before = border.1;
    screen.drag(border, (10, before + 5)).holds();
    assert_eq!(screen.place_of("┗").1, before + 5);
    screen.drag((10, before + 5), (10, 0)).holds();
    screen.drag(screen.place_of("┗"), (10, 200)).holds();
    screen.shows("1 Flows").shows("2 Request");
}

#[test]
fn clicks_anywhere_do_no_harm() {
    let mut screen = home(80, 24);
    for keys in ["", "y", "?", "f", "S", "z", "r"] {
        screen.press(keys);
        for y in (0..24).step_by(3) {
            for x in (0..80).step_by(7) {
                screen.click((x, y)).mouse(ScrollDown, (x, y));
            }
        }
        screen.holds().press("esc esc esc");
    }
    screen.click((500, 500)).mouse(ScrollUp, (500, 500)).holds();
}
