//! Popups: how they come, and the keys they take.

mod keys;
mod typed;

use crossterm::event::KeyCode;

use self::keys::{Then, box_key, list_key, menu_key, recall};
use super::{App, Confirmed, Context, Effect, Overlay};
use crate::tui::action::{Action, BINDINGS};
use crate::tui::key::Key;
use crate::tui::overlay::{Ask, BoxFor, FindList, Item, LineEdit, Pick, Prompt};
use crate::tui::words;

impl App {
    /// Asks for a line.
    pub(super) fn ask(&mut self, ask: Ask) {
        let in_list = self.half().is_none();
        let (label, line) = match ask {
            Ask::Base => (words::ask::BASE, self.builder_line(ask)),
            Ask::Blank => return,
            Ask::Certificates => (words::ask::CERTIFICATES, String::new()),
            Ask::Elsewhere => {
                let base = self.endpoint.base.as_ref();
                (
                    words::ask::ELSEWHERE,
                    base.map(ToString::to_string).unwrap_or_default(),
                )
            }
            Ask::Export(form) => (words::ask::EXPORT, self.export_name(form)),
            Ask::Filter => (words::ask::FILTER, self.filter_text.clone()),
            Ask::Find if in_list => (words::ask::FIND_ALL, String::new()),
            Ask::Find => (words::ask::FIND, String::new()),
            Ask::Key => (words::ask::KEY, String::new()),
            Ask::KeyFile => (words::ask::KEY_FILE, String::new()),
            Ask::Note => {
                let Some(row) = self.flows.selected() else {
                    return;
                };
                let note = self.rows.note(row).unwrap_or_default();
                (words::ask::NOTE, note.to_owned())
            }
            Ask::Open => (words::ask::OPEN, String::new()),
            Ask::Path => (words::ask::PATH, self.builder_line(ask)),
            Ask::Pipe => (words::ask::PIPE, String::new()),
            Ask::Proxy => (words::ask::PROXY, String::new()),
            Ask::Save => (words::ask::SAVE, "mishark-session.json".to_owned()),
            Ask::Value => (words::ask::VALUE, self.builder_line(ask)),
        };
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
        let history = if choices.is_empty() {
            // The filter that holds is in the line already: what comes before
            // it is brought back first.
            let is_last = self.filters.last().is_some_and(|last| last == line);
            self.filters.len() - usize::from(is_last)
        } else {
            choices.len()
        };
        if ask == Ask::Filter {
            self.flows.hold();
        }
        self.overlays.push(Overlay::Prompt(Box::new(Prompt {
            ask,
            label,
            line: LineEdit::new(line),
            fault: None,
            history,
            choices,
        })));
    }

