//! Making files and folders that are their owner's alone.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Never a file or link that is there already: its rights are not ours.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder with those around it, if it is not there (0700 on Unix).
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    builder().recursive(true).create(folder)
}

/// What makes folders that only their owner can enter.
pub(super) fn builder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
