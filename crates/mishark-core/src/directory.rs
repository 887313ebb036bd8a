//! What the captures themselves teach, offline: which device a did is, where
//! it stands, which scenes there are, and what the numbers in calls mean.
//!
//! ```text
//! flow ─ Findings::of, on a worker ─► Findings ─ learn, in order ─► Directory
//! spec file ──────────────────────── Spec::parse ─ add_spec ──────────┤
//!                                                                     ▼
//!                      device, home_of, room_of, scene, property, annotate
//! ```
//!
//! Nothing is asked of anyone: a home whose lists were not captured stays a
//! home of numbers. What is learnt later adds to what is known, and replaces
//! it where both say something.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

mod annotate;
mod findings;
mod place;
mod spec;
mod table;
#[cfg(test)]
mod tests;

pub use findings::{Findings, MAX_BODY, MAX_FOUND};
pub use place::{Device, Home, Room, Scene};
pub use spec::{
    Access, Action, Event, MAX_SPEC, MAX_SPEC_PARTS, Property, Service, Spec, SpecError, urn_kind,
};

use place::Standing;
use spec::{model_product, urn_product};
use table::Table;

use crate::workspace::FlowId;

/// How many devices are kept, and how many dids whose room is known. The
/// largest homes have some hundreds; what comes later is left out.
pub const MAX_DEVICES: usize = 16_384;

/// How many homes are kept, shared ones among them.
pub const MAX_HOMES: usize = 1024;

/// How many rooms are kept, of all homes together.
pub const MAX_ROOMS: usize = 16_384;

/// How many scenes are kept.
pub const MAX_SCENES: usize = 16_384;

/// How many specs are kept: one for each model.
pub const MAX_SPECS: usize = 1024;

/// What is known of the homes in all open captures.
///
/// It is meant to be held in an [`Arc`], so that workers and the screen read
/// the same one; [`Arc::make_mut`] gives a directory to teach, and copies it
/// only while another still reads the old one.
///
/// ```
/// use mishark_core::directory::{Directory, Findings};
/// use mishark_core::workspace::Workspace;
/// # use mishark_core::capture::Capture;
/// # use mishark_core::decode::Options;
/// # let mut workspace = Workspace::new(Options::default());
/// # workspace.add(Capture::open("samples/home.har".as_ref()).unwrap());
///
/// let mut directory = Directory::default();
/// for id in workspace.ids() {
///     let (flow, decoded) = workspace.open(id);
///     if let Some(findings) = flow.and_then(|flow| Findings::of(&flow, &decoded)) {
///         directory.learn(findings, id);
///     }
/// }
/// let lamp = directory.device("900000001").unwrap();
/// assert_eq!(lamp.name.as_deref(), Some("客厅吸顶灯"));
/// assert_eq!(&*directory.room_of("900000001").unwrap().name, "客厅");
/// ```
#[derive(Clone, Default)]
pub struct Directory {
    generation: u64,
    devices: Table<Device>,
    homes: Table<Home>,
    rooms: Table<Room>,
    scenes: Table<Scene>,
    /// By did.
    standing: HashMap<Box<str>, Standing>,
    /// By urn.
    specs: HashMap<Box<str>, Arc<Spec>>,
    /// By the product in the urn, the newest version.
    products: HashMap<Box<str>, Arc<Spec>>,
}

impl Directory {
    /// Takes in what one flow teaches; `told` names it.
    ///
    /// Flows are to come in their order: of two that say different things, the
    /// later one is believed.
    pub fn learn(&mut self, findings: Findings, told: FlowId) {
        let mut changed = false;
        for mut device in findings.devices {
            device.told = told;
            changed |= self.devices.learn(device, MAX_DEVICES);
        }
        for home in findings.homes {
            changed |= self.homes.learn(home, MAX_HOMES);
        }
        for room in findings.rooms {
            changed |= self.rooms.learn(room, MAX_ROOMS);
        }
        for mut scene in findings.scenes {
            scene.told = told;
            changed |= self.scenes.learn(scene, MAX_SCENES);
        }
        for (did, standing) in findings.standing {
            changed |= self.stand(did, standing);
        }
        self.generation += u64::from(changed);
        for spec in findings.specs {
            self.add_spec(spec);
        }
    }

