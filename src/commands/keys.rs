//! `keys`: what was found, where, and which flows it opens.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::open::{lost, number, open};
use super::progress::sweep;
use super::terminal::{Paint, note};
use super::{Outcome, interrupt};
use crate::cli::Keys;
use mishark_core::decode::State;
use mishark_core::protocol::key::KeyId;
use mishark_core::redact::masked_account;
use mishark_core::session::{Session, save_key_file};
use mishark_core::text::{clean, count};

/// How many entry numbers, and hosts, are named a key.
const NAMED: usize = 12;

pub(super) fn run(args: &Keys, out: &mut impl Write) -> Result<Outcome> {
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    let mut uses: HashMap<KeyId, Uses> = HashMap::new();
    let mut waiting = 0_usize;
    let unread = sweep(
        workspace,
        workspace.ids(),
        |_, _, decoded| {
            let locked = decoded.state == State::Locked;
            (decoded.key.as_ref().map(|key| key.id), locked)
        },
        |id, (key, locked)| {
            waiting += usize::from(locked);
            if let Some(key) = key {
                let host = &workspace.entry(id).host;
                uses.entry(key)
                    .or_default()
                    .add(number(workspace, id), host);
            }
        },
    );
    let paint = Paint::stdout();
    let sessions = workspace.ring().sessions();
    for (index, session) in sessions.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let uses = uses.remove(&session.id()).unwrap_or_default();
        print(session, &uses, args.reveal, paint, out)?;
    }
    out.flush()?;
    if waiting > 0 {
        note(&format!("{} still locked", count(waiting, "flow")));
    }
    if let Some(path) = args.save.as_deref().filter(|_| !sessions.is_empty()) {
        let name = path.display().to_string();
        interrupt::takes_along()?;
        save_key_file(path, sessions).with_context(|| name.clone())?;
        note(&format!(
            "{name}: {} saved",
            count(sessions.len(), "session")
        ));
    }
    if sessions.is_empty() {
        note("no key found; give one with --ssecurity-file, or a capture that holds the login");
        return Ok(opened.outcome.max(Outcome::Failed));
    }
    Ok(opened.outcome.max(lost(unread)))
}

/// What a key opened.
#[derive(Default)]
struct Uses {
    flows: usize,
    /// The first entries, and all hosts, in order of appearance.
    entries: Vec<String>,
    hosts: Vec<Arc<str>>,
}

impl Uses {
    fn add(&mut self, entry: String, host: &Arc<str>) {
        self.flows += 1;
        if self.entries.len() < NAMED {
            self.entries.push(entry);
        }
        if self.hosts.len() < NAMED && !self.hosts.contains(host) {
            self.hosts.push(Arc::clone(host));
        }
    }
}

fn print(
    session: &Session,
    uses: &Uses,
    reveal: bool,
    paint: Paint,
    out: &mut impl Write,
) -> Result<()> {
    let shown = |secret: &dyn Fn() -> String| match reveal {
        true => secret(),
        false => "*** (--reveal shows it)".to_owned(),
    };
    let mut lines: Vec<(&str, String)> = vec![
        ("from", session.origin.to_string()),
        ("ssecurity", shown(&|| session.ssecurity.encode())),
    ];
    let account = |text: &String| {
        if reveal {
            text.clone()
        } else {
            masked_account(text)
        }
    };
    lines.extend(session.sid.clone().map(|sid| ("sid", sid)));
    lines.extend(session.user_id.as_ref().map(|id| ("user id", account(id))));
    let c_user_id = session.c_user_id.as_ref();
    lines.extend(c_user_id.map(|id| ("cUserId", account(id))));
    for token in &session.service_tokens {
        lines.push(("token", shown(&|| token.reveal().to_owned())));
    }
    if !uses.hosts.is_empty() {
        lines.push(("hosts", uses.hosts.join(", ")));
    }
    let more = if uses.flows > uses.entries.len() {
        ", …"
    } else {
        ""
    };
    let entries = match uses.entries.as_slice() {
        [] => String::new(),
        entries => format!(": {}{more}", entries.join(", ")),
    };
    lines.push(("opens", format!("{}{entries}", count(uses.flows, "flow"))));
    writeln!(out, "{}", paint.strong(&format!("key {}", session.id())))?;
    for (name, value) in lines {
        writeln!(out, "  {name:<10} {}", clean(&value))?;
    }
    Ok(())
}
