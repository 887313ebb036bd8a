//! The whole screen as one value: state in, state and effects out.
//!
//! ```text
//! Message ──update──▶ App, Vec<Effect>        draw(&App) ──▶ cells
//! ```
//!
//! `update` is the only writer of state and touches neither thread nor file nor
//! clock; drawing only reads.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use super::action::{Action, Context};
use super::asked::ExportForm;
use super::builder::Builder;
use super::detail::{Detail, Explained};
use super::effect::{Effect, Export, Input, Job, Lane, Point};
use super::flows::Flows;
use super::key::Key;
use super::layout::{Choice, LEAST_SPLIT, Places, layout};
use super::message::Message;
use super::outgoing::Sending;
use super::overlay::{Confirmed, Overlay, Verdict};
use super::parts::{Half, Pane};
use super::rows::Rows;
use super::shown::Shown;
use super::stages::StagesPane;
use super::words;
use mishark_core::decode::State;
use mishark_core::decode::stages::Stage;
use mishark_core::directory::Directory;
use mishark_core::flow::Moment;
use mishark_core::protocol::key::KeyId;
use mishark_core::replay::Endpoint;
use mishark_core::workspace::Workspace;

mod actions;
mod building;
mod draw;
mod finding;
mod jobs;
mod leaving;
mod mouse;
mod popups;
mod settings;
mod showing;
mod telling;
mod watching;

pub use settings::{BATCH_PAUSE, Settings};

/// Work under way, as the header shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is behind us.
    pub done: u64,
    /// What there is.
    pub total: u64,
}

impl Progress {
    /// In hundredths.
    pub fn percent(self) -> u64 {
        (self.done.min(self.total) * 100)
            .checked_div(self.total)
            .unwrap_or(100)
    }
}

/// The search in all plaintexts.
#[derive(Debug, Default)]
pub struct SearchAll {
    needle: String,
    /// Rows, ascending.
    hits: Vec<u32>,
    progress: Progress,
    complete: bool,
    /// The row from which the first hit is yet to be gone to.
    seek: Option<u32>,
    /// How many hits were told.
    told: Option<usize>,
    /// Rows from this one on came later. None do once it was cancelled.
    upto: Option<u32>,
    generation: u64,
}

