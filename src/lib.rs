//! The workbench over [`mishark_core`]: the shell's commands and the screen.
//!
//! A module imports only from rows below its own; `tests/layers` holds this,
//! here and in the engine.
//!
//! | row | modules | what they know |
//! |-----|---------|----------------|
//! | 1 | [`commands`] | the shell |
//! | 0 | [`cli`], [`tui`] | the words of the command line; the screen |

pub mod cli;
pub mod commands;
pub mod tui;
