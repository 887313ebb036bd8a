//! How a line of text looks.

use super::json::Shape;
use super::line::Line;
use super::span::Form;
use crate::tui::content::Text;
use crate::tui::theme::Role;

/// Makes a line of text.
pub(super) fn line(text: &Text, number: usize, shape: Shape) -> Line<'_> {
    let mut line = Line::default();
    let start = text.line_range(number).start;
    line.sent(text.line(number), Form::Text, Role::Text, start);
    if !shape.reveal {
        line.veil(shape.veil());
    }
    line
}
