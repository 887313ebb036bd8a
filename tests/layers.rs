//! The table of layers in `src/lib.rs`, held: a module imports only from rows
//! below its own, and some crates are used behind one wall only.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate's root by row, the lowest first.
const ROWS: [&[&str]; 9] = [
    &["protocol", "json", "ordered", "spelling", "private_file"],
    &["flow", "call", "template", "redact", "text"],
    &["session", "diff"],
    &["capture"],
    &["decode", "follow", "attach"],
    &["workspace", "directory"],
    &["sweep", "filter", "export", "summary", "replay"],
    &["cli", "tui"],
    &["commands"],
];

/// Crates, and the only modules that may name them. Tests may name any.
const WALLS: [(&str, &[&str]); 24] = [
    ("anyhow", &["commands", "main"]),
    ("arboard", &["tui"]),
    ("clap", &["cli", "commands", "main"]),
    ("clap_complete", &["cli", "commands"]),
    ("clap_mangen", &["commands"]),
    ("crossterm", &["tui"]),
    ("etcetera", &["tui"]),
    ("flate2", &["protocol", "flow", "capture"]),
    ("har", &["export"]),
    ("hmac", &["protocol"]),
    ("indicatif", &["commands"]),
    ("ratatui", &["tui"]),
    ("ratatui_textarea", &["tui"]),
    ("rc4", &["protocol"]),
    ("regex", &["filter"]),
    ("rustix", &["tui"]),
    ("sha1", &["protocol"]),
    ("sha2", &["protocol"]),
    ("signal_hook", &["tui"]),
    ("toml", &["tui"]),
    ("tui_input", &["tui"]),
    ("ureq", &["attach", "replay"]),
    ("webpki_root_certs", &["replay"]),
    ("zip", &["capture"]),
];

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file, as its path of modules: `src/capture/har.rs` is
/// `capture`, `har`; `mod.rs` is its folder.
fn files() -> Vec<(Vec<String>, String)> {
    fn walk(folder: &Path, modules: &[String], files: &mut Vec<(Vec<String>, String)>) {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut modules = modules.to_vec();
            if stem != "mod" && stem != "lib" {
                modules.push(stem);
            }
            if path.is_dir() {
                walk(&path, &modules, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((modules, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    walk(&source(), &[], &mut files);
    files.sort();
    files
}

/// The tokens of Rust text that matter here: words, `::`, and single marks.
/// Comments, strings and character literals are none.
fn tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let after = |from: usize, end: &str| {
        text[from..]
            .find(end)
            .map_or(text.len(), |at| from + at + end.len())
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let marks = bytes[at + 1..].iter();
        let hashes = marks.take_while(|byte| **byte == b'#').count();
        if rest.starts_with("//") {
            at = after(at, "\n");
        } else if rest.starts_with("/*") {
            at = after(at, "*/");
        } else if bytes[at] == b'r' && rest[1 + hashes..].starts_with('"') {
            at = after(at + 2 + hashes, &format!("\"{}", "#".repeat(hashes)));
        } else if rest.starts_with("br") && rest[2..].trim_start_matches('#').starts_with('"') {
            at += 1;
        } else if rest.starts_with('"') {
            at += 1;
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at += 1;
        } else if rest.starts_with("'\\") {
            at = after(at + 3, "'");
        } else if let Some(rest) = rest.strip_prefix('\'') {
            // A lifetime has no second quote behind one character.
            let char = rest.chars().next().map_or(0, char::len_utf8);
            at += 1;
            if rest[char..].starts_with('\'') {
                at += char + 1;
            }
        } else if is_word(bytes[at]) {
            let len = bytes[at..]
                .iter()
                .take_while(|byte| is_word(**byte))
                .count();
            tokens.push(&rest[..len]);
            at += len;
        } else if rest.starts_with("::") {
            tokens.push("::");
            at += 2;
        } else {
            if !bytes[at].is_ascii_whitespace() {
                tokens.push(&rest[..1]);
            }
            at += 1;
        }
    }
    tokens
}

/// What one file names of the crate's root and of other crates.
#[derive(Default)]
struct Named {
    modules: BTreeSet<String>,
    crates: BTreeSet<String>,
}

fn named(modules: &[String], text: &str) -> Named {
    let tokens = tokens(text);
    let is_test_file = modules.iter().any(|module| module == "tests");
    let mut named = Named::default();
    // How deep in braces each module inside the file began.
    let mut inner: Vec<(usize, &str)> = Vec::new();
    let mut braces = 0;
    for (at, token) in tokens.iter().enumerate() {
        let next = |by: usize| tokens.get(at + by).copied().unwrap_or_default();
        let previous = at.checked_sub(1).map_or("", |at| tokens[at]);
        match *token {
            "{" => braces += 1,
            "}" => {
                braces -= 1;
                inner.pop_if(|(depth, _)| *depth > braces);
            }
            "mod" if next(2) == "{" => inner.push((braces + 1, next(1))),
            "crate" | "super" if previous != "::" && next(1) == "::" => {
                let mut start = at;
                while tokens[start] == "super" && tokens.get(start + 2) == Some(&"super") {
                    start += 2;
                }
                let ups = (start - at) / 2 + 1;
                let depth = modules.len() + inner.len();
                assert!(
                    ups <= depth || *token == "crate",
                    "{modules:?}: too many super"
                );
                if *token == "crate" || ups == depth {
                    named.modules.extend(heads(&tokens[start + 2..]));
                }
            }
            word if previous != "::" || tokens.get(at.wrapping_sub(2)) == Some(&"use") => {
                let is_use = previous == "use" || previous == "::";
                let is_path = next(1) == "::" && !is_ours(word);
                let in_tests = is_test_file || inner.iter().any(|(_, name)| *name == "tests");
                if !in_tests && (is_use || is_path) {
                    named.crates.insert(word.to_owned());
                }
            }
            _ => {}
        }
    }
    named
}

/// Whether a word is a module of ours too, so that a path that starts with it
/// is rather that one; a crate of that name is then seen in `use` only.
fn is_ours(word: &str) -> bool {
    row_of(word).is_some() || word == "har"
}

/// The first words of a path behind `crate::`, or of each in its braces.
fn heads(tokens: &[&str]) -> Vec<String> {
    if tokens[0] != "{" {
        return vec![tokens[0].to_owned()];
    }
    let mut heads = Vec::new();
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "{" => depth += 1,
            "}" if depth == 1 => break,
            "}" => depth -= 1,
            word if depth == 1 && matches!(tokens[at - 1], "{" | ",") => {
                heads.push(word.to_owned());
            }
            _ => {}
        }
    }
    heads
}

/// Every breach of the table in one file, in words.
fn breaches(modules: &[String], text: &str) -> Vec<String> {
    let file = modules.join("/");
    let own = modules.first().map_or("lib", String::as_str);
    let named = named(modules, text);
    let mut breaches = Vec::new();
    if let Some(row) = row_of(own) {
        for other in named.modules.iter().filter(|other| *other != own) {
            match row_of(other) {
                Some(below) if below < row => {}
                Some(above) => {
                    breaches.push(format!("{file} (row {row}) imports {other} (row {above})"));
                }
                None => breaches.push(format!("{file} imports {other}, which has no row")),
            }
        }
    }
    for (name, allowed) in WALLS {
        if named.crates.contains(name) && !allowed.contains(&own) {
            breaches.push(format!("{file} uses {name}, which only {allowed:?} may"));
        }
    }
    breaches
}

#[test]
fn modules_import_only_from_rows_below_and_crates_stay_behind_their_walls() {
    let files = files();
    assert!(files.len() > 30, "{} files", files.len());
    let breaches: Vec<String> = files
        .iter()
        .flat_map(|(modules, text)| breaches(modules, text))
        .collect();
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_module_has_a_row_and_the_documentation_shows_the_same() {
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    let declared: BTreeSet<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod ")))
        .map(|line| line.trim_end_matches(';'))
        .collect();
    let known: BTreeSet<&str> = ROWS.into_iter().flatten().copied().collect();
    assert_eq!(declared, known);
    let documented: Vec<String> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter(|line| line.starts_with(|char: char| char.is_ascii_digit()))
        .map(|line| line.rsplit_once(" | ").unwrap().0.to_owned())
        .collect();
    let table = ROWS.iter().enumerate().rev().map(|(row, modules)| {
        let links: Vec<String> = modules.iter().map(|name| format!("[`{name}`]")).collect();
        format!("{row} | {}", links.join(", "))
    });
    assert_eq!(documented, table.collect::<Vec<_>>());
}

#[test]
fn a_breach_is_found_however_it_is_written() {
    let path = |text: &str| -> Vec<String> { text.split('/').map(str::to_owned).collect() };
    for (file, text, expected) in [
        ("flow", "use crate::decode::Side;", 1),
        (
            "flow",
            "use crate::{protocol::key, decode::{Side, State}, cli};",
            2,
        ),
        ("flow", "fn f() -> crate::cli::Cli { f() }", 1),
        ("flow", "use super::capture::Entry;", 1),
        ("session", "use crate::capture::Entry;", 1),
        ("sweep", "use crate::export::Record;", 1),
        ("capture/har", "use super::super::decode;", 1),
        ("capture/har", "use super::body; use super::super::flow;", 0),
        (
            "capture/har",
            "mod tests { use super::super::super::decode; }",
            1,
        ),
        (
            "capture/har",
            "mod tests { use super::*; } use super::decode;",
            0,
        ),
        (
            "decode",
            "use crate::capture::EntryError; use crate::unheard_of;",
            1,
        ),
        (
            "decode",
            "// use crate::cli;\n/* crate::cli */ const A: &str = \"crate::cli\";",
            0,
        ),
        (
            "decode",
            "const A: &[u8] = br#\"crate::cli\"#; let b = '\"'; use crate::cli;",
            1,
        ),
        (
            "decode",
            "fn f<'a>(a: &'a str) {} let c = '{'; mod tests { use super::super::cli; }",
            1,
        ),
        ("decode", "use sha1::Sha1;", 1),
        ("decode", "let a = sha2::Sha256::digest(b);", 1),
        ("decode", "use ::rc4::Rc4;", 1),
        ("decode", "mod tests { use flate2::Compression; }", 0),
        ("decode/tests", "use flate2::Compression;", 0),
        ("capture/index", "har::row(raw); anyhow::bail!(x)", 1),
        ("capture/index", "use har::v1_2;", 1),
        (
            "protocol/signature",
            "use sha1::Sha1; use sha2::Sha256; use hmac::Mac;",
            0,
        ),
    ] {
        let found = breaches(&path(file), text);
        assert_eq!(found.len(), expected, "{file}: {text}: {found:?}");
    }
}
