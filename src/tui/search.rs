//! Finding a text in all plaintexts.

use memchr::memmem;

use mishark_core::decode::{Decoded, Side};
use mishark_core::json::{Case, Search, Tree, looks_like};

/// A text to find, prepared. Small letters find capitals too; a capital finds
/// itself only.
pub(super) struct Needle {
    text: String,
    case: Case,
    exact: memmem::Finder<'static>,
    /// The same in small letters and in capitals, if it is ASCII: most needles
    /// are in none of them, and that is told in one pass.
    ascii: Option<aho_corasick::AhoCorasick>,
}

impl Needle {
    /// Prepares a text.
    pub(super) fn new(text: &str) -> Self {
        let case = Case::of_needle(text);
        let ascii = (case == Case::Ignore && text.is_ascii())
            .then(|| {
                aho_corasick::AhoCorasick::builder()
                    .ascii_case_insensitive(true)
                    .build([text])
                    .ok()
            })
            .flatten();
        Self {
            text: text.to_owned(),
            case,
            exact: memmem::Finder::new(text).into_owned(),
            ascii,
        }
    }

    /// Whether it is in host, path or one of the plaintexts.
    pub(super) fn is_in(&self, host: &str, path: &str, decoded: &Decoded) -> bool {
        let sides = [Some(&decoded.request), decoded.response.as_ref()];
        self.is_in_bytes(host.as_bytes())
            || self.is_in_bytes(path.as_bytes())
            || sides
                .into_iter()
                .flatten()
                .any(|side| self.is_in_side(side))
    }

    fn is_in_side(&self, side: &Side) -> bool {
        let params = side.params.iter().any(|(_, value)| self.is_in_body(value));
        params
            || side
                .plaintext
                .as_ref()
                .is_some_and(|text| self.is_in_body(text))
    }

    fn is_in_body(&self, bytes: &[u8]) -> bool {
        if self.is_in_bytes(bytes) {
            return true;
        }
        // It may have been sent as escapes, or need letters compared that are
        // no ASCII.
        let may_hide = memchr::memchr(b'\\', bytes).is_some()
            || (self.case == Case::Ignore && self.ascii.is_none());
        if !may_hide || !looks_like(bytes) {
            return false;
        }
        Tree::parse(bytes)
            .is_ok_and(|tree| Search::new(&tree, &self.text, self.case).next().is_some())
    }

    fn is_in_bytes(&self, bytes: &[u8]) -> bool {
        match &self.ascii {
            Some(finder) => finder.is_match(bytes),
            None => self.exact.find(bytes).is_some(),
        }
    }
}
