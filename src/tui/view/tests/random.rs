//! Random bodies, moves and sizes: the cursor stays on a line and in sight, and
//! nothing is drawn outside the area.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use ratatui::buffer::CellWidth;

use super::super::ruler::Position;
use super::*;
use crate::tui::theme::Role;
use mishark_core::json::{escape, show};

/// Words that are wide, hidden, broken or secret.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "token",
        "客厅灯",
        "👩‍👧",
        "e\u{301}",
        "\u{301}",
        "\t",
        "\u{1b}[2J",
        "\u{202e}",
        "\\u5ba2",
        "\\ud83e\\uddf9",
        "\\ud83e",
        "\\\\",
        "\\\"",
        "\\n",
        " ",
        "ﾊﾞ",
        "क्षि",
        "🇨🇳",
        "❤\u{fe0f}",
        "xxxxxxxxxxxxxxx",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..6).prop_map(|w| w.concat())
}

/// The inside of a JSON string.
fn inside() -> impl Strategy<Value = String> {
    word().prop_map(|word| word.replace('\t', "\\t").replace('\u{1b}', "\\u001b"))
}

fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("-1.50e3".to_owned()),
        Just("[]".to_owned()),
        inside().prop_map(|text| format!("\"{text}\"")),
        inside().prop_map(|text| format!("\"{}\"", text.repeat(300))),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec((inside(), inner.clone()), 0..6).prop_map(|all| {
                let members: Vec<String> = all
                    .iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(" , "))
            }),
            inner.prop_map(|text| format!("\"{}\"", escape(&text))),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => json().prop_map(String::into_bytes),
        1 => prop::collection::vec(word(), 0..8).prop_map(|lines| lines.join("\n").into_bytes()),
        1 => word().prop_map(|text| text.repeat(900).into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

#[derive(Debug, Clone)]
enum Act {
    Click(u16, u16),
    DoubleClick(u16, u16),
    Fit,
    Move(Move),
    Next,
    Prev,
    Wheel(isize),
}

fn act() -> impl Strategy<Value = Act> {
    let moves = [
        Move::Bottom,
        Move::Down(1),
        Move::Down(3),
        Move::Fold,
        Move::FoldDeep,
        Move::HalfDown,
        Move::HalfUp,
        Move::In,
        Move::NextSibling(1),
        Move::NextSibling(usize::MAX),
        Move::Open,
        Move::Out,
        Move::PageDown,
        Move::PageUp,
        Move::PrevSibling(2),
        Move::ScrollLeft(5),
        Move::ScrollRight(7),
        Move::ScrollRight(usize::MAX / 2),
        Move::To(4),
        Move::To(usize::MAX),
        Move::Toggle,
        Move::ToggleRaw,
        Move::ToggleWrap,
        Move::Top,
        Move::Unfold,
        Move::UnfoldDeep,
        Move::Up(1),
        Move::Up(usize::MAX),
    ];
    prop_oneof![
        8 => prop::sample::select(moves.to_vec()).prop_map(Act::Move),
        1 => (0..9_u16, 0..20_u16).prop_map(|(row, column)| Act::Click(row, column)),
        1 => (0..9_u16, 0..20_u16).prop_map(|(row, column)| Act::DoubleClick(row, column)),
        1 => (-9..9_isize).prop_map(Act::Wheel),
        1 => Just(Act::Fit),
        1 => Just(Act::Next),
        1 => Just(Act::Prev),
    ]
}

fn size() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![
        3 => (0..30_u16, 0..9_u16),
        1 => (30..90_u16, 1..30_u16),
    ]
}

/// Draws into the middle of a marked buffer.
fn draw(view: &View, port: Viewport) -> Result<(), TestCaseError> {
    let whole = Rect::new(0, 0, port.width + 6, port.height + 4);
    let area = Rect::new(3, 2, port.width, port.height);
    let mut buffer = Buffer::empty(whole);
    for cell in &mut buffer.content {
        cell.set_char('#');
    }
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buffer[(x, y)].set_char(' ');
        }
    }
    let look = Look {
        theme: Theme::Mono,
        focused: true,
        reveal: port.reveal,
        ascii: false,
    };
    let note =
        |_: &Tree<'static>, row: usize| row.is_multiple_of(3).then(|| "客厅\u{1b}灯".to_owned());
    view.draw(area, &mut buffer, &look, &note);
    let mut has_mark = false;
    for y in whole.top()..whole.bottom() {
        for x in whole.left()..whole.right() {
            let symbol = buffer[(x, y)].symbol();
            let is_inside = area.contains((x, y).into());
            prop_assert!(is_inside || symbol == "#", "{symbol:?} at {x} {y}");
            let wide = symbol.cell_width() > 1;
            prop_assert!(!wide || area.contains((x + 1, y).into()), "{symbol:?}");
            prop_assert!(
                symbol.chars().all(mishark_core::json::printable),
                "{symbol:?}"
            );
            has_mark |= is_inside && x == area.x && symbol == ">";
        }
    }
    prop_assert!(has_mark || area.is_empty(), "no cursor: {view:?}");
    Ok(())
}

