//! Whole views: what keys do, what is drawn, at any size.

mod random;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::tui::look::Look;
use crate::tui::theme::Theme;
use mishark_core::json::{Tree, unescape};

const HOME: &str = r#"{"code":0,"message":"ok","result":[{"did":"500000001","siid":2,"value":true,"token":"0123456789abcdef"},{"did":"500000002","name":"\u5ba2\u5385\u706f 客厅灯","extra":"{\"on\":true,\"list\":[1,{\"a\":\"[2]\"}]}","none":{},"url":"https://example.org/a?b=c"}],"exe_time":118}"#;

fn view(text: &str) -> View {
    View::new(Arc::new(Content::new(text.as_bytes().to_vec())))
}

fn port(width: u16, height: u16) -> Viewport {
    Viewport {
        width,
        height,
        reveal: false,
    }
}

fn known(tree: &Tree<'static>, row: usize) -> Option<String> {
    match tree.key(row).map(unescape)?.as_ref() {
        "siid" => Some("light".to_owned()),
        "did" => Some("客厅灯 / yeelink.light.lamp4".to_owned()),
        _ => None,
    }
}

/// What is drawn, in lines of text.
fn screen(view: &View, port: Viewport, ascii: bool) -> String {
    let area = Rect::new(0, 0, port.width, port.height);
    let mut buffer = Buffer::empty(area);
    let look = Look {
        theme: Theme::Dark,
        focused: true,
        reveal: port.reveal,
        ascii,
    };
    view.draw(area, &mut buffer, &look, &known);
    text_of(&buffer)
}

fn text_of(buffer: &Buffer) -> String {
    use ratatui::buffer::CellWidth;
    let mut text = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut x = buffer.area.left();
        let start = text.len();
        while x < buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            x += symbol.cell_width().max(1);
        }
        text.truncate(start + text[start..].trim_end().len());
        text.push('\n');
    }
    text
}

#[test]
fn json_is_drawn_with_marks_ghosts_and_masks() {
    let mut view = view(HOME);
    let port = port(60, 20);
    view.fit(port);
    insta::assert_snapshot!(screen(&view, port, false));
}

/// The keys and indexes from the root to the cursor.
fn at(view: &View) -> String {
    view.path(Notation::Dotted).unwrap()
}

fn keys(view: &mut View, keys: &str, port: Viewport) {
    for key in keys.chars() {
        view.apply(
            match key {
                'j' => Move::Down(1),
                'k' => Move::Up(1),
                'h' => Move::Out,
                'l' => Move::In,
                'J' => Move::NextSibling(1),
                'K' => Move::PrevSibling(1),
                'c' => Move::Fold,
                'C' => Move::FoldDeep,
                'e' => Move::Unfold,
                'E' => Move::UnfoldDeep,
                ' ' => Move::Toggle,
                'g' => Move::Top,
                'G' => Move::Bottom,
                'o' => Move::Open,
                'd' => Move::HalfDown,
                'u' => Move::HalfUp,
                'f' => Move::PageDown,
                'b' => Move::PageUp,
                'w' => Move::ToggleWrap,
                'r' => Move::ToggleRaw,
                '>' => Move::ScrollRight(4),
                '<' => Move::ScrollLeft(4),
                '5' => Move::To(5),
                other => panic!("{other}"),
            },
            port,
        );
    }
}

#[test]
fn json_is_walked_as_in_jless() {
    for (pressed, expected) in [
        ("", ".code"),
        ("k", ".code"),
        ("jj", ".result"),
        ("h", ".code"),
        ("jjl", ".result[0]"),
        ("jjll", ".result[0].did"),
        ("jjlll", ".result[0].did"),
        ("jjllh", ".result[0]"),
        ("jjllhh", ".result[0]"),
        ("jjllhhh", ".result"),
        ("jjllhj", ".result[0].did"),
        ("jjllhhj", ".result[1]"),
        ("jjJ", ".exe_time"),
        ("jjJJ", ".exe_time"),
        ("GK", ".result"),
        ("GKK", ".message"),
        ("jjlJ", ".result[1]"),
        ("jjlJlJJJJ", ".result[1].url"),
        ("jjlJlJJJJKKKKK", ".result[1].did"),
        ("jj j", ".exe_time"),
        ("jj  j", ".result[0]"),
        ("jjlcj", ".result[1]"),
        ("jjlcejj", ".result[0].siid"),
        ("cjjj", ".exe_time"),
        ("Cjjljj", ".result[1]"),
        ("CjjEljj", ".result[0].siid"),
        ("5", ".result[0].did"),
        ("G", ".exe_time"),
        ("Gg", ".code"),
    ] {
        let mut view = view(HOME);
        keys(&mut view, pressed, port(60, 20));
        assert_eq!(at(&view), expected, "{pressed:?}");
    }
}

