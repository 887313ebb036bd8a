//! `replay`: captured requests, edited, signed afresh and sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::job::{Job, Request};
use super::open::with_keys;
use super::selection::Selection;
use super::sign::data;
use super::terminal::note;
use super::{Outcome, sending};
use crate::cli::Replay;
use mishark_core::call::Nature;
use mishark_core::decode::Decoded;
use mishark_core::flow::Flow;
use mishark_core::replay::{Draft, DraftLine, Effect, SignedRequest, effect, set_values};
use mishark_core::workspace::{FlowId, Workspace};

/// How many requests one run may send: more is a mistake, or an attack.
const MAX_JOBS: usize = 1000;

/// A file of drafts larger than this is none.
const MAX_DRAFTS: u64 = 64 << 20;

pub(super) fn run(args: &Replay, out: &mut impl Write) -> Result<Outcome> {
    let mut selection = Selection::parse(&args.filter)?;
    let opened = with_keys(std::slice::from_ref(&args.capture), &args.keys)?;
    let workspace = &opened.workspace;
    selection.learn(workspace, false)?;
    let mut jobs = match &args.drafts {
        Some(path) => of_lines(path, workspace)?,
        None => of_entries(args, &selection, workspace)?,
    };
    if jobs.is_empty() {
        bail!("no flow to replay: {}", selection.tell(0, workspace));
    }
    if jobs.len() > MAX_JOBS {
        bail!("{} requests, expected {MAX_JOBS} at most", jobs.len());
    }
    let new_data = args.data.as_deref().map(data).transpose()?;
    let values = values(&args.set)?;
    for job in &mut jobs {
        let name = format!("{}: --set", job.name);
        let Some(draft) = job.draft_mut() else {
            continue;
        };
        if let Some(data) = &new_data {
            draft.set_data(data.clone());
        }
        set_values(draft, &values).context(name)?;
    }
    sending::run(jobs, workspace, &args.sending, out)
}

/// `POINTER=JSON`, split at the first `=` that a pointer can not have.
fn values(set: &[String]) -> Result<Vec<(String, String)>> {
    let pairs = set.iter().map(|text| match text.split_once('=') {
        Some((pointer, value)) => Ok((pointer.to_owned(), value.to_owned())),
        None => bail!("--set {text}: expected POINTER=JSON"),
    });
    pairs.collect()
}

fn of_entries(args: &Replay, selection: &Selection<'_>, workspace: &Workspace) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    if args.entries.is_empty() {
        if !selection.is_given() {
            bail!("name the entries to replay by number, or by --filter");
        }
        for id in selection.candidates(workspace) {
            let (flow, decoded) = workspace.open(id);
            if let Some(flow) = flow.filter(|_| selection.picks(workspace, id, &decoded)) {
                match job(id, &flow, decoded, workspace, args.exact) {
                    Ok(job) => jobs.push(job),
                    // Nobody named it, so the others go on without it.
                    Err(error) => note(&format!("{error:#}")),
                }
            }
        }
        return Ok(jobs);
    }
    for entry in &args.entries {
        let (id, flow, decoded) = open(*entry, workspace)?;
        jobs.push(job(id, &flow, decoded, workspace, args.exact)?);
    }
    Ok(jobs)
}

/// One entry of the capture, by number.
fn open(entry: usize, workspace: &Workspace) -> Result<(FlowId, Flow, Decoded)> {
    let name = workspace.captures()[0].name();
    let count = workspace.len();
    if entry >= count {
        bail!("{name}: has no entry {entry}; it has {count}");
    }
    let id = FlowId { capture: 0, entry };
    match workspace.open(id) {
        (Some(flow), decoded) => Ok((id, flow, decoded)),
        (None, decoded) => {
            let reason = decoded.reason.map(|reason| reason.message());
            bail!("{name}: entry {entry}: {}", reason.unwrap_or_default())
        }
    }
}

fn job(
    id: FlowId,
    flow: &Flow,
    decoded: Decoded,
    workspace: &Workspace,
    exact: bool,
) -> Result<Job> {
    let name = id.entry.to_string();
    let draft = Draft::of(flow, &decoded, workspace.ring());
    let request = if exact {
        let effect = match &draft {
            Ok(draft) => effect(draft),
            // What is not open may do anything.
            Err(_) => Effect {
                nature: Nature::Write,
                ..effect(&Draft::new("", flow.request.url.path(), ""))
            },
        };
        let request = SignedRequest::exact(flow).with_context(|| name.clone())?;
        Request::Exact(request.into(), effect)
    } else {
        Request::Draft(Box::new(draft.with_context(|| format!("entry {name}"))?))
    };
    Ok(Job {
        name,
        request,
        original: decoded.response.and_then(|side| side.plaintext),
    })
}

/// A batch: a line each.
fn of_lines(path: &Path, workspace: &Workspace) -> Result<Vec<Job>> {
    let name = path.display().to_string();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| name.clone())?)
    };
    let mut jobs = Vec::new();
    for (index, line) in BufReader::new(reader.take(MAX_DRAFTS)).lines().enumerate() {
        let line = line.with_context(|| name.clone())?;
        let line = line.trim_start_matches('\u{feff}');
        if line.trim().is_empty() {
            continue;
        }
        let place = || format!("{name}: line {}", index + 1);
        let line = DraftLine::parse(line).with_context(place)?;
        let (base, original) = match line.entry {
            Some(entry) => {
                let (_, flow, decoded) = open(entry, workspace).with_context(place)?;
                let draft = Draft::of(&flow, &decoded, workspace.ring());
                let draft = draft.with_context(|| format!("{}: entry {entry}", place()))?;
                (draft, decoded.response.and_then(|side| side.plaintext))
            }
            None => (sending::client(workspace).with_context(place)?, None),
        };
        let draft = line.apply(&base).with_context(place)?;
        jobs.push(Job {
            name: format!("line {}", index + 1),
            request: Request::Draft(Box::new(draft)),
            original,
        });
    }
    Ok(jobs)
}
