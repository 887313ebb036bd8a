//! What `replay` and `call` have in common: signing, asking, sending, in
//! sequence.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use super::job::{Job, Request};
use super::terminal::note;
use super::{Outcome, answered, interrupt, key_options, network};
use crate::cli::{Keystream, ScriptLanguage, Sending, Style};
use mishark_core::protocol::key::Nonce;
use mishark_core::protocol::request::{KeystreamMode, Scheme};
use mishark_core::replay::{
    self, Answer, Cancel, Draft, End, Endpoint, Fault, Item, Language, as_script, check,
    send_batch, sign,
};
use mishark_core::session::{Keyring, Session};
use mishark_core::text::count;
use mishark_core::workspace::Workspace;

/// The client of a capture: what its newest request that opens looks like.
pub(super) fn client(workspace: &Workspace) -> Result<Draft> {
    replay::client(workspace)
        .context("no request in the capture opens, so there is no client to call as")
}

pub(super) fn run(
    mut jobs: Vec<Job>,
    workspace: &Workspace,
    options: &Sending,
    out: &mut impl Write,
) -> Result<Outcome> {
    for draft in jobs.iter_mut().filter_map(Job::draft_mut) {
        style(draft, options);
    }
    if let Some(language) = options.as_script {
        return scripts(&jobs, language, out);
    }
    let mut workspace = workspace.clone();
    let given = given_session(options)?;
    if let Some(session) = &given {
        workspace.add_session(session.clone());
    }
    if options.nonce.is_some() && jobs.len() > 1 {
        bail!("--nonce: {} requests, expected one", jobs.len());
    }
    let mut items = Vec::with_capacity(jobs.len());
    let mut previews = Vec::with_capacity(jobs.len());
    for job in &jobs {
        let item = item(job, given.as_ref(), workspace.ring(), options)?;
        previews.push(item.preview().with_context(|| job.name.clone())?);
        items.push(item);
    }
    if options.dry_run {
        for (job, item) in jobs.iter().zip(&items) {
            answered::dry_run(job, &*item.sign()?, options, out)?;
        }
        return Ok(Outcome::Fine);
    }
    refuse_writes(&jobs, options)?;
    let mut endpoint = network::endpoint(&options.network)?;
    for request in &previews {
        if options.yes {
            let host = endpoint.base_of(request).host().to_owned();
            endpoint.confirm(&host);
        }
        endpoint.check(request).map_err(|refusal| {
            let more = match refusal.host() {
                Some(_) => "; --yes sends it all the same",
                None => "",
            };
            anyhow!("not sent: {refusal}{more}")
        })?;
    }
    send_all(&jobs, &items, &workspace, &endpoint, options, out)
}

/// Lets the options have their say on how a draft is signed.
fn style(draft: &mut Draft, options: &Sending) {
    match options.style {
        Some(Style::Hmac) => draft.set_scheme(Scheme::Hmac),
        Some(Style::Rc4) => draft.set_scheme(Scheme::Rc4),
        None => {}
    }
    match options.keystream {
        Some(Keystream::Chained) => draft.style.keystream = KeystreamMode::Chained,
        Some(Keystream::Fresh) => draft.style.keystream = KeystreamMode::Fresh,
        None => {}
    }
    draft.any_data |= options.any_data;
}

fn scripts(jobs: &[Job], language: ScriptLanguage, out: &mut impl Write) -> Result<Outcome> {
    let [job] = jobs else {
        bail!("{} requests; a script sends exactly one", jobs.len());
    };
    let draft = job.draft().context("an exact copy signs nothing")?;
    let language = match language {
        ScriptLanguage::Js => Language::JavaScript,
        ScriptLanguage::Python => Language::Python,
        ScriptLanguage::Sh => Language::Shell,
    };
    out.write_all(as_script(draft, language)?.as_bytes())?;
    Ok(Outcome::Fine)
}

