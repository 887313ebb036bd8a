//! What the screen asks for. Plain data: `update` returns it, tests compare
//! it, and the runtime or the loop around it does it.

mod input;
mod job;
mod lane;
mod wanted;

use std::sync::Arc;

use super::asked::BoxFor;
use super::content::Content;
use super::view::Selection;

pub use input::{Input, Watched};
pub use job::Job;
pub use lane::{Lane, Priority};
pub use wanted::{Build, Drafted, Export, Marked, Point, SelectionForm, Signing, TextForm};

/// Something to be done.
#[derive(Debug)]
pub enum Effect {
    /// Work for other threads.
    Job(Job),
    /// Work that is no longer wanted.
    Cancel(Lane),
    /// What only the owner of the terminal can do.
    Outside(Outside),
}

/// A text on its way to `$EDITOR`, or back.
#[derive(Clone, PartialEq, Eq)]
pub struct Editing {
    /// What the text is.
    pub purpose: BoxFor,
    /// The text, byte for byte.
    pub text: Vec<u8>,
}

impl std::fmt::Debug for Editing {
    /// Without the text: it may hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Editing({:?}, {} bytes)", self.purpose, self.text.len())
    }
}

/// What needs the terminal itself.
#[derive(Debug)]
pub enum Outside {
    /// Put a text on the clipboard.
    Copy {
        /// What it is, in words.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Hand a text to `$EDITOR`, and take it back.
    Edit(Editing),
    /// Show a body in `$EDITOR`.
    Editor(Arc<Content>),
    /// Switch the mouse.
    Mouse(bool),
    /// Show a body in `$PAGER`.
    Pager(Arc<Content>),
    /// Pipe a body through a shell command and show what comes out.
    Pipe {
        /// The command.
        command: String,
        /// The body.
        body: Arc<Content>,
    },
    /// Print a value to the normal screen.
    Print(Selection),
    /// End.
    Quit,
    /// Draw everything again.
    Redraw,
    /// Give the terminal back until `fg`.
    Suspend,
}
