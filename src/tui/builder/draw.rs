//! The builder on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Builder, Division, Part, divide, said};
use crate::tui::look::{Look, behind, below};
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::directory::Directory;
use mishark_core::json::Tree;
use mishark_core::protocol::request::{KeystreamMode, Order, Scheme};
use mishark_core::protocol::signature::PathForm;
use mishark_core::replay::Endpoint;
use mishark_core::session::Keyring;
use mishark_core::text::{clean, keep_start};

/// The builder as it is drawn, inside a frame that is there already.
pub struct BuilderView<'a> {
    /// Its state.
    pub builder: &'a Builder,
    /// The logins, to name the one that signs.
    pub ring: &'a Keyring,
    /// Names of devices.
    pub directory: &'a Directory,
    /// Where it goes, if not to its own server.
    pub endpoint: &'a Endpoint,
    /// How it looks.
    pub look: Look,
    /// The key that edits a part.
    pub edit_key: String,
}

/// The margin of the parts' names.
const NAME: u16 = 9;

impl BuilderView<'_> {
    /// Draws it.
    pub fn draw(&self, inside: Rect, buffer: &mut Buffer) {
        let Division { first, parts, data } = divide(inside, self.builder);
        let in_sight = Part::ALL.into_iter().skip(first);
        for (part, row) in in_sight.zip(inside.rows().take(usize::from(parts))) {
            self.part(part, row, buffer);
        }
        let rest = below(inside, parts);
        self.look.rule(rest, buffer);
        self.name(Part::Data, rest, buffer);
        let rest = below(rest, 1);
        let area = Rect {
            height: data.min(rest.height),
            ..rest
        };
        let note = |tree: &Tree<'static>, row: usize| self.directory.annotate(tree, row);
        let look = Look {
            focused: self.look.focused && self.builder.part() == Part::Data,
            ..self.look
        };
        self.builder.data().draw(area, buffer, &look, &note);
        let rest = below(rest, area.height);
        self.look.rule(rest, buffer);
        said::draw(
            self.builder,
            self.directory,
            &self.look,
            below(rest, 1),
            buffer,
        );
    }

    /// The name of a part, marked if it was edited.
    fn name(&self, part: Part, row: Rect, buffer: &mut Buffer) {
        let draft = self.builder.draft();
        let changed = part.fields().iter().any(|field| draft.has_changed(*field));
        let mark = if changed { "*" } else { " " };
        // The plaintext's stands in the rule above it.
        let gap = if part == Part::Data { " " } else { "" };
        let name = format!("{mark}{}{gap}", part.name());
        self.look.text(row, &name, Role::Key, buffer);
    }

    fn part(&self, part: Part, row: Rect, buffer: &mut Buffer) {
        let width = row.width.min(NAME);
        self.name(part, Rect { width, ..row }, buffer);
        if row.width > NAME {
            let (text, role) = self.text(part);
            let place = behind(row, NAME);
            let text = keep_start(&text, usize::from(place.width));
            self.look.text(place, &text, role, buffer);
        }
        if self.builder.part() == part {
            let role = if self.look.focused {
                Role::Selected
            } else {
                Role::SelectedDim
            };
            buffer.set_style(row, self.look.theme.style(role));
        }
    }

    fn text(&self, part: Part) -> (String, Role) {
        let draft = self.builder.draft();
        match part {
            Part::Session => match draft.session.and_then(|id| self.ring.find_id(id)) {
                Some(session) => {
                    let mut text = clean(&session.label()).into_owned();
                    if session.service_token().is_none() {
                        text = format!("{text}  {}", words::NO_SERVICE_TOKEN);
                    }
                    (text, Role::Text)
                }
                None => (words::choose_session(&self.edit_key), Role::Warn),
            },
            Part::Base => {
                let base = clean(&draft.base).into_owned();
                match &self.endpoint.base {
                    Some(other) => (words::sent_to(&base, &other.to_string()), Role::Warn),
                    None => (base, Role::Text),
                }
            }
            Part::Path => {
                let query = if draft.query.is_empty() {
                    String::new()
                } else {
                    format!("?{}", clean(&draft.query))
                };
                (
                    format!("{} {}{query}", clean(&draft.method), clean(&draft.path)),
                    Role::Text,
                )
            }
            Part::Style => (style(self.builder), Role::Text),
            Part::Headers => {
                let names: Vec<&str> = draft
                    .headers
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .collect();
                (
                    format!("{}: {}", names.len(), clean(&names.join(", "))),
                    Role::Dim,
                )
            }
            Part::Cookies => {
                let names: Vec<&str> = draft
                    .cookies
                    .iter()
                    .map(|cookie| cookie.name.as_str())
                    .collect();
                (
                    format!("{}: {}", names.len(), clean(&names.join(", "))),
                    Role::Dim,
                )
            }
            Part::Params => {
                let names: Vec<&str> = draft.others().map(|(name, _)| name.as_str()).collect();
                let text = if names.is_empty() {
                    words::DATA_ALONE.to_owned()
                } else {
                    words::data_and(&clean(&names.join(", ")))
                };
                (text, Role::Dim)
            }
            Part::Data => (String::new(), Role::Text),
        }
    }
}

fn style(builder: &Builder) -> String {
    let draft = builder.draft();
    let style = &draft.style;
    let path = match style.path {
        PathForm::Stripped => words::PATH_STRIPPED,
        PathForm::Whole => words::PATH_WHOLE,
    };
    let order = match style.order {
        Order::Received => words::ORDER_AS_GIVEN,
        Order::Sorted => words::ORDER_SORTED,
    };
    let gzip = if draft.wants_gzip() { "[x]" } else { "[ ]" };
    match style.scheme {
        Scheme::Hmac => format!(
            "{}, {order}, {path}, {}",
            words::SIGNED_ONLY,
            draft.carrier.name()
        ),
        Scheme::Rc4 => {
            let keystream = match style.keystream {
                KeystreamMode::Fresh => words::KEYSTREAM_FRESH,
                KeystreamMode::Chained | KeystreamMode::Undecided => words::KEYSTREAM_CHAINED,
            };
            format!(
                "RC4 {keystream}  gzip {gzip}  {order}, {path}, {}",
                draft.carrier.name()
            )
        }
    }
}
