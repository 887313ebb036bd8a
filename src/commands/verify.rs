//! `verify`: every signature and hash recomputed; what differs, and why.

use std::io::Write;

use anyhow::Result;

use super::Outcome;
use super::counts::Counts;
use super::open::{lost, open};
use super::selection::Selection;
use super::terminal::{Paint, note};
use crate::cli::Verify;
use mishark_core::decode::State;
use mishark_core::protocol::signature::Check;
use mishark_core::text::{Align, clean, pad};

pub(super) fn run(args: &Verify, out: &mut impl Write) -> Result<Outcome> {
    let mut selection = Selection::parse(&args.filter)?;
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    selection.learn(workspace, false)?;
    let paint = Paint::stdout();
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    let unread = selection.sweep(
        workspace,
        |_, _, decoded| {
            let proved = match decoded.state {
                State::Foreign | State::Verified => true,
                State::Plain => decoded.signature == Check::Match,
                State::Decrypted | State::Locked | State::Unreadable => false,
            };
            // The reason itself, not its words: a capture may hold a million.
            let reason = decoded.reason.as_ref().filter(|_| !proved);
            (decoded.state, proved, reason.cloned())
        },
        |id, (state, proved, reason)| {
            counts.add(state);
            if !proved {
                failures.push((id, state, reason));
            }
        },
    );
    let width = workspace.len().to_string().len();
    for (state, count) in counts.iter() {
        let count = pad(&count.to_string(), width, Align::Right);
        writeln!(out, "{count} {}", paint.state(state, state.name()))?;
    }
    for (id, state, reason) in &failures {
        let entry = workspace.entry(*id);
        let capture = &workspace.captures()[id.capture];
        let place = format!("{}: entry {}", capture.name(), id.entry);
        let what = format!("{} {}{}", entry.method, entry.host, entry.path);
        writeln!(
            out,
            "\n{}  {}  {}",
            clean(&place),
            clean(what.trim()),
            paint.state(*state, state.name()),
        )?;
        if let Some(reason) = reason {
            writeln!(out, "  {}", clean(&reason.message()))?;
            writeln!(out, "  {}", paint.dim(reason.hint()))?;
        }
    }
    out.flush()?;
    let foreign = counts.of(State::Foreign);
    let picked = counts.total();
    if selection.is_given() {
        note(&selection.tell(picked, workspace));
    }
    if picked == foreign && (picked > 0 || !selection.is_given()) {
        note("no Mi Home flow to verify");
    }
    let failed = picked == foreign || (args.strict && !failures.is_empty());
    let outcome = opened.outcome.max(lost(unread));
    Ok(outcome.max(Outcome::failed_if(failed)))
}
