//! Prompts and boxes, by what is asked.

use crate::tui::asked::{Ask, BoxFor};

/// What is asked; a text is found in the list, or in the pane that has the focus.
pub fn label(ask: Ask, in_list: bool) -> &'static str {
    match ask {
        Ask::Base => "base URL",
        Ask::Blank => "value of the blank",
        Ask::Certificates => "CA file (PEM)",
        Ask::Elsewhere => "send everything to (base URL; empty for its own server)",
        Ask::Export(_) => "write to",
        Ask::Filter => "filter",
        Ask::Find if in_list => "find in all flows",
        Ask::Find => "find",
        Ask::Key => "ssecurity, or cookies, or a key file's JSON; hidden",
        Ask::KeyFile => "key file, or a capture with the login",
        Ask::Note => "note",
        Ask::Open => "open",
        Ask::Path => "method and path",
        Ask::Pipe => "pipe through",
        Ask::Proxy => "proxy (http://host:port, socks5://host:port; empty for none)",
        Ask::Save => "save session to",
        Ask::Value => "value",
    }
}

/// The title of a box with a text.
pub fn box_title(purpose: BoxFor) -> &'static str {
    match purpose {
        BoxFor::Cookies => " cookies: name=value, a line each ",
        BoxFor::Data => " plaintext: sent byte for byte ",
        BoxFor::Headers => " headers: name: value, a line each ",
        BoxFor::Params => " parameters beside data: name=value, a line each ",
        BoxFor::Paste => " paste one flow ",
    }
}
