//! The tables of layers in the two `lib.rs`, held: a module imports only from
//! rows below its own, files make no circles, and some crates are used behind
//! one wall only. What the compiler holds by itself, that the engine knows no
//! screen, is not looked at again.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod house;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use house::{House, Names};

/// The engine's modules by row, the lowest first.
const ENGINE: &[&[&str]] = &[
    &["protocol", "json", "ordered", "spelling", "private_file"],
    &["flow", "call", "template", "redact", "text"],
    &["session", "diff"],
    &["capture"],
    &["decode", "follow", "attach"],
    &["workspace", "verdict"],
    &["directory"],
    &["sweep", "filter", "summary", "replay", "share"],
    &["export"],
];

/// The workbench's modules by row, the lowest first.
const WORKBENCH: &[&[&str]] = &[&["columns"], &["cli", "tui"], &["commands"]];

/// The screen's own modules by row, the lowest first.
const SCREEN: &[&[&str]] = &[
    &[
        "asked",
        "clipboard",
        "content",
        "folders",
        "key",
        "outgoing",
        "parts",
        "pasted",
        "recent",
        "rows",
        "search",
        "terminal",
        "theme",
    ],
    &["action", "answered", "config", "look", "words"],
    &["flows", "layout", "stages", "view"],
    &["builder", "shown"],
    &["detail", "opened"],
    &["effect"],
    &["message", "outside", "overlay"],
    &["app", "runtime"],
    &["driver"],
    &["run"],
];

/// Crates, and the only modules that may name them. Tests may name any.
const WALLS: &[(&str, &[&str])] = &[
    ("anyhow", &["commands"]),
    ("arboard", &["tui"]),
    ("brotli_decompressor", &["flow"]),
    ("clap", &["cli", "commands"]),
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
    ("rustls", &["replay"]),
    ("ruzstd", &["flow"]),
    ("sha1", &["protocol"]),
    ("sha2", &["protocol"]),
    ("signal_hook", &["commands", "tui"]),
    ("toml", &["tui"]),
    ("tui_input", &["tui"]),
    ("ureq", &["attach", "replay"]),
    ("ureq_proto", &["replay"]),
    ("webpki", &["replay"]),
    ("webpki_root_certs", &["replay"]),
    ("zip", &["capture"]),
];

/// A crate under the rule: its folder of sources, and its rows.
struct Rule {
    source: &'static str,
    rows: &'static [&'static [&'static str]],
}

const RULES: [Rule; 2] = [
    Rule {
        source: "crates/mishark-core/src",
        rows: ENGINE,
    },
    Rule {
        source: "src",
        rows: WORKBENCH,
    },
];

impl Rule {
    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.source)
    }

    fn row_of(&self, module: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.contains(&module))
    }

    /// Every breach of the tables, in words.
    fn breaches(&self, house: &House) -> Vec<String> {
        let mut breaches = Vec::new();
        for (from, to) in house.arrows() {
            let Some(own) = from.first() else { continue };
            let row = self.row_of(own);
            for to in to.iter().filter(|to| to.first() != Some(own)) {
                let below = to.first().and_then(|name| self.row_of(name));
                if row.is_none() || below.is_none() || below >= row {
                    breaches.push(format!(
                        "{} (row {row:?}) imports {} (row {below:?})",
                        from.join("/"),
                        to.join("/"),
                    ));
                }
            }
        }
        for (file, crates) in house.strangers() {
            let own = file.first().map_or("lib", String::as_str);
            for (name, allowed) in WALLS {
                if crates.contains(*name) && !allowed.contains(&own) {
                    let file = file.join("/");
                    breaches.push(format!("{file} uses {name}, which only {allowed:?} may"));
                }
            }
        }
        breaches
    }
}

#[test]
fn modules_import_only_from_rows_below_and_crates_stay_behind_their_walls() {
    for rule in RULES {
        let house = House::read(&rule.folder());
        assert!(house.files().len() > 100, "{}", house.files().len());
        let breaches = rule.breaches(&house);
        assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
    }
}

