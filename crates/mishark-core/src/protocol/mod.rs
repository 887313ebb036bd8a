//! The envelope that Mi Home requests and answers travel in. Pure: bytes and
//! values, no files, network, clock or randomness. This page is the one place
//! where the protocol is told.
//!
//! # The key of a flow
//!
//! An account's login yields `ssecurity`, 16 bytes. Each request carries a
//! `_nonce` (some write `nonce`): 8 random bytes and the minutes since 1970,
//! big-endian. Both together are the key of that request and its answer:
//!
//! ```text
//! signed_nonce = SHA-256(ssecurity ‖ nonce)
//! ```
//!
//! It is an RC4 key, an HMAC key and, as base64 text, part of every signed
//! string. `ssecurity` belongs to one account *and* one service (`sid`), so a
//! capture may need several.
//!
//! # The encrypted form
//!
//! ```text
//! 1  P = the parameters, nearly always only data = the call's JSON
//! 2  P["rc4_hash__"] = base64(SHA-1(METHOD & path & k=v… over P & signed_nonce))
//! 3  C = each value of P under RC4(signed_nonce), base64
//! 4  signature = base64(SHA-1(METHOD & path & k=v… over C & signed_nonce))
//! 5  send C, signature, _nonce and (most clients) ssecurity
//! ```
//!
//! RC4 throws its first 1024 bytes away. The app makes **one** keystream a
//! request and runs through the values in sorted order (*chained*); half of its
//! imitators begin anew for each value (*fresh*). `data` comes first, so it
//! reads the same either way, but `rc4_hash__` does not: who recomputes it with
//! the wrong mode never gets it right. Both are tried here, and the one whose
//! hash matches is [proved](request::OpenedRequest).
//!
//! The signed path has its leading `/app` [taken off](signature::path_forms),
//! except at Mi Fitness. Pairs are signed in sorted order by the app, in their
//! own order by others; with one parameter that is the same.
//!
//! # The signed form
//!
//! Older apps and many tools encrypt nothing:
//!
//! ```text
//! signature = base64(HMAC-SHA-256(signed_nonce, path & signed_nonce & nonce & k=v…))
//! ```
//!
//! # The answer
//!
//! ```text
//! JSON → gzip (maybe) → RC4 from offset 0 → base64
//! ```
//!
//! Gzip is *inside* the encryption, and `MIOT-CONTENT-ENCODING: GZIP` is only a
//! hint: the bytes decide. Errors often come in the clear. An answer carries no
//! signature; that it parses is the only check.
//!
//! # Worked example
//!
//! ```
//! use mishark_core::protocol::cipher::Keystream;
//! use mishark_core::protocol::form::Form;
//! use mishark_core::protocol::key::{Nonce, Ssecurity};
//! use mishark_core::protocol::request::{Place, SealedRequest};
//! use mishark_core::protocol::seal::{APP_STYLE, seal};
//! use mishark_core::protocol::signature::Check;
//!
//! // Seal a call as the app does.
//! let ssecurity = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==")?;
//! let nonce = Nonce::parse(b"Jaq5urLxbV8BuJCB")?;
//! let call = br#"{"params":[{"did":"1","siid":2,"piid":1}]}"#;
//! let sealed = seal(&APP_STYLE, "POST", "/miotspec/prop/get", &[("data", call)], &ssecurity, &nonce);
//! assert_eq!(sealed.signed_nonce.text(), "qvt3u1S469G3XQDWJHe5beLJybQEpUZ8RZcT4tySmgE=");
//! let body = sealed.form.encode();
//!
//! // Open it again, as a recorder saw it, and prove what was opened.
//! let form = Form::parse(&body)?;
//! let request = SealedRequest::recognise(&form, Some("ENCRYPT-RC4")).expect("it has the fields");
//! let signed_nonce = nonce.sign(&ssecurity);
//! let place = Place { method: "POST", host: "api.io.mi.com", path: "/app/miotspec/prop/get" };
//! assert_eq!(request.check_signature(place, &signed_nonce).check, Check::Match);
//! let opened = request.open(place, &signed_nonce, &mut Keystream::new(&signed_nonce));
//! assert_eq!(opened.rc4_hash, Check::Match);
//! assert_eq!(request.params()[0].name(), "data");
//! assert_eq!(opened.values[0].as_deref(), Ok(&call[..]));
//! # Ok::<(), mishark_core::protocol::error::Error>(())
//! ```
//!
//! # Where this is known from
//!
//! Decompiled official apps, and a dozen public clients that agree: among them
//! Xiaomi-cloud-tokens-extractor, node-mihome, hass-xiaomi-miot, mijia-api,
//! micloud, XiaomiGateway3, mi-service-lite and mifit. `tests/vectors` holds
//! answers computed by running eight of them.

pub mod base64;
pub mod cipher;
pub mod error;
pub mod form;
pub mod hosts;
pub mod key;
pub mod plaintext;
pub mod request;
pub mod response;
pub mod seal;
pub mod signature;
