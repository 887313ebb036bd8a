//! The whole screen, driven by keys and looked at cell by cell: no terminal, no
//! clock, real workers.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod bodies;
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
mod mouse;
mod real;
mod recording;
mod sizes;
mod support;
mod update;
