//! One press of a key, cut down to what matters here.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key with its modifiers. Shift is kept only where it does not make another
/// character: terminals differ in whether they report it with capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
}

/// The names of keys that are no character, as they are written in the table
/// and in the settings.
const NAMES: [(&str, KeyCode); 21] = [
    ("backspace", KeyCode::Backspace),
    ("backtab", KeyCode::BackTab),
    ("delete", KeyCode::Delete),
    ("down", KeyCode::Down),
    ("end", KeyCode::End),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("home", KeyCode::Home),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("pagedown", KeyCode::PageDown),
    ("pageup", KeyCode::PageUp),
    ("right", KeyCode::Right),
    ("space", KeyCode::Char(' ')),
    ("tab", KeyCode::Tab),
    ("up", KeyCode::Up),
    ("lt", KeyCode::Char('<')),
    ("gt", KeyCode::Char('>')),
    ("pgdn", KeyCode::PageDown),
    ("pgup", KeyCode::PageUp),
    ("shift-tab", KeyCode::BackTab),
];

impl Key {
    /// The key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
        }
    }

    /// A press as the terminal reports it; `None` for a release, which some
    /// systems report too.
    pub fn of(event: KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let code = match event.code {
            // Shift-Tab comes as either.
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            KeyCode::Char(character) if ctrl => KeyCode::Char(character.to_ascii_lowercase()),
            code => code,
        };
        Some(Self { code, ctrl, alt })
    }

    /// Reads `j`, `G`, `ctrl-d`, `alt-1`, `enter`, `f1`; names in capital or
    /// small letters, also as they are shown: `Ctrl-D`, `PgDn`, `F1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut ctrl, mut alt) = (false, false);
        // Capitals matter in a character that stands alone, and in no name.
        let small = text.to_ascii_lowercase();
        let mut name = small.as_str();
        loop {
            if let Some(after) = name.strip_prefix("ctrl-").filter(|after| !after.is_empty()) {
                (ctrl, name) = (true, after);
            } else if let Some(after) = name.strip_prefix("alt-").filter(|after| !after.is_empty())
            {
                (alt, name) = (true, after);
            } else {
                break;
            }
        }
        let rest = &text[text.len() - name.len()..];
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(character), None) if ctrl => KeyCode::Char(character.to_ascii_lowercase()),
            (Some(character), None) => KeyCode::Char(character),
            _ => match name
                .strip_prefix('f')
                .and_then(|number| number.parse().ok())
            {
                Some(number @ 1..=24) => KeyCode::F(number),
                _ => NAMES.iter().find(|(known, _)| *known == name)?.1,
            },
        };
        Some(Self { code, ctrl, alt })
    }

    /// The digit, if it is one without modifiers.
    pub fn digit(self) -> Option<usize> {
        match self.code {
            KeyCode::Char(digit @ '0'..='9') if !self.ctrl && !self.alt => {
                Some(digit as usize - '0' as usize)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    /// As a person reads it: `j`, `G`, `Ctrl-D`, `Enter`, `F1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(character) if self.ctrl => {
                write!(f, "{}", character.to_ascii_uppercase())
            }
            KeyCode::Char(character) => write!(f, "{character}"),
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::PageUp => f.write_str("PgUp"),
            code => {
                let name = NAMES.iter().find(|(_, known)| *known == code);
                let name = name.map_or("?", |(name, _)| name);
                let mut characters = name.chars();
                let first = characters.next().unwrap_or('?').to_ascii_uppercase();
                write!(f, "{first}{}", characters.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        for (text, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("ctrl-d", "Ctrl-D"),
            ("alt-1", "Alt-1"),
            ("enter", "Enter"),
            ("space", "Space"),
            ("f1", "F1"),
            ("f12", "F12"),
            ("-", "-"),
            ("ctrl--", "Ctrl--"),
            ("backtab", "Shift-Tab"),
            ("灯", "灯"),
            ("Ctrl-D", "Ctrl-D"),
            ("Down", "Down"),
            ("F3", "F3"),
            ("PgDn", "PgDn"),
            ("Shift-Tab", "Shift-Tab"),
        ] {
            assert_eq!(
                Key::parse(text).map(|key| key.to_string()).as_deref(),
                Some(shown)
            );
        }
        for text in ["", "ctrl-", "jj", "f0", "f25", "hyper-x"] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[test]
    fn shift_does_not_make_another_key_of_a_capital() {
        let capital = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::of(capital), Key::parse("G"));
        let back = KeyEvent::new(KeyCode::Tab, KeyModifiers::SHIFT);
        assert_eq!(Key::of(back), Key::parse("backtab"));
        let ctrl = KeyEvent::new(
            KeyCode::Char('D'),
            KeyModifiers::CONTROL | KeyModifiers::SHIFT,
        );
        assert_eq!(Key::of(ctrl), Key::parse("ctrl-d"));
        let mut release = KeyEvent::new(KeyCode::Char('j'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(Key::of(release), None);
    }
}
