//! The calls that rows are of: few, however many rows there are. Rows of one call
//! have one number, so the list compares numbers and not names.

use std::collections::HashMap;
use std::sync::Arc;

use mishark_core::call::{self, Nature};
use mishark_core::capture::Entry;
use mishark_core::protocol::hosts::is_smart_home;

/// What an app asks and what came of it, as far as a row without its body tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    method: Arc<str>,
    host: Arc<str>,
    path: Arc<str>,
    status: Option<u16>,
    is_broken: bool,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The URL's path.
    pub path: Arc<str>,
    /// The URL's host.
    pub host: Arc<str>,
    /// The host's number; hosts are numbered as they come.
    pub host_number: u32,
    /// Whether it only reads, as what a home app polls does.
    pub only_reads: bool,
    /// Whether it is no call but an entry that cannot be read.
    pub is_broken: bool,
    /// Whether a row that was not opened yet is shown where Mi Home's are.
    pub likely_mi: bool,
}

/// The numbers of all calls.
#[derive(Debug, Default)]
pub(super) struct CallNumbers {
    numbers: HashMap<Key, u32>,
    host_numbers: HashMap<Arc<str>, u32>,
    hosts: Vec<Arc<str>>,
}

impl CallNumbers {
    /// The hosts they go to.
    pub(super) fn hosts(&self) -> &[Arc<str>] {
        &self.hosts
    }

    /// The number of an entry's call, and the call if there was none like it.
    pub(super) fn of(&mut self, entry: &Entry) -> (u32, Option<Call>) {
        let key = Key {
            method: Arc::clone(&entry.method),
            host: Arc::clone(&entry.host),
            path: Arc::clone(&entry.path),
            status: entry.status,
            is_broken: entry.error.is_some(),
        };
        // There are no more calls than rows, whose numbers fit.
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        let is_new = number == next;
        (number, is_new.then(|| self.call(entry)))
    }

    fn call(&mut self, entry: &Entry) -> Call {
        let next = self.hosts.len() as u32;
        let host = Arc::clone(&entry.host);
        let host_number = *self.host_numbers.entry(host).or_insert(next);
        if host_number == next {
            self.hosts.push(Arc::clone(&entry.host));
        }
        Call {
            path: Arc::clone(&entry.path),
            host: Arc::clone(&entry.host),
            host_number,
            only_reads: only_reads(&entry.path),
            is_broken: entry.error.is_some(),
            likely_mi: likely_mi(entry),
        }
    }
}

fn likely_mi(entry: &Entry) -> bool {
    entry.error.is_some() || is_smart_home(&entry.host)
}

fn only_reads(path: &str) -> bool {
    // What an rpc does stands in its body, so it stays a row of its own.
    call::rpc_did(path).is_none() && call::nature(path, b"") == Nature::Read
}
