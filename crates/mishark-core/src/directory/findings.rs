//! What one flow teaches.
//!
//! By its path a flow is only ruled out: calls of properties and actions are
//! most of a capture and teach nothing. Everything else is looked through by
//! shape, so that a list from an endpoint nobody has described teaches too.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use memchr::memmem;

use super::place::{Device, Home, Room, Scene, Standing};
use super::spec::Spec;
use crate::call;
use crate::decode::{Decoded, State};
use crate::flow::Flow;
use crate::json::{Kind, Tree, looks_like};
use crate::protocol::hosts::is_cloud;
use crate::session::Secret;
use crate::text::cut;
use crate::verdict::Verdict;

/// How many devices, rooms, scenes and the like one flow can teach. Lists come
/// in pages of some hundreds.
pub const MAX_FOUND: usize = 16_384;

/// The longest body that is looked through. The largest device lists stay
/// under 4 MiB; above this a body is a file, not a list.
pub const MAX_BODY: usize = 32 << 20;

/// A text is cut to this many bytes; names that people give are shorter.
const MAX_TEXT: usize = 256;

/// Calls whose answers hold dids and teach nothing of them.
const TEACH_NOTHING: [&str; 9] = [
    "action",
    "batchdevicedatas",
    "check_new_msg",
    "eventlist",
    "get_user_device_data",
    "prop/get",
    "prop/set",
    "rpc",
    "statistics",
];

/// Calls in whose answers an object with `did` and `name` is a device, though
/// it says nothing else of one.
const NAME_DEVICES: [&str; 3] = ["deviceinfo", "device_list", "standard_consumable_items"];

/// What one flow teaches, on its way from a worker to the [`Directory`](super::Directory).
#[derive(Default)]
pub struct Findings {
    pub(super) devices: Vec<Device>,
    pub(super) homes: Vec<Home>,
    pub(super) rooms: Vec<Room>,
    pub(super) scenes: Vec<Scene>,
    /// By did.
    pub(super) standing: Vec<(Box<str>, Standing)>,
    pub(super) specs: Vec<Arc<Spec>>,
}

impl Findings {
    /// Whether a flow to that path can teach anything, so that it is worth
    /// opening. Most of a capture can not.
    pub fn can_come_from(path: &str) -> bool {
        !TEACH_NOTHING.contains(&call::short(path))
    }

    /// Looks through an opened flow. `None`, and cheaply, for nearly all.
    pub fn of(flow: &Flow, decoded: &Decoded) -> Option<Self> {
        let answer = decoded.response.as_ref()?.plaintext.as_deref()?;
        let path = flow.request.url.path();
        let name = call::short(path);
        if answer.len() > MAX_BODY || TEACH_NOTHING.contains(&name) {
            return None;
        }
        if decoded.state == State::Foreign && !is_cloud(flow.request.url.host()) {
            return spec(flow, answer);
        }
        let request = decoded.request.plaintext.as_deref().unwrap_or_default();
        let edits = name.eq_ignore_ascii_case("edit") || name == "scene/edit";
        let may_teach = NAME_DEVICES.contains(&name)
            || teaches(answer)
            // What an edit names stands in the request.
            || (edits && teaches(request));
        if !may_teach {
            return None;
        }
        let tree = Tree::parse(answer).ok()?;
        let request = (request.len() <= MAX_BODY && looks_like(request))
            .then(|| Tree::parse(request).ok())
            .flatten();
        let is_done = || Verdict::of_tree(flow, decoded, Some(&tree)).is_accepted();
        let mut findings = Self::default();
        let mut look = Look {
            tree: &tree,
            request: request.as_ref(),
            name,
            found: &mut findings,
        };
        look.everything();
        if let Some(request) = request.as_ref().filter(|_| edits && is_done()) {
            Look {
                tree: request,
                request: None,
                name,
                found: &mut findings,
            }
            .scene(0);
        }
        (!findings.is_empty()).then_some(findings)
    }

    /// Whether there is nothing in it.
    fn is_empty(&self) -> bool {
        self.devices.is_empty()
            && self.homes.is_empty()
            && self.rooms.is_empty()
            && self.scenes.is_empty()
            && self.standing.is_empty()
            && self.specs.is_empty()
    }
}

impl fmt::Debug for Findings {
    /// Numbers only: it holds tokens, and names that are somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings")
            .field("devices", &self.devices.len())
            .field("homes", &self.homes.len())
            .field("rooms", &self.rooms.len())
            .field("scenes", &self.scenes.len())
            .field("specs", &self.specs.len())
            .finish()
    }
}

/// Whether a body may hold anything of interest.
fn teaches(body: &[u8]) -> bool {
    const WORDS: [&str; 7] = [
        "\"beaconkey\"",
        "\"did\"",
        "\"miotDID\"",
        "\"model\"",
        "\"roomlist\"",
        "\"scene_id\"",
        "\"us_id\"",
    ];
    looks_like(body)
        && WORDS
            .iter()
            .any(|word| memmem::find(body, word.as_bytes()).is_some())
}

/// A spec out of a visit to miot-spec.org, by any tool or browser.
fn spec(flow: &Flow, answer: &[u8]) -> Option<Findings> {
    /// A spec says what it is in its first member.
    const HEAD: usize = 512;
    let named = flow.request.url.host().contains("spec");
    let head = &answer[..answer.len().min(HEAD)];
    if !named || memmem::find(head, b"urn:miot-spec").is_none() {
        return None;
    }
    let spec = Spec::parse(answer).ok()?;
    Some(Findings {
        specs: vec![Arc::new(spec)],
        ..Findings::default()
    })
}

