//! Writing flows to a file.

use std::io::{self, BufWriter, ErrorKind};
use std::path::Path;

use super::context::JobContext;
use crate::tui::asked::ExportForm;
use crate::tui::effect::Export;
use crate::tui::message::Message;
use crate::tui::words;
use mishark_core::export::form::{Form, Picked, Writer, Written};
use mishark_core::export::redacted::learned;
use mishark_core::private_file::{Pending, is_same};

/// Progress is told each time this many flows are written.
const STRIDE: usize = 256;

pub(super) fn write(export: Export, context: &JobContext) -> Message {
    // Not even if it is asked for: it may be the only proof there is.
    let mut captures = export.workspace.captures().iter();
    if captures.any(|capture| is_same(Path::new(capture.name()), &export.path)) {
        return Message::NotWritten(words::export_over_capture(&export.path));
    }
    let written = write_to(&export, context);
    let path = export.path;
    match written {
        Ok(Some(written)) => Message::Written { path, written },
        Ok(None) => Message::NotWritten(words::export_cancelled(&path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Message::Exists { path },
        Err(error) => Message::NotWritten(format!("{}: {error}", path.display())),
    }
}

/// Writes flows, and tells what came of it; `None` if that was cancelled.
fn write_to(export: &Export, context: &JobContext) -> io::Result<Option<Written>> {
    let pending = Pending::begin(&export.path, export.overwrite)?;
    let (form, redacts) = match export.form {
        ExportForm::Har => (Form::Har, false),
        ExportForm::Jsonl => (Form::Jsonl, false),
        ExportForm::Markdown => (Form::Markdown, true),
        ExportForm::Redacted => (Form::Har, true),
    };
    let out = BufWriter::with_capacity(1 << 16, pending.file());
    let redactor = match redacts {
        true => match learned(&export.workspace, || context.permit()) {
            Some(redactor) => Some(redactor),
            None => return Ok(None),
        },
        false => None,
    };
    let mut writer = Writer::begin(form, redactor, out)?;
    let mut untold = 0;
    let ids = export.flows.iter().copied();
    let done = writer.sweep(
        &export.workspace,
        ids,
        || context.permit(),
        |_, _, _| Some(Picked::default()),
        |_| {
            untold += 1;
            if untold >= STRIDE {
                context.send(Message::Writing { flows: untold });
                untold = 0;
            }
            context.go_on()
        },
    )?;
    if done.is_break() {
        return Ok(None);
    }
    let written = writer.end()?;
    pending.keep()?;
    Ok(Some(written))
}
