//! Things that lists tell of again and again, each kept once.

use std::collections::HashMap;

/// Something that is known by an id and can be told of more than once.
pub(super) trait Known {
    fn id(&self) -> &str;

    /// Adds what a newer telling says; whether that is anything new.
    fn merge(&mut self, newer: Self) -> bool;
}

/// Things in the order they were first told of, found by their id.
#[derive(Clone)]
pub(super) struct Table<T> {
    pub(super) items: Vec<T>,
    positions: HashMap<Box<str>, usize>,
}

impl<T: Known> Table<T> {
    pub(super) fn get(&self, id: &str) -> Option<&T> {
        Some(&self.items[*self.positions.get(id)?])
    }

    /// Whether this was new. What there is no room for is left out.
    pub(super) fn learn(&mut self, item: T, most: usize) -> bool {
        if let Some(position) = self.positions.get(item.id()) {
            return self.items[*position].merge(item);
        }
        if self.items.len() >= most {
            return false;
        }
        self.positions.insert(item.id().into(), self.items.len());
        self.items.push(item);
        true
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            positions: HashMap::new(),
        }
    }
}
