//! What is printed of a signed request and of its answer.

use std::borrow::Cow;
use std::io::Write;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::job::Job;
use super::terminal::{is_terminal, note};
use crate::cli::{AnswerFormat, Sending};
use mishark_core::diff::{Diff, diff};
use mishark_core::json::{Tree, to_text};
use mishark_core::protocol::form::{Field, Form as Fields};
use mishark_core::protocol::key::Nonce;
use mishark_core::redact::{self, masked, masked_field};
use mishark_core::replay::{Answered, Draft, Event, SendError, SignedRequest, effect};
use mishark_core::text::{clean, clean_lines, hex_dump};
use mishark_core::verdict::{Place, Verdict};

/// Prints what came of a request: data to `out`, how it went to standard error.
pub(super) fn print(
    job: &Job,
    event: &Event,
    format: AnswerFormat,
    out: &mut impl Write,
) -> Result<()> {
    let name = &job.name;
    let writes = job.effect().is_write();
    if let (AnswerFormat::Json, Some(request)) = (format, &event.request) {
        let mut object = request_json(job, request, Shown::Sent);
        match &event.outcome {
            Ok(answered) => object.append(&mut answer_json(job, answered)),
            Err(error) => object.append(&mut failure_json(error, writes)),
        }
        writeln!(out, "{}", to_text(&object))?;
    }
    let (told, hint) = match &event.outcome {
        Ok(answered) => {
            match format {
                AnswerFormat::Diff => print_diff(job, answered, out)?,
                AnswerFormat::Json => {}
                AnswerFormat::Text => print_text(answered, out)?,
            }
            let status = status(answered).map_or_else(|| "-".to_owned(), |it| it.to_string());
            let took = answered.flow.duration_ms.unwrap_or_default();
            let answer = answered.answer.as_ref();
            let verdict = answer.map(ToString::to_string).unwrap_or_default();
            let hint = answer.map(|answer| answer.hint()).unwrap_or_default();
            (format!("{status} in {took:.0} ms: {verdict}"), hint)
        }
        Err(error) => (error.to_string(), error.hint(writes).to_owned()),
    };
    let gap = if hint.is_empty() { "" } else { "\n" };
    note(&format!("{name}: {told}{gap}{hint}"));
    Ok(())
}

fn status(answered: &Answered) -> Option<u16> {
    answered.flow.response.as_ref()?.status
}

fn plaintext(answered: &Answered) -> Option<&[u8]> {
    answered.decoded.response.as_ref()?.plaintext.as_deref()
}