    /// Adds a spec, which names the numbers of one model. A newer version of a
    /// model's spec stands in for one that is missing.
    pub fn add_spec(&mut self, spec: Arc<Spec>) {
        if self.specs.get(spec.urn()).is_some_and(|old| *old == spec)
            || self.specs.len() >= MAX_SPECS
        {
            return;
        }
        if let Some(product) = urn_product(spec.urn()) {
            self.products.insert(product.into(), Arc::clone(&spec));
        }
        self.specs.insert(spec.urn().into(), spec);
        self.generation += 1;
    }

    /// A number that changes whenever something new was learnt.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many devices are known.
    pub fn len(&self) -> usize {
        self.devices.items.len()
    }

    /// Whether no device is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The device of that did.
    pub fn device(&self, did: &str) -> Option<&Device> {
        self.devices.get(did)
    }

    /// All devices, in the order they were first told of.
    pub fn devices(&self) -> &[Device] {
        &self.devices.items
    }

    /// The home of that id.
    pub fn home(&self, id: &str) -> Option<&Home> {
        self.homes.get(id)
    }

    /// All homes, in the order they were first told of.
    pub fn homes(&self) -> &[Home] {
        &self.homes.items
    }

    /// The room of that id.
    pub fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.get(id)
    }

    /// All rooms of all homes, in the order they were first told of.
    pub fn rooms(&self) -> &[Room] {
        &self.rooms.items
    }

    /// The home a device stands in.
    pub fn home_of(&self, did: &str) -> Option<&Home> {
        self.home(&self.standing.get(did)?.home)
    }

    /// The room a device stands in.
    pub fn room_of(&self, did: &str) -> Option<&Room> {
        self.room(self.standing.get(did)?.room.as_deref()?)
    }

    /// The scene of that id.
    pub fn scene(&self, id: &str) -> Option<&Scene> {
        self.scenes.get(id)
    }

    /// All scenes, in the order they were first told of.
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes.items
    }

    /// How many specs are known.
    pub fn specs(&self) -> usize {
        self.specs.len()
    }

    /// The spec of a device: the one its urn names, or another version of it,
    /// or the one of a product that is named as its model is.
    pub fn spec_of(&self, did: &str) -> Option<&Spec> {
        if self.specs.is_empty() {
            return None;
        }
        let device = self.device(did)?;
        let urn = device.urn.as_deref();
        let exact = urn.and_then(|urn| self.specs.get(urn));
        let product = || self.products.get(urn_product(urn?)?);
        let model = || {
            self.products
                .get(&*model_product(device.model.as_deref()?)?)
        };
        exact.or_else(product).or_else(model).map(|spec| &**spec)
    }

    /// A device's property, if its model's spec is known.
    pub fn property(&self, did: &str, siid: u32, piid: u32) -> Option<&Property> {
        self.spec_of(did)?.property(siid, piid)
    }

    /// A device's action, if its model's spec is known.
    pub fn action(&self, did: &str, siid: u32, aiid: u32) -> Option<&Action> {
        self.spec_of(did)?.action(siid, aiid)
    }

    /// A device's event, if its model's spec is known.
    pub fn event(&self, did: &str, siid: u32, eiid: u32) -> Option<&Event> {
        self.spec_of(did)?.event(siid, eiid)
    }

    /// Writes down where a device stands; a list that only knows the home does
    /// not take it out of its room there.
    fn stand(&mut self, did: Box<str>, newer: Standing) -> bool {
        let has_space = self.standing.len() < MAX_DEVICES;
        match self.standing.get_mut(&did) {
            Some(known) => {
                let says_less = newer.room.is_none() && known.home == newer.home;
                let is_new = !says_less && *known != newer;
                if is_new {
                    *known = newer;
                }
                is_new
            }
            None if has_space => {
                self.standing.insert(did, newer);
                true
            }
            None => false,
        }
    }
}

impl fmt::Debug for Directory {
    /// Numbers only: names of rooms and devices are somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("generation", &self.generation)
            .field("devices", &self.devices.items.len())
            .field("homes", &self.homes.items.len())
            .field("rooms", &self.rooms.items.len())
            .field("scenes", &self.scenes.items.len())
            .field("specs", &self.specs.len())
            .finish()
    }
}
