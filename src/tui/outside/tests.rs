#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::fs;

use super::*;

/// An editor that does what a shell command says to the file `$1`.
fn programs(script: &str) -> Programs {
    Programs {
        editor: format!("sh -c '{script}' editor"),
        pager: "true".to_owned(),
    }
}

fn edit_with(script: &str, text: &[u8]) -> Result<Vec<u8>, EditError> {
    let folder = tempfile::tempdir().unwrap();
    let editing = Editing {
        purpose: BoxFor::Data,
        text: text.to_vec(),
    };
    let edited = edit(&programs(script), folder.path(), &editing);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "all gone");
    edited.map(|edited| edited.text)
}

#[test]
fn what_was_not_changed_comes_back_byte_for_byte() {
    for text in [&b"{\"a\" : 1}"[..], b"", b"a\r\n", b"\xFF\n\n", b"\n"] {
        assert_eq!(edit_with("true", text).unwrap(), text);
    }
}

#[test]
fn the_line_break_an_editor_adds_is_taken_off_and_one_that_was_there_kept() {
    assert_eq!(edit_with("echo >> \"$1\"", b"[1]").unwrap(), b"[1]");
    assert_eq!(
        edit_with("printf \"[2]\\r\\n\" > \"$1\"", b"[1]").unwrap(),
        b"[2]"
    );
    assert_eq!(edit_with("echo >> \"$1\"", b"[1]\n").unwrap(), b"[1]\n\n");
    assert_eq!(edit_with("echo [2] > \"$1\"", b"[1]\n").unwrap(), b"[2]\n");
}

#[test]
fn nobody_else_can_read_it_meanwhile() {
    let script = "stat -c %a \"$1\" \"$(dirname \"$1\")\" > /dev/null 2>&1 || exit 0; \
                  m=$(stat -c %a \"$1\" \"$(dirname \"$1\")\"); echo \"$m\" > \"$1\"";
    let said = edit_with(script, b"[1]").unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(said, b"600\n700");
    }
}

#[test]
fn an_editor_that_fails_or_is_missing_is_told_by_name() {
    let error = edit_with("echo gone > \"$1\"; exit 3", b"[1]").unwrap_err();
    assert!(error.to_string().contains("exit status: 3"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs {
        editor: "no-such-editor-here".to_owned(),
        pager: String::new(),
    };
    let editing = Editing {
        purpose: BoxFor::Headers,
        text: Vec::new(),
    };
    let error = edit(&programs, folder.path(), &editing).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("`no-such-editor-here` ended with"),
        "{text}"
    );
    assert!(text.ends_with("the text is as it was"), "{text}");
}
