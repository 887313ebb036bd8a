//! whistle's `get-data`, read from whistle 2.10.10 (`lib/util/data-server.js`).
//!
//! `startTime` is the id of the last session one has, `0` for all; `count` is
//! 100 at most. `ids` are those one waits for: they are answered as they are
//! now, and left out once whistle has forgotten them. whistle keeps some
//! hundred sessions, so one has to ask often.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::Client;
use super::error::Trouble;
use super::poll::{Places, Poll};
use crate::capture::{Arrival, EntryError, lines};
use crate::flow::Flow;

/// How many sessions are asked for at once. whistle keeps 1 MiB of each body
/// unless `enable://bigData` raises that to 16, so this many fit the limit.
const COUNT: usize = 60;

/// How many bytes an answer may have: sixty sessions with two full bodies each,
/// as base64, and half as much again.
const ANSWER_LIMIT: u64 = 256 << 20;

/// How many unanswered sessions are asked for again at once; the ids stand in
/// the URL.
const ASKED_AGAIN: usize = 60;

/// A session without an answer is shown after being asked for as many times; it
/// is shown anew when its answer comes. Ten seconds, so that the usual one is
/// shown once, and whole.
const PATIENCE: u32 = 20;

/// More sessions that are waited for than whistle keeps: those that were waited
/// for longest are given up.
const MAX_WAITING: usize = 2000;

/// How far one is with a whistle.
#[derive(Debug, Default)]
pub(super) struct Whistle {
    /// The last session one has.
    last: Option<String>,
    waiting: BTreeMap<String, Waiting>,
    places: Places,
    /// Asked for one by one, after an answer that was too big.
    is_careful: bool,
}

/// A session whose answer has not come.
#[derive(Debug)]
struct Waiting {
    /// Where it is shown, if it is.
    place: Option<usize>,
    asked: u32,
    /// As it was seen last.
    flow: Result<Arc<Flow>, EntryError>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    ec: Option<i64>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(rename = "newIds")]
    new_ids: Vec<String>,
    #[serde(borrow)]
    data: BTreeMap<String, &'a RawValue>,
    #[serde(rename = "hasNew", default)]
    has_new: Option<bool>,
}

/// What tells that a session is over.
#[derive(Deserialize)]
struct Ends<'a> {
    #[serde(borrow, rename = "endTime")]
    end_time: Option<&'a RawValue>,
}

impl Whistle {
    pub(super) fn poll(&mut self, client: &Client, poll: &mut Poll) -> Result<(), Trouble> {
        let again: Vec<&str> = self.waiting.keys().map(String::as_str).collect();
        let again = &again[..again.len().min(ASKED_AGAIN)];
        let count = if self.is_careful { 1 } else { COUNT };
        let mut path = format!(
            "/cgi-bin/get-data?startTime={}&count={count}",
            self.last.as_deref().unwrap_or("0")
        );
        if !again.is_empty() && !self.is_careful {
            path.push_str("&ids=");
            path.push_str(&again.join(","));
        }
        let answer = client.get(&path, None, ANSWER_LIMIT);
        let answer = match answer {
            Err(Trouble::TooBig { .. }) if !self.is_careful && self.last.is_some() => {
                self.is_careful = true;
                poll.more = true;
                return Ok(());
            }
            answer => answer?,
        };
        if answer.status != 200 {
            return Err(match answer.status {
                403 => Trouble::Refused { status: 403 },
                status => Trouble::Status(status),
            });
        }
        let read: Answer<'_> =
            serde_json::from_slice(&answer.body).map_err(|_| Trouble::NotUnderstood)?;
        let (Some(0), Some(data)) = (read.ec, read.data) else {
            return Err(Trouble::NotUnderstood);
        };
        let asked: Vec<String> = again.iter().map(|id| (*id).to_owned()).collect();
        if !self.is_careful {
            self.seen_again(&asked, &data, &mut poll.arrivals);
        }
        self.seen_first(&data, &mut poll.arrivals);
        poll.more = data.has_new == Some(true) && !data.new_ids.is_empty();
        if !poll.more {
            self.is_careful = false;
        }
        while self.waiting.len() > MAX_WAITING {
            if let Some((_, waiting)) = self.waiting.pop_first()
                && waiting.place.is_none()
            {
                self.places.show(None, waiting.flow, &mut poll.arrivals);
            }
        }
        Ok(())
    }

    /// Sessions that one has waited for.
    fn seen_again(&mut self, asked: &[String], data: &Data<'_>, arrivals: &mut Vec<Arrival>) {
        for id in asked {
            let Some(mut waiting) = self.waiting.remove(id) else {
                continue;
            };
            let Some(raw) = data.data.get(id) else {
                // whistle has forgotten it.
                if waiting.place.is_none() {
                    self.places.show(None, waiting.flow, arrivals);
                }
                continue;
            };
            waiting.flow = lines::read_line(raw.get().as_bytes()).map(Arc::new);
            waiting.asked += 1;
            if is_over(raw) {
                self.places.show(waiting.place, waiting.flow, arrivals);
                continue;
            }
            if waiting.asked == PATIENCE && waiting.place.is_none() {
                waiting.place = Some(self.places.show(None, waiting.flow.clone(), arrivals));
            }
            self.waiting.insert(id.clone(), waiting);
        }
    }

    /// Sessions that are new.
    fn seen_first(&mut self, data: &Data<'_>, arrivals: &mut Vec<Arrival>) {
        for id in &data.new_ids {
            // What it says of its ids goes into the next question.
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if !id.bytes().all(is_plain) || id.len() > 64 {
                continue;
            }
            let is_news = self.last.as_ref().is_none_or(|last| id > last);
            if !is_news {
                continue;
            }
            self.last = Some(id.clone());
            let Some(raw) = data.data.get(id) else {
                continue;
            };
            let flow = lines::read_line(raw.get().as_bytes()).map(Arc::new);
            if is_over(raw) {
                self.places.show(None, flow, arrivals);
            } else {
                let waiting = Waiting {
                    place: None,
                    asked: 0,
                    flow,
                };
                self.waiting.insert(id.clone(), waiting);
            }
        }
    }

    /// Shows what has not been shown, as it is.
    pub(super) fn flush(&mut self, arrivals: &mut Vec<Arrival>) {
        for waiting in self.waiting.values_mut() {
            if waiting.place.is_none() {
                let flow = waiting.flow.clone();
                waiting.place = Some(self.places.show(None, flow, arrivals));
            }
        }
    }
}

fn is_over(raw: &RawValue) -> bool {
    let ends = serde_json::from_str::<Ends<'_>>(raw.get());
    ends.is_ok_and(|ends| {
        ends.end_time
            .is_some_and(|time| !matches!(time.get(), "null" | "0" | "\"\""))
    })
}
