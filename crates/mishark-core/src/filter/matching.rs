//! Whether a flow is what a term asks for: first by its entry, then by its
//! plaintexts.

use std::io::Write;

use super::facts::Facts;
use super::field::Field;
use super::members::{answer_codes, members};
use super::term::{Term, Test};
use crate::capture::Entry;
use crate::decode::{Decoded, Side, State};
use crate::json::Tree;
use crate::verdict::{Place, Verdict};

/// The path that names a device, up to its did.
const RPC: &str = "/home/rpc/";

impl Term {
    /// What the entry alone tells; `None` if it can not. Allocates nothing.
    pub(super) fn entry(&self, facts: &Facts<'_>) -> Option<bool> {
        let entry = facts.entry;
        let test = &self.test;
        Some(match self.field {
            Field::Dur => entry.duration_ms.is_some_and(|ms| test.fits_number(ms)),
            Field::File => test.fits(facts.capture.as_bytes()),
            Field::Host => test.fits(entry.host.as_bytes()),
            Field::Mark => facts.mark.is_some_and(|mark| test.fits(mark.as_bytes())),
            Field::Method => test.fits(entry.method.as_bytes()),
            Field::Path => test.fits(entry.path.as_bytes()),
            Field::State => {
                let unreadable = entry.error.as_ref().map(|_| State::Unreadable);
                test.fits_state(unreadable.or(facts.state)?)
            }
            Field::Status => entry.status.is_some_and(|status| {
                // A `u16` has five digits at most; a `String` a row would cost more
                // than the test.
                let (mut digits, len) = ([0; 5], status.checked_ilog10().unwrap_or(0) + 1);
                let written = write!(&mut digits[..], "{status}");
                written.is_ok() && test.fits(&digits[..len as usize])
            }),
            Field::Url => with_url(entry, |url| test.fits(url)),
            Field::Did if path_did(&entry.path).is_some_and(|did| facts.is_device(did, test)) => {
                true
            }
            Field::Model
                if path_did(&entry.path).is_some_and(|did| facts.is_of_model(did, test)) =>
            {
                true
            }
            Field::Word if with_url(entry, |url| test.fits(url)) => true,
            Field::Body
            | Field::Code
            | Field::Did
            | Field::Key
            | Field::Model
            | Field::Piid
            | Field::Prop
            | Field::Reason
            | Field::Req
            | Field::Resp
            | Field::Scheme
            | Field::Siid
            | Field::Size
            | Field::Verdict
            | Field::Word => return None,
        })
    }

    /// What the opened flow tells.
    pub(super) fn flow(&self, facts: &Facts<'_>, decoded: &Decoded) -> bool {
        let test = &self.test;
        let request = Some(&decoded.request);
        let response = decoded.response.as_ref();
        let either = |field: &[&str]| {
            plaintexts(request)
                .chain(plaintexts(response))
                .any(|text| field.iter().any(|name| has_member(test, text, name)))
        };
        match self.field {
            Field::Body => fits_body(test, request) || fits_body(test, response),
            Field::Code => plaintexts(response)
                .take(1)
                .any(|text| answer_codes(text, |code| test.fits(code))),
            Field::Did => {
                self.entry(facts) == Some(true)
                    || any_did(decoded, |did| facts.is_device(did, test))
            }
            Field::Key => decoded
                .key
                .as_ref()
                .is_some_and(|key| test.fits(key.id.to_string().as_bytes())),
            Field::Model => {
                self.entry(facts) == Some(true)
                    || either(&["\"model\""])
                    || (facts.directory.is_some()
                        && any_did(decoded, |did| facts.is_of_model(did, test)))
            }
            Field::Piid => either(&["\"piid\""]),
            Field::Prop => plaintexts(request)
                .chain(plaintexts(response))
                .any(|text| has_property(text, facts, test)),
            Field::Reason => decoded
                .reason
                .as_ref()
                .is_some_and(|reason| test.fits(reason.code().as_bytes())),
            Field::Req => fits_body(test, request),
            Field::Resp => fits_body(test, response),
            Field::Scheme => decoded
                .scheme
                .is_some_and(|scheme| test.fits(scheme.name().as_bytes())),
            Field::Siid => either(&["\"siid\""]),
            Field::Size => size(decoded).is_some_and(|size| test.fits_number(size as f64)),
            Field::State => test.fits_state(decoded.state),
            Field::Verdict => {
                let verdict = Verdict::of_entry(facts.entry, decoded);
                let place = verdict.place.map(Place::name);
                test.fits_one(verdict.outcome.name(), place)
            }
            Field::Word => {
                self.entry(facts) == Some(true)
                    || fits_body(test, request)
                    || fits_body(test, response)
            }
            Field::Dur
            | Field::File
            | Field::Host
            | Field::Mark
            | Field::Method
            | Field::Path
            | Field::Status
            | Field::Url => self.entry(facts) == Some(true),
        }
    }
}

impl Facts<'_> {
    /// Whether a device's did, or its name, is what is asked for.
    fn is_device(&self, did: &str, test: &Test) -> bool {
        let device = self.directory.and_then(|directory| directory.device(did));
        test.fits_one(did, device.and_then(|device| device.name.as_deref()))
    }

    /// Whether a device's model, as a list told it, is what is asked for.
    fn is_of_model(&self, did: &str, test: &Test) -> bool {
        self.directory
            .and_then(|directory| directory.device(did)?.model.as_deref())
            .is_some_and(|model| test.fits(model.as_bytes()))
    }
}

