//! `show`: one flow, whole.

use std::io::Write;

use anyhow::{Result, bail};

use super::Outcome;
use super::open::with_keys;
use super::terminal::{self, Paint};
use crate::cli::{RawSide, Show};
use mishark_core::decode::{Decoded, Side, State};
use mishark_core::flow::Flow;
use mishark_core::json;
use mishark_core::protocol::plaintext::odd_byte;
use mishark_core::protocol::request::Order;
use mishark_core::protocol::signature::{Check, PathForm};
use mishark_core::redact::{Place, masked, masked_field};
use mishark_core::text::{clean, clean_lines, hex_dump};
use mishark_core::workspace::FlowId;

/// How much of a binary body is dumped.
const DUMPED: usize = 4096;

pub(super) fn run(args: &Show, out: &mut impl Write) -> Result<Outcome> {
    let opened = with_keys(std::slice::from_ref(&args.capture), &args.keys)?;
    let workspace = &opened.workspace;
    let count = workspace.len();
    if args.entry >= count {
        match count {
            0 => bail!("{}: has no entries", args.capture.display()),
            _ => bail!(
                "{}: has no entry {}; its last is {}",
                args.capture.display(),
                args.entry,
                count - 1
            ),
        }
    }
    let (flow, decoded) = workspace.open(FlowId {
        capture: 0,
        entry: args.entry,
    });
    if let Some(side) = args.raw {
        return raw(side, &decoded, out);
    }
    let paint = Paint::stdout();
    heading(args.entry, flow.as_ref(), &decoded, paint, out)?;
    section("request", &decoded.request, args.reveal, paint, out)?;
    match &decoded.response {
        Some(side) => section("response", side, args.reveal, paint, out)?,
        None => writeln!(out, "\n{}", paint.strong("response: none"))?,
    }
    // Damage elsewhere in the capture was told, and does not concern this flow.
    let unreadable = flow.is_none();
    Ok(if unreadable {
        Outcome::Damaged
    } else {
        Outcome::Fine
    })
}

/// One plaintext, byte for byte, but no control bytes onto a terminal.
fn raw(side: RawSide, decoded: &Decoded, out: &mut impl Write) -> Result<Outcome> {
    let side = match side {
        RawSide::Request => Some(&decoded.request),
        RawSide::Response => decoded.response.as_ref(),
    };
    let Some(bytes) = side.and_then(|side| side.plaintext.as_deref()) else {
        terminal::note(&decoded.reason.as_ref().map_or_else(
            || "there is no such body".to_owned(),
            |reason| format!("{} {}", reason.message(), reason.hint()),
        ));
        return Ok(Outcome::Failed);
    };
    terminal::plaintext(bytes, out)?;
    Ok(Outcome::Fine)
}

