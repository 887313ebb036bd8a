//! The loop around the terminal: wait, take everything that came, draw once.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};
use jiff::tz::TimeZone;

use super::action::{BINDINGS, Keymap};
use super::app::{App, Settings};
use super::clipboard::{Clipboard, Environment};
use super::config::Config;
use super::driver::Driver;
use super::effect::{Input, Outside, Watched};
use super::folders::Folders;
use super::key::Key;
use super::message::Message;
use super::outside::{self, Programs};
use super::recent;
use super::terminal::{self, Terminal};
use super::theme::Theme;
use crate::tui::words;
use mishark_core::directory::Directory;
use mishark_core::flow::Moment;
use mishark_core::replay::Endpoint;
use mishark_core::workspace::Workspace;

/// While workers are at it they are looked after this often: it is what a
/// result may be late. Without work nothing wakes up.
const LOOK: Duration = Duration::from_millis(10);

/// The same while somebody waits for another list: most take less than a frame.
const LIST_LOOK: Duration = Duration::from_millis(2);

/// While a capture grows and nothing else goes on, what came is looked for this
/// often.
const WATCH_LOOK: Duration = Duration::from_millis(100);

/// Keys are taken for so long before the screen is drawn, so that a key that is
/// held down costs one frame and not forty.
const BURST: Duration = Duration::from_millis(8);

/// The wait of a look whether there is a key already. Without any, crossterm
/// does not look at all.
const NOW: Duration = Duration::from_micros(200);

/// What the screen starts with.
#[derive(Debug, Default)]
pub struct Start {
    /// The captures to open.
    pub captures: Vec<PathBuf>,
    /// A capture that is here already, with its name.
    pub bytes: Option<(String, Vec<u8>)>,
    /// What flows come from while one looks.
    pub watched: Vec<Watched>,
    /// Keys that were given, and limits.
    pub workspace: Workspace,
    /// The settings' file, if it is not the usual one.
    pub config: Option<PathBuf>,
    /// Whether frames are ASCII, if that was said.
    pub ascii: bool,
    /// The theme, if that was said.
    pub theme: Option<Theme>,
    /// A filter to start with.
    pub filter: Option<String>,
    /// Whether other traffic than Mi Home's is in the list from the start.
    pub all: bool,
    /// Where requests go, and on which way.
    pub endpoint: Endpoint,
    /// Names that are known before a capture is opened: MIoT specs.
    pub directory: Directory,
}

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings' file that was named cannot be read.
    #[error("{}: {error}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The terminal is gone.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The terminal cannot be had.
    #[error(transparent)]
    Terminal(#[from] terminal::Error),
}

/// Runs the screen until it is left.
///
/// # Errors
/// If there is no terminal, or it is lost.
pub fn run(start: Start) -> Result<(), Error> {
    let folders = Folders::of_user();
    let (config, mut problems) = configuration(start.config.as_deref(), folders.as_ref())?;
    let environment = Environment::read();
    let state = folders.as_ref().map(|folders| folders.state.clone());
    let mut clipboard = Clipboard::choose(&environment, state.clone());
    let (keymap, more) = keymap(&config);
    problems.extend(more);
    let settings = Settings {
        theme: start
            .theme
            .or(config.theme)
            .unwrap_or_else(theme_of_terminal),
        ascii: start.ascii || config.ascii.unwrap_or_else(wants_ascii),
        mouse: config.mouse,
        zone: TimeZone::system(),
        keymap,
        clipboard: clipboard.describe(),
        ..Settings::default()
    };
    let mouse = settings.mouse;
    let mut terminal = Terminal::open(mouse)?;
    let size = crossterm::terminal::size()?;
    let mut driver = Driver::new(App::new(settings, start.workspace, size));
    let remembers = config.recent.then_some(state.clone()).flatten();
    if let Some(state) = &remembers {
        driver.app.set_recent(recent::load(state));
    }
    driver.app.set_endpoint(start.endpoint);
    driver.app.set_directory(start.directory);
    driver.app.tell_all(problems);
    driver.app.show_all(start.all);
    if let Some(filter) = start.filter {
        driver.app.start_filter(filter);
    }
    let bytes = start
        .bytes
        .map(|(name, bytes)| Input::Bytes { name, bytes });
    let inputs = bytes
        .into_iter()
        .chain(start.captures.into_iter().map(Input::Path));
    let effects = driver.app.watch(start.watched);
    driver.perform(effects);
    let effects = driver.app.load(inputs);
    driver.perform(effects);
    let mut owner = Owner {
        hint: clipboard.hint(),
        programs: Programs::find(config.editor, config.pager),
        clipboard: &mut clipboard,
        state,
        remembers,
    };
    let result = owner.serve(&mut driver, &mut terminal);
    // The clipboard goes after the terminal: it may take a moment to hand over.
    let closed = terminal.close();
    result?;
    closed?;
    Ok(())
}

