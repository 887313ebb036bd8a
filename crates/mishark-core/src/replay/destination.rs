//! Where a request goes, on which way, and whether it may.

use std::time::Duration;

use super::signed::SignedRequest;
use super::way::{Certificates, Proxy};
use crate::flow::{Base, Url};
use crate::protocol::hosts::Family;
use crate::session::Fit;

/// How many bytes an answer may have unless the user raises it. The largest
/// genuine ones (device lists of big homes) stay under 4 MiB, and a third more
/// as base64.
pub const ANSWER_LIMIT: u64 = 8 << 20;

/// Where requests go and on which way.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Another server than the request's own; its `Host` header too.
    pub base: Option<Base>,
    /// The proxy to go through. None is taken from the environment.
    pub proxy: Option<Proxy>,
    /// Authorities to trust besides the usual ones.
    pub certificates: Option<Certificates>,
    /// How long looking up the name may take, and then connecting, proxy and
    /// TLS included.
    pub connect_timeout: Duration,
    /// How long may pass from there to the answer's head, and from the head to
    /// its end.
    pub timeout: Duration,
    /// How many bytes an answer may have.
    pub answer_limit: u64,
    confirmed: Vec<String>,
}

impl Default for Endpoint {
    /// The request's own server, directly; ten seconds to connect, thirty for
    /// the answer.
    fn default() -> Self {
        Self {
            base: None,
            proxy: None,
            certificates: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            answer_limit: ANSWER_LIMIT,
            confirmed: Vec::new(),
        }
    }
}

/// Why a request may not be sent as things are. Nothing has been sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its credentials do not belong there, and nobody said that they may go.
    #[error(
        "{host} is not known as a host of {whose}; nobody confirmed that its credentials may go there"
    )]
    NeedsConfirmation {
        /// The host it would go to; [`Endpoint::confirm`] it.
        host: String,
        /// Whose credentials they are, safe to show.
        whose: String,
    },
    /// They would go over the wire in the clear.
    #[error("the credentials of {whose} would go to {host} unencrypted (http)")]
    InTheClear {
        /// The host it would go to; [`Endpoint::confirm`] it.
        host: String,
        /// Whose credentials they are, safe to show.
        whose: String,
    },
    /// The session is another service's.
    #[error("{host} needs a session of {sid}, and this is {whose}")]
    WrongService {
        /// The host the request is for; [`Endpoint::confirm`] sends it all the
        /// same.
        host: String,
        /// The service whose login is missing.
        sid: &'static str,
        /// Which session it is, safe to show.
        whose: String,
    },
    /// The session has no token.
    #[error("{whose} has no serviceToken; take a capture of its requests, or paste its cookies")]
    NoToken {
        /// Which session it is, safe to show.
        whose: String,
    },
}

impl Refusal {
    /// The host that the user can confirm, if that is all that is missing.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::NeedsConfirmation { host, .. }
            | Self::InTheClear { host, .. }
            | Self::WrongService { host, .. } => Some(host),
            Self::NoToken { .. } => None,
        }
    }
}

impl Endpoint {
    /// Remembers that the user said that credentials may go to this host.
    pub fn confirm(&mut self, host: &str) {
        self.confirmed.push(host.to_ascii_lowercase());
    }

    /// The server a request goes to.
    pub fn base_of<'e>(&'e self, request: &'e SignedRequest) -> &'e Base {
        self.base.as_ref().unwrap_or_else(|| request.base())
    }

    /// Whether a request may go there. [`send`](super::send) asks this itself;
    /// a form asks first, to let the user confirm.
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn check(&self, request: &SignedRequest) -> Result<(), Refusal> {
        let base = self.base_of(request);
        let host = base.host();
        let whose = || request.whose();
        let is_confirmed = |host: &str| {
            let mut confirmed = self.confirmed.iter();
            confirmed.any(|known| known.eq_ignore_ascii_case(host))
        };
        if !request.has_token() {
            return Err(Refusal::NoToken { whose: whose() });
        }
        if is_confirmed(host) {
            return Ok(());
        }
        let own = request.base().host();
        if let (Some(family), Fit::Stranger) = (Family::of_host(own), request.fit(own)) {
            return Err(Refusal::WrongService {
                host: own.to_owned(),
                sid: family.sid(),
                whose: whose(),
            });
        }
        if request.fit(host) != Fit::Home {
            return Err(Refusal::NeedsConfirmation {
                host: host.to_owned(),
                whose: whose(),
            });
        }
        if !base.is_https() && !base.is_loopback() {
            return Err(Refusal::InTheClear {
                host: host.to_owned(),
                whose: whose(),
            });
        }
        Ok(())
    }

    /// The whole URL a request goes to.
    pub(super) fn url(&self, request: &SignedRequest) -> Url {
        Url::new(format!("{}{}", self.base_of(request), request.target()))
    }
}
