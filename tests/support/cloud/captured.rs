//! A cloud that knows what a capture holds.

use std::io;

use mishark_core::workspace::Workspace;
use serde_json::Value;

use super::{Account, Cloud};

impl Cloud {
    /// One that speaks HTTP at this address, knows every login of the captures
    /// of which key and token are known, and answers as it did in them.
    pub(crate) fn of(workspace: &Workspace, address: &str) -> io::Result<Self> {
        let cloud = Self::at(address, accounts(workspace))?;
        teach(&cloud, workspace);
        Ok(cloud)
    }
}

fn accounts(workspace: &Workspace) -> Vec<Account> {
    let sessions = workspace.ring().sessions().iter();
    let pairs = sessions.flat_map(|session| {
        let tokens = session.service_tokens.iter();
        tokens.map(|token| Account {
            is_fitness: session.sid.as_deref() == Some("miothealth"),
            ..Account::new(&session.ssecurity.encode(), token.reveal())
        })
    });
    pairs.collect()
}

fn teach(cloud: &Cloud, workspace: &Workspace) {
    for id in workspace.ids() {
        let (Some(flow), decoded) = workspace.open(id) else {
            continue;
        };
        let plaintext = decoded.response.and_then(|side| side.plaintext);
        let answer: Option<Value> = plaintext.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(result) = answer.as_ref().and_then(|answer| answer.get("result")) else {
            continue;
        };
        for item in result.as_array().into_iter().flatten() {
            if item["siid"].is_u64() && item["piid"].is_u64() && item.get("value").is_some() {
                cloud.item(item.clone());
            }
        }
        cloud.answer(flow.request.url.path(), result.clone());
    }
}