/// Who owns the terminal, and what only he can do.
struct Owner<'a> {
    programs: Programs,
    clipboard: &'a mut Clipboard,
    /// What has to be set so that copies arrive, until it was told.
    hint: Option<&'static str>,
    state: Option<PathBuf>,
    remembers: Option<PathBuf>,
}

impl Owner<'_> {
    fn serve(&mut self, driver: &mut Driver, terminal: &mut Terminal) -> io::Result<()> {
        let mut dirty = true;
        loop {
            let came = driver.catch_up();
            dirty |= came;
            for wish in driver.wishes() {
                dirty = true;
                if !self.grant(wish, driver, terminal)? {
                    return Ok(());
                }
            }
            if let Some(state) = &self.remembers {
                let loaded = driver.app.newly_loaded().into_iter();
                for (path, flows) in loaded.filter(|(path, _)| path.is_file()) {
                    if let Some(at) = Moment::now() {
                        // A list of conveniences is not worth a message.
                        let _ = recent::remember(state, recent::RecentCapture { path, flows, at });
                    }
                }
            }
            if std::mem::take(&mut dirty) {
                terminal.draw(|frame| driver.app.draw(frame))?;
            }
            // What came may have left more behind, which no key would wake us for.
            let wait = match (came, driver.is_busy()) {
                (true, _) => Some(NOW),
                (false, true) if driver.app.is_list_awaited() => Some(LIST_LOOK),
                (false, true) => Some(LOOK),
                (false, false) => driver.is_watching().then_some(WATCH_LOOK),
            };
            if let Some(wait) = wait
                && !event::poll(wait)?
            {
                continue;
            }
            let since = Instant::now();
            loop {
                dirty |= feed(event::read()?, driver);
                if since.elapsed() >= BURST || !event::poll(NOW)? {
                    break;
                }
                // What a key asked for has to be there before the next one is
                // looked at, else it would be about another flow.
                driver.catch_up();
            }
        }
    }

    /// Does what only the owner of the terminal can; tells whether to go on.
    fn grant(
        &mut self,
        wish: Outside,
        driver: &mut Driver,
        terminal: &mut Terminal,
    ) -> io::Result<bool> {
        let programs = &self.programs;
        // Where texts lie while other programs have them.
        let folder = self.state.clone().unwrap_or_else(std::env::temp_dir);
        let answer = match wish {
            Outside::Quit => return Ok(false),
            Outside::Copy { what, text } => Some(self.copy(what, &text, terminal)?),
            Outside::Edit(editing) => {
                let edited = terminal.outside(|| outside::edit(programs, &folder, &editing))?;
                let failed = |error: outside::EditError| Message::Failed(error.to_string());
                Some(edited.map_or_else(failed, Message::Edited))
            }
            Outside::Editor(body) => {
                failure(terminal.outside(|| outside::show(programs, &folder, &body))?)
            }
            Outside::Mouse(mouse) => {
                terminal.set_mouse(mouse)?;
                None
            }
            Outside::Pager(body) => failure(terminal.outside(|| outside::page(programs, &body))?),
            Outside::Pipe { command, body } => {
                failure(terminal.outside(|| outside::pipe(&command, &body))?)
            }
            Outside::Print(value) => failure(terminal.outside(|| outside::print(&value))?),
            Outside::Redraw => {
                terminal.redraw();
                None
            }
            Outside::Suspend => {
                let has_shell = terminal.suspend()?;
                (!has_shell).then(|| Message::Failed(words::NO_SHELL.to_owned()))
            }
        };
        if let Some(answer) = answer {
            driver.take(answer);
        }
        Ok(true)
    }

    fn copy(&mut self, what: &str, text: &str, terminal: &mut Terminal) -> io::Result<Message> {
        let mut out = Vec::new();
        let copied = self.clipboard.copy(text, &mut out);
        terminal.send(&out)?;
        Ok(match copied {
            Ok(copied) => {
                // Once is enough: what has to be set so that it arrives.
                let hint = self.hint.take().map(|hint| format!("; {hint}"));
                Message::Note(format!("{copied}: {what}{}", hint.unwrap_or_default()))
            }
            Err(error) => Message::Failed(chain(&error)),
        })
    }
}

