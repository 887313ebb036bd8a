//! A capture that can be shown: secrets and what tells of people have stand-ins,
//! and every flow is encrypted and signed anew under a throw-away login, so that
//! it opens, verifies, filters and replays as before.
//!
//! ```text
//! all flows ─ Plan::of ─▶ values and their stand-ins ──▶ counts, to ask first
//!                │
//! each flow ─ Plan::entry ─▶ masked, sealed, written ─▶ opened and looked
//!                            through again: a value that is left is an error
//! ```
//!
//! What is broken stays so: a signature that was wrong is wrong, a locked flow
//! is locked, an answer that broke off breaks off. What nobody here can read is
//! replaced by other noise.

use std::collections::BTreeMap;

mod collect;
mod kind;
mod reseal;
mod shape;
mod stand_ins;
mod texts;
mod write;

pub use kind::Kind;

use collect::Collector;
use reseal::Reseal;
use stand_ins::StandIns;
use texts::Texts;

use crate::decode::{Decoded, Options, decode};
use crate::flow::Flow;
use crate::protocol::key::Ssecurity;
use crate::session::{KeyOrigin, Keyring, Secret, Session};
use crate::workspace::Workspace;

/// How a shared capture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A HAR.
    Har,
    /// HAR entries, one a line.
    Lines,
}

/// Why nothing can be shared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value is left that should have been replaced.
    #[error("a {} is left after all was replaced; nothing is written", .0.name())]
    Left(Kind),
    /// There are more values than can be looked for.
    #[error("too many values to be replaced at once")]
    TooMany,
}

/// What is replaced in all open captures, and by what.
pub struct Plan {
    stand_ins: StandIns,
    ring: Keyring,
    /// The logins that stand for the real ones.
    sessions: Vec<Session>,
}

impl Plan {
    /// Looks through all flows; with `names` what people called their homes,
    /// rooms, devices and scenes is replaced, too.
    pub fn of(workspace: &Workspace, names: bool) -> Self {
        let mut collector = Collector::new(names);
        for session in workspace.ring().sessions() {
            collector.session(session);
        }
        for id in workspace.ids() {
            if let (Some(flow), decoded) = workspace.open(id) {
                collector.flow(id, &flow, &decoded);
            }
        }
        let mut stand_ins = collector.end();
        stand_ins.draw();
        let other = |session: &Session| {
            let key = stand_ins.of(session.ssecurity.encode().as_bytes())?;
            let text = |text: &str| {
                let other = stand_ins.of(text.as_bytes());
                other.map(|other| String::from_utf8_lossy(other).into_owned())
            };
            let mut other = session.clone();
            other.ssecurity = Ssecurity::parse(key).ok()?;
            other.origin = KeyOrigin::Given;
            other.user_id = session.user_id.as_deref().and_then(text);
            other.c_user_id = session.c_user_id.as_deref().and_then(text);
            let tokens = session.service_tokens.iter();
            let tokens = tokens.filter_map(|token| Some(Secret::new(text(token.reveal())?)));
            other.service_tokens = tokens.collect();
            Some(other)
        };
        let sessions = workspace.ring().sessions().iter().filter_map(other);
        Self {
            sessions: sessions.collect(),
            ring: workspace.ring().clone(),
            stand_ins,
        }
    }

    /// How many different values of each kind are replaced.
    pub fn counts(&self) -> BTreeMap<Kind, usize> {
        let mut counts = BTreeMap::new();
        for (kind, ..) in self.stand_ins.iter() {
            *counts.entry(kind).or_default() += 1;
        }
        counts
    }

    /// The throw-away logins: what opens the shared flows whose keys the capture
    /// itself did not hold.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Gets ready to write.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub fn sharer(&self) -> Result<Sharer<'_>, Error> {
        let texts = Texts::new(&self.stand_ins).ok_or(Error::TooMany)?;
        let mut ring = Keyring::new();
        for session in &self.sessions {
            ring.add(session.clone());
        }
        Ok(Sharer {
            plan: self,
            texts,
            ring,
        })
    }
}

impl std::fmt::Debug for Plan {
    /// How many, and never which.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({:?})", self.counts())
    }
}

/// Makes shared flows of those in the captures.
pub struct Sharer<'p> {
    plan: &'p Plan,
    texts: Texts<'p>,
    ring: Keyring,
}

impl Sharer<'_> {
    /// A flow with stand-ins, sealed anew.
    pub fn flow(&self, flow: &Flow, decoded: &Decoded) -> Flow {
        let reseal = Reseal {
            texts: &self.texts,
            stand_ins: &self.plan.stand_ins,
            ring: &self.plan.ring,
        };
        reseal.flow(flow, decoded)
    }

    /// A flow as it is written, looked through again; `None` stands for an entry
    /// that could not be read.
    ///
    /// # Errors
    /// [`Error::Left`]: nothing of what was written so far may be kept.
    pub fn entry(&self, flow: Option<&Flow>, decoded: &Decoded) -> Result<Vec<u8>, Error> {
        let Some(flow) = flow else {
            return Ok(write::broken());
        };
        let shared = self.flow(flow, decoded);
        let text = write::entry(&shared);
        match self.left_in(&text, &shared) {
            Some(kind) => Err(Error::Left(kind)),
            None => Ok(text),
        }
    }

    /// The kind of a value that was not replaced: in the text that is written,
    /// in the bodies, or inside the encryption.
    fn left_in(&self, text: &[u8], shared: &Flow) -> Option<Kind> {
        let opened = decode(shared, &self.ring, Options::default());
        let sides = [Some(&opened.request), opened.response.as_ref()];
        let inside = sides.into_iter().flatten().flat_map(|side| {
            let params = side.params.iter().map(|(_, value)| value.as_slice());
            side.plaintext.as_deref().into_iter().chain(params)
        });
        let response = shared.response.as_ref();
        let bodies = [
            Some(&shared.request.body),
            response.map(|response| &response.body),
        ];
        let bodies = bodies.into_iter().flatten().filter_map(|body| body.bytes());
        let all = std::iter::once(text).chain(inside).chain(bodies);
        all.into_iter().find_map(|text| self.texts.left_in(text))
    }
}

impl Form {
    /// What stands before the first entry.
    pub fn head(self) -> &'static str {
        match self {
            Self::Har => {
                "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"mishark share\",\
                 \"version\":\"1\"},\"pages\":[],\"entries\":[\n"
            }
            Self::Lines => "",
        }
    }

    /// What stands between two entries.
    pub fn between(self) -> &'static str {
        match self {
            Self::Har => ",\n",
            Self::Lines => "\n",
        }
    }

    /// What stands behind the last entry.
    pub fn tail(self) -> &'static str {
        match self {
            Self::Har => "\n]}}\n",
            Self::Lines => "\n",
        }
    }
}
