//! MIoT spec instances: what the services, properties, actions and events of a
//! model are called, and what their values mean.
//!
//! These are the files of `miot-spec.org/miot-spec-v2/instance?type=URN`, also
//! as the Home Assistant integrations keep them (with the file in `data`).

use std::fmt;
use std::sync::Arc;

use crate::json::{self, Kind, Tree};
use crate::text::cut;

/// The longest file that is taken for a spec. The longest genuine ones, of
/// robots and air conditioners, stay under 200 kB.
pub const MAX_SPEC: usize = 4 << 20;

/// How many services, properties, actions, events and values one spec may have
/// in all; what comes after is left out.
pub const MAX_SPEC_PARTS: usize = 8192;

/// A text in a spec is cut to this many bytes.
const MAX_TEXT: usize = 200;

/// What one model can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    urn: Box<str>,
    description: Box<str>,
    properties: Vec<Property>,
    actions: Vec<Action>,
    events: Vec<Event>,
    services: Vec<Service>,
}

/// A group of properties, actions and events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its number, a siid.
    pub iid: u32,
    /// The name in its type: `light`.
    pub name: Arc<str>,
    /// In words: `Light`.
    pub description: Box<str>,
}

/// Something that can be read, written or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The service's number.
    pub siid: u32,
    /// Its own number, a piid.
    pub iid: u32,
    /// The service's name: `light`.
    pub service: Arc<str>,
    /// The name in its type: `on`.
    pub name: Box<str>,
    /// In words: `Switch Status`.
    pub description: Box<str>,
    /// The kind of its values: `bool`, `uint8`, `string` ….
    pub format: Box<str>,
    /// `celsius`, `percentage` …, if it has one.
    pub unit: Option<Box<str>>,
    /// What can be done with it.
    pub access: Access,
    /// The values it can have, as sent, and what they mean.
    pub values: Vec<(Box<str>, Box<str>)>,
    /// The least value, the greatest, and the step, as sent.
    pub range: Option<[Box<str>; 3]>,
}

impl Property {
    /// What one of its values means. `value` is the JSON as sent.
    pub fn value(&self, value: &str) -> Option<&str> {
        let known = self.values.iter().find(|(known, _)| **known == *value)?;
        Some(&known.1)
    }
}

/// What can be done with a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// It can be asked for.
    pub read: bool,
    /// It can be set.
    pub write: bool,
    /// The device tells when it changes.
    pub notify: bool,
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The service's number.
    pub siid: u32,
    /// Its own number, an aiid.
    pub iid: u32,
    /// The service's name: `vacuum`.
    pub service: Arc<str>,
    /// The name in its type: `start-sweep`.
    pub name: Box<str>,
    /// In words: `Start Sweep`.
    pub description: Box<str>,
    /// The piids of its arguments, in order.
    pub takes: Vec<u32>,
    /// The piids of what it gives back, in order.
    pub gives: Vec<u32>,
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The service's number.
    pub siid: u32,
    /// Its own number, an eiid.
    pub iid: u32,
    /// The service's name.
    pub service: Arc<str>,
    /// The name in its type: `click`.
    pub name: Box<str>,
    /// In words.
    pub description: Box<str>,
}

/// Why a file is no spec.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// It is longer than [`MAX_SPEC`].
    #[error("{0} bytes, expected a MIoT spec of {MAX_SPEC} at most")]
    TooLong(usize),
    /// It is no JSON.
    #[error("not JSON: {0}")]
    NotJson(#[from] json::Error),
    /// It is JSON of another kind.
    #[error("no `type` with a device's urn and no `services`, expected a MIoT spec instance")]
    NotASpec,
}

