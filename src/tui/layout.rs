//! The terminal's size → where each pane stands. Pure; update and draw both ask
//! it, so what a key moves is what is on the screen.
//!
//! ```text
//! stacked (< 100)     rows (100-159)          columns (>= 160)
//! +--------------+    +-----------------+    +-------+--------+-------+
//! | flows        |    | flows           |    | flows | request| side  |
//! +--------------+    +--------+--------+    |       +--------+       |
//! | one of the   |    | request| side   |    |       |response|       |
//! | others, tabs |    +--------+        |    +-------+        |       |
//! |              |    |response|        |    |stages |        |       |
//! +--------------+    +--------+--------+    +-------+--------+-------+
//! ```
//!
//! The *side* is the builder's place. While there is none, request and response
//! stand beside each other.

use ratatui::layout::Rect;

use super::look::{behind, below, inside};
use super::parts::{Arrangement, Pane};

/// Below this nothing is shown but a word.
pub const LEAST: (u16, u16) = (40, 10);
/// Below this the list is alone, and `Enter` swaps it for the detail.
pub const LEAST_SPLIT: (u16, u16) = (60, 15);
/// From this width on request and response are both in sight.
const ROWS: u16 = 100;
/// From this width on there are three columns.
const COLUMNS: u16 = 160;

/// What the user chose of the division.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice {
    /// The way.
    pub arrangement: Arrangement,
    /// Cells the list is larger than it comes.
    pub list: i16,
    /// Cells the request is larger than it comes.
    pub request: i16,
    /// Whether the focused pane has all room.
    pub zoomed: bool,
    /// Whether the hints are left out.
    pub without_hints: bool,
    /// Whether the stages are wanted.
    pub stages: bool,
    /// Whether a request is being built.
    pub builder: bool,
}

/// Where everything stands. A pane that is out of sight has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places {
    /// The top line.
    pub header: Rect,
    /// The panes, their frames included, as [`Pane`] numbers them.
    panes: [Option<Rect>; 5],
    /// Whether all but the list share one frame with tabs.
    pub tabbed: bool,
    /// Where one is and what was last said.
    pub status: Rect,
    /// The hints; no rows if they are hidden.
    pub hints: Rect,
    /// Mode and capture.
    pub mode: Rect,
}

impl Places {
    /// A pane's place, its frame included.
    pub fn of(&self, pane: Pane) -> Option<Rect> {
        self.panes[pane as usize]
    }

    fn set(&mut self, pane: Pane, place: Rect) {
        self.panes[pane as usize] = Some(place);
    }

    /// A pane's place inside its frame; no cells if it is out of sight.
    pub fn inside(&self, pane: Pane) -> Rect {
        self.of(pane).map_or(Rect::ZERO, inside)
    }

    /// Whether the other panes stand below the list, and not beside it.
    pub fn is_below_list(&self) -> Option<bool> {
        let others = [Pane::Request, Pane::Response, Pane::Stages];
        let other = others.into_iter().find_map(|pane| self.of(pane))?;
        Some(other.y >= self.of(Pane::Flows)?.bottom())
    }

    /// The pane that a cell belongs to.
    pub fn at(&self, column: u16, row: u16) -> Option<Pane> {
        Pane::ALL.into_iter().find(|pane| {
            self.of(*pane)
                .is_some_and(|place| place.contains((column, row).into()))
        })
    }
}

/// Divides a screen; `None` if it is too small for anything.
pub fn layout(width: u16, height: u16, choice: &Choice, focus: Pane) -> Option<Places> {
    if width < LEAST.0 || height < LEAST.1 {
        return None;
    }
    let hints = u16::from(!choice.without_hints && height >= LEAST_SPLIT.1);
    let line = |y| Rect::new(0, y, width, 1);
    let body = Rect::new(0, 1, width, height - 3 - hints);
    let mut places = Places {
        header: line(0),
        status: line(height - 2 - hints),
        hints: Rect {
            height: hints,
            ..line(height - 1 - hints)
        },
        mode: line(height - 1),
        ..Places::default()
    };
    let is_small = width < LEAST_SPLIT.0 || height < LEAST_SPLIT.1;
    if choice.zoomed || is_small {
        places.set(focus, body);
        places.tabbed = focus != Pane::Flows;
        return Some(places);
    }
    match choice.arrangement {
        Arrangement::Auto if width >= COLUMNS => columns(body, choice, &mut places),
        Arrangement::Auto if width >= ROWS => rows(body, choice, &mut places),
        Arrangement::Auto | Arrangement::Stacked => stacked(body, choice, focus, &mut places),
        Arrangement::Rows => rows(body, choice, &mut places),
        Arrangement::Columns => columns(body, choice, &mut places),
    }
    Some(places)
}

/// A pane has a frame and one line at least.
const LEAST_HEIGHT: u16 = 3;
const LEAST_WIDTH: u16 = 20;

