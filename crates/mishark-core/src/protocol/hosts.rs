//! Xiaomi's hosts: which are the cloud's, and which service each belongs to.
//!
//! Each service has a host of its own, with the regions (`de.`, `us.`, …) and
//! gateways in front. A host is told by whole labels: `evilio.mi.com` belongs to
//! somebody else. Hosts are names without a port; case and a dot at the end do
//! not matter.

/// The domains of all that Xiaomi's cloud answers under.
const CLOUD: [&str; 3] = ["mi.com", "mijia.tech", "xiaomi.com"];

/// Those of what a home consists of: devices, scenes, cameras, speakers.
const SMART_HOME: [&str; 3] = ["io.mi.com", "mijia.tech", "mina.mi.com"];

/// The account service, which logs in for all the others.
const ACCOUNT: &str = "account.xiaomi.com";

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

    /// The host that serves a region: `cn`, `de` …; `None` of a region that is
    /// not known. The newer app's has none but the mainland's.
    pub fn host_in(self, region: &str) -> Option<String> {
        let root = self.root();
        match region.trim().to_ascii_lowercase().as_str() {
            "cn" => Some(root.to_owned()),
            region if !REGIONS.contains(&region) => None,
            _ if self == Self::Mijia => Some(root.to_owned()),
            region => Some(format!("{region}.{root}")),
        }
    }

    /// The family a host belongs to.
    ///
    /// ```
    /// use mishark_core::protocol::hosts::Family;
    ///
    /// assert_eq!(Family::of_host("de.core.api.io.mi.com"), Some(Family::Home));
    /// assert_eq!(Family::of_host("pv-de.api.io.mi.com"), Some(Family::Home));
    /// assert_eq!(Family::of_host("api.io.mi.com.example.org"), None);
    /// assert_eq!(Family::of_host("evilapi.io.mi.com"), None);
    /// ```
    pub fn of_host(host: &str) -> Option<Self> {
        if is_under_any(host, &OTHERS) {
            return None;
        }
        let mut all = Self::ALL.into_iter();
        all.find(|family| is_under(host, family.root()))
    }
}

/// The regions that have hosts of their own; hosts without one are those of
/// the mainland.
const REGIONS: [&str; 7] = ["de", "i2", "in", "ru", "sg", "tw", "us"];

/// The region a host of one of the families stands in: `cn`, `de` …; `None` of
/// any other host.
///
/// ```
/// use mishark_core::protocol::hosts::region_of_host;
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

/// Whether a host is the cloud's, whichever service it belongs to.
///
/// ```
/// use mishark_core::protocol::hosts::is_cloud;
///
/// assert!(is_cloud("api2.mina.mi.com") && is_cloud("account.xiaomi.com"));
/// assert!(!is_cloud("evilmi.com") && !is_cloud("mi.com.example.org"));
/// ```
pub fn is_cloud(host: &str) -> bool {
    is_under_any(host, &CLOUD)
}

/// Whether a host is one of the smart home's.
///
/// ```
/// use mishark_core::protocol::hosts::is_smart_home;
///
/// assert!(is_smart_home("de.api.io.mi.com") && !is_smart_home("evilio.mi.com"));
/// ```
pub fn is_smart_home(host: &str) -> bool {
    is_under_any(host, &SMART_HOME)
}

/// Whether a host takes part in a login: the account service's, or the `sts.` of
/// another, which sets the token.
pub fn is_login(host: &str) -> bool {
    is_under(host, ACCOUNT) || (host.starts_with("sts.") && is_cloud(host))
}

fn is_under_any(host: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| is_under(host, domain))
}

/// Whether a host is a domain's own, or stands behind a dot in front of it.
fn is_under(host: &str, domain: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).as_bytes();
    let Some(front) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let (front, end) = host.split_at(front);
    end.eq_ignore_ascii_case(domain.as_bytes()) && matches!(front.last(), None | Some(b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_host_is_told_by_whole_labels() {
        for host in ["IO.mi.com.", "mijia.tech", "Core.API.mijia.tech"] {
            assert!(is_smart_home(host) && is_cloud(host), "{host}");
        }
        for host in [
            "evilio.mi.com.example",
            "evilio.mi.org",
            "evilmijia.tech",
            "notmi.com",
            "evilxiaomi.com",
            ".",
        ] {
            assert!(!is_smart_home(host) && !is_cloud(host), "{host}");
        }
        assert!(!is_smart_home("evilio.mi.com"));
        assert!(is_login("de.account.xiaomi.com") && is_login("sts.api.io.mi.com"));
        assert!(!is_login("evilaccount.xiaomi.com") && !is_login("sts.example.org"));
    }
}