fn heading(
    entry: usize,
    flow: Option<&Flow>,
    decoded: &Decoded,
    paint: Paint,
    out: &mut impl Write,
) -> Result<()> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    if let Some(flow) = flow {
        let title = format!(
            "{entry} {} {}",
            clean(&flow.request.method),
            clean(&masked(flow.request.url.as_str())),
        );
        writeln!(out, "{}", paint.strong(&title))?;
        if let Some(started) = flow.started {
            let took = flow.duration_ms.map(|ms| format!(", took {ms:.0} ms"));
            lines.push(("started", format!("{started}{}", took.unwrap_or_default())));
        }
        let status = flow.response.as_ref().and_then(|response| response.status);
        lines.push((
            "status",
            status.map_or_else(|| "none".to_owned(), |code| code.to_string()),
        ));
    } else {
        writeln!(
            out,
            "{}",
            paint.strong(&format!("{entry} unreadable entry"))
        )?;
    }
    let scheme = decoded.scheme.map(|scheme| format!(" ({})", scheme.name()));
    let state = format!("{}{}", decoded.state.name(), scheme.unwrap_or_default());
    lines.push(("state", paint.state(decoded.state, &state)));
    if decoded.state != State::Foreign && decoded.scheme.is_some() {
        lines.push(("signature", check(&decoded.signature)));
        lines.push(("rc4_hash", check(&decoded.rc4_hash)));
    }
    if let Some(style) = decoded.style {
        let keystream = decoded
            .keystream()
            .map(|mode| format!("{} keystream, ", mode.name()));
        let order = match style.order {
            Order::Received => "parameters as received",
            Order::Sorted => "parameters sorted",
        };
        let path = match style.path {
            PathForm::Stripped => "path without /app",
            PathForm::Whole => "whole path",
        };
        lines.push((
            "style",
            format!("{}{order}, {path}", keystream.unwrap_or_default()),
        ));
    }
    if let Some(nonce) = &decoded.nonce {
        lines.push(("nonce", clean(nonce).into_owned()));
    }
    if let Some(key) = &decoded.key {
        lines.push(("key", format!("{} from {}", key.id, clean(&key.from))));
    }
    if let Some(reason) = &decoded.reason {
        lines.push((
            "reason",
            format!("{} [{}]", clean(&reason.message()), reason.code()),
        ));
        lines.push(("hint", reason.hint().to_owned()));
    }
    for (name, value) in lines {
        writeln!(out, "  {name:<10} {value}")?;
    }
    Ok(())
}

fn check(check: &Check) -> String {
    match check {
        Check::Mismatch { expected, found } => {
            format!(
                "mismatch: expected {}, found {}",
                clean(expected),
                clean(found)
            )
        }
        other => other.word().to_owned(),
    }
}

fn section(
    name: &str,
    side: &Side,
    reveal: bool,
    paint: Paint,
    out: &mut impl Write,
) -> Result<()> {
    let steps: Vec<&str> = side.steps.iter().map(|step| step.name()).collect();
    let steps = match steps.as_slice() {
        [] => String::new(),
        steps => format!(" ({})", steps.join(" → ")),
    };
    let size = match &side.plaintext {
        Some(bytes) => format!("{} bytes", bytes.len()),
        None => "no plaintext".to_owned(),
    };
    writeln!(out, "\n{}", paint.strong(&format!("{name}: {size}{steps}")))?;
    for warning in &side.warnings {
        let note = format!("  note: {}", clean(&masked(warning)));
        writeln!(out, "{}", paint.dim(&note))?;
    }
    for (name, value) in &side.params {
        let value = String::from_utf8_lossy(value);
        let masked = masked_field(Place::Parameter, name, &value);
        let shown = if reveal { &value } else { &masked };
        writeln!(out, "  {} = {}", clean(name), clean(shown))?;
    }
    if let Some(bytes) = &side.plaintext {
        // JSON stays JSON, but for a byte that the warning tells of.
        let text = odd_byte(bytes).map(|_| String::from_utf8_lossy(bytes));
        let bytes = text.as_ref().map_or(bytes.as_slice(), |text| {
            text.trim_end_matches('\0').as_bytes()
        });
        match std::str::from_utf8(bytes) {
            Ok(text) if !reveal => plaintext(masked(text).as_bytes(), out)?,
            _ => plaintext(bytes, out)?,
        }
    }
    Ok(())
}

/// JSON from its own bytes, text as text, the rest in hex.
fn plaintext(bytes: &[u8], out: &mut impl Write) -> Result<()> {
    if let Ok(document) = json::check(bytes) {
        let options = json::Options {
            unescape: true,
            ..json::Options::default()
        };
        json::pretty(document, &options, out)?;
        writeln!(out)?;
        return Ok(());
    }
    match std::str::from_utf8(bytes) {
        Ok("") => {}
        Ok(text) => {
            let text = clean_lines(text);
            let end = if text.ends_with('\n') { "" } else { "\n" };
            write!(out, "{text}{end}")?;
        }
        Err(_) => write!(out, "{}", hex_dump(bytes, DUMPED))?,
    }
    Ok(())
}
