//! All keys that are known, and in which order to try them.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use super::claim::Claim;
use super::{Secret, Session};
use crate::flow::Headers;
use crate::protocol::key::{KeyId, Ssecurity};

/// How many keys are tried on one flow: its own, those of the same account,
/// then the newest. A capture has a handful; a hostile one could name a key in
/// every entry and make each flow try them all.
pub const MAX_TRIED: usize = 256;

/// How many keys a ring holds; what comes later is left out. More than any
/// genuine capture has by a thousand times.
pub const MAX_SESSIONS: usize = 4096;

/// How many steps of logins are remembered. The step that sets the token
/// follows the answer it belongs to within a few entries.
const MAX_HOPS: usize = 64;

/// How many tokens are remembered whose key is not known. A capture has a few.
const MAX_CLAIMS: usize = 64;

/// All sessions that are known, each key once.
#[derive(Clone, Default)]
pub struct Keyring {
    sessions: Vec<Session>,
    by_key: HashMap<Ssecurity, usize>,
    by_token: HashMap<Secret, usize>,
    /// Where logins lead next (`location` or `clientSign`), and their key.
    hops: VecDeque<(String, Ssecurity)>,
    /// Tokens whose key is not known yet.
    claims: VecDeque<Claim>,
}

impl Keyring {
    /// An empty ring.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sessions in the order they were found.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Adds a session, or what it knows more about a key that is there.
    pub fn add(&mut self, session: Session) {
        let index = match self.by_key.get(&session.ssecurity) {
            Some(index) => {
                self.sessions[*index].merge(session);
                *index
            }
            None if self.sessions.len() >= MAX_SESSIONS => return,
            None => {
                let mut session = session;
                self.claims.retain(|claim| {
                    let granted = claim.granted(&session.ssecurity);
                    let is_open = granted.is_none();
                    granted.into_iter().for_each(|more| session.merge(more));
                    is_open
                });
                self.by_key
                    .insert(session.ssecurity.clone(), self.sessions.len());
                self.sessions.push(session);
                self.sessions.len() - 1
            }
        };
        for token in &self.sessions[index].service_tokens {
            self.by_token.entry(token.clone()).or_insert(index);
        }
    }

    /// The key of the newest step of a login that `fits`.
    pub(super) fn hop(&self, fits: impl Fn(&str) -> bool) -> Option<&Ssecurity> {
        let mut hops = self.hops.iter().rev();
        hops.find(|(mark, _)| fits(mark)).map(|(_, key)| key)
    }

    /// The session with that key.
    pub fn find(&self, ssecurity: &Ssecurity) -> Option<&Session> {
        self.by_key
            .get(ssecurity)
            .map(|index| &self.sessions[*index])
    }

    /// The session whose key has that fingerprint.
    pub fn find_id(&self, id: KeyId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id() == id)
    }

    /// Takes a token for the key that its request is signed with, which may not
    /// be known yet.
    pub(super) fn claim(&mut self, claim: Claim, headers: &Headers) {
        if self.by_token.contains_key(claim.token()) {
            return;
        }
        let keys = self.candidates(headers).into_iter();
        let granted = keys
            .map(|known| &known.ssecurity)
            .find_map(|key| claim.granted(key));
        match granted {
            Some(session) => self.add(session),
            None => {
                if self.claims.len() == MAX_CLAIMS {
                    self.claims.pop_front();
                }
                self.claims.push_back(claim);
            }
        }
    }

    /// Whether anything was learnt of keys or tokens.
    pub(super) fn knows_nothing(&self) -> bool {
        self.sessions.is_empty() && self.claims.is_empty()
    }

    /// Remembers where a login leads next.
    pub(super) fn add_hop(&mut self, mark: String, ssecurity: Ssecurity) {
        if self.hops.len() == MAX_HOPS {
            self.hops.pop_front();
        }
        self.hops.push_back((mark, ssecurity));
    }

    /// The sessions worth trying on a request with these headers, likeliest
    /// first: the one its token belongs to, those of its account, then the
    /// newest; [`MAX_TRIED`] at most.
    pub fn candidates(&self, headers: &Headers) -> Vec<&Session> {
        let token = headers.cookie("serviceToken").map(Secret::new);
        let by_token = token.and_then(|token| self.by_token.get(&token)).copied();
        let mut order: Vec<usize> = (0..self.sessions.len()).rev().collect();
        if order.len() > 1 {
            order.sort_by_key(|index| {
                (
                    Some(*index) != by_token,
                    !self.sessions[*index].is_account_of(headers),
                )
            });
        }
        let order = order.into_iter().take(MAX_TRIED);
        order.map(|index| &self.sessions[index]).collect()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.sessions).finish()
    }
}
