//! What is written dimly beside a number in JSON: whose it is, what it means.

use super::{Directory, spec::Spec};
use crate::json::{Kind, Tree};
use crate::text::clean;
use crate::verdict::explain_code;

/// What stands further out than this has nothing to do with a row.
const LEVELS: usize = 6;

impl Directory {
    /// What a row's value stands for, if that is known: a device's name beside
    /// its did, a property's beside its piid, a code's meaning.
    ///
    /// The text is safe to print. Costs a look at the row's neighbours, so it
    /// is meant for the rows in sight.
    ///
    /// ```
    /// use mishark_core::directory::Directory;
    /// use mishark_core::json::Tree;
    ///
    /// let tree = Tree::parse(br#"{"code":-704042011}"#)?;
    /// let words = Directory::default().annotate(&tree, 1);
    /// assert_eq!(words.as_deref(), Some("device offline"));
    /// # Ok::<(), mishark_core::json::Error>(())
    /// ```
    pub fn annotate(&self, tree: &Tree<'_>, row: usize) -> Option<String> {
        let value = tree.scalar(row)?;
        let parent = tree.parent(row)?;
        let words = match tree.key(row) {
            Some(key) => self.beside(tree, row, parent, key, &value),
            // An element says what its list's key says.
            None => self.element(tree, row, parent, &value),
        }?;
        // A name that is the number again tells nothing.
        (words != value).then(|| clean(&words).into_owned())
    }

    fn beside(
        &self,
        tree: &Tree<'_>,
        row: usize,
        parent: usize,
        key: &str,
        value: &str,
    ) -> Option<String> {
        match key {
            "did" | "parent_id" | "parentDid" | "miotDID" => self.device_name(value),
            "home_id" | "homeId" => self.home_name(value),
            "room_id" | "roomId" => self.room_name(value),
            "parentid" => self.home_name(value).or_else(|| self.device_name(value)),
            "scene_id" | "sceneId" | "us_id" => self.scene_name(value),
            "code" | "errcode" | "errorCode" => {
                let message = tree
                    .member(parent, "message")
                    .and_then(|row| tree.scalar(row));
                Some(
                    explain_code(value.parse().ok()?, message.as_deref())?
                        .text
                        .to_owned(),
                )
            }
            "siid" => {
                let (_, spec) = self.spec_around(tree, row)?;
                Some(spec.service(value.parse().ok()?)?.name.to_string())
            }
            "piid" => {
                let (object, spec) = self.spec_around(tree, row)?;
                let property = spec.property(number(tree, object, "siid")?, value.parse().ok()?)?;
                Some(property.name.to_string())
            }
            "aiid" => {
                let (object, spec) = self.spec_around(tree, row)?;
                let action = spec.action(number(tree, object, "siid")?, value.parse().ok()?)?;
                Some(action.name.to_string())
            }
            "eiid" => {
                let (object, spec) = self.spec_around(tree, row)?;
                let event = spec.event(number(tree, object, "siid")?, value.parse().ok()?)?;
                Some(event.name.to_string())
            }
            // `"key":"2.1"` of histories and statistics.
            "key" => {
                let (_, spec) = self.spec_around(tree, row)?;
                let (siid, piid) = value.split_once('.')?;
                let property = spec.property(siid.parse().ok()?, piid.parse().ok()?)?;
                Some(property.name.to_string())
            }
            "value" => {
                let (object, spec) = self.spec_around(tree, row)?;
                let siid = number(tree, object, "siid")?;
                let property = spec.property(siid, number(tree, object, "piid")?)?;
                let meaning = property.value(value).map(str::to_owned);
                meaning.or_else(|| property.unit.as_deref().map(str::to_owned))
            }
            _ => None,
        }
    }

    fn element(&self, tree: &Tree<'_>, row: usize, parent: usize, value: &str) -> Option<String> {
        match tree.key(parent)? {
            "did" | "dids" => self.device_name(value),
            "scene_ids" => self.scene_name(value),
            // An argument of an action is a property of its service.
            key @ ("in" | "out") => {
                let (object, spec) = self.spec_around(tree, parent)?;
                let siid = number(tree, object, "siid")?;
                let action = spec.action(siid, number(tree, object, "aiid")?)?;
                let piids = if key == "in" {
                    &action.takes
                } else {
                    &action.gives
                };
                let piid = *piids.get(tree.row(row).index)?;
                let property = spec.property(siid, piid)?;
                Some(match property.value(value) {
                    Some(meaning) => format!("{} {meaning}", property.name),
                    None => property.name.to_string(),
                })
            }
            _ => None,
        }
    }

    /// The object around a row, and the spec of the device it is about: its
    /// own `did`, or that of the nearest object around it.
    fn spec_around(&self, tree: &Tree<'_>, row: usize) -> Option<(usize, &Spec)> {
        if self.specs.is_empty() {
            return None;
        }
        let own = tree.parent(row)?;
        let around = std::iter::successors(Some(own), |row| tree.parent(*row));
        let did = around
            .take(LEVELS)
            .find_map(|object| tree.scalar(tree.member(object, "did")?))?;
        Some((own, self.spec_of(&did)?))
    }

    fn device_name(&self, did: &str) -> Option<String> {
        Some(self.device(did)?.name.as_deref()?.to_owned())
    }

    fn home_name(&self, id: &str) -> Option<String> {
        told(&self.home(id)?.name)
    }

    fn room_name(&self, id: &str) -> Option<String> {
        told(&self.room(id)?.name)
    }

    fn scene_name(&self, id: &str) -> Option<String> {
        told(&self.scene(id)?.name)
    }
}

fn told(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// A number of MIoT's that an object has, or the nearest object around it:
/// arguments that are sent as `{"piid":1,"value":2}` leave the siid outside.
fn number(tree: &Tree<'_>, object: usize, key: &str) -> Option<u32> {
    let around = std::iter::successors(Some(object), |row| tree.parent(*row));
    let row = around.take(LEVELS).find_map(|row| tree.member(row, key))?;
    (tree.kind(row) == Kind::Number)
        .then(|| tree.value(row).parse().ok())
        .flatten()
}