/// The cursor is on a line that is shown, and in sight.
fn check(view: &View, port: Viewport) -> Result<(), TestCaseError> {
    let line = view.index(view.cursor);
    prop_assert!(line < view.line_count());
    prop_assert_eq!(view.place(line), view.cursor);
    let mut ruler = view.ruler(port);
    let top = ruler.top();
    let last = ruler.forward(top, usize::from(port.height).max(1) - 1);
    prop_assert!(ruler.end(line) >= top, "cursor above");
    prop_assert!(Position::start(line) <= last, "cursor below");
    for line in 0..view.line_count().min(12) {
        prop_assert_eq!(view.index(view.place(line)), line);
        let start = Position::start(line);
        // Rows forward and back again.
        let on = ruler.forward(start, 5);
        let first = (0..=5).find(|&rows| ruler.forward(start, rows) == on);
        prop_assert_eq!(ruler.back(on, first.unwrap()), start);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_a_view(
        body in body(),
        needle in word(),
        acts in prop::collection::vec((act(), prop::option::weighted(0.2, size())), 1..40),
        first in size(),
        reveal: bool,
    ) {
        let mut view = View::new(Arc::new(Content::new(body)));
        let mut port = Viewport { width: first.0, height: first.1, reveal };
        view.fit(port);
        let job = view.find(&needle);
        let mut found = Vec::new();
        job.run(&AtomicBool::new(false), |batch| found.push(batch));
        for batch in found {
            view.take_found(batch, port);
        }
        for (act, size) in acts {
            if let Some((width, height)) = size {
                (port.width, port.height) = (width, height);
                view.fit(port);
                check(&view, port)?;
            }
            match act {
                Act::Click(row, column) => { view.click(row, column, false, port); }
                Act::DoubleClick(row, column) => { view.click(row, column, true, port); }
                Act::Fit => { view.fit(port); }
                Act::Move(motion) => { view.apply(motion, port); }
                Act::Next => { view.step_match(true, port); }
                Act::Prev => { view.step_match(false, port); }
                Act::Wheel(rows) => { view.wheel(rows, port); }
            }
            check(&view, port)?;
            draw(&view, port)?;
            prop_assert!(!view.fit(port), "a fit after {act:?} moved something");
        }
    }

    #[test]
    fn a_wrapped_line_loses_nothing_and_no_row_is_too_wide(body in body(), width in 3..70_u16, raw: bool) {
        let mut view = View::new(Arc::new(Content::new(body)));
        let port = port(width, 5);
        view.fit(port);
        view.raw = raw;
        view.wrap = true;
        let shape = view.shape(port);
        for number in 0..view.line_count() {
            let line = view.line(view.place(number), shape);
            for block in 0..line.blocks() {
                let whole: String = line.runs(block).map(|run| run.text.into_owned()).collect();
                let (mut laid, mut at) = (String::new(), (0, 0));
                let mut is_in_order = true;
                line.lay(block, shape.rows, |run| {
                    laid.push_str(&run.text);
                    is_in_order &= (run.row, run.column) >= at;
                    at = (run.row, run.column + run.cells);
                    is_in_order &= at.1 <= shape.rows.width.max(1);
                    true
                });
                prop_assert_eq!(laid, whole);
                prop_assert!(is_in_order || view.is_hex());
                prop_assert_eq!(line.rows(block, shape.rows), at.0 + 1);
            }
        }
    }

    /// What a line shows is what `show` makes of the string in it.
    #[test]
    fn a_string_is_shown_as_show_says(inside in inside(), times in 1..400_usize) {
        let inside = inside.repeat(times);
        let mut line = Line::default();
        line.sent(&inside, span::Form::Shown, Role::String, 7);
        let (mut shown, mut at) = (String::new(), 7);
        for block in 0..line.blocks() {
            for run in line.runs(block) {
                let source = run.source.unwrap();
                // A few characters of one escape stand for all of it.
                prop_assert!(source.start <= at && source.end >= at, "{source:?} at {at}");
                at = source.end;
                shown.push_str(&run.text);
            }
        }
        prop_assert_eq!(at, 7 + inside.len());
        // Marks without a character to stand on, as after a block's start.
        let lone = ["\u{301}", "\u{94d}", "\u{fe0f}"];
        for mark in lone {
            shown = shown.replace(&mark.escape_unicode().to_string(), mark);
        }
        prop_assert!(shown == show(&inside), "{inside:?}");
    }

    #[test]
    fn every_match_is_reached_once_in_order(body in body(), needle in "[a-z0-9客厅灯\\\\\"]{1,2}", open: bool) {
        let mut view = View::new(Arc::new(Content::new(body)));
        let port = port(40, 7);
        if open {
            for _ in 0..30 {
                if !view.apply(Move::In, port) {
                    view.apply(Move::Down(1), port);
                }
            }
            view.apply(Move::FoldDeep, port);
            view.apply(Move::Top, port);
        }
        let job = view.find(&needle);
        let mut found = Vec::new();
        job.run(&AtomicBool::new(false), |batch| found.push(batch));
        for batch in found {
            view.take_found(batch, port);
        }
        let total = view.find_status().unwrap().total;
        let mut last = view.find_status().unwrap().here;
        for _ in 0..total.min(200) {
            view.step_match(true, port);
            let here = view.find_status().unwrap().here;
            prop_assert_eq!(here.unwrap(), last.unwrap() % total + 1);
            last = here;
            check(&view, port)?;
        }
    }
}
