//! A running proxy, asked for its flows as they come: whistle or mitmweb.
//!
//! ```text
//! Target ──ask──▶ whistle: /cgi-bin/get-data      sessions, bodies in them
//!            └──▶ mitmweb: /flows                  flows; bodies one by one
//!                    │
//!                    ▼
//!                 Arrivals ──▶ a capture that grows, opened like any other
//! ```
//!
//! Which of the two it is is found out by asking. Only the address that was
//! named is contacted: no redirect is followed, no proxy is taken from the
//! environment, and nothing is written to the server.
//!
//! A server that goes away is asked again, ever less often; what was there
//! stays. It is mishark's second piece of network code, beside
//! [`replay`](crate::replay): this one only reads.

mod client;
mod error;
mod mitmweb;
mod poll;
mod target;
mod whistle;

use std::time::Duration;

pub use error::Trouble;
pub use poll::{INTERVAL, Poll};
pub use target::Target;

use client::Client;
use mitmweb::Mitmweb;
use whistle::Whistle;

/// The longest to wait before a server that is lost is asked again.
pub const LONGEST_INTERVAL: Duration = Duration::from_secs(10);

/// How many questions may follow each other at once, since there is more to be
/// had: ten times what whistle keeps, and four thousand bodies of mitmweb. Then
/// two are asked in an [`INTERVAL`], whatever the server says.
const AT_ONCE: u32 = 40;

/// Which program answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// mitmproxy's web interface.
    Mitmweb,
    /// whistle.
    Whistle,
}

impl Program {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mitmweb => "mitmweb",
            Self::Whistle => "whistle",
        }
    }
}

/// A proxy that is asked for its flows.
#[derive(Debug)]
pub struct Attachment {
    client: Client,
    speaks: Option<Speaks>,
    /// How often in a row it did not answer.
    failures: u32,
    /// How many questions were asked without a wait before them, less those with
    /// one.
    hurried: u32,
}

#[derive(Debug)]
enum Speaks {
    Mitmweb(Mitmweb),
    Whistle(Whistle),
}

impl Attachment {
    /// Nothing is contacted before the first [`poll`](Self::poll).
    pub fn new(target: Target) -> Self {
        Self {
            client: Client::new(target),
            speaks: None,
            failures: 0,
            hurried: 0,
        }
    }

    /// Which program answers, once it has.
    pub fn program(&self) -> Option<Program> {
        self.speaks.as_ref().map(|speaks| match speaks {
            Speaks::Mitmweb(_) => Program::Mitmweb,
            Speaks::Whistle(_) => Program::Whistle,
        })
    }

    /// What the capture is called: `whistle 127.0.0.1:8899`.
    pub fn name(&self) -> String {
        let authority = self.client.target().authority();
        match self.program() {
            Some(program) => format!("{} {authority}", program.name()),
            None => authority.to_owned(),
        }
    }

    /// Asks once. Blocks until the answer is there or its time is over.
    pub fn poll(&mut self) -> Poll {
        let mut poll = Poll::default();
        let asked = self.ask(&mut poll);
        let is_lost = asked.as_ref().is_err_and(Trouble::is_lost);
        poll.trouble = asked.err();
        if is_lost {
            self.failures = self.failures.saturating_add(1);
            // Their answers may never come: they are shown as they are.
            match &mut self.speaks {
                Some(Speaks::Mitmweb(mitmweb)) => mitmweb.flush(&mut poll.arrivals),
                Some(Speaks::Whistle(whistle)) => whistle.flush(&mut poll.arrivals),
                None => {}
            }
        } else {
            self.failures = 0;
        }
        poll.more &= self.hurried < AT_ONCE;
        self.hurried = match poll.more {
            true => self.hurried + 1,
            false => self.hurried.saturating_sub(1),
        };
        poll
    }

    fn ask(&mut self, poll: &mut Poll) -> Result<(), Trouble> {
        match &mut self.speaks {
            Some(Speaks::Mitmweb(mitmweb)) => mitmweb.poll(&self.client, poll),
            Some(Speaks::Whistle(whistle)) => whistle.poll(&self.client, poll),
            None => {
                let mut whistle = Whistle::default();
                match whistle.poll(&self.client, poll) {
                    Ok(()) => {
                        self.speaks = Some(Speaks::Whistle(whistle));
                        return Ok(());
                    }
                    Err(trouble) if trouble.is_of_another_program() => {}
                    Err(trouble) => return Err(trouble),
                }
                let mut mitmweb = Mitmweb::default();
                mitmweb.poll(&self.client, poll)?;
                self.speaks = Some(Speaks::Mitmweb(mitmweb));
                Ok(())
            }
        }
    }

    /// How long to wait before it is asked again: twice as long with each
    /// failure.
    pub fn wait(&self) -> Duration {
        let usual = match &self.speaks {
            Some(Speaks::Mitmweb(mitmweb)) => mitmweb.wait(),
            Some(Speaks::Whistle(_)) | None => INTERVAL,
        };
        let factor = 1 << self.failures.min(6);
        (usual * factor).min(LONGEST_INTERVAL)
    }
}
