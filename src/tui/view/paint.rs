//! Rows put into cells.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::json::Shape;
use super::line::Line;
use super::ruler::Position;
use super::span::Run;
use super::{GUTTER, View, Viewport};
use crate::tui::look::Look;
use crate::tui::theme::{Role, Theme};
use mishark_core::json::Tree;
use mishark_core::text::clean;

/// What is known of a row, to be put beside it: the name of a device.
pub type Note<'a> = &'a dyn Fn(&Tree<'static>, usize) -> Option<String>;

/// The fewest blanks between a value and its note.
const NOTE_GAP: usize = 2;

/// Where notes stand if the values beside them are short.
const NOTE_COLUMN: usize = 24;

impl View {
    /// Draws what is in sight, into the area and nowhere else.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer, look: &Look, note: Note<'_>) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let viewport = Viewport {
            width: area.width,
            height: area.height,
            reveal: look.reveal,
        };
        let shape = Shape {
            ascii: look.ascii,
            ..self.shape(viewport)
        };
        let cursor = self.index(self.cursor);
        let mut at = self.ruler(viewport).top();
        let mut y = area.y;
        while y < area.bottom() && at.line < self.line_count() {
            let place = self.place(at.line);
            let line = self.line(place, shape);
            let mut painter = Painter {
                view: self,
                buffer,
                area,
                shape,
                theme: look.theme,
                node: place.node,
                is_cursor: at.line == cursor,
                lights: Vec::new(),
            };
            let rows = painter.paint(&line, at, y);
            if painter.is_cursor {
                painter.mark(y, rows, look);
            }
            painter.light();
            let known = match &self.trees {
                Some(trees) if rows == 1 && at == Position::start(at.line) => {
                    note(trees.tree(place.node), place.row)
                }
                _ => None,
            };
            if let Some(known) = known {
                painter.note(&known, &line, y);
            }
            y += rows;
            at = Position::start(at.line + 1);
        }
    }
}

/// Puts one line's rows into cells.
struct Painter<'p> {
    view: &'p View,
    buffer: &'p mut Buffer,
    area: Rect,
    shape: Shape,
    theme: Theme,
    node: usize,
    is_cursor: bool,
    /// Cells of matches: where the first one is, how many, and how they look.
    lights: Vec<(u16, u16, u16, Role)>,
}

