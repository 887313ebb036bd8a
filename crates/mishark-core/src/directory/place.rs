//! Devices, homes, rooms and scenes, as the lists in a capture tell of them.

use super::table::Known;
use crate::session::Secret;
use crate::workspace::FlowId;

/// A device. What no list told is `None`; what a list left empty, too.
///
/// Texts are as the server sent them: [`crate::text::clean`] makes them safe
/// to print.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Device {
    /// Its id.
    pub did: Box<str>,
    /// The name its owner gave it.
    pub name: Option<Box<str>>,
    /// Its model: `yeelink.light.lamp4`.
    pub model: Option<Box<str>>,
    /// The type its MIoT spec is found by.
    pub urn: Option<Box<str>>,
    /// Whether the cloud could reach it when it was last told of.
    pub online: Option<bool>,
    /// Its address in the local network.
    pub ip: Option<Box<str>>,
    /// Its hardware address.
    pub mac: Option<Box<str>>,
    /// The gateway it hangs on.
    pub parent: Option<Box<str>>,
    /// The token that opens it in the local network.
    pub token: Option<Secret>,
    /// The key of what it says over Bluetooth.
    pub beacon_key: Option<Secret>,
    /// The flow that last told of it.
    pub told: FlowId,
}

impl Known for Device {
    fn id(&self) -> &str {
        &self.did
    }

    fn merge(&mut self, newer: Self) -> bool {
        self.told = newer.told;
        // All of them, so no `||`.
        replace(&mut self.name, newer.name)
            | replace(&mut self.model, newer.model)
            | replace(&mut self.urn, newer.urn)
            | replace(&mut self.online, newer.online)
            | replace(&mut self.ip, newer.ip)
            | replace(&mut self.mac, newer.mac)
            | replace(&mut self.parent, newer.parent)
            | replace(&mut self.token, newer.token)
            | replace(&mut self.beacon_key, newer.beacon_key)
    }
}

/// A home, the account's own or one shared with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// Its id.
    pub id: Box<str>,
    /// Its name, as sent; empty if no list told it.
    pub name: Box<str>,
    /// The number of the account it belongs to.
    pub owner: Option<Box<str>>,
}

impl Known for Home {
    fn id(&self) -> &str {
        &self.id
    }

    fn merge(&mut self, newer: Self) -> bool {
        rename(&mut self.name, newer.name) | replace(&mut self.owner, newer.owner)
    }
}

/// A room of a home.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Room {
    /// Its id.
    pub id: Box<str>,
    /// Its name, as sent; empty if no list told it.
    pub name: Box<str>,
    /// The id of its home.
    pub home: Box<str>,
}

impl Known for Room {
    fn id(&self) -> &str {
        &self.id
    }

    fn merge(&mut self, newer: Self) -> bool {
        rename(&mut self.name, newer.name) | rename(&mut self.home, newer.home)
    }
}

/// Where a device stands: the home's id, and the room's if it is in one.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) home: Box<str>,
    pub(super) room: Option<Box<str>>,
}

/// A scene, or an automation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// Its id.
    pub id: Box<str>,
    /// Its name, as sent.
    pub name: Box<str>,
    /// The id of its home.
    pub home: Option<Box<str>>,
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// The flow that last told of it.
    pub told: FlowId,
}

impl Known for Scene {
    fn id(&self) -> &str {
        &self.id
    }

    fn merge(&mut self, newer: Self) -> bool {
        self.told = newer.told;
        rename(&mut self.name, newer.name)
            | replace(&mut self.home, newer.home)
            | replace(&mut self.enabled, newer.enabled)
    }
}

/// Takes what is newer, if it says something; whether that was not known.
fn replace<T: PartialEq>(known: &mut Option<T>, newer: Option<T>) -> bool {
    let is_new = newer.is_some() && *known != newer;
    if is_new {
        *known = newer;
    }
    is_new
}

fn rename(known: &mut Box<str>, newer: Box<str>) -> bool {
    let is_new = !newer.is_empty() && *known != newer;
    if is_new {
        *known = newer;
    }
    is_new
}
