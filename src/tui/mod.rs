//! The screen: captures browsed in panes. ratatui and crossterm appear here and
//! nowhere else.

pub mod content;
pub mod terminal;
pub mod theme;
