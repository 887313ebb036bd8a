//! Messages of websockets as recorders write them into JSON.

use serde::Deserialize;

use super::body::words;
use super::lenient::{Any, is_set, moment, number, objects, text};
use crate::flow::{Body, Frame};
use crate::protocol::base64;

/// More messages than this are left out: a socket that is open for a day has
/// some 100,000.
pub(super) const MAX_FRAMES: usize = 1 << 20;

objects! {
    struct Message {
        /// `send` or `receive` of DevTools, Playwright and mitmproxy.
        kind: Any = "type",
        time: Any = "time",
        opcode: Any = "opcode",
        data: Any = "data",
        /// whistle's.
        is_client: Any = "isClient",
        frame_id: Any = "frameId",
        base64: Any = "base64",
        bin: Any = "bin",
    }
}

/// The messages in a list as a body, if there are any; else `body`.
pub(super) fn or(list: Any<'_>, body: Body, warnings: &mut Vec<String>) -> Body {
    if body.bytes().is_some_and(|bytes| !bytes.is_empty()) {
        return body;
    }
    let messages = list.and_then(|list| Vec::<Message<'_>>::deserialize(list).ok());
    let messages = messages.unwrap_or_default();
    if messages.len() > MAX_FRAMES {
        warnings.push(format!("only the first {MAX_FRAMES} messages are shown"));
    }
    let messages = messages.iter().take(MAX_FRAMES);
    let frames: Vec<Frame> = messages.filter_map(Message::frame).collect();
    match frames.is_empty() {
        true => body,
        false => Body::Frames(frames),
    }
}

impl Message<'_> {
    fn frame(&self) -> Option<Frame> {
        let is_text = number(self.opcode) != Some(2.0);
        // whistle has text in base64, too.
        let packed = text(self.base64).filter(|packed| !packed.is_empty());
        let decode = |text: &[u8]| base64::decode(text).ok().map(|decoded| decoded.bytes);
        let bytes = match packed {
            Some(packed) => decode(packed.as_bytes())?,
            None => {
                let data = words(self.data).or_else(|| words(self.bin))?;
                let unpacked = if is_text { None } else { decode(&data) };
                unpacked.unwrap_or_else(|| data.into_owned())
            }
        };
        // whistle numbers its frames by their time: `1795450447028-0`.
        let numbered = text(self.frame_id).and_then(|id| {
            let (millis, _) = id.split_once('-')?;
            crate::flow::Moment::from_epoch(millis.parse().ok()?)
        });
        Some(Frame {
            sent: is_set(self.is_client) || text(self.kind).as_deref() == Some("send"),
            at: moment(self.time).or(numbered),
            is_text,
            bytes,
        })
    }
}
