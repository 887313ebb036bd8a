//! Popups: how they come, and the keys they take.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_textarea::TextArea;

use super::{App, Confirmed, Context, Effect, Input, Job, Overlay};
use crate::filter::Filter;
use crate::protocol::key::Ssecurity;
use crate::replay::{Base, Certificates, Proxy};
use crate::session::{KeyOrigin, Session, parse_key_file};
use crate::tui::action::{Action, BINDINGS};
use crate::tui::key::Key;
use crate::tui::overlay::{Ask, BoxFor, FindList, Item, LineEdit, Pick, Prompt};
use crate::tui::words;

/// What the screen has to do after a popup took a key.
enum Then {
    /// Nothing.
    Stay,
    /// The popup goes.
    Close,
    /// The popup goes, and this is done.
    Do(Action),
    /// A line of a list was chosen.
    Pick(Pick),
    /// The line of a prompt was taken.
    Take,
    /// The line of a prompt was edited.
    Edited,
    /// The question was answered with yes.
    Yes,
    /// The pasted flow is whole.
    Pasted,
    /// A move in a list or a text.
    Move(Action),
}

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

    /// Help for where one is: its own keys first, then all others.
    pub(super) fn help(&mut self) {
        let here = self.context();
        let mut items = Vec::new();
        let others = Context::ALL.into_iter().filter(|context| *context != here);
        for context in std::iter::once(here).chain(others) {
            items.push(Item {
                pick: None,
                keys: String::new(),
                words: words::context(context).to_owned(),
            });
            items.extend(self.items(|at| BINDINGS[at].contexts.has(context)));
        }
        self.overlays
            .push(Overlay::Help(FindList::new("help", items, false)));
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
        self.overlays
            .push(Overlay::Palette(FindList::new("commands", items, true)));
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
            Some(Overlay::Edit { area, .. }) => {
                area.insert_str(text.replace('\r', "\n"));
            }
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
            Overlay::Edit { area, .. } => box_key(area, key),
            Overlay::Prompt(prompt) => match action {
                Some(Action::Accept) => Then::Take,
                Some(Action::Close) => Then::Close,
                _ if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::Tab) => {
                    recall(prompt, &self.filters, key.code == KeyCode::Up)
                }
                _ if prompt.line.press(key) => Then::Edited,
                _ => Then::Stay,
            },
            Overlay::Reader(_) | Overlay::Sessions(_) => match action {
                Some(Action::Close) => Then::Close,
                Some(
                    action @ (Action::AddKey
                    | Action::AddKeyFile
                    | Action::Reveal
                    | Action::SaveSession),
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
                if !matches!(self.overlays.last(), Some(Overlay::Sessions(_))) {
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
            Then::Pasted => {
                if let Some(Overlay::Edit { purpose, area }) = self.overlays.pop() {
                    self.take_box(
                        purpose,
                        &area.into_lines().join(
                            "
",
                        ),
                    );
                }
            }
            Then::Move(action) => {
                let screen = ratatui::layout::Rect::new(0, 0, self.size.0, self.size.1);
                let ring = self.rows.workspace().ring();
                match self.overlays.last_mut() {
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
            Confirmed::Overwrite(path) => {
                if let Some(export) = &mut self.export {
                    export.overwrite = true;
                    export.path = path;
                    self.run_export();
                }
            }
            Confirmed::Quit => self.effects.push(Effect::Quit),
            Confirmed::Send { request, confirm } => self.send_confirmed(request, confirm),
        }
    }

    /// A popup is left without taking it.
    fn close_popup(&mut self) {
        if let Some(Overlay::Prompt(prompt)) = self.overlays.pop()
            && prompt.ask == Ask::Filter
            && prompt.line.text() != self.filter_text
        {
            // What was narrowed while typing is what stays: the last good one.
            self.remember_filter(&self.filter_text.clone());
        }
    }

    /// The line of a prompt has changed: filters narrow while one types.
    fn edited(&mut self) {
        let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut() else {
            return;
        };
        let text = prompt.line.text().to_owned();
        match prompt.ask {
            Ask::Filter => match Filter::parse(&text) {
                Ok(_) => {
                    prompt.fault = None;
                    self.set_filter_text(text);
                }
                Err(error) => {
                    let drawn = error.draw(&text);
                    let carets = drawn.lines().last().unwrap_or_default().to_owned();
                    prompt.fault = Some((carets, error.to_string()));
                }
            },
            Ask::Find => {
                if self.half().is_some() {
                    self.find(text, false);
                }
            }
            _ => prompt.fault = None,
        }
    }

    /// The line of a prompt is taken.
    fn take_line(&mut self) {
        let Some(Overlay::Prompt(mut prompt)) = self.overlays.pop() else {
            return;
        };
        let text = prompt.line.text().to_owned();
        let result = match prompt.ask {
            Ask::Filter => match Filter::parse(&text) {
                Ok(_) => {
                    self.remember_filter(&text);
                    self.set_filter_text(text);
                    Ok(())
                }
                Err(error) => Err(error.to_string()),
            },
            Ask::Find => {
                let everywhere = self.half().is_none();
                self.find(text, everywhere);
                Ok(())
            }
            Ask::Base | Ask::Path | Ask::Value => self.take_builder_line(prompt.ask, &text),
            Ask::Blank => {
                if let Some((_, values)) = &mut self.blanks {
                    values.push(text.trim().to_owned());
                }
                self.ask_blank();
                Ok(())
            }
            Ask::Certificates => self.take_certificates(&text),
            Ask::Elsewhere => self.take_elsewhere(&text),
            Ask::Proxy => self.take_proxy(&text),
            Ask::Save => path_of(&text).map(|path| self.save_session(path)),
            Ask::Key => self.take_key(&text),
            Ask::KeyFile => path_of(&text).map(|path| self.start(Job::ReadKeys(path))),
            Ask::Note => {
                if let Some(row) = self.flows.selected() {
                    self.rows.set_note(row, text.trim().to_owned());
                    self.marks_changed();
                }
                Ok(())
            }
            Ask::Open => path_of(&text).map(|path| {
                self.queue.push_back(Input::Path(path));
                self.load_next();
            }),
            Ask::Export(form) => path_of(&text).map(|path| self.export_to(form, path)),
            Ask::Pipe if text.trim().is_empty() => Ok(()),
            Ask::Pipe => {
                self.pipe(text);
                Ok(())
            }
        };
        if let Err(fault) = result {
            // What is wrong with a filter stands under its caret already.
            prompt.fault.get_or_insert((String::new(), fault));
            self.overlays.push(Overlay::Prompt(prompt));
        }
    }

    /// Another server for all that is sent; none with an empty line.
    fn take_elsewhere(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        self.endpoint.base = if text.is_empty() {
            None
        } else {
            let base = Base::parse(text).map_err(|error| error.to_string())?;
            // Who names this machine means it.
            if base.is_loopback() {
                let host = base.host().to_owned();
                self.endpoint.confirm(&host);
            }
            Some(base)
        };
        Ok(())
    }

    fn take_proxy(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        self.endpoint.proxy = if text.is_empty() {
            None
        } else {
            let proxy = Proxy::parse(text);
            Some(proxy.ok_or("no proxy: http://host:port or socks5://host:port is wanted")?)
        };
        Ok(())
    }

    fn take_certificates(&mut self, text: &str) -> Result<(), String> {
        /// A file of authorities larger than this is none.
        const MAX_PEM: u64 = 4 << 20;
        let path = path_of(text)?;
        let said = |error: std::io::Error| format!("{}: {error}", path.display());
        let length = std::fs::metadata(&path).map_err(said)?.len();
        if length > MAX_PEM {
            return Err(format!("{}: larger than {MAX_PEM} bytes", path.display()));
        }
        let pem = std::fs::read(&path).map_err(said)?;
        let certificates = Certificates::parse(&pem);
        let certificates =
            certificates.ok_or_else(|| format!("{}: no certificate in PEM", path.display()))?;
        self.endpoint.certificates = Some(certificates);
        self.tell("the CA is trusted for what is sent from here");
        Ok(())
    }

    /// A key that was typed or pasted: bare, or the text of a key file.
    fn take_key(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        let sessions = if text.starts_with(['{', '[']) {
            parse_key_file(text, &KeyOrigin::Given).map_err(|error| error.to_string())?
        } else {
            let key = Ssecurity::parse(text.as_bytes()).map_err(|error| error.to_string())?;
            // The algorithm takes any length; the cloud has never given another.
            let length = key.bytes().len();
            if length != 16 {
                return Err(format!(
                    "{length} bytes, expected 16: 24 characters that end in =="
                ));
            }
            vec![Session::new(key, KeyOrigin::Given)]
        };
        for session in sessions {
            self.rows.workspace_mut().add_session(session);
        }
        self.keys_changed();
        Ok(())
    }

    pub(super) fn take_pasted(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let bytes = crate::tui::pasted::capture(text);
        self.queue.push_back(Input::Bytes {
            name: "pasted".to_owned(),
            bytes,
        });
        self.load_next();
    }
}

fn list_key(list: &mut FindList, key: Key, action: Option<Action>) -> Then {
    match (key.code, action) {
        (_, Some(Action::Accept)) => match list.chosen() {
            Some(pick) => Then::Pick(pick),
            None => Then::Stay,
        },
        (_, Some(Action::Close)) => Then::Close,
        (KeyCode::Down, _) => {
            list.step(true, 1);
            Then::Stay
        }
        (KeyCode::Up, _) => {
            list.step(false, 1);
            Then::Stay
        }
        (KeyCode::PageDown, _) => {
            list.step(true, 10);
            Then::Stay
        }
        (KeyCode::PageUp, _) => {
            list.step(false, 10);
            Then::Stay
        }
        _ => {
            if list.line.press(key) {
                list.narrow();
            }
            Then::Stay
        }
    }
}

fn menu_key(
    keymap: &crate::tui::action::Keymap,
    context: Context,
    cursor: &mut usize,
    key: Key,
    action: Option<Action>,
) -> Then {
    let items = crate::tui::overlay::menu_items(keymap, context);
    let last = items.len().saturating_sub(1);
    match (key.code, action) {
        (_, Some(Action::Accept)) => match items.get(*cursor) {
            Some((_, action)) => Then::Do(*action),
            None => Then::Stay,
        },
        (_, Some(Action::Close)) => Then::Close,
        (_, Some(action)) => Then::Do(action),
        (KeyCode::Down, None) => {
            *cursor = (*cursor + 1).min(last);
            Then::Stay
        }
        (KeyCode::Up, None) => {
            *cursor = cursor.saturating_sub(1);
            Then::Stay
        }
        _ => Then::Stay,
    }
}

/// Keys of a box with a text: those of the editor, but for taking and leaving.
fn box_key(area: &mut TextArea<'static>, key: Key) -> Then {
    match (key.code, key.ctrl) {
        (KeyCode::Esc, _) | (KeyCode::Char('c'), true) => return Then::Close,
        (KeyCode::Char('d'), true) => return Then::Pasted,
        _ => {}
    }
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::CONTROL, key.ctrl);
    modifiers.set(KeyModifiers::ALT, key.alt);
    area.input(KeyEvent::new(key.code, modifiers));
    Then::Stay
}

/// Brings an older filter into the line, or a newer one; or the next of the
/// values that are known.
fn recall(prompt: &mut Prompt, filters: &[String], older: bool) -> Then {
    let values: Vec<&str> = if prompt.ask == Ask::Filter {
        filters.iter().map(String::as_str).collect()
    } else {
        prompt
            .choices
            .iter()
            .map(|(value, _)| value.as_str())
            .collect()
    };
    if values.is_empty() {
        return Then::Stay;
    }
    // A history is gone through from its end, values from their start.
    let back = older == (prompt.ask == Ask::Filter);
    prompt.history = if back {
        prompt.history.saturating_sub(1)
    } else if prompt.history >= values.len() && prompt.ask != Ask::Filter {
        0
    } else {
        (prompt.history + 1).min(values.len())
    };
    let text = values.get(prompt.history).copied().unwrap_or_default();
    prompt.line = LineEdit::new(text);
    Then::Edited
}

/// A path as it is typed: `~` is the home folder.
fn path_of(text: &str) -> Result<PathBuf, String> {
    let text = text.trim();
    // Files dropped on a terminal come in quotes.
    let text = text.trim_matches(['\'', '"']);
    if text.is_empty() {
        return Err("a path is wanted".to_owned());
    }
    if let Some(rest) = text.strip_prefix("~/")
        && let Ok(home) = etcetera::home_dir()
    {
        return Ok(home.join(rest));
    }
    Ok(PathBuf::from(text))
}
