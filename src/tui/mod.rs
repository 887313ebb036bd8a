//! The screen: captures browsed in panes. ratatui and crossterm appear here and
//! nowhere else.

pub mod clipboard;
pub mod content;
mod private_file;
pub mod terminal;
pub mod theme;