/// `wanted` cells and what the user added, but so that both parts stay usable.
fn share(all: u16, wanted: u16, added: i16, least: u16) -> u16 {
    let most = all.saturating_sub(least);
    wanted
        .saturating_add_signed(added)
        .clamp(least.min(all), most.max(least.min(all)))
}

fn split_rows(area: Rect, first: u16) -> (Rect, Rect) {
    let height = first.min(area.height);
    (Rect { height, ..area }, below(area, height))
}

fn split_columns(area: Rect, first: u16) -> (Rect, Rect) {
    let width = first.min(area.width);
    (Rect { width, ..area }, behind(area, width))
}

fn stacked(body: Rect, choice: &Choice, focus: Pane, places: &mut Places) {
    let strip = match body.height {
        // A request that is being built needs the room more than the list.
        0..=30 if focus == Pane::Builder => 5,
        0..=16 => 6,
        17..=30 => 8,
        tall => tall * 2 / 5,
    };
    let (list, detail) = split_rows(body, share(body.height, strip, choice.list, LEAST_HEIGHT));
    places.tabbed = true;
    places.set(Pane::Flows, list);
    places.set(focus.detail(), detail);
}

fn rows(body: Rect, choice: &Choice, places: &mut Places) {
    let strip = (body.height * 2 / 5).max(8);
    let (list, detail) = split_rows(body, share(body.height, strip, choice.list, LEAST_HEIGHT));
    places.set(Pane::Flows, list);
    let detail = above_stages(detail, choice, places);
    sides(detail, choice, places);
}

fn columns(body: Rect, choice: &Choice, places: &mut Places) {
    let wanted = body.width * 42 / 100;
    let wanted = share(body.width, wanted, choice.list, 2 * LEAST_WIDTH);
    let (list, detail) = split_columns(body, wanted);
    let list = above_stages(list, choice, places);
    places.set(Pane::Flows, list);
    sides(detail, choice, places);
}

/// What of a place is left above the stages, if they are wanted.
fn above_stages(area: Rect, choice: &Choice, places: &mut Places) -> Rect {
    if !choice.stages {
        return area;
    }
    let height = share(area.height, area.height * 3 / 5, 0, LEAST_HEIGHT);
    let (rest, stages) = split_rows(area, height);
    places.set(Pane::Stages, stages);
    rest
}

/// Request and response beside each other; above each other, beside a builder.
fn sides(area: Rect, choice: &Choice, places: &mut Places) {
    let wanted = share(area.width, area.width / 2, choice.request, LEAST_WIDTH);
    let (left, right) = split_columns(area, wanted);
    let (request, response) = if choice.builder {
        places.set(Pane::Builder, right);
        split_rows(left, left.height * 2 / 5)
    } else {
        (left, right)
    };
    places.set(Pane::Request, request);
    places.set(Pane::Response, response);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: Rect, b: Rect) -> bool {
        !a.intersection(b).is_empty()
    }

    #[test]
    fn panes_never_overlap_and_fill_the_screen_at_any_size() {
        for (width, height) in (0..=210u16)
            .step_by(7)
            .flat_map(|w| (0..=70u16).map(move |h| (w, h)))
        {
            for arrangement in [
                Arrangement::Auto,
                Arrangement::Stacked,
                Arrangement::Rows,
                Arrangement::Columns,
            ] {
                for (list, stages, zoomed) in
                    [(0, true, false), (99, false, false), (-99, true, true)]
                {
                    let choice = Choice {
                        arrangement,
                        list,
                        request: -list,
                        stages,
                        zoomed,
                        builder: zoomed != stages,
                        ..Choice::default()
                    };
                    let Some(places) = layout(width, height, &choice, Pane::Request) else {
                        assert!(width < LEAST.0 || height < LEAST.1);
                        continue;
                    };
                    let mut all: Vec<Rect> = Pane::ALL
                        .iter()
                        .filter_map(|pane| places.of(*pane))
                        .collect();
                    all.extend([places.header, places.status, places.hints, places.mode]);
                    let cells: u32 = all.iter().map(|place| place.area()).sum();
                    assert_eq!(
                        cells,
                        u32::from(width) * u32::from(height),
                        "{width}x{height}"
                    );
                    for (at, place) in all.iter().enumerate() {
                        assert!(all[at + 1..].iter().all(|other| !overlap(*place, *other)));
                    }
                }
            }
        }
    }

    #[test]
    fn the_focused_pane_is_in_sight_where_there_is_room() {
        let choice = Choice::default();
        for pane in Pane::ALL {
            for (width, height) in [(40, 10), (80, 24)] {
                let places = layout(width, height, &choice, pane).unwrap();
                assert!(places.of(pane).is_some(), "{pane:?} at {width}x{height}");
            }
        }
        let places = layout(80, 24, &choice, Pane::Flows).unwrap();
        assert_eq!(places.of(Pane::Flows).unwrap().height, 8);
        assert_eq!(places.of(Pane::Response).unwrap().height, 12);
    }
}
