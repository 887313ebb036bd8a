//! Where secrets are in texts and in header fields.

use std::ops::Range;

use super::finder::find;
use super::found::Found;
use super::names::{Kind, Place, candidate, kind, looks_random};
use super::packed;
use crate::protocol::form::percent_decode;

/// Finds secrets in any text: JSON, a form, a URL, header lines, parts of them,
/// and what is packed in them. In order, and none inside of another.
pub fn in_text(text: &[u8]) -> Vec<Found> {
    let mut found = find(text);
    packed::add(text, &mut found);
    found
}

/// Finds secrets in the value of what stands at a place under a name. A field
/// of cookies is one as a whole.
pub fn in_field(place: Place, name: &str, value: &str) -> Vec<Found> {
    match place {
        Place::Header if kind(name, place) != Some(Kind::Cookie) => in_header(name, value),
        Place::Header | Place::Cookie => {
            let whole = kind(name, place).and_then(|kind| whole(value, 0..value.len(), kind, name));
            whole.map_or_else(|| in_text(value.as_bytes()), |found| vec![found])
        }
        Place::Member | Place::Parameter => in_parameter(name, value.as_bytes()),
    }
}

/// Finds secrets in the value of a parameter or a form's field: all of it, if
/// its name says so.
pub fn in_parameter(name: &str, value: &[u8]) -> Vec<Found> {
    let whole = candidate(name, Place::Parameter)
        .and_then(|kind| Found::new(0..value.len(), kind, name, value.to_vec()));
    whole.map_or_else(|| in_text(value), |found| vec![found])
}

/// Finds secrets in the value of a header field.
pub fn in_header(name: &str, value: &str) -> Vec<Found> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("cookie") {
        let pairs = pieces(value, &[';']);
        return pairs.filter_map(|pair| cookie(value, pair)).collect();
    }
    if is("set-cookie") {
        // Some recorders join several of them with line breaks.
        let lines = pieces(value, &['\n']).filter_map(|line| {
            let len = value[line.clone()].find(';').unwrap_or(line.len());
            cookie(value, line.start..line.start + len)
        });
        return lines.collect();
    }
    if is("user-agent") {
        return in_user_agent(value);
    }
    let likely = |kind: &Kind| *kind != Kind::Likely || looks_random(value.trim().as_bytes());
    match candidate(name, Place::Header).filter(likely) {
        None => in_text(value.as_bytes()),
        Some(kind) => {
            // `Bearer` and `Basic` are no secret.
            let scheme = value.split_once(' ').filter(|(scheme, rest)| {
                kind == Kind::Token
                    && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
                    && !rest.contains(' ')
            });
            let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
            let found = whole(value, start..value.len(), kind, name);
            found.into_iter().collect()
        }
    }
}

/// The app's own has the phone's id between dashes.
fn in_user_agent(value: &str) -> Vec<Found> {
    /// 64 bits in hex.
    const SHORTEST: usize = 16;
    let id = |piece: Range<usize>| {
        let text = value[piece.clone()].as_bytes();
        let is_id = text.len() >= SHORTEST && looks_random(text);
        let found = is_id.then(|| Found::new(piece, Kind::Device, "user-agent", text.to_vec()));
        found.flatten()
    };
    let mut found: Vec<Found> = pieces(
        value,
        &[' ', '-', '|', '/', ';', '(', ')', ',', '_', ':', '='],
    )
    .filter_map(id)
    .collect();
    if found.is_empty() {
        found = in_text(value.as_bytes());
    }
    found
}

/// The ranges between separators, which have one byte each.
fn pieces<'t>(
    text: &'t str,
    separators: &'static [char],
) -> impl Iterator<Item = Range<usize>> + 't {
    text.split(separators).scan(0, |at, piece| {
        let start = *at;
        *at += piece.len() + 1;
        Some(start..start + piece.len())
    })
}

fn cookie(text: &str, pair: Range<usize>) -> Option<Found> {
    let (name, _) = text[pair.clone()].split_once('=')?;
    let value = pair.start + name.len() + 1..pair.end;
    let name = name.trim();
    whole(text, value, kind(name, Place::Cookie)?, name)
}

/// The value at a range, less the blanks around it.
fn whole(text: &str, range: Range<usize>, kind: Kind, name: &str) -> Option<Found> {
    let value = text[range.clone()].trim();
    let start = range.start + text[range.clone()].find(value).unwrap_or(0);
    Found::new(
        start..start + value.len(),
        kind,
        name,
        percent_decode(value.as_bytes()),
    )
}