#[test]
fn the_screens_modules_import_only_from_rows_below() {
    let house = House::read(&RULES[1].folder());
    let row_of = |file: &Names| {
        let module = file.get(1)?;
        SCREEN.iter().position(|row| row.contains(&module.as_str()))
    };
    let is_inside = |file: &Names| file.len() > 1 && file[0] == "tui";
    let mut breaches = Vec::new();
    for (from, to) in house.arrows() {
        let others = to
            .iter()
            .filter(|to| is_inside(to) && from.get(1) != to.get(1));
        for to in others.filter(|_| is_inside(&from)) {
            let (row, below) = (row_of(&from), row_of(to));
            if row.is_none() || below.is_none() || below >= row {
                let (from, to) = (from.join("/"), to.join("/"));
                breaches.push(format!("{from} (row {row:?}) imports {to} (row {below:?})"));
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let circles: Vec<String> = RULES
        .iter()
        .flat_map(|rule| House::read(&rule.folder()).circles())
        .collect();
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

#[test]
fn every_module_has_a_row_and_the_documentation_shows_the_same() {
    for rule in RULES {
        let lib = fs::read_to_string(rule.folder().join("lib.rs")).unwrap();
        assert_documented(&lib, rule.rows, |name| format!("[`{name}`]"));
    }
    let screen = fs::read_to_string(RULES[1].folder().join("tui/mod.rs")).unwrap();
    assert_documented(&screen, SCREEN, |name| format!("`{name}`"));
}

/// A file declares the modules of these rows and no others, and its front page has
/// the rows as a table.
fn assert_documented(text: &str, rows: &[&[&str]], shown: impl Fn(&&str) -> String) {
    let declared: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod ")))
        .map(|line| line.trim_end_matches(';'))
        .collect();
    let known: BTreeSet<&str> = rows.iter().copied().flatten().copied().collect();
    assert_eq!(declared, known);
    let documented: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .filter(|line| line.starts_with(|char: char| char.is_ascii_digit()))
        .map(|line| line.rsplit_once(" | ").unwrap().0.to_owned())
        .collect();
    let table = rows.iter().enumerate().rev().map(|(row, modules)| {
        let names: Vec<String> = modules.iter().map(&shown).collect();
        format!("{row} | {}", names.join(", "))
    });
    assert_eq!(documented, table.collect::<Vec<_>>());
}

fn house(files: &[(&str, &str)]) -> House {
    let names = |path: &str| -> Names {
        let names = path.split('/').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    House::of(
        files
            .iter()
            .map(|(path, text)| (names(path), (*text).to_owned()))
            .collect(),
    )
}

#[test]
fn a_breach_is_found_however_it_is_written() {
    for (text, expected) in [
        ("use crate::decode::Side;", 1),
        (
            "use crate::{protocol::key, decode::{Side, State}, sweep};",
            2,
        ),
        ("fn f() -> crate::sweep::All { f() }", 1),
        ("use super::capture::Entry;", 1),
        ("mod tests { use super::super::decode; }", 1),
        ("mod tests { use super::*; }", 0),
        ("use crate::unheard_of::X;", 1),
        ("fn f() { g!(a, crate::sweep::All::new()) }", 1),
        ("// use crate::sweep;\nconst A: &str = \"crate::sweep\";", 0),
        ("use crate::decode as other; fn f() { other::g() }", 1),
        ("use sha1::Sha1;", 1),
        ("fn f() { sha2::Sha256::digest(b) }", 1),
        ("use ::rc4::Rc4;", 1),
        ("mod tests { use rc4::Rc4; }", 0),
        ("mod har; fn f() { har::row(raw) }", 0),
    ] {
        let house = house(&[
            (
                "",
                "mod capture; mod decode; mod flow; mod protocol; mod sweep;",
            ),
            ("capture", "pub struct Entry;"),
            ("decode", "pub struct Side; pub struct State;"),
            ("flow", text),
            ("flow/har", ""),
            ("protocol", "pub mod key {}"),
            ("sweep", "pub struct All;"),
        ]);
        let found = RULES[0].breaches(&house);
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    }
}

#[test]
fn a_circle_is_found_through_names_that_are_handed_on() {
    for (parent, child, other, circles) in [
        // A parent that only hands its children's names on is on no circle.
        (
            "mod child; mod other; pub use child::A; pub use other::B;",
            "use super::B; pub struct A;",
            "pub struct B;",
            0,
        ),
        (
            "mod child; mod other; pub use child::A; pub use other::B;",
            "use super::B; pub struct A;",
            "use super::A; pub struct B;",
            1,
        ),
        (
            "mod child; mod other; use child::A; pub struct C;",
            "use super::C; pub struct A;",
            "",
            1,
        ),
        (
            "mod child; mod other; fn f() { child::f() } pub struct C;",
            "use super::C; pub fn f() {}",
            "",
            1,
        ),
        (
            "mod child; mod other; fn f() { child::f() }",
            "pub fn f() { super::other::g!(super::other::x) }",
            "use super::child::f;",
            1,
        ),
        (
            "mod child; mod other; fn f() { child::f() }",
            "pub fn f() {}",
            "use super::child::f;",
            0,
        ),
        (
            "mod child; mod other; pub use other::*;",
            "use super::B; pub struct A;",
            "use super::child::A; pub struct B;",
            1,
        ),
    ] {
        let house = house(&[
            ("", "mod parent;"),
            ("parent", parent),
            ("parent/child", child),
            ("parent/other", other),
        ]);
        let found = house.circles();
        assert_eq!(
            found.len(),
            circles,
            "{parent} / {child} / {other}: {found:?}"
        );
    }
}
