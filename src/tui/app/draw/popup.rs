//! What lies over the panes: popups, and lines that are typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use crate::tui::action::Action;
use crate::tui::app::{App, Context, Overlay, Places};
use crate::tui::asked::BoxFor;
use crate::tui::look::{behind, middle};
use crate::tui::overlay::{Prompt, SessionsView};
use crate::tui::parts::Pane;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::text::{clean, keep_start};

impl App {
    /// Where popups may be: above the status line, which may have to say what
    /// became of what was asked for in them.
    pub(in crate::tui::app) fn popup_area(&self, places: &Places) -> Rect {
        Rect::new(0, 0, self.size.0, places.status.y)
    }

    pub(super) fn popup(
        &self,
        popup: &Overlay,
        places: &Places,
        screen: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let look = self.look(true);
        let keymap = &self.settings.keymap;
        match popup {
            Overlay::Confirm(question) => question.draw(keymap, &look, screen, buffer),
            Overlay::Menu(menu) => menu.draw(keymap, &look, screen, buffer),
            Overlay::Reader(reader) => reader.draw(&look, screen, buffer),
            Overlay::List(list) => return Some(list.draw(&look, screen, buffer)),
            Overlay::Prompt(prompt) => return Some(self.prompt(prompt, places, buffer)),
            Overlay::Edit(text_box) => {
                let key = |action| keymap.shown(action, Context::Text);
                let mut hints = words::text_box_keys(&key(Action::Accept), &key(Action::Close));
                if text_box.purpose == BoxFor::Data {
                    hints.push_str(&format!(" {} $EDITOR ", key(Action::Editor)));
                }
                let place = box_place(text_box.purpose, places, screen);
                return Some(text_box.draw(place, &hints, &look, buffer));
            }
            Overlay::Sessions(sessions) => {
                let key = |action| keymap.shown(action, Context::Sessions);
                let hints = words::sessions_keys(
                    &key(Action::AddKey),
                    &key(Action::AddKeyFile),
                    &key(Action::SaveSession),
                    &key(Action::Reveal),
                    &key(Action::Close),
                );
                let view = SessionsView {
                    ring: self.rows.workspace().ring(),
                    verdicts: &self.verdicts,
                    now: self.now,
                    hints: &hints,
                };
                sessions.draw(&view, &look, screen, buffer);
            }
        }
        None
    }

    /// A line that is typed, with what is wrong with it below.
    fn prompt(&self, prompt: &Prompt, places: &Places, buffer: &mut Buffer) -> Position {
        let area = places.status;
        // On a narrow screen the line matters more than what it is called.
        const LEAST_LINE: usize = 20;
        let room = usize::from(area.width).saturating_sub(LEAST_LINE + 3);
        let label = format!(" {}: ", keep_start(prompt.label, room));
        let width = label.width();
        self.blank(area, buffer);
        self.write(area, &[(label, Role::HintKey)], buffer);
        let known = match prompt.choices.get(prompt.history) {
            Some((_, label)) => format!("{} ", clean(label)),
            None if prompt.choices.is_empty() => String::new(),
            None => words::known_values(prompt.choices.len()),
        };
        self.write_right(area, Some(width + 24), &[(known, Role::Note)], buffer);
        let line = behind(area, width as u16);
        let style = self.settings.theme.style(Role::Text);
        let caret = prompt
            .line
            .draw(line, prompt.ask.is_hidden(), style, buffer);
        if let Some((carets, fault)) = &prompt.fault {
            self.fault(carets, fault, line.x, places, buffer);
        }
        caret
    }

    /// What is wrong with a typed line that begins at `x`: the carets stand
    /// under what they mean, the sentence beside them if it fits there.
    fn fault(&self, carets: &str, fault: &str, x: u16, places: &Places, buffer: &mut Buffer) {
        let fault = clean(fault);
        let has_hints = places.hints.height > 0;
        let below = if has_hints { places.hints } else { places.mode };
        let carets = carets.trim_end();
        let after = match carets.width() {
            0 => 1,
            width => usize::from(x) + width + 1,
        };
        let room = usize::from(below.width).saturating_sub(after + 1);
        let is_beside = fault.width() <= room || !has_hints;
        self.blank(below, buffer);
        let look = self.look(true);
        look.text(behind(below, x - below.x), carets, Role::Bad, buffer);
        let place = if is_beside {
            behind(below, u16::try_from(after).unwrap_or(u16::MAX))
        } else {
            self.blank(places.mode, buffer);
            behind(places.mode, 1)
        };
        let fault = keep_start(&fault, usize::from(place.width).saturating_sub(1));
        look.text(place, &fault, Role::Bad, buffer);
    }

    fn blank(&self, row: Rect, buffer: &mut Buffer) {
        let blank = " ".repeat(usize::from(row.width));
        self.look(true).text(row, &blank, Role::Text, buffer);
    }
}

/// Where a text is edited: in the builder's own place if that is large enough,
/// so that the captured flow stays in sight beside it.
fn box_place(purpose: BoxFor, places: &Places, screen: Rect) -> Rect {
    const ROOMY: (u16, u16) = (50, 16);
    let builder = places.of(Pane::Builder);
    let is_roomy = |place: &Rect| place.width >= ROOMY.0 && place.height >= ROOMY.1;
    match builder.filter(is_roomy) {
        Some(place) if purpose != BoxFor::Paste => place,
        _ => middle(
            screen,
            screen.width.saturating_sub(4),
            screen.height.saturating_sub(4),
        ),
    }
}
