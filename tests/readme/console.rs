//! Every command that the README shows, run, and what it prints compared.
//!
//! A line that starts with `$ ` is a command for `sh`, up to the next one is
//! what it prints on both ways. `? 2` says with which status it ends, `...`
//! stands for any lines and `[..]` for anything in one. A cloud on this machine
//! answers where the README says that the mock cloud runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;

use super::readme;
use crate::cloud::Cloud;
use crate::support::root;

/// Where the README's mock cloud listens.
const CLOUD: &str = "127.0.0.1:8080";

struct Step {
    line: usize,
    command: String,
    status: i32,
    output: Vec<String>,
}

fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_console = false;
    for (at, line) in readme.lines().enumerate() {
        if line.starts_with("```") {
            is_console = line == "```console";
        } else if !is_console {
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                line: at + 1,
                command: command.to_owned(),
                status: 0,
                output: Vec::new(),
            });
        } else if let Some(status) = line.strip_prefix("? ") {
            steps.last_mut().unwrap().status = status.parse().unwrap();
        } else {
            steps.last_mut().unwrap().output.push(line.to_owned());
        }
    }
    for step in &mut steps {
        while step.output.last().is_some_and(String::is_empty) {
            step.output.pop();
        }
    }
    steps
}

/// Whether a line is as it is told, `[..]` standing for anything.
fn is_line(told: &str, line: &str) -> bool {
    let mut parts = told.split("[..]");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Whether lines are as they are told, `...` standing for any number of them.
fn is_output(told: &[String], lines: &[&str]) -> bool {
    match told.split_first() {
        None => lines.is_empty(),
        Some((first, told)) if first == "..." => {
            (0..=lines.len()).any(|skipped| is_output(told, &lines[skipped..]))
        }
        Some((first, told)) => lines
            .split_first()
            .is_some_and(|(line, lines)| is_line(first, line) && is_output(told, lines)),
    }
}

fn is_installed(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    found.is_ok_and(|output| output.status.success())
}

#[test]
fn commands_print_what_the_readme_shows() {
    let sample = root().join("samples/home.har");
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&sample).unwrap());
    let cloud = Cloud::of(&workspace, "127.0.0.1:0").unwrap();
    let address = cloud.base().replace("http://", "");

    // Some commands write files.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("samples")).unwrap();
    for file in fs::read_dir(root().join("samples")).unwrap() {
        let path = file.unwrap().path();
        let copy = folder
            .path()
            .join("samples")
            .join(path.file_name().unwrap());
        fs::copy(&path, copy).unwrap();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_mishark")).parent().unwrap();
    let paths = std::env::var("PATH").unwrap_or_default();

    let steps = steps(&readme());
    assert!(steps.len() > 10, "{} commands", steps.len());
    for step in steps {
        assert!(step.command.contains("mishark "), "{}", step.command);
        if step.command.contains("| jq ") && !is_installed("jq") {
            continue;
        }
        let output = Command::new("sh")
            .args([
                "-c",
                &format!("{{ {}; }} 2>&1", step.command.replace(CLOUD, &address)),
            ])
            .current_dir(folder.path())
            .env("PATH", format!("{}:{paths}", program.display()))
            .env("TZ", "UTC")
            .env("NO_COLOR", "1")
            .env_remove("MISHARK_SSECURITY")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).replace(&address, CLOUD);
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            is_output(&step.output, &lines) && output.status.code() == Some(step.status),
            "README.md:{}: {}\n{text}? {:?}",
            step.line,
            step.command,
            output.status.code()
        );
    }
}

#[test]
fn left_out_text_is_left_out_and_nothing_else() {
    let told = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (told_text, text, expected) in [
        ("a\nb", "a\nb", true),
        ("a\n...\nd", "a\nb\nc\nd", true),
        ("a\n...\nd", "a\nd", true),
        ("a\n...\nd", "a\nb", false),
        ("a[..]d", "abcd", true),
        ("a[..]d", "ad", true),
        ("a[..]d", "abc", false),
        ("a[..]b[..]c", "a b b c", true),
        ("a[..]c", "b c", false),
        ("a", "a\nb", false),
        ("", "a", false),
    ] {
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(is_output(&told(told_text), &lines), expected, "{told_text}");
    }
}
