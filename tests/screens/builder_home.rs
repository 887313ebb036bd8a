//! A home with a cloud of its own: the screen with `samples/home.har` in it, and
//! what reaches the cloud from there.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use mishark::tui::app::Settings;
use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::flow::Base;
use mishark_core::replay::{Certificates, Endpoint};
use mishark_core::session::Session;
use mishark_core::workspace::{FlowId, Workspace};
use serde_json::Value;

use super::shared::cloud::{Account, Cloud, Seen};
use super::support::Screen;

/// The plaintext of flow 14, a write.
pub(crate) const SET: &str = r#"{"params":[{"did":"900000001","siid":2,"piid":1,"value":true},{"did":"900000001","siid":2,"piid":2,"value":35}]}"#;

/// The screen and the cloud it sends to.
pub(crate) struct Home {
    pub(crate) screen: Screen,
    pub(crate) cloud: Cloud,
}

/// The capture, opened once for all tests.
pub(crate) fn captured() -> &'static Workspace {
    static CAPTURED: OnceLock<Workspace> = OnceLock::new();
    CAPTURED.get_or_init(|| {
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(Path::new("samples/home.har")).unwrap());
        workspace
    })
}

/// The plaintext of a flow's request.
pub(crate) fn plaintext(entry: usize) -> Vec<u8> {
    let (_, decoded) = captured().open(FlowId { capture: 0, entry });
    decoded.request.plaintext.unwrap()
}

/// The login that the flows of the home carry.
pub(crate) fn login() -> Session {
    let mut sessions = captured().ring().sessions().iter();
    let is_homes = |session: &&Session| session.sid.as_deref() == Some("xiaomiio");
    sessions.find(is_homes).unwrap().clone()
}

fn accounts() -> Vec<Account> {
    let sessions = captured().ring().sessions().iter();
    let pairs = sessions.flat_map(|session| {
        let tokens = session.service_tokens.iter();
        tokens.map(|token| Account {
            is_fitness: session.sid.as_deref() == Some("miothealth"),
            ..Account::new(&session.ssecurity.encode(), token.reveal())
        })
    });
    pairs.collect()
}

/// What the cloud answered in the capture, by path. What properties are is
/// known to the test's cloud itself.
fn answers() -> &'static [(String, Value)] {
    static ANSWERS: OnceLock<Vec<(String, Value)>> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let opened = captured().ids().map(|id| captured().open(id));
        let answers = opened.filter_map(|(flow, decoded)| {
            let path = flow?.request.url.path().to_owned();
            let plaintext = decoded.response?.plaintext?;
            let answer: Value = serde_json::from_slice(&plaintext).ok()?;
            Some((path, answer.get("result")?.clone()))
        });
        let answers = answers.filter(|(path, _)| !path.contains("/miotspec/"));
        answers.collect()
    })
}

/// To that cloud; the user has confirmed it.
pub(crate) fn endpoint(cloud: &Cloud) -> Endpoint {
    let mut endpoint = foreign(cloud);
    endpoint.confirm("127.0.0.1");
    endpoint
}

/// To that cloud, which nobody has confirmed.
pub(crate) fn foreign(cloud: &Cloud) -> Endpoint {
    let mut endpoint = Endpoint::default();
    endpoint.base = Some(Base::parse(&cloud.base()).unwrap());
    endpoint.certificates = cloud
        .authority()
        .map(|pem| Certificates::parse(pem.as_bytes()).unwrap());
    endpoint
}

impl Home {
    /// The home at that size, with a cloud that knows its accounts.
    pub(crate) fn open(width: u16, height: u16) -> Self {
        Self::with(Cloud::http(accounts()), width, height, Duration::ZERO)
    }

    /// The same, with a cloud that takes all tokens for expired.
    pub(crate) fn expired(width: u16, height: u16) -> Self {
        let expired = accounts().into_iter().map(|account| Account {
            is_expired: true,
            ..account
        });
        let cloud = Cloud::http(expired.collect());
        Self::with(cloud, width, height, Duration::ZERO)
    }

    pub(crate) fn with(cloud: Cloud, width: u16, height: u16, batch_pause: Duration) -> Self {
        for (path, result) in answers() {
            cloud.answer(path, result.clone());
        }
        let settings = Settings {
            batch_pause,
            ..Settings::default()
        };
        let mut screen = Screen::with(width, height, settings);
        screen.driver.app.set_endpoint(endpoint(&cloud));
        screen.load(Path::new("samples/home.har"));
        Self { screen, cloud }
    }

    pub(crate) fn paced(batch_pause: Duration) -> Self {
        Self::with(Cloud::http(accounts()), 120, 40, batch_pause)
    }

    /// Goes to a flow by its number.
    #[track_caller]
    pub(crate) fn go_to(&mut self, entry: usize) -> &mut Self {
        self.screen.press("alt-1 g");
        // As many flows as the capture has, and some replays.
        for _ in 0..80 {
            let text = self.screen.text();
            let is_there = |mark| text.contains(&format!(">{mark}{entry:>2} 00:"));
            if is_there(" ") || is_there("*") {
                return self;
            }
            self.screen.press("j");
        }
        panic!("no flow {entry} on\n{}", self.screen.text());
    }

    /// Builds a request of a flow.
    pub(crate) fn build(&mut self, entry: usize) -> &mut Self {
        self.go_to(entry);
        self.screen.press("r");
        self
    }

    /// The one request that reached the cloud since the last call.
    #[track_caller]
    pub(crate) fn one_sent(&mut self) -> Seen {
        let mut seen = self.cloud.seen();
        assert_eq!(seen.len(), 1, "{}", self.screen.text());
        seen.remove(0)
    }

    #[track_caller]
    pub(crate) fn none_sent(&mut self) -> &mut Self {
        let seen = self.cloud.seen();
        assert!(seen.is_empty(), "{seen:?}\n{}", self.screen.text());
        self
    }

    /// The screen, with the cloud's port as `PORT_`; ports that a system gives
    /// have five digits.
    pub(crate) fn text(&mut self) -> String {
        let port = self.cloud.port().to_string();
        self.screen.text().replace(&port, "PORT_")
    }
}

/// The plaintext that the cloud opened.
pub(crate) fn data_of(seen: &Seen) -> &[u8] {
    let mut params = seen.params.iter();
    let (_, data) = params.find(|(name, _)| name == "data").unwrap();
    data
}

/// A header field as it reached the cloud.
pub(crate) fn header_of<'s>(seen: &'s Seen, name: &str) -> &'s str {
    let mut headers = seen.headers.iter();
    let header = headers.find(|(field, _)| field.eq_ignore_ascii_case(name));
    header.map_or("", |(_, value)| value)
}
