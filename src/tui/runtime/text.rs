//! Texts made of a flow or a value, to be copied.

use std::borrow::Cow;

use crate::text::hex_dump;
use crate::tui::effect::{SelectionForm, TextForm};
use crate::tui::message::Message;
use crate::tui::view::Selection;
use crate::workspace::{FlowId, Workspace};

/// A value or a body as text. A clipboard holds text: other bytes go as a dump.
pub(super) fn of_selection(
    what: &'static str,
    selection: &Selection,
    form: SelectionForm,
) -> Message {
    let sent = selection.sent();
    let bytes = match form {
        SelectionForm::Sent => Cow::Borrowed(sent),
        SelectionForm::Pretty if sent.starts_with(b"\"") => selection.meaning(),
        SelectionForm::Pretty => selection.pretty(),
    };
    let text = match String::from_utf8(bytes.into_owned()) {
        Ok(text) => text,
        Err(error) => hex_dump(error.as_bytes(), usize::MAX),
    };
    Message::Text { what, text }
}

pub(super) fn make(workspace: &Workspace, id: FlowId, form: TextForm) -> Message {
    let _ = (workspace, id, form);
    Message::Failed("not yet".to_owned())
}
