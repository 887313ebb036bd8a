//! A cloud on this machine, so that anyone can try to replay without an
//! account.
//!
//! ```text
//! cargo run --example mock_cloud                        the home of samples/
//! cargo run --example mock_cloud -- my.har 127.0.0.1:8080
//! ```
//!
//! It knows the accounts, keys and tokens that a capture holds, checks every
//! signature as the real cloud does, keeps properties that are set, and answers
//! other calls as they were answered in the capture.

#![expect(clippy::unwrap_used, reason = "it shares its cloud with the tests")]

#[path = "../../tests/support/cloud/mod.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod cloud;

use std::path::PathBuf;

use anyhow::{Context, Result};
use mishark::capture::Capture;
use mishark::decode::Options;
use mishark::workspace::Workspace;
use serde_json::Value;

use cloud::{Account, Cloud};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let sample = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples/home.har");
    let capture = arguments.next().map_or_else(sample, PathBuf::from);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&capture)?);
    let cloud = Cloud::at(&address, accounts(&workspace)).context(address)?;
    teach(&cloud, &workspace);

    let base = cloud.base();
    let capture = capture.display();
    println!("{base} answers for {capture}. Ctrl-C ends it. Try:");
    println!("  mishark replay {capture} 13 --base-url {base}");
    println!("  mishark replay {capture} 14 --base-url {base} --dry-run");
    println!("  mishark replay {capture} 14 --base-url {base} --set /params/0/value=false --yes");
    println!("  mishark call --template homes --from {capture} --base-url {base}");
    let mut told = 0;
    loop {
        // The connections have their own threads; this one only tells.
        std::thread::sleep(std::time::Duration::from_millis(200));
        for seen in cloud.seen() {
            told += 1;
            let path = seen.target.split('?').next().unwrap_or_default();
            println!("{told} {} {path}: {}", seen.method, seen.mode);
        }
    }
}

/// Every login of which key and token are known.
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

/// Lets the cloud answer as it did in the capture.
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