impl Test {
    /// Whether one of two words for a thing is what is asked for. What shall
    /// differ differs in both.
    fn fits_one(&self, number: &str, name: Option<&str>) -> bool {
        let number = self.fits(number.as_bytes());
        let name = name.map(|name| self.fits(name.as_bytes()));
        match self {
            Self::Differs(_) => number && name.unwrap_or(true),
            _ => number || name.unwrap_or(false),
        }
    }

    /// Whether a text is what is asked for. Nothing is not something that
    /// differs.
    fn fits(&self, text: &[u8]) -> bool {
        match self {
            Self::Any => !text.is_empty(),
            Self::Contains(automaton) => automaton.is_match(text),
            Self::Differs(other) => {
                !text.is_empty() && !text.eq_ignore_ascii_case(other.as_bytes())
            }
            Self::Equals(other) => text.eq_ignore_ascii_case(other.as_bytes()),
            Self::Glob(parts) => fits_glob(parts, text),
            Self::Number { .. } => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok())
                .is_some_and(|number| self.fits_number(number)),
            Self::Prefix(start) => text
                .get(..start.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes())),
            Self::Regex(regex) => regex.is_match(text),
            Self::State { .. } => false,
        }
    }

    fn fits_number(&self, number: f64) -> bool {
        match self {
            Self::Any => true,
            Self::Number { bounds, inside } => bounds.contain(number) == *inside,
            _ => false,
        }
    }

    fn fits_state(&self, found: State) -> bool {
        matches!(self, Self::State { state, wanted } if (*state == found) == *wanted)
    }
}

fn fits_glob(parts: &[String], text: &[u8]) -> bool {
    let [first, middle @ .., last] = parts else {
        return false;
    };
    let starts = |text: &[u8], part: &[u8]| {
        text.get(..part.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(part))
    };
    let (first, last) = (first.as_bytes(), last.as_bytes());
    if !starts(text, first) {
        return false;
    }
    let mut text = &text[first.len()..];
    for part in middle {
        let part = part.as_bytes();
        let Some(at) = (0..=text.len()).find(|at| starts(&text[*at..], part)) else {
            return false;
        };
        text = &text[at + part.len()..];
    }
    let end = text.len().checked_sub(last.len());
    end.is_some_and(|end| starts(&text[end..], last))
}

/// Host and path in one piece, on the stack unless they are very long.
fn with_url<T>(entry: &Entry, work: impl FnOnce(&[u8]) -> T) -> T {
    const USUAL: usize = 512;
    let (host, path) = (entry.host.as_bytes(), entry.path.as_bytes());
    let len = host.len() + path.len();
    if len > USUAL {
        return work(&[host, path].concat());
    }
    let mut url = [0; USUAL];
    url[..host.len()].copy_from_slice(host);
    url[host.len()..len].copy_from_slice(path);
    work(&url[..len])
}

/// The device that a path names.
fn path_did(path: &str) -> Option<&str> {
    let at = path.find(RPC)? + RPC.len();
    path[at..].split('/').next()
}

/// What was said on a side: the plaintext, then the other parameters.
fn plaintexts(side: Option<&Side>) -> impl Iterator<Item = &[u8]> {
    side.into_iter().flat_map(|side| {
        let params = side.params.iter().map(|(_, value)| value.as_slice());
        side.plaintext.as_deref().into_iter().chain(params)
    })
}

fn fits_body(test: &Test, side: Option<&Side>) -> bool {
    match test {
        // Of all that was said only the plaintext is a body, or none.
        Test::Any | Test::Differs(_) | Test::Equals(_) => side
            .and_then(|side| side.plaintext.as_deref())
            .is_some_and(|text| test.fits(text)),
        _ => plaintexts(side).any(|text| test.fits(text)),
    }
}

fn size(decoded: &Decoded) -> Option<usize> {
    let len = |side: &Side| side.plaintext.as_ref().map(Vec::len);
    let request = len(&decoded.request);
    let response = decoded.response.as_ref().and_then(len);
    match (request, response) {
        (None, None) => None,
        (request, response) => Some(request.unwrap_or(0) + response.unwrap_or(0)),
    }
}

/// Whether `wanted` takes a did in either plaintext.
fn any_did(decoded: &Decoded, wanted: impl Fn(&str) -> bool) -> bool {
    plaintexts(Some(&decoded.request))
        .chain(plaintexts(decoded.response.as_ref()))
        .any(|text| {
            ["\"did\"", "\"dids\""].iter().any(|name| {
                members(text, name, |_, did| {
                    std::str::from_utf8(did).is_ok_and(&wanted)
                })
            })
        })
}

/// Whether a body speaks of a property that is asked for. Both its numbers are
/// in one object, so this takes a tree.
fn has_property(text: &[u8], facts: &Facts<'_>, test: &Test) -> bool {
    if memchr::memmem::find(text, b"\"piid\"").is_none() {
        return false;
    }
    let Ok(tree) = Tree::parse(text) else {
        return false;
    };
    (0..tree.len()).any(|object| {
        let scalar = |key| tree.scalar(tree.member(object, key)?);
        let (Some(siid), Some(piid)) = (scalar("siid"), scalar("piid")) else {
            return false;
        };
        let property = facts.directory.and_then(|directory| {
            directory.property(&scalar("did")?, siid.parse().ok()?, piid.parse().ok()?)
        });
        let name = property.map(|property| &*property.name);
        test.fits_one(&format!("{siid}.{piid}"), name)
    })
}

fn has_member(test: &Test, text: &[u8], name: &str) -> bool {
    members(text, name, |_, value| test.fits(value))
}
