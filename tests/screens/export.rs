//! Files that are written.

use std::fs;

use super::support::Screen;

fn home() -> Screen {
    Screen::open("samples/home.har", 80, 24)
}

#[test]
fn what_is_listed_is_written_and_loads_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.har");
    let mut screen = home();
    screen.press("o x");
    screen
        .press("x")
        .shows("50 flows listed")
        .holds()
        .press("esc o x");
    screen.press("f").type_text("path:gethome").press("enter");
    screen.press("x").shows("3 flows listed").press("h ctrl-u");
    screen.paste(&path.display().to_string()).press("enter");
    screen.shows("wrote ").shows("3 flows");
    let mut again = Screen::new(80, 24);
    again.load(&path);
    again
        .shows("3 flows")
        .press("a /")
        .type_text("homelist")
        .press("enter")
        .shows("in 3 flows");
}

#[test]
fn marked_flows_alone_are_written_where_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("marked.jsonl");
    let mut screen = home();
    screen
        .press("m m j m x")
        .shows("3 flows marked")
        .press("j ctrl-u");
    screen
        .paste(&path.display().to_string())
        .press("enter")
        .shows("3 flows");
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 3);
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn a_file_that_is_there_is_not_written_over_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("there.jsonl");
    fs::write(&path, "mine").unwrap();
    let mut screen = home();
    screen
        .press("f")
        .type_text("path:prop/set")
        .press("enter x j ctrl-u");
    screen.paste(&path.display().to_string()).press("enter");
    screen.shows("is there already.").shows("y yes").holds();
    // No key but y and n answers.
    screen.press("j x space").shows("is there already.");
    screen.press("n").hides("is there already.");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    screen
        .press("x j ctrl-u")
        .paste(&path.display().to_string())
        .press("enter y")
        .shows("wrote ");
    assert!(fs::read_to_string(&path).unwrap().contains("prop/set"));
    // The next one asks again.
    screen
        .press("x j ctrl-u")
        .paste(&path.display().to_string())
        .press("enter")
        .shows("is there");
}

#[test]
fn the_capture_that_is_open_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.har");
    fs::copy("samples/home.har", &path).unwrap();
    let before = fs::read(&path).unwrap();
    let mut names = vec![path.clone()];
    #[cfg(unix)]
    {
        let link = folder.path().join("link.har");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        names.push(link);
    }
    for name in names {
        let mut screen = Screen::new(80, 24);
        screen.load(&path);
        screen
            .press("x h ctrl-u")
            .paste(&name.display().to_string())
            .press("enter");
        screen.shows("not written");
        assert!(fs::read(&path).unwrap() == before);
    }
}

#[cfg(unix)]
#[test]
fn what_holds_plaintext_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.jsonl");
    let mut screen = home();
    screen
        .press("m x j ctrl-u")
        .paste(&path.display().to_string())
        .press("enter")
        .shows("wrote");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_can_not_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = home();
    screen
        .press("x j ctrl-u enter")
        .shows("a path is wanted")
        .press("esc");
    let nowhere = folder.path().join("no/such/folder.jsonl");
    screen
        .press("m x j ctrl-u")
        .paste(&nowhere.display().to_string())
        .press("enter");
    screen.hides("wrote").hides("writing").shows("No such file");
}

#[test]
fn a_name_is_proposed() {
    let mut screen = home();
    for (form, name) in [
        ("h", "home-plain.har"),
        ("j", "home-plain.jsonl"),
        ("m", "home-plain.md"),
        ("r", "home-plain.redacted.har"),
    ] {
        screen.press("x").press(form).shows(name).press("esc");
    }
}

#[test]
fn nothing_is_exported_of_nothing() {
    let mut screen = home();
    screen
        .press("f")
        .type_text("did:12345")
        .press("enter x")
        .shows("no flows to export");
}

#[test]
fn all_runs_are_written_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    let mut screen = home();
    screen
        .press("x")
        .press("j ctrl-u")
        .paste(&path.display().to_string())
        .press("enter");
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 50);
}