    pub(super) fn menu(&mut self, context: Context) {
        self.overlays.push(Overlay::Menu {
            context,
            cursor: 0,
            about: String::new(),
        });
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
                words: words::context(context).to_owned(),
            });
            items.extend(new);
            for (named, binding) in named.iter_mut().zip(BINDINGS) {
                *named |= binding.contexts.has(context);
            }
        }
        self.overlays
            .push(Overlay::Help(FindList::new(words::HELP, items, false)));
    }

    pub(super) fn palette(&mut self) {
        let here = self.context();
        let wanted = |at: usize| {
            let contexts = BINDINGS[at].contexts;
            contexts.has(here)
                || [
                    Context::Copy,
                    Context::Sort,
                    Context::Export,
                    Context::Sessions,
                ]
                .into_iter()
                .any(|menu| contexts.has(menu) && !contexts.has(Context::Prompt))
        };
        let mut items = self.items(wanted);
        items.retain(|item| {
            !matches!(
                item.pick,
                Some(Pick::Action(
                    Action::Palette | Action::Accept | Action::Close
                ))
            )
        });
        let mut seen = Vec::new();
        items.retain(|item| {
            let is_new = !seen.contains(&item.pick);
            seen.push(item.pick);
            is_new
        });
        self.overlays.push(Overlay::Palette(FindList::new(
            words::COMMANDS,
            items,
            true,
        )));
    }

    fn items(&self, wanted: impl Fn(usize) -> bool) -> Vec<Item> {
        let bindings = BINDINGS.iter().enumerate().filter(|(at, _)| wanted(*at));
        bindings
            .map(|(at, binding)| {
                let keys: Vec<String> = self
                    .settings
                    .keymap
                    .keys(at)
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                Item {
                    pick: Some(Pick::Action(binding.action)),
                    keys: keys.join(" "),
                    words: words::action(binding.action).to_owned(),
                }
            })
            .collect()
    }

    pub(super) fn paste_box(&mut self) {
        self.overlays.push(Overlay::edit(BoxFor::Paste, ""));
    }

    /// Text that was pasted goes to the popup that takes text; else it may be a
    /// flow, or a file dropped on the terminal.
    pub(super) fn paste(&mut self, text: &str) {
        let is_welcome = self.is_welcome();
        match self.overlays.last_mut() {
            Some(Overlay::Prompt(prompt)) => {
                prompt.line.paste(text);
                self.edited();
            }
            Some(Overlay::Help(list) | Overlay::Palette(list)) => {
                list.line.paste(text);
                list.narrow();
            }
            Some(Overlay::Edit(text_box)) => text_box.paste(text),
            Some(_) => {}
            None if is_welcome => {
                self.paste_box();
                self.paste(text);
            }
            None => {}
        }
    }

    pub(super) fn popup_key(&mut self, key: Key, context: Context) {
        let action = self.settings.keymap.action(key, context);
        // Ctrl-C leaves whatever is open, F1 helps everywhere.
        if action == Some(Action::Help) || key == Key::plain(KeyCode::F(1)) {
            self.help();
            return;
        }
        if action == Some(Action::Cancel) {
            self.flows.let_go();
            self.overlays.pop();
            return;
        }
        let keymap = &self.settings.keymap;
        let Some(overlay) = self.overlays.last_mut() else {
            return;
        };
        let then = match overlay {
            Overlay::Confirm { .. } => match action {
                Some(Action::Yes) => Then::Yes,
                Some(Action::No) => Then::Close,
                _ => Then::Stay,
            },
            Overlay::Help(list) | Overlay::Palette(list) => list_key(list, key, action),
            Overlay::Menu {
                context, cursor, ..
            } => menu_key(keymap, *context, cursor, key, action),
            Overlay::Edit(text_box) => box_key(text_box, key, action),
            Overlay::Prompt(prompt) => match action {
                Some(Action::Accept) => Then::Take,
                Some(Action::Close) => Then::Close,
                _ if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::Tab) => {
                    recall(prompt, &self.filters, key.code == KeyCode::Up)
                }
                _ if prompt.line.press(key) => Then::Edited,
                _ => Then::Stay,
            },
            Overlay::DryRun(_) | Overlay::Reader(_) | Overlay::Sessions(_) => match action {
                Some(Action::Close) => Then::Close,
                Some(
                    action @ (Action::AddKey
                    | Action::AddKeyFile
                    | Action::Reveal
                    | Action::SaveSession
                    | Action::Send),
                ) => Then::Do(action),
                Some(action) => Then::Move(action),
                None => Then::Stay,
            },
        };
        self.then(then);
    }

    fn then(&mut self, then: Then) {
        match then {
            Then::Stay => {}
            Then::Close => self.close_popup(),
            Then::Do(action) => {
                if let Some(Overlay::DryRun(_)) = self.overlays.last() {
                    self.dry_run_action(action);
                    return;
                }
                let stays = matches!(
                    self.overlays.last(),
                    Some(Overlay::Sessions(_) | Overlay::Edit(_))
                );
                if !stays {
                    self.overlays.pop();
                }
                self.act(action, None);
            }
            Then::Pick(pick) => {
                self.overlays.pop();
                self.picked(pick);
            }
            Then::Take => self.take_line(),
            Then::Edited => self.edited(),
            Then::Yes => {
                if let Some(Overlay::Confirm { then, .. }) = self.overlays.pop() {
                    self.confirmed(then);
                }
            }
            Then::TakeText => {
                if let Some(Overlay::Edit(text_box)) = self.overlays.pop() {
                    self.take_box(text_box);
                }
            }
            Then::Leave => self.leave_box(),
            Then::Move(action) => {
                let Some(places) = self.places() else { return };
                let screen = self.popup_area(&places);
                let ring = self.rows.workspace().ring();
                match self.overlays.last_mut() {
                    Some(Overlay::DryRun(dry_run)) => dry_run.reader.apply(action, screen),
                    Some(Overlay::Reader(reader)) => reader.apply(action, screen),
                    Some(Overlay::Sessions(sessions)) => match action {
                        Action::Down => sessions.step(true, 1, ring),
                        Action::Up => sessions.step(false, 1, ring),
                        Action::PageDown | Action::Bottom => sessions.step(true, 4096, ring),
                        Action::PageUp | Action::Top => sessions.step(false, 4096, ring),
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
    }

    fn confirmed(&mut self, then: Confirmed) {
        match then {
            Confirmed::Build(build) => self.build(build),
            Confirmed::Discard => drop(self.overlays.pop()),
            Confirmed::Overwrite(path) => {
                if let Some(export) = &mut self.export {
                    export.overwrite = true;
                    export.path = path;
                    self.run_export();
                }
            }
            Confirmed::Quit => self.effects.push(Effect::Quit),
            Confirmed::Send { outgoing, confirm } => self.send_confirmed(*outgoing, confirm),
            Confirmed::Sign(then) => self.sign_all_the_same(then),
        }
    }

    /// A popup is left without taking it.
    fn close_popup(&mut self) {
        self.flows.let_go();
        match self.overlays.pop() {
            Some(Overlay::Prompt(prompt))
                if prompt.ask == Ask::Filter && prompt.line.text() != self.filter_text =>
            {
                // What was narrowed while typing is what stays: the last good one.
                self.remember_filter(&self.filter_text.clone());
            }
            Some(Overlay::Confirm {
                then: Confirmed::Send { outgoing, .. },
                ..
            }) => self.not_sent(outgoing.sending),
            _ => {}
        }
    }
}
