//! Prompts, by what is asked.

/// A filter.
pub const FILTER: &str = "filter";
/// A text in the pane.
pub const FIND: &str = "find";
/// A text in all plaintexts.
pub const FIND_ALL: &str = "find in all flows";
/// A note.
pub const NOTE: &str = "note";
/// A file to open.
pub const OPEN: &str = "open";
/// An ssecurity.
pub const KEY: &str = "ssecurity, or cookies, or a key file's JSON; hidden";
/// A file of keys.
pub const KEY_FILE: &str = "key file, or a capture with the login";
/// A file to write.
pub const EXPORT: &str = "write to";
/// A command for the body.
pub const PIPE: &str = "pipe through";
/// A pasted flow.
pub const PASTE: &str = "paste one flow";
/// A text of the request.
pub const VALUE: &str = "value";
/// A server.
pub const BASE: &str = "base URL";
/// Method and path.
pub const PATH: &str = "method and path";
/// Another server for all that is sent.
pub const ELSEWHERE: &str = "send everything to (base URL; empty for its own server)";
/// A proxy.
pub const PROXY: &str = "proxy (http://host:port, socks5://host:port; empty for none)";
/// A file of authorities.
pub const CERTIFICATES: &str = "CA file (PEM)";
/// A file for a session.
pub const SAVE: &str = "save session to";
/// A command's name.
pub const PALETTE: &str = "command";

/// A box for cookies.
pub const COOKIES: &str = " cookies: name=value, a line each ";
/// A box for the plaintext.
pub const DATA: &str = " plaintext: sent byte for byte ";
/// A box for headers.
pub const HEADERS: &str = " headers: name: value, a line each ";
/// A box for the parameters beside the plaintext.
pub const PARAMS: &str = " parameters beside data: name=value, a line each ";
/// A box for a flow.
pub const PASTE_BOX: &str = " paste one flow ";
