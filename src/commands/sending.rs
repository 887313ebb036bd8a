//! What `replay` and `call` have in common: signing, asking, sending, in
//! sequence.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::answered::{Answered, Form};
use super::terminal::note;
use super::{Outcome, answered, key_options, network};
use crate::cli::{AnswerFormat, Keystream, ScriptLanguage, Sending, Style};
use mishark_core::decode::{Options, decode};
use mishark_core::flow::Flow;
use mishark_core::protocol::key::Nonce;
use mishark_core::protocol::request::{KeystreamMode, Scheme};
use mishark_core::replay::{
    self, Answer, Cancel, Draft, Effect, Endpoint, Fault, Language, SendError, SignedRequest,
    as_script, check, effect, fresh_nonce, send, sign,
};
use mishark_core::session::{Keyring, Session};
use mishark_core::workspace::Workspace;

/// One request to send.
pub(super) struct Job {
    /// Its name in notes: the entry's number, or the line's.
    pub(super) name: String,
    pub(super) request: Request,
    /// The answer it had when it was captured.
    pub(super) original: Option<Vec<u8>>,
}

/// What is sent.
pub(super) enum Request {
    /// A draft, to be signed.
    Draft(Box<Draft>),
    /// A recorded request as it was, and what it does.
    Exact(Box<(Flow, Effect)>),
}

impl Request {
    fn effect(&self) -> Effect {
        match self {
            Self::Draft(draft) => effect(draft),
            Self::Exact(copy) => copy.1.clone(),
        }
    }
}

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
    for job in &mut jobs {
        if let Request::Draft(draft) = &mut job.request {
            style(draft, options);
        }
    }
    if let Some(language) = options.as_script {
        return scripts(&jobs, language, out);
    }
    let mut ring = workspace.ring().clone();
    let given = given_session(options)?;
    if let Some(session) = &given {
        ring.add(session.clone());
    }
    if options.nonce.is_some() && jobs.len() > 1 {
        bail!("--nonce: {} requests, expected one", jobs.len());
    }
    let mut signed = Vec::with_capacity(jobs.len());
    for job in &jobs {
        let request = sign_job(job, given.as_ref(), &ring, options)?;
        signed.push(request);
    }
    if options.dry_run {
        for (job, request) in jobs.iter().zip(&signed) {
            answered::dry_run(job, request, options, out)?;
        }
        return Ok(Outcome::Fine);
    }
    refuse_writes(&jobs, options)?;
    let endpoint = endpoint(options, &signed)?;
    for request in &signed {
        endpoint.check(request).map_err(|refusal| {
            let more = match refusal.host() {
                Some(_) => "; --yes sends it all the same",
                None => "",
            };
            anyhow::anyhow!("not sent: {refusal}{more}")
        })?;
    }
    send_all(&jobs, &signed, &ring, &endpoint, options, out)
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
    let Request::Draft(draft) = &job.request else {
        bail!("an exact copy signs nothing");
    };
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

fn sign_job(
    job: &Job,
    given: Option<&Session>,
    ring: &Keyring,
    options: &Sending,
) -> Result<SignedRequest> {
    let name = || job.name.clone();
    let draft = match &job.request {
        Request::Exact(copy) => return SignedRequest::exact(&copy.0).with_context(name),
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
    let nonce = match &options.nonce {
        Some(text) => Nonce::parse(text.as_bytes()).context("--nonce")?,
        None => fresh_nonce()?,
    };
    sign(draft, session, nonce).with_context(name)
}

/// Nothing moves at home unless the user said so.
fn refuse_writes(jobs: &[Job], options: &Sending) -> Result<()> {
    if options.yes {
        return Ok(());
    }
    let writes = jobs.iter().map(|job| (job, job.request.effect()));
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

fn endpoint(options: &Sending, signed: &[SignedRequest]) -> Result<Endpoint> {
    let mut endpoint = network::endpoint(&options.network)?;
    if options.yes {
        for request in signed {
            let host = endpoint.base_of(request).host().to_owned();
            endpoint.confirm(&host);
        }
    }
    Ok(endpoint)
}

/// Sends one after another, not faster than allowed, until the cloud refuses
/// a signature or a token: the rest would fare no better, and look like an
/// attack.
fn send_all(
    jobs: &[Job],
    signed: &[SignedRequest],
    ring: &Keyring,
    endpoint: &Endpoint,
    options: &Sending,
    out: &mut impl Write,
) -> Result<Outcome> {
    let pause = match options.rate {
        rate if rate > 0.0 => Duration::try_from_secs_f64(1.0 / rate).unwrap_or_default(),
        rate => bail!("--rate {rate}: expected a number above 0"),
    };
    let form = match options.format {
        AnswerFormat::Diff => Form::Diff,
        AnswerFormat::Json => Form::Json,
        AnswerFormat::Text => Form::Text,
    };
    let cancel = Cancel::new();
    let mut outcome = Outcome::Fine;
    for (index, (job, request)) in jobs.iter().zip(signed).enumerate() {
        if index > 0 {
            std::thread::sleep(pause);
        }
        let flow = match send(request, endpoint, &cancel) {
            Ok(flow) => flow,
            Err(error) => {
                if let Form::Json = form {
                    answered::failure(job, request, &error, out)?;
                }
                failed(job, &error);
                return Ok(rest(index, jobs, Outcome::Damaged));
            }
        };
        let decoded = decode(&flow, ring, Options::default());
        let answer = Answer::of(&flow, &decoded);
        let is_fine = answer.as_ref().is_some_and(Answer::is_fine);
        let ends = answer.as_ref().is_some_and(Answer::ends_a_batch);
        let answered = Answered {
            job,
            request,
            flow: &flow,
            decoded: &decoded,
            answer,
        };
        answered.print(form, out)?;
        out.flush()?;
        if !is_fine {
            outcome = outcome.max(Outcome::Failed);
        }
        if ends {
            return Ok(rest(index, jobs, outcome));
        }
    }
    Ok(outcome)
}

fn failed(job: &Job, error: &SendError) {
    let hint = error.hint();
    let hint = if hint.is_empty() {
        String::new()
    } else {
        format!("\n{hint}")
    };
    note(&format!("{}: {error}{hint}", job.name));
}

/// Says how many are left, and ends.
fn rest(index: usize, jobs: &[Job], outcome: Outcome) -> Outcome {
    match jobs.len() - index - 1 {
        0 => {}
        left => note(&format!(
            "stopped: {} not sent",
            mishark_core::text::count(left, "request")
        )),
    }
    outcome
}