/// The whole screen.
pub struct App {
    /// What the user has set.
    pub settings: Settings,
    size: (u16, u16),
    rows: Rows,
    flows: Flows,
    shown: Option<Arc<Shown>>,
    /// The row of a large flow that is on its way.
    opening: Option<u32>,
    details: [Detail; 2],
    explained: [Explained; 2],
    stages: StagesPane,
    focus: Pane,
    choice: Choice,
    overlays: Vec<Overlay>,
    reveal: bool,
    /// Digits typed before a key.
    count: Option<usize>,
    /// Captures that wait to be loaded.
    queue: VecDeque<Input>,
    loading: Option<Progress>,
    /// How much the capture that loads has in the list.
    sweep: Option<Progress>,
    sweep_generation: u64,
    /// Whether the sweep goes through what came, and not through all.
    sweep_is_partial: bool,
    /// The captures that grow, by their place.
    watching: BTreeMap<usize, watching::Watching>,
    filter_generation: u64,
    filter_text: String,
    filters: Vec<String>,
    search: Option<SearchAll>,
    needle: String,
    find_generation: u64,
    /// Flows waiting for a key when one was given, to tell how many it opened.
    key_given: Option<usize>,
    builder: Option<Builder>,
    /// Where requests go, and on which way.
    endpoint: Endpoint,
    /// Requests on their way.
    sending: Option<Sending>,
    /// What the answers of this run said of sessions.
    verdicts: HashMap<KeyId, Verdict>,
    /// What time it was when somebody asked.
    now: Option<Moment>,
    /// The template that is being filled, and what was filled in so far.
    blanks: Option<(&'static str, Vec<String>)>,
    /// The properties and actions that the captures name, for blanks.
    points: Vec<Point>,
    /// The row whose stages are shown or on their way.
    staged: Option<u32>,
    taken_apart: Vec<Stage>,
    /// An export that was asked for, while its file's name is settled.
    export: Option<Export>,
    exporting: Option<Progress>,
    message: Option<(bool, String)>,
    log: Vec<String>,
    recent: Vec<super::recent::Opened>,
    recent_cursor: usize,
    told_opening: bool,
    /// Captures that were loaded since somebody asked, files and others.
    newly_loaded: Vec<(PathBuf, usize)>,
    mouse_state: mouse::MouseState,
    effects: Vec<Effect>,
}

impl App {
    /// A screen of that size, with what opens captures.
    pub fn new(settings: Settings, workspace: Workspace, size: (u16, u16)) -> Self {
        Self {
            settings,
            size,
            rows: Rows::new(workspace),
            flows: Flows::default(),
            shown: None,
            opening: None,
            details: Half::BOTH.map(Detail::new),
            explained: Default::default(),
            stages: StagesPane::default(),
            focus: Pane::Flows,
            choice: Choice::default(),
            overlays: Vec::new(),
            reveal: false,
            count: None,
            queue: VecDeque::new(),
            loading: None,
            sweep: None,
            sweep_generation: 0,
            sweep_is_partial: false,
            watching: BTreeMap::new(),
            filter_generation: 0,
            filter_text: String::new(),
            filters: Vec::new(),
            search: None,
            needle: String::new(),
            find_generation: 0,
            key_given: None,
            builder: None,
            endpoint: Endpoint::default(),
            sending: None,
            verdicts: HashMap::new(),
            now: None,
            blanks: None,
            points: Vec::new(),
            staged: None,
            taken_apart: Vec::new(),
            export: None,
            exporting: None,
            message: None,
            log: Vec::new(),
            recent: Vec::new(),
            recent_cursor: 0,
            told_opening: false,
            newly_loaded: Vec::new(),
            mouse_state: mouse::MouseState::default(),
            effects: Vec::new(),
        }
    }

    /// Opens captures, one after the other.
    pub fn load(&mut self, inputs: impl IntoIterator<Item = Input>) -> Vec<Effect> {
        self.queue.extend(inputs);
        self.load_next();
        mem::take(&mut self.effects)
    }

    /// Names that are known before a capture is opened.
    pub fn set_directory(&mut self, directory: Directory) {
        self.rows.set_directory(directory);
    }

    /// Where requests go, and on which way.
    pub fn set_endpoint(&mut self, endpoint: Endpoint) {
        self.endpoint = endpoint;
    }

    /// Captures opened before, for the first screen.
    pub fn set_recent(&mut self, recent: Vec<super::recent::Opened>) {
        self.recent = recent;
    }

    /// Starts with a filter.
    pub fn start_filter(&mut self, filter: String) {
        self.set_filter_text(filter);
    }

    /// Whether other traffic than Mi Home's is in the list.
    pub fn show_all(&mut self, all: bool) {
        self.flows.set_all_traffic(all);
    }

    /// Captures that were loaded since the last call, files and others, and how
    /// many flows each has.
    pub fn newly_loaded(&mut self) -> Vec<(PathBuf, usize)> {
        mem::take(&mut self.newly_loaded)
    }

