//! Writing flows to a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind};
use std::ops::ControlFlow;

use super::Line;
use crate::decode::Decoded;
use crate::export::Record;
use crate::export::form::{Form, Writer};
use crate::flow::Flow;
use crate::sweep::sweep;
use crate::tui::effect::{Export, ExportForm};
use crate::tui::message::Message;
use crate::tui::words;
use crate::workspace::FlowId;

/// Progress is told each time this many flows are written.
const STRIDE: usize = 256;

pub(super) fn write(export: Export, line: &Line) -> Message {
    let file = match open(&export) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Message::Exists { path: export.path };
        }
        Err(error) => return failed(&export, &error),
    };
    match write_to(&export, file, line) {
        Ok(Some((flows, bytes))) => Message::Written {
            path: export.path,
            flows,
            bytes,
        },
        Ok(None) => {
            // Half an export is none.
            let _ = std::fs::remove_file(&export.path);
            Message::Failed(words::export_cancelled(&export.path))
        }
        Err(error) => failed(&export, &error),
    }
}

fn failed(export: &Export, error: &io::Error) -> Message {
    Message::Failed(format!("{}: {error}", export.path.display()))
}

/// Plaintext holds tokens, so nobody else may read the file.
fn open(export: &Export) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true);
    if export.overwrite {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&export.path)
}

fn write_to(export: &Export, file: File, line: &Line) -> io::Result<Option<(usize, u64)>> {
    let (form, redacts) = match export.form {
        ExportForm::Har => (Form::Har, false),
        ExportForm::Jsonl => (Form::Jsonl, false),
        ExportForm::Markdown => (Form::Markdown, true),
        ExportForm::Redacted => (Form::Har, true),
    };
    let workspace = &export.workspace;
    let out = BufWriter::with_capacity(1 << 16, file);
    let mut writer = Writer::begin(form, redacts, out)?;
    let mut untold = 0;
    let mut error = None;
    let prepare = |id: FlowId, flow: Option<&Flow>, decoded: &Decoded| {
        let record = Record {
            capture: workspace.captures()[id.capture].name(),
            index: id.entry,
            entry: workspace.entry(id),
            flow,
            decoded,
        };
        form.prepare(redacts, &record)
    };
    let done = sweep(
        workspace,
        export.flows.iter().copied(),
        prepare,
        |id, prepared| {
            let capture = workspace.captures()[id.capture].name();
            if let Err(why) = writer.flow(prepared, capture, id.entry, workspace.entry(id)) {
                error = Some(why);
                return ControlFlow::Break(());
            }
            untold += 1;
            if untold >= STRIDE {
                line.send(Message::Writing { flows: untold });
                untold = 0;
            }
            if line.is_cancelled() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    if let Some(error) = error {
        return Err(error);
    }
    if done.is_break() {
        return Ok(None);
    }
    let written = writer.end()?;
    Ok(Some((written.flows, written.bytes)))
}
