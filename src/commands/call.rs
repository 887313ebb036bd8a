//! `call`: a request that nobody has captured, as a captured client would make
//! it.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::job::{Job, Request};
use super::open::{keys_alone, with_keys};
use super::sign::data;
use super::{Outcome, key_options, sending};
use crate::cli::Call;
use mishark_core::flow::Url;
use mishark_core::protocol::hosts::Family;
use mishark_core::replay::Draft;
use mishark_core::template::find;

pub(super) fn run(args: &Call, out: &mut impl Write) -> Result<Outcome> {
    let (path, data) = what(args)?;
    let url = Url::new(path.as_str());
    let (host, path) = match path.strip_prefix('/') {
        Some(_) => (args.host.as_deref(), path.as_str()),
        None => (args.host.as_deref().or(Some(url.authority())), url.path()),
    };
    let workspace = match &args.from {
        Some(capture) => with_keys(std::slice::from_ref(capture), &args.keys)?.workspace,
        None => keys_alone(&args.keys)?,
    };
    let mut draft = match &args.from {
        Some(_) => sending::client(&workspace)?.another(path, data),
        None => Draft::new(&default_base(args)?, path, data),
    };
    if let Some(host) = host {
        draft.base = match host.split_once("://") {
            Some(_) => host.to_owned(),
            None => format!("https://{host}"),
        };
        let usual = mishark_core::protocol::signature::path_forms(draft.host(), &draft.path)[0];
        draft.style.path = usual;
    }
    let job = Job {
        name: "call".to_owned(),
        request: Request::Draft(Box::new(draft)),
        original: None,
    };
    sending::run(vec![job], &workspace, &args.sending, out)
}

/// Path and plaintext, as given or filled in.
fn what(args: &Call) -> Result<(String, Vec<u8>)> {
    let Some(name) = &args.template else {
        let path = args.path.clone().unwrap_or_default();
        let text = args
            .data
            .as_deref()
            .context("DATA is missing, `{}` if there is none")?;
        return Ok((path, data(text)?));
    };
    let Some(template) = find(name) else {
        let names: Vec<&str> = mishark_core::template::ALL
            .iter()
            .map(|it| it.name)
            .collect();
        bail!(
            "there is no template {name:?}, expected one of {}",
            names.join(", ")
        );
    };
    let flags = [
        ("did", &args.did),
        ("siid", &args.siid),
        ("piid", &args.piid),
        ("aiid", &args.aiid),
        ("value", &args.value),
        ("home_id", &args.home_id),
        ("scene_id", &args.scene_id),
    ];
    let mut values: Vec<(&str, &str)> = flags
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
        .collect();
    for text in &args.fill {
        match text.split_once('=') {
            Some((name, value)) => values.push((name.trim(), value.trim())),
            None => bail!("--fill {text}: expected NAME=VALUE"),
        }
    }
    let filled = template
        .fill(&values)
        .with_context(|| format!("--template {name}"))?;
    Ok((filled.path, filled.data.into_bytes()))
}

/// The server of the service that the session says it is of; the app's, if it
/// says nothing.
fn default_base(args: &Call) -> Result<String> {
    let sessions = match args.sending.session.as_deref() {
        Some(path) => key_options::of_file(path)?,
        None => Vec::new(),
    };
    let session = sessions.first();
    let family = session.and_then(|session| Family::of_sid(session.sid.as_deref()?));
    let host = match session.and_then(|session| session.hosts.first()) {
        Some(host) => host,
        None => family.unwrap_or(Family::Home).root(),
    };
    Ok(format!("https://{host}"))
}
