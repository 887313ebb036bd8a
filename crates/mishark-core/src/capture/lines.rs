//! Flows one by one, a JSON object a line, of whichever kind that has such
//! objects: the plain shape a program writes, whistle's sessions, Charles'
//! transactions, a HAR's entries.

use super::error::{EntryError, Reason};
use super::files::Files;
use super::format::Format;
use super::lenient::Members;
use super::mend;
use crate::flow::Flow;

/// A line longer than this is no flow; whoever reads lines passes over it. The
/// largest genuine ones hold two bodies of whistle's upper limit of 16 MiB, as
/// base64.
pub const MAX_LINE: usize = 64 << 20;

/// Reads one line, of whatever kind it is.
///
/// # Errors
/// What is wrong with it. A line that `mishark decrypt` wrote is none: its
/// bodies are plaintext, and there is nothing to open or prove.
pub fn read_line(raw: &[u8]) -> Result<Flow, EntryError> {
    let fault = |reason| EntryError {
        byte: None,
        ..EntryError::at(0, reason)
    };
    let raw = without_comma(raw);
    if !raw.trim_ascii_start().starts_with(b"{") {
        return Err(fault(Reason::NotAnObject));
    }
    let format = mend::read(raw, 0, |raw, _| {
        let members = serde_json::from_slice::<Members<'_>>(raw)?;
        Ok(Format::of_members(&members).ok_or_else(|| fault(Reason::NoFlow)))
    });
    format?.flow(raw, 0, &Files::Nowhere)
}

/// Whether a line is a flow on its own, and not the start of something larger.
pub fn is_flow(raw: &[u8]) -> bool {
    let members = serde_json::from_slice::<Members<'_>>(without_comma(raw));
    members.is_ok_and(|members| Format::of_members(&members).is_some())
}

/// ProxyPin ends each line with a comma.
fn without_comma(raw: &[u8]) -> &[u8] {
    let raw = raw.trim_ascii_end();
    raw.strip_suffix(b",").unwrap_or(raw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Body;

    #[test]
    fn a_program_needs_to_write_little() {
        let flow = read_line(br#"{"method":"GET","url":"https://h/p"}"#).unwrap();
        assert_eq!(flow.request.method, "GET");
        assert_eq!(flow.request.body, Body::Absent);
        assert!(flow.response.is_none());

        let line = br#"{"url":"https://h/p","started":1795598240187,"duration_ms":1.5,
            "headers":{"Cookie":"a=b","X":["1",2]},"body":"data=x",
            "response":{"status":200,"headers":[["A","b"],{"name":"C","value":"d"}],"body_base64":"aGk="}}"#;
        let flow = read_line(line).unwrap();
        assert_eq!(flow.request.method, "POST");
        assert_eq!(flow.started.unwrap().as_millis(), 1_795_598_240_187);
        let fields: Vec<_> = flow.request.headers.iter().collect();
        assert_eq!(fields, [("Cookie", "a=b"), ("X", "1"), ("X", "2")]);
        assert_eq!(flow.request.body.bytes(), Some(&b"data=x"[..]));
        let answer = flow.response.unwrap();
        let fields: Vec<_> = answer.headers.iter().collect();
        assert_eq!(fields, [("A", "b"), ("C", "d")]);
        assert_eq!(answer.body.bytes(), Some(&b"hi"[..]));
    }

    #[test]
    fn lines_of_the_recorders_are_known_by_their_members() {
        let whistle = br#"{"url":"https://h/w","startTime":1,"req":{"method":"GET"}}"#;
        let har = br#"{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"https://h/h"}}"#;
        for (line, path) in [(&whistle[..], "/w"), (har, "/h")] {
            assert_eq!(read_line(line).unwrap().request.url.path(), path);
        }
    }

    #[test]
    fn what_is_no_flow_is_told_and_nothing_panics() {
        for (line, reason) in [
            (&b"[1]"[..], Reason::NotAnObject),
            (b"", Reason::NotAnObject),
            (b"{}", Reason::NoFlow),
            (br#"{"state":"verified","signature":"match","rc4_hash":"match","url":"https://h","request":{}}"#, Reason::NoFlow),
        ] {
            assert_eq!(read_line(line).unwrap_err().reason, reason);
        }
        assert!(matches!(
            read_line(br#"{"url":"#).unwrap_err().reason,
            Reason::Syntax(_)
        ));
        let odd = br#"{"url":"x","method":{},"headers":[1,[2],{"name":3}],"response":[],"body":7}"#;
        assert_eq!(read_line(odd).unwrap().warnings.len(), 1);
    }
}
