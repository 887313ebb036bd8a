//! How a row of the catalogue becomes words: parts of the question in front of
//! the call's name and behind it, parts of the answer after a colon.

use super::answer::{Answer, first_count};
use super::call::Call;
use super::calls;
use super::line::Line;
use crate::json::Kind;

/// A part of the request, by a JSON pointer into it.
#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    /// A did, or several: the device's name.
    Device(&'static str),
    /// The did in each element of an array.
    Devices(&'static str),
    /// A home's id.
    Home(&'static str),
    /// `siid.piid` of the device in `/did`.
    Property(&'static str),
    /// A scene's id.
    Scene(&'static str),
    /// A text or number as it is.
    Word(&'static str),
}

/// A part of the answer, by a JSON pointer into it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tell {
    /// How many elements the array has, or members the object.
    Count(&'static str, &'static str),
    /// How many elements the arrays of that name have, in all elements.
    CountIn(&'static str, &'static str, &'static str),
    /// How many elements the first array in the result has.
    First(&'static str),
    /// A text or number, and what it counts.
    Labelled(&'static str, &'static str),
    /// If true, that there is another page.
    More(&'static str),
    /// A text or number.
    Value(&'static str),
}

/// Says a call: what it is about, its name, what came back or how it ended.
pub(super) fn parts(call: &Call<'_>, about: &[About], tells: &[Tell], line: &mut Line) {
    for part in about {
        subject(call, part, line);
    }
    line.space();
    line.call(call.name);
    for part in about {
        detail(call, part, line);
    }
    let told = call.answer.has_result() && {
        line.answer();
        let mut told = false;
        for tell in tells {
            told |= tell_part(call.answer, tell, told, line);
        }
        told
    };
    call.answer.end(if told { "" } else { "ok" }, line);
}

/// What a call is about stands before its name.
fn subject(call: &Call<'_>, about: &About, line: &mut Line) {
    let Some(tree) = call.request else { return };
    match about {
        About::Device(pointer) | About::Devices(pointer) => {
            let Some(row) = tree.get(pointer) else { return };
            let dids: Vec<_> = match tree.kind(row) {
                Kind::Array => tree
                    .children(row)
                    .filter_map(|row| {
                        tree.scalar(row)
                            .or_else(|| tree.scalar(tree.member(row, "did")?))
                    })
                    .collect(),
                _ => tree.scalar(row).into_iter().collect(),
            };
            calls::devices(dids.iter().map(|did| &**did), line);
        }
        About::Home(pointer) => {
            if let Some(id) = tree.get(pointer).and_then(|row| tree.scalar(row)) {
                line.space();
                line.home(&id);
            }
        }
        About::Scene(pointer) => {
            if let Some(id) = tree.get(pointer).and_then(|row| tree.scalar(row)) {
                line.space();
                line.scene(&id);
            }
        }
        About::Property(_) | About::Word(_) => {}
    }
}

/// How it is asked stands behind.
fn detail(call: &Call<'_>, about: &About, line: &mut Line) {
    let Some(tree) = call.request else { return };
    let text = |pointer: &str| tree.get(pointer).and_then(|row| tree.scalar(row));
    match about {
        About::Word(pointer) => {
            if let Some(word) = text(pointer) {
                line.space();
                line.text(&word);
            }
        }
        About::Property(pointer) => {
            let Some(key) = text(pointer) else { return };
            line.space();
            match (text("/did"), key.split_once('.')) {
                (Some(did), Some((siid, piid))) => line.property(&did, siid, piid),
                _ => line.text(&key),
            }
        }
        About::Device(_) | About::Devices(_) | About::Home(_) | About::Scene(_) => {}
    }
}

/// Adds one part of the answer; whether there was one.
fn tell_part(answer: &Answer<'_>, tell: &Tell, told: bool, line: &mut Line) -> bool {
    let Some(tree) = &answer.tree else {
        return false;
    };
    let count = |pointer: &str| {
        let row = tree.get(pointer)?;
        matches!(tree.kind(row), Kind::Array | Kind::Object).then(|| tree.child_count(row))
    };
    let text = |pointer: &str| tree.get(pointer).and_then(|row| tree.scalar(row));
    let between = if told { ", " } else { ": " };
    match tell {
        Tell::Count(pointer, noun) => {
            // That there is none is told only where nothing else is.
            let Some(count) = count(pointer).filter(|count| *count > 0 || !told) else {
                return false;
            };
            line.words(between);
            line.count(count, noun);
        }
        Tell::CountIn(pointer, key, noun) => {
            let Some(list) = tree.get(pointer) else {
                return false;
            };
            let lists = tree
                .children(list)
                .filter_map(|row| tree.member(row, key))
                .map(|row| tree.child_count(row));
            let count: usize = lists.sum();
            if count == 0 && told {
                return false;
            }
            line.words(between);
            line.count(count, noun);
        }
        Tell::First(noun) => {
            let Some(count) = first_count(tree) else {
                return false;
            };
            line.words(between);
            line.count(count, noun);
        }
        Tell::Labelled(pointer, label) => {
            let Some(text) = text(pointer) else {
                return false;
            };
            line.words(between);
            line.text(&text);
            line.words(" ");
            line.words(label);
        }
        Tell::More(pointer) => {
            let row = tree.get(pointer);
            if row.is_none_or(|row| tree.kind(row) != Kind::True) {
                return false;
            }
            line.words(between);
            line.words("more follow");
        }
        Tell::Value(pointer) => {
            let Some(text) = text(pointer) else {
                return false;
            };
            line.words(between);
            line.text(&text);
        }
    }
    true
}
