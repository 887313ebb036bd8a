//! Other programs on our terminal: editor, pager, pipes, the normal screen.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::asked::BoxFor;
use super::content::Content;
use super::effect::Editing;
use super::view::Selection;
use crate::tui::words;
use mishark_core::private_file;
use mishark_core::text::{clean_lines, hex_dump};

/// The programs to use.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Shows a file to be looked at and edited.
    pub editor: String,
    /// Shows what it reads page by page.
    pub pager: String,
}

impl Programs {
    /// The settings' programs, else those of the environment.
    pub(super) fn find(editor: Option<String>, pager: Option<String>) -> Self {
        let variable = |name: &str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
        };
        let standard = if cfg!(windows) {
            ("notepad", "more")
        } else {
            ("vi", "less")
        };
        Self {
            editor: editor
                .or_else(|| variable("VISUAL"))
                .or_else(|| variable("EDITOR"))
                .unwrap_or_else(|| standard.0.to_owned()),
            pager: pager
                .or_else(|| variable("PAGER"))
                .unwrap_or_else(|| standard.1.to_owned()),
        }
    }
}

fn shell(command: &str) -> Command {
    if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.args(["/C", command]);
        shell
    } else {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]);
        shell
    }
}

/// Feeds bytes to a command and waits for it. One that ends before it has read
/// all of them, as a pager does, is no failure.
fn feed(mut command: Command, bytes: &[u8]) -> io::Result<std::process::ExitStatus> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take()
        && let Err(error) = input.write_all(bytes)
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(error);
    }
    child.wait()
}

/// Shows a body in the pager.
///
/// # Errors
/// If it cannot be started. How it ends is its own matter.
pub(super) fn page(programs: &Programs, body: &Content) -> io::Result<()> {
    let status = feed(shell(&programs.pager), &body.pretty(true))?;
    was_run(&programs.pager, status)
}

/// What a shell tells by its status: whether there was such a command.
fn was_run(command: &str, status: std::process::ExitStatus) -> io::Result<()> {
    /// Found and not to be run; not found.
    const NOT_RUN: [i32; 2] = [126, 127];
    match status.code() {
        Some(code) if NOT_RUN.contains(&code) => {
            Err(io::Error::other(words::not_run(command, &status)))
        }
        _ => Ok(()),
    }
}

/// Hands a text to the editor, in a file that only its owner can read and in a
/// folder of its own, so that the editor's own copies are gone afterwards too;
/// returns what it has become.
///
/// A line break at its end that the text did not have is the editor's.
///
/// # Errors
/// If the file cannot be written or read, or the editor not be started or
/// fails: the text is then what it was.
pub fn edit(programs: &Programs, folder: &Path, editing: &Editing) -> Result<Editing, EditError> {
    let folder = private_file::Folder::new(folder, "edit")?;
    edit_in(programs, folder.path(), editing)
}

/// Why a text did not come back from the editor.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file cannot be written or read.
    #[error("the text was not edited: {0}")]
    File(#[from] io::Error),
    /// The editor ended with a failure, or there is none.
    #[error("`{editor}` ended with {status}; the text is as it was")]
    Failed {
        /// The command.
        editor: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// What was written is longer than any request.
    #[error("the editor wrote over {MAX_EDITED} bytes; the text is as it was")]
    TooLong,
}

/// A text of a request that is longer than this was written by mistake.
const MAX_EDITED: u64 = 16 << 20;

fn edit_in(programs: &Programs, folder: &Path, editing: &Editing) -> Result<Editing, EditError> {
    // Editors choose colours and checks by the extension.
    let name = match editing.purpose {
        BoxFor::Cookies => "cookies.txt",
        BoxFor::Data | BoxFor::Paste => "plaintext.json",
        BoxFor::Headers => "headers.txt",
        BoxFor::Params => "parameters.txt",
    };
    let path = folder.join(name);
    private_file::write(&path, &editing.text)?;
    let status = run_editor(programs, &path)?;
    if !status.success() {
        let editor = programs.editor.clone();
        return Err(EditError::Failed { editor, status });
    }
    let mut text = Vec::new();
    let mut file = std::fs::File::open(&path)?.take(MAX_EDITED + 1);
    file.read_to_end(&mut text)?;
    if text.len() as u64 > MAX_EDITED {
        return Err(EditError::TooLong);
    }
    if !editing.text.ends_with(b"\n") {
        let cut = text.strip_suffix(b"\n").unwrap_or(&text);
        text.truncate(cut.strip_suffix(b"\r").unwrap_or(cut).len());
    }
    Ok(Editing {
        purpose: editing.purpose,
        text,
    })
}

fn run_editor(programs: &Programs, path: &Path) -> io::Result<std::process::ExitStatus> {
    // The editor may have arguments of its own; the path is one more, so that
    // nothing in it is read by the shell.
    if cfg!(windows) {
        return Command::new(&programs.editor).arg(path).status();
    }
    Command::new("sh")
        .args(["-c", &format!("{} \"$1\"", programs.editor), "sh"])
        .arg(path)
        .status()
}

/// Shows a body in the editor, in a file that only its owner can read and that
/// is gone afterwards.
///
/// # Errors
/// If the file cannot be written or the editor not be run.
pub(super) fn show(programs: &Programs, folder: &Path, body: &Content) -> io::Result<()> {
    let extension = match body {
        Content::Json(_) => "json",
        Content::Text(_) => "txt",
        Content::Binary(_) => "bin",
    };
    let folder = private_file::Folder::new(folder, "body")?;
    let path = folder.path().join(format!("body.{extension}"));
    private_file::write(&path, &body.pretty(false))?;
    let status = run_editor(programs, &path)?;
    was_run(&programs.editor, status)
}

/// Pipes a body, byte for byte, through a shell command, whose output stays on
/// the normal screen until Enter.
///
/// # Errors
/// If the command cannot be started.
pub(super) fn pipe(command: &str, body: &Content) -> io::Result<()> {
    let status = feed(shell(command), body.bytes())?;
    if !status.success() {
        println!("\n{status}");
    }
    wait_for_enter()
}

/// Prints a value to the normal screen until Enter.
///
/// # Errors
/// If the terminal is gone.
pub(super) fn print(selection: &Selection) -> io::Result<()> {
    let bytes = selection.pretty();
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => clean_lines(text),
        Err(_) => hex_dump(&bytes, usize::MAX),
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    drop(out);
    wait_for_enter()
}

fn wait_for_enter() -> io::Result<()> {
    print!("\n{} ", words::ENTER_COMES_BACK);
    io::stdout().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests;
