//! Cells as SVG.
//!
//! Every word has its own place and length on a grid, and so has every wide
//! glyph, so that no font, and no Chinese, can shift a line. Lines of frames and bars are drawn and not written: glyphs
//! of them leave gaps between rows in most fonts.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A cell, in pixels: three fifths of the font's size, as most monospaced
/// fonts have it.
const CELL: (u32, u32) = (9, 19);
/// The font's size.
const FONT: u32 = 15;
/// The size of wide glyphs, which have two cells and are square.
const WIDE: u32 = 17;
/// From a cell's top to its baseline.
const BASELINE: u32 = 14;
/// Around the cells.
const PADDING: u32 = 12;
/// The window's title bar.
const BAR: u32 = 30;

/// The background, and the text on it.
const GROUND: &str = "#16191f";
const TEXT: &str = "#d5dae3";

/// The sixteen colours as a terminal would be set up.
const PALETTE: [(Color, &str); 16] = [
    (Color::Black, "#16191f"),
    (Color::Red, "#d9616a"),
    (Color::Green, "#86b878"),
    (Color::Yellow, "#d8b25f"),
    (Color::Blue, "#5e9be0"),
    (Color::Magenta, "#b57edc"),
    (Color::Cyan, "#57b3bd"),
    (Color::Gray, "#a3acba"),
    (Color::DarkGray, "#505868"),
    (Color::LightRed, "#f2777f"),
    (Color::LightGreen, "#a0d18d"),
    (Color::LightYellow, "#efcd7c"),
    (Color::LightBlue, "#7db7f5"),
    (Color::LightMagenta, "#cf9ef2"),
    (Color::LightCyan, "#73d2dc"),
    (Color::White, "#f2f4f8"),
];

