//! Writing flows to a file.

use std::io::{self, BufWriter, ErrorKind};
use std::ops::ControlFlow;

use super::context::JobContext;
use crate::tui::asked::ExportForm;
use crate::tui::effect::Export;
use crate::tui::message::Message;
use crate::tui::words;
use mishark_core::decode::Decoded;
use mishark_core::export::Record;
use mishark_core::export::form::{Form, Writer};
use mishark_core::export::redacted::secrets;
use mishark_core::flow::Flow;
use mishark_core::private_file::Pending;
use mishark_core::redact::Redactor;
use mishark_core::sweep::sweep_in_turns;
use mishark_core::workspace::FlowId;

/// Progress is told each time this many flows are written.
const STRIDE: usize = 256;

pub(super) fn write(export: Export, context: &JobContext) -> Message {
    let written = write_to(&export, context);
    let path = export.path;
    match written {
        Ok(Some((flows, bytes))) => Message::Written { path, flows, bytes },
        Ok(None) => Message::NotWritten(words::export_cancelled(&path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Message::Exists { path },
        Err(error) => Message::NotWritten(format!("{}: {error}", path.display())),
    }
}

/// Writes flows, and tells how many and how many bytes; `None` if that was
/// cancelled. The export may go where one of its captures is: that stays whole
/// until the export is.
fn write_to(export: &Export, context: &JobContext) -> io::Result<Option<(usize, u64)>> {
    let pending = Pending::begin(&export.path, export.overwrite)?;
    let (form, redacts) = match export.form {
        ExportForm::Har => (Form::Har, false),
        ExportForm::Jsonl => (Form::Jsonl, false),
        ExportForm::Markdown => (Form::Markdown, true),
        ExportForm::Redacted => (Form::Har, true),
    };
    let workspace = &export.workspace;
    let out = BufWriter::with_capacity(1 << 16, pending.file());
    let mut redactor = redacts.then(Redactor::new);
    if let Some(redactor) = &mut redactor {
        // What is a secret in the last flow may stand in the first.
        let done = sweep_in_turns(
            workspace,
            workspace.ids(),
            || context.permit(),
            |_, flow, decoded| secrets(flow, decoded),
            |_, found| {
                redactor.learn(&found);
                context.go_on()
            },
        );
        if done.is_break() {
            return Ok(None);
        }
    }
    let mut writer = Writer::begin(form, redactor, out)?;
    let mut untold = 0;
    let mut error = None;
    let prepare = |id: FlowId, flow: Option<&Flow>, decoded: &Decoded| {
        let record = Record {
            capture: workspace.captures()[id.capture].name(),
            index: id.entry,
            entry: workspace.entry(id),
            flow,
            decoded,
            says: None,
        };
        form.prepare(redacts, &record)
    };
    let done = sweep_in_turns(
        workspace,
        export.flows.iter().copied(),
        || context.permit(),
        prepare,
        |id, prepared| {
            let capture = workspace.captures()[id.capture].name();
            if let Err(why) = writer.flow(prepared, capture, id.entry, workspace.entry(id)) {
                error = Some(why);
                return ControlFlow::Break(());
            }
            untold += 1;
            if untold >= STRIDE {
                context.send(Message::Writing { flows: untold });
                untold = 0;
            }
            context.go_on()
        },
    );
    if let Some(error) = error {
        return Err(error);
    }
    if done.is_break() {
        return Ok(None);
    }
    let written = writer.end()?;
    pending.keep()?;
    Ok(Some((written.flows, written.bytes)))
}
