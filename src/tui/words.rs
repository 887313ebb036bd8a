//! All text of the interface, in one place, so that a second language can
//! follow without touching a pane.
//!
//! What a flow says of itself (why it will not open, and what to do) stands
//! beside the reasons, in [`decode::Reason`](crate::decode::Reason).

mod actions;
pub mod ask;
mod panes;
mod start;
mod told;

pub use actions::{action, context, hint};
pub use panes::*;
pub use start::*;
pub use told::*;

/// `1 flow`, `2 flows`.
pub use crate::text::count;