/// The login that `--session` names.
fn given_session(options: &Sending) -> Result<Option<Session>> {
    let Some(path) = options.session.as_deref() else {
        return Ok(None);
    };
    let mut sessions = key_options::of_file(path)?;
    match sessions.len() {
        1 => Ok(sessions.pop()),
        count => bail!("{}: {count} sessions, expected one", path.display()),
    }
}

/// A job with the login that signs it.
fn item(job: &Job, given: Option<&Session>, ring: &Keyring, options: &Sending) -> Result<Item> {
    let draft = match &job.request {
        Request::Exact(request, _) => return Ok(Item::Signed(request.clone())),
        Request::Draft(draft) => draft,
    };
    for problem in check(draft).problems {
        let is_told = !problem.fault.is_fatal() && problem.fault != Fault::NoSession;
        if is_told {
            note(&format!("{}: {problem}", job.name));
        }
    }
    // A call of nobody's takes the only key there is.
    let only = || match ring.sessions() {
        [session] if draft.captured().is_none() => Some(session),
        _ => None,
    };
    let session = given.or_else(|| ring.find_id(draft.session?)).or_else(only);
    let session = session.with_context(|| {
        format!(
            "{}: no session to sign with; give one with --session FILE or --from CAPTURE",
            job.name
        )
    })?;
    let Some(nonce) = &options.nonce else {
        return Ok(Item::Draft(draft.clone(), Box::new(session.clone())));
    };
    let nonce = Nonce::parse(nonce.as_bytes()).context("--nonce")?;
    let signed = sign(draft, session, nonce).with_context(|| job.name.clone())?;
    Ok(Item::Signed(signed.into()))
}

/// Nothing moves at home unless the user said so.
fn refuse_writes(jobs: &[Job], options: &Sending) -> Result<()> {
    if options.yes {
        return Ok(());
    }
    let writes = jobs.iter().map(|job| (job, job.effect()));
    let writes: Vec<String> = writes
        .filter(|(_, effect)| effect.is_write())
        .map(|(job, effect)| format!("{}: {effect}", job.name))
        .collect();
    if writes.is_empty() {
        return Ok(());
    }
    bail!(
        "not sent: this can change something at home\n  {}\n--yes sends it, --dry-run shows it",
        writes.join("\n  ")
    )
}

/// Sends one after another, not faster than allowed. Ctrl-C lets go of the one
/// that is under way and of the rest.
fn send_all(
    jobs: &[Job],
    items: &[Item],
    workspace: &Workspace,
    endpoint: &Endpoint,
    options: &Sending,
    out: &mut impl Write,
) -> Result<Outcome> {
    let pause = match options.rate {
        rate if rate > 0.0 => Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default(),
        rate => bail!("--rate {rate}: expected a number above 0"),
    };
    let cancel = Cancel::new();
    interrupt::stops(&cancel).context("signals")?;
    let mut tried = 0;
    let mut outcome = Outcome::Fine;
    let end = send_batch(items, endpoint, pause, workspace, &cancel, |event| {
        tried = event.at + 1;
        answered::print(&jobs[event.at], &event, options.format, out)?;
        out.flush()?;
        let answer = event
            .outcome
            .as_ref()
            .ok()
            .and_then(|it| it.answer.as_ref());
        if !answer.is_some_and(Answer::is_fine) {
            outcome = Outcome::Failed;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let left = &jobs[tried..];
    if !left.is_empty() {
        note(&format!(
            "stopped: {} not sent: {}",
            count(left.len(), "request"),
            names(left)
        ));
    }
    Ok(match end {
        End::Done | End::Refused => outcome,
        End::NoAnswer => Outcome::Damaged,
        End::Cancelled => Outcome::Stopped,
    })
}

/// The names of jobs; of many, the first.
fn names(jobs: &[Job]) -> String {
    /// More are told by number: the rest is in the order of the arguments.
    const NAMED: usize = 20;
    let names = jobs.iter().take(NAMED).map(|job| job.name.as_str());
    let names = names.collect::<Vec<_>>().join(", ");
    match jobs.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}
