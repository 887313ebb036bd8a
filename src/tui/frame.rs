//! Frames around panes and popups: light lines, or ASCII where line characters
//! may be two cells wide.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use ratatui::text::Line;
use ratatui::widgets::{Block, Widget};

use super::layout::inside;
use super::theme::{Role, Theme};

/// ASCII for what has not the focus.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// ASCII for what has it: state is never told by colour alone.
const ASCII_FOCUS: border::Set<'static> = border::Set {
    horizontal_top: "=",
    horizontal_bottom: "=",
    ..ASCII
};

/// How a frame looks.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The theme.
    pub theme: Theme,
    /// Whether it is drawn in ASCII.
    pub ascii: bool,
    /// Whether what it is around has the focus.
    pub focused: bool,
}

/// Draws a frame with a title and a foot, and returns what is inside. Of a foot
/// that is too long the first spans are left out.
pub(super) fn frame<'a>(
    area: Rect,
    look: &Frame,
    title: impl Into<Line<'a>>,
    foot: impl Into<Line<'a>>,
    buffer: &mut Buffer,
) -> Rect {
    let set = match (look.ascii, look.focused) {
        (true, false) => ASCII,
        (true, true) => ASCII_FOCUS,
        (false, false) => border::PLAIN,
        (false, true) => border::THICK,
    };
    let role = if look.focused {
        Role::Focus
    } else {
        Role::Border
    };
    let mut foot = foot.into();
    // What stands last matters most: the checks.
    while foot.width() > usize::from(inside(area).width) && foot.spans.len() > 1 {
        foot.spans.remove(0);
    }
    Block::bordered()
        .border_set(set)
        .border_style(look.theme.style(role))
        .title_top(title.into().style(look.theme.style(Role::Title)))
        .title_bottom(foot.right_aligned())
        .render(area, buffer);
    inside(area)
}
