//! From an edited request to the wire and back. The crate's only network code.
//!
//! ```text
//! Flow, template, nothing ──▶ Draft ──check──▶ what is wrong, what it does
//!                              │ sign: session, nonce
//!                              ▼
//!                        SignedRequest ──▶ dry run: the strings, hash, form
//!                              │ send: endpoint, cancel
//!                              ▼
//!                             Flow ──▶ decode, like any other ──▶ Answer
//! ```
//!
//! A [`Draft`] is plain data: every field may be edited, and be wrong. A
//! [`SignedRequest`] can not be edited: [`sign`] makes it, or
//! [`SignedRequest::exact`] copies a recorded one. Untouched text goes out byte
//! for byte as it was captured.
//!
//! Credentials go to the hosts of their own service only, or to one that the
//! user has [confirmed](Endpoint::confirm): [`send`] itself refuses the rest, so
//! no caller can forget to ask.

mod answer;
mod cancel;
mod captured;
mod client;
mod destination;
mod draft;
mod exchange;
mod failure;
mod fields;
mod header;
mod lines;
mod nonce;
mod report;
mod script;
mod signed;
mod splice;
#[cfg(test)]
mod tests;

pub use answer::{Answer, MAX_CLOCK_SKEW_MINUTES};
pub use cancel::Cancel;
pub use captured::NoDraft;
pub use client::client;
pub use destination::{Base, BaseError, Certificates, Endpoint, Proxy, Refusal};
pub use draft::{Carrier, Cookie, CookieValue, Draft, SessionPart};
pub use exchange::{ANSWER_LIMIT, send};
pub use failure::SendError;
pub use fields::Field;
pub use lines::{DraftLine, LineError, set_values};
pub use nonce::{NonceError, fresh_nonce};
pub use report::{Effect, Fault, Problem, Report, check, effect};
pub use script::{Language, ScriptError, as_script};
pub use signed::{SignError, SignedRequest, sign};
pub use splice::{SpliceError, splice};
