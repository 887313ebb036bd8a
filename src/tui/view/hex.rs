//! How bytes look as hex: the offset, the bytes, and their characters.

use super::line::Line;
use super::span::{Form, Span};
use crate::tui::theme::Role;

/// How many bytes a row may have, the most first.
const PER_ROW: [usize; 3] = [32, 16, 8];

/// The fewest, for panes as narrow as a hand.
const FEWEST: usize = 4;

/// Returns how many bytes fit a row.
pub(super) fn per_row(width: usize) -> usize {
    // An offset, a blank, three cells and a character a byte, a blank more for
    // each eight.
    let needed = |bytes: usize| 9 + bytes * 4 + bytes.div_ceil(8) + 1;
    PER_ROW
        .into_iter()
        .find(|&bytes| needed(bytes) <= width)
        .unwrap_or(FEWEST)
}

/// Makes the row of the bytes from `start` on; `hides` tells of a byte whether
/// it must not be seen.
pub(super) fn line(
    bytes: &[u8],
    start: usize,
    per_row: usize,
    mask: &'static str,
    hides: impl Fn(usize) -> bool,
) -> Line<'static> {
    let mut line = Line::default();
    line.ready(format!("{start:08x} "), Role::Dim);
    let end = (start + per_row).min(bytes.len());
    let shown = bytes.get(start..end).unwrap_or_default();
    let hidden: Vec<bool> = (start..end).map(hides).collect();
    let piece = |text: String, role: Role, at: usize| Span {
        text: text.into(),
        form: Form::Ready,
        role,
        source: Some(start + at..start + at + 1),
        mask: None,
    };
    for at in 0..per_row {
        line.ready(if at % 8 == 0 && at > 0 { "  " } else { " " }, Role::Text);
        match (shown.get(at), hidden.get(at)) {
            (Some(_), Some(true)) => line.spans.push(piece(mask.repeat(2), Role::Dim, at)),
            (Some(&byte), _) => {
                let role = role(byte);
                line.spans.push(piece(format!("{byte:02x}"), role, at));
            }
            (None, _) => line.ready("  ", Role::Text),
        }
    }
    line.ready("  ", Role::Text);
    for (at, &byte) in shown.iter().enumerate() {
        let text = match byte {
            _ if hidden[at] => mask.to_owned(),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => ".".to_owned(),
        };
        line.spans.push(piece(text, role(byte), at));
    }
    line
}

fn role(byte: u8) -> Role {
    match byte {
        0 => Role::Dim,
        b' '..=b'~' => Role::String,
        _ => Role::Number,
    }
}
