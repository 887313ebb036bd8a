//! A window that is dragged about.

use crate::home::Home;
use crate::pty::text;

/// Widths and heights that a window goes through, with the least there are.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    (0..50).map(|step: u16| match step % 10 {
        0 => (1, 1),
        5 => (250, 3),
        _ => (20 + step * 37 % 180, 2 + step * 13 % 60),
    })
}

#[test]
fn after_a_storm_of_sizes_the_frame_is_that_of_the_last_one() {
    let home = Home::new();
    let mut calm = home.start(&["samples/home.har"], 110, 33);
    let mut pty = home.open();
    calm.wait_for("flows opened");
    // A key takes away what was said last, which may differ.
    for pty in [&mut calm, &mut pty] {
        pty.press("G");
        pty.wait_until("the last flow", |screen| {
            let contents = screen.contents();
            contents.contains("41/41") && !contents.contains("flows opened")
        });
    }
    for (columns, rows) in sizes() {
        pty.resize(columns, rows);
    }
    pty.resize(110, 33);
    // Where the list is scrolled to depends on the heights between.
    for pty in [&mut calm, &mut pty] {
        for (key, place) in [("g", " 1/41"), ("G", " 41/41")] {
            pty.press(key);
            pty.wait_until(place, |screen| screen.contents().contains(place));
        }
    }
    let wanted = calm.text();
    assert!(wanted.contains("41/41"));
    pty.wait_until("the frame of a window that was never another", |screen| {
        text(screen) == wanted
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
    calm.press("q");
    assert!(calm.end().success());
}

#[test]
fn a_window_that_is_resized_while_it_loads_is_drawn_right() {
    let home = Home::new();
    let mut pty = home.start(&["samples/home.har"], 100, 30);
    for (columns, rows) in sizes() {
        pty.resize(columns, rows);
    }
    pty.resize(80, 24);
    pty.wait_until("a frame of 80x24", |screen| {
        let lines: Vec<String> = screen.rows(0, 80).collect();
        lines.len() == 24 && lines[23].contains("NORMAL") && lines[1].ends_with("━┓")
    });
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}
