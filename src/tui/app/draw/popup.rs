//! What lies over the panes: popups, and lines that are typed.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use crate::tui::action::Action;
use crate::tui::app::{App, Context, Overlay, Places};
use crate::tui::layout::Pane;
use crate::tui::overlay::{self, BoxFor, Prompt, SessionsView};
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
        let look = self.frame_look(true);
        match popup {
            Overlay::Confirm { question, .. } => {
                overlay::draw_question(question, &self.settings.keymap, &look, screen, buffer);
                None
            }
            Overlay::DryRun(dry_run) => {
                dry_run.reader.draw(&look, screen, buffer);
                None
            }
            Overlay::Help(list) | Overlay::Palette(list) => Some(list.draw(&look, screen, buffer)),
            Overlay::Menu {
                context,
                cursor,
                about,
            } => {
                overlay::menu(
                    &self.settings.keymap,
                    *context,
                    *cursor,
                    about,
                    &look,
                    screen,
                    buffer,
                );
                None
            }
            Overlay::Edit(text_box) => {
                let key = |action| self.key_of(action, Context::Text);
                let mut hints = words::text_box_keys(&key(Action::Accept), &key(Action::Close));
                if text_box.purpose == BoxFor::Data {
                    hints.push_str(&format!(" {} $EDITOR ", key(Action::Editor)));
                }
                let place = box_place(text_box.purpose, places, screen);
                Some(text_box.draw(place, &hints, &look, buffer))
            }
            Overlay::Prompt(prompt) => Some(self.prompt(prompt, places, buffer)),
            Overlay::Reader(reader) => {
                reader.draw(&look, screen, buffer);
                None
            }
            Overlay::Sessions(sessions) => {
                let key = |action| self.key_of(action, Context::Sessions);
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
                    reveal: self.reveal,
                    hints: &hints,
                };
                sessions.draw(&view, &look, screen, buffer);
                None
            }
        }
    }

    /// A line that is typed, with what is wrong with it below.
    fn prompt(&self, prompt: &Prompt, places: &Places, buffer: &mut Buffer) -> Position {
        let area = places.status;
        let theme = self.settings.theme;
        // On a narrow screen the line matters more than what it is called.
        const LEAST_LINE: usize = 20;
        let room = usize::from(area.width).saturating_sub(LEAST_LINE + 3);
        let label = format!(" {}: ", keep_start(prompt.label, room));
        let width = label.width() as u16;
        let blank = " ".repeat(usize::from(area.width));
        buffer.set_string(area.x, area.y, &blank, theme.style(Role::Text));
        self.write(area, &[(label, Role::HintKey)], buffer);
        let line = Rect {
            x: area.x + width.min(area.width),
            width: area.width.saturating_sub(width),
            ..area
        };
        if let Some((_, label)) = prompt.choices.get(prompt.history) {
            let label = clean(label);
            let right = [(format!("{label} "), Role::Ghost)];
            self.write_right(area, usize::from(width) + 24, &right, buffer);
        } else if !prompt.choices.is_empty() {
            let right = [(words::known_values(prompt.choices.len()), Role::Ghost)];
            self.write_right(area, usize::from(width) + 24, &right, buffer);
        }
        let caret = prompt.line.draw(
            line,
            prompt.ask.is_hidden(),
            theme.style(Role::Text),
            buffer,
        );
        if let Some((carets, fault)) = &prompt.fault {
            self.fault(carets, fault, line.x, places, buffer);
        }
        caret
    }

    /// What is wrong with a typed line that begins at `x`: the carets stand
    /// under what they mean, the sentence beside them if it fits there.
    fn fault(&self, carets: &str, fault: &str, x: u16, places: &Places, buffer: &mut Buffer) {
        let style = self.settings.theme.style(Role::Bad);
        let fault = clean(fault);
        let has_hints = places.hints.height > 0;
        let below = if has_hints { places.hints } else { places.mode };
        let carets = carets.trim_end();
        let behind = match carets.width() {
            0 => 1,
            width => usize::from(x) + width + 1,
        };
        let room = usize::from(below.width).saturating_sub(behind + 1);
        let is_beside = fault.width() <= room || !has_hints;
        let mut rows = vec![below];
        if !is_beside {
            rows.push(places.mode);
        }
        for row in rows {
            let blank = " ".repeat(usize::from(row.width));
            buffer.set_string(row.x, row.y, &blank, self.settings.theme.style(Role::Text));
        }
        let width = usize::from(below.right().saturating_sub(x));
        buffer.set_stringn(x.min(below.right()), below.y, carets, width, style);
        let (at, row, room) = if is_beside {
            (behind, below, room)
        } else {
            (1, places.mode, usize::from(below.width).saturating_sub(2))
        };
        let at = row.x + u16::try_from(at).unwrap_or(u16::MAX).min(row.width);
        buffer.set_stringn(at, row.y, keep_start(&fault, room), room, style);
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
        _ => overlay::middle(
            screen,
            screen.width.saturating_sub(4),
            screen.height.saturating_sub(4),
        ),
    }
}
