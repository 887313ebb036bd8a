//! Messages of a websocket, and events of a stream.

use std::fmt;

use serde_json::json;

use super::Moment;
use crate::protocol::base64;

/// One message.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether the client sent it.
    pub sent: bool,
    /// When it came by.
    pub at: Option<Moment>,
    /// Whether it is text, and not bytes.
    pub is_text: bool,
    /// What it says, with compression and masking undone.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, bytes, .. } = self;
        write!(f, "Frame({sent}, {} bytes)", bytes.len())
    }
}

/// The messages as text: a JSON object a line, with the members that DevTools,
/// Playwright and mitmproxy write into a HAR's `_webSocketMessages`. Times are
/// seconds since 1970, and what is no text is base64.
pub fn lines(frames: &[Frame]) -> Vec<u8> {
    let mut out = Vec::new();
    for frame in frames {
        let (opcode, data) = match std::str::from_utf8(&frame.bytes) {
            Ok(text) if frame.is_text => (1, text.to_owned()),
            _ => (2, base64::encode(&frame.bytes)),
        };
        let line = json!({
            "type": if frame.sent { "send" } else { "receive" },
            "time": frame.at.map(|at| at.as_millis() as f64 / 1000.0),
            "opcode": opcode,
            "data": data,
        });
        out.extend(line.to_string().into_bytes());
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_lines_of_json_and_no_secret_shows_in_debug() {
        let frame = |sent, bytes: &[u8]| Frame {
            sent,
            at: Moment::from_millis(1_795_974_878_973),
            is_text: sent,
            bytes: bytes.to_vec(),
        };
        let frames = [frame(true, "你\"".as_bytes()), frame(false, b"\0\xff")];
        let text = String::from_utf8(lines(&frames)).unwrap();
        assert_eq!(
            text,
            "{\"type\":\"send\",\"time\":1795974878.973,\"opcode\":1,\"data\":\"你\\\"\"}\n\
             {\"type\":\"receive\",\"time\":1795974878.973,\"opcode\":2,\"data\":\"AP8=\"}\n"
        );
        assert_eq!(format!("{:?}", frames[1]), "Frame(false, 2 bytes)");
    }
}
