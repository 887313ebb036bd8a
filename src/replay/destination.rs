//! Where a request goes, on which way, and whether it may.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use super::exchange::ANSWER_LIMIT;
use super::signed::SignedRequest;
use crate::flow::Url;
use crate::session::{Family, Fit};

/// Scheme, host and port of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    scheme: &'static str,
    authority: String,
}

/// Why a text is no base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// Neither `http` nor `https`.
    #[error("no scheme, expected http:// or https://")]
    Scheme,
    /// No host, or characters that are none of a host's.
    #[error("no host behind the scheme")]
    Host,
    /// The port is no number up to 65535.
    #[error("the port is no number from 1 to 65535")]
    Port,
    /// A path, query or user stands there too.
    #[error("something besides host and port, expected scheme://host or scheme://host:port")]
    More,
}

impl Base {
    /// Reads `scheme://host` or `scheme://host:port`; one `/` at the end is
    /// passed over.
    ///
    /// # Errors
    /// If it is something else. A path is refused: it would be part of what is
    /// signed.
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            _ => return Err(BaseError::Scheme),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) {
            return Err(BaseError::More);
        }
        let base = Self {
            scheme,
            authority: authority.to_owned(),
        };
        let host = base.host();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_v6 = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_host = match is_v6 {
            Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && host.bytes().all(is_plain),
        };
        if !is_host {
            return Err(BaseError::Host);
        }
        match authority[host.len()..].strip_prefix(':') {
            None if authority.len() == host.len() => Ok(base),
            Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(base),
            _ => Err(BaseError::Port),
        }
    }

    /// The host, without port; of IPv6 with its brackets.
    pub fn host(&self) -> &str {
        match self.authority.find(']') {
            Some(end) if self.authority.starts_with('[') => &self.authority[..=end],
            _ => self.authority.split(':').next().unwrap_or_default(),
        }
    }

    /// Host, and port if one is named: the `Host` header.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether what goes there is encrypted on the way.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// A proxy: HTTP, HTTPS or SOCKS.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(pub(super) ureq::Proxy);

impl Proxy {
    /// Reads `scheme://user:password@host:port`; without a scheme it is HTTP.
    /// `socks5h` and `socks4a` let the proxy look the name up.
    ///
    /// `None` if it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        ureq::Proxy::new(text).ok().map(Self)
    }

    /// Its host and port.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.0.host(), self.0.port())
    }
}

impl fmt::Debug for Proxy {
    /// Without its user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.authority())
    }
}

/// A file of authorities larger than this is none: the largest bundles of all
/// public authorities have a tenth of it.
const MAX_PEM: u64 = 4 << 20;

/// Why a file gave no authorities. Displays without the file's name.
#[derive(Debug, thiserror::Error)]
pub enum CertificatesError {
    /// It can not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is larger than a file of authorities may be.
    #[error("larger than {MAX_PEM} bytes")]
    TooLarge,
    /// No certificate is in it.
    #[error("no certificate in it, expected PEM")]
    None,
}

/// Certificates of further authorities to trust: whistle's or mitmproxy's.
#[derive(Clone)]
pub struct Certificates(pub(super) Vec<ureq::tls::Certificate<'static>>);

impl Certificates {
    /// Reads a PEM file's bytes; `None` if no certificate is in it.
    pub fn parse(pem: &[u8]) -> Option<Self> {
        let items = ureq::tls::parse_pem(pem).filter_map(Result::ok);
        let certificates: Vec<_> = items
            .filter_map(|item| match item {
                ureq::tls::PemItem::Certificate(certificate) => Some(certificate),
                _ => None,
            })
            .collect();
        (!certificates.is_empty()).then_some(Self(certificates))
    }

    /// Reads a PEM file.
    ///
    /// # Errors
    /// If it can not be read, is larger than 4 MiB or has no certificate in it.
    pub fn read(path: &Path) -> Result<Self, CertificatesError> {
        let mut pem = Vec::new();
        File::open(path)?.take(MAX_PEM + 1).read_to_end(&mut pem)?;
        if pem.len() as u64 > MAX_PEM {
            return Err(CertificatesError::TooLarge);
        }
        Self::parse(&pem).ok_or(CertificatesError::None)
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificates({})", self.0.len())
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_scheme_host_and_port_alone() {
        for (text, host) in [
            ("https://api.io.mi.com", "api.io.mi.com"),
            ("HTTP://127.0.0.1:8080/", "127.0.0.1"),
            ("http://[::1]:80", "[::1]"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(Base::parse(text).unwrap().host(), host, "{text}");
        }
        for (text, error) in [
            ("api.io.mi.com", BaseError::Scheme),
            ("ftp://x", BaseError::Scheme),
            ("https://", BaseError::Host),
            ("https://a b", BaseError::Host),
            ("https://[::1", BaseError::Host),
            ("https://h:", BaseError::Port),
            ("https://h:0", BaseError::Port),
            ("https://h:65536", BaseError::Port),
            ("https://[::1]x", BaseError::Port),
            ("https://u:p@h", BaseError::More),
            ("https://h/app", BaseError::More),
        ] {
            assert_eq!(Base::parse(text), Err(error), "{text}");
        }
        assert!(Base::parse("http://localhost:1").unwrap().is_loopback());
        assert!(
            !Base::parse("http://127.0.0.1.example")
                .unwrap()
                .is_loopback()
        );
    }

    #[test]
    fn a_proxys_password_does_not_show() {
        let proxy = Proxy::parse("socks5://user:secret@127.0.0.1").unwrap();
        assert_eq!(format!("{proxy:?}"), "Proxy(127.0.0.1:1080)");
        let plain = Proxy::parse("127.0.0.1:8080").unwrap();
        assert_eq!(plain.authority(), "127.0.0.1:8080");
        assert_eq!(Proxy::parse("gopher://x"), None);
        assert!(Certificates::parse(b"no pem").is_none());
    }
}
