//! Which hosts a login's credentials belong to.
//!
//! A login is for one service (`sid`), and each service has its own hosts, with
//! the regions (`de.`, `us.`, …) and gateways in front. A token of one service
//! is refused by another with `auth error`; sent anywhere else it is given away.

use super::Session;

/// The hosts of one service that speak this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Mi Fitness: `hlth.io.mi.com`.
    Health,
    /// Mi Home: `api.io.mi.com`.
    Home,
    /// Mi Home of newer apps: `api.mijia.tech`.
    Mijia,
}

/// Hosts under a family's own that speak another protocol: the open platform
/// for Home Assistant, and Miloco.
const OTHERS: [&str; 2] = ["ha.api.io.mi.com", "mico.api.mijia.tech"];

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

impl Family {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Health, Self::Home, Self::Mijia];

    /// The host without region or gateway.
    pub fn root(self) -> &'static str {
        match self {
            Self::Health => "hlth.io.mi.com",
            Self::Home => "api.io.mi.com",
            Self::Mijia => "api.mijia.tech",
        }
    }

    /// The service's name in a login.
    pub fn sid(self) -> &'static str {
        match self {
            Self::Health => "miothealth",
            Self::Home => "xiaomiio",
            Self::Mijia => "mijia",
        }
    }

    /// The family of a service's name.
    pub fn of_sid(sid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.sid() == sid)
    }

    /// The family a host belongs to. Case and a dot at the end do not matter.
    ///
    /// ```
    /// use mishark_core::session::Family;
    ///
    /// assert_eq!(Family::of_host("de.core.api.io.mi.com"), Some(Family::Home));
    /// assert_eq!(Family::of_host("pv-de.api.io.mi.com"), Some(Family::Home));
    /// assert_eq!(Family::of_host("api.io.mi.com.example.org"), None);
    /// assert_eq!(Family::of_host("evilapi.io.mi.com"), None);
    /// ```
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let is_under = |root: &str| {
            host.strip_suffix(root)
                .is_some_and(|front| front.is_empty() || front.ends_with('.'))
        };
        if OTHERS.into_iter().any(is_under) {
            return None;
        }
        Self::ALL.into_iter().find(|family| is_under(family.root()))
    }
}

/// The regions that have hosts of their own; hosts without one are those of
/// the mainland.
const REGIONS: [&str; 7] = ["de", "i2", "in", "ru", "sg", "tw", "us"];

/// The region a host of one of the families stands in: `cn`, `de` …; `None` of
/// any other host.
///
/// ```
/// use mishark_core::session::region_of_host;
///
/// assert_eq!(region_of_host("core.api.io.mi.com"), Some("cn"));
/// assert_eq!(region_of_host("pv-de.api.io.mi.com"), Some("de"));
/// assert_eq!(region_of_host("example.org"), None);
/// ```
pub fn region_of_host(host: &str) -> Option<&'static str> {
    Family::of_host(host)?;
    let mut labels = host.split(['.', '-']).take(2);
    let region = labels.find_map(|label| {
        let mut regions = REGIONS.into_iter();
        regions.find(|region| region.eq_ignore_ascii_case(label))
    });
    Some(region.unwrap_or("cn"))
}

pub(super) fn fit(session: &Session, host: &str) -> Fit {
    let family = Family::of_host(host);
    let seen = session.hosts.iter().any(|seen| {
        seen.eq_ignore_ascii_case(host) || (family.is_some() && Family::of_host(seen) == family)
    });
    let named = session.sid.as_deref().map(Family::of_sid);
    match named {
        _ if seen => Fit::Home,
        Some(Some(sid)) if Some(sid) == family => Fit::Home,
        Some(_) => Fit::Stranger,
        None if session.hosts.is_empty() => Fit::Unknown,
        None => Fit::Stranger,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::key::Ssecurity;
    use crate::session::KeyOrigin;

    fn session(sid: Option<&str>, hosts: &[&str]) -> Session {
        let key = Ssecurity::parse(b"rAnKuwnp8Nqby2BclfOCRg==").unwrap();
        let mut session = Session::new(key, KeyOrigin::Given);
        session.sid = sid.map(str::to_owned);
        session.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        session
    }

    #[test]
    fn every_region_and_gateway_is_of_its_family() {
        for region in ["", "de.", "us.", "ru.", "tw.", "sg.", "in.", "i2."] {
            for (host, family) in [
                ("api.io.mi.com", Family::Home),
                ("core.api.io.mi.com", Family::Home),
                ("business.smartcamera.api.io.mi.com", Family::Home),
                ("core.api.mijia.tech", Family::Mijia),
                ("hlth.io.mi.com", Family::Health),
            ] {
                let host = format!("{region}{host}");
                assert_eq!(Family::of_host(&host), Some(family), "{host}");
            }
        }
    }

    #[test]
    fn other_services_of_the_same_domain_are_strangers() {
        for host in [
            "ha.api.io.mi.com",
            "de.ha.api.io.mi.com",
            "mico.api.mijia.tech",
            "account.xiaomi.com",
            "sts.api.io.mi.com.evil.example",
            "io.mi.com",
            "127.0.0.1",
            "",
        ] {
            assert_eq!(Family::of_host(host), None, "{host}");
        }
    }

    #[test]
    fn credentials_fit_their_service_and_where_they_were_seen() {
        let home = session(Some("xiaomiio"), &[]);
        assert_eq!(home.fit("de.api.io.mi.com"), Fit::Home);
        assert_eq!(home.fit("api.mijia.tech"), Fit::Stranger);
        assert_eq!(home.fit("127.0.0.1"), Fit::Stranger);
        let seen = session(None, &["api.mijia.tech", "home.test"]);
        assert_eq!(seen.fit("core.api.mijia.tech"), Fit::Home);
        assert_eq!(seen.fit("HOME.test"), Fit::Home);
        assert_eq!(seen.fit("other.home.test"), Fit::Stranger);
        assert_eq!(session(None, &[]).fit("api.io.mi.com"), Fit::Unknown);
        assert_eq!(
            session(Some("odd"), &[]).fit("api.io.mi.com"),
            Fit::Stranger
        );
    }
}
