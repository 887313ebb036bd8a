//! The file that a command writes to.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::interrupt;
use mishark_core::private_file::{Pending, is_same};

/// Begins the file at `path`, which has its name once it is whole, and is gone if
/// a signal ends the command before. A file that is there already is only
/// replaced with `force`, and one of the `captures` that are open never is: it
/// may be the only proof there is.
///
/// # Errors
/// If it is one of those, or can not be made.
pub(super) fn begin(path: &Path, force: bool, captures: &[PathBuf]) -> Result<Pending> {
    let mut captures = captures.iter();
    ensure!(
        !captures.any(|capture| is_same(capture, path)),
        "is an open capture, which is never written over"
    );
    ensure!(
        force || !path.is_file(),
        "is there already; --force replaces it"
    );
    interrupt::takes_along()?;
    Ok(Pending::begin(path, force)?)
}
