//! Writing flows: JSON lines, decrypted HAR, Markdown, a line for curl; whole
//! or without secrets. To bytes; the caller has the file.

pub mod curl;
pub mod form;
pub mod har;
pub mod jsonl;
pub mod markdown;
mod record;
pub mod redacted;
mod told;

pub use record::Record;
