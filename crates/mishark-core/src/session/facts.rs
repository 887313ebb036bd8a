//! What a text says of a login: pairs of name and value, however they are
//! written (JSON members, cookies, `NAME=value`, `name: value`).

use super::{KeyOrigin, Secret, Session};
use crate::protocol::error::Error;
use crate::protocol::form::Form;
use crate::protocol::hosts::Family;
use crate::protocol::key::Ssecurity;

/// What is known of a login, each value without the blanks around it.
#[derive(Clone, Default)]
pub(super) struct Facts {
    pub(super) ssecurity: Option<Secret>,
    pub(super) user_id: Option<Secret>,
    pub(super) c_user_id: Option<Secret>,
    pub(super) service_token: Option<Secret>,
    /// Another cookie of the same value, which the app sends beside it.
    other_token: Option<Secret>,
    pub(super) pass_token: Option<Secret>,
    pub(super) sid: Option<Secret>,
    region: Option<Secret>,
    location: Option<Secret>,
    /// The service that only clients of one generation log in to, told by a
    /// member that only they write.
    generation: Option<Family>,
}

impl Facts {
    /// Takes a pair, if its name is one of a login's; whether it is. Of two
    /// with one name the first holds.
    ///
    /// Case, `_` and what a shell's variable has in front do not matter:
    /// `userId`, `user_id` and `MISHARK_USER_ID` are the same.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        let mut names = name.match_indices(['_', ' ', ':']).map(|(at, _)| at + 1);
        self.take_whole(name, value) || names.any(|at| self.take_whole(&name[at..], value))
    }

    fn take_whole(&mut self, name: &str, value: &str) -> bool {
        let name = name.replace('_', "").to_ascii_lowercase();
        let fact = match name.trim() {
            "ssecurity" => &mut self.ssecurity,
            "userid" => &mut self.user_id,
            "cuserid" => &mut self.c_user_id,
            "servicetoken" => &mut self.service_token,
            "yetanotherservicetoken" => &mut self.other_token,
            "passtoken" => &mut self.pass_token,
            "sid" => &mut self.sid,
            "servercountry" | "region" => &mut self.region,
            "location" => &mut self.location,
            // mijiaAPI since 2025-11 names no sid and is of the newer app's.
            "passo" => {
                self.generation = Some(Family::Mijia);
                return true;
            }
            // homebridge-miot.
            "loggedinat" => {
                self.generation = Some(Family::Home);
                return true;
            }
            _ => return false,
        };
        let value = value.trim();
        if !value.is_empty() {
            fact.get_or_insert_with(|| Secret::new(value));
        }
        true
    }

    /// The pairs of a text: cookies or assignments, between `;` or line breaks.
    pub(super) fn of_pairs(text: &str) -> Self {
        let mut facts = Self::default();
        for mut rest in text.split([';', '\n', '\r']) {
            // `Cookie: userId=1`, `$env:KEY = "…"`: what is in front is no name.
            while let Some((name, value)) = rest.split_once(['=', ':']) {
                let quotes = |char: char| char.is_whitespace() || matches!(char, '\'' | '"' | ',');
                if facts.take(name.trim_matches(quotes), value.trim_matches(quotes)) {
                    break;
                }
                rest = value;
            }
        }
        facts
    }

    /// The token to send.
    pub(super) fn token(&self) -> Option<&Secret> {
        self.service_token.as_ref().or(self.other_token.as_ref())
    }

    /// The session; `None` without a key.
    ///
    /// # Errors
    /// If what stands for the key is none.
    pub(super) fn session(&self, origin: &KeyOrigin) -> Result<Option<Session>, Error> {
        let Some(key) = &self.ssecurity else {
            return Ok(None);
        };
        let ssecurity = Ssecurity::parse(key.reveal().as_bytes())?;
        let mut session = Session::new(ssecurity, origin.clone());
        let text = |fact: &Option<Secret>| fact.as_ref().map(|text| text.reveal().to_owned());
        session.sid = text(&self.sid).or_else(|| sid_of_location(self.location.as_ref()?.reveal()));
        session.user_id = text(&self.user_id);
        session.c_user_id = text(&self.c_user_id);
        session.service_tokens = self.token().cloned().into_iter().collect();
        if let (None, Some(family)) = (&session.sid, self.generation) {
            let sid = family.sid();
            if let KeyOrigin::File(name) = &mut session.origin {
                name.push_str(&format!(
                    " (names no sid; {sid} by the client that writes such)"
                ));
            }
            session.sid = Some(sid.to_owned());
        }
        let family = session
            .sid
            .as_deref()
            .map_or(Some(Family::Home), Family::of_sid);
        let region = self.region.as_ref().map(Secret::reveal);
        session.hosts = family
            .zip(region)
            .and_then(|(family, region)| family.host_in(region))
            .into_iter()
            .collect();
        Ok(Some(session))
    }
}

/// The service that a login leads to: its `location` names it, or is one of its
/// hosts.
pub(super) fn sid_of_location(location: &str) -> Option<String> {
    let url = crate::flow::Url::new(location);
    let form = url
        .query()
        .and_then(|query| Form::parse(query.as_bytes()).ok());
    let named = form.and_then(|form| Some(String::from_utf8_lossy(form.get("sid")?).into_owned()));
    named.or_else(|| Some(Family::of_host(url.host())?.sid().to_owned()))
}
