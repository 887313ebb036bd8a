//! `list`: a table of entries.

use std::io::Write;
use std::ops::ControlFlow;

use anyhow::Result;
use jiff::tz::TimeZone;

use super::Outcome;
use super::counts::Counts;
use super::live::{ListPrinter, Live};
use super::open::open;
use super::progress::Progress;
use super::selection::Selection;
use super::terminal::{self, Paint, note};
use crate::cli::List;
use mishark_core::call;
use mishark_core::decode::{Reason, Side, State};
use mishark_core::directory::Directory;
use mishark_core::summary::{Cache, Cached, Summary};
use mishark_core::sweep::sweep;
use mishark_core::text::{Align, clean, count, keep_end, keep_start, pad, size};
use mishark_core::workspace::{FlowId, Workspace};

/// What a row shows that is only known once the flow is opened.
struct Opened {
    state: State,
    request: Option<usize>,
    response: Option<usize>,
    /// What it says, if that is to be told.
    says: Option<Says>,
}

/// What a flow says, or why it says nothing.
struct Says {
    summary: Cached,
    reason: &'static str,
}

impl Says {
    fn text(&self, summaries: &Cache, directory: &Directory) -> String {
        let text = summaries.says(self.summary, directory);
        let text = if text.is_empty() { self.reason } else { &text };
        clean(text).into_owned()
    }
}

