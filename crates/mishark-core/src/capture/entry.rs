//! What a list shows of a flow, and where in the file it is.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::error::EntryError;
use crate::flow::{Flow, Moment};

/// One record of a capture, as much as a list shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its first byte in the source; in an archive, that of its first member.
    pub start: u64,
    /// How many bytes it has; in an archive, all its members together, packed.
    pub len: u64,
    /// When the request began.
    pub started: Option<Moment>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// The method as recorded.
    pub method: Arc<str>,
    /// The URL's host.
    pub host: Arc<str>,
    /// The URL's path.
    pub path: Arc<str>,
    /// The status code.
    pub status: Option<u16>,
    /// The size of the response body, in the recorder's words.
    pub response_size: Option<u64>,
    /// Whether it may hold a key that no entry before it holds.
    pub may_hold_key: bool,
    /// Why it can not be read; the other fields are empty then.
    pub error: Option<Box<EntryError>>,
}

impl Entry {
    /// An entry of its row; `news` says whether it mentions a key that no entry
    /// before it mentions.
    pub(super) fn new(
        range: Range<u64>,
        row: Result<Row, EntryError>,
        news: bool,
        names: &mut Names,
    ) -> Self {
        let (row, error) = match row {
            Ok(row) => (row, None),
            Err(error) => (Row::default(), Some(Box::new(error))),
        };
        // The `/sts` hop of a login names no key, but ties a token to one.
        let may_hold_key = error.is_none() && (news || row.path.ends_with("/sts"));
        Self {
            start: range.start,
            len: range.end - range.start,
            started: row.started,
            duration_ms: row.duration_ms,
            method: names.share(&row.method),
            host: names.share(&row.host),
            path: names.share(&row.path),
            status: row.status,
            response_size: row.response_size,
            may_hold_key,
            error,
        }
    }
}

/// What one entry contributes to the list, before names are shared.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row {
    pub(super) started: Option<Moment>,
    pub(super) duration_ms: Option<f64>,
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) status: Option<u16>,
    pub(super) response_size: Option<u64>,
}

impl Row {
    pub(super) fn of(flow: &Flow) -> Self {
        let response = flow.response.as_ref();
        let body = response.and_then(|response| response.body.bytes());
        Self {
            started: flow.started,
            duration_ms: flow.duration_ms,
            method: flow.request.method.clone(),
            host: flow.request.url.host().to_owned(),
            path: flow.request.url.path().to_owned(),
            status: response.and_then(|response| response.status),
            response_size: body.map(|bytes| bytes.len() as u64),
        }
    }
}

/// Names that many entries share, each kept once.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(name) = self.0.get(name) {
            return Arc::clone(name);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}
