//! Single statements: limits, settings, commands for cargo, links.

use clap::Parser;
use mishark::cli::Cli;
use mishark::tui::action::BINDINGS;
use mishark::tui::config::Config;
use mishark::tui::key::Key;

use super::readme;
use crate::support::root;

/// The text of every block of a language.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let start = format!("\n```{language}\n");
    let parts = readme.split(&start).skip(1);
    parts
        .map(|part| part.split("\n```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_limits_it_names_are_those_of_the_code() {
    let readme = readme();
    for (words, value, limit) in [
        (
            "64 MiB",
            64 << 20,
            mishark_core::protocol::plaintext::GUNZIP_LIMIT,
        ),
        (
            "4 GiB",
            4 << 30,
            mishark_core::capture::source::UNPACKED_LIMIT,
        ),
        ("4 GiB of flows", 4 << 30, mishark_core::capture::MAX_HELD),
        ("256 MiB", 256 << 20, mishark_core::capture::MAX_MEMBER),
        ("1 GiB", 1 << 30, mishark_core::capture::MAX_ENTRY),
        (
            "1024 fields",
            1024,
            mishark_core::protocol::form::MAX_FIELDS as u64,
        ),
        ("256 keys", 256, mishark_core::session::MAX_TRIED as u64),
        ("8 MiB", 8 << 20, mishark_core::replay::ANSWER_LIMIT),
        (
            "74 994 bytes",
            74_994,
            mishark::tui::clipboard::OSC_52_LIMIT as u64,
        ),
        (
            "40 columns and 10 rows",
            40 + 10,
            u64::from(mishark::tui::layout::LEAST.0 + mishark::tui::layout::LEAST.1),
        ),
    ] {
        assert!(readme.contains(words), "{words}");
        assert_eq!(value, limit, "{words}");
    }
}

#[test]
fn its_settings_are_read_without_a_mistake_and_are_all_there_are() {
    let [example] = &blocks(&readme(), "toml")[..] else {
        panic!("one example of settings is expected");
    };
    let actions: Vec<&str> = BINDINGS.iter().map(|binding| binding.name).collect();
    let (config, problems) = Config::parse(example, &actions);
    assert_eq!(problems, [], "{problems:?}");
    // Taken apart, so that a new setting has to be told of too.
    let Config {
        theme,
        ascii,
        mouse,
        recent,
        editor,
        pager,
        keys,
    } = config;
    assert_eq!((mouse, recent), (true, true));
    assert!(theme.is_some() && ascii.is_some() && editor.is_some() && pager.is_some());
    for name in ["mouse = ", "recent = "] {
        assert!(example.contains(name), "{name}");
    }
    assert!(!keys.is_empty());
    for key in keys.iter().flat_map(|binding| &binding.keys) {
        assert!(Key::parse(key).is_some(), "{key}");
    }
}

#[test]
fn commands_that_are_not_run_here_are_commands_all_the_same() {
    let readme = readme();
    let commands: Vec<String> = blocks(&readme, "sh");
    assert!(commands[0].starts_with("cargo run --release -- samples/home.har "));
    for line in commands.iter().flat_map(|block| block.lines()) {
        let command = line.split(" #").next().unwrap_or_default();
        let words: Vec<&str> = command
            .split_whitespace()
            .map(|word| word.trim_matches('\''))
            .collect();
        for sample in words.iter().filter(|word| word.starts_with("samples/")) {
            assert!(root().join(sample).exists(), "{line}");
        }
        let arguments = match words[..] {
            ["cargo", "test"] => continue,
            ["cargo", "run", "--example", name, ..] => {
                let main = root().join("examples").join(name).join("main.rs");
                assert!(main.exists(), "{line}");
                continue;
            }
            ["cargo", "run", "--release", "--", ref arguments @ ..]
            | ["mishark", ref arguments @ ..] => arguments,
            _ => panic!("{line}"),
        };
        let arguments = std::iter::once("mishark").chain(arguments.iter().copied());
        if let Err(error) = Cli::try_parse_from(arguments) {
            panic!("{line}\n{error}");
        }
    }
}

#[test]
fn what_it_links_to_is_there() {
    let readme = readme();
    let links = readme.split("](").skip(1);
    let links: Vec<&str> = links.map(|link| link.split(')').next().unwrap()).collect();
    assert!(links.len() > 5, "{links:?}");
    for link in links {
        assert!(root().join(link).exists(), "{link}");
    }
}

#[test]
fn a_newcomer_reads_it_to_the_end() {
    assert!(readme().lines().count() <= 560);
}
