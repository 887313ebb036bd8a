//! The engine of mishark: it opens captures of the Mi Home (米家) app, shows
//! what was said in plaintext, proves it by recomputing signatures and hashes,
//! and sends it again, edited and signed afresh.
//!
//! A capture file goes in at the bottom of this table and plaintext comes out
//! at the top. A module imports only from rows below its own; modules of one
//! row do not know each other. `tests/layers` holds this.
//!
//! | row | modules | what they know |
//! |-----|---------|----------------|
//! | 8 | [`export`] | how flows are written, one and many |
//! | 7 | [`sweep`], [`filter`], [`summary`], [`replay`], [`share`] | many flows at once; which of them; a line on each; edited and sent again; made fit to be shown |
//! | 6 | [`directory`] | whose the numbers in captures are |
//! | 5 | [`workspace`], [`verdict`] | open captures and their keys; whether the cloud did it |
//! | 4 | [`decode`], [`follow`], [`attach`] | a flow and a key, joined; files that grow; proxies that run |
//! | 3 | [`capture`] | files: bytes → entries → flows |
//! | 2 | [`session`], [`diff`] | logins and their keys; what changed between two documents |
//! | 1 | [`flow`], [`call`], [`template`], [`redact`], [`text`] | one request with its answer; what a path means; calls with blanks; which names are secrets, and what to put in their place; text that is safe to print |
//! | 0 | [`protocol`], [`json`], [`ordered`], [`spelling`], [`private_file`] | bytes and values; work in order; names that were mistyped; files for the user alone |
//!
//! The protocol itself is told in [`protocol`], once.
//!
//! Opening a capture, and what is in it:
//!
//! ```
//! use mishark_core::capture::Capture;
//! use mishark_core::decode::{Options, State};
//! use mishark_core::workspace::Workspace;
//!
//! let mut workspace = Workspace::new(Options::default());
//! workspace.add(Capture::open("samples/home.har".as_ref())?);
//! let mut verified = 0;
//! for id in workspace.ids() {
//!     let (_, decoded) = workspace.open(id);
//!     if decoded.state == State::Verified {
//!         verified += 1;
//!         let plaintext = decoded.request.plaintext.unwrap_or_default();
//!         println!("{} {}", workspace.entry(id).path, plaintext.escape_ascii());
//!     }
//! }
//! assert_eq!(verified, 31);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Making a request of a captured one. Nothing is sent before [`replay::send`],
//! and the same draft, session and nonce make the same bytes:
//!
//! ```
//! # use mishark_core::capture::Capture;
//! # use mishark_core::decode::Options;
//! # use mishark_core::workspace::Workspace;
//! use mishark_core::protocol::key::Nonce;
//! use mishark_core::replay::{Draft, sign};
//!
//! # let mut workspace = Workspace::new(Options::default());
//! # workspace.add(Capture::open("samples/home.har".as_ref())?);
//! let id = workspace.ids().nth(13).ok_or("an entry")?;
//! let (flow, decoded) = workspace.open(id);
//! let mut draft = Draft::of(&flow.ok_or("a flow")?, &decoded, workspace.ring())?;
//! draft.set_data(r#"{"params":[{"did":"900000001","siid":2,"piid":1}]}"#);
//!
//! let session = draft.session.and_then(|id| workspace.ring().find_id(id));
//! let nonce = Nonce::new(*b"8 random", 29_819_550);
//! let request = sign(&draft, session.ok_or("a login")?, nonce)?;
//! assert_eq!(request.method(), "POST");
//! assert_eq!(request.signed_path(), Some("/miotspec/prop/get"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "attach")]
pub mod attach;
pub mod call;
pub mod capture;
pub mod decode;
pub mod diff;
pub mod directory;
pub mod export;
pub mod filter;
pub mod flow;
pub mod follow;
pub mod json;
pub mod ordered;
pub mod private_file;
pub mod protocol;
pub mod redact;
pub mod replay;
pub mod session;
pub mod share;
pub mod spelling;
pub mod summary;
pub mod sweep;
pub mod template;
pub mod text;
pub mod verdict;
pub mod workspace;
