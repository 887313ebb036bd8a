//! What a format finds on its way through a file.

use std::io;
use std::ops::Range;

use super::error::{Reason, Warning};

/// One thing that was found.
#[derive(Debug)]
pub(super) enum Found {
    /// The file ends early, behind its last entry, at this byte.
    Cut(u64),
    /// An entry, and what is wrong with it if that is known already. With
    /// [`Reason::Cut`] the file ends inside it.
    Entry(Range<u64>, Option<Reason>),
    /// The file can not be read any further.
    Io(io::Error),
    /// Something to say of the file as a whole.
    Note(Warning),
}

/// What a format finds, in file order. It is pulled while rows are read, so that
/// a large file shows its first rows at once.
pub(super) type Finder<'a> = Box<dyn Iterator<Item = Found> + Send + 'a>;
