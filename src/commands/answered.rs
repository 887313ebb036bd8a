//! What is printed of a signed request and of its answer.

use std::io::Write;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::sending::{Job, Request};
use super::terminal::{is_terminal, note};
use crate::cli::{AnswerFormat, Sending};
use mishark_core::decode::Decoded;
use mishark_core::diff::{Diff, diff};
use mishark_core::flow::Flow;
use mishark_core::json::Tree;
use mishark_core::protocol::form::Form as Fields;
use mishark_core::protocol::key::Nonce;
use mishark_core::replay::{Answer, Draft, SendError, SignedRequest, effect};
use mishark_core::text::{clean, clean_lines, hex_dump};

/// What is printed of an answer.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Diff,
    Json,
    Text,
}

/// A request with its answer, to be printed.
pub(super) struct Answered<'a> {
    pub(super) job: &'a Job,
    pub(super) request: &'a SignedRequest,
    pub(super) flow: &'a Flow,
    pub(super) decoded: &'a Decoded,
    pub(super) answer: Option<Answer>,
}

impl Answered<'_> {
    /// Data to `out`; how it went, to standard error.
    pub(super) fn print(&self, form: Form, out: &mut impl Write) -> Result<()> {
        match form {
            Form::Diff => self.diff(out)?,
            Form::Json => writeln!(out, "{}", Value::Object(self.json()))?,
            Form::Text => self.text(out)?,
        }
        let status = self
            .status()
            .map_or_else(|| "-".to_owned(), |it| it.to_string());
        let took = self.flow.duration_ms.unwrap_or_default();
        let name = &self.job.name;
        let verdict = self
            .answer
            .as_ref()
            .map(Answer::to_string)
            .unwrap_or_default();
        let hint = self.answer.as_ref().map(Answer::hint).unwrap_or_default();
        let hint = if hint.is_empty() {
            hint
        } else {
            format!("\n{hint}")
        };
        note(&format!(
            "{name}: {status} in {took:.0} ms: {verdict}{hint}"
        ));
        Ok(())
    }

    fn status(&self) -> Option<u16> {
        self.flow.response.as_ref()?.status
    }

    fn plaintext(&self) -> Option<&[u8]> {
        self.decoded.response.as_ref()?.plaintext.as_deref()
    }

    /// The plaintext byte for byte, but no control bytes onto a terminal.
    fn text(&self, out: &mut impl Write) -> Result<()> {
        let Some(bytes) = self.plaintext() else {
            return Ok(());
        };
        if !is_terminal() {
            out.write_all(bytes)?;
        } else if let Ok(text) = std::str::from_utf8(bytes) {
            write!(out, "{}", clean_lines(text))?;
        } else {
            write!(out, "{}", hex_dump(bytes, usize::MAX))?;
        }
        if bytes.last().is_some_and(|byte| *byte != b'\n') {
            writeln!(out)?;
        }
        Ok(())
    }

    fn changes(&self) -> Option<Diff> {
        let before = Tree::parse(self.job.original.as_deref()?).ok()?;
        let after = Tree::parse(self.plaintext()?).ok()?;
        Some(diff(&before, &after))
    }

    fn diff(&self, out: &mut impl Write) -> Result<()> {
        let Some(diff) = self.changes() else {
            note(&format!("{}: nothing to compare with", self.job.name));
            return self.text(out);
        };
        for change in &diff.changes {
            writeln!(out, "{change}")?;
        }
        if diff.has_more {
            writeln!(out, "… and more")?;
        }
        Ok(())
    }

    fn json(&self) -> Map<String, Value> {
        let mut object = request_json(self.job, self.request, Shown::Sent);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let reason = self.decoded.reason.as_ref();
        let answer = json!({
            "status": self.status(),
            "duration_ms": self.flow.duration_ms,
            "state": self.decoded.state.name(),
            "reason": reason.map(|reason| reason.code()),
            "plaintext": self.plaintext().map(text),
        });
        let checks = json!({
            "signature": self.decoded.signature.word(),
            "rc4_hash": self.decoded.rc4_hash.word(),
        });
        let verdict = self.answer.as_ref().map(|answer| {
            json!({
                "fine": answer.is_fine(),
                "message": answer.to_string(),
                "hint": answer.hint(),
            })
        });
        let changes = self.changes().map(|diff| {
            let lines = diff.changes.iter().map(|change| change.to_string().into());
            lines.collect::<Vec<Value>>()
        });
        object.insert("answer".to_owned(), answer);
        object.insert("checks".to_owned(), checks);
        object.insert("verdict".to_owned(), json!(verdict));
        object.insert("diff".to_owned(), json!(changes));
        object
    }
}

/// A request that got no answer, as JSON.
pub(super) fn failure(
    job: &Job,
    request: &SignedRequest,
    error: &SendError,
    out: &mut impl Write,
) -> Result<()> {
    let mut object = request_json(job, request, Shown::Sent);
    let verdict = json!({
        "fine": false,
        "message": error.to_string(),
        "hint": error.hint(),
        "may_have_arrived": error.may_have_arrived(),
    });
    object.insert("answer".to_owned(), Value::Null);
    object.insert("verdict".to_owned(), verdict);
    writeln!(out, "{}", Value::Object(object))?;
    Ok(())
}

