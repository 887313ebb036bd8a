//! What only a terminal can show: that it is as it was after quitting, panics,
//! signals, and while the program is stopped or lends the terminal; and that
//! an idle screen sleeps.
//!
//! `mishark` itself runs in a pseudo terminal. What can not be made to happen in
//! it, panics among others, a small program does that uses the same terminal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod builder;
mod home;
mod hostile;
#[cfg(target_os = "linux")]
mod idle;
mod jobs;
mod outputs;
mod outside;
mod paste;
mod program;
#[path = "../support/pty.rs"]
mod pty;
mod resize;
mod screen;
#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each program uses its part")]
mod support;
mod taken_back;
