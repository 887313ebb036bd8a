//! Captures of strangers: whatever stands in them, every command prints nothing
//! that a terminal takes for a command.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::home::Home;
use crate::pty::Pty;

/// Characters that steer a terminal, or turn and hide what it shows.
const STEERING: &str = "\u{1b}]0;x\u{7}\u{9b}2J\u{85}\u{7f}\u{202e}\u{2066}";

/// Captures with such characters: in signed plaintexts, and in all else that a
/// recorder writes.
fn captures(folder: &Path) -> Vec<String> {
    let text = STEERING;
    let headers = serde_json::json!({ "a": text, text: "b", "Content-Type": text });
    let line = serde_json::json!({
        "method": format!("GET{text}"),
        "url": format!("https://h{text}.example/{text}?a={text}"),
        "headers": headers,
        "body": format!("data={text}&{text}=1"),
        "response": {"status": 200, "headers": headers, "body": text},
    });
    let path = folder.join(format!("lines{text}.jsonl"));
    fs::write(&path, format!("{line}\n{line}\nno {text}\n")).unwrap();
    vec![
        "tests/hostile/esc-in-a-value.har".to_owned(),
        "tests/hostile/c1-in-a-value.har".to_owned(),
        path.display().to_string(),
    ]
}

/// What was written, without the colours and line ends of our own.
fn uncoloured(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log).into_owned();
    let mut pieces = text.split("\u{1b}[");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit() && c != ';');
        match end.filter(|end| piece[*end..].starts_with('m')) {
            Some(end) => out.push_str(&piece[end + 1..]),
            None => out.push_str(&format!("\u{1b}[{piece}")),
        }
    }
    // CSV ends its lines with a carriage return, and the terminal adds one.
    out.replace("\r\r\n", "\n").replace("\r\n", "\n")
}

#[test]
fn no_command_lets_a_capture_steer_the_terminal() {
    let home = Home::new();
    for capture in captures(home.path()) {
        for command in [
            "list {}",
            "list --says {}",
            "list -f did:1 {}",
            "show {} 0",
            "show {} 0 --raw request",
            "show {} 0 --raw response",
            "decrypt --all {}",
            "decrypt --all --format har {}",
            "decrypt --all --format markdown {}",
            "decrypt --all --redact {}",
            "verify {}",
            "keys {}",
            "keys --reveal {}",
            "devices {}",
            "devices --format json {}",
            "devices --format csv {}",
            "replay {} 0 --dry-run --any-data",
            "replay {} 0 --dry-run --any-data --format json",
            "replay {} 0 --as-script sh",
            "replay {} 0 --as-script js",
            "replay {} 0 --as-script python",
            "call /app/x {} --dry-run",
            "body {}",
        ] {
            let arguments = command.split(' ');
            let arguments: Vec<&str> = arguments
                .map(|word| if word == "{}" { &capture } else { word })
                .collect();
            let mut pty = Pty::start(home.command(&arguments), 120, 40);
            let _ = pty.end();
            let written = uncoloured(&pty.log);
            let steers = |c: &char| {
                let is_usual = matches!(c, '\n' | '\t');
                (c.is_control() && !is_usual) || "\u{202e}\u{2066}".contains(*c)
            };
            let found: Vec<char> = written.chars().filter(steers).collect();
            assert!(found.is_empty(), "{command}: {found:?} in {written:?}");
        }
    }
}

#[test]
fn a_shell_script_sends_the_bytes_that_it_does_not_show() {
    let home = Home::new();
    let script = Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(["replay", "tests/hostile/c1-in-a-value.har", "0"])
        .args(["--as-script", "sh"])
        .env("HOME", home.path())
        .output()
        .unwrap();
    let script = String::from_utf8(script.stdout).unwrap();
    assert!(
        !script.chars().any(|c| c.is_control() && c != '\n'),
        "{script:?}"
    );
    // The parameter, as the shell that runs the script has it.
    let parameters = script
        .lines()
        .find(|line| line.starts_with("set -- 'data'"));
    let said = Command::new("sh")
        .args(["-c", &format!("{}; printf %s \"$2\"", parameters.unwrap())])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(said.stdout).unwrap(),
        "{\"a\":\"\u{9b}2J\"}"
    );
}
