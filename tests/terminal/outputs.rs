//! Files that commands write: what they replace, and what is left of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::home::Home;

/// Writes a HAR of a capture to a path.
fn export(home: &Home, capture: &Path, output: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mishark"))
        .args(["decrypt", "--format", "har", "-o"])
        .args([output, capture])
        .args(more)
        .env("HOME", home.path())
        .env_remove("XDG_STATE_HOME")
        .env_remove("MISHARK_SSECURITY")
        .output()
        .unwrap()
}

#[test]
fn no_output_replaces_an_open_capture_by_any_of_its_names() {
    let home = Home::new();
    let path = |name: &str| home.path().join(name);
    fs::copy("samples/home.har", path("in.har")).unwrap();
    std::os::unix::fs::symlink(path("in.har"), path("link.har")).unwrap();
    fs::hard_link(path("in.har"), path("hard.har")).unwrap();
    let before = fs::read(path("in.har")).unwrap();
    for name in ["in.har", "link.har", "hard.har", "./in.har"] {
        for more in [&[][..], &["--force"]] {
            let refused = export(&home, &path("in.har"), &path(name), more);
            assert_eq!(refused.status.code(), Some(2), "{name}");
            let said = String::from_utf8(refused.stderr).unwrap();
            assert!(said.contains("open capture"), "{said}");
            assert!(fs::read(path("in.har")).unwrap() == before);
        }
    }
}

#[test]
fn another_file_is_replaced_if_it_is_asked_for() {
    let home = Home::new();
    let path = |name: &str| home.path().join(name);
    fs::write(path("out.har"), "mine").unwrap();
    let capture = Path::new("samples/home.har");
    let refused = export(&home, capture, &path("out.har"), &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("--force")
    );
    assert_eq!(fs::read(path("out.har")).unwrap(), b"mine");
    assert!(
        export(&home, capture, &path("out.har"), &["--force"])
            .status
            .success()
    );
    assert!(fs::read(path("out.har")).unwrap().starts_with(b"{\"log\""));
}

#[test]
fn what_a_process_that_was_killed_left_is_gone_at_the_next_start() {
    let home = Home::new();
    let path = |name: &str| home.path().join(name);
    // As one leaves it that is killed on the way.
    let notes = path(".local/state/mishark/unfinished");
    fs::create_dir_all(&notes).unwrap();
    fs::write(path("out.har.4711.new"), "half").unwrap();
    fs::write(
        notes.join("4711-0"),
        path("out.har.4711.new").to_str().unwrap(),
    )
    .unwrap();
    assert!(
        export(&home, Path::new("samples/home.har"), &path("b.har"), &[])
            .status
            .success()
    );
    assert!(!path("out.har.4711.new").exists());
    assert_eq!(fs::read_dir(&notes).unwrap().count(), 0);
}
