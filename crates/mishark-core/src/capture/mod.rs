//! Capture files: bytes → entries → flows. No decryption, no display.
//!
//! ```text
//! Source ──head──▶ Format
//!   │                │
//!   ├──chunks──▶ Values ──Found──▶ rows ──▶ Entry, Entry, …     (JSON)
//!   ├──lengths──▶ Finder ──Found──▶ rows ──▶ Entry, Entry, …    (own formats)
//!   ├──directory──▶ Archive ──members──▶ either of these        (zip)
//!   └──one entry─────────────────────────────▶ Flow             (flow)
//! ```
//!
//! Opening a capture reads it once and keeps only where each entry is and what
//! a list shows of it; bodies stay in the file until they are asked for. A bad
//! entry is a row with its reason, and a cut file keeps all that is whole.

mod anyproxy;
mod archive;
mod body;
mod burp;
mod charles;
mod curl;
mod damage;
mod entry;
pub mod error;
mod fields;
mod files;
mod format;
mod found;
mod frames;
mod growing;
mod har;
mod index;
mod jobs;
mod lenient;
pub mod lines;
mod mend;
mod mentions;
mod message;
pub(crate) mod mitmproxy;
mod mockttp;
mod plain;
mod playwright;
mod reader;
mod saz;
pub mod scan;
pub mod source;
mod values;
mod whistle;

pub use archive::MAX_MEMBER;
pub use entry::Entry;
pub use error::{EntryError, Error, Warning};
pub use format::Format;
pub use growing::{Arrival, Arrivals, Arrived, Growing, MAX_HELD};
pub use index::Batch;
pub use reader::{Capture, Reader};
pub use source::Source;
pub use values::MAX_ENTRY;
