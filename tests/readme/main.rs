//! The README's claims: what it shows is what the program does today.
//!
//! ```text
//! UPDATE_README=1 cargo test --test readme   writes its generated parts anew
//! cargo run --example pictures               draws its pictures anew
//! ```

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod claims;
#[cfg(unix)]
mod console;
mod generated;
mod pictures;

#[path = "../support/cloud/mod.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod cloud;
#[path = "../../crates/mishark-core/tests/recorders/support.rs"]
#[allow(dead_code, reason = "the recorders' tests use more of it")]
mod support;

fn readme() -> String {
    std::fs::read_to_string(support::root().join("README.md")).unwrap()
}