/// The cells in a window, as a file.
pub(super) fn draw(buffer: &Buffer, about: &str) -> String {
    let (columns, rows) = (u32::from(buffer.area.width), u32::from(buffer.area.height));
    let width = columns * CELL.0 + 2 * PADDING;
    let height = rows * CELL.1 + BAR + PADDING;
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>mishark: {about}</title>\n\
         <style>\n\
         text {{ font: {FONT}px ui-monospace, \"SF Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", \
         \"Liberation Mono\", \"Noto Sans Mono CJK SC\", \"Sarasa Mono SC\", \"PingFang SC\", \
         \"Microsoft YaHei\", \"WenQuanYi Micro Hei Mono\", monospace }}\n\
         .b {{ font-weight: bold }} .i {{ font-style: italic }} .d {{ opacity: .6 }}\n\
         .w {{ font-size: {WIDE}px }}\n\
         </style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"9\" fill=\"{GROUND}\"/>\n\
         <circle cx=\"20\" cy=\"15\" r=\"5.5\" fill=\"#f2777f\"/>\
         <circle cx=\"38\" cy=\"15\" r=\"5.5\" fill=\"#efcd7c\"/>\
         <circle cx=\"56\" cy=\"15\" r=\"5.5\" fill=\"#a0d18d\"/>\n\
         <g transform=\"translate({PADDING} {BAR})\">\n"
    );
    grounds(buffer, &mut svg);
    frames(buffer, &mut svg);
    for y in 0..buffer.area.height {
        glyphs(buffer, y, &mut svg);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The cells as lines of text.
pub(super) fn text(buffer: &Buffer) -> String {
    let lines = (0..buffer.area.height).map(|y| {
        let line: String = row(buffer, y).map(|(_, cell)| cell.symbol()).collect();
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The cells of a row that start a glyph, with their columns.
fn row(buffer: &Buffer, y: u16) -> impl Iterator<Item = (u32, &Cell)> {
    let mut next = 0;
    (0..buffer.area.width).filter_map(move |x| {
        if x < next {
            // The second half of a wide one.
            return None;
        }
        let cell = &buffer[(x, y)];
        next = x + cell.symbol().width().max(1) as u16;
        Some((u32::from(x), cell))
    })
}

/// Foreground and background, reversal undone.
fn colours(cell: &Cell) -> (&'static str, &'static str) {
    let named = |colour, otherwise| match colour {
        Color::Reset => otherwise,
        colour => {
            PALETTE
                .iter()
                .find(|(known, _)| *known == colour)
                .unwrap_or_else(|| panic!("{colour} is not in the palette"))
                .1
        }
    };
    let pair = (named(cell.fg, TEXT), named(cell.bg, GROUND));
    match cell.modifier.contains(Modifier::REVERSED) {
        true => (pair.1, pair.0),
        false => pair,
    }
}

/// Backgrounds and underlines, a piece of a row each.
fn grounds(buffer: &Buffer, svg: &mut String) {
    for y in 0..buffer.area.height {
        let mut pieces: Vec<(u32, u32, &str)> = Vec::new();
        for (x, cell) in row(buffer, y) {
            let (ink, ground) = colours(cell);
            let cells = cell.symbol().width().max(1) as u32;
            let top = u32::from(y) * CELL.1;
            if cell.modifier.contains(Modifier::UNDERLINED) {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"1\" fill=\"{ink}\"/>",
                    x * CELL.0,
                    top + BASELINE + 2,
                    cells * CELL.0
                );
            }
            if ground == GROUND {
                continue;
            }
            match pieces.last_mut() {
                Some((start, length, same)) if *same == ground && *start + *length == x => {
                    *length += cells;
                }
                _ => pieces.push((x, cells, ground)),
            }
        }
        for (x, cells, ground) in pieces {
            let _ = writeln!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ground}\"/>",
                x * CELL.0,
                u32::from(y) * CELL.1,
                cells * CELL.0,
                CELL.1
            );
        }
    }
}

/// Which ways a line goes from the middle of its cell (left, right, up, down),
/// and whether it is a heavy one.
fn line(symbol: &str) -> Option<([bool; 4], bool)> {
    let (arms, is_heavy) = match symbol {
        "─" => ([true, true, false, false], false),
        "│" => ([false, false, true, true], false),
        "┌" => ([false, true, false, true], false),
        "┐" => ([true, false, false, true], false),
        "└" => ([false, true, true, false], false),
        "┘" => ([true, false, true, false], false),
        "━" => ([true, true, false, false], true),
        "┃" => ([false, false, true, true], true),
        "┏" => ([false, true, false, true], true),
        "┓" => ([true, false, false, true], true),
        "┗" => ([false, true, true, false], true),
        "┛" => ([true, false, true, false], true),
        _ => return None,
    };
    Some((arms, is_heavy))
}

/// The lines of frames, joined as far as they go straight on.
fn frames(buffer: &Buffer, svg: &mut String) {
    // By colour and weight; in half cells, so that all numbers are whole.
    let mut strokes: BTreeMap<(&str, bool), String> = BTreeMap::new();
    for (is_row, lines, length) in [
        (true, buffer.area.height, buffer.area.width),
        (false, buffer.area.width, buffer.area.height),
    ] {
        for at in 0..lines {
            let mut stroke: Option<Stroke> = None;
            for along in 0..length {
                let position = if is_row { (along, at) } else { (at, along) };
                let cell = &buffer[position];
                let Some((arms, is_heavy)) = line(cell.symbol()) else {
                    continue;
                };
                let look = (colours(cell).0, is_heavy);
                let [before, after] = if is_row {
                    [arms[0], arms[1]]
                } else {
                    [arms[2], arms[3]]
                };
                for (is_there, half) in [(before, 2 * along), (after, 2 * along + 1)] {
                    if !is_there {
                        continue;
                    }
                    match &mut stroke {
                        Some(stroke) if stroke.look == look && stroke.to == half => {
                            stroke.to += 1;
                        }
                        _ => {
                            let (from, to) = (half, half + 1);
                            let done = stroke.replace(Stroke { look, from, to });
                            finish(done, is_row, at, &mut strokes);
                        }
                    }
                }
            }
            finish(stroke, is_row, at, &mut strokes);
        }
    }
    for ((colour, is_heavy), path) in strokes {
        let width = if is_heavy { 2 } else { 1 };
        let _ = writeln!(
            svg,
            "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" d=\"{path}\"/>"
        );
    }
}

/// A straight line, in half cells along its row or column.
struct Stroke {
    look: (&'static str, bool),
    from: u16,
    to: u16,
}

fn finish(
    stroke: Option<Stroke>,
    is_row: bool,
    at: u16,
    strokes: &mut BTreeMap<(&'static str, bool), String>,
) {
    let Some(stroke) = stroke else {
        return;
    };
    let halves = |count: u16, size: u32| f64::from(count) * f64::from(size) / 2.0;
    let path = strokes.entry(stroke.look).or_default();
    let middle = 2 * at + 1;
    let _ = match is_row {
        true => write!(
            path,
            "M{} {}H{}",
            halves(stroke.from, CELL.0),
            halves(middle, CELL.1),
            halves(stroke.to, CELL.0)
        ),
        false => write!(
            path,
            "M{} {}V{}",
            halves(middle, CELL.0),
            halves(stroke.from, CELL.1),
            halves(stroke.to, CELL.1)
        ),
    };
}

/// The text of a row: a piece for each word, and for each wide glyph.
fn glyphs(buffer: &Buffer, y: u16, svg: &mut String) {
    let mut words: Vec<Word> = Vec::new();
    for (x, cell) in row(buffer, y) {
        let symbol = cell.symbol();
        if symbol.trim().is_empty() || line(symbol).is_some() {
            continue;
        }
        let ink = Ink {
            colour: colours(cell).0,
            bold: cell.modifier.contains(Modifier::BOLD),
            italic: cell.modifier.contains(Modifier::ITALIC),
            dim: cell.modifier.contains(Modifier::DIM),
            wide: symbol.width() > 1,
        };
        match words.last_mut() {
            Some(word) if word.ink == ink && !ink.wide && word.x + word.cells == x => {
                word.cells += 1;
                word.text.push_str(symbol);
            }
            _ => words.push(Word {
                ink,
                x,
                cells: symbol.width() as u32,
                text: symbol.to_owned(),
            }),
        }
    }
    let baseline = u32::from(y) * CELL.1 + BASELINE;
    for word in words {
        let (x, length) = (word.x * CELL.0, word.cells * CELL.0);
        let fill = word.ink.colour;
        let class = word.ink.class();
        let text = escaped(&word.text);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{baseline}\" textLength=\"{length}\" fill=\"{fill}\"{class}>\
             {text}</text>"
        );
    }
}

/// What is written in one piece.
struct Word {
    ink: Ink,
    x: u32,
    cells: u32,
    text: String,
}

/// How a piece of text looks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ink {
    colour: &'static str,
    bold: bool,
    italic: bool,
    dim: bool,
    wide: bool,
}

impl Ink {
    fn class(self) -> String {
        let names = [
            (self.bold, "b"),
            (self.italic, "i"),
            (self.dim, "d"),
            (self.wide, "w"),
        ];
        let names: Vec<&str> = names
            .into_iter()
            .filter_map(|(holds, name)| holds.then_some(name))
            .collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(" class=\"{}\"", names.join(" ")),
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
