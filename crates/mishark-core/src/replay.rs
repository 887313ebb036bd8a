//! From an edited request to the wire and back. All that the crate sends goes
//! through here; [`attach`](crate::attach) only reads.
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
//!
//! ```
//! use mishark_core::protocol::key::{Nonce, Ssecurity};
//! use mishark_core::replay::{Draft, Endpoint, Refusal, check, sign};
//! use mishark_core::session::{KeyOrigin, Session};
//!
//! let ssecurity = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==")?;
//! let session = Session::new(ssecurity, KeyOrigin::Given);
//!
//! let call = r#"{"params":[{"did":"500000001","siid":2,"piid":1,"value":false}]}"#;
//! let mut draft = Draft::new("https://api.io.mi.com", "/app/miotspec/prop/set", call);
//! draft.session = Some(session.id());
//! let report = check(&draft);
//! assert!(report.is_sound() && report.effect.is_write());
//! assert_eq!(report.effect.to_string(), "prop/set: 500000001 2.1 = false");
//!
//! let request = sign(&draft, &session, Nonce::parse(b"Jaq5urLxbV8BuJCB")?)?;
//! assert_eq!(request.signature(), Some("tpZvXEZ9lheXT0glovpi0TroF5k="));
//! // It stays here: nobody knows a token for it.
//! let refusal = Endpoint::default().check(&request);
//! assert!(matches!(refusal, Err(Refusal::NoToken { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
#[cfg(feature = "send")]
mod batch;
#[cfg(feature = "send")]
mod cancel;
mod captured;
mod client;
#[cfg(feature = "send")]
mod destination;
mod draft;
#[cfg(feature = "send")]
mod exchange;
#[cfg(feature = "send")]
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
#[cfg(feature = "send")]
mod tls;
#[cfg(feature = "send")]
mod way;
#[cfg(feature = "send")]
mod wire;

pub use crate::flow::{Base, BaseError};
pub use answer::{Answer, MAX_CLOCK_SKEW_MINUTES};
#[cfg(feature = "send")]
pub use batch::{Answered, End, Event, Item, send_batch};
#[cfg(feature = "send")]
pub use cancel::Cancel;
pub use captured::NoDraft;
pub use client::client;
#[cfg(feature = "send")]
pub use destination::{ANSWER_LIMIT, Endpoint, Refusal};
pub use draft::{Carrier, Cookie, CookieValue, Draft, SessionPart};
#[cfg(feature = "send")]
pub use exchange::send;
#[cfg(feature = "send")]
pub use failure::SendError;
pub use fields::Field;
pub use lines::{DraftLine, LineError, set_values};
pub use nonce::{NonceError, fresh_nonce};
pub use report::{Effect, Fault, Problem, Report, check, effect};
pub use script::{Language, ScriptError, as_script};
pub use signed::{SignError, SignedRequest, sign};
pub use splice::{SpliceError, splice, splice_at};
#[cfg(feature = "send")]
pub use tls::TlsFault;
#[cfg(feature = "send")]
pub use way::{Certificates, CertificatesError, Proxy};
