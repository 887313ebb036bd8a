//! Looking for what comes: files that grow, proxies that run.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::context::JobContext;
use crate::tui::effect::Watched;
use crate::tui::message::{Grown, Message};
use mishark_core::attach::{Attachment, Target};
use mishark_core::capture::Arrival;
use mishark_core::follow::{Follower, INTERVAL};
use mishark_core::session::{self, Keyring, Place};

/// While one waits for the next look it is looked this often whether that is
/// still wanted.
const HEED: Duration = Duration::from_millis(100);

/// Looks until it is cancelled.
pub(super) fn run(capture: usize, watched: Watched, context: &JobContext) {
    match watched {
        Watched::File(path) => follow(capture, &path, context),
        Watched::Proxy(target) => attach(capture, target, context),
    }
}

fn follow(capture: usize, path: &Path, context: &JobContext) {
    let name = path.display().to_string();
    let mut follower = Follower::new(path);
    let mut ring = Keyring::new();
    while !context.is_cancelled() {
        let look = follower.look();
        let notes: Vec<String> = look.events.iter().map(ToString::to_string).collect();
        if !look.arrivals.is_empty() || !notes.is_empty() {
            let grown = Grown {
                name: name.clone(),
                ring: harvest(&mut ring, &name, &look.arrivals),
                arrivals: look.arrivals,
                notes,
                trouble: None,
            };
            send(capture, grown, context);
        }
        if !look.more {
            wait(INTERVAL, context);
        }
    }
}

fn attach(capture: usize, target: Target, context: &JobContext) {
    let mut attachment = Attachment::new(target);
    let mut ring = Keyring::new();
    let mut told = (None, None);
    while !context.is_cancelled() {
        let poll = attachment.poll();
        let is = (attachment.program(), poll.trouble.clone());
        if !poll.arrivals.is_empty() || is != told {
            let name = attachment.name();
            let grown = Grown {
                ring: harvest(&mut ring, &name, &poll.arrivals),
                name,
                arrivals: poll.arrivals,
                notes: Vec::new(),
                trouble: poll.trouble.map(|trouble| trouble.to_string()),
            };
            send(capture, grown, context);
        }
        told = is;
        if !poll.more {
            wait(attachment.wait(), context);
        }
    }
}

fn send(capture: usize, grown: Grown, context: &JobContext) {
    context.send(Message::Grown {
        capture,
        grown: Box::new(grown),
    });
}

/// Takes the keys of what came; all of them, if anything came.
fn harvest(ring: &mut Keyring, name: &str, arrivals: &[Arrival]) -> Option<Keyring> {
    for arrival in arrivals {
        if let Ok(flow) = &arrival.flow {
            let place = Place {
                capture: name.to_owned(),
                entry: arrival.place,
            };
            session::harvest(ring, flow, &place);
        }
    }
    (!arrivals.is_empty()).then(|| ring.clone())
}

fn wait(long: Duration, context: &JobContext) {
    let since = Instant::now();
    while !context.is_cancelled() && since.elapsed() < long {
        thread::sleep(HEED.min(long));
    }
}
