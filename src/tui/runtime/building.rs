//! Drafts, signatures, sending, comparing, saving.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Line;
use crate::tui::answered::Answered;
use crate::tui::effect::{Drafted, Point, Signing};
use crate::tui::message::Message;
use crate::tui::words;
use mishark_core::diff::diff;
use mishark_core::flow::Moment;
use mishark_core::json::Tree;
use mishark_core::replay::{self, Cancel, Draft, Endpoint, SignError, SignedRequest, fresh_nonce};
use mishark_core::session::Session;
use mishark_core::workspace::{FlowId, Workspace};

/// What a call goes to when no capture tells of a client.
const CLOUD: &str = "https://api.io.mi.com";

/// Makes a draft of a flow. For a template it is of the client that the
/// captures show, or of nobody in particular.
pub(super) fn draft(
    workspace: &Workspace,
    flow: Option<FlowId>,
    row: Option<u32>,
    then: Drafted,
) -> Message {
    let of = |id: FlowId| {
        let (flow, decoded) = workspace.open(id);
        let Some(flow) = flow else {
            return Err(replay::NoDraft::Closed(decoded.state));
        };
        Draft::of(&flow, &decoded, workspace.ring()).map(Box::new)
    };
    let mut draft = match flow {
        Some(id) => of(id),
        None => Err(replay::NoDraft::Foreign),
    };
    if draft.is_err() && matches!(then, Drafted::Template { .. }) {
        let client = replay::client(workspace);
        draft = Ok(client.map_or_else(|| Box::new(Draft::new(CLOUD, "/", "")), Box::new));
    }
    Message::Drafted { row, draft, then }
}

/// Signs a draft with a fresh nonce.
pub(super) fn sign(draft: &Draft, session: &Session, then: Signing) -> Message {
    let nonce = match fresh_nonce() {
        Ok(nonce) => nonce,
        Err(error) => return Message::Failed(error.to_string()),
    };
    let signed: Result<SignedRequest, SignError> = replay::sign(draft, session, nonce);
    Message::Signed {
        signed: signed.map(Arc::new),
        then,
    }
}

/// Sends a request, waits for its answer and opens it.
pub(super) fn send(
    request: &SignedRequest,
    endpoint: &Endpoint,
    workspace: &Workspace,
    original: Option<u32>,
    cancel: &Cancel,
) -> Message {
    let sent = replay::send(request, endpoint, cancel);
    let outcome = sent.map(|flow| Box::new(Answered::new(flow, workspace)));
    Message::Sent { original, outcome }
}

/// Says what changed from one flow to another: both sides.
pub(super) fn compare(
    workspace: &Workspace,
    before: FlowId,
    after: FlowId,
    for_builder: bool,
) -> Message {
    let (_, first) = workspace.open(before);
    let (_, second) = workspace.open(after);
    let mut lines = Vec::new();
    let sides = [
        (
            "request",
            first.request.plaintext.as_deref(),
            second.request.plaintext.as_deref(),
        ),
        (
            "response",
            first
                .response
                .as_ref()
                .and_then(|side| side.plaintext.as_deref()),
            second
                .response
                .as_ref()
                .and_then(|side| side.plaintext.as_deref()),
        ),
    ];
    for (name, before, after) in sides {
        let changes = changes(before, after);
        if for_builder && changes.is_empty() {
            continue;
        }
        lines.push(words::side_changed(name, changes.len()));
        lines.extend(changes);
    }
    if for_builder && lines.is_empty() {
        lines.push(words::NO_DIFFERENCE.to_owned());
    }
    Message::Compared { lines, for_builder }
}

fn changes(before: Option<&[u8]>, after: Option<&[u8]>) -> Vec<String> {
    let (before, after) = match (before, after) {
        (None, None) => return Vec::new(),
        (Some(_), None) => return vec![words::ALL_GONE.to_owned()],
        (None, Some(_)) => return vec![words::ALL_NEW.to_owned()],
        (Some(before), Some(after)) => (before, after),
    };
    if before == after {
        return Vec::new();
    }
    match (Tree::parse(before), Tree::parse(after)) {
        (Ok(first), Ok(second)) => {
            let diff = diff(&first, &second);
            let mut lines: Vec<String> = diff.changes.iter().map(ToString::to_string).collect();
            if diff.has_more {
                lines.push(words::MORE_CHANGES.to_owned());
            }
            if lines.is_empty() {
                lines.push(words::LAYOUT_ALONE.to_owned());
            }
            lines
        }
        _ => vec![words::other_bytes(before.len(), after.len())],
    }
}

/// The properties and actions that calls name, each once.
pub(super) fn points(workspace: &Workspace, flows: &[FlowId]) -> Message {
    /// A home of fifty devices uses some hundred.
    const MOST: usize = 2000;
    let mut points: Vec<Point> = Vec::new();
    for id in flows {
        let (_, decoded) = workspace.open(*id);
        let plaintext = decoded.request.plaintext.unwrap_or_default();
        let Ok(tree) = Tree::parse(&plaintext) else {
            continue;
        };
        for row in 0..tree.len() {
            if points.len() < MOST
                && let Some(point) = point(&tree, row)
                && !points.contains(&point)
            {
                points.push(point);
            }
        }
    }
    Message::Points(points)
}

fn point(tree: &Tree<'_>, row: usize) -> Option<Point> {
    let scalar = |name: &str| tree.scalar(tree.member(row, name)?);
    let number = |name: &str| scalar(name)?.parse().ok();
    let action = number("aiid");
    Some(Point {
        did: scalar("did")?.into_owned(),
        siid: number("siid")?,
        iid: action.or_else(|| number("piid"))?,
        is_action: action.is_some(),
    })
}

/// How often a pause looks whether it is still wanted.
const PAUSE_LOOK: Duration = Duration::from_millis(20);

/// Lets some time pass; tells whether nobody stopped it.
pub(super) fn pause(time: Duration, line: &Line) -> bool {
    let end = Instant::now() + time;
    while !line.is_cancelled() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(PAUSE_LOOK));
    }
    false
}

/// Tells the time.
pub(super) fn now() -> Message {
    match Moment::now() {
        Some(now) => Message::Now(now),
        // No clock says that.
        None => Message::Failed(words::NO_CLOCK.to_owned()),
    }
}

/// Saves a session to a key file that only its owner can read.
pub(super) fn save(session: &Session, path: &Path) -> Message {
    match mishark_core::session::save_key_file(path, std::slice::from_ref(session)) {
        Ok(()) => Message::Note(words::saved_session(
            &session.label(),
            &path.display().to_string(),
        )),
        Err(error) => Message::Failed(format!("{}: {error}", path.display())),
    }
}
