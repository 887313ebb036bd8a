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
mod check;
mod client;
mod destination;
mod draft;
mod fields;
mod header;
mod lines;
mod nonce;
mod script;
mod send;
mod signed;
mod splice;

pub use answer::{Answer, MAX_CLOCK_SKEW_MINUTES};
pub use check::{Effect, Fault, Problem, Report, check, effect};
pub use client::client;
pub use destination::{Base, BaseError, Certificates, Endpoint, Proxy, Refusal};
pub use draft::{Carrier, Cookie, CookieValue, Draft, NoDraft, SessionPart};
pub use fields::Field;

pub use lines::{DraftLine, LineError, set};
pub use nonce::{NonceError, fresh_nonce};

pub use script::{Language, ScriptError, as_script};
pub use send::{ANSWER_LIMIT, Cancel, SendError, send};
pub use signed::{SignError, SignedRequest, sign};
pub use splice::{SpliceError, splice};