/// One body, looked through object by object.
struct Look<'t> {
    tree: &'t Tree<'t>,
    request: Option<&'t Tree<'t>>,
    name: &'t str,
    found: &'t mut Findings,
}

impl Look<'_> {
    fn everything(&mut self) {
        let whole_home = self.asked("home_id").filter(|_| {
            // The list of one home, which the request names.
            self.name.ends_with("home_device_list")
        });
        for row in 0..self.tree.len() {
            if self.tree.kind(row) != Kind::Object {
                continue;
            }
            self.device(row, whole_home.as_deref());
            self.home(row);
            self.scene(row);
        }
    }

    fn device(&mut self, row: usize, home: Option<&str>) {
        let did = self.text(row, "did").or_else(|| self.text(row, "miotDID"));
        // Some calls name the device and are answered without its did.
        let is_result = self.tree.key(row) == Some("result");
        let asked = || self.asked("did").filter(|_| is_result);
        let Some(did) = did.or_else(asked) else {
            return;
        };
        let mut device = Device {
            did,
            model: self.text(row, "model"),
            urn: self
                .text(row, "spec_type")
                .filter(|urn| urn.starts_with("urn:")),
            online: self.flag(row, "isOnline"),
            ip: self.text(row, "localip"),
            mac: self.text(row, "mac"),
            parent: self.text(row, "parent_id"),
            token: self.text(row, "token").map(|token| Secret::new(&*token)),
            beacon_key: self.text(row, "beaconkey").map(|key| Secret::new(&*key)),
            ..Device::default()
        };
        let known = NAME_DEVICES.iter().any(|name| self.name.ends_with(name));
        // The name beside a did can be an action's or a message's.
        let is_device = known
            || device.token.is_some()
            || device.mac.is_some()
            || device.ip.is_some()
            || device.online.is_some()
            || device.urn.is_some()
            || (device.model.is_some() && self.tree.member(row, "name").is_some());
        if is_device {
            let name = self.text(row, "alias").or_else(|| self.text(row, "name"));
            device.name = name;
        }
        let says_nothing = Device {
            did: device.did.clone(),
            ..Device::default()
        };
        if device == says_nothing || self.found.devices.len() >= MAX_FOUND {
            return;
        }
        if let Some(home) = home.filter(|_| is_device) {
            self.stand(device.did.clone(), home, None);
        }
        self.found.devices.push(device);
    }

    /// A home is what has a list of rooms.
    fn home(&mut self, row: usize) {
        let Some(rooms) = self.tree.member(row, "roomlist") else {
            return;
        };
        let Some(id) = self.text(row, "id") else {
            return;
        };
        if self.found.homes.len() < MAX_FOUND {
            self.found.homes.push(Home {
                id: id.clone(),
                name: self.text(row, "name").unwrap_or_default(),
                owner: self.text(row, "uid"),
            });
        }
        self.dids(row, &id, None);
        for row in self.tree.children(rooms) {
            let Some(room) = self.text(row, "id") else {
                continue;
            };
            self.dids(row, &id, Some(&room));
            if self.found.rooms.len() < MAX_FOUND {
                self.found.rooms.push(Room {
                    id: room,
                    name: self.text(row, "name").unwrap_or_default(),
                    home: id.clone(),
                });
            }
        }
    }

    fn scene(&mut self, row: usize) {
        let id = self
            .text(row, "scene_id")
            .or_else(|| self.text(row, "us_id"));
        let (Some(id), Some(name)) = (id, self.text(row, "name")) else {
            return;
        };
        if self.found.scenes.len() < MAX_FOUND {
            self.found.scenes.push(Scene {
                id,
                name,
                home: self.text(row, "home_id").or_else(|| self.asked("home_id")),
                enabled: self.flag(row, "enable"),
                ..Scene::default()
            });
        }
    }

    fn dids(&mut self, row: usize, home: &str, room: Option<&str>) {
        let Some(dids) = self.tree.member(row, "dids") else {
            return;
        };
        for row in self.tree.children(dids) {
            if let Some(did) = self.tree.scalar(row) {
                self.stand(boxed(&did), home, room);
            }
        }
    }

    fn stand(&mut self, did: Box<str>, home: &str, room: Option<&str>) {
        if self.found.standing.len() < MAX_FOUND {
            let standing = Standing {
                home: home.into(),
                room: room.map(Box::from),
            };
            self.found.standing.push((did, standing));
        }
    }

    /// A member's text, unless it is empty.
    fn text(&self, row: usize, key: &str) -> Option<Box<str>> {
        text(self.tree, row, key)
    }

    fn flag(&self, row: usize, key: &str) -> Option<bool> {
        match self.tree.kind(self.tree.member(row, key)?) {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// What the request says under that key.
    fn asked(&self, key: &str) -> Option<Box<str>> {
        text(self.request?, 0, key)
    }
}

fn text(tree: &Tree<'_>, row: usize, key: &str) -> Option<Box<str>> {
    let text: Cow<'_, str> = tree.scalar(tree.member(row, key)?)?;
    (!text.is_empty()).then(|| boxed(&text))
}

fn boxed(text: &str) -> Box<str> {
    cut(text, MAX_TEXT).into()
}