impl Painter<'_> {
    /// Paints a line from one of its rows on; how many rows there was room for.
    fn paint(&mut self, line: &Line<'_>, from: Position, y: u16) -> u16 {
        if !self.shape.rows.wrap {
            self.paint_cut(line, y);
            return 1;
        }
        let room = usize::from(self.area.bottom() - y);
        let mut rows = 0;
        for block in from.block..line.blocks() {
            let skipped = if block == from.block { from.row } else { 0 };
            let mut last = 0;
            line.lay(block, self.shape.rows, |run| {
                last = run.row.saturating_sub(skipped);
                if run.row >= skipped && rows + last < room {
                    // Both are less than the height.
                    self.put(&run, run.column, y + (rows + last) as u16);
                }
                rows + last < room
            });
            rows = (rows + last + 1).min(room);
            if rows == room {
                break;
            }
        }
        rows as u16
    }

    /// Paints the part of a line that is in sight when lines are cut.
    fn paint_cut(&mut self, line: &Line<'_>, y: u16) {
        let left = self.view.left;
        let width = self.shape.rows.width;
        // Cells before this one are scrolled out of sight.
        let mut skip = left.cell;
        let mut column = 0;
        for block in left.block..line.blocks() {
            for mut run in line.runs(block) {
                if skip >= run.cells {
                    skip -= run.cells;
                    continue;
                }
                if skip > 0 {
                    if !run.plain {
                        // Half a wide character is a blank.
                        column += run.cells - skip;
                        skip = 0;
                        continue;
                    }
                    let cells = run.cells;
                    run.cut(skip..cells);
                    skip = 0;
                }
                self.put(&run, column, y);
                column += run.cells;
                if column > width {
                    self.put_more(y);
                    return;
                }
            }
            // What is left to skip was more than this block had.
            if left.block == block {
                skip = 0;
            }
        }
    }

    /// Shows in a row's last cell that the line goes on.
    fn put_more(&mut self, y: u16) {
        let Some(x) = (self.area.x + GUTTER..self.area.right()).next_back() else {
            return;
        };
        // Half a wide character would be left of it.
        if x > self.area.x + GUTTER && self.buffer[(x - 1, y)].symbol().cell_width() > 1 {
            self.buffer[(x - 1, y)].set_char(' ');
        }
        let style = self.theme.style(Role::Dim);
        self.buffer[(x, y)]
            .set_symbol(self.shape.more())
            .set_style(style);
    }

    /// Puts a run into its cells, as far as they are in the area.
    fn put(&mut self, run: &Run<'_>, column: usize, y: u16) {
        let width = self.shape.rows.width;
        let style = self.theme.style(run.role);
        let left = self.area.x + GUTTER;
        self.find_lights(run, column, y);
        if run.plain || run.text.is_ascii() {
            for (at, byte) in run.text.bytes().take(run.cells).enumerate() {
                let column = column + at;
                if column >= width {
                    break;
                }
                let cell = &mut self.buffer[(left + column as u16, y)];
                cell.set_char(char::from(byte)).set_style(style);
            }
            return;
        }
        // A row may be too narrow for any wide character.
        let fits = usize::from(run.text.cell_width()) <= run.cells;
        if column + run.cells > width || !fits {
            return;
        }
        let x = left + column as u16;
        self.buffer[(x, y)].set_symbol(&run.text).set_style(style);
        for x in x + 1..x + run.cells as u16 {
            self.buffer[(x, y)].reset();
        }
    }

    /// Notes which cells of a run are of a match.
    fn find_lights(&mut self, run: &Run<'_>, column: usize, y: u16) {
        let Some(source) = run.source.clone() else {
            return;
        };
        let width = self.shape.rows.width;
        let by_byte = run.plain && source.len() == run.cells;
        for (found, is_here) in self.view.matches_in(self.node, source.clone()) {
            let cells = if by_byte {
                let start = found.start.max(source.start) - source.start;
                start..found.end.min(source.end) - source.start
            } else {
                0..run.cells
            };
            let start = (column + cells.start).min(width);
            let end = (column + cells.end).min(width);
            let role = if is_here {
                Role::MatchHere
            } else {
                Role::Match
            };
            // Both are less than the width.
            let x = self.area.x + GUTTER + start as u16;
            self.lights.push((x, y, (end - start) as u16, role));
        }
        if let Some(fault) = self.view.fault()
            && source.contains(&fault)
        {
            let into = if by_byte { fault - source.start } else { 0 };
            if column + into < width {
                let x = self.area.x + GUTTER + (column + into) as u16;
                self.lights.push((x, y, 1, Role::Bad));
            }
        }
    }

    /// Marks matches, over whatever the cursor's row looks like.
    fn light(&mut self) {
        for (x, y, cells, role) in self.lights.drain(..) {
            for x in x..x + cells {
                let cell = &mut self.buffer[(x, y)];
                (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
                cell.modifier = Modifier::empty();
                cell.set_style(self.theme.style(role));
            }
        }
    }

    /// Shows that the cursor is on these rows.
    fn mark(&mut self, y: u16, rows: u16, look: &Look) {
        let role = if look.focused {
            Role::Selected
        } else {
            Role::SelectedDim
        };
        let area = Rect {
            y,
            height: rows,
            ..self.area
        };
        self.buffer.set_style(area, self.theme.style(role));
        self.buffer[(self.area.x, y)].set_char('>');
    }

    /// Puts what is known of a row beside it, if there is room.
    fn note(&mut self, note: &str, line: &Line<'_>, y: u16) {
        let width = self.shape.rows.width;
        let is_scrolled = !self.shape.rows.wrap && self.view.left != Default::default();
        if line.blocks() > 1 || is_scrolled {
            return;
        }
        let used = line.cells(0);
        // Notes of neighbours stand below each other where they can.
        let start = (used + NOTE_GAP).max(NOTE_COLUMN).next_multiple_of(8);
        let mut note_line = Line::default();
        note_line.ready(clean(note), Role::Note);
        let cells = note_line.cells(0);
        let start = if start + cells <= width {
            start
        } else {
            used + NOTE_GAP
        };
        let mut column = start;
        for run in note_line.runs(0) {
            self.put(&run, column, y);
            column += run.cells;
        }
    }
}