/// Shows a signed request instead of sending it.
pub(super) fn dry_run(
    job: &Job,
    request: &SignedRequest,
    options: &Sending,
    out: &mut impl Write,
) -> Result<()> {
    if options.format == AnswerFormat::Json {
        let shown = if options.reveal {
            Shown::Revealed
        } else {
            Shown::Signed
        };
        let object = request_json(job, request, shown);
        writeln!(out, "{}", Value::Object(object))?;
        return Ok(());
    }
    let path = request.target().split('?').next().unwrap_or_default();
    let method = request.method();
    writeln!(out, "{} {}{}", clean(method), request.base(), clean(path))?;
    let mut lines: Vec<(&str, String)> = vec![("account", request.whose())];
    if let Some(base) = &options.network.base_url {
        lines.push(("goes to", base.clone()));
    }
    if let Request::Draft(draft) = &job.request {
        draft_lines(draft, &mut lines);
    }
    if request.is_exact() {
        lines.push(("exact copy", "old nonce, old signature".to_owned()));
    }
    if let Some(style) = request.style() {
        lines.push(("style", style.to_string()));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut add = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    add("nonce", request.nonce().map(nonce_words));
    add("hashed", request.rc4_hash_string().map(text));
    add("rc4_hash__", request.rc4_hash().map(str::to_owned));
    add("signed", request.signature_string().map(text));
    add("signature", request.signature().map(str::to_owned));
    add(
        "form",
        request
            .form()
            .map(|form| text(&masked(form, options.reveal).encode())),
    );
    for (name, value) in lines {
        writeln!(out, "  {name:<10} {}", clean(&value))?;
    }
    Ok(())
}

fn draft_lines(draft: &Draft, lines: &mut Vec<(&str, String)>) {
    let effect = effect(draft);
    let nature = if effect.is_write() {
        "can change something"
    } else {
        "only reads"
    };
    lines.push(("effect", format!("{effect} ({nature})")));
    let changed: Vec<&str> = draft.changed().iter().map(|field| field.name()).collect();
    if draft.captured().is_some() {
        let changed = match changed.as_slice() {
            [] => "nothing".to_owned(),
            changed => changed.join(", "),
        };
        lines.push(("changed", changed));
    }
    if !draft.left_out().is_empty() {
        lines.push(("left out", draft.left_out().join(", ")));
    }
    lines.extend(draft.notes().iter().map(|note| ("note", note.clone())));
}

fn nonce_words(nonce: &Nonce) -> String {
    match nonce.minutes() {
        Some(minutes) => format!("{} (minute {minutes})", nonce.text()),
        None => nonce.text().to_owned(),
    }
}

/// The form with the key masked, unless it is to be shown.
fn masked(form: &Fields, reveal: bool) -> Fields {
    let mut form = form.clone();
    for name in ["ssecurity", "yetAnotherServiceToken"] {
        if !reveal && form.has(name) {
            form.set(name, "***");
        }
    }
    form
}

/// How much of a request is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Everything, cookies and the account's key too.
    Revealed,
    /// What was sent, without the strings that hold the request's key.
    Sent,
    /// Those too: that is what a dry run is for.
    Signed,
}

/// What is sent, as JSON.
fn request_json(job: &Job, request: &SignedRequest, shown: Shown) -> Map<String, Value> {
    let reveal = shown == Shown::Revealed;
    let string = |bytes: Option<&[u8]>| {
        let bytes = bytes.filter(|_| shown != Shown::Sent)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let path = request.target().split('?').next().unwrap_or_default();
    let headers = request.headers().iter().map(|(name, value)| {
        let is_cookie = name.eq_ignore_ascii_case("cookie");
        let value = if is_cookie && !reveal { "***" } else { value };
        (name.clone(), Value::from(value))
    });
    let (data, changed) = match &job.request {
        Request::Draft(draft) => {
            let changed = draft.changed().into_iter().map(|field| field.name());
            (draft.data().map(text), changed.collect::<Vec<_>>())
        }
        Request::Exact(_) => (None, Vec::new()),
    };
    let sent = json!({
        "method": request.method(),
        "url": format!("{}{path}", request.base()),
        "headers": headers.collect::<Map<String, Value>>(),
        "account": request.whose(),
        "exact": request.is_exact(),
        "changed": changed,
        "data": data,
        "style": request.style().map(ToString::to_string),
        "nonce": request.nonce().map(|nonce| nonce.text()),
        "rc4_hash": request.rc4_hash(),
        "rc4_hash_string": string(request.rc4_hash_string()),
        "signature": request.signature(),
        "signature_string": string(request.signature_string()),
        "form": request.form().map(|form| text(&masked(form, reveal).encode())),
    });
    let mut object = Map::new();
    object.insert("name".to_owned(), job.name.clone().into());
    object.insert("request".to_owned(), sent);
    object
}
