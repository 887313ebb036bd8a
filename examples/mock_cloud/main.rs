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
use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;

use cloud::Cloud;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let sample = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples/home.har");
    let capture = arguments.next().map_or_else(sample, PathBuf::from);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&capture)?);
    let cloud = Cloud::of(&workspace, &address).context(address)?;

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
