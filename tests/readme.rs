//! The README's claims: its generated parts are what the code does today.
//!
//! `UPDATE_README=1 cargo test --test readme` writes them anew.

mod support;

use std::fmt::Write;
use std::fs;

use mishark::decode::State;
use support::{root, sidecars, tally};

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

#[test]
fn the_table_of_recorders_is_what_the_captures_give() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, today, after) = part(&readme, "<!-- recorders:", "<!-- end of recorders -->");
    let table = recorders();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{table}{after}")).unwrap();
        return;
    }
    assert_eq!(today, table, "run UPDATE_README=1 cargo test --test readme");
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
