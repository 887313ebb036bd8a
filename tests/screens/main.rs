//! The whole screen, driven by keys and looked at cell by cell: no terminal, no
//! clock, real workers.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod list;
mod support;
