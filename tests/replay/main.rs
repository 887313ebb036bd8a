//! What is edited, signed and sent: against known answers of the public
//! clients, against every capture there is, and against a strict cloud on this
//! machine.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod commands;
mod failures;
mod home;
mod known_answers;
mod lying;
mod reseal;
mod round;
mod scripts;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod support;
mod templates;
