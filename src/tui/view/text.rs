//! How a line of text looks.

use super::line::{Form, Line};
use crate::tui::content::Text;
use crate::tui::theme::Role;

/// Makes a line of text.
pub(super) fn line(text: &Text, number: usize) -> Line<'_> {
    let mut line = Line::default();
    let start = text.line_range(number).start;
    line.sent(text.line(number), Form::Text, Role::Text, start);
    line
}
