//! Drafts, signatures, sending, comparing, saving.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use super::context::JobContext;
use crate::tui::answered::Answered;
use crate::tui::builder::named;
use crate::tui::effect::{Drafted, Marked, Point};
use crate::tui::message::Message;
use crate::tui::words;
use mishark_core::diff::diff;
use mishark_core::directory::Directory;
use mishark_core::flow::Moment;
use mishark_core::json::Tree;
use mishark_core::replay::{self, Draft, End, Endpoint, Item, NoDraft, effect, send_batch};
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
    let mut draft = match flow {
        Some(id) => draft_of(id, workspace),
        None => Err(NoDraft::Foreign),
    };
    if draft.is_err() && matches!(then, Drafted::Template { .. }) {
        let client = replay::client(workspace);
        draft = Ok(client.map_or_else(|| Box::new(Draft::new(CLOUD, "/", "")), Box::new));
    }
    Message::Drafted { row, draft, then }
}

fn draft_of(id: FlowId, workspace: &Workspace) -> Result<Box<Draft>, NoDraft> {
    let (flow, decoded) = workspace.open(id);
    let flow = flow.ok_or(NoDraft::Closed(decoded.state))?;
    Draft::of(&flow, &decoded, workspace.ring()).map(Box::new)
}

/// Requests of the marked flows that only read.
pub(super) fn marked(
    workspace: &Workspace,
    directory: &Directory,
    endpoint: &Endpoint,
    rows: Vec<(u32, FlowId)>,
    context: &JobContext,
) -> Message {
    let mut marked = Marked::default();
    for (row, id) in rows {
        if context.is_cancelled() {
            return Message::SendingEnded(End::Cancelled);
        }
        let made = read_of(id, workspace, directory).and_then(|item| {
            let preview = item.preview().map_err(|error| error.to_string())?;
            match endpoint.check(&preview) {
                Err(refusal) if refusal.host().is_none() => return Err(refusal.to_string()),
                Err(refusal) if !marked.refusals.contains(&refusal) => {
                    marked.refusals.push(refusal);
                }
                _ => {}
            }
            Ok(item)
        });
        match made {
            Ok(item) => marked.ready.push((row, item)),
            Err(why) => marked.held.push((row, why)),
        }
    }
    Message::Marked(marked)
}

/// A flow as a request that is signed when its turn comes; or why it is not
/// sent.
fn read_of(id: FlowId, workspace: &Workspace, directory: &Directory) -> Result<Item, String> {
    let draft = draft_of(id, workspace).map_err(|error| error.to_string())?;
    let effect = effect(&draft);
    if effect.is_write() {
        let what = named(&effect.to_string(), directory, &effect.devices);
        return Err(words::it_writes(&what));
    }
    let session = draft.session.and_then(|id| workspace.ring().find_id(id));
    let session = Box::new(session.ok_or(words::NO_SESSION)?.clone());
    Ok(Item::Draft(draft, session))
}

/// Sends requests and tells of each answer, opened.
pub(super) fn send(
    items: &[Item],
    endpoint: &Endpoint,
    pause: Duration,
    workspace: &Workspace,
    context: &JobContext,
) -> Message {
    let Ok(end) = send_batch(
        items,
        endpoint,
        pause,
        workspace,
        &context.stop.sending,
        |event| {
            let session = event.request.and_then(|request| request.session());
            let answered = |answered| Box::new(Answered::new(answered, session));
            context.send(Message::Sent {
                at: event.at,
                outcome: event.outcome.map(answered),
            });
            Ok::<_, Infallible>(())
        },
    );
    Message::SendingEnded(end)
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
