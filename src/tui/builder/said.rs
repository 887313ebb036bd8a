//! What the builder says below the plaintext: what is wrong, what came of it,
//! and what sending does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Builder;
use crate::tui::look::{Look, below, wrap};
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::directory::Directory;
use mishark_core::replay::{Fault, Problem};
use mishark_core::text::clean;

/// How many odd things are told that do not stand against sending.
const ODDITIES: usize = 2;

pub(super) fn draw(
    builder: &Builder,
    directory: &Directory,
    look: &Look,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut left = area;
    for (text, role) in lines(builder, directory) {
        let text = clean(&text);
        let lines = wrap(&text, area.width);
        let rows = lines.len() as u16;
        look.lines(left, lines, role, buffer);
        left = below(left, rows);
    }
}

fn lines(builder: &Builder, directory: &Directory) -> Vec<(String, Role)> {
    if builder.is_sending() {
        return vec![(words::UNDER_WAY.to_owned(), Role::Warn)];
    }
    let report = builder.report();
    let mut lines: Vec<(String, Role)> = Vec::new();
    if let Some(fault) = report.faults().next() {
        lines.push((fault.to_string(), Role::Bad));
    }
    let notes = builder.notes.iter();
    lines.extend(notes.map(|note| (note.text.clone(), note.role)));
    // That no session is chosen stands in its part already.
    let is_odd = |problem: &&Problem| {
        !problem.fault.is_fatal() && !matches!(problem.fault, Fault::NoSession)
    };
    let odd = report.problems.iter().filter(is_odd).take(ODDITIES);
    lines.extend(odd.map(|problem| (problem.to_string(), Role::Warn)));
    let effect = &report.effect;
    let (word, role) = if effect.is_write() {
        (words::WRITES, Role::Warn)
    } else {
        (words::READS, Role::Good)
    };
    let text = named(&effect.to_string(), directory, &effect.devices);
    lines.push((format!("{word}  {text}"), role));
    lines
}

/// A text with the names of devices beside their numbers.
pub fn named(text: &str, directory: &Directory, devices: &[String]) -> String {
    // Numbers stand between blanks and signs; a number in another is none.
    let is_part = |character: char| character.is_alphanumeric() || "._-".contains(character);
    let mut named = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|character| !is_part(character));
        let end = word.unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let known = devices.iter().any(|did| did == word);
        let device = known.then(|| directory.device(word)).flatten();
        match device.and_then(|device| device.name.as_deref()) {
            Some(name) => named.push_str(&format!("{} ({word})", clean(name))),
            None => named.push_str(word),
        }
        let sign = after.chars().next();
        named.extend(sign);
        rest = &after[sign.map_or(0, char::len_utf8)..];
    }
    named
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use mishark_core::capture::Capture;
    use mishark_core::decode::Options;
    use mishark_core::directory::Findings;
    use mishark_core::workspace::{FlowId, Workspace};

    #[test]
    fn a_name_stands_beside_its_own_number_only() {
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(Path::new("samples/home.har")).unwrap());
        let id = FlowId {
            capture: 0,
            entry: 9,
        };
        let (flow, decoded) = workspace.open(id);
        let findings = Findings::of(&flow.unwrap(), &decoded).unwrap();
        let mut directory = Directory::default();
        directory.learn(findings, id);
        let devices = ["900000001".to_owned(), "1".to_owned()];
        let text = "prop/set: 900000001 2.1 = 9000000010, x900000001";
        assert_eq!(
            named(text, &directory, &devices),
            "prop/set: 客厅吸顶灯 (900000001) 2.1 = 9000000010, x900000001"
        );
    }
}
