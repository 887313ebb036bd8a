//! A screen that is driven by keys and read as text.

use std::path::{Path, PathBuf};

use mishark::decode::Options;
use mishark::tui::app::{App, Settings};
use mishark::tui::driver::{Driver, Wish};
use mishark::tui::effect::{Input, Outside};
use mishark::tui::key::Key;
use mishark::tui::message::Message;
use mishark::workspace::Workspace;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// A file of the project.
pub(crate) fn file(name: &str) -> PathBuf {
    // Tests run in the project's folder; its path would end up in snapshots.
    PathBuf::from(name)
}

/// The screen with all that was copied and asked of the terminal.
pub(crate) struct Screen {
    pub(crate) driver: Driver,
    terminal: Terminal<TestBackend>,
    pub(crate) copied: Vec<(&'static str, String)>,
    pub(crate) outside: Vec<Outside>,
    pub(crate) quit: bool,
}

impl Screen {
    /// A screen of that size, without a capture.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with(width, height, Settings::default())
    }

    pub(crate) fn with(width: u16, height: u16, settings: Settings) -> Self {
        let app = App::new(
            settings,
            Workspace::new(Options::default()),
            (width, height),
        );
        Self {
            driver: Driver::new(app),
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
            copied: Vec::new(),
            outside: Vec::new(),
            quit: false,
        }
    }

    /// A screen with a capture of the project, loaded.
    pub(crate) fn open(name: &str, width: u16, height: u16) -> Self {
        let mut screen = Self::new(width, height);
        screen.load(&file(name));
        screen
    }

    pub(crate) fn load(&mut self, path: &Path) {
        let effects = self.driver.app.load([Input::Path(path.to_owned())]);
        self.driver.perform(effects);
        self.settle();
    }

    pub(crate) fn load_bytes(&mut self, name: &str, bytes: &[u8]) {
        let effects = self.driver.app.load([Input::Bytes {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        }]);
        self.driver.perform(effects);
        self.settle();
    }

    /// Waits for all work, and grants what was asked of the terminal.
    pub(crate) fn settle(&mut self) {
        loop {
            self.driver.settle();
            let wishes = self.driver.wishes();
            if wishes.is_empty() {
                return;
            }
            for wish in wishes {
                match wish {
                    Wish::Copy { what, text } => {
                        let note = format!("copied {} B: {what}", text.len());
                        self.copied.push((what, text));
                        self.driver.take(Message::Note(note));
                    }
                    Wish::Outside(outside) => self.outside.push(outside),
                    Wish::Quit => self.quit = true,
                }
            }
        }
    }

    /// Presses keys, by their names, with blanks between: `j j enter ctrl-d`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            let key = Key::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
            self.driver.take(Message::Key(key));
            self.settle();
        }
        self
    }

    /// Types text, as it stands.
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            let name = if character == ' ' {
                "space".to_owned()
            } else {
                character.to_string()
            };
            self.press(&name);
        }
        self
    }

    pub(crate) fn send(&mut self, message: Message) -> &mut Self {
        if let Message::Resize(width, height) = message {
            self.terminal.backend_mut().resize(width, height);
        }
        self.driver.take(message);
        self.settle();
        self
    }

    /// The screen as lines of text. A wide character takes two cells, the
    /// second of which is not written.
    pub(crate) fn text(&mut self) -> String {
        self.terminal.autoresize().unwrap();
        self.terminal
            .draw(|frame| self.driver.app.draw(frame))
            .unwrap();
        let buffer = self.terminal.backend().buffer();
        let mut lines = Vec::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }

    /// The caret, if there is one.
    pub(crate) fn caret(&mut self) -> Option<(u16, u16)> {
        let _ = self.text();
        let backend = self.terminal.backend();
        backend
            .cursor_visible()
            .then(|| (backend.cursor_position().x, backend.cursor_position().y))
    }

    pub(crate) fn line(&mut self, number: usize) -> String {
        self.text()
            .lines()
            .nth(number)
            .unwrap_or_default()
            .to_owned()
    }

    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.text();
        assert!(screen.contains(text), "no {text:?} on\n{screen}");
        self
    }

    #[track_caller]
    pub(crate) fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.text();
        assert!(!screen.contains(text), "{text:?} on\n{screen}");
        self
    }
}
