//! A server, as scheme, host and port.

use std::fmt;

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
        let (base, user, behind) = Self::begin_of(text)?;
        match (user, behind) {
            (None, "" | "/") => base.checked(),
            _ => Err(BaseError::More),
        }
    }

    /// Reads the base that a URL begins with; with it comes what stands before
    /// its `@`, still percent-encoded, and what follows behind the authority.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), but for what stands around the base.
    pub fn of_url(text: &str) -> Result<(Self, Option<&str>, &str), BaseError> {
        let (base, user, behind) = Self::begin_of(text)?;
        Ok((base.checked()?, user, behind))
    }

    fn begin_of(text: &str) -> Result<(Self, Option<&str>, &str), BaseError> {
        let (scheme, rest) = text.split_once("://").ok_or(BaseError::Scheme)?;
        let mut known = ["https", "http"].into_iter();
        let scheme = known.find(|known| scheme.eq_ignore_ascii_case(known));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at(end);
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(user), authority),
            None => (None, authority),
        };
        let base = Self {
            scheme: scheme.ok_or(BaseError::Scheme)?,
            authority: authority.to_owned(),
        };
        Ok((base, user, behind))
    }

    fn checked(self) -> Result<Self, BaseError> {
        let host = self.host();
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
        match self.authority[host.len()..].strip_prefix(':') {
            None if self.authority.len() == host.len() => Ok(self),
            Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(self),
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
}
