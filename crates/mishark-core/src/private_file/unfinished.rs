//! What goes with its process, unless that comes to finish it.
//!
//! ```text
//! Unfinished ──▶ a list in this process ──leave()─────▶ removed when a signal ends it
//!           └──▶ a note, locked         ──clear_up()──▶ removed by the next process
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::create::{create, make_folder};

/// Paths longer than this are no file's.
const MAX_PATH: u64 = 64 << 10;

static LISTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static NOTES: OnceLock<PathBuf> = OnceLock::new();

fn listed() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is whole after every step.
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder that is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Unfinished {
    path: PathBuf,
    is_finished: bool,
    /// Locked for as long as it is open: who finds it so lets it be.
    note: Option<(PathBuf, File)>,
}

impl Unfinished {
    /// Comes before the file is made, so that there is no moment in which nobody
    /// knows of it. Its name has to hold [`std::process::id`].
    pub(super) fn new(path: PathBuf) -> Self {
        listed().push(path.clone());
        Self {
            note: note(&path).ok().flatten(),
            path,
            is_finished: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// It stays, or has another name by now.
    pub(super) fn finish(mut self) {
        self.is_finished = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_finished {
            remove(&self.path);
        }
        listed().retain(|path| *path != self.path);
        if let Some((note, _)) = &self.note {
            let _ = fs::remove_file(note);
        }
    }
}

/// Removes all that is unfinished: for a process that is about to end.
pub fn leave() {
    for path in listed().drain(..) {
        remove(&path);
    }
}

/// Removes what processes that have died left unfinished, as the notes in a
/// folder tell. From here on this process leaves its own notes there.
pub fn clear_up(folder: PathBuf) {
    clear(&folder);
    let _ = NOTES.set(folder);
}

pub(super) fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let note = entry.path();
        let Ok(file) = File::options().read(true).write(true).open(&note) else {
            continue;
        };
        if file.try_lock().is_err() {
            continue;
        }
        let mut path = String::new();
        let is_read = (&file).take(MAX_PATH).read_to_string(&mut path).is_ok();
        // What was made by another name is none of ours.
        let maker = entry.file_name();
        let maker = maker.to_str().and_then(|name| name.split('-').next());
        let name = Path::new(&path).file_name().and_then(|name| name.to_str());
        let is_ours = name
            .zip(maker)
            .is_some_and(|(name, maker)| name.split(['.', '-']).any(|part| part == maker));
        if is_read && is_ours {
            remove(Path::new(&path));
        }
        let _ = fs::remove_file(note);
    }
}

/// Notes what is about to be made, if there is a folder for that.
fn note(path: &Path) -> io::Result<Option<(PathBuf, File)>> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let Some(folder) = NOTES.get() else {
        return Ok(None);
    };
    let path = std::path::absolute(path)?;
    let Some(text) = path.to_str() else {
        return Ok(None);
    };
    make_folder(folder)?;
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let note = folder.join(format!("{}-{number}", std::process::id()));
    // One of a process that died and had our number.
    let _ = fs::remove_file(&note);
    let mut file = create(&note)?;
    file.lock()?;
    file.write_all(text.as_bytes())?;
    Ok(Some((note, file)))
}

fn remove(path: &Path) {
    // A link is not followed: what it leads to is not ours.
    let is_folder = path.symlink_metadata().is_ok_and(|it| it.is_dir());
    let _ = if is_folder {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
}

#[cfg(test)]
pub(super) fn is_listed(path: &Path) -> bool {
    listed().iter().any(|known| known == path)
}
