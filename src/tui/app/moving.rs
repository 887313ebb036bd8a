//! Moves: from pane to pane, and what the pane that has the focus does.

use super::App;
use crate::tui::action::Action;
use crate::tui::effect::Drafted;
use crate::tui::parts::{Half, Pane, Tab};
use crate::tui::view::Move;

/// How far a key scrolls sideways.
const SIDEWAYS: usize = 8;

/// The move in a view that an action stands for; with a count, so many times or to
/// that line.
pub(super) fn motion(action: Action, count: Option<usize>) -> Option<Move> {
    let times = count.unwrap_or(1);
    Some(match action {
        Action::Bottom => count.map_or(Move::Bottom, Move::To),
        Action::CloseDeep => Move::FoldDeep,
        Action::CloseLevel => Move::Fold,
        Action::Down => Move::Down(times),
        Action::HalfDown => Move::HalfDown,
        Action::HalfUp => Move::HalfUp,
        Action::In => Move::In,
        Action::NextSibling => Move::NextSibling(times),
        Action::OpenDeep => Move::UnfoldDeep,
        Action::OpenLevel => Move::Unfold,
        Action::OpenNested => Move::Open,
        Action::Out => Move::Out,
        Action::PageDown => Move::PageDown,
        Action::PageUp => Move::PageUp,
        Action::PreviousSibling => Move::PrevSibling(times),
        Action::ScrollLeft => Move::ScrollLeft(SIDEWAYS * times),
        Action::ScrollRight => Move::ScrollRight(SIDEWAYS * times),
        Action::Toggle => Move::Toggle,
        Action::ToggleRaw => Move::ToggleRaw,
        Action::ToggleWrap => Move::ToggleWrap,
        Action::Top => count.map_or(Move::Top, Move::To),
        Action::Up => Move::Up(times),
        _ => return None,
    })
}

impl App {
    /// What the pane that has the focus does.
    pub(super) fn at_pane(&mut self, action: Action, count: Option<usize>) {
        match self.focus {
            Pane::Builder => self.builder_action(action, count),
            Pane::Flows => self.at_flows(action, count),
            Pane::Request => self.at_body(Half::Request, action, count),
            Pane::Response => self.at_body(Half::Response, action, count),
            Pane::Stages if action == Action::Out => self.focus_on(Pane::Flows),
            Pane::Stages => {
                let inside = self.inside(Pane::Stages);
                self.stages.apply(action, count.unwrap_or(1), inside);
            }
        }
    }

    fn at_flows(&mut self, action: Action, count: Option<usize>) {
        if self.is_welcome() {
            self.recent.step(action);
        } else if let Action::Open | Action::In = action {
            self.enter_flow();
        } else {
            self.at_list(action, count);
        }
    }

    /// An action on the list, whichever pane has the focus.
    pub(super) fn at_list(&mut self, action: Action, count: Option<usize>) {
        let height = self.flows_height();
        self.flows.apply(action, count, height);
    }

    pub(super) fn step_flow(&mut self, forward: bool, times: usize) {
        let height = self.flows_height();
        self.flows.step(forward, times, height);
    }

    fn at_body(&mut self, half: Half, action: Action, count: Option<usize>) {
        if let Action::NextTab | Action::PreviousTab = action {
            let tab = count.and_then(|count| Tab::ALL.get(count.wrapping_sub(1)));
            self.at_tab(half, |detail, shown, reveal| match tab {
                Some(tab) => detail.go_to(*tab, shown, reveal),
                None => detail.turn(action == Action::NextTab, shown, reveal),
            });
            self.find_again();
            return;
        }
        let area = self.body_area(self.places().as_ref(), half);
        let view = self.detail_mut(half).view_mut();
        let moved = match (view, motion(action, count)) {
            (Some(view), Some(motion)) => view.apply(motion, area),
            _ => false,
        };
        // Out of the outermost value is back to the list.
        if action == Action::Out && !moved {
            self.focus_on(Pane::Flows);
        }
    }

    /// From the list to the body that says most.
    pub(super) fn enter_flow(&mut self) {
        self.focus_on(self.half_in_mind().pane());
    }

    pub(super) fn focus_on(&mut self, pane: Pane) {
        if pane == Pane::Stages {
            self.choice.stages = true;
        }
        self.focus = pane;
    }

    pub(super) fn go_to_builder(&mut self) {
        if self.builder.is_some() {
            self.choice.builder = true;
            self.focus_on(Pane::Builder);
        } else {
            self.draft(Drafted::Build);
        }
    }

    /// To the next pane or the one before; with a count, to the pane of that
    /// number.
    pub(super) fn turn_pane(&mut self, forward: bool, count: Option<usize>) {
        let mut panes = Pane::ALL.to_vec();
        if let Some(count) = count {
            let is_wanted = |pane: &Pane| usize::from(pane.number()) == count;
            if let Some(pane) = panes.into_iter().find(is_wanted) {
                self.focus_on(pane);
            }
            return;
        }
        panes.retain(|pane| match pane {
            Pane::Builder => self.choice.builder,
            Pane::Stages => self.choice.stages,
            Pane::Flows | Pane::Request | Pane::Response => true,
        });
        let at = panes.iter().position(|pane| *pane == self.focus);
        let step = if forward { 1 } else { panes.len() - 1 };
        self.focus_on(panes[(at.unwrap_or(0) + step) % panes.len()]);
    }

    pub(super) fn toggle_stages(&mut self) {
        self.choice.stages = !self.choice.stages;
        let is_tabbed = self.places().is_some_and(|places| places.tabbed);
        if self.choice.stages {
            // Where panes share one place, it has to be looked at to be seen.
            if is_tabbed
                || self
                    .places()
                    .is_some_and(|places| places.of(Pane::Stages).is_none())
            {
                self.focus = Pane::Stages;
            }
        } else if self.focus == Pane::Stages {
            self.focus = Pane::Response;
        }
    }

    pub(super) fn resize_pane(&mut self, cells: i16) {
        match self.focus {
            Pane::Flows | Pane::Stages => self.choice.list = self.choice.list.saturating_add(cells),
            Pane::Request => self.choice.request = self.choice.request.saturating_add(cells),
            Pane::Builder | Pane::Response => {
                self.choice.request = self.choice.request.saturating_sub(cells)
            }
        }
    }
}
