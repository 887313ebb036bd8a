//! The list of flows.

use super::support::Screen;

#[test]
fn a_capture_is_listed_and_its_first_flow_shown_at_80x24() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    insta::assert_snapshot!(screen.text());
}

#[test]
fn request_and_response_stand_beside_each_other_at_120x40() {
    let mut screen = Screen::open("samples/home.har", 120, 40);
    screen.press("6 j");
    insta::assert_snapshot!(screen.text());
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_a_mistake_keeps_the_last_good_one() {
    let mut screen = Screen::open("samples/home.har", 80, 24);
    screen.press("f").type_text("path:set");
    screen.shows("prop/set").hides("gethome ");
    screen.type_text(" )");
    screen.shows("^").shows("prop/set");
    insta::assert_snapshot!(screen.text());
}
