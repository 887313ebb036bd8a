//! Styles by role. No colour is named anywhere else.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen is, so that a theme can say how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Something that failed or can not be read.
    Bad,
    /// A frame around what has not the focus.
    Border,
    /// A frame around what has the focus.
    Focus,
    /// A note that is not part of the traffic: names beside ids.
    Ghost,
    /// What holds: a check that matches.
    Good,
    /// The key in a hint, to press.
    HintKey,
    /// What that key does.
    HintText,
    /// A key of JSON, a header's or a field's name.
    Key,
    /// A flow that needs a key.
    Locked,
    /// A marked flow.
    Marked,
    /// A place that was found.
    Match,
    /// The found place the cursor is at.
    MatchHere,
    /// A number.
    Number,
    /// What matters less.
    Dim,
    /// A flow that was never encrypted.
    Plain,
    /// Brackets, commas, colons.
    Punctuation,
    /// The row the cursor is on, in the pane that has the focus.
    Selected,
    /// The row the cursor is on, in another pane.
    SelectedDim,
    /// A string.
    String,
    /// Plain text.
    Text,
    /// A heading.
    Title,
    /// What asks for care: a check that differs, REVEALED.
    Warn,
    /// `true`, `false` and `null`.
    Word,
}

/// A set of styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// For terminals with a dark background.
    Dark,
    /// For terminals with a light background.
    Light,
    /// Without any colour: weight, reversal and underline alone.
    Mono,
}

impl Theme {
    /// All themes, in the order they are cycled through.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Mono];

    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Mono => "mono",
        }
    }

    /// The theme of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// How a role looks.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        match self {
            Self::Dark => match role {
                Role::Bad => plain.fg(Color::LightRed),
                Role::Border => plain.fg(Color::DarkGray),
                Role::Focus => plain.fg(Color::LightCyan),
                Role::Ghost => plain.fg(Color::Gray).add_modifier(Modifier::ITALIC),
                Role::Good => plain.fg(Color::LightGreen),
                Role::HintKey => plain.fg(Color::LightCyan).add_modifier(Modifier::BOLD),
                Role::HintText | Role::Dim => plain.fg(Color::Gray),
                Role::Key => plain.fg(Color::LightBlue),
                Role::Locked => plain.fg(Color::LightMagenta),
                Role::Marked => plain.fg(Color::LightYellow).add_modifier(Modifier::BOLD),
                Role::Match => plain.fg(Color::Black).bg(Color::Yellow),
                Role::MatchHere => plain.fg(Color::Black).bg(Color::LightRed),
                Role::Number => plain.fg(Color::LightMagenta),
                Role::Plain => plain.fg(Color::Cyan),
                Role::Punctuation => plain.fg(Color::Gray),
                Role::Selected => reversed(),
                Role::SelectedDim => plain.bg(Color::DarkGray),
                Role::String => plain.fg(Color::LightGreen),
                Role::Text => plain,
                Role::Title => plain.add_modifier(Modifier::BOLD),
                Role::Warn => plain.fg(Color::LightYellow),
                Role::Word => plain.fg(Color::LightYellow),
            },
            Self::Light => match role {
                Role::Bad => plain.fg(Color::Red),
                Role::Border => plain.fg(Color::Gray),
                Role::Focus => plain.fg(Color::Blue),
                Role::Ghost => plain.fg(Color::DarkGray).add_modifier(Modifier::ITALIC),
                Role::Good => plain.fg(Color::Green),
                Role::HintKey => plain.fg(Color::Blue).add_modifier(Modifier::BOLD),
                Role::HintText | Role::Dim => plain.fg(Color::DarkGray),
                Role::Key => plain.fg(Color::Blue),
                Role::Locked | Role::Number => plain.fg(Color::Magenta),
                Role::Marked => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
                Role::Match => plain.fg(Color::Black).bg(Color::LightYellow),
                Role::MatchHere => plain.fg(Color::White).bg(Color::Red),
                Role::Plain => plain.fg(Color::Cyan),
                Role::Punctuation => plain.fg(Color::DarkGray),
                Role::Selected => reversed(),
                Role::SelectedDim => plain.bg(Color::Gray),
                Role::String => plain.fg(Color::Green),
                Role::Text => plain,
                Role::Title => plain.add_modifier(Modifier::BOLD),
                Role::Warn | Role::Word => plain.fg(Color::Red),
            },
            Self::Mono => match role {
                Role::Bad | Role::Warn => plain.add_modifier(Modifier::BOLD),
                Role::Focus | Role::Title | Role::HintKey | Role::Marked => {
                    plain.add_modifier(Modifier::BOLD)
                }
                Role::Border | Role::Dim | Role::Ghost | Role::HintText => {
                    plain.add_modifier(Modifier::DIM)
                }
                Role::Match => plain.add_modifier(Modifier::UNDERLINED),
                Role::MatchHere => {
                    plain.add_modifier(Modifier::UNDERLINED | Modifier::BOLD | Modifier::REVERSED)
                }
                Role::Selected => reversed(),
                Role::SelectedDim => plain.add_modifier(Modifier::UNDERLINED),
                Role::Good
                | Role::Key
                | Role::Locked
                | Role::Number
                | Role::Plain
                | Role::Punctuation
                | Role::String
                | Role::Text
                | Role::Word => plain,
            },
        }
    }
}

/// The terminal's own two colours, exchanged: a row of many colours would
/// otherwise become a row of many backgrounds.
fn reversed() -> Style {
    Style::new()
        .fg(Color::Reset)
        .add_modifier(Modifier::REVERSED)
}
