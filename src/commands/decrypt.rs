//! `decrypt`: flows as plaintext, to a file or standard output.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::Outcome;
use super::learn::says;
use super::live::{FormPrinter, Live};
use super::open::with_keys;
use super::progress::Progress;
use super::selection::Selection;
use super::terminal::note;
use crate::cli::{Decrypt, Format};
use mishark_core::decode::{Decoded, State};
use mishark_core::export::Record;
use mishark_core::export::form::{Form, Writer};
use mishark_core::export::redacted::secrets;
use mishark_core::flow::Flow;
use mishark_core::private_file::Pending;
use mishark_core::redact::Redactor;
use mishark_core::sweep::sweep;
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
            let name = path.display().to_string();
            // It may be one of the captures: that stays whole until this is.
            let pending = Pending::begin(path, true).with_context(|| name.clone())?;
            let mut file = BufWriter::with_capacity(1 << 16, pending.file());
            let written =
                write(args, workspace, &selection, &mut file).with_context(|| name.clone())?;
            file.flush().with_context(|| name.clone())?;
            drop(file);
            pending.keep().context(name)?;
            written
        }
        _ => write(args, workspace, &selection, out)?,
    };
    out.flush()?;
    if written == 0 {
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
            let file = fresh(path).with_context(|| name.clone())?;
            run(&mut BufWriter::with_capacity(1 << 16, file)).context(name)
        }
        _ => run(out),
    }
}

/// A new file that only its owner can read. Nothing is written over: it would
/// be half of each for as long as flows come, and may be what is followed.
fn fresh(path: &Path) -> Result<File> {
    ensure!(
        !path.is_file(),
        "is there already; flows that come one by one go into a new file"
    );
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

fn form(format: Format) -> Form {
    match format {
        Format::Har => Form::Har,
        Format::Jsonl => Form::Jsonl,
        Format::Markdown => Form::Markdown,
    }
}

/// Writes the flows and tells how many there were.
fn write(
    args: &Decrypt,
    workspace: &Workspace,
    selection: &Selection<'_>,
    out: &mut impl Write,
) -> Result<usize> {
    let total = selection
        .candidates(workspace)
        .map(|id| workspace.entry(id).len)
        .sum();
    let progress = Progress::bytes("decrypting", total);
    let redacts = redacts(args);
    let form = form(args.format);
    let pick = |id: FlowId, flow: Option<&Flow>, decoded: &Decoded| {
        // A row that could not be read is no Mi Home flow that is known of.
        if !args.all && (decoded.state == State::Foreign || flow.is_none()) {
            return None;
        }
        if !selection.picks(workspace, id, decoded) {
            return None;
        }
        let says = args.says.then(|| says(flow, decoded, selection.names()));
        let record = Record {
            capture: workspace.captures()[id.capture].name(),
            index: id.entry,
            entry: workspace.entry(id),
            flow,
            decoded,
            says: says.as_deref(),
        };
        Some(form.prepare(redacts, &record))
    };
    let redactor = redacts.then(|| learned(workspace));
    let mut writer = Writer::begin(form, redactor, &mut *out)?;
    let mut error = None;
    let _ = sweep(
        workspace,
        selection.candidates(workspace),
        pick,
        |id, picked| {
            progress.add(workspace.entry(id).len);
            let Some(picked) = picked else {
                return ControlFlow::Continue(());
            };
            let capture = workspace.captures()[id.capture].name();
            match writer.flow(picked, capture, id.entry, workspace.entry(id)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(why) => {
                    error = Some(why);
                    ControlFlow::Break(())
                }
            }
        },
    );
    if let Some(error) = error {
        return Err(error.into());
    }
    let written = writer.end()?;
    drop(progress);
    if let Some(counts) = written.redacted {
        match counts.to_string().as_str() {
            "" => note("nothing had to be redacted"),
            counts => note(&format!("redacted {counts}")),
        }
    }
    Ok(written.flows)
}

/// A redactor that knows the secrets of all flows: what is one in the last flow
/// may stand in the first.
fn learned(workspace: &Workspace) -> Redactor {
    let mut redactor = Redactor::new();
    let _ = sweep(
        workspace,
        workspace.ids(),
        |_, flow, decoded| secrets(flow, decoded),
        |_, found| {
            redactor.learn(&found);
            ControlFlow::Continue(())
        },
    );
    redactor
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