#[test]
fn json_in_strings_opens_in_place_and_closes_again() {
    let mut view = view(HOME);
    let port = port(60, 24);
    // Down to `extra`.
    keys(&mut view, "jjlJljj", port);
    assert_eq!(at(&view), ".result[1].extra");
    keys(&mut view, "o", port);
    assert_eq!(at(&view), ".result[1].extra");
    keys(&mut view, "ljljlo", port);
    assert_eq!(at(&view), ".result[1].extra (json) .list[1].a");
    keys(&mut view, "j", port);
    assert_eq!(at(&view), ".result[1].extra (json) .list[1].a (json) .[0]");
    assert_eq!(
        view.path(Notation::Jq).unwrap(),
        ".result[1].extra | fromjson | .list[1].a | fromjson | .[0]"
    );
    assert_eq!(view.path(Notation::Pointer), None);
    insta::assert_snapshot!(screen(&view, port, false));
    let lines = view.position();
    // From within: up to the string, which closes, and stays closed.
    keys(&mut view, "kkkkkk", port);
    assert_eq!(at(&view), ".result[1].extra");
    keys(&mut view, "h", port);
    assert_eq!(at(&view), ".result[1].extra");
    assert_eq!(view.position().1, lines.1 - 6);
    keys(&mut view, "j", port);
    assert_eq!(at(&view), ".result[1].none");
    // It opens as it was left.
    keys(&mut view, "kl", port);
    assert_eq!(view.position().1, lines.1);
}

