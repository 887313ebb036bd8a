//! A flow and the keys that are known, joined: what was said, and whether that
//! is proved. The only place that knows both a flow and the protocol.
//!
//! ```text
//! Flow ──carrier──▶ form ──recognise──▶ request: find the key, open, check
//!   │                 └─ none: foreign, or half of it is lost
//!   └──response──────────────────────▶ response: base64, RC4, gzip, or clear
//! ```
//!
//! Each of them tells a trail of every step it takes. Nobody listens to it
//! unless the steps are asked for: [`decode`] keeps none, [`explain`] keeps all.

mod decoded;
mod opening;
mod reason;
mod request;
mod response;
pub mod stages;
#[cfg(test)]
mod tests;
mod trail;

pub use decoded::{Decoded, KeyUse, Options, Side, State};
pub use opening::{decode, explain, whole_of_stage};
pub use reason::Reason;
