//! A capture that flows come to while it is looked at: a file that is
//! followed, a proxy that is asked, a stream that is read.
//!
//! Its flows are in memory: the file may be written over at any moment, and the
//! proxy forgets.

use std::sync::Arc;

use super::entry::{Entry, Names, Row};
use super::error::EntryError;
use super::reader::Capture;
use crate::flow::{Body, Flow, Headers};

/// A flow that came, or came again with more to it.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its place in the capture. The next free one adds it; one that is taken
    /// puts it in the place of what was there.
    pub place: usize,
    /// The flow, or why it can not be read.
    pub flow: Result<Arc<Flow>, EntryError>,
}

/// The flows of a capture that grows may have as many bytes in memory; then no
/// more is to be taken.
pub const MAX_HELD: u64 = 4 << 30;

/// What a flow costs beside its own bytes: itself, its entry, and what whoever
/// shows it keeps of it.
const FLOW: u64 = 1 << 10;

/// What a field of a header costs beside its own bytes.
const FIELD: u64 = 64;

/// So many names are shared between entries, then sharing begins anew: a stream
/// that goes on for days must not keep each path it ever had.
const MAX_NAMES: usize = 1 << 16;

/// Makes entries of the flows of one capture, and keeps none of them.
#[derive(Debug, Default)]
pub struct Arrivals {
    names: Names,
    places: usize,
}

/// A flow that was given its place.
#[derive(Debug)]
pub struct Arrived {
    /// The place.
    pub place: usize,
    /// What the list shows of it.
    pub entry: Entry,
    /// The flow; without one, the entry says why.
    pub flow: Option<Arc<Flow>>,
}

impl Arrivals {
    /// Gives a flow its place; one behind the next free place gets that.
    pub fn take(&mut self, arrival: Arrival) -> Arrived {
        let place = arrival.place.min(self.places);
        self.places = self.places.max(place + 1);
        let (row, flow) = match arrival.flow {
            Ok(flow) => (Ok(Row::of(&flow)), Some(flow)),
            Err(error) => (Err(error), None),
        };
        if self.names.len() > MAX_NAMES {
            self.names = Names::default();
        }
        let at = place as u64;
        // Each may hold a key: what came before it is not searched for them.
        let entry = Entry::new(at..at + 1, row, true, &mut self.names);
        Arrived { place, entry, flow }
    }

    /// How many places are taken.
    pub fn len(&self) -> usize {
        self.places
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.places == 0
    }
}

/// The flows that have come so far.
#[derive(Debug)]
pub struct Growing {
    name: Arc<str>,
    flows: Vec<Arc<Flow>>,
    entries: Vec<Entry>,
    arrivals: Arrivals,
    held: u64,
}

impl Growing {
    /// No flows yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            flows: Vec::new(),
            entries: Vec::new(),
            arrivals: Arrivals::default(),
            held: 0,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives it another name: who answers is known later than that it is asked.
    pub fn rename(&mut self, name: &str) {
        self.name = name.into();
    }

    /// How many flows have come.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none has come.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many bytes the flows have that are held, about; [`MAX_HELD`] is for
    /// whoever hands them in to keep.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// Takes a flow to its place; one behind the next free place is added.
    /// Returns where it is now.
    pub fn take(&mut self, arrival: Arrival) -> usize {
        let Arrived { place, entry, flow } = self.arrivals.take(arrival);
        // Nobody reads the flow of an entry that has none.
        let flow = flow.unwrap_or_default();
        self.held += weight(&flow);
        if place == self.entries.len() {
            self.entries.push(entry);
            self.flows.push(flow);
        } else {
            self.held -= weight(&self.flows[place]);
            self.entries[place] = entry;
            self.flows[place] = flow;
        }
        place
    }

    /// All of it as it is now.
    pub fn capture(&self) -> Capture {
        Capture::in_memory(
            Arc::clone(&self.name),
            self.flows.clone(),
            self.entries.clone(),
        )
    }
}

/// How many bytes a flow takes, about.
fn weight(flow: &Flow) -> u64 {
    let field = |name: &str, value: &str| FIELD + (name.len() + value.len()) as u64;
    let message = |headers: &Headers, body: &Body| {
        let fields: u64 = headers.iter().map(|(name, value)| field(name, value)).sum();
        fields
            + match body {
                Body::Absent | Body::Dropped { .. } => 0,
                Body::Bytes(bytes) => bytes.len() as u64,
                Body::Frames(frames) => {
                    let frames = frames.iter();
                    frames.map(|frame| FIELD + frame.bytes.len() as u64).sum()
                }
                Body::Params(params) => {
                    let params = params.iter();
                    params.map(|(name, value)| field(name, value)).sum()
                }
            }
    };
    let request = &flow.request;
    let answer = flow.response.as_ref();
    FLOW + request.url.as_str().len() as u64
        + message(&request.headers, &request.body)
        + answer.map_or(0, |answer| message(&answer.headers, &answer.body))
}

#[cfg(test)]
mod tests {
    use super::super::error::Reason;
    use super::*;
    use crate::flow::{Request, Url};

    fn flow(url: &str) -> Arc<Flow> {
        Arc::new(Flow {
            request: Request {
                url: Url::new(url),
                ..Request::default()
            },
            ..Flow::default()
        })
    }

    #[test]
    fn flows_are_added_and_put_in_the_place_of_others() {
        let mut growing = Growing::new("live");
        let arrive = |place, url: &str| Arrival {
            place,
            flow: Ok(flow(url)),
        };
        assert_eq!(growing.take(arrive(0, "https://h/a")), 0);
        assert_eq!(growing.take(arrive(7, "https://h/b")), 1);
        let before = growing.capture();
        assert_eq!(growing.take(arrive(0, "https://h/c")), 0);
        let error = EntryError {
            pointer: String::new(),
            reason: Reason::NotAnObject,
            byte: None,
        };
        let flow = Err(error.clone());
        assert_eq!(growing.take(Arrival { place: 2, flow }), 2);
        let after = growing.capture();
        let paths = |capture: &Capture| -> Vec<String> {
            let entries = capture.entries().iter();
            entries.map(|entry| entry.path.to_string()).collect()
        };
        assert_eq!(paths(&before), ["/a", "/b"]);
        assert_eq!(paths(&after), ["/c", "/b", ""]);
        assert_eq!(after.flow(&after.entries()[2]), Err(error));
        // Flows without bodies count, and one that can not be read.
        let nothing = weight(&Flow::default());
        assert_eq!(nothing, FLOW);
        let before = growing.held();
        assert_eq!(before, 3 * nothing + 2 * "https://h/a".len() as u64);
        let long = |bytes| {
            let mut flow = Flow::default();
            flow.request.body = Body::Bytes(vec![0; bytes]);
            Ok(Arc::new(flow))
        };
        for (place, bytes, held) in [(3, 10, 10), (4, 5, 15), (3, 2, 7)] {
            growing.take(Arrival {
                place,
                flow: long(bytes),
            });
            let flows = if place == 3 && bytes == 10 { 1 } else { 2 };
            assert_eq!(growing.held(), before + flows * nothing + held);
        }
        let read = after.flow(&after.entries()[0]).unwrap();
        assert_eq!(read.request.url.as_str(), "https://h/c");
    }
}