impl Spec {
    /// Reads a spec instance.
    ///
    /// # Errors
    /// If it is none. Services, properties and the like that have no number
    /// are left out.
    pub fn parse(bytes: &[u8]) -> Result<Self, SpecError> {
        if bytes.len() > MAX_SPEC {
            return Err(SpecError::TooLong(bytes.len()));
        }
        let tree = Tree::parse(bytes)?;
        let inside = tree.member(0, "data");
        let read = |root| Reader::new(&tree).spec(root);
        read(0)
            .or_else(|| inside.and_then(read))
            .ok_or(SpecError::NotASpec)
    }

    /// The device's type: `urn:miot-spec-v2:device:light:0000A001:yeelink-lamp4:1`.
    pub fn urn(&self) -> &str {
        &self.urn
    }

    /// What the device is, in words: `Light`.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// All services, as in the file.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// All properties, by their numbers.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// All actions, by their numbers.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The service of that number.
    pub fn service(&self, siid: u32) -> Option<&Service> {
        self.services.iter().find(|service| service.iid == siid)
    }

    /// The property of that number.
    pub fn property(&self, siid: u32, piid: u32) -> Option<&Property> {
        let key = |part: &Property| (part.siid, part.iid);
        let at = self.properties.binary_search_by_key(&(siid, piid), key);
        at.ok().map(|at| &self.properties[at])
    }

    /// The action of that number.
    pub fn action(&self, siid: u32, aiid: u32) -> Option<&Action> {
        let key = |part: &Action| (part.siid, part.iid);
        let at = self.actions.binary_search_by_key(&(siid, aiid), key);
        at.ok().map(|at| &self.actions[at])
    }

    /// The event of that number.
    pub fn event(&self, siid: u32, eiid: u32) -> Option<&Event> {
        let key = |part: &Event| (part.siid, part.iid);
        let at = self.events.binary_search_by_key(&(siid, eiid), key);
        at.ok().map(|at| &self.events[at])
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.urn)
    }
}

/// The part of a urn that names the kind of thing: `light` in
/// `urn:miot-spec-v2:device:light:0000A001:yeelink-lamp4:1`.
pub fn urn_kind(urn: &str) -> Option<&str> {
    urn.split(':').nth(3).filter(|kind| !kind.is_empty())
}

/// The part of a device's urn that names the product: `yeelink-lamp4`.
pub(super) fn urn_product(urn: &str) -> Option<&str> {
    urn.split(':').nth(5).filter(|product| !product.is_empty())
}

/// The product that a model's urn would name: `yeelink-lamp4` for
/// `yeelink.light.lamp4`.
pub(super) fn model_product(model: &str) -> Option<String> {
    let (maker, rest) = model.split_once('.')?;
    let (_, name) = rest.rsplit_once('.')?;
    Some(format!("{maker}-{name}"))
}

