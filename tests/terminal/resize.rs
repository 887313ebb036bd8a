//! A window that is dragged about.

use crate::home::Home;

/// Widths and heights that a window goes through, with the least there are.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    (0..50).map(|step: u16| match step % 10 {
        0 => (1, 1),
        5 => (250, 3),
        _ => (20 + step * 37 % 180, 2 + step * 13 % 60),
    })
}

/// Whether a frame of that height is on the screen, from its first line to its
/// last.
fn is_whole(screen: &vt100::Screen, height: usize) -> bool {
    let (_, columns) = screen.size();
    let columns = columns.get();
    let lines: Vec<String> = screen.rows(0, columns).collect();
    let last = lines.last();
    lines.len() == height
        && lines[1].ends_with("━┓")
        && last.is_some_and(|line| line.contains("NORMAL"))
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
    // From here on only keys decide what is seen.
    pty.wait_until("a frame of 110x33", |screen| is_whole(screen, 33));
    // Where the list is scrolled to depends on the heights between.
    for pty in [&mut calm, &mut pty] {
        for (key, place) in [("g", " 1/41"), ("G", " 41/41")] {
            pty.press(key);
            pty.wait_until(place, |screen| screen.contents().contains(place));
        }
    }
    pty.wait_until_same(&mut calm);
    assert!(pty.text().contains(" 41/41"));
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
    pty.wait_until("a frame of 80x24", |screen| is_whole(screen, 24));
    pty.press("q");
    assert!(pty.end().success());
    pty.assert_as_before();
}

#[test]
fn a_key_in_the_moment_of_a_resize_waits_for_no_other() {
    let home = Home::new();
    let mut pty = home.open();
    for round in 0..100 {
        let (key, place) = [("j", " 2/41"), ("k", " 1/41")][round % 2];
        // Both come while the program sleeps, in either order.
        let size = (90 + (round % 3) as u16, 30);
        if round % 4 < 2 {
            pty.resize(size.0, size.1);
            pty.press(key);
        } else {
            pty.press(key);
            pty.resize(size.0, size.1);
        }
        pty.wait_until(place, |screen| {
            is_whole(screen, 30) && screen.contents().contains(place)
        });
    }
    pty.press("q");
    assert!(pty.end().success());
}
