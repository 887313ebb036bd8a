//! `body`: one pasted body, opened; the article's script in one line.

use std::io::{Read, Write};

use anyhow::{Context, Result, bail};

use super::terminal::{self, note};
use super::{Outcome, key_options};
use crate::cli::{Body, Gzip};
use mishark_core::protocol::cipher::Keystream;
use mishark_core::protocol::form::Form;
use mishark_core::protocol::key::{Nonce, Ssecurity};
use mishark_core::protocol::plaintext::Plaintext;
use mishark_core::protocol::response::{
    GzipWish, OpenedResponse, Outcome as Answer, ResponseHints, open_response,
};

/// A pasted body larger than this is a capture.
const MAX_BODY: u64 = 256 << 20;

pub(super) fn run(args: &Body, out: &mut impl Write) -> Result<Outcome> {
    let text = match args.text.as_deref() {
        Some("-") | None => {
            let mut text = Vec::new();
            std::io::stdin()
                .lock()
                .take(MAX_BODY)
                .read_to_end(&mut text)?;
            text
        }
        Some(text) => text.as_bytes().to_vec(),
    };
    let form = as_form(&text);
    let field = |names: &[&str]| {
        let form = form.as_ref()?;
        names
            .iter()
            .find_map(|name| form.get(name))
            .map(<[u8]>::to_vec)
    };
    let nonce = match &args.nonce {
        Some(nonce) => Some(nonce.as_bytes().to_vec()),
        None => field(&["_nonce", "nonce"]),
    };
    let Some(nonce) = nonce else {
        bail!("a body needs its request's nonce: --nonce BASE64");
    };
    let nonce = Nonce::parse(&nonce).context("nonce")?;
    let mut keys: Vec<Ssecurity> = key_options::sessions(&args.keys)?
        .into_iter()
        .map(|session| session.ssecurity.clone())
        .collect();
    if let Some(own) = field(&["ssecurity"]) {
        keys.insert(0, Ssecurity::parse(&own).context("ssecurity")?);
    }
    if keys.is_empty() {
        bail!("no key: give --ssecurity-file, MISHARK_SSECURITY or --ssecurity");
    }
    let body = field(&["data"]).unwrap_or(text);
    let opened = keys
        .iter()
        .map(|key| open(&body, key, &nonce, args))
        .reduce(|best, next| if is_opened(&best) { best } else { next });
    let Some(opened) = opened else {
        bail!("no key");
    };
    print(&opened, out)
}

/// The body as a request's form, if it is one.
fn as_form(text: &[u8]) -> Option<Form> {
    let form = Form::parse(text.trim_ascii()).ok()?;
    (form.has("data") && form.fields().len() > 1).then_some(form)
}

fn open(body: &[u8], key: &Ssecurity, nonce: &Nonce, args: &Body) -> OpenedResponse {
    let hints = ResponseHints {
        says_gzip: false,
        key_proved: false,
        gzip: match args.gzip {
            Gzip::Auto => GzipWish::Auto,
            Gzip::No => GzipWish::No,
            Gzip::Yes => GzipWish::Yes,
        },
        gunzip_limit: args.keys.gunzip_limit,
    };
    open_response(body, Some(&mut Keystream::new(&nonce.sign(key))), hints)
}

fn is_opened(opened: &OpenedResponse) -> bool {
    !matches!(opened.outcome, Answer::Noise | Answer::NotBase64 { .. })
}

fn print(opened: &OpenedResponse, out: &mut impl Write) -> Result<Outcome> {
    let Plaintext { bytes, steps } = &opened.plaintext;
    let outcome = match opened.outcome {
        Answer::Empty => {
            note("the body is empty");
            Outcome::Fine
        }
        Answer::Clear if mishark_core::json::looks_like(bytes) => {
            note("not encrypted; printed as it is");
            Outcome::Fine
        }
        Answer::Clear => {
            note("neither base64 nor JSON, so nothing to decrypt; printed as it is");
            Outcome::Failed
        }
        Answer::Opened => Outcome::Fine,
        Answer::GunzipBroken => {
            note(&format!(
                "gzip broke off after {} bytes; printed so far",
                bytes.len()
            ));
            Outcome::Failed
        }
        Answer::GunzipTooBig => {
            note("unpacks to more than --gunzip-limit; printed so far");
            Outcome::Failed
        }
        Answer::NeedsKey | Answer::Noise => {
            note("does not open: key or nonce is another one's, or the body is damaged");
            return Ok(Outcome::Failed);
        }
        Answer::NotBase64 { at } => {
            note(&format!("not base64 at byte {at}"));
            return Ok(Outcome::Failed);
        }
    };
    for repair in opened.repairs.names() {
        note(&format!("base64 repaired: {repair}"));
    }
    if !steps.is_empty() && terminal::is_terminal() {
        let steps: Vec<&str> = steps.iter().map(|step| step.name()).collect();
        note(&steps.join(" → "));
    }
    terminal::plaintext(bytes, out)?;
    Ok(outcome)
}
