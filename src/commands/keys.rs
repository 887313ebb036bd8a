//! `keys`: what was found, where, and which flows it opens.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;

use anyhow::Result;

use super::Outcome;
use super::open::open;
use super::terminal::{Paint, note};
use super::text::{clean, count};
use crate::cli::Keys;
use crate::decode::mask;
use crate::protocol::key::KeyId;
use crate::session::Session;
use crate::sweep::sweep;

/// How many entry numbers are named a key.
const NAMED: usize = 12;

pub(super) fn run(args: &Keys, out: &mut impl Write) -> Result<Outcome> {
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    let mut flows: HashMap<KeyId, Vec<String>> = HashMap::new();
    let mut waiting = 0_usize;
    let _ = sweep(
        workspace,
        workspace.ids(),
        |_, _, decoded| {
            let locked = decoded.state == crate::decode::State::Locked;
            (decoded.key.as_ref().map(|key| key.id), locked)
        },
        |id, (key, locked)| {
            waiting += usize::from(locked);
            if let Some(key) = key {
                let name = match workspace.captures().len() {
                    1 => id.entry.to_string(),
                    _ => format!("{}:{}", id.capture + 1, id.entry),
                };
                flows.entry(key).or_default().push(name);
            }
            ControlFlow::Continue(())
        },
    );
    let paint = Paint::stdout();
    let sessions = workspace.ring().sessions();
    for (index, session) in sessions.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let opens = flows.get(&session.id()).map_or(&[][..], Vec::as_slice);
        print(session, opens, args.reveal, paint, out)?;
    }
    out.flush()?;
    if waiting > 0 {
        note(&format!("{} still locked", count(waiting, "flow")));
    }
    if sessions.is_empty() {
        note("no key found; give one with --ssecurity-file, or a capture that holds the login");
        return Ok(opened.outcome.max(Outcome::Failed));
    }
    Ok(opened.outcome)
}

fn print(
    session: &Session,
    opens: &[String],
    reveal: bool,
    paint: Paint,
    out: &mut impl Write,
) -> Result<()> {
    let account = |text: &str| if reveal { text.to_owned() } else { mask(text) };
    let hidden = || "*** (--reveal shows it)".to_owned();
    let mut lines: Vec<(&str, String)> = vec![
        ("from", session.origin.to_string()),
        (
            "ssecurity",
            if reveal {
                session.ssecurity.encode()
            } else {
                hidden()
            },
        ),
    ];
    if let Some(sid) = &session.sid {
        lines.push(("sid", sid.clone()));
    }
    if let Some(user) = &session.user_id {
        lines.push(("user id", account(user)));
    }
    if let Some(user) = &session.c_user_id {
        lines.push(("cUserId", account(user)));
    }
    for token in &session.service_tokens {
        let text = if reveal {
            token.reveal().to_owned()
        } else {
            hidden()
        };
        lines.push(("token", text));
    }
    if !session.hosts.is_empty() {
        lines.push(("hosts", session.hosts.join(", ")));
    }
    let named: Vec<&str> = opens.iter().take(NAMED).map(String::as_str).collect();
    let more = if opens.len() > NAMED { ", …" } else { "" };
    let entries = if named.is_empty() {
        String::new()
    } else {
        format!(": {}{more}", named.join(", "))
    };
    lines.push(("opens", format!("{}{entries}", count(opens.len(), "flow"))));
    writeln!(out, "{}", paint.strong(&format!("key {}", session.id())))?;
    for (name, value) in lines {
        writeln!(out, "  {name:<10} {}", clean(&value))?;
    }
    Ok(())
}
