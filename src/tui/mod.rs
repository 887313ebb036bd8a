//! The screen: captures browsed in panes. ratatui and crossterm appear here and
//! nowhere else.
//!
//! A module imports only from rows below its own; `tests/layers` holds this.
//!
//! | row | modules | what they know |
//! |-----|---------|----------------|
//! | 9 | `run` | the loop around the terminal |
//! | 8 | `driver` | both joined |
//! | 7 | `app`, `runtime` | the whole screen as a value; the threads that work for it |
//! | 6 | `message`, `outside`, `overlay` | what is told; other programs; what lies over the panes |
//! | 5 | `effect` | what is asked for |
//! | 4 | `detail`, `opened` | the sides of a flow; how one is opened |
//! | 3 | `builder`, `shown` | a draft; a flow with its tabs |
//! | 2 | `flows`, `layout`, `stages`, `view` | panes that know one thing each |
//! | 1 | `action`, `answered`, `config`, `look`, `words` | keys, settings, looks and words |
//! | 0 | `asked`, `clipboard`, `content`, `folders`, `key`, `outgoing`, `parts`, `pasted`, `recent`, `rows`, `search`, `terminal`, `theme` | what things are called and made of; the world outside |

pub mod action;
pub mod answered;
pub mod app;
pub mod asked;
pub mod builder;
pub mod clipboard;
pub mod config;
pub mod content;
pub mod detail;
pub mod driver;
pub mod effect;
pub mod flows;
pub mod folders;
pub mod key;
pub mod layout;
pub mod look;
pub mod message;
pub mod opened;
pub mod outgoing;
pub mod outside;
pub mod overlay;
pub mod parts;
mod pasted;
pub mod recent;
pub mod rows;
mod run;
pub mod runtime;
mod search;
pub mod shown;
pub mod stages;
pub mod terminal;
pub mod theme;
pub mod view;
pub mod words;

pub use run::{Error, Start, run};

/// The demo's capture: a made-up home, with made-up keys.
pub static DEMO: &[u8] = include_bytes!("../../samples/home.har");
