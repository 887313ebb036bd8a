//! Login sessions and the ring of keys they make up.
//!
//! Which key opens a flow is decided by recomputing its signature, never by
//! position; the ring only says in which order to try.

mod claim;
mod cookies;
mod facts;
mod fit;
mod harvest;
mod keyfile;
mod keytext;
mod login;
mod ring;
#[cfg(test)]
mod tests;

pub use cookies::{CookieError, PastedCookies};
pub use fit::Fit;
pub(crate) use harvest::holds_key;
pub use harvest::{MAX_LOGIN, harvest};
pub use keyfile::{MAX_KEY_FILE, encode_key_file, read_key_file, save_key_file};
pub use keytext::{KeyFileError, parse_key_file};
pub use login::{KeyOrigin, MAX_HOSTS, MAX_TOKENS, Place, Secret, Session};
pub use ring::{Keyring, MAX_SESSIONS, MAX_TRIED};
