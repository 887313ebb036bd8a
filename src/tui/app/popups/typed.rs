//! What becomes of a line that was typed, or of a text that was pasted.

use std::path::PathBuf;

use unicode_width::UnicodeWidthStr;

use crate::tui::app::{App, Input, Job, Overlay};
use crate::tui::asked::Ask;
use crate::tui::overlay::Prompt;
use crate::tui::words;
use mishark_core::filter::Filter;
use mishark_core::flow::Base;
use mishark_core::replay::Proxy;
use mishark_core::session::{KeyOrigin, PastedCookies, Session, parse_key_file};

impl App {
    /// The line of a prompt has changed: filters narrow while one types.
    pub(super) fn edited(&mut self) {
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
            Ask::Value => {
                prompt.fault = mishark_core::json::check(text.as_bytes())
                    .err()
                    .map(|error| {
                        let before: String = text.chars().take(error.column - 1).collect();
                        let caret = " ".repeat(before.width());
                        (format!("{caret}^"), error.kind.to_string())
                    });
            }
            _ => prompt.fault = None,
        }
    }

    /// The line of a prompt is taken.
    pub(super) fn take_line(&mut self, mut prompt: Box<Prompt>) {
        self.flows.let_go();
        let text = prompt.line.text().to_owned();
        let result = match prompt.ask {
            Ask::Filter => match Filter::parse(&text) {
                Ok(_) => {
                    self.filtering.remember(&text);
                    // Mostly it holds since its last letter was typed.
                    if text != self.filtering.text {
                        self.set_filter_text(text);
                    }
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
            Ask::Certificates => path_of(&text).map(|path| self.start(Job::ReadCertificates(path))),
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
            Ask::Open => path_of(&text).map(|path| self.open(Input::Path(path))),
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
            Some(proxy.ok_or(words::NO_PROXY)?)
        };
        Ok(())
    }

    /// A key that was typed or pasted: bare, or the text of a key file.
    fn take_key(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        let sessions = match PastedCookies::parse(text) {
            Ok(cookies) if !text.starts_with(['{', '[']) => {
                vec![self.session_of_cookies(cookies)?]
            }
            _ => parse_key_file(text, &KeyOrigin::Given).map_err(|error| error.to_string())?,
        };
        // The algorithm takes any length; the cloud has never given another.
        let mut lengths = sessions
            .iter()
            .map(|session| session.ssecurity.bytes().len());
        if let Some(length) = lengths.find(|length| *length != 16) {
            return Err(words::key_length(length));
        }
        for session in sessions {
            self.rows.workspace_mut().add_session(session);
        }
        self.keys_changed();
        Ok(())
    }

    /// The login of a pasted line of cookies. Its key stands beside them, else
    /// it is that of the session the cursor is on, or of the same account.
    fn session_of_cookies(&self, cookies: PastedCookies) -> Result<Session, String> {
        let ring = self.rows.workspace().ring();
        let chosen = match self.overlays.last() {
            Some(Overlay::Sessions(sessions)) => sessions.chosen(ring),
            _ => None,
        };
        let is_same = |session: &&Session| {
            (cookies.user_id.is_some() && session.user_id == cookies.user_id)
                || (cookies.c_user_id.is_some() && session.c_user_id == cookies.c_user_id)
        };
        let owner = chosen.or_else(|| ring.sessions().iter().find(is_same));
        let key = owner.map(|session| session.ssecurity.clone());
        let session = cookies.session(key);
        session.ok_or_else(|| words::COOKIES_WITHOUT_KEY.to_owned())
    }

    pub(in crate::tui::app) fn take_pasted(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let bytes = crate::tui::pasted::capture(text);
        let name = "pasted".to_owned();
        self.open(Input::Bytes { name, bytes });
    }
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
