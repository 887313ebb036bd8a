//! The screen: captures browsed in panes. ratatui and crossterm appear here and
//! nowhere else.

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
