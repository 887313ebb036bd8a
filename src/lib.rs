//! The workbench over [`mishark_core`]: the shell's commands and the screen.
//!
//! A module imports only from rows below its own; `tests/layers` holds this,
//! here and in the engine.
//!
//! | row | modules | what they know |
//! |-----|---------|----------------|
//! | 2 | [`commands`] | the shell |
//! | 1 | [`cli`], [`tui`] | the words of the command line; the screen |
//! | 0 | [`columns`] | what a list of flows shows |

pub mod cli;
pub mod columns;
pub mod commands;
pub mod tui;
