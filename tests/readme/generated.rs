//! The README's claims: its generated parts are what the code does today.
//!
//! `UPDATE_README=1 cargo test readme` writes them anew.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use crate::support::{root, sidecars, tally};
use mishark::decode::State;
use mishark::filter::{ALIASES, FIELDS};

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
    table.push_str("\n| mitmproxy | here |\n|---|---|\n");
    for alias in ALIASES {
        let _ = writeln!(table, "| `{}` | `{}` |", alias.name, alias.means);
    }
    table
}

/// The lines of the list that the README shows: one of each kind.
const LISTED: [usize; 14] = [0, 2, 9, 10, 14, 15, 17, 18, 32, 35, 43, 53, 56, 59];

/// What the program prints, as a block with the command above it.
fn block(arguments: &str, lines: impl Fn(usize) -> bool) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(arguments.split(' '))
        .env("TZ", "UTC")
        .current_dir(root())
        .output()
        .expect("mishark runs and prints text");
    let text = String::from_utf8(output.stdout).expect("mishark runs and prints text");
    let kept = text.lines().enumerate().filter(|(line, _)| lines(*line));
    let kept: Vec<&str> = kept.map(|(_, text)| text).collect();
    format!(
        "```console\n$ mishark {arguments}\n{}\n```\n",
        kept.join("\n")
    )
}

#[test]
fn its_generated_parts_are_what_the_code_does() {
    let path = root().join("README.md");
    let mut readme = fs::read_to_string(&path).unwrap();
    let parts = [
        (
            "list",
            block("list samples/home.har", |line| LISTED.contains(&line)),
        ),
        ("show", block("show samples/home.har 14", |_| true)),
        ("filters", filters()),
        ("recorders", recorders()),
    ];
    for (name, made) in parts {
        let end = format!("<!-- end of {name} -->");
        let (before, today, after) = part(&readme, &format!("<!-- {name}:"), &end);
        if std::env::var_os("UPDATE_README").is_none() {
            assert_eq!(today, made, "run UPDATE_README=1 cargo test readme");
        }
        readme = format!("{before}{made}{after}");
    }
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, readme).unwrap();
    }
}

#[test]
fn every_kept_body_comes_out_exact() {
    for sidecar in sidecars() {
        let tally = tally(&sidecar);
        assert_eq!(
            tally.exact, tally.kept,
            "{} ({})",
            sidecar.name, sidecar.producer
        );
        assert!(tally.kept > 0, "{} expects nothing", sidecar.name);
        if let Some(entries) = sidecar.entries {
            assert_eq!(tally.entries as u64, entries, "{}", sidecar.name);
        }
    }
}

#[test]
fn the_limits_it_names_are_those_of_the_code() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (words, value, limit) in [
        (
            "64 MiB",
            64 << 20,
            mishark::protocol::plaintext::GUNZIP_LIMIT,
        ),
        ("4 GiB", 4 << 30, mishark::capture::source::UNPACKED_LIMIT),
        ("256 MiB", 256 << 20, mishark::capture::MAX_MEMBER),
        ("1 GiB", 1 << 30, mishark::capture::MAX_ENTRY),
        (
            "1024 fields",
            1024,
            mishark::protocol::form::MAX_FIELDS as u64,
        ),
        ("256 keys", 256, mishark::session::MAX_TRIED as u64),
    ] {
        assert!(readme.contains(words), "{words}");
        assert_eq!(value, limit, "{words}");
    }
}
