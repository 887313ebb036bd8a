//! The keys as they hold in this run.

use super::{Action, BINDINGS, Binding, Context};
use crate::tui::key::Key;

/// The keys as they hold now: the table, and what the settings change in it.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// Parallel to [`BINDINGS`].
    keys: Vec<Vec<Key>>,
}

/// A key that is worth a word in the hint bar.
#[derive(Debug, Clone, Copy)]
pub struct Hint {
    /// The key.
    pub key: Key,
    /// The word.
    pub word: &'static str,
    /// What it does.
    pub action: Action,
}

impl Default for Keymap {
    fn default() -> Self {
        Self {
            keys: BINDINGS.iter().map(parsed).collect(),
        }
    }
}

fn parsed(binding: &Binding) -> Vec<Key> {
    let keys = binding.keys.iter();
    // A test reads them all.
    keys.filter_map(|text| Key::parse(text)).collect()
}

impl Keymap {
    /// What a key does there.
    pub fn action(&self, key: Key, context: Context) -> Option<Action> {
        let mut bindings = BINDINGS.iter().zip(&self.keys);
        bindings
            .find(|(binding, keys)| binding.contexts.has(context) && keys.contains(&key))
            .map(|(binding, _)| binding.action)
    }

    /// The keys of a binding of [`BINDINGS`], by its place there.
    pub fn keys(&self, binding: usize) -> &[Key] {
        self.keys.get(binding).map_or(&[], Vec::as_slice)
    }

    /// The first key of an action in a context, to be shown.
    pub fn first(&self, action: Action, context: Context) -> Option<Key> {
        let mut bindings = BINDINGS.iter().zip(&self.keys);
        bindings
            .find(|(binding, _)| binding.action == action && binding.contexts.has(context))
            .and_then(|(_, keys)| keys.first().copied())
    }

    /// Gives the bindings of a name other keys. A key that did something else
    /// in the same context does it no longer.
    pub fn bind(&mut self, name: &str, keys: &[Key]) {
        let named: Vec<usize> = (0..BINDINGS.len())
            .filter(|at| BINDINGS[*at].name == name)
            .collect();
        for (at, binding) in BINDINGS.iter().enumerate() {
            let meets = |other: &usize| BINDINGS[*other].contexts.0 & binding.contexts.0 != 0;
            if !named.contains(&at) && named.iter().any(meets) {
                self.keys[at].retain(|key| !keys.contains(key));
            }
        }
        for at in named {
            self.keys[at] = keys.to_vec();
        }
    }

    /// The first key of an action in a context in words, else what it does.
    pub fn shown(&self, action: Action, context: Context) -> String {
        let key = self.first(action, context);
        key.map_or_else(|| action.words().to_owned(), |key| key.to_string())
    }

    /// The hints of a context, the most wanted first.
    pub fn hints(&self, context: Context) -> Vec<Hint> {
        let mut hints: Vec<_> = BINDINGS
            .iter()
            .zip(&self.keys)
            .filter(|(binding, _)| binding.hint > 0 && binding.contexts.has(context))
            .filter_map(|(binding, keys)| {
                let hint = Hint {
                    key: *keys.first()?,
                    word: binding.action.hint(),
                    action: binding.action,
                };
                Some((binding.hint, hint))
            })
            .collect();
        hints.sort_by_key(|(priority, _)| *priority);
        hints.into_iter().map(|(_, hint)| hint).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::named;
    use super::*;

    #[test]
    fn every_key_in_the_table_is_one_and_never_a_byte_of_another() {
        for binding in BINDINGS {
            for text in binding.keys {
                assert!(Key::parse(text).is_some(), "{text}");
                // The same bytes as Enter, Tab, Backspace and Esc.
                let taken = ["ctrl-m", "ctrl-j", "ctrl-i", "ctrl-h", "ctrl-["];
                assert!(!taken.contains(text), "{text}");
            }
        }
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for context in Context::ALL {
            let mut seen: Vec<(Key, Action)> = Vec::new();
            for binding in BINDINGS.iter().filter(|one| one.contexts.has(context)) {
                for key in parsed(binding) {
                    let other = seen.iter().find(|(taken, _)| *taken == key);
                    assert_eq!(other, None, "{key} in {context:?}");
                    seen.push((key, binding.action));
                }
            }
        }
    }

    #[test]
    fn a_name_is_one_action_and_every_action_has_words() {
        for binding in BINDINGS {
            assert_eq!(
                named(binding.name),
                Some(binding.action),
                "{}",
                binding.name
            );
            assert!(!binding.action.words().is_empty());
            assert!(binding.hint == 0 || !binding.action.hint().is_empty());
        }
    }

    #[test]
    fn the_settings_take_a_key_away_from_what_had_it() {
        let mut keymap = Keymap::default();
        let key = |text| Key::parse(text).unwrap();
        keymap.bind("mark", &[key("z"), key("ctrl-t")]);
        assert_eq!(keymap.action(key("z"), Context::Flows), Some(Action::Mark));
        assert_eq!(
            keymap.action(key("ctrl-t"), Context::Body),
            Some(Action::Mark)
        );
        assert_eq!(keymap.action(key("m"), Context::Flows), None);
        // In another place it keeps its meaning.
        assert_eq!(
            keymap.action(key("z"), Context::Sort),
            Some(Action::SortBySize)
        );
        assert_eq!(keymap.first(Action::Zoom, Context::Flows), None);
    }
}
