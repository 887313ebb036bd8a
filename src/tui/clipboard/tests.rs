//! What is written for whom, and what the user is told.

use std::ffi::OsString;

use super::*;
use mishark_core::protocol::base64;

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::from_variables(|name| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| OsString::from(value))
    })
}

/// Copies without a folder; what was written, and what was told.
fn copy(variables: &[(&str, &str)], text: &str) -> (String, String) {
    let mut clipboard = Clipboard::choose(&environment(variables), None);
    let mut out = Vec::new();
    let told = match clipboard.copy(text, &mut out) {
        Ok(copied) => copied.to_string(),
        Err(error) => error.to_string(),
    };
    (String::from_utf8(out).unwrap(), told)
}

const SSH: (&str, &str) = ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22");

#[test]
fn the_way_is_chosen_by_where_the_user_sits() {
    let away = |variables: &[(&str, &str)]| environment(variables).way();
    assert_eq!(
        away(&[("SSH_TTY", "/dev/pts/3"), ("DISPLAY", ":0")]),
        Way::Osc52
    );
    assert_eq!(away(&[SSH, ("WAYLAND_DISPLAY", "wayland-0")]), Way::Osc52);
    assert_eq!(away(&[("SSH_CLIENT", "192.0.2.1 1 22")]), Way::Osc52);
    assert_eq!(away(&[SSH, ("TERM", "linux")]), Way::File);
    assert_eq!(away(&[("DISPLAY", ":0")]), Way::System);
    assert_eq!(away(&[("DISPLAY", ":0"), ("SSH_TTY", "")]), Way::System);
    assert_eq!(away(&[("WAYLAND_DISPLAY", "wayland-0")]), Way::System);
    let windows = [
        ("WSL_DISTRO_NAME", "Debian"),
        ("WT_SESSION", "0"),
        ("DISPLAY", ":0"),
    ];
    assert_eq!(away(&windows), Way::Osc52);
    assert_eq!(away(&windows[..1]), away(&[]));
}

#[cfg(not(any(target_os = "macos", windows)))]
#[test]
fn without_display_and_ssh_the_terminal_is_asked_unless_it_can_not() {
    assert_eq!(environment(&[]).way(), Way::Osc52);
    assert_eq!(environment(&[("TERM", "linux")]).way(), Way::File);
    let (_, told) = copy(&[], "on");
    assert_eq!(told, "copied 2 B (OSC 52, no display)");
}

#[test]
fn over_ssh_the_terminal_gets_the_text_in_base64() {
    let (written, told) = copy(&[SSH], "客厅灯");
    assert_eq!(written, "\x1b]52;c;5a6i5Y6F54Gv\x07");
    assert_eq!(told, "copied 9 B (OSC 52, SSH)");
}

#[test]
fn tmux_gets_it_plain_and_wrapped_whichever_it_lets_through() {
    let (written, told) = copy(&[SSH, ("TMUX", "/tmp/tmux-0/default,1,0")], "on");
    assert_eq!(
        written,
        "\x1b]52;c;b24=\x07\x1bPtmux;\x1b\x1b]52;c;b24=\x07\x1b\\"
    );
    assert_eq!(told, "copied 2 B (OSC 52, tmux)");
    let far = environment(&[SSH, ("TERM", "tmux-256color")]);
    assert_eq!(far.multiplexer(), Multiplexer::Tmux);
    let hint = Clipboard::choose(&far, None).hint().unwrap();
    assert!(hint.contains("allow-passthrough"), "{hint}");
}

#[test]
fn screen_gets_it_in_strings_that_are_short_enough() {
    let text = "灯".repeat(1000);
    let (written, told) = copy(&[SSH, ("STY", "1.pts-0"), ("TERM", "screen")], &text);
    let mut whole = String::new();
    for string in written.split_inclusive("\x1b\\") {
        assert!(string.len() <= 256, "{}", string.len());
        whole += string
            .strip_prefix("\x1bP")
            .and_then(|string| string.strip_suffix("\x1b\\"))
            .unwrap();
    }
    let payload = whole
        .strip_prefix("\x1b]52;c;")
        .and_then(|whole| whole.strip_suffix('\x07'))
        .unwrap();
    assert_eq!(
        base64::decode(payload.as_bytes()).unwrap().bytes,
        text.as_bytes()
    );
    assert_eq!(told, "copied 3.0 KB (OSC 52, screen)");
}

#[test]
fn what_is_too_big_goes_to_a_file_and_the_terminal_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut clipboard = Clipboard::choose(&environment(&[SSH]), Some(folder.path().join("state")));
    let text = "灯".repeat(32_000);
    let mut out = Vec::new();
    let copied = clipboard.copy(&text, &mut out).unwrap();
    assert!(out.is_empty());
    let How::File { path, reason } = &copied.how else {
        panic!("{:?}", copied.how)
    };
    assert_eq!(*reason, FileReason::TooBig);
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
    assert_eq!(
        copied.to_string(),
        format!(
            "copied 96 KB to file {}: too big for this terminal",
            path.display()
        )
    );
}

#[test]
fn the_limit_itself_still_goes_and_fits_into_100_000_bytes() {
    let (written, told) = copy(&[SSH], &"a".repeat(OSC_52_LIMIT));
    assert!(written.len() <= 100_000, "{}", written.len());
    assert_eq!(told, "copied 75 KB (OSC 52, SSH)");
    let (written, told) = copy(&[SSH], &"a".repeat(OSC_52_LIMIT + 1));
    assert_eq!(written, "");
    assert_eq!(
        told,
        "75 KB are too big for this terminal, and there is no folder for a file"
    );
}

#[test]
fn a_terminal_without_a_clipboard_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let console = environment(&[SSH, ("TERM", "linux")]);
    let mut clipboard = Clipboard::choose(&console, Some(folder.path().to_owned()));
    let mut out = Vec::new();
    let told = clipboard.copy("on", &mut out).unwrap().to_string();
    assert!(out.is_empty());
    assert!(
        told.ends_with("copied.txt: this terminal has no clipboard"),
        "{told}"
    );
}

#[test]
fn where_copies_go_is_said_beforehand() {
    let describe =
        |variables: &[(&str, &str)]| Clipboard::choose(&environment(variables), None).describe();
    assert_eq!(describe(&[SSH]), "clipboard: OSC 52, SSH");
    assert_eq!(describe(&[("DISPLAY", ":0")]), "clipboard: the system's");
    assert_eq!(describe(&[SSH, ("TERM", "linux")]), "clipboard: a file");
}
