//! The mouse: click, wheel, and borders that are dragged.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::App;
use super::pointer::Grip;
use crate::tui::action::Action;
use crate::tui::look::inside;
use crate::tui::parts::Half;
use crate::tui::parts::Pane;
use crate::tui::view::Move;

/// Lines a notch of the wheel goes.
const NOTCH: usize = 3;

impl App {
    pub(super) fn mouse(&mut self, event: MouseEvent) {
        if !self.overlays.is_empty() {
            self.mouse_over_popup(event);
            return;
        }
        let Some(places) = self.places() else { return };
        let (column, row) = (event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                self.told.clear();
                if places.hints.contains((column, row).into()) {
                    if let Some(action) = self.hint_at(column) {
                        self.act(action, None);
                    }
                    return;
                }
                self.pointer.grip = self.grip(column, row);
                if self.pointer.grip.is_some() {
                    return;
                }
                let is_double = self.pointer.is_double(column, row);
                if let Some(pane) = places.at(column, row) {
                    self.click(pane, column, row, is_double);
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => self.drag(column, row),
            MouseEventKind::Up(_) => self.pointer.grip = None,
            MouseEventKind::ScrollDown => self.wheel(true, places.at(column, row)),
            MouseEventKind::ScrollUp => self.wheel(false, places.at(column, row)),
            _ => {}
        }
    }

    fn mouse_over_popup(&mut self, event: MouseEvent) {
        let forward = match event.kind {
            MouseEventKind::ScrollDown => true,
            MouseEventKind::ScrollUp => false,
            _ => return,
        };
        self.at_popup(|popup, around| popup.wheel(forward, NOTCH, around));
    }

    fn click(&mut self, pane: Pane, column: u16, row: u16, is_double: bool) {
        let Some(places) = self.places() else { return };
        let frame = places.of(pane).unwrap_or_default();
        self.focus_on(pane);
        if row == frame.y {
            self.click_title(pane, column.saturating_sub(frame.x));
            return;
        }
        match pane {
            Pane::Flows => {
                let inside = inside(frame);
                if row < inside.y || row >= inside.bottom() {
                    return;
                }
                let height = usize::from(inside.height);
                let is_there = self.flows.click(usize::from(row - inside.y), height);
                if !is_there || !is_double {
                    return;
                }
                if self.flows.is_on_run() {
                    self.flows.apply(Action::Unfold, None, height);
                } else {
                    self.enter_flow();
                }
            }
            Pane::Request => self.click_body(Half::Request, column, row, is_double),
            Pane::Response => self.click_body(Half::Response, column, row, is_double),
            Pane::Builder => {
                let inside = inside(frame);
                if !inside.contains((column, row).into()) {
                    return;
                }
                let viewport = self.builder_viewport();
                if let Some(builder) = &mut self.builder {
                    let division = crate::tui::builder::divide(inside, builder);
                    builder.click(row - inside.y, column - inside.x, division, viewport);
                }
                if is_double {
                    self.builder_action(Action::Edit, None);
                }
            }
            Pane::Stages => self
                .stages
                .click(row.saturating_sub(frame.y + 1), inside(frame)),
        }
    }

    fn click_body(&mut self, half: Half, column: u16, row: u16, is_double: bool) {
        let places = self.places();
        let area = self.body_rect(places.as_ref(), half);
        let viewport = self.body_area(places.as_ref(), half);
        if !area.contains((column, row).into()) {
            return;
        }
        let (row, column) = (row - area.y, column - area.x);
        if let Some(view) = self.detail_mut(half).view_mut() {
            view.click(row, column, is_double, viewport);
        }
    }

    /// A click on the tabs of a shared frame, or on a side's title.
    fn click_title(&mut self, pane: Pane, column: u16) {
        let is_tabbed = self.places().is_some_and(|places| places.tabbed);
        if !is_tabbed || pane == Pane::Flows {
            return;
        }
        let mut tabs = self.tab_places().into_iter();
        if let Some((tab, _)) = tabs.find(|(_, range)| range.contains(&column)) {
            self.focus_on(tab);
        }
    }

    /// The border that a cell is on, if it can be dragged.
    fn grip(&self, column: u16, row: u16) -> Option<(Grip, u16, u16)> {
        let places = self.places()?;
        let list = places.of(Pane::Flows)?;
        let below = places.is_below_list()?;
        if below && row + 1 == list.bottom() && list.contains((column, row).into()) {
            return Some((Grip::List, column, row));
        }
        if !below && (column + 1 == list.right() || column == list.right()) {
            return Some((Grip::List, column, row));
        }
        let (request, response) = (places.of(Pane::Request)?, places.of(Pane::Response)?);
        let is_between = request.contains((column, row).into()) && column + 1 == request.right()
            || response.contains((column, row).into()) && column == response.x;
        is_between.then_some((Grip::Request, column, row))
    }

    fn drag(&mut self, column: u16, row: u16) {
        let Some((grip, from_column, from_row)) = self.pointer.grip else {
            return;
        };
        let Some(places) = self.places() else { return };
        let moved =
            |to: u16, from: u16| i16::try_from(i32::from(to) - i32::from(from)).unwrap_or(0);
        let is_below = places.is_below_list().unwrap_or_default();
        match grip {
            Grip::List if is_below => self.choice.list += moved(row, from_row),
            Grip::List => self.choice.list += moved(column, from_column),
            Grip::Request => self.choice.request += moved(column, from_column),
        }
        self.pointer.grip = Some((grip, column, row));
    }

    /// The wheel moves what is under it, whatever has the focus.
    fn wheel(&mut self, forward: bool, pane: Option<Pane>) {
        let places = self.places();
        if let Some(half) = pane.and_then(Pane::half) {
            let viewport = self.body_area(places.as_ref(), half);
            if let Some(view) = self.detail_mut(half).view_mut() {
                // A notch is a few lines.
                let lines = NOTCH as isize;
                view.wheel(if forward { lines } else { -lines }, viewport);
            }
        }
        match pane {
            Some(Pane::Flows) => {
                let height = self.flows_height();
                self.flows.wheel(forward, NOTCH, height);
            }
            Some(Pane::Builder) => {
                let motion = if forward {
                    Move::Down(NOTCH)
                } else {
                    Move::Up(NOTCH)
                };
                let viewport = self.builder_viewport();
                if let Some(builder) = &mut self.builder {
                    builder.apply(motion, viewport);
                }
            }
            Some(Pane::Stages) => {
                let inside = self.inside(Pane::Stages);
                let action = if forward { Action::Down } else { Action::Up };
                self.stages.apply(action, NOTCH, inside);
            }
            Some(Pane::Request | Pane::Response) | None => {}
        }
    }
}
