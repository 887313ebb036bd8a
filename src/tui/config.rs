//! The settings: `config.toml`, read from its text.
//!
//! ```toml
//! theme = "light"        # dark, light or mono
//! ascii = true           # frames of + - |, for terminals where others are wide
//! mouse = false          # leave the mouse to the terminal
//! recent = false         # keep no list of opened captures
//! editor = "vim"         # before $VISUAL and $EDITOR
//! pager = "less"         # before $PAGER
//!
//! [keys]                 # each name and its keys stand in the help (?)
//! filter = "F3"
//! down = ["j", "Down"]
//! quit = []              # no key at all
//! ```
//!
//! A mistake costs the setting it is in and nothing else. It is reported with
//! its line and with what may have been meant.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::theme::Theme;
use mishark_core::spelling::alike;
use mishark_core::text::{clean, count};

/// The longest text of settings that is read, in bytes. One with every action
/// bound ten times is far below it.
pub const MAX_LENGTH: usize = 1 << 20;

/// What can be set. What is not set is as [`Config::default`] has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The theme; `None` leaves it to the terminal and `NO_COLOR`.
    pub theme: Option<Theme>,
    /// Whether frames are drawn with ASCII; `None` leaves it to the locale.
    pub ascii: Option<bool>,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Whether opened captures are remembered.
    pub recent: bool,
    /// The editor, before `VISUAL` and `EDITOR`.
    pub editor: Option<String>,
    /// The pager, before `PAGER`.
    pub pager: Option<String>,
    /// Keys of actions, in the order of the file.
    pub keys: Vec<Binding>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            theme: None,
            ascii: None,
            mouse: true,
            recent: true,
            editor: None,
            pager: None,
            keys: Vec::new(),
        }
    }
}

/// The keys of one action, instead of those it comes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The action, one of those that are known.
    pub action: String,
    /// The keys as written; none takes the action off the keyboard.
    pub keys: Vec<String>,
    /// The line it stands on, from 1.
    pub line: usize,
}

/// A mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line it is on, from 1.
    pub line: usize,
    /// What is wrong, and what may have been meant. Safe to print.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.text)
    }
}

/// The settings that can stand outside of `[keys]`, in the order told.
const NAMES: [&str; 7] = [
    "theme", "ascii", "mouse", "recent", "editor", "pager", "keys",
];

impl Config {
    /// Reads settings. `actions` are the names that `[keys]` may have.
    pub fn parse(text: &str, actions: &[&str]) -> (Self, Vec<Problem>) {
        let mut reading = Reading {
            text,
            actions,
            config: Self::default(),
            problems: Vec::new(),
        };
        if text.len() > MAX_LENGTH {
            let wrong = format!(
                "the file has {} bytes, and {MAX_LENGTH} are read at most",
                text.len()
            );
            reading.report(0, wrong);
            return (reading.config, reading.problems);
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            reading.report(at, clean(error.message()).into_owned());
        }
        reading.settings(table.get_ref());
        reading.problems.sort_by_key(|problem| problem.line);
        // What a broken line did to its neighbours helps nobody.
        reading.problems.dedup_by_key(|problem| problem.line);
        reading.config.keys.sort_by_key(|binding| binding.line);
        (reading.config, reading.problems)
    }
}

