//! Captures on the screen; where there is none, their list.

use std::io::{self, Read, Write};

use anyhow::{Context, Result, bail};

use super::open::keys_alone;
use super::terminal::has_codes;
use super::{Outcome, learn, list, network};
use crate::cli::{Attach, FilterOption, Input, KeyOptions, List, Look, Screen, Theme};
use crate::tui::effect::Watched;
use crate::tui::{self, Start};
use mishark_core::attach::Target;
use mishark_core::filter::Filter;
use mishark_core::workspace::Workspace;

/// What is read from standard input at most; it is held in memory.
const MAX_INPUT: u64 = mishark_core::capture::source::UNPACKED_LIMIT;

pub(super) fn run(args: Screen, out: &mut impl Write) -> Result<Outcome> {
    if !has_codes() {
        return listed(args, out);
    }
    let mut start = Start {
        workspace: workspace(&args.keys, &args.filter)?,
        filter: args.filter.filter,
        directory: learn::named(&args.filter.spec)?,
        ..looking(args.look)?
    };
    if args.demo {
        start.bytes = Some(("demo".to_owned(), tui::DEMO.to_vec()));
    }
    for path in args.captures {
        if path.as_os_str() == "-" && args.follow {
            bail!(
                "standard input is not followed; `decrypt --stdin-jsonl` reads flows from it as they come"
            );
        } else if path.as_os_str() == "-" {
            // The keys of the screen come from the terminal, so this is read
            // before it is opened.
            start.bytes = Some(("-".to_owned(), standard_input()?));
        } else if !path.exists() {
            // Told at once, and not on a screen that has nothing to show.
            bail!("{}: no such file", path.display());
        } else if args.follow {
            start.watched.push(Watched::File(path));
        } else {
            start.captures.push(path);
        }
    }
    tui::run(start)?;
    Ok(Outcome::Fine)
}

/// The flows of a proxy on the screen.
pub(super) fn attach(args: Attach, target: Target) -> Result<Outcome> {
    let mut start = Start {
        workspace: workspace(&args.keys, &args.filter)?,
        filter: args.filter.filter,
        all: args.all,
        directory: learn::named(&args.filter.spec)?,
        ..looking(args.look)?
    };
    start.watched.push(Watched::Proxy(target));
    tui::run(start)?;
    Ok(Outcome::Fine)
}

/// What holds for any screen.
fn looking(look: Look) -> Result<Start> {
    Ok(Start {
        config: look.config,
        ascii: look.ascii,
        theme: look.theme.map(theme),
        endpoint: network::endpoint(&look.network)?,
        ..Start::default()
    })
}

/// The keys that are given; a filter that is none is told.
fn workspace(keys: &KeyOptions, filter: &FilterOption) -> Result<Workspace> {
    if let Some(filter) = &filter.filter {
        // A mistake is told where it was typed, and not on the screen.
        Filter::parse(filter)
            .map_err(|error| anyhow::anyhow!("{}\n{error}", error.draw(filter)))?;
    }
    keys_alone(keys)
}

fn theme(theme: Theme) -> tui::theme::Theme {
    match theme {
        Theme::Dark => tui::theme::Theme::Dark,
        Theme::Light => tui::theme::Theme::Light,
        Theme::Mono => tui::theme::Theme::Mono,
    }
}

fn standard_input() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .context("-")?;
    Ok(bytes)
}

fn listed(args: Screen, out: &mut impl Write) -> Result<Outcome> {
    if args.demo {
        bail!("--demo is for the screen; samples/home.har is the same home");
    }
    if args.captures.is_empty() {
        bail!(
            "name a capture, or see `mishark --help`; on a terminal that TERM names mishark opens its screen"
        );
    }
    list::run(
        &List {
            input: Input {
                captures: args.captures,
                keys: args.keys,
            },
            filter: args.filter,
            mi: args.mi,
            says: false,
            follow: args.follow,
        },
        out,
    )
}
