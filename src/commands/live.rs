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
use crate::columns::{self, COLUMNS, Column, Line, Tells};
use mishark_core::attach::{Attachment, Trouble};
use mishark_core::capture::{Arrival, Arrivals, Arrived, lines};
use mishark_core::decode::{Decoded, Options, Reason, State, decode};
use mishark_core::export::Record;
use mishark_core::export::form::{Form, Writer};
use mishark_core::follow::{self, Follower, Splitter};
use mishark_core::redact::Redactor;
use mishark_core::session::{Keyring, Place, harvest};
use mishark_core::text::pad;
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
    /// Its number, behind its capture's if there are several.
    number: String,
    record: Record<'a>,
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
                return Ok(self.outcome.max(Outcome::failed_if(self.printed == 0)));
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
                harvest(&mut self.ring, flow, &place(one.place));
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
            let number = match many {
                1 => place.to_string(),
                _ => format!("{}:{place}", capture + 1),
            };
            let record = Record {
                capture: name,
                index: place,
                entry: &entry,
                flow: flow.as_deref(),
                decoded: &decoded,
                says: None,
            };
            let opened = Opened { number, record };
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
        let record = &opened.record;
        if !self.all && (record.decoded.state == State::Foreign || record.flow.is_none()) {
            return Ok(false);
        }
        let says = self.says.then(|| says(record.flow, record.decoded, None));
        let says = says.as_deref();
        let prepared = self.form.prepare(self.redacts, &Record { says, ..*record });
        let Record { capture, index, .. } = *record;
        self.writer.flow(prepared, capture, index, record.entry)?;
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

    /// Prints a line of what each column has.
    fn line(&mut self, cell: impl Fn(&Column, usize) -> String) -> io::Result<()> {
        let streamed = |column: &'static Column| Some((column, column.streamed?));
        let (last, others): (Vec<_>, Vec<_>) = COLUMNS
            .iter()
            .filter_map(streamed)
            .partition(|(_, width)| *width == 0);
        let cells: Vec<String> = others
            .into_iter()
            .chain(last)
            .map(|(column, width)| cell(column, width))
            .collect();
        writeln!(self.out, "{}", cells.join("  "))
    }
}

impl<W: Write> Printer for ListPrinter<W> {
    fn print(&mut self, opened: &Opened<'_>) -> Result<bool> {
        let Record { entry, decoded, .. } = opened.record;
        if self.mi && decoded.state == State::Foreign {
            return Ok(false);
        }
        let paint = self.paint;
        if !std::mem::replace(&mut self.is_begun, true) {
            self.line(|column, width| paint.strong(&pad(column.heading, width, column.align)))?;
        }
        let zone = self.zone.clone();
        let line = Line {
            number: opened.number.clone(),
            entry,
            opened: columns::Opened::of(decoded),
            says: false,
            zone: &zone,
        };
        self.line(|column, width| {
            let cell = pad(&line.text(column.tells), width, column.align);
            match column.tells {
                Tells::State => paint.state(decoded.state, &cell),
                _ => cell,
            }
        })?;
        Ok(true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
