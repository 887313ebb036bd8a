//! Whole views: what keys do, what is drawn, at any size.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::json::unescape;
use crate::tui::theme::Theme;

const HOME: &str = r#"{"code":0,"message":"ok","result":[{"did":"500000001","siid":2,"value":true,"token":"0123456789abcdef"},{"did":"500000002","name":"\u5ba2\u5385\u706f 客厅灯","extra":"{\"on\":true,\"list\":[1,{\"a\":\"[2]\"}]}","none":{},"url":"https://example.org/a?b=c"}],"exe_time":118}"#;

pub(super) fn view(text: &str) -> View {
    View::new(Arc::new(Content::new(text.as_bytes().to_vec())))
}

pub(super) fn port(width: u16, height: u16) -> Viewport {
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
pub(super) fn screen(view: &View, port: Viewport, ascii: bool) -> String {
    let area = Rect::new(0, 0, port.width, port.height);
    let mut buffer = Buffer::empty(area);
    let look = Look {
        theme: Theme::Dark,
        focused: true,
        reveal: port.reveal,
        ascii,
        ghost: &known,
    };
    view.draw(area, &mut buffer, &look);
    text_of(&buffer)
}

pub(super) fn text_of(buffer: &Buffer) -> String {
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
