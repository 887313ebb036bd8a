//! Whether a login's credentials belong to a host.
//!
//! A login is for one service (`sid`). A token of one service is refused by
//! another with `auth error`; sent anywhere else it is given away.

use crate::protocol::hosts::Family;

/// Whether credentials belong to a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The host is of the session's service, or they were seen to go there.
    Home,
    /// They belong elsewhere.
    Stranger,
    /// Nothing is known of where they belong.
    Unknown,
}

impl Fit {
    /// Whether the credentials of the service `sid`, seen to go to the hosts
    /// `seen`, belong to `host`.
    pub(super) fn of(sid: Option<&str>, seen: &[String], host: &str) -> Self {
        let family = Family::of_host(host);
        let was_there = seen.iter().any(|seen| {
            seen.eq_ignore_ascii_case(host) || (family.is_some() && Family::of_host(seen) == family)
        });
        match sid.map(Family::of_sid) {
            _ if was_there => Self::Home,
            Some(Some(service)) if Some(service) == family => Self::Home,
            Some(_) => Self::Stranger,
            None if seen.is_empty() => Self::Unknown,
            None => Self::Stranger,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(sid: Option<&str>, seen: &[&str], host: &str) -> Fit {
        let seen: Vec<String> = seen.iter().map(|host| (*host).to_owned()).collect();
        Fit::of(sid, &seen, host)
    }

    #[test]
    fn credentials_fit_their_service_and_where_they_were_seen() {
        let home = |host| fit(Some("xiaomiio"), &[], host);
        assert_eq!(home("de.api.io.mi.com"), Fit::Home);
        assert_eq!(home("api.mijia.tech"), Fit::Stranger);
        assert_eq!(home("127.0.0.1"), Fit::Stranger);
        let seen = |host| fit(None, &["api.mijia.tech", "home.test"], host);
        assert_eq!(seen("core.api.mijia.tech"), Fit::Home);
        assert_eq!(seen("HOME.test"), Fit::Home);
        assert_eq!(seen("other.home.test"), Fit::Stranger);
        assert_eq!(fit(None, &[], "api.io.mi.com"), Fit::Unknown);
        assert_eq!(fit(Some("odd"), &[], "api.io.mi.com"), Fit::Stranger);
    }
}