/// Reads one file, counting what it takes out of it.
struct Reader<'t> {
    tree: &'t Tree<'t>,
    room: usize,
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree<'t>) -> Self {
        Self {
            tree,
            room: MAX_SPEC_PARTS,
        }
    }

    fn spec(mut self, root: usize) -> Option<Spec> {
        let urn = self.text(root, "type")?;
        if !urn.starts_with("urn:miot-spec") || urn.split(':').nth(2) != Some("device") {
            return None;
        }
        let services = self.tree.member(root, "services")?;
        let mut spec = Spec {
            urn,
            description: self.text(root, "description").unwrap_or_default(),
            properties: Vec::new(),
            actions: Vec::new(),
            events: Vec::new(),
            services: Vec::new(),
        };
        for row in self.list(services) {
            self.service(row, &mut spec);
        }
        // Files are in order as a rule; a lookup relies on it.
        spec.properties.sort_by_key(|part| (part.siid, part.iid));
        spec.actions.sort_by_key(|part| (part.siid, part.iid));
        spec.events.sort_by_key(|part| (part.siid, part.iid));
        Some(spec)
    }

    fn service(&mut self, row: usize, spec: &mut Spec) {
        let Some((siid, name, description)) = self.named(row) else {
            return;
        };
        let service: Arc<str> = Arc::from(&*name);
        spec.services.push(Service {
            iid: siid,
            name: Arc::clone(&service),
            description,
        });
        for row in self.parts(row, "properties") {
            if let Some((iid, name, description)) = self.named(row) {
                spec.properties.push(Property {
                    siid,
                    iid,
                    service: Arc::clone(&service),
                    name,
                    description,
                    format: self.text(row, "format").unwrap_or_default(),
                    unit: self
                        .text(row, "unit")
                        .filter(|unit| !matches!(&**unit, "" | "none")),
                    access: self.access(row),
                    values: self.values(row),
                    range: self.range(row),
                });
            }
        }
        for row in self.parts(row, "actions") {
            if let Some((iid, name, description)) = self.named(row) {
                spec.actions.push(Action {
                    siid,
                    iid,
                    service: Arc::clone(&service),
                    name,
                    description,
                    takes: self.numbers(row, "in"),
                    gives: self.numbers(row, "out"),
                });
            }
        }
        for row in self.parts(row, "events") {
            if let Some((iid, name, description)) = self.named(row) {
                spec.events.push(Event {
                    siid,
                    iid,
                    service: Arc::clone(&service),
                    name,
                    description,
                });
            }
        }
    }

    /// Number, name and description of anything in a spec.
    fn named(&self, row: usize) -> Option<(u32, Box<str>, Box<str>)> {
        let iid = self.tree.member(row, "iid")?;
        let iid = self.tree.value(iid).parse().ok()?;
        let urn = self.text(row, "type").unwrap_or_default();
        let description = self.text(row, "description").unwrap_or_default();
        let name = urn_kind(&urn).map_or_else(|| description.clone(), Box::from);
        Some((iid, name, description))
    }

    fn access(&self, row: usize) -> Access {
        let mut access = Access::default();
        let list = self.tree.member(row, "access");
        for row in list.into_iter().flat_map(|list| self.tree.children(list)) {
            match self.tree.string(row) {
                Some("read") => access.read = true,
                Some("write") => access.write = true,
                Some("notify") => access.notify = true,
                _ => {}
            }
        }
        access
    }

    fn values(&mut self, row: usize) -> Vec<(Box<str>, Box<str>)> {
        let rows = self.parts(row, "value-list");
        let value = |row| {
            let value = self.text(row, "value")?;
            Some((value, self.text(row, "description")?))
        };
        rows.into_iter().filter_map(value).collect()
    }

    fn range(&self, row: usize) -> Option<[Box<str>; 3]> {
        let list = self.tree.member(row, "value-range")?;
        let mut numbers = self.tree.children(list).map(|row| self.scalar(row));
        Some([numbers.next()??, numbers.next()??, numbers.next()??])
    }

    fn numbers(&self, row: usize, key: &str) -> Vec<u32> {
        /// More arguments than any action has.
        const MOST: usize = 64;
        let list = self.tree.member(row, key);
        list.into_iter()
            .flat_map(|list| self.tree.children(list))
            .take(MOST)
            .filter_map(|row| self.tree.value(row).parse().ok())
            .collect()
    }

    fn parts(&mut self, row: usize, key: &str) -> Vec<usize> {
        self.tree
            .member(row, key)
            .map_or_else(Vec::new, |list| self.list(list))
    }

    /// The objects in a list, as far as there is room for them.
    fn list(&mut self, list: usize) -> Vec<usize> {
        if self.tree.kind(list) != Kind::Array {
            return Vec::new();
        }
        let rows: Vec<usize> = self.tree.children(list).take(self.room).collect();
        self.room -= rows.len();
        rows
    }

    fn text(&self, row: usize, key: &str) -> Option<Box<str>> {
        self.scalar(self.tree.member(row, key)?)
    }

    fn scalar(&self, row: usize) -> Option<Box<str>> {
        let text = self.tree.scalar(row)?;
        Some(Box::from(cut(&text, MAX_TEXT)))
    }
}