#[test]
fn strings_that_hold_no_json_do_not_open() {
    let mut view = view(r#"{"a":"[x]","b":"{\"c\":1}","d":12}"#);
    let port = port(40, 5);
    assert!(!view.apply(Move::Open, port));
    keys(&mut view, "j", port);
    assert!(view.apply(Move::Open, port));
    keys(&mut view, "G", port);
    assert!(!view.apply(Move::Open, port));
    insta::assert_snapshot!(screen(&view, port, true));
}

#[test]
fn folded_containers_preview_what_fits() {
    let mut view = view(HOME);
    for width in [100, 60, 40, 24, 12] {
        let port = port(width, 4);
        keys(&mut view, "Cgjj", port);
        insta::assert_snapshot!(format!("preview_{width}"), screen(&view, port, false));
    }
    keys(&mut view, "l", port(70, 6));
    insta::assert_snapshot!("preview_level", screen(&view, port(70, 6), true));
}

#[test]
fn long_lines_are_cut_or_go_on_in_the_next_row() {
    let mut view = view(
        r#"{"short":1,"long":"abcdefghijklmnopqrstuvwxyz 客厅吸顶灯客厅吸顶灯 \u5ba2\u5385 \" \\ \u001b[2J \u202e end","tail":[true,null,-1.50e+3]}"#,
    );
    let port = port(30, 10);
    insta::assert_snapshot!("cut", screen(&view, port, false));
    keys(&mut view, ">>>", port);
    insta::assert_snapshot!("cut_and_scrolled", screen(&view, port, false));
    keys(&mut view, "wj", port);
    insta::assert_snapshot!("wrapped", screen(&view, port, false));
    keys(&mut view, "r", port);
    insta::assert_snapshot!("wrapped_as_sent", screen(&view, port, false));
}

#[test]
fn text_and_bytes_have_lines_too() {
    let port = port(40, 6);
    let mut html = view("<html>\r\n\t<b>客厅\u{1b}[2J</b>\n\n{\"a\": \u{202e}}\n");
    insta::assert_snapshot!("text", screen(&html, port, false));
    keys(&mut html, "jj", port);
    assert_eq!(html.path(Notation::Dotted).as_deref(), Some("line 3"));
    assert_eq!(html.progress(), "3/4 lines");
    let mut bytes = View::new(Arc::new(Content::new((0..=255).collect())));
    keys(&mut bytes, "Gk", port);
    assert_eq!(bytes.path(Notation::Dotted).as_deref(), Some("0xf8"));
    for width in [160, 80, 60, 30] {
        let port = super::tests::port(width, 4);
        bytes.fit(port);
        insta::assert_snapshot!(format!("hex_{width}"), screen(&bytes, port, true));
    }
}

#[test]
fn hex_masks_secrets_until_revealed() {
    let text = r#"{"a":1,"token":"0123456789abcdef","b":2}"#;
    let view = View::new(Arc::new(Content::Binary(text.into())));
    let mut port = port(80, 4);
    assert!(!screen(&view, port, false).contains("567"));
    assert_eq!(view.path(Notation::Dotted).as_deref(), Some("0x0"));
    port.reveal = true;
    assert!(screen(&view, port, false).contains("567"));
}

#[test]
fn secrets_in_strings_and_in_what_is_cut_off_are_masked_too() {
    let mut strings = view(
        r#"{"data":"{\"token\":\"0123456789\",\"in\":\"{\\\"pwd\\\":\\\"hunter2\\\"}\"}","list":[{"x":"{\"pwd\":\"hunter2\"}"}]}"#,
    );
    let port = port(90, 8);
    insta::assert_snapshot!("veiled", screen(&strings, port, false));
    keys(&mut strings, "jCgo", port);
    assert!(!screen(&strings, port, false).contains("hunter"));
    assert!(!screen(&strings, port, false).contains("56789"));
    let cut = view("{\"code\":0,\n\"token\":\"012345678");
    assert!(screen(&cut, port, true).contains("\"token\":\"***"));
    assert!(!screen(&cut, port, true).contains("5678"));
}

#[test]
fn a_body_that_breaks_off_says_where() {
    let view = view("{\"code\":0,\n \"result\":[1,");
    assert_eq!(
        view.notice().unwrap(),
        "not JSON: text ends too early at line 2 column 14"
    );
    assert_eq!(super::tests::view("hello").notice(), None);
}

#[test]
fn what_is_copied_is_what_was_sent() {
    let mut view = view(HOME);
    let port = port(60, 20);
    keys(&mut view, "jjlJlj", port);
    assert_eq!(view.key().as_deref(), Some("name"));
    let name = view.selection();
    assert_eq!(name.sent(), "\"\\u5ba2\\u5385\\u706f 客厅灯\"".as_bytes());
    assert_eq!(&*name.pretty(), "\"客厅灯 客厅灯\"".as_bytes());
    assert_eq!(&*name.meaning(), "客厅灯 客厅灯".as_bytes());
    keys(&mut view, "jol", port);
    assert_eq!(view.key().as_deref(), Some("on"));
    assert_eq!(view.selection().sent(), b"true");
    keys(&mut view, "k", port);
    let nested = view.selection();
    assert!(nested.meaning().starts_with(b"{\"on\":true"));
    let whole = Selection::whole(view.content());
    assert_eq!(whole.sent(), HOME.as_bytes());
    assert!(whole.pretty().starts_with(b"{\n  \"code\": 0"));
}

fn find(view: &mut View, needle: &str, port: Viewport) {
    let job = view.find(needle);
    let mut found = Vec::new();
    job.run(&std::sync::atomic::AtomicBool::new(false), |batch| {
        found.push(batch)
    });
    assert!(found.last().unwrap().end.is_some());
    for batch in found {
        assert!(view.take_found(batch, port));
    }
}

/// Where the cursor is and `3/17`.
fn status(view: &View) -> String {
    let status = view.find_status().unwrap();
    let here = status.here.map_or("-".to_owned(), |here| here.to_string());
    format!("{} {here}/{}", at(view), status.total)
}

#[test]
fn found_places_are_walked_in_order_and_folds_open_for_them() {
    let mut view = view(HOME);
    let port = port(60, 8);
    keys(&mut view, "C", port);
    find(&mut view, "did", port);
    assert_eq!(status(&view), ".result[0].did 1/2");
    view.step_match(true, port);
    assert_eq!(status(&view), ".result[1].did 2/2");
    view.step_match(true, port);
    assert_eq!(status(&view), ".result[0].did 1/2");
    view.step_match(false, port);
    assert_eq!(status(&view), ".result[1].did 2/2");
    // From where the cursor is, not from the last match.
    keys(&mut view, "gjj", port);
    assert_eq!(status(&view), ".result -/2");
    view.step_match(true, port);
    assert_eq!(status(&view), ".result[0].did 1/2");
    view.clear_find();
    assert_eq!(view.find_status(), None);
    find(&mut view, "nowhere at all", port);
    view.step_match(true, port);
    assert_eq!(status(&view), ".result[0].did -/0");
}

#[test]
fn opened_strings_are_searched_as_the_json_they_hold() {
    let mut view = view(HOME);
    let port = port(60, 30);
    find(&mut view, "list", port);
    assert_eq!(status(&view), ".result[1].extra 1/1");
    // `\"list\"` is in the string as sent; opened it is a key.
    find(&mut view, "\"list\"", port);
    assert_eq!(status(&view), ".result[1].extra 1/1");
    keys(&mut view, "o", port);
    view.step_match(true, port);
    assert_eq!(status(&view), ".result[1].extra (json) .list 1/1");
    find(&mut view, "t", port);
    assert_eq!(view.find_status().unwrap().total, 9);
    keys(&mut view, "g", port);
    let mut seen = Vec::new();
    for _ in 0..9 {
        view.step_match(true, port);
        seen.push(status(&view));
    }
    insta::assert_snapshot!(seen.join("\n"));
    keys(&mut view, "hhhho", port);
}

#[test]
fn a_match_far_to_the_right_or_far_down_in_a_line_is_brought_in_sight() {
    let long = format!(
        r#"{{"a":1,"long":"{}needle{}","z":"needle"}}"#,
        "客厅x\\u706f".repeat(3000),
        "y".repeat(9000)
    );
    for wrap in [false, true] {
        for width in [20, 61] {
            let mut view = view(&long);
            let port = port(width, 7);
            if wrap {
                keys(&mut view, "w", port);
            }
            find(&mut view, "needle", port);
            assert_eq!(status(&view), ".long 1/2");
            let shown = screen(&view, port, false).replace('\n', "");
            assert!(
                shown.contains("needle") || wrap && shown.contains("y"),
                "{shown}"
            );
            assert!(shown.contains('灯') && shown.contains("yyy"), "{shown}");
            view.step_match(true, port);
            assert_eq!(status(&view), ".z 2/2");
            assert!(screen(&view, port, false).contains("z: \"needle\""));
        }
    }
}

#[test]
fn matches_are_marked_and_masked_ones_are_not_told() {
    let mut view = view(r#"{"a":"xyx","token":"secret xyx","b":["xyx"]}"#);
    let port = port(30, 6);
    find(&mut view, "xyx", port);
    view.step_match(true, port);
    assert_eq!(status(&view), ".token 2/3");
    assert!(!screen(&view, port, false).contains("secret"));
    let area = Rect::new(0, 0, 30, 6);
    let mut buffer = Buffer::empty(area);
    let look = Look {
        theme: Theme::Dark,
        focused: true,
        reveal: false,
        ascii: true,
    };
    view.draw(area, &mut buffer, &look, &known);
    insta::assert_debug_snapshot!(buffer);
}

#[test]
fn a_late_batch_of_another_search_is_dropped() {
    let mut view = view(HOME);
    let port = port(60, 8);
    let job = view.find("did");
    let mut late = Vec::new();
    job.run(&std::sync::atomic::AtomicBool::new(false), |found| {
        late.push(found)
    });
    view.find("code");
    assert!(!view.take_found(late.remove(0), port));
    assert_eq!(view.find_status().unwrap().total, 0);
}

#[test]
fn clicks_and_the_wheel_move_what_is_under_the_pointer() {
    let mut view = view(HOME);
    let port = port(60, 6);
    assert!(view.click(3, 10, false, port));
    assert_eq!(at(&view), ".result[0]");
    assert!(view.click(3, 10, true, port));
    assert_eq!(view.position().1, 11);
    // The mark is at the third and fourth cell behind the column of the cursor.
    assert!(view.click(3, 3, false, port));
    assert_eq!(view.position().1, 15);
    assert!(!view.click(6, 0, false, port));
    assert!(view.wheel(4, port));
    assert_eq!(at(&view), ".result[0].did");
    assert!(screen(&view, port, false).starts_with(">"));
    assert!(view.wheel(100, port));
    assert!(!view.wheel(1, port));
    assert!(view.wheel(-100, port));
    assert_eq!(view.position().0, 6);
}
