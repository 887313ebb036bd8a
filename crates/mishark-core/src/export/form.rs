//! A whole file of flows in one of the forms: head, flows, tail.
//!
//! ```text
//! worker: Record ──Form::prepare──▶ Prepared      rendered, or still to redact
//! in order:          Prepared ──Writer::flow──▶ file
//! ```
//!
//! Redacting is done where flows come in order, so that the same secret has the
//! same placeholder in each run.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::record::Record;
use super::redacted::Redacted;
use super::{har, jsonl, markdown};
use crate::capture::Entry;
use crate::decode::Decoded;
use crate::flow::Flow;
use crate::redact::{Counts, Redactor};
use crate::sweep::sweep_in_turns;
use crate::workspace::{FlowId, Workspace};

/// A form that flows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// HAR with plaintext bodies.
    Har,
    /// JSON lines.
    Jsonl,
    /// Markdown.
    Markdown,
}

/// A flow on its way into a file.
pub struct Prepared(Kind);

enum Kind {
    /// To be redacted, then rendered.
    Flow(Box<(Option<Flow>, Decoded, Option<String>)>),
    /// Rendered.
    Text(Vec<u8>),
}

impl Form {
    /// Does for one flow what can be done in any order. Costs a while, so
    /// workers do it.
    pub fn prepare(self, redacts: bool, record: &Record<'_>) -> Prepared {
        if !redacts {
            return Prepared(Kind::Text(self.render(record)));
        }
        let flow = record.flow.map(|flow| match self {
            Self::Har | Self::Jsonl => flow.clone(),
            Self::Markdown => markdown::shown(flow),
        });
        let says = record.says.map(str::to_owned);
        Prepared(Kind::Flow(Box::new((flow, record.decoded.clone(), says))))
    }

    fn render(self, record: &Record<'_>) -> Vec<u8> {
        match self {
            Self::Har => har::entry(record),
            Self::Jsonl => {
                let mut line = Vec::new();
                jsonl::line(record, &mut line);
                line
            }
            Self::Markdown => markdown::flow(record).into_bytes(),
        }
    }

    /// What stands before, between and behind flows.
    fn frame(self) -> (String, &'static str, &'static str) {
        match self {
            Self::Har => (har::head(), ",\n", har::TAIL),
            Self::Jsonl => (String::new(), "", ""),
            Self::Markdown => (String::new(), "\n", ""),
        }
    }
}

/// A flow that is to be written.
#[derive(Debug, Default)]
pub struct Picked {
    /// What it says in one line, if that is wanted.
    pub says: Option<String>,
}

/// Joins flows into a file.
pub struct Writer<W> {
    form: Form,
    redactor: Option<Redactor>,
    out: W,
    flows: usize,
    lost: usize,
    bytes: u64,
}