/// A column: its heading and where its text stands.
type Column = (&'static str, Align);

const COLUMNS: [Column; 9] = [
    ("#", Align::Right),
    ("time", Align::Left),
    ("method", Align::Left),
    ("endpoint", Align::Left),
    ("status", Align::Right),
    ("state", Align::Left),
    ("req", Align::Right),
    ("resp", Align::Right),
    ("ms", Align::Right),
];

/// The heading of what calls say.
const SAYS: &str = "says";

/// The column that gives way when the terminal is narrow.
const ENDPOINT: usize = 3;
const STATE: usize = 5;

/// An endpoint is never cut to less than this.
const LEAST_ENDPOINT: usize = 16;

/// Cells between columns, and on a terminal where endpoints would be cut.
const GAP: usize = 2;
const NARROW_GAP: usize = 1;

pub(super) fn run(args: &List, out: &mut impl Write) -> Result<Outcome> {
    let mut selection = Selection::parse(&args.filter)?;
    if args.follow {
        let live = Live::new(&args.input.keys, selection)?;
        return live.follow(&args.input.captures, ListPrinter::new(args.mi, out));
    }
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    selection.learn(workspace, args.says)?;
    let zone = TimeZone::system();
    // Cells are made twice, to measure and to print, and not kept: a row of a
    // large capture must not cost a kilobyte.
    let mut rows: Vec<(FlowId, Opened)> = Vec::new();
    let mut summaries = Cache::default();
    let mut counts = Counts::default();
    let progress = Progress::sweep(workspace);
    let _ = sweep(
        workspace,
        selection.candidates(workspace),
        |id, flow, decoded| {
            progress.opened(workspace, id);
            let plaintext = |side: &Side| side.plaintext.as_ref().map(Vec::len);
            let picked = selection.picks(workspace, id, decoded);
            let says = || {
                let summary = flow.map_or_else(Summary::default, |flow| Summary::of(flow, decoded));
                (summary, decoded.reason.as_ref().map_or("", Reason::short))
            };
            let opened = Opened {
                state: decoded.state,
                request: plaintext(&decoded.request),
                response: decoded.response.as_ref().and_then(plaintext),
                says: None,
            };
            picked.then(|| (opened, args.says.then(says)))
        },
        |id, row| {
            let Some((mut row, says)) = row else {
                return ControlFlow::Continue(());
            };
            counts.add(row.state);
            if !args.mi || row.state != State::Foreign {
                row.says = says.map(|(summary, reason)| Says {
                    summary: summaries.put(&summary),
                    reason,
                });
                rows.push((id, row));
            }
            ControlFlow::Continue(())
        },
    );
    drop(progress);
    let table = || {
        rows.iter()
            .map(|(id, row)| (row.state, cells(workspace, *id, row, &zone)))
    };
    let names = selection.names();
    let says = |at: usize| Some(rows.get(at)?.1.says.as_ref()?.text(&summaries, names?));
    print(table, says, out)?;
    out.flush()?;
    summary(workspace, &selection, &counts);
    let nothing = rows.is_empty();
    Ok(opened.outcome.max(if nothing {
        Outcome::Failed
    } else {
        Outcome::Fine
    }))
}

fn cells(workspace: &Workspace, id: FlowId, row: &Opened, zone: &TimeZone) -> [String; 9] {
    let entry = workspace.entry(id);
    let number = match workspace.captures().len() {
        1 => id.entry.to_string(),
        _ => format!("{}:{}", id.capture + 1, id.entry),
    };
    let endpoint = match &entry.error {
        Some(error) => clean(&error.to_string()).into_owned(),
        // Beside what it says, its name is enough.
        None if row.says.is_some() && row.state != State::Foreign => {
            clean(call::short(&entry.path)).into_owned()
        }
        None => clean(&format!("{}{}", entry.host, entry.path)).into_owned(),
    };
    let optional = |value: Option<usize>| value.map_or_else(|| "-".to_owned(), size);
    [
        number,
        entry
            .started
            .map_or_else(|| "-".to_owned(), |time| time.clock(zone)),
        clean(&entry.method).into_owned(),
        endpoint,
        entry
            .status
            .map_or_else(|| "-".to_owned(), |status| status.to_string()),
        row.state.name().to_owned(),
        optional(row.request),
        optional(row.response),
        entry
            .duration_ms
            .map_or_else(|| "-".to_owned(), |ms| format!("{ms:.0}")),
    ]
}

fn print<T: Iterator<Item = (State, [String; 9])>>(
    table: impl Fn() -> T,
    says: impl Fn(usize) -> Option<String>,
    out: &mut impl Write,
) -> Result<()> {
    use unicode_width::UnicodeWidthStr;
    let paint = Paint::stdout();
    let mut widths = COLUMNS.map(|(heading, _)| heading.width());
    for (_, cells) in table() {
        for (width, cell) in widths.iter_mut().zip(&cells) {
            *width = (*width).max(cell.width());
        }
    }
    let others = widths.iter().sum::<usize>() - widths[ENDPOINT];
    let room = |gap| Some(terminal::width()?.saturating_sub(others + gap * (COLUMNS.len() - 1)));
    let narrow = room(GAP).is_some_and(|room| widths[ENDPOINT] > room);
    let gap = " ".repeat(if narrow { NARROW_GAP } else { GAP });
    if let (true, Some(room)) = (narrow, room(NARROW_GAP)) {
        widths[ENDPOINT] = widths[ENDPOINT].min(room.max(LEAST_ENDPOINT));
    }
    let line = |cells: [&str; 9]| {
        let columns = cells.iter().zip(COLUMNS).zip(widths);
        let line: Vec<String> = columns
            .map(|((cell, (_, align)), width)| pad(&keep_end(cell, width), width, align))
            .collect();
        line
    };
    let used = widths.iter().sum::<usize>() + gap.len() * widths.len();
    let left = terminal::width().map(|width| width.saturating_sub(used));
    let mut heading = line(COLUMNS.map(|(heading, _)| heading)).join(&gap);
    if says(0).is_some() {
        heading = format!("{heading}{gap}{SAYS}");
    }
    writeln!(out, "{}", paint.strong(heading.trim_end()))?;
    for (at, (state, cells)) in table().enumerate() {
        let mut line = line(cells.each_ref().map(String::as_str));
        line[STATE] = paint.state(state, &line[STATE]);
        // The last column takes what room there is.
        if let Some(text) = says(at) {
            let left = left.unwrap_or(usize::MAX);
            line.push(keep_start(&text, left).into_owned());
        }
        writeln!(out, "{}", line.join(&gap).trim_end())?;
    }
    Ok(())
}

/// What a person wants to know first, on standard error.
fn summary(workspace: &Workspace, selection: &Selection<'_>, counts: &Counts) {
    let states: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.name()))
        .collect();
    for (index, capture) in workspace
        .captures()
        .iter()
        .enumerate()
        .filter(|_| workspace.captures().len() > 1)
    {
        note(&format!("{}: {}", index + 1, capture.name()));
    }
    note(&format!(
        "{}: {}; {}",
        selection.tell(counts.total(), workspace),
        if states.is_empty() {
            "none".to_owned()
        } else {
            states.join(", ")
        },
        count(workspace.ring().sessions().len(), "key"),
    ));
}