struct Reading<'a> {
    text: &'a str,
    actions: &'a [&'a str],
    config: Config,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn settings(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let at = name.span().start;
            match &**name.get_ref() {
                "ascii" => self.config.ascii = self.switch(value).or(self.config.ascii),
                "editor" => self.config.editor = self.string(value),
                "keys" => self.keys(value),
                "mouse" => self.config.mouse = self.switch(value).unwrap_or(self.config.mouse),
                "pager" => self.config.pager = self.string(value),
                "recent" => self.config.recent = self.switch(value).unwrap_or(self.config.recent),
                "theme" => self.config.theme = self.theme(value),
                name => self.unknown(at, "setting", name, &NAMES),
            }
        }
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.expected(value, "a table of actions: [keys]");
        };
        for (name, value) in table {
            let at = name.span().start;
            let action = &**name.get_ref();
            if !self.actions.contains(&action) {
                self.unknown(at, "action", action, self.actions);
                continue;
            }
            let keys = match value.get_ref() {
                DeValue::String(key) => Some(vec![key.to_string()]),
                DeValue::Array(keys) => keys
                    .iter()
                    .map(|key| key.get_ref().as_str().map(str::to_owned))
                    .collect(),
                _ => None,
            };
            match keys {
                Some(keys) => self.config.keys.push(Binding {
                    action: action.to_owned(),
                    keys,
                    line: self.line(at),
                }),
                None => self.expected(value, r#"a key, as in "F3", or several: ["j", "Down"]"#),
            }
        }
    }

    fn switch(&mut self, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.expected(value, "true or false");
        }
        found
    }

    fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let found = value.get_ref().as_str().filter(|text| !text.is_empty());
        if found.is_none() {
            self.expected(value, "a command in quotation marks");
        }
        found.map(str::to_owned)
    }

    fn theme(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Theme> {
        let names = Theme::ALL.map(Theme::name);
        match value.get_ref().as_str() {
            Some(name) => {
                let theme = Theme::parse(name);
                if theme.is_none() {
                    self.unknown(value.span().start, "theme", name, &names);
                }
                theme
            }
            None => {
                self.expected(value, &format!("a theme: {}", quoted(&names)));
                None
            }
        }
    }

    /// Reports a value of the wrong kind.
    fn expected(&mut self, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::Array(values) => format!("a list of {}", count(values.len(), "value")),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Float(_) | DeValue::Integer(_) => "a number".to_owned(),
            DeValue::String(text) => format!("\"{}\"", clean(text)),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.report(value.span().start, format!("{found}, expected {expected}"));
    }

    /// Reports a name that nothing has.
    fn unknown(&mut self, at: usize, kind: &str, found: &str, names: &[&str]) {
        const LISTED: usize = 8;
        let near = alike(found, names.iter().copied());
        let found = clean(found);
        let text = if !near.is_empty() {
            format!("\"{found}\" is no {kind}; did you mean {}?", quoted(&near))
        } else if names.len() <= LISTED {
            format!("\"{found}\" is no {kind}; these are: {}", names.join(", "))
        } else {
            format!("\"{found}\" is no {kind}; the help (?) names them all")
        };
        self.report(at, text);
    }

    fn report(&mut self, at: usize, text: String) {
        let line = self.line(at);
        self.problems.push(Problem { line, text });
    }

    fn line(&self, at: usize) -> usize {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    names.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [&str; 9] = [
        "copy", "down", "filter", "find", "help", "open", "quit", "sort", "up",
    ];

    fn parse(text: &str) -> (Config, Vec<String>) {
        let (config, problems) = Config::parse(text, &ACTIONS);
        (config, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn an_empty_file_sets_nothing() {
        assert_eq!(parse(""), (Config::default(), Vec::new()));
        assert_eq!(parse("# theme = \"mono\"\n").0, Config::default());
        assert_eq!(parse("\u{feff}ascii = true\r\n").0.ascii, Some(true));
    }

    #[test]
    fn all_settings_are_read() {
        let (config, problems) = parse(
            "theme = 'light'\nascii = true\nmouse = false\nrecent = false\n\
             editor = \"vim -R\"\npager = \"less\"\n\n[keys]\nquit = []\n\
             down = [\"j\", \"Down\"]\nfilter = \"F3\"\n",
        );
        assert_eq!(problems, [""; 0]);
        let binding = |action: &str, keys: &[&str], line| Binding {
            action: action.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            line,
        };
        assert_eq!(
            config,
            Config {
                theme: Some(Theme::Light),
                ascii: Some(true),
                mouse: false,
                recent: false,
                editor: Some("vim -R".to_owned()),
                pager: Some("less".to_owned()),
                keys: vec![
                    binding("quit", &[], 9),
                    binding("down", &["j", "Down"], 10),
                    binding("filter", &["F3"], 11),
                ],
            }
        );
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_what_was_meant_and_the_rest_holds() {
        for (text, told) in [
            (
                "theem = 'mono'",
                r#"line 2: "theem" is no setting; did you mean "theme"?"#,
            ),
            (
                "theme = 'drak'",
                r#"line 2: "drak" is no theme; did you mean "dark"?"#,
            ),
            (
                "theme = 'solarized'",
                r#"line 2: "solarized" is no theme; these are: dark, light, mono"#,
            ),
            (
                "theme = 1",
                r#"line 2: a number, expected a theme: "dark" or "light" or "mono""#,
            ),
            ("mouse = 'no'", r#"line 2: "no", expected true or false"#),
            (
                "recent = []",
                "line 2: a list of 0 values, expected true or false",
            ),
            (
                "editor = true",
                "line 2: true, expected a command in quotation marks",
            ),
            (
                "keys = 1",
                "line 2: a number, expected a table of actions: [keys]",
            ),
            (
                "keys.fliter = 'F3'",
                r#"line 2: "fliter" is no action; did you mean "filter"?"#,
            ),
            (
                "keys.banana = 'b'",
                r#"line 2: "banana" is no action; the help (?) names them all"#,
            ),
            (
                "keys.copy = 'y'\nkeys.quit = [1]",
                r#"line 3: a list of 1 value, expected a key, as in "F3", or several: ["j", "Down"]"#,
            ),
        ] {
            let (config, problems) = parse(&format!("ascii = true\n{text}\npager = 'less'\n"));
            assert_eq!(problems, [told], "{text}");
            assert_eq!(config.ascii, Some(true), "{text}");
            assert_eq!(config.pager.as_deref(), Some("less"), "{text}");
            assert_eq!((config.mouse, config.recent), (true, true), "{text}");
        }
    }

    #[test]
    fn broken_toml_costs_its_own_line() {
        let (config, problems) = parse("ascii = true\ntheme = \nmouse = false\n[keys]\nup = 'k'\n");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("line 2: "), "{problems:?}");
        assert_eq!((config.ascii, config.mouse), (Some(true), false));
        assert_eq!(config.keys.len(), 1);
        let (config, problems) = parse("mouse = false\nmouse = true\nascii = true\n");
        assert!(problems[0].starts_with("line 2: "), "{problems:?}");
        assert_eq!(config.ascii, Some(true));
    }

    #[test]
    fn nothing_in_the_file_reaches_the_terminal_as_it_is() {
        let (_, problems) =
            parse("\"\\u001b[31m\" = 1\ntheme = \"\\u202e\"\nmouse = \"\\u001b\"\n");
        assert_eq!(problems.len(), 3);
        for problem in problems {
            assert!(
                problem.chars().all(mishark_core::json::printable),
                "{problem:?}"
            );
        }
    }

    #[test]
    fn what_is_no_settings_file_at_all_is_told_and_harms_nobody() {
        for text in [
            "[",
            "]",
            "= =\n=",
            "a.b.c.d",
            "\u{0}",
            "[[keys]]\nup=1",
            "{\"log\":{}}",
        ] {
            let (config, problems) = parse(text);
            assert_eq!(config, Config::default(), "{text}");
            assert!(!problems.is_empty(), "{text}");
        }
        let (config, problems) = parse(&"a".repeat(MAX_LENGTH + 1));
        assert_eq!((config, problems.len()), (Config::default(), 1));
    }
}