fn failure(result: io::Result<()>) -> Option<Message> {
    Some(Message::Failed(result.err()?.to_string()))
}

/// An error and what is behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Hands what the terminal reports to the screen; tells whether it matters.
fn feed(event: Event, driver: &mut Driver) -> bool {
    let message = match event {
        Event::Key(key) => match Key::of(key) {
            Some(key) => Message::Key(key),
            None => return false,
        },
        Event::Paste(text) => Message::Paste(text),
        Event::Mouse(mouse) if mouse.kind == event::MouseEventKind::Moved => return false,
        Event::Mouse(mouse) => Message::Mouse(mouse),
        Event::Resize(width, height) => Message::Resize(width, height),
        Event::FocusGained | Event::FocusLost => return false,
    };
    driver.take(message);
    true
}

/// The settings, and what is wrong with them in words.
fn configuration(
    named: Option<&Path>,
    folders: Option<&Folders>,
) -> Result<(Config, Vec<String>), Error> {
    let usual = folders.map(Folders::config_file);
    let Some(path) = named.map(Path::to_owned).or(usual) else {
        return Ok((Config::default(), Vec::new()));
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok((Config::default(), Vec::new()));
        }
        Err(error) => return Err(Error::Config { path, error }),
    };
    let names: Vec<&str> = BINDINGS.iter().map(|binding| binding.name).collect();
    let (config, problems) = Config::parse(&text, &names);
    let problems = problems
        .iter()
        .map(|problem| format!("{}: {problem}", path.display()))
        .collect();
    Ok((config, problems))
}

/// The keys with what the settings change in them.
fn keymap(config: &Config) -> (Keymap, Vec<String>) {
    let mut keymap = Keymap::default();
    let mut problems = Vec::new();
    for binding in &config.keys {
        let mut keys = Vec::new();
        for text in &binding.keys {
            match Key::parse(text) {
                Some(key) => keys.push(key),
                None => problems.push(format!(
                    "config.toml: line {}: `{text}` is no key; keys are written j, G, ctrl-d, alt-1, enter, f1",
                    binding.line
                )),
            }
        }
        keymap.bind(&binding.action, &keys);
    }
    (keymap, problems)
}

/// Mono where colour is not wanted; else what most terminals are.
fn theme_of_terminal() -> Theme {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return Theme::Mono;
    }
    // `COLORFGBG` names the background last; 7 and 15 are white.
    match std::env::var("COLORFGBG") {
        Ok(colours) if matches!(colours.rsplit(';').next(), Some("7" | "15")) => Theme::Light,
        _ => Theme::Dark,
    }
}

/// ASCII where the locale is not UTF-8.
fn wants_ascii() -> bool {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = variable("LC_ALL")
        .or_else(|| variable("LC_CTYPE"))
        .or_else(|| variable("LANG"));
    let is_utf8 = |locale: &str| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    // Without a word about it a terminal of today is UTF-8, but for `C`.
    locale.is_some_and(|locale| !is_utf8(&locale))
}
