//! `share`: a capture that can be shown to others.

use std::io::{BufRead, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::open::open;
use super::terminal::note;
use super::{Outcome, output};
use crate::cli::Share;
use mishark_core::capture::Capture;
use mishark_core::session::save_key_file;
use mishark_core::share::{Form, Plan};
use mishark_core::text::count;
use mishark_core::workspace::Workspace;

pub(super) fn run(args: &Share) -> Result<Outcome> {
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    let plan = Plan::of(workspace, args.names);
    note(&preview(&plan, workspace));
    if !args.yes && !agreed()? {
        note("nothing is written");
        return Ok(Outcome::Failed);
    }
    let path = &args.output;
    let name = path.display().to_string();
    let written = write(args, workspace, &plan).with_context(|| name.clone())?;
    note(&format!("{name}: {}", count(written, "flow")));
    if !opens_itself(path, &plan)? {
        let keys = key_path(path);
        save_key_file(&keys, plan.sessions()).with_context(|| keys.display().to_string())?;
        note(&format!(
            "its keys, as stand-ins: {}; give it to --keys-from",
            keys.display()
        ));
    }
    Ok(opened.outcome)
}

/// What is replaced, by kind.
fn preview(plan: &Plan, workspace: &Workspace) -> String {
    let counts = plan.counts();
    let kinds = counts.iter().map(|(kind, number)| match kind.name() {
        name if name.ends_with("address") && *number != 1 => format!("{number} {name}es"),
        name => count(*number, name),
    });
    let kinds: Vec<String> = kinds.collect();
    let told = match kinds.is_empty() {
        true => "nothing".to_owned(),
        false => kinds.join(", "),
    };
    let flows = count(workspace.len(), "entry");
    format!("{flows}; replaced by stand-ins: {told}")
}

/// Asks on the terminal.
fn agreed() -> Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        bail!("nobody to ask; --yes writes without asking");
    }
    eprint!("write it? [y/N] ");
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Writes all flows, or nothing; how many.
fn write(args: &Share, workspace: &Workspace, plan: &Plan) -> Result<usize> {
    let is_lines = args.output.extension().is_some_and(|end| end == "jsonl");
    let form = if is_lines { Form::Lines } else { Form::Har };
    let inputs = [&args.input.captures[..], &args.input.keys.keys_from].concat();
    let sharer = plan.sharer()?;
    let pending = output::begin(&args.output, args.force, &inputs)?;
    let mut file = BufWriter::with_capacity(1 << 16, pending.file());
    file.write_all(form.head().as_bytes())?;
    let mut written = 0;
    for id in workspace.ids() {
        let (flow, decoded) = workspace.open(id);
        let entry = sharer.entry(flow.as_ref(), &decoded)?;
        if written > 0 {
            file.write_all(form.between().as_bytes())?;
        }
        file.write_all(&entry)?;
        written += 1;
    }
    file.write_all(form.tail().as_bytes())?;
    file.flush()?;
    drop(file);
    pending.keep()?;
    Ok(written)
}

/// Whether a shared capture holds all the keys it needs.
fn opens_itself(path: &Path, plan: &Plan) -> Result<bool> {
    let mut workspace = Workspace::default();
    workspace.add(Capture::open(path)?);
    let known =
        |session: &mishark_core::session::Session| workspace.ring().find_id(session.id()).is_some();
    Ok(plan.sessions().iter().all(known))
}

fn key_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}
