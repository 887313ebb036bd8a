//! `sign`: one call, sealed; the form to send on standard output.

use std::io::{Read, Write};

use anyhow::{Context, Result, bail};

use super::terminal::note;
use super::{Outcome, key_options};
use crate::cli::{Keystream, Sign, Style as CliStyle};
use mishark_core::flow::Url;
use mishark_core::json;
use mishark_core::protocol::key::Nonce;
use mishark_core::protocol::request::{
    ENVELOPE_FIELDS, KeystreamMode, Order, RC4_HASH, Scheme, Style,
};
use mishark_core::protocol::seal::{SealedForm, seal};
use mishark_core::protocol::signature::{Pair, PathForm, path_forms, signed_path};
use mishark_core::replay::fresh_nonce;

/// A call larger than this is a mistake.
const MAX_DATA: u64 = 64 << 20;

pub(super) fn run(args: &Sign, out: &mut impl Write) -> Result<Outcome> {
    let sessions = key_options::sessions(&args.keys)?;
    let session = match sessions.as_slice() {
        [] => bail!("no key: give --ssecurity-file, MISHARK_SSECURITY or --ssecurity"),
        [session] => session,
        _ => bail!("{} keys given; signing needs exactly one", sessions.len()),
    };
    let data = data(&args.data)?;
    if !args.any_data {
        json::check(&data).context("data is not JSON (--any-data signs it all the same)")?;
    }
    let mut params: Vec<Pair<'_>> = vec![("data", &data)];
    for param in &args.params {
        let Some((name, value)) = param.split_once('=') else {
            bail!("--param {param}: expected NAME=VALUE");
        };
        if name.is_empty() || name == "data" || name == RC4_HASH || ENVELOPE_FIELDS.contains(&name)
        {
            bail!("--param {name}: this name belongs to the envelope");
        }
        params.push((name, value.as_bytes()));
    }
    let url = Url::new(args.path.as_str());
    let path = if args.path.starts_with('/') {
        args.path.split(['?', '#']).next().unwrap_or_default()
    } else {
        url.path()
    };
    if !path.starts_with('/') {
        bail!("--path {}: expected /… or a URL with a path", args.path);
    }
    let style = Style {
        scheme: match args.style {
            CliStyle::Hmac => Scheme::Hmac,
            CliStyle::Rc4 => Scheme::Rc4,
        },
        keystream: match args.keystream {
            Keystream::Chained => KeystreamMode::Chained,
            Keystream::Fresh => KeystreamMode::Fresh,
        },
        order: if args.unsorted {
            Order::Received
        } else {
            Order::Sorted
        },
        path: if args.whole_path {
            PathForm::Whole
        } else {
            path_forms(url.host(), path)[0]
        },
        sends_ssecurity: !args.omit_ssecurity,
        plain_nonce_name: false,
        // What is asked for is what is signed.
        skips_empty: false,
    };
    let nonce = match &args.nonce {
        Some(text) => Nonce::parse(text.as_bytes()).context("--nonce")?,
        None => fresh_nonce()?,
    };
    let path = signed_path(path, style.path);
    let sealed = seal(
        &style,
        &args.method,
        path,
        &params,
        &session.ssecurity,
        &nonce,
    );
    if args.explain {
        explain(&sealed, &nonce, path);
    }
    out.write_all(&sealed.form.encode())?;
    writeln!(out)?;
    Ok(Outcome::Fine)
}

/// What an argument means: itself, `@FILE`, or `-` for standard input.
pub(super) fn data(argument: &str) -> Result<Vec<u8>> {
    let mut data = Vec::new();
    if argument == "-" {
        std::io::stdin()
            .lock()
            .take(MAX_DATA)
            .read_to_end(&mut data)?;
    } else if let Some(path) = argument.strip_prefix('@') {
        let file = std::fs::File::open(path).with_context(|| path.to_owned())?;
        file.take(MAX_DATA)
            .read_to_end(&mut data)
            .with_context(|| path.to_owned())?;
    } else {
        return Ok(argument.as_bytes().to_vec());
    }
    if let Some(rest) = data.strip_prefix(b"\xef\xbb\xbf") {
        data = rest.to_vec();
        note(&format!("{argument}: its byte-order mark was dropped"));
    }
    // An editor's last line break is no part of the call.
    while data
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        data.pop();
    }
    Ok(data)
}

/// Every intermediate string, each on its line.
fn explain(sealed: &SealedForm, nonce: &Nonce, path: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let minutes = nonce
        .minutes()
        .map(|minutes| format!(" (minute {minutes})"));
    note(&format!(
        "nonce             {}{}",
        nonce.text(),
        minutes.unwrap_or_default()
    ));
    note(&format!("signed nonce      {}", sealed.signed_nonce.text()));
    note(&format!("signed path       {path}"));
    if let (Some(string), Some(hash)) = (&sealed.rc4_hash_string, &sealed.rc4_hash) {
        note(&format!("rc4_hash__ string {}", text(string)));
        note(&format!("rc4_hash__        {hash}"));
        for field in sealed
            .form
            .fields()
            .iter()
            .take_while(|field| field.name() != "signature")
        {
            note(&format!(
                "encrypted         {}={}",
                field.name(),
                text(field.value())
            ));
        }
    }
    note(&format!(
        "signature string  {}",
        text(&sealed.signature_string)
    ));
    note(&format!("signature         {}", sealed.signature));
}
