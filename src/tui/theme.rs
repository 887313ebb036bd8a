//! Styles by role. No colour is named anywhere else.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen is, so that a theme can say how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Something that failed or cannot be read.
    Bad,
    /// A frame around what has not the focus.
    Border,
    /// A frame around what has the focus.
    Focus,
    /// What is not part of the traffic: names beside ids.
    Note,
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
        use Color::{
            Black, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightCyan, LightGreen,
            LightMagenta, LightRed, LightYellow, Magenta, Red, White, Yellow,
        };
        const BOLD: Modifier = Modifier::BOLD;
        const DIM: Modifier = Modifier::DIM;
        const ITALIC: Modifier = Modifier::ITALIC;
        const LINE: Modifier = Modifier::UNDERLINED;
        const PLAIN: Modifier = Modifier::empty();
        let plain = Style::new();
        // With a dark background, with a light one, and without colours.
        let (dark, light, mono) = match role {
            Role::Bad => (plain.fg(LightRed), plain.fg(Red), BOLD),
            Role::Border => (plain.fg(DarkGray), plain.fg(Gray), DIM),
            Role::Dim | Role::HintText => (plain.fg(Gray), plain.fg(DarkGray), DIM),
            Role::Focus => (plain.fg(LightCyan), plain.fg(Blue), BOLD),
            Role::Good | Role::String => (plain.fg(LightGreen), plain.fg(Green), PLAIN),
            Role::HintKey => (bold(LightCyan), bold(Blue), BOLD),
            Role::Key => (plain.fg(LightBlue), plain.fg(Blue), PLAIN),
            Role::Locked | Role::Number => (plain.fg(LightMagenta), plain.fg(Magenta), PLAIN),
            Role::Marked => (bold(LightYellow), bold(Red), BOLD),
            Role::Match => (
                plain.fg(Black).bg(Yellow),
                plain.fg(Black).bg(LightYellow),
                LINE,
            ),
            Role::MatchHere => (
                plain.fg(Black).bg(LightRed),
                plain.fg(White).bg(Red),
                LINE.union(BOLD).union(Modifier::REVERSED),
            ),
            Role::Note => (
                plain.fg(Gray).add_modifier(ITALIC),
                plain.fg(DarkGray).add_modifier(ITALIC),
                DIM,
            ),
            Role::Plain => (plain.fg(Cyan), plain.fg(Cyan), PLAIN),
            Role::Punctuation => (plain.fg(Gray), plain.fg(DarkGray), PLAIN),
            // The terminal's own two colours, exchanged: a row of many colours
            // would otherwise become a row of many backgrounds.
            Role::Selected => {
                return plain.fg(Color::Reset).add_modifier(Modifier::REVERSED);
            }
            Role::SelectedDim => (plain.bg(DarkGray), plain.bg(Gray), LINE),
            Role::Text => (plain, plain, PLAIN),
            Role::Title => (plain.add_modifier(BOLD), plain.add_modifier(BOLD), BOLD),
            Role::Warn => (plain.fg(LightYellow), plain.fg(Red), BOLD),
            Role::Word => (plain.fg(LightYellow), plain.fg(Red), PLAIN),
        };
        match self {
            Self::Dark => dark,
            Self::Light => light,
            Self::Mono => plain.add_modifier(mono),
        }
    }
}

fn bold(colour: Color) -> Style {
    Style::new().fg(colour).add_modifier(Modifier::BOLD)
}
