//! All text of the interface, in one place, so that a second language can
//! follow without touching a pane.
//!
//! What other parts say of themselves stands beside them: why a flow will not
//! open in [`decode::Reason`](mishark_core::decode::Reason), what a draft lacks in
//! [`replay`](mishark_core::replay), where a copy went in the clipboard, what is wrong
//! with the settings beside their reader, what a key does beside the keys.

pub mod ask;
mod building;
mod draft;
mod locked;
mod panes;
mod start;
mod told;

pub use building::*;
pub use draft::*;
pub use locked::*;
pub use panes::*;
pub use start::*;
pub use told::*;

/// `1 flow`, `2 flows`.
pub use mishark_core::text::count;
