//! A login pasted as a line of cookies.

use super::facts::Facts;
use super::{KeyOrigin, Secret, Session};
use crate::protocol::error::Error;
use crate::protocol::key::Ssecurity;

/// What a pasted line of cookies says of a login.
///
/// Cookies alone do not sign: `ssecurity` is none of them, though some tools
/// write it beside the others, and then it is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PastedCookies {
    /// The account's number.
    pub user_id: Option<String>,
    /// The account's encrypted number.
    pub c_user_id: Option<String>,
    /// The token.
    pub service_token: Option<Secret>,
    /// The key, if it stood there too.
    pub ssecurity: Option<Ssecurity>,
}

/// Why a pasted line is no login.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// None of the cookies is one of a login.
    #[error("no serviceToken among the cookies")]
    NoToken,
    /// There is an `ssecurity`, and it is none.
    #[error("ssecurity {0}")]
    BadKey(#[from] Error),
}

impl PastedCookies {
    /// Reads `name=value` pairs between `;` or line breaks, with or without
    /// `Cookie:` in front.
    ///
    /// # Errors
    /// If no token is among them, or the key is broken.
    pub fn parse(text: &str) -> Result<Self, CookieError> {
        let facts = Facts::of_pairs(text);
        let text = |fact: &Option<Secret>| fact.as_ref().map(|text| text.reveal().to_owned());
        let key = facts.ssecurity.as_ref();
        let key = key.map(|key| Ssecurity::parse(key.reveal().as_bytes()));
        Ok(Self {
            user_id: text(&facts.user_id),
            c_user_id: text(&facts.c_user_id),
            service_token: Some(facts.token().cloned().ok_or(CookieError::NoToken)?),
            ssecurity: key.transpose()?,
        })
    }

    /// The session, with the key that stood there or the one given; `None` if
    /// there is neither.
    pub fn session(self, ssecurity: Option<Ssecurity>) -> Option<Session> {
        let mut session = Session::new(self.ssecurity.or(ssecurity)?, KeyOrigin::Given);
        session.user_id = self.user_id;
        session.c_user_id = self.c_user_id;
        session.service_tokens = self.service_token.into_iter().collect();
        Some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_as_a_browser_copies_it_is_read() {
        let line =
            "Cookie: cUserId=abc; yetAnotherServiceToken=T1; serviceToken=T/2==; locale=zh_CN";
        let pasted = PastedCookies::parse(line).unwrap();
        assert_eq!(pasted.c_user_id.as_deref(), Some("abc"));
        assert_eq!(pasted.service_token, Some(Secret::new("T/2==")));
        assert_eq!(pasted.clone().session(None), None);
        let key = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
        let session = pasted.session(Some(key.clone())).unwrap();
        assert_eq!((session.ssecurity, session.origin), (key, KeyOrigin::Given));
    }

    #[test]
    fn lines_with_the_key_beside_the_cookies_are_whole() {
        let text = "userId=17\nserviceToken=T\nssecurity=rAnKuwnp8Nqby2BclfOCRg==";
        let session = PastedCookies::parse(text).unwrap().session(None).unwrap();
        assert_eq!(session.user_id.as_deref(), Some("17"));
    }

    #[test]
    fn what_is_no_login_says_so() {
        assert_eq!(PastedCookies::parse("a=b"), Err(CookieError::NoToken));
        let broken = PastedCookies::parse("serviceToken=T; ssecurity=x");
        assert!(matches!(broken, Err(CookieError::BadKey(_))));
    }
}
