//! Flows that are printed as they come: from files that grow, from a proxy that
//! runs, from a program that writes lines.
//!
//! Each flow is written and flushed before the next one is waited for. It ends
//! with Ctrl-C, with the reader of standard output, or with the stream.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Result, bail, ensure};
use jiff::tz::TimeZone;

use super::Outcome;
use super::learn::says;
use super::open::keys_alone;
use super::selection::Selection;
use super::terminal::{Paint, note};
use crate::cli::KeyOptions;
use mishark_core::attach::{Attachment, Trouble};
use mishark_core::capture::{Arrival, Arrivals, Arrived, Entry, lines};
use mishark_core::decode::{Decoded, Options, Reason, Side, State, decode};
use mishark_core::export::Record;
use mishark_core::export::form::{Form, Writer};
use mishark_core::flow::Flow;
use mishark_core::follow::{self, Follower, Splitter};
use mishark_core::redact::Redactor;
use mishark_core::session::{Keyring, Place};
use mishark_core::text::{Align, clean, pad, size};
use mishark_core::workspace::FlowId;

/// How much is read of a stream at a time.
const CHUNK: usize = 64 << 10;

/// Where flows are printed.
pub(super) trait Printer {
    /// Prints a flow, if it is wanted; tells whether it was.
    fn print(&mut self, opened: &Opened<'_>) -> Result<bool>;
    /// Hands on what is printed.
    fn flush(&mut self) -> io::Result<()>;
}

/// A flow that has come, opened.
pub(super) struct Opened<'a> {
    /// Its capture's place and how many captures there are.
    capture: (usize, usize),
    name: &'a str,
    place: usize,
    entry: &'a Entry,
    flow: Option<&'a Flow>,
    decoded: &'a Decoded,
}

/// Flows that come, and what opens them. None is kept once it is printed: a
/// stream may go on for days.
pub(super) struct Live<'a> {
    captures: Vec<(String, Arrivals)>,
    ring: Keyring,
    limits: Options,
    selection: Selection<'a>,
    printed: usize,
    outcome: Outcome,
}

impl<'a> Live<'a> {
    /// Nothing has come yet.
    ///
    /// # Errors
    /// If a key is none, or a spec can not be read.
    pub(super) fn new(keys: &KeyOptions, mut selection: Selection<'a>) -> Result<Self> {
        selection.begin()?;
        let workspace = keys_alone(keys)?;
        Ok(Self {
            captures: Vec::new(),
            ring: workspace.ring().clone(),
            limits: workspace.options(),
            selection,
            printed: 0,
            outcome: Outcome::Fine,
        })
    }

    fn begin(&mut self, name: &str) {
        self.captures.push((name.to_owned(), Arrivals::default()));
    }

    /// Prints what there is in files and what comes to them. Does not end by
    /// itself.
    ///
    /// # Errors
    /// If a file is not there, or nobody reads what is printed any more.
    pub(super) fn follow(
        mut self,
        paths: &[PathBuf],
        mut printer: impl Printer,
    ) -> Result<Outcome> {
        let mut followers = Vec::new();
        for path in paths {
            ensure!(
                path != Path::new("-"),
                "standard input is not followed; `decrypt --stdin-jsonl` reads flows from it as they come"
            );
            ensure!(path.exists(), "{}: no such file", path.display());
            self.begin(&path.display().to_string());
            followers.push(Follower::new(path));
        }
        loop {
            let mut more = false;
            for (at, follower) in followers.iter_mut().enumerate() {
                let look = follower.look();
                for event in &look.events {
                    note(&format!("{}: {event}", follower.path().display()));
                }
                more |= look.more;
                self.take(at, look.arrivals, &mut printer)?;
            }
            if !more {
                thread::sleep(follow::INTERVAL);
            }
        }
    }

