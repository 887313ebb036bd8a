//! Texts made of a flow or a value, to be copied.

use std::borrow::Cow;

use crate::tui::effect::{SelectionForm, TextForm};
use crate::tui::message::Message;
use crate::tui::view::Selection;
use crate::tui::words;
use mishark_core::export::redacted::Redacted;
use mishark_core::export::{Record, curl, markdown};
use mishark_core::redact::Redactor;
use mishark_core::replay::{Draft, as_script};
use mishark_core::text::hex_dump;
use mishark_core::workspace::{FlowId, Workspace};

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

/// Takes a flow apart.
pub(super) fn stages(workspace: &Workspace, row: u32, id: FlowId) -> Message {
    let stages = workspace.explain(id);
    Message::Staged { row, stages }
}

/// All that came out of one stage.
pub(super) fn of_stage(workspace: &Workspace, id: FlowId, stage: usize) -> Message {
    match workspace.whole_of_stage(id, stage).map(String::from_utf8) {
        Some(Ok(text)) => Message::Text {
            what: words::copy::STAGE,
            text,
        },
        Some(Err(error)) => Message::Text {
            what: words::copy::STAGE_DUMP,
            text: hex_dump(error.as_bytes(), usize::MAX),
        },
        None => Message::Failed(words::NOTHING_OF_STAGE.to_owned()),
    }
}

/// A text made of a flow.
pub(super) fn make(workspace: &Workspace, id: FlowId, form: TextForm) -> Message {
    let (flow, decoded) = workspace.open(id);
    let Some(flow) = flow else {
        return Message::Failed(words::ENTRY_UNREADABLE.to_owned());
    };
    match form {
        TextForm::Script(language) => {
            let draft = match Draft::of(&flow, &decoded, workspace.ring()) {
                Ok(draft) => draft,
                Err(error) => return Message::Failed(error.to_string()),
            };
            match as_script(&draft, language) {
                Ok(text) => Message::Text {
                    what: words::copy::PROGRAM,
                    text,
                },
                Err(error) => Message::Failed(error.to_string()),
            }
        }
        TextForm::Curl | TextForm::CurlSecret => {
            let secrets = if form == TextForm::Curl {
                curl::Secrets::Variables
            } else {
                curl::Secrets::Kept
            };
            match curl::line(&flow, secrets) {
                Some(line) => Message::Text {
                    what: words::copy::CURL,
                    text: line.text,
                },
                None => Message::Failed(words::NO_CURL.to_owned()),
            }
        }
        TextForm::Markdown => {
            let shown = Some(markdown::shown(&flow));
            let redacted = Redacted::new(shown, decoded, &mut Redactor::new());
            let record = Record {
                capture: workspace.captures()[id.capture].name(),
                index: id.entry,
                entry: workspace.entry(id),
                flow: redacted.flow(),
                decoded: redacted.decoded(),
                says: None,
            };
            Message::Text {
                what: words::copy::MARKDOWN,
                text: markdown::flow(&record),
            }
        }
    }
}
