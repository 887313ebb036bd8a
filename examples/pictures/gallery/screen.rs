//! The real screen with its real workers; only randomness and the clock are
//! replaced, since a picture of them would never be the same again.

use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mishark::tui::answered::Answered;
use mishark::tui::app::{App, Settings};
use mishark::tui::driver::Driver;
use mishark::tui::effect::{Effect, Input, Job};
use mishark::tui::key::Key;
use mishark::tui::message::Message;
use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::directory::{Directory, Spec};
use mishark_core::flow::{Flow, Moment, Url};
use mishark_core::protocol::key::Nonce;
use mishark_core::replay::{self, Base, Cancel, Endpoint, Item, SignedRequest};
use mishark_core::workspace::Workspace;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{HOME, Picture, SPEC, svg};
use crate::cloud::Cloud;

/// Where requests go, as far as the screen knows.
const BASE: &str = "http://127.0.0.1:8080";
/// What a nonce is made of: eight bytes, and minutes since 1970.
const NONCE: ([u8; 8], i32) = (*b"pictures", 29_800_000);
/// When a request is sent.
const SENT: &str = "2026-09-12T00:45:00Z";
/// How long its answer takes, in milliseconds.
const DURATION: f64 = 38.0;

/// A screen that is driven by keys.
pub(super) struct Screen {
    driver: Driver,
    terminal: Terminal<TestBackend>,
    cloud: Option<Cloud>,
}

impl Screen {
    /// A screen of that size with that capture, loaded.
    pub(super) fn open(capture: &str, width: u16, height: u16) -> Self {
        let settings = Settings::default();
        let workspace = Workspace::new(Options::default());
        let mut screen = Self {
            driver: Driver::new(App::new(settings, workspace, (width, height))),
            terminal: Terminal::new(TestBackend::new(width, height)).expect("it needs no device"),
            cloud: None,
        };
        let spec = fs::read(SPEC).expect("a sample is there");
        let mut directory = Directory::default();
        directory.add_spec(Arc::new(Spec::parse(&spec).expect("a sample opens")));
        screen.driver.app.set_directory(directory);
        let input = Input::Path(PathBuf::from(capture));
        let effects = screen.driver.app.load([input]);
        screen.perform(effects);
        screen
    }

    /// Lets requests go to a cloud on this machine that knows the home.
    pub(super) fn with_cloud(mut self) -> Self {
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(HOME.as_ref()).expect("a sample opens"));
        let cloud = Cloud::of(&workspace, "127.0.0.1:0");
        self.cloud = Some(cloud.expect("a free port"));
        self.driver.app.set_endpoint(endpoint(BASE));
        self
    }

    /// Presses keys, by their names, with blanks between: `j j enter ctrl-d`.
    pub(super) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split_whitespace() {
            let key = Key::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
            self.take(Message::Key(key));
        }
        self
    }

    /// The screen as it is now.
    pub(super) fn picture(&mut self, name: &'static str, about: &str) -> Picture {
        let drawn = self.terminal.draw(|frame| self.driver.app.draw(frame));
        let frame = drawn.expect("it needs no device");
        Picture {
            name,
            svg: svg::draw(frame.buffer, about),
            text: svg::text(frame.buffer),
        }
    }

    fn take(&mut self, message: Message) {
        let effects = self.driver.app.update(message);
        self.perform(effects);
    }

    /// Does what was asked for, and waits for all of it.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Job(Job::Sign(item)) => {
                    let signed = Ok(signed(&item));
                    self.take(Message::Signed(signed));
                }
                Effect::Job(Job::Send {
                    items, workspace, ..
                }) => self.send(&items, &workspace),
                other => self.driver.perform(vec![other]),
            }
        }
        self.driver.settle();
    }

    fn send(&mut self, items: &[Item], workspace: &Workspace) {
        let cloud = self.cloud.as_ref().expect("with_cloud comes first");
        let base = cloud.base();
        let items: Vec<Item> = items
            .iter()
            .map(|item| Item::Signed(signed(item)))
            .collect();
        let mut told = Vec::new();
        let Ok(end) = replay::send_batch(
            &items,
            &endpoint(&base),
            Duration::ZERO,
            workspace,
            &Cancel::new(),
            |event| {
                let session = event.request.and_then(|request| request.session());
                let answered = |mut answered: replay::Answered| {
                    answered.flow = timeless(answered.flow, &base);
                    Box::new(Answered::new(answered, session))
                };
                let outcome = event.outcome.map(answered);
                told.push(Message::Sent {
                    at: event.at,
                    outcome,
                });
                Ok::<_, Infallible>(())
            },
        );
        told.push(Message::SendingEnded(end));
        for message in told {
            self.take(message);
        }
    }
}

/// Signed with a nonce that is the same in each picture.
fn signed(item: &Item) -> Arc<SignedRequest> {
    match item {
        Item::Signed(request) => Arc::clone(request),
        Item::Draft(draft, session) => {
            let nonce = Nonce::new(NONCE.0, NONCE.1);
            let signed = replay::sign(draft, session, nonce);
            Arc::new(signed.expect("a draft of a sample is sound"))
        }
    }
}

fn endpoint(base: &str) -> Endpoint {
    let base = Base::parse(base).expect("an address of this machine");
    let mut endpoint = Endpoint::default();
    endpoint.confirm(base.host());
    endpoint.base = Some(base);
    endpoint
}

/// The flow as it would have been at another time and port.
fn timeless(flow: Flow, base: &str) -> Flow {
    let mut flow = flow;
    flow.started = Moment::parse(SENT);
    flow.duration_ms = Some(DURATION);
    flow.request.url = Url::new(flow.request.url.as_str().replace(base, BASE));
    flow
}
