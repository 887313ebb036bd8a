//! `attach`: the flows of a running whistle or mitmweb.

use std::io::Write;

use anyhow::{Context, Result};

use super::live::{FormPrinter, ListPrinter, Live};
use super::selection::Selection;
use super::terminal::has_codes;
use super::{Outcome, screen};
use crate::cli::{Attach, LiveFormat};
use mishark_core::attach::{Attachment, Target};
use mishark_core::export::form::Form;

pub(super) fn run(args: Attach, out: &mut impl Write) -> Result<Outcome> {
    let target =
        Target::parse(&args.url).context("URL: expected an address as http://127.0.0.1:8899")?;
    if args.format.is_none() && has_codes() {
        return screen::attach(args, target);
    }
    let live = Live::new(&args.keys, Selection::parse(&args.filter)?)?;
    let attachment = Attachment::new(target);
    let (form, redacts) = match args.format.unwrap_or(LiveFormat::List) {
        LiveFormat::List => return live.attach(attachment, ListPrinter::new(args.mi, out)),
        LiveFormat::Jsonl => (Form::Jsonl, false),
        LiveFormat::Markdown => (Form::Markdown, true),
    };
    let printer = FormPrinter::begin(form, redacts, args.all, false, out)?;
    live.attach(attachment, printer)
}
