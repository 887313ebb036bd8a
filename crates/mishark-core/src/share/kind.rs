//! What is replaced in a capture that is shown to others, by kind: the secrets
//! that `redact` knows, and what tells of people and their homes.

use crate::redact;

/// What a value is that others are not to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// What `redact` knows as a secret.
    Secret(redact::Kind),
    /// A device's did.
    Did,
    /// A home's id.
    Home,
    /// A room's id.
    Room,
    /// A scene's id.
    Scene,
    /// A hardware address, of a device or a router.
    Mac,
    /// An address in the home's network, or its own outside.
    Address,
    /// A wireless network's name.
    Network,
    /// Where on earth it is.
    Place,
    /// What somebody called a home, a room, a device or a scene.
    Name,
}

impl Kind {
    /// Its name in a preview.
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret(kind) => kind.name(),
            Self::Did => "device id",
            Self::Home => "home id",
            Self::Room => "room id",
            Self::Scene => "scene id",
            Self::Mac => "hardware address",
            Self::Address => "network address",
            Self::Network => "network name",
            Self::Place => "place",
            Self::Name => "name",
        }
    }
}

/// Members of JSON that tell of people and their homes, in order. Secrets are
/// not among them: those are `redact`'s.
const MEMBERS: [(&str, Kind); 34] = [
    ("address", Kind::Place),
    ("ap_bssid", Kind::Mac),
    ("ap_ssid", Kind::Network),
    ("area_id", Kind::Place),
    ("bssid", Kind::Mac),
    ("city", Kind::Place),
    ("city_id", Kind::Place),
    ("did", Kind::Did),
    ("dids", Kind::Did),
    ("homeId", Kind::Home),
    ("home_id", Kind::Home),
    ("ip", Kind::Address),
    ("lat", Kind::Place),
    ("latitude", Kind::Place),
    ("lng", Kind::Place),
    ("localIp", Kind::Address),
    ("localip", Kind::Address),
    ("location_id", Kind::Place),
    ("lon", Kind::Place),
    ("longitude", Kind::Place),
    ("mac", Kind::Mac),
    ("miotDID", Kind::Did),
    ("parentDid", Kind::Did),
    ("parent_id", Kind::Did),
    ("roomId", Kind::Room),
    ("room_id", Kind::Room),
    ("sceneId", Kind::Scene),
    ("scene_id", Kind::Scene),
    ("smac", Kind::Mac),
    ("splitDid", Kind::Did),
    ("ssid", Kind::Network),
    ("us_id", Kind::Scene),
    ("wan_ip", Kind::Address),
    ("wifi_ssid", Kind::Network),
];

/// What a member of that name tells of people and their homes.
pub(super) fn of_member(name: &str) -> Option<Kind> {
    let at = MEMBERS.binary_search_by(|(member, _)| member.cmp(&name));
    at.ok().map(|at| MEMBERS[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(MEMBERS.is_sorted_by(|one, next| one.0 < next.0));
    }
}
