//! `decrypt`: flows as plaintext, to a file or standard output.

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::learn::says;
use super::live::{FormPrinter, Live};
use super::open::{lost, with_keys};
use super::progress::Progress;
use super::selection::Selection;
use super::terminal::note;
use super::{Outcome, output};
use crate::cli::{Decrypt, Format};
use mishark_core::decode::{Decoded, State};
use mishark_core::export::form::{Form, Picked, Writer, Written};
use mishark_core::export::redacted::learned;
use mishark_core::flow::Flow;
use mishark_core::private_file::growing;
use mishark_core::text::count;
use mishark_core::workspace::{FlowId, Workspace};

pub(super) fn run(args: &Decrypt, out: &mut impl Write) -> Result<Outcome> {
    let mut selection = Selection::parse(&args.filter)?;
    if args.follow || args.stdin_jsonl {
        return stream(args, selection, out);
    }
    let opened = with_keys(&args.captures, &args.keys)?;
    let workspace = &opened.workspace;
    selection.learn(workspace, args.says)?;
    let written = match args.output.as_deref() {
        Some(path) if path != Path::new("-") => {
            let to_file = || -> Result<Written> {
                let inputs = [&args.captures[..], &args.keys.keys_from].concat();
                let pending = output::begin(path, args.force, &inputs)?;
                let mut file = BufWriter::with_capacity(1 << 16, pending.file());
                let written = write(args, workspace, &selection, &mut file)?;
                file.flush()?;
                drop(file);
                pending.keep()?;
                Ok(written)
            };
            to_file().with_context(|| path.display().to_string())?
        }
        _ => write(args, workspace, &selection, out)?,
    };
    out.flush()?;
    if written.lost > 0 {
        return Ok(opened.outcome.max(lost(written.lost)));
    }
    if written.flows == 0 {
        note(&nothing(args, workspace, &selection));
        return Ok(opened.outcome.max(Outcome::Failed));
    }
    Ok(opened.outcome)
}

/// Writes flows as they come.
fn stream(args: &Decrypt, selection: Selection<'_>, out: &mut impl Write) -> Result<Outcome> {
    let live = Live::new(&args.keys, selection)?;
    let form = form(args.format);
    if form == Form::Har {
        bail!("a HAR is whole only at its end; flows that come one by one are jsonl or markdown");
    }
    let run = |out: &mut dyn Write| {
        let printer = FormPrinter::begin(form, redacts(args), args.all, args.says, out)?;
        if args.stdin_jsonl {
            live.lines(std::io::stdin().lock(), printer)
        } else {
            live.follow(&args.captures, printer)
        }
    };
    match args.output.as_deref() {
        Some(path) if path != Path::new("-") => {
            let name = path.display().to_string();
            let file = growing(path).with_context(|| {
                format!("{name}: flows that come one by one go into a new file")
            })?;
            run(&mut BufWriter::with_capacity(1 << 16, file)).context(name)
        }
        _ => run(out),
    }
}

fn form(format: Format) -> Form {
    match format {
        Format::Har => Form::Har,
        Format::Jsonl => Form::Jsonl,
        Format::Markdown => Form::Markdown,
    }
}

/// Writes the flows and tells what came of it.
fn write(
    args: &Decrypt,
    workspace: &Workspace,
    selection: &Selection<'_>,
    out: &mut impl Write,
) -> Result<Written> {
    let total = selection
        .candidates(workspace)
        .map(|id| workspace.entry(id).len)
        .sum();
    let progress = Progress::bytes("decrypting", total);
    // A row that could not be read is no Mi Home flow that is known of.
    let pick = |id: FlowId, flow: Option<&Flow>, decoded: &Decoded| {
        let is_mi = decoded.state != State::Foreign && flow.is_some();
        let is_picked = (args.all || is_mi) && selection.picks(workspace, id, decoded);
        is_picked.then(|| Picked {
            says: args.says.then(|| says(flow, decoded, selection.names())),
        })
    };
    let redactor = match redacts(args) {
        true => learned(workspace, || Some(())),
        false => None,
    };
    let mut writer = Writer::begin(form(args.format), redactor, &mut *out)?;
    let ids = selection.candidates(workspace);
    let _ = writer.sweep(
        workspace,
        ids,
        || Some(()),
        pick,
        |id| {
            progress.add(workspace.entry(id).len);
            ControlFlow::Continue(())
        },
    )?;
    let written = writer.end()?;
    drop(progress);
    if let Some(counts) = &written.redacted {
        match counts.to_string().as_str() {
            "" => note("nothing had to be redacted"),
            counts => note(&format!("redacted {counts}")),
        }
    }
    Ok(written)
}

/// Markdown is for others to read.
fn redacts(args: &Decrypt) -> bool {
    args.redact || (args.format == Format::Markdown && !args.reveal)
}

/// Why nothing was written, and what the captures did hold.
fn nothing(args: &Decrypt, workspace: &Workspace, selection: &Selection<'_>) -> String {
    if selection.is_given() && !workspace.is_empty() {
        let told = selection.tell(0, workspace);
        return if args.all {
            told
        } else {
            format!("{told} and carry a Mi Home request; --all writes others, too")
        };
    }
    if args.all || workspace.is_empty() {
        return "the captures have no entries".to_owned();
    }
    const NAMED: usize = 5;
    let mut hosts: Vec<&str> = Vec::new();
    for entry in workspace
        .captures()
        .iter()
        .flat_map(|capture| capture.entries())
    {
        if !entry.host.is_empty() && !hosts.contains(&&*entry.host) && hosts.len() < NAMED {
            hosts.push(&entry.host);
        }
    }
    format!(
        "{} read, none carries a Mi Home request (form fields data, signature, _nonce); --all writes all; hosts seen: {}",
        count(workspace.len(), "entry"),
        hosts.join(", ")
    )
}
