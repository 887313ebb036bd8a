//! One login of one account, and where it came from.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Fit;
use crate::flow::{Headers, Moment};
use crate::protocol::key::{KeyId, Ssecurity};
use crate::redact::masked_account;

/// How many tokens of one key are remembered. A login renews its token now and
/// then; they only decide in which order keys are tried.
pub const MAX_TOKENS: usize = 64;

/// How many hosts of one key are remembered. The regions and gateways of one
/// service are some thirty; a person uses three.
pub const MAX_HOSTS: usize = 32;

/// A text that is never shown: a token, a password.
#[derive(Clone, PartialEq, Eq, Hash, Default, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for sending or for a person who asked to see it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The form of a request in a capture.
    Form(Place),
    /// A login answer in a capture.
    Login(Place),
    /// An `extension-pragma` header in a capture.
    Pragma(Place),
    /// A key file or `auth.json`.
    File(String),
    /// An environment variable.
    Environment(&'static str),
    /// Typed, or given as an argument.
    Given,
}

/// An entry of a capture, as a person finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The capture's name as given.
    pub capture: String,
    /// The entry's position, from 0.
    pub entry: usize,
}

impl KeyOrigin {
    /// Whether the user gave it, other than by a capture.
    pub fn is_users(&self) -> bool {
        match self {
            Self::Environment(_) | Self::File(_) | Self::Given => true,
            Self::Form(_) | Self::Login(_) | Self::Pragma(_) => false,
        }
    }
}

impl fmt::Display for KeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(place) => write!(f, "form of entry {} in {}", place.entry, place.capture),
            Self::Login(place) => {
                write!(
                    f,
                    "login answer in entry {} of {}",
                    place.entry, place.capture
                )
            }
            Self::Pragma(place) => write!(
                f,
                "extension-pragma header in entry {} of {}",
                place.entry, place.capture
            ),
            Self::File(name) => write!(f, "key file {name}"),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Given => f.write_str("given by the user"),
        }
    }
}

/// One login of one account at one service (`sid`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The key.
    pub ssecurity: Ssecurity,
    /// Where it was first found.
    pub origin: KeyOrigin,
    /// The service it belongs to, where a login tells: `xiaomiio`, `mijia` ….
    pub sid: Option<String>,
    /// The account's number.
    pub user_id: Option<String>,
    /// The account's encrypted number, which newer apps send.
    pub c_user_id: Option<String>,
    /// The tokens that were seen with this key, the newest last.
    pub service_tokens: Vec<Secret>,
    /// The hosts that requests with this key were seen to go to; at most
    /// [`MAX_HOSTS`].
    pub hosts: Vec<String>,
    /// When a capture showed it last; `None` if none did, or without a time.
    pub last_seen: Option<Moment>,
}

impl Session {
    /// A session of which nothing but the key is known.
    pub fn new(ssecurity: Ssecurity, origin: KeyOrigin) -> Self {
        Self {
            ssecurity,
            origin,
            sid: None,
            user_id: None,
            c_user_id: None,
            service_tokens: Vec::new(),
            hosts: Vec::new(),
            last_seen: None,
        }
    }

    /// The key's fingerprint.
    pub fn id(&self) -> KeyId {
        self.ssecurity.id()
    }

    /// The token to send: the newest.
    pub fn service_token(&self) -> Option<&Secret> {
        self.service_tokens.last()
    }

    /// The account, with its middle hidden; `None` if none is known.
    pub fn account(&self) -> Option<String> {
        let account = self.user_id.as_ref().or(self.c_user_id.as_ref())?;
        Some(masked_account(account))
    }

    /// Who this is, in words that may be shown: account, service and key.
    pub fn label(&self) -> String {
        let account = self.account().unwrap_or_else(|| "unknown account".into());
        match &self.sid {
            Some(sid) => format!("{account} at {sid} (key {})", self.id()),
            None => format!("{account} (key {})", self.id()),
        }
    }

    /// Whether its credentials belong to a host.
    pub fn fit(&self, host: &str) -> Fit {
        Fit::of(self.sid.as_deref(), &self.hosts, host)
    }

    /// Whether a request with these headers is of its account.
    pub(super) fn is_account_of(&self, headers: &Headers) -> bool {
        let is =
            |name, own: &Option<String>| own.is_some() && headers.cookie(name) == own.as_deref();
        is("userId", &self.user_id) || is("cUserId", &self.c_user_id)
    }

    /// Whether a request with these headers is its own: its token was seen with
    /// it, or its account sent it.
    pub fn sent(&self, headers: &Headers) -> bool {
        let token = headers.cookie("serviceToken");
        let mut tokens = self.service_tokens.iter();
        tokens.any(|known| Some(known.reveal()) == token) || self.is_account_of(headers)
    }

    /// How long ago a capture showed it, in milliseconds.
    pub fn age_millis(&self, now: Moment) -> Option<i64> {
        Some(now.as_millis().saturating_sub(self.last_seen?.as_millis()))
    }

    /// Takes over what `other`, with the same key, knows more. A login that the
    /// user gives anew is meant to be used: what it says comes first.
    pub(super) fn merge(&mut self, other: Self) {
        if other.origin.is_users() {
            self.merge_users(&other);
        }
        self.sid = self.sid.take().or(other.sid);
        self.user_id = self.user_id.take().or(other.user_id);
        self.c_user_id = self.c_user_id.take().or(other.c_user_id);
        for token in other.service_tokens {
            if self.service_tokens.len() < MAX_TOKENS && !self.service_tokens.contains(&token) {
                self.service_tokens.push(token);
            }
        }
        for host in other.hosts {
            if self.hosts.len() < MAX_HOSTS && !self.hosts.contains(&host) {
                self.hosts.push(host);
            }
        }
        self.last_seen = self.last_seen.max(other.last_seen);
    }
}

impl Session {
    fn merge_users(&mut self, other: &Self) {
        self.origin = other.origin.clone();
        self.user_id = other.user_id.clone().or(self.user_id.take());
        self.c_user_id = other.c_user_id.clone().or(self.c_user_id.take());
        // The newest is the last: one that was known moves there, and the
        // oldest makes room.
        self.service_tokens
            .retain(|token| !other.service_tokens.contains(token));
        let room = MAX_TOKENS.saturating_sub(other.service_tokens.len());
        let surplus = self.service_tokens.len().saturating_sub(room);
        self.service_tokens.drain(..surplus);
    }
}