    /// Takes a message; what it returns is to be done.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Mouse(event) => self.mouse(event),
            Message::Resize(width, height) => self.size = (width, height),
            Message::Note(text) => self.tell(text),
            Message::Failed(text) => self.fail(text),
            other => self.job(other),
        }
        mem::take(&mut self.effects)
    }

    /// Brings everything in step before it is drawn: once for however many
    /// messages came.
    pub fn refresh(&mut self) -> Vec<Effect> {
        self.list_anew();
        self.flows.scroll(self.flows_height());
        self.open_selected();
        let places = self.places();
        for half in Half::BOTH {
            let area = self.body_area(places.as_ref(), half);
            if let Some(view) = self.detail_mut(half).view_mut() {
                view.fit(area);
            }
        }
        let viewport = self.builder_viewport();
        if let Some(builder) = &mut self.builder {
            builder.fit(viewport);
        }
        self.take_apart();
        mem::take(&mut self.effects)
    }

    /// Whether the list that somebody asked for is on its way.
    pub fn is_list_awaited(&self) -> bool {
        self.flows.is_awaited()
    }

    /// Whether there is nothing to list, and nothing on its way.
    pub fn is_welcome(&self) -> bool {
        let has_nothing = self.rows.files().is_empty() && self.builder.is_none();
        has_nothing && self.loading.is_none() && self.queue.is_empty()
    }

    /// How many Mi Home flows are in each state, by the states' order.
    pub fn counts(&self) -> [usize; State::ALL.len()] {
        self.rows.counts()
    }

    /// Where everything is. A failure that is wider than its line has more of
    /// them, until the next key; the panes make room.
    fn places(&self) -> Option<Places> {
        let (width, height) = self.size;
        let more = self.failure_rows().saturating_sub(1);
        let more = more.min(height.saturating_sub(LEAST_SPLIT.1));
        let mut places = layout(width, height - more, &self.choice, self.focus)?;
        places.status.height += more;
        places.hints.y += more;
        places.mode.y += more;
        Some(places)
    }

    fn flows_height(&self) -> usize {
        let inside = self.places().map(|places| places.inside(Pane::Flows));
        inside.map_or(0, |inside| usize::from(inside.height))
    }

    fn detail(&self, half: Half) -> &Detail {
        &self.details[half as usize]
    }

    fn detail_mut(&mut self, half: Half) -> &mut Detail {
        &mut self.details[half as usize]
    }

    /// The side that has the focus, if one has.
    fn half(&self) -> Option<Half> {
        self.focus.half()
    }

    /// The side that an action is about: the focused one, else the response,
    /// or what there is.
    fn half_in_mind(&self) -> Half {
        let shown = self.shown.as_deref();
        let has = |half| shown.is_some_and(|shown| shown.content(half).is_some());
        match self.half() {
            Some(half) => half,
            None if !has(Half::Response) && has(Half::Request) => Half::Request,
            None => Half::Response,
        }
    }

    /// Where a key is looked up.
    fn context(&self) -> Context {
        match self.overlays.last() {
            Some(overlay) => overlay.context(),
            None if self.is_welcome() => Context::Welcome,
            None => self.pane_context(),
        }
    }

    fn pane_context(&self) -> Context {
        match self.focus {
            Pane::Flows => Context::Flows,
            Pane::Request | Pane::Response => Context::Body,
            Pane::Stages => Context::Stages,
            Pane::Builder => Context::Builder,
        }
    }

    fn key(&mut self, key: Key) {
        // A message about a failure stays until a key is pressed.
        self.message = None;
        let context = self.context();
        if self.overlays.is_empty() {
            let bound = self.settings.keymap.action(key, context);
            if let Some(digit) = key.digit()
                && (self.count.is_some() || (bound.is_none() && digit > 0))
            {
                /// Nobody means a larger one.
                const MOST: usize = 99_999_999;
                let count = self.count.unwrap_or(0) * 10 + digit;
                self.count = Some(count.min(MOST));
                return;
            }
            let count = self.count.take();
            if let Some(action) = bound {
                self.act(action, count);
            }
        } else {
            self.popup_key(key, context);
        }
    }

    /// Does what a key, a menu or the palette asks for.
    fn act(&mut self, action: Action, count: Option<usize>) {
        self.message = None;
        self.finish_list();
        self.do_action(action, count);
    }

    fn start(&mut self, job: Job) {
        self.effects.push(Effect::Job(job));
    }

    fn cancel(&mut self, lane: Lane) {
        self.effects.push(Effect::Cancel(lane));
    }

    fn quit(&mut self) {
        let question = if self.exporting.is_some() || self.sending.is_some() {
            words::QUIT_WORKING
        } else if self.builder.as_ref().is_some_and(Builder::is_unsent) {
            words::QUIT_EDITED
        } else {
            self.effects.push(Effect::Quit);
            return;
        };
        self.confirm(question, Confirmed::Quit);
    }
}
