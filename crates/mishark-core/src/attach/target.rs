//! The address of a proxy, as it is named.

use std::fmt;

use zeroize::Zeroizing;

use crate::protocol::base64;

/// The address of a proxy's web interface, with what it wants to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    scheme: &'static str,
    authority: String,
    /// mitmweb's token.
    token: Option<Zeroizing<String>>,
    /// The value of an `Authorization` field.
    authorization: Option<Zeroizing<String>>,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Neither `http://` nor `https://`.
    #[error("no scheme, expected http:// or https://")]
    Scheme,
    /// No host, or one that is no name and no address.
    #[error("no host behind the scheme")]
    Host,
    /// The port is none.
    #[error("the port is no number from 1 to 65535")]
    Port,
}

impl Target {
    /// Parses `http://127.0.0.1:8899`, as a browser's address line has it:
    /// whatever path it has is left out, and a `token` in its query is kept.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let (scheme, rest) = match text.trim().split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
            _ => return Err(TargetError::Scheme),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at(end);
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(user), authority),
            None => (None, authority),
        };
        let host = match authority.find(']') {
            Some(end) if authority.starts_with('[') => &authority[..=end],
            _ => authority.split(':').next().unwrap_or_default(),
        };
        let inside = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_host = match inside {
            Some(inside) => inside.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && host.bytes().all(is_plain),
        };
        if !is_host {
            return Err(TargetError::Host);
        }
        match authority[host.len()..].strip_prefix(':') {
            None if authority.len() == host.len() => {}
            Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => {}
            _ => return Err(TargetError::Port),
        }
        let query = behind.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let token = pairs.find(|(name, _)| name == "token");
        let authorization = user.map(|user| {
            let user: Vec<u8> = percent_decoded(user);
            Zeroizing::new(format!("Basic {}", base64::encode(&user)))
        });
        Ok(Self {
            scheme,
            authority: authority.to_owned(),
            token: token.map(|(_, token)| Zeroizing::new(token.into_owned())),
            authorization,
        })
    }

    /// Host and port, as given.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The URL of a path there, a token with it.
    pub(super) fn url(&self, path: &str) -> Zeroizing<String> {
        let mut url = format!("{}://{}{path}", self.scheme, self.authority);
        if let Some(token) = &self.token {
            url.push(if path.contains('?') { '&' } else { '?' });
            url.push_str("token=");
            url.extend(form_urlencoded::byte_serialize(token.as_bytes()));
        }
        Zeroizing::new(url)
    }

    pub(super) fn authorization(&self) -> Option<&str> {
        self.authorization.as_ref().map(|value| value.as_str())
    }
}

/// `%40` is `@`; a plus is a plus here.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = &behind[2..];
            }
            _ => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    out
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({}://{})", self.scheme, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_a_browser_has_it() {
        for (text, authority, url) in [
            (
                "http://127.0.0.1:8899",
                "127.0.0.1:8899",
                "http://127.0.0.1:8899/flows",
            ),
            ("HTTPS://proxy.lan/", "proxy.lan", "https://proxy.lan/flows"),
            (
                "http://[::1]:8081/?token=a%2Fb#/flows",
                "[::1]:8081",
                "http://[::1]:8081/flows?token=a%2Fb",
            ),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target.authority(), authority);
            assert_eq!(target.url("/flows").as_str(), url);
        }
        let target = Target::parse("http://me:p%40ss@h").unwrap();
        assert_eq!(target.authorization(), Some("Basic bWU6cEBzcw=="));
        assert_eq!(format!("{target:?}"), "Target(http://h)");
        for (text, error) in [
            ("127.0.0.1:8899", TargetError::Scheme),
            ("ftp://h", TargetError::Scheme),
            ("http://", TargetError::Host),
            ("http:///p", TargetError::Host),
            ("http://a b", TargetError::Host),
            ("http://[::1", TargetError::Host),
            ("http://h:", TargetError::Port),
            ("http://h:0", TargetError::Port),
            ("http://[::1]x", TargetError::Port),
        ] {
            assert_eq!(Target::parse(text), Err(error), "{text}");
        }
    }
}
