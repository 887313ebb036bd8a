//! Writing flows: JSON lines, decrypted HAR, Markdown, a line for curl; whole
//! or without secrets. To bytes; the caller has the file.

use crate::capture::Entry;
use crate::decode::Decoded;
use crate::flow::Flow;

pub mod curl;
pub mod form;
pub mod har;
pub mod jsonl;
pub mod markdown;
pub mod redacted;

/// Everything that is known of one entry when it is written.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The capture's name as given.
    pub capture: &'a str,
    /// The entry's position in it, from 0.
    pub index: usize,
    /// Its row.
    pub entry: &'a Entry,
    /// The flow; `None` if the entry could not be read.
    pub flow: Option<&'a Flow>,
    /// The flow opened.
    pub decoded: &'a Decoded,
    /// What it says in one line, if that is to be written: JSON lines have it.
    pub says: Option<&'a str>,
}
