//! A screen that is driven by keys and read as text.

use std::path::{Path, PathBuf};

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use mishark::tui::app::{App, Settings};
use mishark::tui::driver::Driver;
use mishark::tui::effect::{Input, Outside};
use mishark::tui::key::Key;
use mishark::tui::message::Message;
use mishark_core::decode::Options;
use mishark_core::json::printable;
use mishark_core::workspace::Workspace;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

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
                    Outside::Copy { what, text } => {
                        let note = format!("copied {} B: {what}", text.len());
                        self.copied.push((what, text));
                        self.driver.take(Message::Note(note));
                    }
                    Outside::Quit => self.quit = true,
                    outside => self.outside.push(outside),
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

    /// The screen's cells.
    pub(crate) fn cells(&self) -> Buffer {
        let size = self.terminal.backend().buffer().area;
        let mut buffer = Buffer::empty(size);
        self.driver.app.render(size, &mut buffer);
        buffer
    }

    /// The screen as lines of text. A wide character takes two cells, the
    /// second of which is not written.
    pub(crate) fn text(&self) -> String {
        let buffer = self.cells();
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
                skip = symbol.width().saturating_sub(1);
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }

    /// The caret, if there is one.
    pub(crate) fn caret(&mut self) -> Option<(u16, u16)> {
        self.terminal.autoresize().unwrap();
        self.terminal
            .draw(|frame| self.driver.app.draw(frame))
            .unwrap();
        let backend = self.terminal.backend();
        backend
            .cursor_visible()
            .then(|| (backend.cursor_position().x, backend.cursor_position().y))
    }

    pub(crate) fn line(&self, number: usize) -> String {
        self.text()
            .lines()
            .nth(number)
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Message::Paste(text.to_owned()))
    }

    /// The first cell of a text.
    #[track_caller]
    pub(crate) fn place_of(&self, text: &str) -> (u16, u16) {
        let screen = self.text();
        let found = screen.lines().enumerate().find_map(|(y, line)| {
            let at = line.find(text)?;
            Some((line[..at].width() as u16, y as u16))
        });
        found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"))
    }

    /// How a cell looks.
    pub(crate) fn style_at(&self, (x, y): (u16, u16)) -> ratatui::style::Style {
        self.cells()[(x, y)].style()
    }

    pub(crate) fn mouse(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) -> &mut Self {
        self.send(Message::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }))
    }

    pub(crate) fn click(&mut self, place: (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), place)
            .mouse(MouseEventKind::Up(MouseButton::Left), place)
    }

    pub(crate) fn drag(&mut self, from: (u16, u16), to: (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), from)
            .mouse(MouseEventKind::Drag(MouseButton::Left), to)
            .mouse(MouseEventKind::Up(MouseButton::Left), to)
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.send(Message::Resize(width, height))
    }

    /// Requires what holds for any screen: each cell can be printed, no wide
    /// character lies half under another, and frames are whole.
    #[track_caller]
    pub(crate) fn holds(&mut self) -> &mut Self {
        let screen = self.text();
        let buffer = self.cells();
        let area = buffer.area;
        for y in 0..area.height {
            for x in 0..area.width {
                let symbol = buffer[(x, y)].symbol();
                assert!(
                    symbol.chars().all(printable),
                    "{symbol:?} at {x},{y} on\n{screen}"
                );
                let wide = symbol.width() as u16;
                assert!(x + wide <= area.width, "{symbol} leaves\n{screen}");
                for half in x + 1..x + wide {
                    let under = buffer[(half, y)].symbol().trim();
                    assert!(under.is_empty(), "{symbol} covers {under} on\n{screen}");
                }
            }
        }
        // A popup covers the frames of panes; its own one is thick.
        let mode = screen.lines().last().unwrap_or_default().trim_start();
        let is_bare = ["NORMAL", "READY", "FILTER", "FIND"]
            .iter()
            .any(|bare| mode.starts_with(bare));
        const CORNERS: [(&str, &str, &str); 4] = [
            ("┏", "┗", "┃"),
            ("┓", "┛", "┃"),
            ("┌", "└", "│"),
            ("┐", "┘", "│"),
        ];
        let corners = match (is_bare, screen.matches('┏').count()) {
            (true, _) => &CORNERS[..],
            (false, 1) => &CORNERS[..2],
            (false, _) => &[],
        };
        for (top, bottom, side) in corners {
            for x in 0..area.width {
                for y in 0..area.height {
                    if buffer[(x, y)].symbol() != *top {
                        continue;
                    }
                    let mut below = (y + 1..area.height).map(|y| buffer[(x, y)].symbol());
                    let end = below.find(|symbol| symbol != side);
                    assert_eq!(end, Some(*bottom), "frame at {x},{y} of\n{screen}");
                }
            }
        }
        self
    }

    /// Requires that the status line shows this path.
    #[track_caller]
    pub(crate) fn at(&mut self, path: &str) -> &mut Self {
        let screen = self.text();
        let mut lines = screen.lines().rev().map(str::trim);
        assert!(lines.any(|line| line == path), "not at {path} on\n{screen}");
        self
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