impl<W: Write> Writer<W> {
    /// Begins a file of that form. With a redactor secrets are replaced by
    /// placeholders; the flows have to be prepared likewise. What stands in a
    /// flow before it is known as a secret is replaced if the redactor has
    /// [learned](Redactor::learn) it.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn begin(form: Form, redactor: Option<Redactor>, out: W) -> io::Result<Self> {
        let mut writer = Self {
            form,
            redactor,
            out,
            flows: 0,
            lost: 0,
            bytes: 0,
        };
        writer.put(form.frame().0.as_bytes())?;
        Ok(writer)
    }

    /// Writes the flow of an entry.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn flow(
        &mut self,
        prepared: Prepared,
        capture: &str,
        index: usize,
        entry: &Entry,
    ) -> io::Result<()> {
        let text = match (prepared.0, &mut self.redactor) {
            (Kind::Text(text), _) => text,
            (Kind::Flow(flow), redactor) => {
                let (flow, decoded, says) = *flow;
                let mut fallback = Redactor::new();
                let redactor = redactor.as_mut().unwrap_or(&mut fallback);
                let redacted = Redacted::new(flow, decoded, redactor);
                let says = says.map(|says| redactor.text(says.as_bytes()).into_owned());
                let says = says.as_deref().map(String::from_utf8_lossy);
                let text = self.form.render(&Record {
                    capture,
                    index,
                    entry,
                    flow: redacted.flow(),
                    decoded: redacted.decoded(),
                    says: says.as_deref(),
                });
                // Reasons and notes quote, too.
                redactor.last_pass(&text).into_owned()
            }
        };
        if self.flows > 0 {
            self.put(self.form.frame().1.as_bytes())?;
        }
        self.flows += 1;
        self.put(&text)
    }

    /// Writes those of a workspace's flows that `pick` takes, opened on all cores
    /// and written in order.
    ///
    /// A worker asks for its `turn` before each flow, and `told` hears of each that
    /// is done, picked or not; either can end it, which returns `Break`.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn sweep<G>(
        &mut self,
        workspace: &Workspace,
        ids: impl Iterator<Item = FlowId> + Send,
        turn: impl Fn() -> Option<G> + Sync,
        pick: impl Fn(FlowId, Option<&Flow>, &Decoded) -> Option<Picked> + Sync,
        mut told: impl FnMut(FlowId) -> ControlFlow<()>,
    ) -> io::Result<ControlFlow<()>> {
        let (form, redacts) = (self.form, self.redactor.is_some());
        let prepare = |id: FlowId, flow: Option<&Flow>, decoded: &Decoded| {
            let record = Record::of(workspace, id, flow, decoded);
            let prepared = pick(id, flow, decoded).map(|picked| {
                let says = picked.says.as_deref();
                form.prepare(redacts, &Record { says, ..record })
            });
            (record.is_lost(), prepared)
        };
        let mut error = None;
        let end = sweep_in_turns(workspace, ids, turn, prepare, |id, (is_lost, prepared)| {
            self.lost += usize::from(is_lost);
            let capture = workspace.captures()[id.capture].name();
            let written = prepared.map_or(Ok(()), |prepared| {
                self.flow(prepared, capture, id.entry, workspace.entry(id))
            });
            match written {
                Ok(()) => told(id),
                Err(why) => {
                    error = Some(why);
                    ControlFlow::Break(())
                }
            }
        });
        error.map_or(Ok(end), Err)
    }

    /// Hands on what is written so far, for a file that others read while it
    /// grows.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn end(mut self) -> io::Result<Written> {
        self.put(self.form.frame().2.as_bytes())?;
        self.out.flush()?;
        Ok(Written {
            flows: self.flows,
            lost: self.lost,
            bytes: self.bytes,
            redacted: self.redactor.map(|redactor| redactor.counts().clone()),
        })
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// What a file came to.
#[derive(Debug)]
pub struct Written {
    /// How many flows it has.
    pub flows: usize,
    /// How many could no longer be read: their capture has changed.
    pub lost: usize,
    /// How many bytes.
    pub bytes: u64,
    /// What was redacted, if that was wanted.
    pub redacted: Option<Counts>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Capture;
    use crate::decode::Options;

    #[test]
    fn what_can_no_longer_be_read_is_counted_and_the_rest_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home.har");
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/home.har");
        let whole = std::fs::read(sample).unwrap();
        std::fs::write(&path, &whole).unwrap();
        let mut workspace = Workspace::new(Options::default());
        workspace.add(Capture::open(&path).unwrap());
        // A recorder that begins its file anew, while it is being exported.
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let mut writer = Writer::begin(Form::Jsonl, None, Vec::new()).unwrap();
        let pick = |_, flow: Option<&Flow>, _: &Decoded| flow.map(|_| Picked::default());
        let end = writer.sweep(
            &workspace,
            workspace.ids(),
            || Some(()),
            pick,
            |_| ControlFlow::Continue(()),
        );
        assert!(end.unwrap().is_continue());
        let written = writer.end().unwrap();
        assert!(written.flows > 0 && written.lost > 0, "{written:?}");
        assert_eq!(written.flows + written.lost, workspace.len());
    }
}
