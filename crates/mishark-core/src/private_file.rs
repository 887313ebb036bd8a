//! Files that nobody else may read, since there are tokens in them: exports,
//! what was copied, what was opened.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that takes its name once it is whole. Until then what had the name
/// before is untouched, even if the new file is made of it; given up, it leaves
/// nothing behind.
///
/// What is no plain file (a pipe, a device) is written to as it comes.
#[derive(Debug)]
pub struct Pending {
    file: File,
    /// The name so far and the name wanted; `None` for a pipe, or once kept.
    names: Option<(PathBuf, PathBuf)>,
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
            Ok(_) if !overwrite => return Err(taken()),
            Ok(target) if !target.is_file() => {
                return Ok(Self {
                    file: File::options().write(true).open(path)?,
                    names: None,
                    overwrite,
                });
            }
            Ok(target) => target,
            Err(_) => path.to_owned(),
        };
        let new = beside(&path);
        Ok(Self {
            file: create(&new)?,
            names: Some((new, path)),
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
    pub fn keep(mut self) -> io::Result<()> {
        let Some((new, path)) = &self.names else {
            return Ok(());
        };
        if self.overwrite {
            fs::rename(new, path)?;
            self.names = None;
            return Ok(());
        }
        // A second name is refused where one is taken, in one step; then the
        // first is dropped. Not all file systems know that.
        match fs::hard_link(new, path) {
            Ok(()) => Ok(()),
            Err(_) if path.symlink_metadata().is_ok() => Err(taken()),
            Err(_) => {
                fs::rename(new, path)?;
                self.names = None;
                Ok(())
            }
        }
    }
}

fn taken() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "is there already")
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some((new, _)) = &self.names {
            let _ = fs::remove_file(new);
        }
    }
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

/// A name in the same folder, of this process alone.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    // One of a process that died and had our number.
    let _ = fs::remove_file(&new);
    new
}

/// Makes a folder that was not there before, which only its owner can enter
/// (0700 on Unix), and the one around it if need be.
///
/// # Errors
/// If it can not be made.
pub fn new_folder(around: &Path, name: &str) -> io::Result<PathBuf> {
    /// Folders of processes that died with our number may be in the way.
    const TRIES: u32 = 100;
    make_folder(around)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for attempt in 0..TRIES {
        let path = around.join(format!("{name}-{}-{attempt}", std::process::id()));
        match builder.create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Never a file or link that is there already: its rights are not ours.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
    fn a_folder_that_can_not_be_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write(&file, b"").unwrap();
        assert!(write(&file.join("below"), b"").is_err());
    }
}
