//! The whole screen as one value: state in, state and effects out.
//!
//! ```text
//! Message ──update──▶ App, Vec<Effect>        draw(&App) ──▶ cells
//! ```
//!
//! `update` is the only writer of state and touches neither thread nor file nor
//! clock; drawing only reads.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::action::{Action, Context};
use super::builder::Builder;
use super::detail::Detail;
use super::effect::{Effect, Input, Job, Lane, Outside, Point};
use super::flows::Flows;
use super::key::Key;
use super::layout::{Choice, LEAST_SPLIT, Places, layout};
use super::message::Message;
use super::outgoing::Sending;
use super::overlay::{Confirmed, Overlay, Verdict};
use super::parts::{Half, Pane};
use super::recent::RecentCapture;
use super::rows::Rows;
use super::shown::Shown;
use super::stages::StagesPane;
use super::words;
use mishark_core::decode::State;
use mishark_core::directory::Directory;
use mishark_core::flow::Moment;
use mishark_core::protocol::key::KeyId;
use mishark_core::replay::Endpoint;
use mishark_core::workspace::Workspace;

mod actions;
mod building;
mod draw;
mod exporting;
mod finding;
mod jobs;
mod leaving;
mod loading;
mod mouse;
mod moving;
mod pointer;
mod popups;
mod recents;
mod searching;
mod settings;
mod showing;
mod telling;
mod watching;

use exporting::Exporting;
use loading::{Loading, Sweep, Watching};
use pointer::Pointer;
use recents::Recents;
use searching::{Filtering, Finding};
use telling::Told;

pub use loading::Progress;
pub use settings::{BATCH_PAUSE, Settings};

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
    stages: StagesPane,
    focus: Pane,
    choice: Choice,
    overlays: Vec<Overlay>,
    reveal: bool,
    /// Digits typed before a key.
    count: Option<usize>,
    loading: Loading,
    sweep: Sweep,
    /// The captures that grow, by their place.
    watching: BTreeMap<usize, Watching>,
    filtering: Filtering,
    finding: Finding,
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
    exporting: Exporting,
    told: Told,
    recent: Recents,
    pointer: Pointer,
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
            stages: StagesPane::default(),
            focus: Pane::Flows,
            choice: Choice::default(),
            overlays: Vec::new(),
            reveal: false,
            count: None,
            loading: Loading::default(),
            sweep: Sweep::default(),
            watching: BTreeMap::new(),
            filtering: Filtering::default(),
            finding: Finding::default(),
            builder: None,
            endpoint: Endpoint::default(),
            sending: None,
            verdicts: HashMap::new(),
            now: None,
            blanks: None,
            points: Vec::new(),
            exporting: Exporting::default(),
            told: Told::default(),
            recent: Recents::default(),
            pointer: Pointer::default(),
            effects: Vec::new(),
        }
    }

    /// Opens captures, one after the other.
    pub fn load(&mut self, inputs: impl IntoIterator<Item = Input>) -> Vec<Effect> {
        self.loading.queue.extend(inputs);
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
    pub fn set_recent(&mut self, recent: Vec<RecentCapture>) {
        self.recent.captures = recent;
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
        mem::take(&mut self.loading.newly)
    }

    /// Something to be told before anything happens: what is wrong with the
    /// settings.
    pub fn tell_all(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            self.fail(text);
        }
    }

    fn tell(&mut self, text: impl AsRef<str>) {
        self.told.say(false, text.as_ref());
    }

    fn fail(&mut self, text: impl AsRef<str>) {
        self.told.say(true, text.as_ref());
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
        has_nothing && self.loading.is_idle()
    }

    /// How many Mi Home flows are in each state, by the states' order.
    pub fn counts(&self) -> [usize; State::ALL.len()] {
        self.rows.counts()
    }

    /// Where everything is. A failure that is wider than its line has more of
    /// them, until the next key; the panes make room.
    fn places(&self) -> Option<Places> {
        let (width, height) = self.size;
        let more = self.told.rows(width).saturating_sub(1);
        let more = more.min(height.saturating_sub(LEAST_SPLIT.1));
        let mut places = layout(width, height - more, &self.choice, self.focus)?;
        places.status.height += more;
        places.hints.y += more;
        places.mode.y += more;
        Some(places)
    }

    /// A pane's place inside its frame; no cells if it is out of sight.
    fn inside(&self, pane: Pane) -> Rect {
        let places = self.places();
        places.map_or(Rect::ZERO, |places| places.inside(pane))
    }

    fn flows_height(&self) -> usize {
        usize::from(self.inside(Pane::Flows).height)
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
        self.told.clear();
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
        self.told.clear();
        self.finish_list();
        self.do_action(action, count);
    }

    fn start(&mut self, job: Job) {
        self.effects.push(Effect::Job(job));
    }

    fn wish(&mut self, outside: Outside) {
        self.effects.push(Effect::Outside(outside));
    }

    fn cancel(&mut self, lane: Lane) {
        self.effects.push(Effect::Cancel(lane));
    }

    fn quit(&mut self) {
        let question = if self.exporting.progress.is_some() || self.sending.is_some() {
            words::QUIT_WORKING
        } else if self.builder.as_ref().is_some_and(Builder::is_unsent) {
            words::QUIT_EDITED
        } else {
            self.wish(Outside::Quit);
            return;
        };
        self.confirm(question, Confirmed::Quit);
    }
}
