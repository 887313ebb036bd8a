//! What is edited, signed and sent: against known answers of the public
//! clients, against every capture there is, and against a strict cloud on this
//! machine.

#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod failures;
mod home;
mod known_answers;
mod reseal;
mod round;
#[path = "../support/mod.rs"]
mod support;
mod templates;
