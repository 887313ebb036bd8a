//! Its generated parts, between marks, are what the code does today.

use std::fmt::Write;
use std::fs;

use clap::CommandFactory;
use mishark::cli::Cli;
use mishark::tui::action::{BINDINGS, Context};
use mishark::tui::key::Key;
use mishark_core::decode::State;
use mishark_core::filter::{ALIASES, FIELDS};

use crate::support::{root, sidecars, tally};

/// The part between two marks, and the text before and after it.
fn part<'a>(readme: &'a str, start: &str, end: &str) -> (&'a str, &'a str, &'a str) {
    let from = readme
        .find(start)
        .unwrap_or_else(|| panic!("README has {start}"));
    let from = from + readme[from..].find("-->\n").expect("the mark closes") + 4;
    let to = from
        + readme[from..]
            .find(end)
            .unwrap_or_else(|| panic!("README has {end}"));
    (&readme[..from], &readme[from..to], &readme[to..])
}

fn recorders() -> String {
    let mut table = String::from(
        "| capture | entries | verified | decrypted | plain | unreadable | foreign | exact bodies |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for sidecar in sidecars() {
        let tally = tally(&sidecar);
        let count = |state| tally.count(state);
        // Writing to a String can not fail.
        let _ = writeln!(
            table,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} of {} |",
            sidecar.name,
            tally.entries,
            count(State::Verified),
            count(State::Decrypted),
            count(State::Plain),
            count(State::Unreadable),
            count(State::Foreign),
            tally.exact,
            tally.kept,
        );
    }
    table
}

/// The fields of filters, and mitmproxy's names for them.
fn filters() -> String {
    let mut table = String::from("| field | looks at | example |\n|---|---|---|\n");
    for help in FIELDS {
        let example = help.example.replace('|', "\\|");
        let _ = writeln!(table, "| `{}` | {} | `{example}` |", help.name, help.finds);
    }
    let aliases: Vec<String> = ALIASES
        .iter()
        .map(|alias| format!("`{}` is `{}`", alias.name, alias.means))
        .collect();
    let _ = writeln!(
        table,
        "\nmitmproxy's words are known too: {}.",
        aliases.join(", ")
    );
    table
}

/// The commands, as the command line tells of them.
fn commands() -> String {
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    table.push_str(
        "| `mishark CAPTURE…` | Open captures on the screen; into a pipe, list them |
",
    );
    for command in Cli::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string);
        let name = command.get_name();
        let _ = writeln!(
            table,
            "| `mishark {name}` | {} |",
            about.unwrap_or_default()
        );
    }
    table
}

/// Where keys hold: a heading, and each binding's keys and words.
type Place = (String, Vec<(String, &'static str)>);

/// The keys by where they hold: of the panes two a row, of the rest a line.
fn keys() -> String {
    let mut panes: Vec<Place> = Vec::new();
    let mut popups: Vec<Place> = Vec::new();
    for binding in BINDINGS.iter().filter(|binding| !binding.keys.is_empty()) {
        let contexts: Vec<Context> = binding.contexts.iter().collect();
        let is_pane = |context: &Context| {
            matches!(
                context,
                Context::Flows | Context::Body | Context::Stages | Context::Builder
            )
        };
        let (places, heading) = match (contexts.iter().any(is_pane), &contexts[..]) {
            (true, [context]) => (&mut panes, context.words()),
            (true, _) => (&mut panes, "in every pane"),
            (false, [context]) => (&mut popups, context.words()),
            (false, _) => (&mut popups, "in popups"),
        };
        let keys = binding.keys.iter().map(|key| {
            let key = Key::parse(key).unwrap().to_string();
            format!("`{}`", key.replace('|', "\\|"))
        });
        let line = (keys.collect::<Vec<_>>().join(" "), binding.action.words());
        match places.iter_mut().find(|(known, _)| known == heading) {
            // One action may have another name in the settings.
            Some((_, lines)) if lines.contains(&line) => {}
            Some((_, lines)) => lines.push(line),
            None => places.push((heading.to_owned(), vec![line])),
        }
    }
    let mut text = String::from("| key | | key | |\n|---|---|---|---|\n");
    for (heading, lines) in panes {
        let _ = writeln!(text, "| **{heading}** | | | |");
        // Down the first column, then down the second.
        let (first, second) = lines.split_at(lines.len().div_ceil(2));
        for (at, (keys, words)) in first.iter().enumerate() {
            let (other, others) = second.get(at).cloned().unwrap_or_default();
            let _ = writeln!(text, "| {keys} | {words} | {other} | {others} |");
        }
    }
    text.push('\n');
    for (heading, lines) in popups {
        let lines: Vec<String> = lines
            .iter()
            .map(|(keys, words)| format!("{keys} {words}"))
            .collect();
        let _ = writeln!(text, "* **{heading}**: {}", lines.join("; "));
    }
    text
}

#[test]
fn its_generated_parts_are_what_the_code_does() {
    let path = root().join("README.md");
    let mut readme = fs::read_to_string(&path).unwrap();
    let parts = [
        ("commands", commands()),
        ("keys", keys()),
        ("filters", filters()),
        ("recorders", recorders()),
    ];
    for (name, made) in parts {
        let end = format!("<!-- end of {name} -->");
        let (before, today, after) = part(&readme, &format!("<!-- {name}:"), &end);
        if std::env::var_os("UPDATE_README").is_none() {
            assert_eq!(today, made, "run UPDATE_README=1 cargo test --test readme");
        }
        readme = format!("{before}{made}{after}");
    }
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, readme).unwrap();
    }
}
