//! The client that a capture shows, for calls that nobody has made yet.

use super::Draft;
use crate::protocol::signature::Check;
use crate::workspace::Workspace;

/// The client of the captures: what the newest request looks like whose
/// signature holds. `None` if there is none.
pub fn client(workspace: &Workspace) -> Option<Draft> {
    let ids: Vec<_> = workspace.ids().collect();
    let drafts = ids.into_iter().rev().filter_map(|id| {
        let (flow, decoded) = workspace.open(id);
        let proved = decoded.signature == Check::Match;
        let draft = Draft::of(&flow?, &decoded, workspace.ring()).ok()?;
        proved.then_some(draft)
    });
    // Cameras call other hosts, and by GET; a phone's usual call is better.
    let mut best: Option<Draft> = None;
    for draft in drafts {
        let is_usual = draft.method == "POST" && draft.path.starts_with("/app/");
        if is_usual {
            return Some(draft);
        }
        best.get_or_insert(draft);
    }
    best
}
