//! Popups: how they come, and the keys they take.

mod typed;

use crossterm::event::KeyCode;

use super::{App, Confirmed, Context, Overlay};
use crate::tui::action::{Action, BINDINGS, Binding};
use crate::tui::asked::{Ask, BoxFor};
use crate::tui::effect::Outside;
use crate::tui::key::Key;
use crate::tui::overlay::{Around, FindList, Item, Menu, Pick, Prompt, Then};
use crate::tui::words;

impl App {
    /// Asks for a line.
    pub(super) fn ask(&mut self, ask: Ask) {
        let line = match ask {
            Ask::Base | Ask::Path | Ask::Value => self.builder_line(ask),
            Ask::Elsewhere => {
                let base = self.endpoint.base.as_ref();
                base.map(ToString::to_string).unwrap_or_default()
            }
            Ask::Export(form) => self.export_name(form),
            Ask::Filter => self.filtering.text.clone(),
            Ask::Note => {
                let Some(row) = self.flows.selected() else {
                    return;
                };
                self.rows.note(row).unwrap_or_default().to_owned()
            }
            Ask::Save => "mishark-session.json".to_owned(),
            _ => String::new(),
        };
        let label = words::ask::label(ask, self.half().is_none());
        self.ask_with(ask, label, &line, Vec::new());
    }

    /// Asks for a line that begins with a text, with values to choose from.
    pub(super) fn ask_with(
        &mut self,
        ask: Ask,
        label: &'static str,
        line: &str,
        choices: Vec<(String, String)>,
    ) {
        if ask == Ask::Filter {
            self.flows.hold();
        }
        let prompt = Prompt::new(ask, label, line, choices, &self.filtering.used);
        self.overlays.push(Overlay::Prompt(Box::new(prompt)));
    }

    pub(super) fn menu(&mut self, context: Context, about: String) {
        self.overlays.push(Overlay::Menu(Menu::new(context, about)));
    }

    /// A list to choose from.
    pub(super) fn list(&mut self, title: &'static str, items: Vec<Item>) {
        let list = FindList::new(title, items, true);
        self.overlays.push(Overlay::List(list));
    }

    /// Help for where one is: its own keys first, then under the other places
    /// those that were not named yet.
    pub(super) fn help(&mut self) {
        let here = self.context();
        let mut items = Vec::new();
        let mut named = vec![false; BINDINGS.len()];
        let others = Context::ALL.into_iter().filter(|context| *context != here);
        for context in std::iter::once(here).chain(others) {
            let is_new = |at: usize| !named[at] && BINDINGS[at].contexts.has(context);
            let new = self.items(is_new);
            if new.is_empty() {
                continue;
            }
            items.push(Item {
                pick: None,
                keys: String::new(),
                words: context.words().to_owned(),
            });
            items.extend(new);
            for (named, binding) in named.iter_mut().zip(BINDINGS) {
                *named |= binding.contexts.has(context);
            }
        }
        let list = FindList::new(words::HELP, items, false);
        self.overlays.push(Overlay::List(list));
    }

    /// All that can be done here and from the menus, each once.
    pub(super) fn palette(&mut self) {
        use Context::{Copy, Export, Sessions, Sort};
        let places = [self.context(), Copy, Sort, Export, Sessions];
        let mut seen = vec![Action::Palette, Action::Accept, Action::Close];
        let items = self.items(|at| {
            let binding = &BINDINGS[at];
            let is_here = places.iter().any(|place| binding.contexts.has(*place));
            let is_new = is_here && !seen.contains(&binding.action);
            seen.extend(is_new.then_some(binding.action));
            is_new
        });
        self.list(words::COMMANDS, items);
    }

    fn items(&self, mut wanted: impl FnMut(usize) -> bool) -> Vec<Item> {
        let bindings = BINDINGS.iter().enumerate();
        let item = |(at, binding): (usize, &Binding)| {
            let keys = self.settings.keymap.keys(at).iter();
            let keys: Vec<String> = keys.map(ToString::to_string).collect();
            Item {
                pick: Some(Pick::Action(binding.action)),
                keys: keys.join(" "),
                words: binding.action.words().to_owned(),
            }
        };
        bindings.filter(|(at, _)| wanted(*at)).map(item).collect()
    }

    pub(super) fn paste_box(&mut self) {
        self.overlays.push(Overlay::edit(BoxFor::Paste, ""));
    }

