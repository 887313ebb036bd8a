//! A capture that flows come to while it is looked at: a file that is
//! followed, a proxy that is asked, a stream that is read.
//!
//! Its flows are in memory: the file may be written over at any moment, and the
//! proxy forgets.

use std::sync::Arc;

use super::error::EntryError;
use super::index::{self, Names};
use super::{Capture, Entry, Kept, Reader, Row};
use crate::flow::Flow;

/// A flow that came, or came again with more to it.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Its place in the capture. The next free one adds it; one that is taken
    /// puts it in the place of what was there.
    pub place: usize,
    /// The flow, or why it can not be read.
    pub flow: Result<Arc<Flow>, EntryError>,
}

/// The flows that have come so far.
#[derive(Debug)]
pub struct Growing {
    name: Arc<str>,
    flows: Vec<Arc<Flow>>,
    entries: Vec<Entry>,
    names: Names,
}

impl Growing {
    /// No flows yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            flows: Vec::new(),
            entries: Vec::new(),
            names: Names::default(),
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

    /// Takes a flow to its place; one behind the next free place is added.
    /// Returns where it is now.
    pub fn take(&mut self, arrival: Arrival) -> usize {
        let place = arrival.place.min(self.entries.len());
        let (row, flow) = match arrival.flow {
            Ok(flow) => (Ok(Row::of(&flow)), flow),
            // The entry says why; nobody reads the flow.
            Err(error) => (Err(error), Arc::default()),
        };
        let at = place as u64;
        // Each may hold a key: what came before it is not searched for them.
        let entry = index::entry(at..at + 1, row, true, &mut self.names);
        if place == self.entries.len() {
            self.entries.push(entry);
            self.flows.push(flow);
        } else {
            self.entries[place] = entry;
            self.flows[place] = flow;
        }
        place
    }

    /// All of it as it is now.
    pub fn capture(&self) -> Capture {
        Capture {
            reader: Reader(Kept::Flows {
                name: Arc::clone(&self.name),
                flows: Arc::new(self.flows.clone()),
            }),
            entries: self.entries.clone(),
            warnings: Vec::new(),
        }
    }
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
        let read = after.flow(&after.entries()[0]).unwrap();
        assert_eq!(read.request.url.as_str(), "https://h/c");
    }
}
