//! Files that nobody else may read, since there are tokens in them: exports,
//! what was copied, what was opened.
//!
//! What is unfinished has a name of its own. It is gone with its process: taken
//! away by [`leave`] if a signal ends that, by the next one's [`clear_up`] if it
//! just dies.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

mod create;
mod unfinished;

pub use unfinished::{clear_up, leave};

use create::{builder, create, make_folder};
use unfinished::Unfinished;

/// A file that takes its name once it is whole. Until then what had the name
/// before is untouched; given up, it leaves nothing behind.
///
/// What is no plain file (a pipe, a device) is written to as it comes.
#[derive(Debug)]
pub struct Pending {
    file: File,
    /// The file so far and the name wanted; `None` for a pipe.
    target: Option<(Unfinished, PathBuf)>,
    overwrite: bool,
}

impl Pending {
    /// Begins a file, readable by its owner only (0600 on Unix).
    ///
    /// # Errors
    /// If the folder can not be written to, or without `overwrite` if
    /// something has the name already.
    pub fn begin(path: &Path, overwrite: bool) -> io::Result<Self> {
        // A link stays one: its target is replaced.
        let path = match fs::canonicalize(path) {
            Ok(target) if !target.is_file() => {
                return Ok(Self {
                    file: File::options().write(true).open(path)?,
                    target: None,
                    overwrite,
                });
            }
            Ok(_) if !overwrite => return Err(taken()),
            Ok(target) => target,
            Err(_) => path.to_owned(),
        };
        // In the same folder, and of this process alone.
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let new = path.with_file_name(name);
        // One of a process that died and had our number.
        let _ = fs::remove_file(&new);
        let unfinished = Unfinished::new(new);
        Ok(Self {
            file: create(unfinished.path())?,
            target: Some((unfinished, path)),
            overwrite,
        })
    }

    /// Where to write. Without a buffer.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// If it can not be renamed, or without `overwrite` if something got the
    /// name meanwhile.
    pub fn keep(self) -> io::Result<()> {
        let Some((new, path)) = self.target else {
            return Ok(());
        };
        if !self.overwrite {
            // A second name is refused where one is taken, in one step; the first
            // is then dropped. Not all file systems know that.
            if fs::hard_link(new.path(), &path).is_ok() {
                return Ok(());
            }
            if path.symlink_metadata().is_ok() {
                return Err(taken());
            }
        }
        fs::rename(new.path(), path)?;
        new.finish();
        Ok(())
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "is there already")
}

/// Writes a file whole or not at all, readable by its owner only (0600 on
/// Unix), and makes the folder if it is not there (0700).
///
/// # Errors
/// If the folder can not be made, or the file not be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    make_folder(path.parent().unwrap_or(Path::new("")))?;
    let pending = Pending::begin(path, true)?;
    pending.file().write_all(bytes)?;
    pending.keep()
}

/// A new file that others read while it grows, readable by its owner only (0600
/// on Unix). What is no plain file is opened as it is.
///
/// # Errors
/// If a file has the name already, or it can not be made.
pub fn growing(path: &Path) -> io::Result<File> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Err(taken()),
        Ok(_) => File::options().write(true).open(path),
        Err(_) => create(path),
    }
}

/// Whether two names lead to the same file, through links too.
pub fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    let id = |path: &Path| {
        use std::os::unix::fs::MetadataExt;
        let found = fs::metadata(path)?;
        io::Result::Ok((found.dev(), found.ino()))
    };
    #[cfg(not(unix))]
    let id = fs::canonicalize::<&Path>;
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

/// A folder that only its owner can enter. It is removed, with all that is in it,
/// when this is dropped.
#[derive(Debug)]
pub struct Folder(Unfinished);

impl Folder {
    /// Makes one that was not there before (0700 on Unix), and the folder around
    /// it if need be.
    ///
    /// # Errors
    /// If it can not be made.
    pub fn new(around: &Path, name: &str) -> io::Result<Self> {
        /// Folders of processes that died with our number may be in the way.
        const TRIES: u32 = 100;
        make_folder(around)?;
        for attempt in 0..TRIES {
            let path = around.join(format!("{name}-{}-{attempt}", std::process::id()));
            if path.symlink_metadata().is_ok() {
                continue;
            }
            let folder = Self(Unfinished::new(path));
            match builder().create(folder.path()) {
                Ok(()) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => folder.0.finish(),
                Err(error) => return Err(error),
            }
        }
        Err(taken())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_its_folder_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        write(&path, b"a longer first text").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it_even_if_it_was_open_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/file");
        write(&path, b"first").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        write(&path, b"second").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"before").unwrap();
        let pending = Pending::begin(&path, true).unwrap();
        pending.file().write_all(b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"before");
        pending.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
        let refused = Pending::begin(&path, false).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        drop(Pending::begin(&path, true).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, b"before").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let pending = Pending::begin(&link, true).unwrap();
        pending.file().write_all(b"after").unwrap();
        pending.keep().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"after");
        let device = Pending::begin(Path::new("/dev/null"), true).unwrap();
        device.file().write_all(b"away").unwrap();
        device.keep().unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }

    #[test]
    fn what_a_signal_ends_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let pending = Pending::begin(&folder.path().join("export.har"), false).unwrap();
        let opened = Folder::new(folder.path(), "edit").unwrap();
        write(&opened.path().join("body.json"), b"{}").unwrap();
        for path in fs::read_dir(folder.path()).unwrap() {
            let path = path.unwrap().path();
            assert!(unfinished::is_listed(&path), "{path:?}");
        }
        // Not `leave`, which would take along what other tests have begun.
        drop((pending, opened));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_process_that_died_left_unfinished_is_removed_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("unfinished");
        fs::create_dir(&notes).unwrap();
        let note = |name: &str, path: &Path| {
            fs::write(notes.join(name), path.to_str().unwrap()).unwrap();
            File::open(notes.join(name)).unwrap()
        };
        let [left, alive, other] = ["a.har.17.new", "b.har.18.new", "c.har"].map(|name| {
            fs::write(folder.path().join(name), b"half").unwrap();
            folder.path().join(name)
        });
        let edited = folder.path().join("edit-17-0");
        fs::create_dir(&edited).unwrap();
        fs::write(edited.join("plaintext.json"), b"{}").unwrap();
        note("17-0", &left);
        note("17-1", &edited);
        note("17-2", &other);
        let held = note("18-0", &alive);
        held.lock().unwrap();
        unfinished::clear(&notes);
        assert!(!left.exists() && !edited.exists());
        assert!(alive.exists() && other.exists());
        assert_eq!(fs::read_dir(&notes).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn one_file_is_known_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), b"").unwrap();
        fs::write(path("b"), b"").unwrap();
        std::os::unix::fs::symlink(path("a"), path("link")).unwrap();
        fs::hard_link(path("a"), path("hard")).unwrap();
        assert!(is_same(&path("a"), &path("link")) && is_same(&path("hard"), &path("a")));
        assert!(!is_same(&path("a"), &path("b")) && !is_same(&path("a"), &path("none")));
    }

    #[test]
    fn a_folder_that_can_not_be_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write(&file, b"").unwrap();
        assert!(write(&file.join("below"), b"").is_err());
    }
}
