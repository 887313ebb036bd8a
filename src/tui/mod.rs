//! The screen: captures browsed in panes. ratatui and crossterm appear here and
//! nowhere else.

pub mod clipboard;
pub mod config;
pub mod content;
pub mod folders;
mod private_file;
pub mod recent;
pub mod terminal;
pub mod theme;
pub mod view;
