//! The real screen with its real workers; only randomness and the clock are
//! replaced, since a picture of them would never be the same again.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

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
use mishark_core::replay::{self, Base, Cancel, Endpoint};
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
                Effect::Job(Job::Sign {
                    draft,
                    session,
                    then,
                }) => {
                    let nonce = Nonce::new(NONCE.0, NONCE.1);
                    let signed = replay::sign(&draft, &session, nonce).map(Into::into);
                    self.take(Message::Signed { signed, then });
                }
                Effect::Job(Job::Send {
                    request,
                    workspace,
                    original,
                    ..
                }) => {
                    let cloud = self.cloud.as_ref().expect("with_cloud comes first");
                    let base = cloud.base();
                    let sent = replay::send(&request, &endpoint(&base), &Cancel::new());
                    let answered = |flow| Answered::new(timeless(flow, &base), &workspace);
                    let outcome = sent.map(|flow| Box::new(answered(flow)));
                    self.take(Message::Sent { original, outcome });
                }
                other => self.driver.perform(vec![other]),
            }
        }
        self.driver.settle();
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
