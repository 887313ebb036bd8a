//! Members of an object, and what a scalar means.

use std::borrow::Cow;

use super::text::unescape;
use super::tree::{Kind, Tree};

impl Tree<'_> {
    /// Finds a member of an object by its key; `None` for other kinds.
    ///
    /// Of duplicate keys the last counts, as in [`get`](Self::get). A key that
    /// was sent with escapes in it is found too.
    pub fn member(&self, row: usize, key: &str) -> Option<usize> {
        let is_it = |raw: &str| raw == key || (raw.contains('\\') && unescape(raw) == key);
        (self.kind(row) == Kind::Object)
            .then(|| {
                self.children(row)
                    .filter(|child| self.key(*child).is_some_and(is_it))
                    .last()
            })
            .flatten()
    }

    /// Returns what a scalar says: a string's meaning, a number or a word as
    /// sent. `None` for containers and for `null`.
    pub fn scalar(&self, row: usize) -> Option<Cow<'_, str>> {
        match self.kind(row) {
            Kind::String => self.string(row).map(unescape),
            Kind::Number | Kind::True | Kind::False => Some(Cow::Borrowed(self.value(row))),
            Kind::Array | Kind::Close | Kind::Null | Kind::Object => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_by_what_their_keys_mean() {
        let tree = Tree::parse(br#"{"did":1,"d\u0069d":"2","null":null,"in":{"did":3}}"#).unwrap();
        let did = tree.member(0, "did").and_then(|row| tree.scalar(row));
        assert_eq!(did.as_deref(), Some("2"));
        let null = tree.member(0, "null").unwrap();
        assert_eq!(tree.scalar(null), None);
        assert_eq!(tree.member(null, "did"), None);
        assert_eq!(tree.member(0, "nothing"), None);
    }

    #[test]
    fn numbers_are_told_as_sent() {
        let tree = Tree::parse(br#"[1722123456789012348,1e-07,"\u706f",[1]]"#).unwrap();
        let told: Vec<_> = tree.children(0).map(|row| tree.scalar(row)).collect();
        let told: Vec<_> = told.iter().map(|text| text.as_deref()).collect();
        let expected = [Some("1722123456789012348"), Some("1e-07"), Some("灯"), None];
        assert_eq!(told, expected);
    }
}