    /// Prints the flows of a proxy. Does not end by itself.
    ///
    /// # Errors
    /// If neither whistle nor mitmweb answers, or nobody reads what is printed
    /// any more.
    pub(super) fn attach(
        mut self,
        mut attachment: Attachment,
        mut printer: impl Printer,
    ) -> Result<Outcome> {
        let mut told: Option<Trouble> = None;
        let mut is_known = false;
        loop {
            let poll = attachment.poll();
            if !is_known && attachment.program().is_some() {
                is_known = true;
                self.begin(&attachment.name());
                note(&format!("{}: attached; Ctrl-C ends it", attachment.name()));
            }
            self.take(0, poll.arrivals, &mut printer)?;
            match &poll.trouble {
                Some(trouble) if !is_known => bail!("{}: {trouble}", attachment.name()),
                Some(trouble) if told.as_ref() != Some(trouble) => {
                    note(&format!("{}: {trouble}; asking again", attachment.name()));
                }
                None if told.is_some() => note(&format!("{}: back", attachment.name())),
                _ => {}
            }
            told = poll.trouble;
            if !poll.more {
                thread::sleep(attachment.wait());
            }
        }
    }

    /// Prints the flows of a stream of lines, until it ends.
    ///
    /// # Errors
    /// If it can not be read, or nobody reads what is printed any more.
    pub(super) fn lines(
        mut self,
        mut input: impl Read,
        mut printer: impl Printer,
    ) -> Result<Outcome> {
        self.begin("-");
        let mut splitter = Splitter::default();
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match input.read(&mut chunk) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(anyhow::Error::new(error).context("-")),
            };
            let mut taken = Ok(());
            let mut take = |number, line: Result<&[u8], follow::TooLong>| {
                if taken.is_ok() {
                    taken = self.line(number, line, &mut printer);
                }
            };
            if read == 0 {
                std::mem::take(&mut splitter).finish(&mut take);
                taken?;
                let nothing = self.printed == 0;
                return Ok(self.outcome.max(if nothing {
                    Outcome::Failed
                } else {
                    Outcome::Fine
                }));
            }
            splitter.push(&chunk[..read], &mut take);
            taken?;
        }
    }

    fn line(
        &mut self,
        number: u64,
        line: Result<&[u8], follow::TooLong>,
        printer: &mut impl Printer,
    ) -> Result<()> {
        let event = match line.map(lines::read_line) {
            Ok(Ok(flow)) => {
                let arrival = Arrival {
                    place: self.captures[0].1.len(),
                    flow: Ok(Arc::new(flow)),
                };
                return self.take(0, vec![arrival], printer);
            }
            Ok(Err(error)) => follow::Event::BadLine {
                line: number,
                error,
            },
            Err(follow::TooLong) => follow::Event::LongLine { line: number },
        };
        note(&format!("-: {event}"));
        self.outcome = Outcome::Damaged;
        Ok(())
    }

    /// Takes flows, keys first, and prints them.
    fn take(
        &mut self,
        capture: usize,
        arrivals: Vec<Arrival>,
        printer: &mut impl Printer,
    ) -> Result<()> {
        if arrivals.is_empty() {
            return Ok(());
        }
        let many = self.captures.len();
        let (name, places) = &mut self.captures[capture];
        let arrived: Vec<Arrived> = arrivals
            .into_iter()
            .map(|arrival| places.take(arrival))
            .collect();
        let place = |entry| Place {
            capture: name.clone(),
            entry,
        };
        for one in &arrived {
            if let Some(flow) = &one.flow {
                self.ring.harvest(flow, &place(one.place));
            }
        }
        // What teaches is opened twice: to keep all of a batch open would be dear.
        for one in &arrived {
            if let Some(flow) = &one.flow
                && self.selection.learns_from(&one.entry)
            {
                let decoded = decode(flow, &self.ring, self.limits);
                let told = FlowId {
                    capture,
                    entry: one.place,
                };
                self.selection.learn_from(told, flow, &decoded);
            }
        }
        for Arrived { place, entry, flow } in arrived {
            let decoded = match (&flow, &entry.error) {
                (Some(flow), _) => decode(flow, &self.ring, self.limits),
                (None, Some(error)) => Decoded::unreadable(Reason::Entry((**error).clone())),
                (None, None) => continue,
            };
            if !self.selection.picks_arrived(name, &entry, &decoded) {
                continue;
            }
            let opened = Opened {
                capture: (capture, many),
                name,
                place,
                entry: &entry,
                flow: flow.as_deref(),
                decoded: &decoded,
            };
            if printer.print(&opened)? {
                self.printed += 1;
            }
        }
        printer.flush()?;
        Ok(())
    }
}

