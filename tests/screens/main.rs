//! The whole screen, driven by keys and looked at cell by cell: no terminal, no
//! clock, real workers.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod bindings;
mod bodies;
mod builder;
mod builder_batch;
mod builder_failures;
mod builder_home;
mod builder_sending;
mod copies;
mod export;
mod filter;
mod find;
mod first_run;
mod following;
mod hostile;
mod keys;
mod list;
mod locked;
mod long;
mod look;
mod mouse;
mod real;
mod recording;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod shared;
mod sizes;
mod support;
mod update;