    /// Text that was pasted goes to the popup that takes text; else it may be a
    /// flow, or a file dropped on the terminal.
    pub(super) fn paste(&mut self, text: &str) {
        if self.is_welcome() && self.overlays.is_empty() {
            self.paste_box();
        }
        if let Some(overlay) = self.overlays.last_mut() {
            let then = overlay.paste(text);
            self.then(then);
        }
    }

    pub(super) fn popup_key(&mut self, key: Key, context: Context) {
        let action = self.settings.keymap.action(key, context);
        // Ctrl-C leaves whatever is open, F1 helps everywhere.
        if action == Some(Action::Help) || key == Key::plain(KeyCode::F(1)) {
            self.help();
        } else if action == Some(Action::Cancel) {
            self.flows.let_go();
            self.overlays.pop();
        } else if let Some(then) = self.at_popup(|popup, around| popup.press(key, action, around)) {
            self.then(then);
        }
    }

    /// Does something with the uppermost popup.
    pub(super) fn at_popup<T>(
        &mut self,
        what: impl FnOnce(&mut Overlay, &Around<'_>) -> T,
    ) -> Option<T> {
        let screen = self.popup_area(&self.places()?);
        let around = Around {
            keymap: &self.settings.keymap,
            filters: &self.filtering.used,
            ring: self.rows.workspace().ring(),
            screen,
        };
        Some(what(self.overlays.last_mut()?, &around))
    }

    fn then(&mut self, then: Then) {
        match then {
            Then::Stay => {}
            Then::Close => self.close_popup(),
            Then::Do(action) => self.do_from_popup(action),
            Then::Edited => self.edited(),
            Then::Pick(pick) => {
                self.overlays.pop();
                self.picked(pick);
            }
            Then::Take => match self.overlays.pop() {
                Some(Overlay::Confirm(question)) => self.confirmed(question.then),
                Some(Overlay::Edit(text_box)) => self.take_box(text_box),
                Some(Overlay::Prompt(prompt)) => self.take_line(prompt),
                _ => {}
            },
        }
    }

    fn do_from_popup(&mut self, action: Action) {
        match self.overlays.last() {
            Some(Overlay::Reader(_)) => self.dry_run_action(action),
            // It is looked at and edited still.
            Some(Overlay::Sessions(_) | Overlay::Edit(_)) => self.act(action, None),
            _ => {
                self.overlays.pop();
                self.act(action, None);
            }
        }
    }

    fn confirmed(&mut self, then: Confirmed) {
        match then {
            Confirmed::Build(build) => self.build(build),
            Confirmed::Discard => drop(self.overlays.pop()),
            Confirmed::Overwrite(path) => {
                if let Some(export) = &mut self.exporting.wanted {
                    export.overwrite = true;
                    export.path = path;
                    self.run_export();
                }
            }
            Confirmed::Quit => self.wish(Outside::Quit),
            Confirmed::Send { outgoing, confirm } => self.send_confirmed(*outgoing, confirm),
            Confirmed::Sign(then) => self.sign_all_the_same(then),
        }
    }

    /// A popup is left without taking it; asked first, if a text would be lost.
    fn close_popup(&mut self) {
        if matches!(self.overlays.last(), Some(Overlay::Edit(text_box)) if text_box.is_changed()) {
            self.confirm(words::DISCARD, Confirmed::Discard);
            return;
        }
        self.flows.let_go();
        match self.overlays.pop() {
            // What was narrowed while typing is what stays: the last good one.
            Some(Overlay::Prompt(prompt))
                if prompt.ask == Ask::Filter && prompt.line.text() != self.filtering.text =>
            {
                self.filtering.remember(&self.filtering.text.clone());
            }
            Some(Overlay::Confirm(question)) => {
                if let Confirmed::Send { outgoing, .. } = question.then {
                    self.not_sent(outgoing.sending);
                }
            }
            _ => {}
        }
    }

    /// Asks a question; what a yes does.
    pub(super) fn confirm(&mut self, question: impl Into<String>, then: Confirmed) {
        self.overlays.push(Overlay::confirm(question, then));
    }

    /// Shows a text to read.
    pub(super) fn read(&mut self, title: &'static str, text: impl Into<String>) {
        self.overlays.push(Overlay::reader(title, text));
    }
}
