//! The address of a proxy, as it is named.

use std::fmt;

use zeroize::Zeroizing;

use crate::flow::{Base, BaseError};
use crate::protocol::base64;
use crate::protocol::form::percent_decode;

/// The address of a proxy's web interface, with what it wants to be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    base: Base,
    /// mitmweb's token.
    token: Option<Zeroizing<String>>,
    /// The value of an `Authorization` field.
    authorization: Option<Zeroizing<String>>,
}

impl Target {
    /// Parses `http://127.0.0.1:8899`, as a browser's address line has it:
    /// whatever path it has is left out, and a `token` in its query is kept.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        let (base, user, behind) = Base::of_url(text.trim())?;
        let behind = behind.split('#').next().unwrap_or_default();
        let query = behind.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let token = pairs.find(|(name, _)| name == "token");
        let authorization = user.map(|user| {
            // A plus is a plus here.
            let user = base64::encode(&percent_decode(user.as_bytes()));
            Zeroizing::new(format!("Basic {user}"))
        });
        Ok(Self {
            base,
            token: token.map(|(_, token)| Zeroizing::new(token.into_owned())),
            authorization,
        })
    }

    /// Host and port, as given.
    pub fn authority(&self) -> &str {
        self.base.authority()
    }

    /// The URL of a path there, a token with it.
    pub(super) fn url(&self, path: &str) -> Zeroizing<String> {
        let mut url = format!("{}{path}", self.base);
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

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.base)
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
            ("127.0.0.1:8899", BaseError::Scheme),
            ("ftp://h", BaseError::Scheme),
            ("http://", BaseError::Host),
            ("http:///p", BaseError::Host),
            ("http://a b", BaseError::Host),
            ("http://[::1", BaseError::Host),
            ("http://h:", BaseError::Port),
            ("http://h:0", BaseError::Port),
            ("http://[::1]x", BaseError::Port),
        ] {
            assert_eq!(Target::parse(text), Err(error), "{text}");
        }
    }
}
