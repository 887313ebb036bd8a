//! How a line of text looks.

use std::ops::Range;

use super::json::Shape;
use super::line::Line;
use super::span::Form;
use crate::tui::content::Text;
use crate::tui::theme::Role;

/// Makes a line of text.
pub(super) fn line<'t>(
    text: &'t Text,
    number: usize,
    secrets: &'t [Range<usize>],
    shape: Shape,
) -> Line<'t> {
    let mut line = Line::default();
    let start = text.line_range(number).start;
    line.sent(text.line(number), Form::Text, Role::Text, start);
    line.mask(secrets, shape.mask_in_text());
    line
}
