//! Whether a flow is what a term asks for: first by its entry, then by its
//! plaintexts.

use super::Facts;
use super::field::Field;
use super::members::{answer_codes, members};
use super::term::{Term, Test};
use crate::capture::Entry;
use crate::decode::{Decoded, Side, State};

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
            Field::Method => test.fits(entry.method.as_bytes()),
            Field::Path => test.fits(entry.path.as_bytes()),
            Field::State => {
                let unreadable = entry.error.as_ref().map(|_| State::Unreadable);
                test.fits_state(unreadable.or(facts.state)?)
            }
            Field::Status => entry
                .status
                .is_some_and(|status| Decimal::of(status).with(|text| test.fits(text))),
            Field::Url => with_url(entry, |url| test.fits(url)),
            Field::Did if path_did(&entry.path).is_some_and(|did| test.fits(did.as_bytes())) => {
                true
            }
            Field::Word if with_url(entry, |url| test.fits(url)) => true,
            Field::Body
            | Field::Code
            | Field::Did
            | Field::Key
            | Field::Model
            | Field::Piid
            | Field::Reason
            | Field::Req
            | Field::Resp
            | Field::Scheme
            | Field::Siid
            | Field::Size
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
            Field::Did => self.entry(facts) == Some(true) || either(&["\"did\"", "\"dids\""]),
            Field::Key => decoded
                .key
                .as_ref()
                .is_some_and(|key| test.fits(key.id.to_string().as_bytes())),
            Field::Model => either(&["\"model\""]),
            Field::Piid => either(&["\"piid\""]),
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
            Field::Word => {
                self.entry(facts) == Some(true)
                    || fits_body(test, request)
                    || fits_body(test, response)
            }
            Field::Dur
            | Field::File
            | Field::Host
            | Field::Method
            | Field::Path
            | Field::Status
            | Field::Url => self.entry(facts) == Some(true),
        }
    }
}

impl Test {
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

/// A status code's digits, without a `String` for each row.
struct Decimal([u8; 5]);

impl Decimal {
    fn of(mut number: u16) -> Self {
        let mut digits = [b'0'; 5];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        Self(digits)
    }

    fn with<T>(&self, work: impl FnOnce(&[u8]) -> T) -> T {
        let zeros = self.0[..4].iter().take_while(|digit| **digit == b'0');
        work(&self.0[zeros.count()..])
    }
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

fn has_member(test: &Test, text: &[u8], name: &str) -> bool {
    members(text, name, |_, value| test.fits(value))
}