/// The plaintext byte for byte, but no control bytes onto a terminal.
fn print_text(answered: &Answered, out: &mut impl Write) -> Result<()> {
    let Some(bytes) = plaintext(answered) else {
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

fn changes(job: &Job, answered: &Answered) -> Option<Diff> {
    let before = Tree::parse(job.original.as_deref()?).ok()?;
    let after = Tree::parse(plaintext(answered)?).ok()?;
    Some(diff(&before, &after))
}

fn print_diff(job: &Job, answered: &Answered, out: &mut impl Write) -> Result<()> {
    let Some(diff) = changes(job, answered) else {
        note(&format!("{}: nothing to compare with", job.name));
        return print_text(answered, out);
    };
    for change in &diff.changes {
        writeln!(out, "{change}")?;
    }
    if diff.has_more {
        writeln!(out, "… and more")?;
    }
    Ok(())
}

/// A request's answer, as members to be put behind the request's.
fn answer_json(job: &Job, answered: &Answered) -> Map<String, Value> {
    let decoded = &answered.decoded;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let verdict = answered.answer.as_ref().map(|answer| {
        let judged = Verdict::of(&answered.flow, decoded);
        json!({
            "outcome": judged.outcome.name(),
            "place": judged.place.map(Place::name),
            "code": judged.code,
            "text": judged.to_string(),
            "fine": answer.is_fine(),
            "message": answer.to_string(),
            "hint": answer.hint(),
        })
    });
    let changes = changes(job, answered).map(|diff| {
        let lines = diff.changes.iter().map(|change| change.to_string().into());
        lines.collect::<Vec<Value>>()
    });
    members(json!({
        "answer": {
            "status": status(answered),
            "duration_ms": answered.flow.duration_ms,
            "state": decoded.state.name(),
            "reason": decoded.reason.as_ref().map(|reason| reason.code()),
            "plaintext": plaintext(answered).map(text),
        },
        "checks": {
            "signature": decoded.signature.word(),
            "rc4_hash": decoded.rc4_hash.word(),
        },
        "verdict": verdict,
        "diff": changes,
    }))
}

/// The same of a request that got no answer.
fn failure_json(error: &SendError, writes: bool) -> Map<String, Value> {
    members(json!({
        "answer": null,
        "verdict": {
            "fine": false,
            "message": error.to_string(),
            "hint": error.hint(writes),
            "may_have_arrived": error.may_have_arrived(),
        },
    }))
}

fn members(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
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
        writeln!(out, "{}", to_text(&object))?;
        return Ok(());
    }
    let path = request.target().split('?').next().unwrap_or_default();
    let method = request.method();
    writeln!(out, "{} {}{}", clean(method), request.base(), clean(path))?;
    let mut lines: Vec<(&str, String)> = vec![("account", request.whose())];
    if let Some(base) = &options.network.base_url {
        lines.push(("goes to", base.clone()));
    }
    if let Some(draft) = job.draft() {
        draft_lines(draft, &mut lines);
    }
    if request.is_exact() {
        lines.push(("exact copy", "old nonce, old signature".to_owned()));
    }
    if let Some(style) = request.style() {
        lines.push(("style", style.to_string()));
    }
    let mut add = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    add("nonce", request.nonce().map(nonce_words));
    let seen = |bytes: &[u8]| seen(bytes, options.reveal);
    add("hashed", request.rc4_hash_string().map(seen));
    add("rc4_hash__", request.rc4_hash().map(str::to_owned));
    add("signed", request.signature_string().map(seen));
    add("signature", request.signature().map(str::to_owned));
    add(
        "form",
        request.form().map(|form| form_seen(form, options.reveal)),
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

/// A text with its secrets masked, unless they are to be shown.
fn seen(bytes: &[u8], reveal: bool) -> String {
    let text = String::from_utf8_lossy(bytes);
    if reveal {
        text.into_owned()
    } else {
        masked(&text).into_owned()
    }
}

/// The form as it is sent, its secrets masked unless they are to be shown.
fn form_seen(form: &Fields, reveal: bool) -> String {
    let fields = form.fields().iter().map(|field| {
        let value = String::from_utf8_lossy(field.value());
        let masked = masked_field(redact::Place::Parameter, field.name(), &value);
        if reveal || masked == value {
            field.clone()
        } else {
            Field::new(field.name(), masked.into_owned())
        }
    });
    String::from_utf8_lossy(&fields.collect::<Fields>().encode()).into_owned()
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
        Some(seen(bytes, reveal))
    };
    let path = request.target().split('?').next().unwrap_or_default();
    let headers = request.headers().iter().map(|(name, value)| {
        let masked = || masked_field(redact::Place::Header, name, value);
        let value = if reveal { Cow::from(value) } else { masked() };
        (name.clone(), Value::from(value))
    });
    let draft = job.draft();
    let changed = draft.map(Draft::changed).unwrap_or_default();
    let changed: Vec<_> = changed.into_iter().map(|field| field.name()).collect();
    let data = draft.and_then(Draft::data);
    let data = data.map(|data| seen(data, shown != Shown::Signed));
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
        "form": request.form().map(|form| form_seen(form, reveal)),
    });
    members(json!({ "name": job.name, "request": sent }))
}
