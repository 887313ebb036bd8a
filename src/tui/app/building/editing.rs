//! Each part of the draft, as lines and boxes take and give it.

use crate::replay::{Base, Cookie, CookieValue, Draft, SessionPart};
use crate::tui::app::{App, Overlay};
use crate::tui::builder::Part;
use crate::tui::overlay::{Ask, BoxFor};
use crate::tui::view::Move;

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

    pub(super) fn edit_box(&mut self, purpose: BoxFor) {
        let Some(builder) = &self.builder else { return };
        let draft = builder.draft();
        let text = match purpose {
            BoxFor::Cookies => lines(draft.cookies.iter().map(|cookie| match &cookie.value {
                CookieValue::Session(part) => format!("{}=<{}>", cookie.name, part.name()),
                CookieValue::Text(text) => format!("{}={text}", cookie.name),
            })),
            BoxFor::Data => String::from_utf8_lossy(draft.data().unwrap_or_default()).into_owned(),
            BoxFor::Headers => lines(
                draft
                    .headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}")),
            ),
            BoxFor::Params => lines(
                draft
                    .others()
                    .map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value))),
            ),
            BoxFor::Paste => String::new(),
        };
        self.overlays.push(Overlay::edit(purpose, &text));
    }

    /// Takes the text of a box.
    pub(in crate::tui::app) fn take_box(&mut self, purpose: BoxFor, text: &str) {
        if purpose == BoxFor::Paste {
            self.take_pasted(text);
            return;
        }
        let Some(builder) = &mut self.builder else {
            return;
        };
        let pairs = |separator: char| {
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .filter_map(move |line| line.split_once(separator))
                .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
                .collect::<Vec<_>>()
        };
        match purpose {
            BoxFor::Cookies => {
                let cookies = pairs('=').into_iter().map(|(name, value)| {
                    let part = [
                        SessionPart::CUserId,
                        SessionPart::ServiceToken,
                        SessionPart::UserId,
                    ]
                    .into_iter()
                    .find(|part| value == format!("<{}>", part.name()));
                    let value = part.map_or(CookieValue::Text(value), CookieValue::Session);
                    Cookie { name, value }
                });
                let cookies: Vec<Cookie> = cookies.collect();
                builder.edit(|draft| draft.cookies = cookies);
            }
            BoxFor::Data => builder.edit(|draft| draft.set_data(text.as_bytes().to_vec())),
            BoxFor::Headers => {
                let headers = pairs(':').into_iter();
                let headers = headers
                    .map(|(name, value)| (name, value.trim().to_owned()))
                    .collect();
                builder.edit(|draft| draft.headers = headers);
            }
            BoxFor::Params => {
                let others = pairs('=');
                builder.edit(|draft| {
                    draft.params.retain(|(name, _)| name == "data");
                    let others = others.into_iter();
                    draft
                        .params
                        .extend(others.map(|(name, value)| (name, value.into_bytes())));
                });
            }
            BoxFor::Paste => {}
        }
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
                    return Err("a path begins with /".to_owned());
                }
                builder.edit(|draft| {
                    draft.method = method.to_ascii_uppercase();
                    draft.path = path.to_owned();
                    draft.query = query.to_owned();
                });
            }
            Ask::Value => {
                if let Some((pointer, _)) = builder.value() {
                    builder
                        .set_value(&pointer, text)
                        .map_err(|error| error.to_string())?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// The next of the ways a client may sign: the app's, its imitators', and the
/// form that is signed only.
fn next_style(draft: &mut Draft) {
    use crate::protocol::request::{KeystreamMode, Scheme};
    match (draft.style.scheme, draft.style.keystream) {
        (Scheme::Rc4, KeystreamMode::Fresh) => draft.set_scheme(Scheme::Hmac),
        (Scheme::Rc4, _) => draft.style.keystream = KeystreamMode::Fresh,
        (Scheme::Hmac, _) => {
            draft.set_scheme(Scheme::Rc4);
            draft.style.keystream = KeystreamMode::Chained;
        }
    }
}
