//! The builder on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Builder, Division, Part, divide, said};
use crate::tui::theme::{Role, Theme};
use crate::tui::view::Look;
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
    pub theme: Theme,
    /// Whether frames and marks are ASCII.
    pub ascii: bool,
    /// Whether it has the focus.
    pub focused: bool,
    /// Whether secrets are shown.
    pub reveal: bool,
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
        for (part, y) in in_sight.zip(inside.y..inside.y + parts) {
            let row = Rect {
                y,
                height: 1,
                ..inside
            };
            self.part(part, row, buffer);
        }
        if inside.height <= parts {
            return;
        }
        self.rule(inside, inside.y + parts, buffer);
        self.data_label(inside, inside.y + parts, buffer);
        let area = Rect {
            y: inside.y + parts + 1,
            height: data.min(inside.height.saturating_sub(parts + 1)),
            ..inside
        };
        let ghost = |tree: &Tree<'static>, row: usize| self.directory.ghost(tree, row);
        let look = Look {
            theme: self.theme,
            focused: self.focused && self.builder.part() == Part::Data,
            reveal: self.reveal,
            ascii: self.ascii,
            ghost: &ghost,
        };
        self.builder.data().draw(area, buffer, &look);
        if area.bottom() >= inside.bottom() {
            return;
        }
        self.rule(inside, area.bottom(), buffer);
        let said = Rect {
            y: area.bottom() + 1,
            height: inside.bottom().saturating_sub(area.bottom() + 1),
            ..inside
        };
        said::draw(self, said, buffer);
    }

    /// The name of the plaintext in the rule above it, marked like a part.
    fn data_label(&self, inside: Rect, y: u16, buffer: &mut Buffer) {
        let draft = self.builder.draft();
        let mut fields = Part::Data.fields().iter();
        let mark = if fields.any(|field| draft.has_changed(*field)) {
            "*"
        } else {
            " "
        };
        let label = format!("{mark}{} ", Part::Data.name());
        let style = self.theme.style(Role::Key);
        buffer.set_stringn(inside.x, y, &label, usize::from(inside.width), style);
    }

    fn rule(&self, inside: Rect, y: u16, buffer: &mut Buffer) {
        let line = if self.ascii { "-" } else { "─" };
        let line = line.repeat(usize::from(inside.width));
        buffer.set_stringn(
            inside.x,
            y,
            &line,
            usize::from(inside.width),
            self.theme.style(Role::Border),
        );
    }

    fn part(&self, part: Part, row: Rect, buffer: &mut Buffer) {
        let draft = self.builder.draft();
        let changed = part.fields().iter().any(|field| draft.has_changed(*field));
        let mark = if changed { "*" } else { " " };
        let name = format!("{mark}{}", part.name());
        let width = usize::from(row.width);
        buffer.set_stringn(
            row.x,
            row.y,
            &name,
            width.min(usize::from(NAME)),
            self.theme.style(Role::Key),
        );
        if row.width > NAME {
            let (text, role) = self.text(part);
            let room = width - usize::from(NAME);
            let text = keep_start(&text, room);
            buffer.set_stringn(row.x + NAME, row.y, &text, room, self.theme.style(role));
        }
        if self.builder.part() == part {
            let role = if self.focused {
                Role::Selected
            } else {
                Role::SelectedDim
            };
            buffer.set_style(row, self.theme.style(role));
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