/// Flows in one of the forms of export.
pub(super) struct FormPrinter<W> {
    form: Form,
    redacts: bool,
    all: bool,
    says: bool,
    writer: Writer<W>,
}

impl<W: Write> FormPrinter<W> {
    /// With `all` other flows than Mi Home's are written, too; with `says`, what
    /// each says in one line.
    pub(super) fn begin(
        form: Form,
        redacts: bool,
        all: bool,
        says: bool,
        out: W,
    ) -> io::Result<Self> {
        Ok(Self {
            form,
            redacts,
            all,
            says,
            writer: Writer::begin(form, redacts.then(Redactor::new), out)?,
        })
    }
}

impl<W: Write> Printer for FormPrinter<W> {
    fn print(&mut self, opened: &Opened<'_>) -> Result<bool> {
        let Opened {
            name,
            place,
            entry,
            flow,
            decoded,
            ..
        } = *opened;
        if !self.all && (decoded.state == State::Foreign || flow.is_none()) {
            return Ok(false);
        }
        let says = self.says.then(|| says(flow, decoded, None));
        let record = Record {
            capture: name,
            index: place,
            entry,
            flow,
            decoded,
            says: says.as_deref(),
        };
        let prepared = self.form.prepare(self.redacts, &record);
        self.writer.flow(prepared, name, place, entry)?;
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A line a flow. Columns have fixed widths, for nobody knows what comes; the
/// endpoint, which has none, stands last.
pub(super) struct ListPrinter<W> {
    mi: bool,
    out: W,
    zone: TimeZone,
    paint: Paint,
    is_begun: bool,
}

const COLUMNS: [(&str, usize, Align); 8] = [
    ("#", 5, Align::Right),
    ("time", 8, Align::Left),
    ("method", 6, Align::Left),
    ("status", 6, Align::Right),
    ("state", 10, Align::Left),
    ("req", 6, Align::Right),
    ("resp", 6, Align::Right),
    ("ms", 6, Align::Right),
];

/// The column that is coloured.
const STATE: usize = 4;

impl<W: Write> ListPrinter<W> {
    /// With `mi` only Mi Home's flows are printed.
    pub(super) fn new(mi: bool, out: W) -> Self {
        Self {
            mi,
            out,
            zone: TimeZone::system(),
            paint: Paint::stdout(),
            is_begun: false,
        }
    }

    fn heading(&mut self) -> io::Result<()> {
        let cells = COLUMNS.map(|(name, width, align)| pad(name, width, align));
        let line = format!("{}  endpoint", cells.join("  "));
        writeln!(self.out, "{}", self.paint.strong(&line))
    }
}

impl<W: Write> Printer for ListPrinter<W> {
    fn print(&mut self, opened: &Opened<'_>) -> Result<bool> {
        let Opened {
            capture,
            place,
            entry,
            decoded,
            ..
        } = *opened;
        if self.mi && decoded.state == State::Foreign {
            return Ok(false);
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            self.heading()?;
        }
        let number = match capture {
            (_, 1) => place.to_string(),
            (at, _) => format!("{}:{place}", at + 1),
        };
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let plaintext = |side: &Side| side.plaintext.as_ref().map(|bytes| size(bytes.len()));
        let cells = [
            number,
            or_dash(entry.started.map(|time| time.clock(&self.zone))),
            clean(&entry.method).into_owned(),
            or_dash(entry.status.map(|status| status.to_string())),
            decoded.state.name().to_owned(),
            or_dash(plaintext(&decoded.request)),
            or_dash(decoded.response.as_ref().and_then(plaintext)),
            or_dash(entry.duration_ms.map(|ms| format!("{ms:.0}"))),
        ];
        let endpoint = match &entry.error {
            Some(error) => clean(&error.to_string()).into_owned(),
            None => clean(&format!("{}{}", entry.host, entry.path)).into_owned(),
        };
        let mut cells: Vec<String> = cells
            .iter()
            .zip(COLUMNS)
            .map(|(cell, (_, width, align))| pad(cell, width, align))
            .collect();
        cells[STATE] = self.paint.state(decoded.state, &cells[STATE]);
        writeln!(self.out, "{}  {endpoint}", cells.join("  "))?;
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
