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
#[derive(Debug)]
pub struct Call {
    /// The URL's path.
    pub path: Arc<str>,
    /// The URL's host.
    pub host: Arc<str>,
    /// The host's place among [`Calls::hosts`].
    pub host_number: u32,
    /// Whether it only reads, as what a home app polls does.
    pub only_reads: bool,
    /// Whether it is no call but an entry that can not be read.
    pub is_broken: bool,
    /// Whether a row that was not opened yet is shown where Mi Home's are.
    pub likely_mi: bool,
}

/// All calls of all rows.
#[derive(Debug, Default)]
pub struct Calls {
    numbers: HashMap<Key, u32>,
    all: Vec<Call>,
    host_numbers: HashMap<Arc<str>, u32>,
    hosts: Vec<Arc<str>>,
}

impl Calls {
    /// A call by its number.
    pub fn get(&self, number: u32) -> &Call {
        &self.all[number as usize]
    }

    /// How many there are; their numbers are below that.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The hosts they go to.
    pub fn hosts(&self) -> &[Arc<str>] {
        &self.hosts
    }

    /// The number of an entry's call.
    pub(super) fn number(&mut self, entry: &Entry) -> u32 {
        let key = Key {
            method: Arc::clone(&entry.method),
            host: Arc::clone(&entry.host),
            path: Arc::clone(&entry.path),
            status: entry.status,
            is_broken: entry.error.is_some(),
        };
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        // There are no more calls than rows, whose numbers fit.
        let number = self.all.len() as u32;
        let host_number = match self.host_numbers.get(&entry.host) {
            Some(number) => *number,
            None => {
                let number = self.hosts.len() as u32;
                self.hosts.push(Arc::clone(&entry.host));
                self.host_numbers.insert(Arc::clone(&entry.host), number);
                number
            }
        };
        self.all.push(Call {
            path: Arc::clone(&entry.path),
            host: Arc::clone(&entry.host),
            host_number,
            only_reads: only_reads(&entry.path),
            is_broken: key.is_broken,
            likely_mi: likely_mi(entry),
        });
        self.numbers.insert(key, number);
        number
    }
}

fn likely_mi(entry: &Entry) -> bool {
    entry.error.is_some() || is_smart_home(&entry.host)
}

fn only_reads(path: &str) -> bool {
    // What an rpc does stands in its body, so it stays a row of its own.
    call::rpc_did(path).is_none() && call::nature(path, b"") == Nature::Read
}
