//! What lies over the panes and takes every key while it is there.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

use super::action::{Action, Context, Keymap};
use super::effect::Build;
use super::frame::{Frame, frame};
use super::outgoing::Outgoing;
use super::theme::Role;
use crate::tui::words;
use mishark_core::replay::SignedRequest;

mod find_list;
mod line_edit;
mod menu;
mod reader;
mod sessions;
mod text_box;

pub use find_list::{FindList, Item, Pick};
pub use line_edit::LineEdit;
pub use menu::{items as menu_items, menu};
pub use reader::Reader;
pub use sessions::{Sessions, SessionsView, Verdict};
pub use text_box::TextBox;

/// One thing over the panes.
pub enum Overlay {
    /// A question, and what a yes does.
    Confirm {
        /// The question.
        question: String,
        /// What a yes does.
        then: Confirmed,
    },
    /// What would be sent.
    DryRun(Box<DryRun>),
    /// Help: keys by place, narrowed while one types.
    Help(FindList),
    /// A menu of actions.
    Menu {
        /// Which.
        context: Context,
        /// The item the cursor is on.
        cursor: usize,
        /// A word on what it works on.
        about: String,
    },
    /// All commands, narrowed while one types.
    Palette(FindList),
    /// A box for a text of several lines.
    Edit(Box<TextBox>),
    /// A line that is typed.
    Prompt(Box<Prompt>),
    /// A text to read.
    Reader(Reader),
    /// The sessions.
    Sessions(Sessions),
}

/// A signed request, as it is read before it is sent.
pub struct DryRun {
    /// The request: what is sent is what is shown.
    pub request: Arc<SignedRequest>,
    /// Its text.
    pub reader: Reader,
}

/// What a yes does.
#[derive(Debug)]
pub enum Confirmed {
    /// Put a draft in the place of the edited one.
    Build(Build),
    /// Leave the box below without its text.
    Discard,
    /// Write over a file.
    Overwrite(std::path::PathBuf),
    /// Quit though something is being written.
    Quit,
    /// Send requests.
    Send {
        /// The requests.
        outgoing: Box<Outgoing>,
        /// The hosts that their credentials may go to from now on.
        confirm: Vec<String>,
    },
    /// Sign a plaintext that is no JSON.
    Sign(super::effect::Signing),
}

/// What the text of a box is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxFor {
    /// The builder's cookies.
    Cookies,
    /// The builder's plaintext.
    Data,
    /// The builder's header fields.
    Headers,
    /// The builder's parameters beside the plaintext.
    Params,
    /// A flow to open.
    Paste,
}

impl BoxFor {
    /// The title of the box.
    fn title(self) -> &'static str {
        match self {
            Self::Cookies => words::ask::COOKIES,
            Self::Data => words::ask::DATA,
            Self::Headers => words::ask::HEADERS,
            Self::Params => words::ask::PARAMS,
            Self::Paste => words::ask::PASTE_BOX,
        }
    }

    /// What stands between name and value, where each line is such a pair.
    pub fn separator(self) -> Option<char> {
        match self {
            Self::Cookies | Self::Params => Some('='),
            Self::Data | Self::Paste => None,
            Self::Headers => Some(':'),
        }
    }
}

/// What a typed line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The builder's server.
    Base,
    /// A template's blank.
    Blank,
    /// A file of authorities.
    Certificates,
    /// Another server for all that is sent.
    Elsewhere,
    /// A file to write.
    Export(super::effect::ExportForm),
    /// A filter.
    Filter,
    /// A text in the focused pane, or in all plaintexts.
    Find,
    /// An ssecurity.
    Key,
    /// A file with keys.
    KeyFile,
    /// A note to the flow.
    Note,
    /// A capture to open.
    Open,
    /// The builder's method and path.
    Path,
    /// A command to pipe the body through.
    Pipe,
    /// A proxy.
    Proxy,
    /// A file for a session.
    Save,
    /// A value of the builder's plaintext.
    Value,
}

impl Ask {
    /// Whether what is typed must not be seen.
    pub fn is_hidden(self) -> bool {
        self == Self::Key
    }
}

/// A line that is typed, at the foot of the screen.
pub struct Prompt {
    /// What for.
    pub ask: Ask,
    /// What is asked, in words.
    pub label: &'static str,
    /// The line.
    pub line: LineEdit,
    /// What is wrong with it: carets under the line, and a sentence.
    pub fault: Option<(String, String)>,
    /// Where in the history one is; its length while one types anew.
    pub history: usize,
    /// Values that are known, each with a word on what it is.
    pub choices: Vec<(String, String)>,
}

impl Overlay {
    /// A box with a text to edit.
    pub fn edit(purpose: BoxFor, text: &str) -> Self {
        Self::Edit(Box::new(TextBox::new(purpose, text)))
    }

    /// Where its keys are looked up.
    pub fn context(&self) -> Context {
        match self {
            Self::Confirm { .. } => Context::Confirm,
            Self::DryRun(_) => Context::DryRun,
            Self::Edit(_) => Context::Text,
            Self::Help(_) | Self::Palette(_) | Self::Prompt(_) => Context::Prompt,
            Self::Menu { context, .. } => *context,
            Self::Reader(_) => Context::Reader,
            Self::Sessions(_) => Context::Sessions,
        }
    }
}

/// A place in the middle of the screen, as large as asked, if there is room.
pub fn middle(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

/// Clears a place and the halves of wide characters that its edges cut.
pub fn clear(area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
    // A wide character left of the edge has its second half under us: without
    // this the terminal would draw over our frame (ratatui#1745).
    if let Some(left) = area.x.checked_sub(1) {
        for y in area.y..area.bottom() {
            if let Some(cell) = buffer.cell_mut(Position::new(left, y))
                && unicode_width::UnicodeWidthStr::width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
    }
}

/// Draws a question in the middle of the screen.
pub fn draw_question(
    question: &str,
    keymap: &Keymap,
    frame_of: &Frame,
    screen: Rect,
    buffer: &mut Buffer,
) {
    let width = 72.min(screen.width);
    let wrapped = |line| super::detail::wrap(line, usize::from(width.saturating_sub(4)));
    let lines: Vec<_> = question.lines().flat_map(wrapped).collect();
    let height = u16::try_from(lines.len())
        .unwrap_or(u16::MAX)
        .saturating_add(4);
    let area = middle(screen, width, height);
    clear(area, buffer);
    let inside = frame(area, frame_of, " ? ", "", buffer);
    for (line, y) in lines.iter().zip(inside.y..inside.bottom()) {
        buffer.set_stringn(
            inside.x + 1,
            y,
            line,
            usize::from(inside.width.saturating_sub(1)),
            frame_of.theme.style(Role::Text),
        );
    }
    let key = |action| {
        let key = keymap.first(action, Context::Confirm);
        key.map(|key| key.to_string()).unwrap_or_default()
    };
    let answer = words::yes_no(&key(Action::Yes), &key(Action::No));
    if inside.height > 0 {
        buffer.set_stringn(
            inside.x + 1,
            inside.bottom() - 1,
            &answer,
            usize::from(inside.width.saturating_sub(1)),
            frame_of.theme.style(Role::HintKey),
        );
    }
}
