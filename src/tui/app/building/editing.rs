//! Each part of the draft, as lines and boxes take and give it.

use crate::tui::app::{App, Overlay};
use crate::tui::asked::{Ask, BoxFor};
use crate::tui::builder::Part;
use crate::tui::effect::{Editing, Outside};
use crate::tui::overlay::TextBox;
use crate::tui::view::Move;
use crate::tui::words;
use mishark_core::flow::Base;
use mishark_core::protocol::request::{KeystreamMode, Scheme};
use mishark_core::replay::{Cookie, CookieValue, Draft, SessionPart};

/// What some editors put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl App {
    /// Edits the part the cursor is on, in the way that suits it.
    pub(super) fn edit_part(&mut self) {
        let Some(builder) = &mut self.builder else {
            return;
        };
        match builder.part() {
            Part::Session => self.choose_session(),
            Part::Base => self.ask(Ask::Base),
            Part::Path => self.ask(Ask::Path),
            Part::Style => builder.edit(next_style),
            Part::Headers => self.edit_box(BoxFor::Headers),
            Part::Cookies => self.edit_box(BoxFor::Cookies),
            Part::Params => self.edit_box(BoxFor::Params),
            Part::Data => match builder.value() {
                Some(_) => self.ask(Ask::Value),
                None if builder.data().position().1 <= 1 => self.edit_box(BoxFor::Data),
                None => {
                    let viewport = self.builder_viewport();
                    if let Some(builder) = &mut self.builder {
                        builder.apply(Move::Toggle, viewport);
                    }
                }
            },
        }
    }

    /// Opens a box with the text of a part, which can be taken back byte for
    /// byte.
    pub(super) fn edit_box(&mut self, purpose: BoxFor) {
        let Some(builder) = &self.builder else { return };
        match String::from_utf8(part_text(builder.draft(), purpose)) {
            Ok(text) => self.overlays.push(Overlay::edit(purpose, &text)),
            Err(_) => self.fail(words::NO_TEXT_FOR_BOX),
        }
    }

    /// Takes the text of a box; what cannot be taken stays in it.
    pub(in crate::tui::app) fn take_box(&mut self, text_box: Box<TextBox>) {
        let text = text_box.text();
        if text_box.purpose == BoxFor::Paste {
            self.take_pasted(&text);
        } else if let Err(fault) = self.take_text(text_box.purpose, text.into_bytes()) {
            self.fail(fault);
            self.overlays.push(Overlay::Edit(text_box));
        }
    }

    /// Hands the text of the open box, or of the part the cursor is on, to
    /// `$EDITOR`.
    pub(in crate::tui::app) fn edit_outside(&mut self) {
        let (purpose, text) = match (self.overlays.last(), &self.builder) {
            (Some(Overlay::Edit(text_box)), _) => (text_box.purpose, text_box.text().into_bytes()),
            (_, Some(builder)) => {
                let purpose = match builder.part() {
                    Part::Cookies => BoxFor::Cookies,
                    Part::Headers => BoxFor::Headers,
                    Part::Params => BoxFor::Params,
                    Part::Base | Part::Data | Part::Path | Part::Session | Part::Style => {
                        BoxFor::Data
                    }
                };
                (purpose, part_text(builder.draft(), purpose))
            }
            (_, None) => return,
        };
        let editing = Editing { purpose, text };
        self.wish(Outside::Edit(editing));
    }

    /// Takes back what `$EDITOR` made of a text.
    pub(in crate::tui::app) fn edited_outside(&mut self, editing: Editing) {
        let Editing { purpose, mut text } = editing;
        // Some editors put one there that was not in the text they were given.
        let had_mark = self.builder.as_ref().is_some_and(|builder| {
            part_text(builder.draft(), purpose).starts_with(BYTE_ORDER_MARK)
        });
        if !had_mark && text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
            self.tell(words::MARK_DROPPED);
        }
        if let Some(Overlay::Edit(text_box)) = self.overlays.last_mut()
            && text_box.purpose == purpose
        {
            match String::from_utf8(text) {
                Ok(text) => text_box.replace(&text),
                Err(_) => self.fail(words::NO_TEXT_FROM_EDITOR),
            }
            return;
        }
        if let Err(fault) = self.take_text(purpose, text) {
            self.fail(words::not_taken(&fault));
        }
    }

    /// Takes the text of a part.
    fn take_text(&mut self, purpose: BoxFor, text: Vec<u8>) -> Result<(), String> {
        let Some(builder) = &mut self.builder else {
            return Ok(());
        };
        // Untouched text stays as it was captured, to the last blank.
        if text == part_text(builder.draft(), purpose) {
            return Ok(());
        }
        let Some(separator) = purpose.separator() else {
            builder.edit(|draft| draft.set_data(text));
            return Ok(());
        };
        let text = String::from_utf8(text).map_err(|_| words::NOT_UTF8.to_owned())?;
        let pairs = pairs(&text, separator)?;
        builder.edit(|draft| match purpose {
            BoxFor::Cookies => draft.cookies = pairs.into_iter().map(cookie).collect(),
            BoxFor::Headers => {
                let trimmed = |(name, value): (String, String)| (name, value.trim().to_owned());
                draft.headers = pairs.into_iter().map(trimmed).collect();
            }
            BoxFor::Params => put_others(draft, pairs),
            BoxFor::Data | BoxFor::Paste => {}
        });
        Ok(())
    }

    /// What a prompt about the builder begins with.
    pub(in crate::tui::app) fn builder_line(&self, ask: Ask) -> String {
        let Some(builder) = &self.builder else {
            return String::new();
        };
        let draft = builder.draft();
        match ask {
            Ask::Base => draft.base.clone(),
            Ask::Path if draft.query.is_empty() => format!("{} {}", draft.method, draft.path),
            Ask::Path => format!("{} {}?{}", draft.method, draft.path, draft.query),
            Ask::Value => builder.value().map(|(_, value)| value).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Takes a line about the builder.
    pub(in crate::tui::app) fn take_builder_line(
        &mut self,
        ask: Ask,
        text: &str,
    ) -> Result<(), String> {
        let text = text.trim();
        let Some(builder) = &mut self.builder else {
            return Ok(());
        };
        match ask {
            Ask::Base => {
                Base::parse(text).map_err(|error| error.to_string())?;
                builder.edit(|draft| draft.base = text.trim_end_matches('/').to_owned());
            }
            Ask::Path => {
                let (method, target) = text.split_once(' ').unwrap_or(("POST", text));
                let (path, query) = target.trim().split_once('?').unwrap_or((target.trim(), ""));
                if !path.starts_with('/') {
                    return Err(words::NO_PATH.to_owned());
                }
                builder.edit(|draft| {
                    draft.method = method.to_ascii_uppercase();
                    draft.path = path.to_owned();
                    draft.query = query.to_owned();
                });
            }
            Ask::Value => {
                if let Some((range, _)) = builder.value() {
                    builder
                        .set_value(range, text)
                        .map_err(|error| error.to_string())?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A part of a draft as text, a line a name and value; the plaintext as it is.
fn part_text(draft: &Draft, purpose: BoxFor) -> Vec<u8> {
    match purpose {
        BoxFor::Cookies => lines(draft.cookies.iter().map(|cookie| match &cookie.value {
            CookieValue::Session(part) => format!("{}=<{}>", cookie.name, part.name()).into(),
            CookieValue::Text(text) => format!("{}={text}", cookie.name).into(),
        })),
        BoxFor::Data => draft.data().unwrap_or_default().to_vec(),
        BoxFor::Headers => {
            let headers = draft.headers.iter();
            lines(headers.map(|(name, value)| format!("{name}: {value}").into()))
        }
        BoxFor::Params => lines(draft.others().map(|(name, value)| {
            let mut line = format!("{name}=").into_bytes();
            line.extend_from_slice(value);
            line
        })),
        BoxFor::Paste => Vec::new(),
    }
}

fn lines(lines: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    lines.collect::<Vec<_>>().join(&b'\n')
}

/// Names and values, a line each; or what is wrong with the first line that is
/// no such pair.
fn pairs(text: &str, separator: char) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| match line.split_once(separator) {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.to_owned()))
            }
            _ => Err(words::no_pair(at + 1, separator)),
        })
        .collect()
}

/// `serviceToken=<serviceToken>` is what the session that signs says.
fn cookie((name, value): (String, String)) -> Cookie {
    let parts = [
        SessionPart::CUserId,
        SessionPart::ServiceToken,
        SessionPart::UserId,
    ];
    let part = parts
        .into_iter()
        .find(|part| value == format!("<{}>", part.name()));
    let value = part.map_or(CookieValue::Text(value), CookieValue::Session);
    Cookie { name, value }
}

/// Puts other parameters around `data`, which keeps its place: the order of a
/// form may be signed.
fn put_others(draft: &mut Draft, others: Vec<(String, String)>) {
    let at = draft.params.iter().position(|(name, _)| name == "data");
    let data = at.map(|at| draft.params.remove(at));
    let others = others.into_iter();
    draft.params = others
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    if let (Some(at), Some(data)) = (at, data) {
        draft.params.insert(at.min(draft.params.len()), data);
    }
}

/// The next of the ways a client may sign: the app's, its imitators', and the
/// form that is signed only.
fn next_style(draft: &mut Draft) {
    match (draft.style.scheme, draft.style.keystream) {
        (Scheme::Rc4, KeystreamMode::Fresh) => draft.set_scheme(Scheme::Hmac),
        (Scheme::Rc4, _) => draft.style.keystream = KeystreamMode::Fresh,
        (Scheme::Hmac, _) => {
            draft.set_scheme(Scheme::Rc4);
            draft.style.keystream = KeystreamMode::Chained;
        }
    }
}
