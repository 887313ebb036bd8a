//! OSC 52: the terminal is asked to set the clipboard of the machine it runs
//! on (xterm's `ctlseqs`, "Manipulate Selection Data").

use std::io::{self, Write};

use super::environment::Multiplexer;
use mishark_core::protocol::base64;

/// How much of a sequence GNU screen takes in one string: 256 bytes in old
/// versions. hterm's osc52.sh breaks where base64 by convention does.
const SCREEN_CHUNK: usize = 76;

/// Writes the sequence as the multiplexer wants it.
pub(super) fn write(text: &str, multiplexer: Multiplexer, out: &mut impl Write) -> io::Result<()> {
    let payload = base64::encode(text.as_bytes());
    match multiplexer {
        Multiplexer::None => write!(out, "\x1b]52;c;{payload}\x07"),
        // Either of two settings lets it through, and neither is set by
        // itself: `set-clipboard on` has tmux take it, `allow-passthrough on`
        // has it hand on what is wrapped. Twice the same does no harm.
        Multiplexer::Tmux => {
            write!(out, "\x1b]52;c;{payload}\x07")?;
            write!(out, "\x1bPtmux;\x1b\x1b]52;c;{payload}\x07\x1b\\")
        }
        Multiplexer::Screen => {
            let sequence = format!("\x1b]52;c;{payload}\x07");
            for chunk in sequence.as_bytes().chunks(SCREEN_CHUNK) {
                out.write_all(b"\x1bP")?;
                out.write_all(chunk)?;
                out.write_all(b"\x1b\\")?;
            }
            Ok(())
        }
    }
}
